"""The facts as a chain: each row's hash covers the bytes stored in it and the hash before it (DESIGN 2.7).

`hash` is the SHA-256, in hex, of the previous row's `hash` (as its 64 characters) followed by `body`
in UTF-8, so that a shell can check a row: `printf %s%s PREVIOUS BODY | sha256sum`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, literal_column, select

from rules.facts import LAW, Actor, Fact, iso
from rules.words import Role
from storage.documents import canonical, utc
from storage.tables import facts as table

GENESIS = "0" * 64
"""What the first fact is chained to."""
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class StoredFact:
    """A fact as it stands in the log."""

    id: int
    fact: Fact
    hash: str


APPEND = insert(table)
READ = (
    select(table.c.id, table.c.body, table.c.hash)
    .where(table.c.id > bindparam("after"))
    .order_by(table.c.id)
    .limit(bindparam("many"))
)
READ_OF = READ.where(table.c.candidate == bindparam("candidate"))
REFUSED = select(table.c.candidate, table.c.body).where(
    literal_column("kind = 'act.refused'"),  # a literal, or the partial index is not used
    table.c.person == bindparam("person"),
    table.c.at > bindparam("since"),
)
PARKED = (
    select(table.c.candidate)
    .where(table.c.kind == "candidate.parked", table.c.at > bindparam("since"))
    .distinct()
    .order_by(table.c.candidate)
)
STORED = (
    select(table)
    .where(table.c.id > bindparam("after"))
    .order_by(table.c.id)
    .limit(bindparam("many"))
)


def link(previous: str, body: str) -> str:
    """The hash of a row that follows `previous` and holds `body`."""
    return hashlib.sha256(previous.encode() + body.encode()).hexdigest()


def append(
    connection: Connection, facts: Sequence[Fact], after: tuple[int, str]
) -> tuple[StoredFact, ...]:
    """Write facts at the end of the chain, whose head is `after`."""
    last, previous = after
    rows, stored = [], []
    for number, fact in enumerate(facts, last + 1):
        row = _row(fact)
        row |= {"id": number, "prev_hash": previous, "hash": link(previous, row["body"])}
        previous = row["hash"]
        rows.append(row)
        stored.append(StoredFact(number, fact, previous))
    connection.execute(APPEND, rows if len(rows) > 1 else rows[0])
    return tuple(stored)


def _row(fact: Fact) -> dict[str, Any]:
    at = utc(fact.at)
    body = canonical(
        {
            "kind": fact.kind,
            "at": iso(at),
            "by": {
                "person": fact.by.person,
                "hats": list(fact.by.hats),
                "door": fact.by.door,
                "groups": dict(fact.by.groups),
            },
            "product": fact.product,
            "candidate": fact.candidate,
            "about": dict(fact.about),
            "law": LAW,
        }
    )
    return {
        "kind": fact.kind,
        "at": at,
        "person": fact.by.person,
        "product": fact.product,
        "candidate": fact.candidate,
        "law": LAW,
        "body": body,
    }


def fact_from(body: str) -> Fact:
    """The fact that a stored body tells."""
    said = json.loads(body)
    by = said["by"]
    hats = tuple(Role(hat) for hat in by["hats"])
    actor = Actor(by["person"], hats, by["door"], by["groups"])
    at = datetime.fromisoformat(said["at"])
    return Fact(said["kind"], at, actor, said["product"], said["candidate"], said["about"])


def read(
    connection: Connection, candidate: str | None, after: int, limit: int
) -> tuple[StoredFact, ...]:
    """Facts in order, of one candidate or of all, with ids above `after`."""
    bounds: dict[str, object] = {"after": after, "many": limit}
    if candidate is None:
        rows = connection.execute(READ, bounds)
    else:
        rows = connection.execute(READ_OF, bounds | {"candidate": candidate})
    return tuple(StoredFact(number, fact_from(body), sealed) for number, body, sealed in rows)


def refused_lately(
    connection: Connection, person: str | None, verb: str, candidate: str | None, now: datetime
) -> bool:
    """Whether the same refusal was recorded within the last minute (DESIGN 2.1)."""
    found = connection.execute(REFUSED, {"person": person, "since": now - A_MINUTE})
    return any(
        about == candidate and json.loads(body)["about"].get("verb") == verb
        for about, body in found
    )


def broken_lately(connection: Connection, head: int, many: int) -> Iterator[str]:
    """The same of the last links only; what stands before them is taken to be right."""
    before = connection.execute(STORED, {"after": max(head - many, 0) - 1, "many": 1}).one_or_none()
    if head <= many or before is None:
        return broken(connection)
    return broken(connection, after=(before.id, before.hash))


def broken(
    connection: Connection, batch: int = 5000, after: tuple[int, str] = (0, GENESIS)
) -> Iterator[str]:
    """What is wrong with the chain, a sentence for each row; nothing where it is whole."""
    last, previous = after
    while rows := connection.execute(STORED, {"after": last, "many": batch}).all():
        for row in rows:
            yield from _wrong(row, last, previous)
            last, previous = row.id, row.hash


def _wrong(row: Row[Any], last: int, previous: str) -> Iterator[str]:
    if row.id != last + 1:
        yield f"facts {last + 1} to {row.id - 1} are missing"
    if row.prev_hash != previous:
        yield f"fact {row.id} does not follow the one before it"
    if link(row.prev_hash, row.body) != row.hash:
        yield f"fact {row.id} is not what was written"
        return
    said = json.loads(row.body)
    copies = (row.kind, row.at, row.person, row.product, row.candidate, row.law)
    if copies != (
        said["kind"],
        datetime.fromisoformat(said["at"]),
        said["by"]["person"],
        said["product"],
        said["candidate"],
        said["law"],
    ):
        yield f"fact {row.id}: a column differs from what its body says"
