"""Candidates as rows: the whole of each as a document, beside it the columns that are searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.dialects.sqlite import insert

from rules.candidate import Candidate
from rules.hotfix import review_due
from rules.words import Phase
from storage.documents import CANDIDATE, document, sound
from storage.faults import Stale
from storage.tables import candidates as table

NOT_ENDED = (Phase.ANNOUNCED, Phase.HALTED, Phase.RELEASED, Phase.DEPLOYING, Phase.FAILED)

NAMED = select(table.c.doc).where(
    table.c.product == bindparam("product"),
    table.c.version == bindparam("version"),
    table.c.build == bindparam("build"),
)
BUILDS = (
    select(table.c.doc)
    .where(table.c.product == bindparam("product"), table.c.version == bindparam("version"))
    .order_by(table.c.build)
)
OPEN_NAMES = select(table.c.product, table.c.version, table.c.build).where(
    or_(*(table.c.phase == each for each in NOT_ENDED))
)
VERSIONS = select(table.c.version).where(table.c.product == bindparam("product")).distinct()
LAST_OF = (
    select(table.c.doc)
    .where(
        table.c.product == bindparam("product"),
        table.c.version.in_(bindparam("versions", expanding=True)),
    )
    .order_by(table.c.id.desc())
    .limit(1)
)
# Sorted by `not_ended`: ORDER BY id would have SQLite walk all of a product's candidates.
# No IN: SQLAlchemy writes its list anew at each execution.
OPEN = select(table.c.id, table.c.doc).where(or_(*(table.c.phase == each for each in NOT_ENDED)))
OPEN_OF = OPEN.where(table.c.product == bindparam("product"))
RECENT = select(table.c.doc).order_by(table.c.id.desc()).limit(bindparam("many"))
RECENT_OF = RECENT.where(table.c.product == bindparam("product"))
DUE = (
    select(table.c.product, table.c.version, table.c.build)
    .where(table.c.due_at <= bindparam("now"))
    .order_by(table.c.due_at, table.c.id)
    .limit(bindparam("many"))
)
ANNOUNCED = select(table.c.doc).where(table.c.phase == Phase.ANNOUNCED)
WAITING = ANNOUNCED.where(table.c.release_at.is_(None)).order_by(table.c.id)
UPCOMING = ANNOUNCED.where(
    table.c.release_at > bindparam("now"), table.c.release_at <= bindparam("until")
).order_by(table.c.release_at, table.c.id)
HALTED = select(table.c.doc).where(table.c.phase == Phase.HALTED).order_by(table.c.id)
TO_REVIEW = (
    select(table.c.doc)
    .where(table.c.review_at > bindparam("ever"))
    .order_by(table.c.review_at, table.c.id)
)

_ADDED = insert(table)
_CHANGED = {name: _ADDED.excluded[name] for name in ("phase", "seq", "release_at")} | {
    name: _ADDED.excluded[name] for name in ("due_at", "review_at", "doc")
}
SAVE = _ADDED.on_conflict_do_update(
    index_elements=["product", "version", "build"],
    set_=_CHANGED,
    where=table.c.seq == bindparam("expected"),
)
RESTORE = _ADDED.on_conflict_do_update(
    index_elements=["product", "version", "build"], set_=_CHANGED
)
RETRY = (
    table.update()
    .where(
        table.c.product == bindparam("b_product"),
        table.c.version == bindparam("b_version"),
        table.c.build == bindparam("b_build"),
    )
    .values(due_at=bindparam("at"))
)


def parse_name(name: str) -> tuple[str, str, int] | None:
    """`payments@2.4.1#3` as product, version and build; None where it is no such name."""
    title, hash_sign, build = sound(name).rpartition("#")
    product, at_sign, version = title.partition("@")
    if not (hash_sign and at_sign and build.isascii() and build.isdigit() and len(build) < 10):
        return None
    return product, version, int(build)


def one(connection: Connection, name: str) -> Candidate | None:
    """The candidate with this whole name."""
    parts = parse_name(name)
    if parts is None:
        return None
    product, version, build = parts
    found = connection.execute(
        NAMED, {"product": product, "version": version, "build": build}
    ).scalar()
    return None if found is None else candidate_from(found)


def builds(connection: Connection, product: str, version: str) -> tuple[Candidate, ...]:
    """All builds of a version, first to last."""
    named = {"product": sound(product), "version": sound(version)}
    return read(connection.execute(BUILDS, named).scalars())


def versions(connection: Connection, product: str) -> tuple[str, ...]:
    """Every version of a product that was ever announced, each once."""
    return tuple(connection.execute(VERSIONS, {"product": product}).scalars())


def last_of(connection: Connection, product: str, among: Sequence[str]) -> Candidate | None:
    """The last announced of these versions of a product."""
    named = {"product": product, "versions": list(among)}
    found = connection.execute(LAST_OF, named).scalar()
    return None if found is None else candidate_from(found)


def read(documents: Iterable[str]) -> tuple[Candidate, ...]:
    """Documents as candidates."""
    return tuple(map(candidate_from, documents))


@lru_cache(maxsize=256)
def candidate_from(doc: str) -> Candidate:
    """A document as a candidate; the clock reads the same ones again and again, and they can't be changed."""
    return CANDIDATE.validate_json(doc)


