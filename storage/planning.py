"""What plans collide by, kept small so that all of it can be looked at after every change (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from rules.candidate import Candidate
from rules.facts import Fact
from rules.words import Phase
from rules.world import ANYWHERE, InProduction, Planned, planned
from storage import tables
from storage.documents import CANDIDATE, IN_PRODUCTION, PLANNED, document

BY_NAME = select(tables.planned.c.name, tables.planned.c.doc).order_by(tables.planned.c.name)
NAMES = select(tables.planned.c.name).order_by(tables.planned.c.name)
DOCUMENTS = select(tables.planned.c.doc).order_by(tables.planned.c.name)
_PUT = insert(tables.planned)
PUT = _PUT.on_conflict_do_update(index_elements=["name"], set_={"doc": _PUT.excluded.doc})
DROP = delete(tables.planned).where(tables.planned.c.name == bindparam("ended"))

PRODUCTION = select(tables.production)
THERE = PRODUCTION.where(tables.production.c.product == bindparam("product"))
_PUT_THERE = insert(tables.production)
PUT_THERE = _PUT_THERE.on_conflict_do_update(
    index_elements=["product", "environment"], set_={"doc": _PUT_THERE.excluded.doc}
)
STATE = select(tables.planning.c.changed, tables.planning.c.seen, tables.planning.c.look_at)
CHANGED = tables.planning.update().values(changed=tables.planning.c.changed + 1)
SEEN = tables.planning.update().values(seen=bindparam("up_to"), look_at=bindparam("next"))
DEPLOYED_OF = (
    select(tables.candidates.c.doc)
    .where(
        tables.candidates.c.product == bindparam("product"),
        tables.candidates.c.phase == Phase.DEPLOYED,
    )
    .order_by(tables.candidates.c.id.desc())
    .limit(bindparam("many"))
)
LOOKED_THROUGH = 200
"""How many of a product's last deployed candidates are looked through for what was there before."""

IDLE = frozenset(
    {
        "state.asserted",
        "criterion.waived",
        "evidence.added",
        "fault.recorded",
        "fault.attributed",
        "halt.explained",
        "halt.forwarded",
        "halt.reviewed",
        "hotfix.asked",
        "hotfix.reviewed",
        "reminder.snoozed",
        "act.refused",
        "candidate.parked",
    }
)
"""Kinds of facts that by themselves move no plan."""
MOVES = frozenset({"release_at", "violations"})
"""What a fact carries that moves one all the same."""


@dataclass(frozen=True)
class Planning:
    """How often plans have changed, up to which change they were looked at, and when time alone changes them."""

    changed: int
    seen: int
    look_at: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Whether they are to be looked at."""
        return self.changed != self.seen or (self.look_at is not None and self.look_at <= now)


def moves(facts: Iterable[Fact]) -> bool:
    """Whether these facts may change what collides with what."""
    return any(f.kind not in IDLE or not MOVES.isdisjoint(f.about) for f in facts)


def read(connection: Connection) -> tuple[Planned, ...]:
    """Every candidate that has not ended, as plans see it."""
    return tuple(_planned(doc) for doc in connection.execute(DOCUMENTS).scalars())


def products(connection: Connection) -> tuple[str, ...]:
    """The products of which a candidate has not ended, each once."""
    names = connection.execute(NAMES).scalars()
    return tuple(dict.fromkeys(name.partition("@")[0] for name in names))


@lru_cache(maxsize=4096)
def _planned(doc: str) -> Planned:
    """From one look to the next most documents stay the same, and what they hold can't be changed."""
    return PLANNED.validate_json(doc)


@lru_cache(maxsize=4096)
def _in_production(doc: str) -> InProduction:
    return IN_PRODUCTION.validate_json(doc)


def production(connection: Connection) -> dict[tuple[str, str], InProduction]:
    """What is in production, by product and environment."""
    return _there(connection.execute(PRODUCTION))


def _there(rows: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], InProduction]:
    return {(row[0], row[1]): _in_production(row[2]) for row in rows}


Change = tuple[Sequence[Candidate], Sequence[Fact]]
"""Candidates as facts have just left them."""


