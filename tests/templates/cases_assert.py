"""What is said of assertions, waivers and what is carried over, each with what the verbs hand over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules.words import State
from tests.templates.company import (
    PAYMENTS,
    announced,
)

ASKED = list(PAYMENTS.criteria[State.SECURITY])
SECURITY: dict[str, Any] = {"state": State.SECURITY}
SCAN = "Third-party components vetted"
WHY = "The library is only in the tests"

REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "waived": lambda: [
        {"candidate": announced(), **SECURITY, "criterion": SCAN, "reason": WHY, "issue": False},
        {
            "candidate": announced(),
            **SECURITY,
            "criterion": "Totals are slow",
            "reason": WHY,
            "issue": True,
        },
    ],
    "say-what-to-waive": lambda: [
        {"states": list(State), "candidate": "payments@2.4.1#1"},
        {"states": [State.SECURITY], "candidate": "payments@2.4.1#1"},
    ],
    "unknown-criterion": lambda: [
        {"word": "penetration tests", "near": [], "criteria": ASKED},
        {"word": "exploit", "near": [ASKED[1]], "criteria": ASKED},
    ],
    "criteria-untouched": lambda: [
        SECURITY | {"criteria": ASKED[:1]},
        SECURITY | {"criteria": [*ASKED, *ASKED]},
    ],
    "criteria-both": lambda: [SECURITY | {"criteria": ASKED[:2]}],
    "waiver-reason-needed": lambda: [SECURITY | {"criteria": ASKED[:2]}],
    "criteria-changed": lambda: [{"states": [State.SECURITY], "opens": "assert payments@2.4.1#1"}],
    "criteria-differ": lambda: [{"states": [State.SECURITY], "candidate": "payments@2.4.1#2"}],
    "nothing-to-carry": lambda: [
        {"candidate": "payments@2.4.1#1", "earlier": None},
        {"candidate": "payments@2.4.1#2", "earlier": "payments@2.4.1#1"},
    ],
    "words-too-long": lambda: [{"most": 300}],
}
