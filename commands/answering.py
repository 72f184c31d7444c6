"""What the form of an assertion sends back, as answers to the criteria it showed (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.candidate import Candidate
from rules.product import Product
from rules.waiving import Answers, asked_of
from rules.words import Refused, State

DRAWN = "drawn"
"""Which versions of each state's criteria the form was drawn with."""
MET = "met:{state}:{group}"
"""A group of boxes, ten criteria at most; its values are the criteria's places in the list."""
WAIVE = "waive"
"""What is to be waived: `security:3`."""
WHY = "why:{state}:{number}"
"""Why, in the second form."""
GROUP = 10


@dataclass(frozen=True)
class Form:
    """A form as it came back: the criteria it showed, and what was ticked, waived and said of them."""

    asked: Mapping[State, tuple[str, ...]]
    met: Mapping[State, tuple[int, ...]]
    waived: tuple[tuple[State, int], ...]
    why: Mapping[tuple[State, int], str]

    @property
    def touched(self) -> tuple[State, ...]:
        """The states of which something is ticked or waived, in the order of the four."""
        waived = {state for state, _ in self.waived}
        return tuple(s for s in State if self.met.get(s) or s in waived)


def drawn_form(fields: Mapping[str, Any], candidate: Candidate, product: Product) -> Form:
    """The form that these fields are of.

    Refuses: criteria-changed where the candidate is judged by other versions by now.
    """
    versions = {State(state): tuple(numbers) for state, numbers in fields[DRAWN].items()}
    changed = [state for state, drawn in versions.items() if drawn != candidate.versions(state)]
    if changed:
        raise Refused("criteria-changed", {"states": changed, "opens": f"assert {candidate.name}"})
    asked = {state: asked_of(candidate, state, product) for state in versions}
    chosen = [_place(each, asked) for each in fields.get(WAIVE, ())]
    return Form(
        asked=asked,
        met={state: _ticked(fields, state, len(asked[state])) for state in versions},
        waived=tuple(chosen),
        why={
            (s, n): str(fields.get(WHY.format(state=s.value, number=n), "")).strip()
            for s, n in chosen
        },
    )


def _place(written: str, asked: Mapping[State, Sequence[str]]) -> tuple[State, int]:
    state, _, number = written.partition(":")
    place = State(state), int(number)
    if not 0 <= place[1] < len(asked[place[0]]):
        raise ValueError(f"no such criterion was offered: {written}")
    return place


def _ticked(fields: Mapping[str, Any], state: State, many: int) -> tuple[int, ...]:
    names = (MET.format(state=state.value, group=group) for group in range(many // GROUP + 1))
    return tuple(n for name in names for n in map(int, fields.get(name, ())) if 0 <= n < many)


def answers(form: Form) -> dict[State, Answers]:
    """What is said of each touched state; of a form with nothing touched, of the first.

    A state without any criteria is asserted with the others, or alone.
    """
    bare = [state for state, asked in form.asked.items() if not asked]
    states = (*form.touched, *bare) or tuple(form.asked)[:1]
    return {
        state: Answers(
            tuple(form.asked[state][n] for n in form.met[state]),
            {form.asked[s][n]: form.why[s, n] for s, n in form.waived if s is state},
        )
        for state in states
    }


def beside(refused: Refused, form: Form) -> Refused:
    """The refusal with the field of the form that it belongs beside."""
    criteria = refused.about.get("criteria")
    if not criteria:
        return refused
    state = State(refused.about["state"])
    number = form.asked[state].index(criteria[0])
    name = WHY.format(state=state.value, number=number)
    if refused.reason != "waiver-reason-needed":
        name = MET.format(state=state.value, group=number // GROUP)
    refused.about["field"] = name
    return refused
