"""What plain words to the bot are answered with, as far as no other verb answers the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.render import Rendered, Renderer
from commands.request import Choice
from commands.standing import Standing
from commands.verbs import VERBS
from rules.candidate import Candidate
from rules.words import State
from tests.templates import cases_meeting
from tests.templates.company import COMPANY, MONDAY, SAM, announced

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
TOLD: Mapping[str, Callable[[], tuple[Candidate | None, Mapping[str, Any]]]] = {
    "unheard": lambda: (None, {"scopes": "app_mentions:read, im:history"}),
}


def _always(heard: bool) -> Callable[[], bool]:
    return lambda: heard


def asks(here: Standing) -> Iterator[tuple[str, Rendered]]:
    """What stands at the foot where the bot hears words in direct messages, and where it does not."""
    for heard in (True, False):
        renderer = Renderer("/release", _always(heard))
        name = "heard" if heard else "not heard"
        yield f"ask, {name}", renderer.ask(here, SAM, (State.SECURITY,), COMPANY, MONDAY)
        yield f"remind, {name}", renderer.remind(here, SAM, 4, COMPANY, MONDAY)
