"""Whether meetings, topics, actions and schedules are what their facts make them (DESIGN 2.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Table, bindparam, select

from rules.facts import Fact
from rules.meeting_facts import (
    ACTIONS,
    MEETINGS,
    TOPICS,
    apply_action,
    apply_meeting,
    apply_topic,
)
from storage import chain, tables
from storage.documents import ACTION, MEETING, SERIES, TOPIC, canonical
from storage.meetings import columns_of
from storage.replaying import sentence

SCHEDULES = frozenset({"schedule.declared", "schedule.changed"})
FACTS = (
    select(tables.facts.c.id, tables.facts.c.kind, tables.facts.c.body)
    .where(
        tables.facts.c.candidate.is_(None), tables.facts.c.kind.in_(bindparam("of", expanding=True))
    )
    .order_by(tables.facts.c.id)
)
"""They name no candidate, and so stand together in an index."""
AT_ONCE = 1000
"""Facts fetched together; they are streamed."""
Apply = Callable[[Any, Fact], Any]


@dataclass
class _Sort:
    """One sort of row: which facts make it, and what they have made so far."""

    what: str
    """What it is called; the key of its facts' `about` that names it."""
    kinds: frozenset[str]
    table: Table
    adapter: TypeAdapter[Any]
    apply: Apply
    made: dict[Any, Any] = field(default_factory=dict)
    told: dict[Any, int] = field(default_factory=dict)
    """The first fact of each."""


def _schedule(_: object, fact: Fact) -> Mapping[str, Any]:
    """A schedule is what the last fact says of it."""
    return {key: value for key, value in fact.about.items() if key not in {"was", "pressed_at"}}


def _sorts() -> tuple[_Sort, ...]:
    return (
        _Sort("meeting", frozenset(MEETINGS), tables.meetings, MEETING, apply_meeting),
        _Sort("topic", frozenset(TOPICS), tables.topics, TOPIC, apply_topic),
        _Sort("action", ACTIONS, tables.actions, ACTION, apply_action),
        _Sort("series", SCHEDULES, tables.series, SERIES, _schedule),
    )


def differing(connection: Connection) -> Iterator[str]:
    """A sentence for each row that disagrees with its facts; nothing where they all agree."""
    sorts = _sorts()
    by_kind = {kind: sort for sort in sorts for kind in sort.kinds}
    for number, kind, body in connection.execute(FACTS, {"of": list(by_kind)}).yield_per(AT_ONCE):
        sort = by_kind[kind]
        try:
            fact = chain.fact_from(body)
            key = fact.about[sort.what]
            sort.made[key] = sort.apply(sort.made.get(key), fact)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield f"fact {number} ({kind}) can't be applied to its {sort.what}: {error}"
            return
        sort.told.setdefault(key, number)
    for sort in sorts:
        yield from _beside(connection, sort)


def _beside(connection: Connection, sort: _Sort) -> Iterator[str]:
    for row in connection.execute(select(sort.table)):
        key = row[0]
        called = f"{sort.what} {key}"
        if key not in sort.made:
            yield f"{called} has a row and no facts"
            continue
        yield from _differs(row, called, sort, sort.made.pop(key))
    for key in sort.made:
        yield f"fact {sort.told[key]} names {sort.what} {key}, which has no row"


def _differs(row: Row[Any], called: str, sort: _Sort, made: Any) -> Iterator[str]:
    try:
        stored = sort.adapter.validate_json(row.doc)
    except ValueError:
        yield f"{called}: its row can't be read"
        return
    if isinstance(made, Mapping):
        for key, held in stored.about().items():
            if canonical({key: held}) != canonical({key: made.get(key)}):
                yield sentence(called, key, held, made.get(key))
        return
    for column, value in columns_of(made).items():
        if row._mapping[column] != value:
            yield sentence(called, column, row._mapping[column], value)
    if stored != made:
        for each in fields(made):
            held, by_facts = getattr(stored, each.name), getattr(made, each.name)
            if held != by_facts:
                yield sentence(called, each.name, held, by_facts)