def not_ended(connection: Connection, product: str | None) -> tuple[Candidate, ...]:
    """Those not ended, oldest first, of one product or of all."""
    if product is None:
        rows = connection.execute(OPEN)
    else:
        rows = connection.execute(OPEN_OF, {"product": product})
    return read(row.doc for row in sorted(rows, key=lambda row: row.id))


def names_not_ended(connection: Connection) -> tuple[str, ...]:
    """The names of those not ended, also where what is stored of one can't be read."""
    rows = connection.execute(OPEN_NAMES)
    return tuple(f"{product}@{version}#{build}" for product, version, build in rows)


def recent(connection: Connection, product: str | None, limit: int) -> tuple[Candidate, ...]:
    """The last announced, newest first."""
    if product is None:
        rows = connection.execute(RECENT, {"many": limit})
    else:
        rows = connection.execute(RECENT_OF, {"many": limit, "product": product})
    return read(rows.scalars())


def due(connection: Connection, now: datetime, limit: int) -> tuple[str, ...]:
    """The names of those the clock should look at, longest due first."""
    rows = connection.execute(DUE, {"now": now, "many": limit})
    return tuple(f"{product}@{version}#{build}" for product, version, build in rows)


def save(connection: Connection, changed: Sequence[tuple[Candidate, int]]) -> None:
    """Write candidates, each with how many facts have just been applied to it.

    Raises Stale where the stored row is not the one those facts were decided on.
    """
    for candidate, applied in changed:
        row = _row(candidate) | {"expected": candidate.seq - applied}
        if connection.execute(SAVE, row).rowcount == 0:
            raise Stale(f"{candidate.name} has changed since it was read")


def restore(connection: Connection, candidate: Candidate) -> None:
    """Write a candidate, whatever its row says now, or where there is none."""
    connection.execute(RESTORE, _row(candidate))


def _row(candidate: Candidate) -> dict[str, object]:
    announced = candidate.phase is Phase.ANNOUNCED
    return {
        "product": candidate.product,
        "version": candidate.version,
        "build": candidate.build,
        "phase": candidate.phase.value,
        "seq": candidate.seq,
        "release_at": candidate.release_at,
        "due_at": candidate.release_at if announced else None,
        "review_at": review_due(candidate),
        "doc": document(CANDIDATE, candidate),
    }


def retry(connection: Connection, name: str, at: datetime) -> None:
    """Look at a candidate again at `at`: its release time stays what it is."""
    parts = parse_name(name)
    if parts is not None:
        product, version, build = parts
        connection.execute(
            RETRY, {"b_product": product, "b_version": version, "b_build": build, "at": at}
        )


def upcoming(connection: Connection, now: datetime, within: timedelta) -> tuple[Candidate, ...]:
    """The announced ones whose time is after `now` and no later than `within` from it."""
    found = connection.execute(UPCOMING, {"now": now, "until": now + within}).scalars()
    return read(found)
