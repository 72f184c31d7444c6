"""Criteria change by lists: each keeps its version, and nothing that was once asked is forgotten (DESIGN 1, 2.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from rules.facts import Actor, Fact
from rules.product import Product
from rules.rights import require
from rules.words import Refused, State

MOST, LONGEST = 30, 300
"""Criteria a list may have; characters a criterion may have."""
Lists = Mapping[State, Sequence[str]]
Changed = tuple[Product, tuple[Fact, ...]]
"""The product as it then is, and a `criteria.changed` for each state whose list is another."""


def change(product: Product, lists: Lists, actor: Actor, now: datetime) -> Changed:
    """Replace the lists of the states named; a list as it was is no change.

    Refuses: not-your-role, criteria-empty, criterion-twice, criterion-too-long, criteria-too-many.
    """
    require_editor(product, actor)
    return renewed(product, {s: _sound(s, said) for s, said in lists.items()}, actor, now)


def require_editor(product: Product, actor: Actor) -> None:
    """The product's Release Coordinator, or the operator's catalogue. Refuses: not-your-role."""
    if not actor.is_operator:
        try:
            require("criteria", actor)
        except Refused as refused:
            refused.about["product"] = product.name
            raise


def add(product: Product, state: State, text: str, actor: Actor, now: datetime) -> Changed:
    """One criterion more, from the next candidate on. The caller has asked who may.

    Refuses as `change` does, but for the right.
    """
    said = _sound(state, (*product.criteria.get(state, ()), text))
    return renewed(product, {state: said}, actor, now)


def sharpen(
    product: Product, state: State, old: str, new: str, actor: Actor, now: datetime
) -> Changed:
    """Another criterion in the place of one, from the next candidate on. The caller has asked who may.

    Refuses as `change` does, but for the right; criteria-changed-meanwhile where `old` is gone.
    """
    stands = product.criteria.get(state, ())
    if old not in stands:
        raise Refused("criteria-changed-meanwhile", {"product": product.name, "states": [state]})
    said = _sound(state, [new if each == old else each for each in stands])
    return renewed(product, {state: said}, actor, now)


def renewed(product: Product, lists: Lists, actor: Actor, now: datetime) -> Changed:
    """The product with these lists, each that is another under the next version."""
    criteria, earlier = dict(product.criteria), dict(product.earlier_criteria)
    facts = []
    for state, said in lists.items():
        was = tuple(criteria.get(state, ()))
        if tuple(said) == was:
            continue
        earlier[state] = (*earlier.get(state, ()), was)
        criteria[state] = tuple(said)
        about = {
            "state": state,
            "version": len(earlier[state]) + 1,
            "criteria": list(said),
            "was": list(was),
        }
        facts.append(Fact("criteria.changed", now, actor, product.name, None, about))
    if not facts:
        return product, ()
    return replace(product, criteria=criteria, earlier_criteria=earlier), tuple(facts)


def _sound(state: State, said: Sequence[str]) -> tuple[str, ...]:
    """A list as it may stand: each criterion on one line, without spaces around it."""
    found = tuple(line for each in said if (line := " ".join(each.split())))
    about = {"state": state, "field": field(state)}
    if not found:
        raise Refused("criteria-empty", about)
    if len(found) > MOST:
        raise Refused("criteria-too-many", {**about, "count": len(found), "most": MOST})
    for criterion in found:
        if len(criterion) > LONGEST:
            raise Refused("criterion-too-long", {**about, "text": criterion, "most": LONGEST})
        if found.count(criterion) > 1:
            raise Refused("criterion-twice", {**about, "text": criterion})
    return found


def shown(product: Product, state: State) -> tuple[str, ...]:
    """A state's list as a form shows it: each criterion on a line of its own."""
    return tuple(" ".join(each.split()) for each in product.criteria.get(state, ()))


def field(state: State) -> str:
    """The name of the form's field for a state's list, beside which a refusal belongs."""
    return f"{state}-criteria"


def tightened(
    held: Mapping[State, tuple[int, ...]], states: Sequence[State], old: Product, new: Product
) -> dict[State, list[int]]:
    """Of these states, those whose list has become another: the versions held, and the new one."""
    return {
        state: [*held.get(state, (1,)), new.criteria_version(state)]
        for state in states
        if new.criteria_version(state) > old.criteria_version(state)
    }


def lines(facts: Sequence[Fact]) -> tuple[str, ...]:
    """What changed, as people read it, of facts `criteria.changed`."""
    return tuple(
        line
        for fact in facts
        for line in listed(
            f"{fact.product}: {fact.about['state']} criteria",
            fact.about["was"],
            fact.about["criteria"],
        )
    )


def listed(start: str, was: Sequence[str], is_now: Sequence[str]) -> Iterator[str]:
    """A line for each criterion that is gone or has come, or one that says they were only moved."""
    gone, come = ([x for x in a if x not in b] for a, b in ((was, is_now), (is_now, was)))
    yield from (f"{start} - {item}" for item in gone)
    yield from (f"{start} + {item}" for item in come)
    if not gone and not come:
        yield f"{start} in another order"
