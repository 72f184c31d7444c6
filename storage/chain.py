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

from sqlalchemy import (
    Connection,
    LargeBinary,
    Row,
    Text,
    bindparam,
    cast,
    insert,
    literal_column,
    select,
    type_coerce,
)

from rules.facts import LAW, Actor, Fact, iso
from rules.words import Role
from storage.documents import ANYTHING, canonical, utc
from storage.tables import facts as table

GENESIS = "0" * 64
"""What the first fact is chained to."""
BEFORE_ALL = -(2**63)
"""An id that no row's is below."""
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
AS_TEXT = type_coerce(table.c.at, Text).label("at")
"""The time as it is stored: what was tampered with may be no time at all."""
STORED = (
    select(
        *(table.c.id, table.c.kind, AS_TEXT, table.c.person, table.c.product, table.c.candidate),
        *(table.c.law, cast(table.c.body, LargeBinary).label("body")),
        *(table.c.prev_hash, table.c.hash),
    )
    .where(table.c.id > bindparam("after"))
    .order_by(table.c.id)
    .limit(bindparam("many"))
)


def link(previous: str, body: str | bytes) -> str:
    """The hash of a row that follows `previous` and holds `body`, as text or as its bytes."""
    held = body.encode() if isinstance(body, str) else body
    return hashlib.sha256(previous.encode() + held).hexdigest()


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
                **_behalf(fact.by),
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


def _behalf(by: Actor) -> dict[str, Any]:
    """On whose behalf a delegate acts; of anybody else the body says nothing of it."""
    return {"behalf": dict(by.behalf)} if by.behalf else {}


def fact_from(body: str | bytes) -> Fact:
    """The fact that a stored body tells."""
    said = ANYTHING.validate_json(body)
    by = said["by"]
    hats = tuple(Role(hat) for hat in by["hats"])
    behalf = {Role(role): person for role, person in by.get("behalf", {}).items()}
    actor = Actor(by["person"], hats, by["door"], by["groups"], behalf)
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
    connection: Connection, batch: int = 1000, after: tuple[int, str] = (0, GENESIS)
) -> Iterator[str]:
    """What is wrong with the chain, a sentence for each row; nothing where it is whole."""
    last, previous = after
    seen = last or BEFORE_ALL
    while rows := connection.execute(STORED, {"after": seen, "many": batch}).all():
        for row in rows:
            yield from _wrong(row, last, previous)
            last, previous = row.id, row.hash
        seen = last


def described(row: Row[Any]) -> str:
    """A fact's row in a sentence: `fact 7 (state.asserted, payments@2.4.1#1)`."""
    about = row.candidate or row.product
    return f"fact {row.id} ({row.kind}{f', {about}' if about else ''})"


def _wrong(row: Row[Any], last: int, previous: str) -> Iterator[str]:
    number, *copies, body, prev_hash, sealed = tuple(row)
    if number != last + 1:
        yield _gap(row, last)
    if prev_hash != previous:
        yield f"{described(row)} does not follow the one before it: their hashes differ"
    try:
        if link(prev_hash, body) != sealed:
            yield f"{described(row)} is not what was written: its body does not fit its hash"
            return
        said = _copies(ANYTHING.validate_json(body))
    except (ValueError, KeyError, TypeError, AttributeError):
        yield f"{described(row)} can't be read: its body is no fact"
        return
    if copies != said:
        yield f"{described(row)}: a column differs from what its body says: {_which(copies, said)}"


def _gap(row: Row[Any], last: int) -> str:
    if row.id <= last:
        return f"{described(row)} stands before the first"
    if row.id == last + 2:
        return f"fact {last + 1} is missing"
    return f"facts {last + 1} to {row.id - 1} are missing"


def _copies(said: dict[str, Any]) -> list[Any]:
    """What a body says for the columns beside it, as they are stored and in their order."""
    at = said["at"]
    stored = f"{at[:10]} {at[11:26]}" if at.endswith("+00:00") else at
    person = said["by"]["person"]
    return [said["kind"], stored, person, said["product"], said["candidate"], said["law"]]


def _which(copies: list[Any], said: list[Any]) -> str:
    names = [column.name for column in STORED.selected_columns][1:]
    return ", ".join(
        f"{name} is {copy!r}, in the body {true!r}"
        for name, copy, true in zip(names, copies, said, strict=False)
        if copy != true
    )
