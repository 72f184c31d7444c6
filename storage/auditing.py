"""What an auditor asks of the memory: the log as it was written, its guards, and what was sent about a candidate."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, text

from rules.facts import Fact
from storage.chain import fact_from
from storage.tables import TRIGGERS, facts, notices, outbox

AT_ONCE = 500
SPAN = select(func.count(), func.min(facts.c.id), func.max(facts.c.id))
AT = select(facts.c.at).where(facts.c.id == bindparam("number"))
HASH = select(facts.c.hash).where(facts.c.id == bindparam("number"))
GUARDS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'facts'")
LOG = select(facts.c.id, facts.c.body, facts.c.prev_hash, facts.c.hash).order_by(facts.c.id)
ABOUT = LOG.where(
    or_(
        facts.c.candidate.in_(bindparam("names", expanding=True)),
        and_(facts.c.product == bindparam("product"), facts.c.candidate.is_(None)),
    )
)
SAID = (
    select(outbox)
    .where(outbox.c.candidate.in_(bindparam("names", expanding=True)), outbox.c.kind != "answer")
    .order_by(outbox.c.id)
)
ASKED = (
    select(outbox.c.candidate, outbox.c.person, notices)
    .join(outbox, outbox.c.key == notices.c.key)
    .where(outbox.c.candidate.in_(bindparam("names", expanding=True)))
    .order_by(outbox.c.id, notices.c.state)
)


@dataclass(frozen=True)
class WrittenFact:
    """A fact with all that is needed to check it: `hash` is the SHA-256 of `prev_hash` and `body`."""

    id: int
    fact: Fact
    prev_hash: str
    hash: str
    body: str


@dataclass(frozen=True)
class Extent:
    """How much there is in the log, and from when to when (aware UTC; None: nothing)."""

    facts: int
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """A message about a candidate: what it was, to whom, and what became of it. No response_urls."""

    id: int
    kind: str
    candidate: str
    to: str
    """A Slack user or channel."""
    states: tuple[str, ...]
    about: Mapping[str, Any]
    wanted: int
    sent: int
    state: str
    wanted_at: datetime
    delivered_at: datetime | None
    channel: str | None
    ts: str | None
    thread_ts: str | None
    repeated: bool


@dataclass(frozen=True)
class Asked:
    """That somebody was asked for their word on a state, and since when that counts as notice."""

    candidate: str
    person: str
    state: str
    delivered_at: datetime | None


def extent(connection: Connection) -> Extent:
    """How many facts there are, and when the first and the last of them were written."""
    many, first, last = connection.execute(SPAN).one()
    if not many:
        return Extent(0)
    ends = (connection.execute(AT, {"number": number}).scalar() for number in (first, last))
    return Extent(many, *ends)


def hash_at(connection: Connection, number: int) -> str | None:
    """The chain's hash at a fact; None where there is no such fact."""
    return connection.execute(HASH, {"number": number}).scalar()


def unguarded(connection: Connection) -> Iterator[str]:
    """A sentence for each trigger that is missing or is not ours."""
    found = {name: " ".join(sql.split()) for name, sql in connection.execute(GUARDS)}
    for name, sql in TRIGGERS.items():
        if name not in found:
            yield f"the trigger {name}, which keeps the facts from being changed, is missing"
        elif found[name] != " ".join(sql.split()):
            yield f"the trigger {name} is not the one that keeps the facts from being changed"
    for name in found.keys() - TRIGGERS.keys():
        yield f"the trigger {name} on the facts is none of ours"


def guard(connection: Connection) -> list[str]:
    """Put the triggers of the facts back as they should be, and no others; those that were not so."""
    found = {name: " ".join(sql.split()) for name, sql in connection.execute(GUARDS)}
    wanted = {name: " ".join(sql.split()) for name, sql in TRIGGERS.items()}
    odd = sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))
    for name in odd:
        quoted = name.replace('"', '""')
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{quoted}"')
        if name in TRIGGERS:
            connection.exec_driver_sql(TRIGGERS[name])
    return odd


def log(
    connection: Connection, since: datetime | None, until: datetime | None, product: str | None
) -> Iterator[WrittenFact]:
    """The facts from `since` to `until`, both included, in order and streamed; of one product or all."""
    wanted = LOG
    if since is not None:
        wanted = wanted.where(facts.c.at >= since)
    if until is not None:
        wanted = wanted.where(facts.c.at <= until)
    if product is not None:
        wanted = wanted.where(facts.c.product == product)
    return _written(connection, wanted, {})


def about(connection: Connection, product: str, names: Sequence[str]) -> Iterator[WrittenFact]:
    """The facts about these candidates, and those about their product as a whole."""
    return _written(connection, ABOUT, {"product": product, "names": list(names)})


def _written(connection: Connection, wanted: Any, bounds: dict[str, Any]) -> Iterator[WrittenFact]:
    for number, body, before, sealed in connection.execute(wanted, bounds).yield_per(AT_ONCE):
        yield WrittenFact(number, fact_from(body), before, sealed, body)


def sent(connection: Connection, names: Sequence[str]) -> tuple[Sent, ...]:
    """The messages about these candidates, in the order they were first wanted."""
    return tuple(_sent(row) for row in connection.execute(SAID, {"names": list(names)}))


def _sent(row: Any) -> Sent:
    return Sent(
        id=row.id,
        kind=row.kind,
        candidate=row.candidate,
        to=row.target,
        states=tuple(state for state in row.states.split(",") if state),
        about=json.loads(row.about),
        wanted=row.want,
        sent=row.sent,
        state=row.state,
        wanted_at=row.wanted_at,
        delivered_at=row.delivered_at,
        channel=row.channel,
        ts=row.ts,
        thread_ts=row.thread_ts,
        repeated=row.repeated,
    )


def asked(connection: Connection, names: Sequence[str]) -> tuple[Asked, ...]:
    """Who was asked for their word on what, about these candidates."""
    rows = connection.execute(ASKED, {"names": list(names)})
    return tuple(Asked(r.candidate, r.person or "", r.state, r.delivered_at) for r in rows)
