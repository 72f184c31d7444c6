"""Whether every candidate's row is what its facts make it: the law is applied again, nothing is decided again (DESIGN 2.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from rules.apply import NOTED, apply
from rules.candidate import Candidate
from rules.hotfix import review_due
from rules.words import Phase
from storage import chain
from storage.candidates import parse_name
from storage.documents import CANDIDATE
from storage.tables import candidates, facts

AT_ONCE = 250
"""Candidates looked at together; their facts are streamed."""
LONGEST = 100
"""Characters of a value in a sentence."""

ROWS = (
    select(candidates)
    .where(candidates.c.id > bindparam("after"))
    .order_by(candidates.c.id)
    .limit(AT_ONCE)
)
FACTS_OF = (
    select(facts.c.id, facts.c.kind, facts.c.candidate, facts.c.body)
    .where(facts.c.candidate.in_(bindparam("names", expanding=True)))
    .order_by(facts.c.candidate, facts.c.id)
)
SEALED_OF = FACTS_OF.add_columns(facts.c.prev_hash, facts.c.hash)
NAMED = select(func.count()).select_from(facts).where(facts.c.candidate.is_not(None))
NAMES = select(facts.c.candidate, func.min(facts.c.id)).where(facts.c.candidate.is_not(None))
NAMES = NAMES.group_by(facts.c.candidate).order_by(func.min(facts.c.id))
WHOLE = select(candidates).where(
    candidates.c.product == bindparam("product"),
    candidates.c.version == bindparam("version"),
    candidates.c.build == bindparam("build"),
)
ROW_OF = WHOLE.with_only_columns(candidates.c.id)

Story = Sequence[tuple[int, str, str]]
"""A candidate's facts in order: id, kind and body."""


def differing(connection: Connection) -> Iterator[str]:
    """A sentence for each candidate whose row and facts disagree; nothing where they all agree."""
    after, told = chain.BEFORE_ALL, 0
    while rows := connection.execute(ROWS, {"after": after}).all():
        after = rows[-1].id
        named = {_name(row): row for row in rows}
        found: set[str] = set()
        for name, story in _stories(connection, named):
            found.add(name)
            told += len(story)
            yield from _differs(named[name], name, story)
        for name in named:
            if name not in found:
                yield f"{name} has a row and no facts"
    if told != connection.execute(NAMED).scalar():
        yield from _rowless(connection)


def made(connection: Connection, names: Sequence[str]) -> dict[str, Candidate | str]:
    """Each of these candidates as its own facts make it, in one query; or why they make none.

    The bytes of each fact are held against its hash on the way. A candidate without facts is not in it.
    """
    found: dict[str, Candidate | str] = {}
    for name, rows in groupby(connection.execute(SEALED_OF, {"names": list(names)}), _candidate):
        try:
            found[name] = _replayed(_unbroken(rows), name)
        except Unfit as unfit:
            found[name] = str(unfit)
    return found


def differing_of(connection: Connection, name: str) -> Iterator[str]:
    """A sentence for each thing in which one candidate's row, columns included, differs from its facts."""
    product, version, build = parse_name(name) or ("", "", 0)
    sought = {"product": product, "version": version, "build": build}
    row = connection.execute(WHOLE, sought).one_or_none()
    story = [each for _, told in _stories(connection, [name]) for each in told]
    if row is not None:
        yield from _differs(row, name, story)
    elif story:
        yield f"fact {story[0][0]} names {name}, a candidate that has no row"


def _candidate(row: Row[Any]) -> str:
    return str(row.candidate)


def _unbroken(rows: Iterable[Row[Any]]) -> Iterator[tuple[int, str, str]]:
    for row in rows:
        if chain.link(row.prev_hash, row.body) != row.hash:
            raise Unfit(f"fact {row.id} ({row.kind}) is not what was written")
        yield row.id, row.kind, row.body


def difference(stored: Candidate, by_facts: Candidate | str | None) -> str | None:
    """What a candidate's row says otherwise than its facts, a sentence; None: nothing."""
    if by_facts is None:
        return f"{stored.name} has a row and no facts"
    if isinstance(by_facts, str):
        return by_facts
    return next(_fields(stored.name, stored, by_facts), None)


def _name(row: Row[Any]) -> str:
    return f"{row.product}@{row.version}#{row.build}"


def _stories(connection: Connection, names: Iterable[str]) -> Iterator[tuple[str, Story]]:
    result = connection.execute(FACTS_OF, {"names": list(names)}).yield_per(1000)
    for name, rows in groupby(result, key=lambda row: row[2]):
        yield name, [(row[0], row[1], row[3]) for row in rows]


def _rowless(connection: Connection) -> Iterator[str]:
    for name, first in connection.execute(NAMES).all():
        product, version, build = parse_name(str(name)) or ("", "", 0)
        sought = {"product": product, "version": version, "build": build}
        if connection.execute(ROW_OF, sought).one_or_none() is None:
            yield f"fact {first} names {name}, a candidate that has no row"


class Unfit(ValueError):
    """Why a candidate's facts make no candidate, as a sentence."""


def _replayed(story: Iterable[tuple[int, str, str]], name: str) -> Candidate:
    """The candidate that its facts make. Raises Unfit."""
    candidate: Candidate | None = None
    for number, kind, body in story:
        if kind in NOTED:
            continue
        try:
            candidate = apply(candidate, chain.fact_from(body))
        except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
            raise Unfit(
                f"fact {number} ({kind}, {name}) can't be applied to {name}: {error}"
            ) from None
    if candidate is None:
        raise Unfit(f"{name} has a row and no facts that make it")
    return candidate


def _differs(row: Row[Any], name: str, story: Story) -> Iterator[str]:
    try:
        candidate = _replayed(story, name)
    except Unfit as unfit:
        yield str(unfit)
        return
    yield from _beside(row, name, _columns(candidate), row._mapping)
    yield from _differing_document(row, name, candidate)


def _columns(candidate: Candidate) -> dict[str, object]:
    return {
        "phase": candidate.phase.value,
        "seq": candidate.seq,
        "release_at": candidate.release_at,
        "review_at": review_due(candidate),
    }


def _beside(
    row: Row[Any], name: str, made: Mapping[str, object], held: Mapping[Any, object]
) -> Iterator[str]:
    for column, value in made.items():
        if held[column] != value:
            yield sentence(name, column, held[column], value)
    due = made["phase"] == Phase.ANNOUNCED and made["release_at"] is not None
    if due and row.due_at is None:
        yield f"{name}: due_at is missing in its row, and the clock would never look at it"


def _differing_document(row: Row[Any], name: str, candidate: Candidate) -> Iterator[str]:
    try:
        stored = CANDIDATE.validate_json(row.doc)
    except ValueError:
        yield f"{name}: its row can't be read"
        return
    yield from _fields(name, stored, candidate)


def _fields(name: str, stored: Candidate, candidate: Candidate) -> Iterator[str]:
    """A sentence for each field in which a row and its facts differ."""
    if stored == candidate:
        return
    for field in fields(Candidate):
        held, made = getattr(stored, field.name), getattr(candidate, field.name)
        if held != made:
            yield sentence(name, field.name, held, made)


def sentence(name: str, what: str, held: object, made: object) -> str:
    """What a row holds, and what its facts make of it."""
    return f"{name}: {what} is {_short(held)} in its row, and {_short(made)} by its facts"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
