"""Forms that did not open, one for each verb that has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from commands.request import Choice
from tests.templates.company import announced

LATER = (
    *("assert", "lift", "reschedule", "withdraw", "fault", "announce"),
    *("criteria", "delegate", "freeze", "agenda", "action", "setup"),
)
NAME = "payments@2.4.1#1"


def _unopened(verb: str, *, words: str = "", named: bool = False) -> dict[str, Any]:
    again = Choice("Open the form again", f"open {verb} {NAME}")
    at_once = Choice(f"Halt {NAME}", f"halt {NAME} kept:a1b2", "danger")
    return {
        "verb": verb,
        "candidate": announced() if named else None,
        "line": f"{verb} {NAME if named else 'CANDIDATE'} REASON",
        "words": words,
        "choices": [at_once, again] if verb == "halt" else [again],
    }


REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "form-not-opened": lambda: [
        _unopened("halt"),
        _unopened("halt", named=True),
        _unopened("halt", words="books are lost", named=True),
        *(_unopened(verb, named=True) for verb in LATER),
    ],
}
