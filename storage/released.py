"""What went out and when, kept small, so that weeks can be told from each other without reading every candidate."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnClause,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.sqlite import insert

from rules.candidate import Candidate, Fault, Halt
from rules.digest import Posted, Went, went
from rules.facts import Fact
from rules.faulting import OUT
from rules.words import Phase, State
from storage.candidates import parse_name
from storage.documents import document, utc
from storage.released_tables import digests, releases
from storage.tables import candidates, facts

WENT: TypeAdapter[Went] = TypeAdapter(Went)
HALTS: TypeAdapter[tuple[Halt, ...]] = TypeAdapter(tuple[Halt, ...])
FAULTS: TypeAdapter[tuple[Fault, ...]] = TypeAdapter(tuple[Fault, ...])

_PUT = insert(releases)
PUT = _PUT.on_conflict_do_update(
    index_elements=["name"], set_={"at": _PUT.excluded.at, "doc": _PUT.excluded.doc}
)
DROP = delete(releases).where(releases.c.name == bindparam("back"))
BETWEEN = (
    select(releases.c.doc)
    .where(releases.c.at > bindparam("since"), releases.c.at <= bindparam("until"))
    .order_by(releases.c.at, releases.c.name)
)
TROUBLED = select(
    candidates.c.product,
    candidates.c.version,
    candidates.c.build,
    candidates.c.phase,
    func.json_extract(candidates.c.doc, "$.announced_at").label("announced_at"),
    func.json_extract(candidates.c.doc, "$.halts").label("halts"),
    func.json_extract(candidates.c.doc, "$.faults").label("faults"),
).where(
    tuple_(candidates.c.product, candidates.c.version, candidates.c.build).in_(
        bindparam("names", expanding=True)
    )
)
AT_ONCE = 300
STATES = {state.value: state for state in State}
PHASES = {phase.value: phase for phase in Phase}
LAST_DIGEST = select(digests).order_by(digests.c.until.desc(), digests.c.slot.desc()).limit(1)
POST = insert(digests)

GONE_OUT = frozenset(
    {
        "candidate.released",
        "candidate.superseded",
        "deployment.began",
        "deployment.reached",
        "deployment.succeeded",
        "deployment.failed",
        "deployment.rolled_back",
    }
)
"""Kinds of facts after which a candidate's row is written anew."""
CAME_BACK = frozenset({"candidate.halted", "candidate.withdrawn", "release.recalled"})
"""Kinds of facts that may undo a release which nobody has begun to deploy."""

NAME: ColumnClause[str] = literal_column(
    "candidates.product || '@' || candidates.version || '#' || candidates.build"
)

AT = select(facts.c.at).where(facts.c.id >= bindparam("number")).order_by(facts.c.id).limit(1)
ENDS = select(
    select(func.min(facts.c.id)).scalar_subquery(), select(func.max(facts.c.id)).scalar_subquery()
)
"""Apart: for both in one statement SQLite looks at every fact."""
HAPPENED = (
    select(facts.c.kind, facts.c.at, facts.c.candidate, facts.c.person)
    .where(
        facts.c.id.between(bindparam("first"), bindparam("last")),
        facts.c.kind.in_(bindparam("kinds", expanding=True)),
        facts.c.at > bindparam("since"),
        facts.c.at <= bindparam("until"),
    )
    .order_by(facts.c.id)
)
COUNTED = HAPPENED.with_only_columns(func.count()).order_by(None)
APART = 500
"""Facts looked at beyond either end: a clock that was set back leaves some out of order."""


@dataclass(frozen=True)
class Trouble:
    """Of a candidate, its halts and faults: a small part of it, to be read of many."""

    product: str
    version: str
    build: int
    phase: Phase
    announced_at: datetime
    halts: tuple[Halt, ...]
    faults: tuple[Fault, ...]

    @property
    def name(self) -> str:
        return f"{self.product}@{self.version}#{self.build}"


@dataclass(frozen=True)
class Happened:
    """That something happened to a candidate, without what the fact carries."""

    kind: str
    at: datetime
    candidate: str
    person: str | None = None


Change = tuple[Sequence[Candidate], Sequence[Fact]]


class ReleasedReader:
    """What can be asked of the past for digests. All times in and out are aware UTC."""

    _connection: Connection

    def _plans(self) -> Connection:
        """The connection, with what has changed so far written."""
        return self._connection

    def released(self, since: datetime, until: datetime) -> tuple[Went, ...]:
        """What went out after `since` up to `until`, in order of time; what was rolled back too."""
        return between(self._plans(), since, until)

    def happened(
        self, since: datetime, until: datetime, kinds: Iterable[str]
    ) -> tuple[Happened, ...]:
        """What of these kinds happened to candidates after `since` up to `until`, in order."""
        return happened(self._connection, since, until, kinds)

    def announced(self, since: datetime, until: datetime) -> int:
        """How many candidates were announced after `since` up to `until`."""
        return counted(self._connection, since, until, "candidate.announced")

    def troubled(self, names: Iterable[str]) -> tuple[Trouble, ...]:
        """The halts and faults of the candidates of these names, in no order."""
        return troubled(self._connection, names)

    def last_digest(self) -> Posted | None:
        """The digest posted last; None: none ever was."""
        return last_digest(self._connection)


