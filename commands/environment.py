"""`environment`: where releases go, how many at once and for how long, whether it is prepared, and what goes there next."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from commands.act import Act
from commands.declare import Edit, declare_edit
from commands.estate import (
    capacity_in,
    channels,
    going_to,
    hats,
    named,
    takes_in,
    word_of,
)
from commands.notices import coordinator, telling
from commands.planning import world_of
from commands.request import Reply
from rules.candidate import Candidate
from rules.declaring import declare_environment, prepare
from rules.environments import Environment
from rules.words import Phase, Refused

ADD = re.compile(r"add\b\s*(?P<name>\S*)\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
PREPARED = re.compile(
    r"(?P<not>(?:is\s+)?not\s+|un)?(?:is\s+)?prepared\b[\s:,]*(?P<note>.*)",
    re.IGNORECASE | re.DOTALL,
)
AHEAD = frozenset({Phase.ANNOUNCED, Phase.HALTED, Phase.RELEASED, Phase.DEPLOYING})
"""The phases of what still goes somewhere."""


def run(act: Act) -> Reply:
    """All environments, or one; with words after it, an edit or that it is prepared.

    Refuses: unknown-environment, no-environments, say-what-of-environment, odd-time, and what the
    rules of declaring and preparing refuse.
    """
    text = act.request.text.strip()
    add = ADD.fullmatch(text)
    if add is not None:
        return _declared(act, word_of(add["name"]), add["rest"])
    if not text:
        return _listed(act)
    name, _, said = text.partition(" ")
    environment = named(act, "environment", name, act.company.environments)
    prepared = PREPARED.fullmatch(said.strip())
    if prepared is not None:
        note = " ".join(prepared["note"].split()) or None
        return _prepared(act, environment, not prepared["not"], note)
    return _declared(act, environment.name, said) if said.strip() else _shown(act, environment)


def _listed(act: Act) -> Reply:
    """Refuses: no-environments."""
    environments = sorted(act.company.environments.values(), key=lambda e: e.name)
    if not environments:
        raise Refused("no-environments", {"word": "", "near": [], "known": []})
    ahead = act.reader.open_candidates()
    rows = [
        {"environment": each, "next": _next(act, each.name, ahead)[:1]} for each in environments
    ]
    return Reply("environments", {"rows": rows})


def _shown(act: Act, environment: Environment) -> Reply:
    there, going = world_of(act.reader, act.tools, act.now), going_to(act.company, environment.name)
    about = {
        "environment": environment,
        "products": going,
        "there": [(name, there.there(name, environment.name)) for name in going],
        "next": _next(act, environment.name, act.reader.open_candidates()),
    }
    return Reply("environment", about)


def _next(act: Act, environment: str, candidates: tuple[Candidate, ...]) -> list[Candidate]:
    """What is on its way there, soonest first; what waits comes last."""
    going = set(going_to(act.company, environment))
    ahead = [c for c in candidates if c.product in going and c.phase in AHEAD]
    timed = [c for c in ahead if c.release_at or c.released_at]
    timed.sort(key=lambda c: (c.released_at or c.release_at or act.now, c.name))
    return [*timed, *(c for c in ahead if c not in timed)]


def _declared(act: Act, name: str, said: str) -> Reply:
    """Refuses: say-what-of-environment, odd-time, and what `declare_environment` refuses."""
    old = act.company.environments.get(name)
    capacity, rest = capacity_in(said)
    occupies, left = takes_in(act, rest)
    if left or not name:
        raise Refused("say-what-of-environment", {"text": act.request.text.strip(), "name": name})
    asked = old or Environment(name)
    asked = replace(
        asked,
        capacity=asked.capacity if capacity is None else capacity,
        occupies=occupies or asked.occupies,
    )
    going = going_to(act.company, name)
    after, facts = declare_environment(asked, old, hats(act, going), act.now)
    if facts:
        edit = Edit(facts, channels(act.company, going), environments=(after,))
        declare_edit(act.tx, edit, pressed_at=act.request.pressed_at)
    about: dict[str, Any] = {"environment": after, "products": going}
    return Reply("environment-declared", {**about, "new": old is None, "changed": bool(facts)})


def _prepared(act: Act, environment: Environment, ready: bool, note: str | None) -> Reply:
    going = going_to(act.company, environment.name)
    after, facts = prepare(environment, ready, note, hats(act, going), act.now)
    if facts:
        edit = Edit(facts, environments=(after,))
        (entry,) = declare_edit(act.tx, edit, pressed_at=act.request.pressed_at)
        for person in _coordinators(act, going):
            act.tx.send(telling(person, "fact", None, fact=entry.id))
    return Reply("environment-prepared", {"environment": after, "changed": bool(facts)})


def _coordinators(act: Act, products: list[str]) -> list[str]:
    """The Release Coordinators of what goes there; whoever says it knows it already."""
    known = act.company.products
    told = {p for name in products for p in coordinator(act.setting(known[name], None), act.reader)}
    return sorted(told - {act.person})
