"""The project's words as types: the four states, the four roles, the phases, and a reasoned no (DESIGN 1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """A readiness state; there are exactly four."""

    PRODUCT = "product"
    SECURITY = "security"
    OPERATION = "operation"
    ORGANIZATION = "organization"


class Role(StrEnum):
    """A role; there are exactly four, and each owns one state."""

    PRODUCT_OWNER = "product-owner"
    SECURITY_ARCHITECT = "security-architect"
    OPERATIONS_COORDINATOR = "operations-coordinator"
    RELEASE_COORDINATOR = "release-coordinator"

    @property
    def state(self) -> State:
        """The state this role owns."""
        return _OWNS[self]

    @property
    def label(self) -> str:
        """The role as people write it: `Security Architect`."""
        return self.value.replace("-", " ").title()


_OWNS = {
    Role.PRODUCT_OWNER: State.PRODUCT,
    Role.SECURITY_ARCHITECT: State.SECURITY,
    Role.OPERATIONS_COORDINATOR: State.OPERATION,
    Role.RELEASE_COORDINATOR: State.ORGANIZATION,
}
OWNER = {state: role for role, state in _OWNS.items()}


class Phase(StrEnum):
    """Where a candidate is in its life (DESIGN 2.2)."""

    ANNOUNCED = "announced"
    HALTED = "halted"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    DEPLOYING = "deploying"
    DEPLOYED = "deployed"
    FAILED = "failed"
    ROLLED_BACK = "rolled_back"


class Silence(StrEnum):
    """What an owner's silence means at the release time (DESIGN 2.4)."""

    PRESUME = "presume"
    HOLD = "hold"


@dataclass
class Refused(Exception):
    """A reasoned no: `reason` is a kebab phrase equal to its reply template's name.

    `about` holds what the reply needs to say. `lack_of_right` marks the refusals that are
    facts themselves (DESIGN 2.1); the others leave no trace.
    """

    reason: str
    about: dict[str, Any] = field(default_factory=dict)
    lack_of_right: bool = False

    def __str__(self) -> str:
        return self.reason
