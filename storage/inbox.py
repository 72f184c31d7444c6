"""What came in: keys already spent, acts whose author is not known yet, and words kept for a later choice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, exists, select
from sqlalchemy.dialects.sqlite import insert

from rules.asking import Asked
from rules.candidate import Candidate
from rules.product import PendingHalt
from rules.words import Phase
from storage import candidates
from storage.documents import plain, sound, utc
from storage.tables import inbox, kept, pending


@dataclass(frozen=True)
class PendingAct:
    """An act stored until its author's row is fetched; `at` is when it was pressed (aware UTC)."""

    id: int
    key: str
    request: Mapping[str, Any]
    """The request as plain JSON; times in it come back as ISO 8601 text."""
    person: str
    needs: tuple[str, ...]
    """Ids of people and groups whose rows were missing or too old."""
    at: datetime
    halts: bool = False
    product: str | None = None
    candidate: str | None = None
    state: str = "waiting"
    """`waiting`, `done` or `unresolved`."""


SPEND = insert(inbox).on_conflict_do_nothing()
SEEN = select(exists().where(inbox.c.key == bindparam("key")))
PEND = insert(pending).on_conflict_do_nothing()
_OLDEST = select(pending).order_by(pending.c.id)
UNDONE = _OLDEST.where(pending.c.state.in_(("waiting", "unresolved")))
WAITING_HALTS = _OLDEST.where(pending.c.state == "waiting", pending.c.halts)
JUDGED = (
    pending.update()
    .where(pending.c.id == bindparam("act"))
    .values(
        state=bindparam("new"),
        request=case((bindparam("new") == "done", "{}"), else_=pending.c.request),
    )
)
KEEP = insert(kept).on_conflict_do_nothing()
KEPT = select(kept.c.words).where(kept.c.id == bindparam("id"))


def spend(connection: Connection, key: str, now: datetime) -> bool:
    """Spend a key; False where it was spent before."""
    return connection.execute(SPEND, {"key": key, "at": now}).rowcount == 1


def seen(connection: Connection, key: str) -> bool:
    """Whether a key is spent."""
    return bool(connection.execute(SEEN, {"key": key}).scalar())


def pend(connection: Connection, act: PendingAct) -> None:
    """Store an act; the same key a second time changes nothing."""
    row = {
        "key": act.key or None,
        "request": plain(act.request),
        "person": act.person,
        "needs": json.dumps(act.needs),
        "at": utc(act.at),
        "halts": act.halts,
        "product": act.product,
        "candidate": act.candidate,
        "state": act.state,
    }
    connection.execute(PEND, row)


def waiting(connection: Connection) -> tuple[PendingAct, ...]:
    """The acts that wait, in the order of their presses."""
    return tuple(_act(row) for row in connection.execute(UNDONE))


def _act(row: Row[Any]) -> PendingAct:
    return PendingAct(
        id=row.id,
        key=row.key or "",
        request=json.loads(row.request),
        person=row.person,
        needs=tuple(json.loads(row.needs)),
        at=row.at,
        halts=row.halts,
        product=row.product,
        candidate=row.candidate,
        state=row.state,
    )


def halts_on(
    connection: Connection,
    product: str,
    candidate: Candidate | None,
    asked: Iterable[Asked] = (),
) -> tuple[PendingHalt, ...]:
    """The pending halts that may fall on a candidate: named, of its product, or of nobody knows what.

    Those `asked` for by the facts count like those that have a row, each person once.
    """
    found: dict[str, PendingHalt] = {}
    for act in (*connection.execute(WAITING_HALTS), *asked):
        if act.person not in found and _may_fall_on(connection, act, product, candidate):
            found[act.person] = PendingHalt(act.person, act.at)
    return tuple(found.values())


def _may_fall_on(
    connection: Connection, act: Row[Any] | Asked, product: str, candidate: Candidate | None
) -> bool:
    if act.candidate is None:
        return act.product in (None, product)
    if candidate is None:
        return False
    line = list(_successors(connection, act.candidate))
    withdrawn = bool(line) and line[-1].phase is Phase.WITHDRAWN
    return any(each.name == candidate.name for each in line) or (
        withdrawn and line[-1].product == candidate.product
    )


def _successors(connection: Connection, name: str) -> Iterator[Candidate]:
    """A candidate and whatever took its place: a halt on an old build falls on the open one.

    What was withdrawn names nothing that did: one of its product may have.
    """
    followed: set[str] = set()
    following: str | None = name
    while following and following not in followed:
        followed.add(following)
        candidate = candidates.one(connection, following)
        if candidate is None:
            return
        yield candidate
        following = candidate.superseded_by


def judged(connection: Connection, act: int, state: str) -> None:
    """An act no longer waits: `done`, and its words are forgotten, or `unresolved`."""
    connection.execute(JUDGED, {"act": act, "new": state})


def keep(connection: Connection, words: str, now: datetime) -> str:
    """Keep somebody's words; what to ask for them by, short enough for a button."""
    words = sound(words)
    name = hashlib.sha256(f"{now.isoformat()} {words}".encode()).hexdigest()[:20]
    connection.execute(KEEP, {"id": name, "words": words, "at": now})
    return name


def kept_words(connection: Connection, name: str) -> str | None:
    """The words kept under a name; None where they are unknown or too old."""
    return connection.execute(KEPT, {"id": name}).scalar()
