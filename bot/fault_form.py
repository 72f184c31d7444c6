"""The form in which a fault is recorded: how it went out, what is wrong, and what let it through (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import (
    Block,
    checkboxes,
    field,
    grouped_select,
    option,
    select,
    text_input,
)
from commands.fault import NONE, UNKNOWN
from commands.standing import Standing
from rules.candidate import Candidate
from rules.faulting import LONGEST
from rules.waiving import LONGEST as LONGEST_CRITERION
from rules.waiving import asked_of
from rules.words import State

INSTEAD = "In place of the criterion chosen above"
WHAT = "What is wrong in production"


def fields_of(standing: Standing, words: str, *, adds: bool, known: bool = False) -> list[Block]:
    """What, what let it through, and what the next candidate is asked; `known`: what is known already.

    `adds`: the presser may change criteria; anybody else suggests.
    """
    what = text_input(words, multiline=True, longest=LONGEST)
    through = grouped_select(_groups(standing), UNKNOWN)
    asked = text_input(longest=LONGEST_CRITERION)
    hint = "" if adds else "A suggestion: the Release Coordinator decides."
    fields = [] if known else [field("what", WHAT, what)]
    fields.append(field("through", "What let it through", through))
    fields.append(
        field("add", "From the next candidate on, also ask", asked, optional=True, hint=hint)
    )
    if adds:
        boxes = checkboxes([option(INSTEAD, "instead")])
        fields.append(field("instead", "A sharper criterion", boxes, optional=True))
    return fields


def _groups(standing: Standing) -> Mapping[str, Sequence[Block]]:
    groups: dict[str, Sequence[Block]] = {
        state.value.capitalize(): [
            *(option(c, f"{state.value}:{n}") for n, c in enumerate(_asked(standing, state))),
            option(f"No {state.value} criterion covers it", f"{state.value}:"),
        ]
        for state in State
    }
    groups["Otherwise"] = [
        option("Not known yet", UNKNOWN),
        option("None of the four states", NONE),
    ]
    return groups


def _asked(standing: Standing, state: State) -> Sequence[str]:
    return asked_of(standing.candidate, state, standing.product)[:99]


def which_fields(out: Sequence[Candidate], words: str) -> list[Block]:
    """A fault recorded from a message that names no candidate: of which, and what."""
    titles = [option(c.title, c.name) for c in out]
    return [
        field("candidate", "Candidate", select(titles, placeholder="Choose one")),
        field("what", WHAT, text_input(words, multiline=True, longest=LONGEST)),
    ]


def about(standing: Standing | None, fault_id: str | None) -> dict[str, Any]:
    """What the words above the fields are about."""
    faults = standing.candidate.faults if standing is not None else ()
    return {
        "which": standing is None,
        "fault": next((each for each in faults if each.id == fault_id), None),
    }
