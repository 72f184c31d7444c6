"""The world of plans as it is stored, who goes together, and a way out of what collides (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from commands.notices import announce_facts
from commands.request import Choice, Tools
from rules.candidate import Candidate
from rules.colliding import collisions
from rules.facts import Decision, iso
from rules.product import Setting
from rules.replanning import Member
from rules.schedule import plan, resume_floor
from rules.way_out import WayOut, way_out
from rules.world import World
from storage.reading import Reader
from storage.writing import Transaction

MOST_TOLD = 12
"""As many candidates as one message tells of, and one way out moves: the nearest."""
LONGEST = 1900
"""Characters of a command that a button can say."""


def world_of(reader: Reader, tools: Tools, now: datetime) -> World:
    """Everything that is planned, in production, frozen or booked."""
    company = reader.company()
    return World(
        now=now,
        products=company.products,
        planned=reader.planned(),
        production=reader.production(),
        environments=company.environments,
        resources=company.resources,
        freezes={n: each for n, each in company.freezes.items() if each.lifted_at is None},
        satisfies=tools.satisfies,
        newer=tools.newer,
        groups=tools.groups,
    )


def members(reader: Reader, names: Iterable[str], now: datetime) -> list[Member]:
    """These candidates, each in its setting; one that is gone is left out."""
    found = (reader.candidate(name) for name in names)
    return [(each, setting_of(reader, each, now)) for each in found if each is not None]


def setting_of(reader: Reader, candidate: Candidate, now: datetime) -> Setting:
    """What is around a candidate."""
    return reader.setting(reader.company().products[candidate.product], candidate, now)


def save_each(tx: Transaction, decision: Decision, settings: Mapping[str, Setting]) -> None:
    """Write a decision about several candidates, and say of each what is to be said where it belongs."""
    stored = tx.save(decision)
    for candidate in decision.candidates:
        own = [entry for entry in stored if entry.fact.candidate == candidate.name]
        announce_facts(tx, own, decision, settings[candidate.name])


def way_out_of(reader: Reader, world: World, names: Sequence[str]) -> WayOut:
    """Later times at which none of these collides, as far as moving helps."""
    return way_out(world, names, _fair(reader, world.now))


def _fair(reader: Reader, now: datetime) -> Callable[[str, datetime], datetime | None]:
    """The first fair time of a candidate from an instant on, whatever it depends on."""
    known: dict[str, Member] = {}

    def fair(name: str, wanted: datetime) -> datetime | None:
        if name not in known:
            (known[name],) = members(reader, [name], now)
        candidate, setting = known[name]
        if candidate.release_at is None:
            candidate = candidate.but(not_before=resume_floor(candidate, setting, now))
        return plan(candidate, setting, now, wanted, computed=True).at

    return fair


def collisions_told(
    reader: Reader, tools: Tools, names: Sequence[str], now: datetime
) -> dict[str, Any] | None:
    """What these candidates collide with and a way out, in JSON's own types; None: nothing any more."""
    world = world_of(reader, tools, now)
    found = collisions(world)
    hit = [name for name in names if found.get(name)]
    if not hit:
        return None
    told = [
        {"candidate": name, "collisions": [each.about() for each in found[name]]} for name in hit
    ]
    return {"found": told, **way_told(way_out_of(reader, world, names))}


def way_told(way: WayOut) -> dict[str, Any]:
    """A way out as messages carry it, in JSON's own types; `apply` is the command that makes its moves."""
    return {
        "moves": [
            {"candidate": m.name, "was": iso(m.was), "at": m.at.isoformat()} for m in way.moves
        ],
        "sets": [list(each) for each in way.sets],
        "blocked": list(way.blocked),
        "apply": applying(way),
    }


def applying(way: WayOut) -> str | None:
    """The command that makes the moves of a way out, all or none; None where a button can't say it."""
    told = "; ".join(
        f"{move.name} {move.at.isoformat()} was {move.was.isoformat() if move.was else 'waiting'}"
        for move in way.moves
    )
    return f"reschedule {told}" if told and len(told) <= LONGEST else None


def apply_choice(way: WayOut) -> tuple[Choice, ...]:
    """The button that applies a way out; none where there is nothing to move."""
    said = applying(way)
    return (Choice("Apply this", said, "primary"),) if said else ()