def save(connection: Connection, changes: Sequence[Change]) -> None:
    """Keep candidates as plans see them, and what these facts brought into production or took out."""
    last = {candidate.name: candidate for candidates, _ in changes for candidate in candidates}
    seen = {name: planned(candidate) for name, candidate in last.items()}
    kept = [{"name": n, "doc": document(PLANNED, p)} for n, p in seen.items() if p is not None]
    ended = [{"ended": name} for name, each in seen.items() if each is None]
    if kept:
        connection.execute(PUT, kept)
    if ended:
        connection.execute(DROP, ended)
    for candidates, facts in changes:
        named = {candidate.name: candidate for candidate in candidates}
        for fact in facts:
            if fact.kind in _TURNS and fact.candidate in named:
                _TURNS[fact.kind](connection, named[fact.candidate], fact)


def _arrived(connection: Connection, candidate: Candidate, fact: Fact) -> None:
    reached = fact.about.get("environments") or [fact.about.get("environment", ANYWHERE)]
    there = InProduction(candidate.version, candidate.needs, candidate.name, fact.at)
    _put(connection, candidate.product, dict.fromkeys(reached, there))


def _left(connection: Connection, candidate: Candidate, fact: Fact) -> None:
    """Where it was, what was there before is there again."""
    rows = connection.execute(THERE, {"product": candidate.product})
    mine = [
        place for (_, place), there in _there(rows).items() if there.candidate == candidate.name
    ]
    if not mine:
        return
    before = list(_deployed_before(connection, candidate))
    _put(
        connection,
        candidate.product,
        {place: _back(before, place, candidate, fact.at) for place in mine},
    )


def _back(before: Iterable[Candidate], place: str, gone: Candidate, now: datetime) -> InProduction:
    for earlier in before:
        if place in (earlier.reached or (ANYWHERE,)) or earlier.reached == (ANYWHERE,):
            found = InProduction(earlier.version, earlier.needs, earlier.name, earlier.released_at)
            return replace(found, rolled_back=gone.version, rolled_back_at=now)
    return InProduction(None, since=now, rolled_back=gone.version, rolled_back_at=now)


def _deployed_before(connection: Connection, candidate: Candidate) -> Iterator[Candidate]:
    """The product's other deployed candidates, the last that went out first."""
    wanted = {"product": candidate.product, "many": LOOKED_THROUGH}
    found = [
        CANDIDATE.validate_json(doc) for doc in connection.execute(DEPLOYED_OF, wanted).scalars()
    ]
    others = [c for c in found if c.name != candidate.name and c.released_at is not None]
    yield from sorted(
        others, key=lambda c: (c.released_at or c.announced_at, c.build), reverse=True
    )


def _put(connection: Connection, product: str, there: Mapping[str, InProduction]) -> None:
    for environment, each in there.items():
        row = {"product": product, "environment": environment}
        connection.execute(PUT_THERE, row | {"doc": document(IN_PRODUCTION, each)})


_TURNS = {
    "deployment.reached": _arrived,
    "deployment.succeeded": _arrived,
    "deployment.rolled_back": _left,
}


def changed(connection: Connection) -> None:
    """Note that something changed that plans rest on."""
    connection.execute(CHANGED)


def state(connection: Connection) -> Planning:
    """How often plans changed, and how far they were looked at."""
    return Planning(*connection.execute(STATE).one())


def seen(connection: Connection, up_to: int, look_at: datetime | None) -> None:
    """Plans were looked at up to this change, and want another look then at the latest."""
    connection.execute(SEEN, {"up_to": up_to, "next": look_at})


def misplanned(connection: Connection) -> Iterator[str]:
    """A sentence for each open candidate that plans see otherwise than it is."""
    kept = {row.name: row.doc for row in connection.execute(BY_NAME)}
    for doc in connection.execute(OPEN).scalars():
        candidate = CANDIDATE.validate_json(doc)
        held = kept.pop(candidate.name, None)
        if held is None or PLANNED.validate_json(held) != planned(candidate):
            yield f"{candidate.name}: what plans know of it is not what it is"
    for name in kept:
        yield f"{name} is planned still, and has ended"


OPEN = select(tables.candidates.c.doc).where(
    tables.candidates.c.phase.in_(
        (Phase.ANNOUNCED, Phase.HALTED, Phase.RELEASED, Phase.DEPLOYING, Phase.FAILED)
    )
)
