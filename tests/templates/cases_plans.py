"""What is said of collisions, of what goes together, and of a way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from commands.request import Choice
from rules.candidate import Candidate
from rules.product import Product
from rules.words import Phase
from tests.templates.collided import LEDGER, WEB, crowds, violations
from tests.templates.company import (
    AS_RITA,
    HOUR,
    MONDAY,
    PAYMENTS,
    RITA,
    announced,
    asserted,
    halted,
    released,
    standing,
)

NAME = "payments@2.4.1#1"
APPLY = f"reschedule {NAME} 2026-11-26T14:30+00:00; {WEB} 2026-11-26T15:30+00:00"
MOVES: dict[str, Any] = {
    "moves": [
        {"candidate": NAME, "was": MONDAY.isoformat(), "at": (MONDAY + 30 * HOUR).isoformat()},
        {"candidate": WEB, "was": None, "at": (MONDAY + 31 * HOUR).isoformat()},
    ],
    "sets": [[LEDGER, NAME]],
    "blocked": [],
    "apply": APPLY,
}
NONE: dict[str, Any] = {"moves": [], "sets": [], "blocked": [], "apply": None}
LACKS: dict[str, Any] = {"template": "about-to-presume", "at": MONDAY.isoformat()}
BLOCKED = {**NONE, "blocked": [NAME]}


def colliding() -> Candidate:
    """With a missing dependency, and whatever else there is."""
    found = (violations(MONDAY)[0], *crowds(MONDAY))
    return replace(announced(), collisions=found, together=(LEDGER,))


def waived() -> Candidate:
    """The same violation, in spite of which Organization is asserted."""
    found = replace(violations(MONDAY)[0], waived_by=RITA)
    return replace(asserted(announced(), AS_RITA), collisions=(found,))


def held() -> Candidate:
    """Waits for another of its set."""
    return replace(
        announced(),
        release_at=None,
        why=(f"held:{LEDGER}", "dependency:ledger", "row-differs"),
        together=(LEDGER,),
    )


CANDIDATES: Mapping[str, Callable[[], tuple[Candidate, Product]]] = {
    "collides": lambda: (colliding(), PAYMENTS),
    "violation waived": lambda: (waived(), PAYMENTS),
    "held by its set": lambda: (held(), PAYMENTS),
    "moved by a freeze": lambda: (
        replace(announced(), why=("freeze:year-end", f"together:{LEDGER}")),
        PAYMENTS,
    ),
}


def told() -> tuple[Candidate, Mapping[str, Any]]:
    """Every collision there is, to a Release Coordinator."""
    every = [each.about() for each in (*violations(MONDAY), *crowds(MONDAY))]
    found = [{"candidate": NAME, "collisions": every}]
    return colliding(), {"names": [NAME], "found": found, "more": 3, **MOVES}


def _deploying(*reached: str) -> Candidate:
    return replace(released(announced()), phase=Phase.DEPLOYING, reached=reached)


REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "status": lambda: [
        {"standing": standing(halted(announced())), **NONE},
        {"standing": standing(colliding()), **MOVES, "choices": [Choice("Apply this", APPLY)]},
        {"standing": standing(colliding()), **BLOCKED},
        {"standing": replace(standing(colliding()), others=(halted(announced()), held())), **NONE},
        {"standing": None, **NONE},
    ],
    "open-candidates": lambda: [
        {"candidates": [announced(), halted(announced()), released(announced())], "roots": []},
        {
            "candidates": [colliding(), replace(announced(), collisions=tuple(crowds(MONDAY)))],
            "roots": [{"root": LEDGER, "waiting": [NAME]}, {"root": "web", "waiting": [NAME, WEB]}],
        },
        {"candidates": [], "roots": []},
    ],
    "rescheduled": lambda: [
        {"candidate": announced(), "asked": MONDAY + HOUR, "others": []},
        {"candidate": announced(), "asked": MONDAY + HOUR, "others": [LEDGER]},
    ],
    "rescheduled-all": lambda: [{"candidates": [announced(), held()]}],
    "gone": lambda: [
        {"candidate": announced(), "others": []},
        {"candidate": announced(), "others": [LEDGER]},
    ],
    "deployment": lambda: [
        {"candidate": _deploying(), "verb": "deploying", "left": []},
        {"candidate": _deploying("prod-eu"), "verb": "deployed", "left": ["prod-us"]},
        {
            "candidate": replace(released(announced()), phase=Phase.ROLLED_BACK),
            "verb": "rolled-back",
            "left": [],
        },
    ],
    "goes-too-soon": lambda: [{"candidate": NAME, "collisions": violations(MONDAY)[5:6]}],
    "plan-changed": lambda: [
        {"candidate": NAME, "at": MONDAY + 30 * HOUR},
        {"candidate": NAME, "at": None},
    ],
    "held-by-its-set": lambda: [{"candidate": NAME, "others": [halted(announced())]}],
    "frozen": lambda: [{"candidate": NAME, "freezes": ["year-end"]}],
    "row-differs": lambda: [{"candidate": NAME}],
    "withheld": lambda: [{"causes": ["the log of facts is not whole"]}],
    "not-deployed-there": lambda: [
        {"environment": "moon", "environments": ["prod-eu", "prod-us"]},
        {"environment": "moon", "environments": []},
    ],
}
