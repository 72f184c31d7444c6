"""A halt as facts store it, and back (DESIGN 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules.candidate import Halt
from rules.facts import iso
from rules.words import Role, State


def halt_from(about: Mapping[str, Any]) -> Halt:
    """A halt as a fact stores it."""
    return Halt(
        id=about["id"],
        by=about["by"],
        hats=tuple(Role(hat) for hat in about["hats"]),
        states=tuple(State(state) for state in about["states"]),
        reason=about["reason"],
        at=datetime.fromisoformat(about["at"]),
        review_at=datetime.fromisoformat(about["review_at"]),
        revokes=about["revokes"],
        origin=about["origin"],
    )


def halt_about(halt: Halt) -> dict[str, Any]:
    """A halt for a fact to store."""
    return {
        "id": halt.id,
        "by": halt.by,
        "hats": list(halt.hats),
        "states": list(halt.states),
        "reason": halt.reason,
        "at": iso(halt.at),
        "review_at": iso(halt.review_at),
        "revokes": halt.revokes,
        "origin": halt.origin,
    }
