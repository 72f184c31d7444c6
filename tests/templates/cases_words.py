"""What plain words to the bot are answered with, as far as no other verb answers the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from commands.request import Choice
from commands.verbs import VERBS
from tests.templates import cases_meeting
from tests.templates.company import announced

Abouts = Callable[[], list[dict[str, Any]]]
HALT = Choice("Halt payments@2.4.1", "halt payments@2.4.1#1 kept:a1b2", "danger")
OTHER = Choice("Halt ledger@7.0", "halt ledger@7.0#2 kept:a1b2", "danger")


def _needed() -> dict[str, Any]:
    return cases_meeting.REPLIES["home"]()[0]


REPLIES: Mapping[str, Abouts] = {
    "not-halted-yet": lambda: [
        {"words": "don't ship this", "any": True, "choices": [HALT]},
        {"words": "wait: <!channel> *it* burns", "any": True, "choices": [HALT, OTHER]},
        {"words": "no go", "any": False},
    ],
    "not-understood": lambda: [
        {**_needed(), "words": "refunds look odd", "near": []},
        {**_needed(), "words": "asert payments", "near": ["assert"], "open": [announced()]},
    ],
    "form-needed": lambda: [
        {"verb": VERBS["announce"], "choices": [Choice("Open the form", "open announce")]},
        {"verb": None, "choices": [Choice("Open the form", "open setup")]},
    ],
}