def save(connection: Connection, changes: Sequence[Change]) -> None:
    """Keep what these facts brought out, and forget what they took back before its deployment."""
    kept: dict[str, Went] = {}
    back: dict[str, None] = {}
    for changed, told in changes:
        kinds: dict[str, set[str]] = {}
        for fact in told:
            kinds.setdefault(fact.candidate or "", set()).add(fact.kind)
        for candidate in changed:
            of, out = kinds.get(candidate.name, set()), went(candidate)
            if out is not None and not GONE_OUT.isdisjoint(of):
                kept[candidate.name] = out
                back.pop(candidate.name, None)
            elif out is None and not CAME_BACK.isdisjoint(of):
                back[candidate.name] = None
                kept.pop(candidate.name, None)
    if back:
        connection.execute(DROP, [{"back": name} for name in back])
    if kept:
        connection.execute(PUT, [row(each) for each in kept.values()])


def row(each: Went) -> dict[str, object]:
    """What is stored of a release."""
    return {"name": each.name, "at": each.at, "doc": document(WENT, each)}


def between(connection: Connection, since: datetime, until: datetime) -> tuple[Went, ...]:
    """What went out after `since` up to `until`, in order of time, those since rolled back among them."""
    bounds = {"since": utc(since), "until": utc(until)}
    return tuple(map(_went, connection.execute(BETWEEN, bounds).scalars()))


def _went(doc: str) -> Went:
    """A stored release. By hand: a digest reads thousands, and this takes half as long as by its adapter."""
    told = json.loads(doc)
    return Went(
        told["name"],
        datetime.fromisoformat(told["announced_at"]),
        datetime.fromisoformat(told["at"]),
        {STATES[state]: datetime.fromisoformat(at) for state, at in told["asserted"].items()},
        {STATES[state]: how for state, how in told["outcome"].items()},
        PHASES[told["phase"]],
        told["hotfix"],
    )


def troubled(connection: Connection, names: Iterable[str]) -> tuple[Trouble, ...]:
    """The halts and faults of these candidates."""
    parts = [found for name in names if (found := parse_name(name)) is not None]
    return tuple(
        Trouble(
            row.product,
            row.version,
            row.build,
            Phase(row.phase),
            datetime.fromisoformat(row.announced_at),
            HALTS.validate_json(row.halts),
            FAULTS.validate_json(row.faults),
        )
        for first in range(0, len(parts), AT_ONCE)
        for row in connection.execute(TROUBLED, {"names": parts[first : first + AT_ONCE]})
    )


def last_digest(connection: Connection) -> Posted | None:
    """The digest posted last; None: none ever was."""
    found = connection.execute(LAST_DIGEST).one_or_none()
    return None if found is None else Posted(found.slot, found.since, found.until)


def post(connection: Connection, posted: Posted) -> None:
    """Note that a digest was posted. Raises where one was, for that slot."""
    told = {"slot": posted.slot, "since": utc(posted.since), "until": utc(posted.until)}
    connection.execute(POST, told)


def happened(
    connection: Connection, since: datetime, until: datetime, kinds: Iterable[str]
) -> tuple[Happened, ...]:
    """What of these kinds happened to candidates after `since` up to `until`, in order.

    Facts are found by their number, in which they are in order of time: the log needs no further index.
    """
    bounds = {**_numbers(connection, since, until), "kinds": sorted(kinds)}
    rows = connection.execute(HAPPENED, bounds)
    return tuple(Happened(*each) for each in rows if each.candidate is not None)


def counted(connection: Connection, since: datetime, until: datetime, kind: str) -> int:
    """How many facts of a kind there are after `since` up to `until`."""
    bounds = {**_numbers(connection, since, until), "kinds": [kind]}
    return int(connection.execute(COUNTED, bounds).scalar_one())


def _numbers(connection: Connection, since: datetime, until: datetime) -> dict[str, object]:
    """Between which numbers the facts of this time lie, give or take a few."""
    lowest, highest = connection.execute(ENDS).one()
    first = _number_after(connection, since, lowest or 0, highest or 0)
    last = _number_after(connection, until, first, highest or 0)
    numbers = {"first": first - APART, "last": last + APART}
    return {**numbers, "since": utc(since), "until": utc(until)}


def _number_after(connection: Connection, at: datetime, low: int, high: int) -> int:
    """The number of the first fact after an instant, between two; one more than `high`: none is."""
    moment = utc(at)
    while low <= high:
        middle = (low + high) // 2
        found = connection.execute(AT, {"number": middle}).scalar()
        if found is not None and found <= moment:
            low = middle + 1
        else:
            high = middle - 1
    return low


def miskept(connection: Connection) -> Iterator[str]:
    """A sentence for each candidate that went out and is not kept as it is, and for each that did not."""
    replaced = candidates.c.phase == Phase.SUPERSEDED
    was_out = func.json_extract(candidates.c.doc, "$.released_at").is_not(None)
    out = or_(candidates.c.phase.in_(sorted(OUT)), and_(replaced, was_out))
    kept_phase = func.json_extract(releases.c.doc, "$.phase")
    missing = (
        select(NAME.label("name"))
        .select_from(candidates.outerjoin(releases, releases.c.name == NAME))
        .where(out, releases.c.name.is_(None) | (kept_phase != candidates.c.phase))
    )
    for name in connection.execute(missing).scalars():
        yield f"{name} went out, and is not among the releases as it is"
    known = select(NAME).where(out)
    extra = select(releases.c.name).where(releases.c.name.not_in(known))
    for name in connection.execute(extra).scalars():
        yield f"{name} is among the releases, and has not gone out"
