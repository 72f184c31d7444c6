"""The form in which states are asserted: each criterion ticked, or waived, with the reasons asked for next (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.blocks import MOST_BOXES, Block, checkboxes, field, multi_select, option, short, text_input
from commands.answering import DRAWN, MET, WAIVE, WHY, Form, drawn_form
from commands.standing import Standing
from rules.candidate import Candidate, Evidence
from rules.waiving import LONGEST, asked_of
from rules.words import State

LIGHTS = {"green": "🟢", "red": "🔴"}
MOST_LABEL = 75
NEXT = "You are asked for the reasons next."
LATER = "A state with nothing ticked and nothing waived is left for later."


def fields_of(standing: Standing, states: Sequence[State]) -> list[Block]:
    """Boxes for every criterion of these states, and the choice of what to waive instead."""
    candidate = standing.candidate
    asked = {s: asked_of(candidate, s, standing.product) for s in states}
    fields = [box for s in states for box in _boxes(candidate, s, asked[s], len(states) > 1)]
    groups = {s.value.capitalize(): _waivable(candidate, s, asked[s]) for s in states}
    offered = {name: options for name, options in groups.items() if options}
    if offered:
        chosen = multi_select(offered, "None")
        fields.append(field(WAIVE, "Waive instead", chosen, optional=True, hint=NEXT))
    return fields


def drawn(candidate: Candidate, states: Sequence[State]) -> dict[str, Any]:
    """What the form must remember: which versions of the criteria it shows."""
    return {DRAWN: {state.value: list(candidate.versions(state)) for state in states}}


def _boxes(
    candidate: Candidate, state: State, asked: Sequence[str], several: bool
) -> Iterator[Block]:
    for start in range(0, len(asked), MOST_BOXES):
        numbers = range(start, min(start + MOST_BOXES, len(asked)))
        boxes = [
            option(asked[n], str(n), _said(newest(candidate, state, asked[n]))) for n in numbers
        ]
        ticked = [str(n) for n in numbers if _green(candidate, state, asked[n])]
        label = f"{state.value.capitalize()}: tick what is met"
        more = f" ({start // MOST_BOXES + 1})" if len(asked) > MOST_BOXES else ""
        name = MET.format(state=state.value, group=start // MOST_BOXES)
        yield field(
            name,
            f"{label}{more}",
            checkboxes(boxes, ticked),
            optional=True,
            hint=LATER if several and not start else "",
        )


def _waivable(candidate: Candidate, state: State, asked: Sequence[str]) -> list[Block]:
    noted = {waiver.criterion for waiver in candidate.waived(state)}
    return [option(c, f"{state.value}:{n}") for n, c in enumerate(asked) if c not in noted]


def newest(candidate: Candidate, state: State, criterion: str) -> Evidence | None:
    """The newest evidence on one criterion."""
    found = [e for e in candidate.evidence_of(state) if e.criterion == criterion]
    return found[-1] if found else None


def _said(evidence: Evidence | None) -> str:
    if evidence is None:
        return ""
    return short(f"{LIGHTS.get(evidence.verdict, '')} {evidence.summary}".strip(), MOST_LABEL)


def _green(candidate: Candidate, state: State, criterion: str) -> bool:
    found = [e for e in candidate.evidence_of(state) if e.criterion == criterion]
    return bool(found) and all(e.verdict != "red" for e in found) and found[-1].verdict == "green"


def too_long(standing: Standing, states: Sequence[State]) -> list[str]:
    """The criteria that don't fit beside a box, to be said in full above."""
    asked = (asked_of(standing.candidate, s, standing.product) for s in states)
    return [criterion for each in asked for criterion in each if len(criterion) > MOST_LABEL]


def reason_fields(
    candidate: Candidate, standing: Standing, fields: Mapping[str, Any]
) -> list[Block]:
    """A field for the reason of each criterion chosen to be waived."""
    form: Form = drawn_form(fields, candidate, standing.product)
    return [
        field(
            WHY.format(state=state.value, number=number),
            short(f"{state.value.capitalize()}: {form.asked[state][number]}", LONGEST + 20),
            text_input(multiline=True, longest=LONGEST),
        )
        for state, number in form.waived
    ]
