"""Meetings, topics and actions as rows: the whole of each as a document, beside it the columns searched by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, Table, bindparam, func, or_, select
from sqlalchemy.dialects.sqlite import Insert, insert

from rules.meeting import OVER, Action, Meeting, Stage, Topic
from storage.documents import ACTION, MEETING, TOPIC, document, utc
from storage.faults import Stale
from storage.meeting_tables import actions, meetings, topics

MINUTED = (Stage.CLOSED, Stage.CANCELLED)
GOING_ON = or_(*(meetings.c.stage == stage for stage in Stage if stage not in OVER))
SINCE = select(meetings.c.doc).where(or_(meetings.c.name >= bindparam("since"), GOING_ON))
"""Unordered, so that both its halves are looked up in an index."""
ONE_MEETING = select(meetings.c.doc).where(meetings.c.name == bindparam("key"))
RUNNING = select(meetings.c.doc).where(meetings.c.stage == Stage.RUNNING).order_by(meetings.c.at)
LAST = (
    select(meetings.c.doc)
    .where(meetings.c.stage.in_(MINUTED), meetings.c.at <= bindparam("now"))
    .order_by(meetings.c.at.desc(), meetings.c.name.desc())
    .limit(1)
)
ONE_TOPIC = select(topics.c.doc).where(topics.c.number == bindparam("key"))
OPEN_TOPICS = select(topics.c.doc).where(topics.c.state == "open").order_by(topics.c.number)
ONE_ACTION = select(actions.c.doc).where(actions.c.number == bindparam("key"))
OPEN_ACTIONS = select(actions.c.doc).where(actions.c.done_at.is_(None))
DONE_ACTIONS = (
    select(actions.c.doc)
    .where(actions.c.done_at > bindparam("since"), actions.c.done_at <= bindparam("until"))
    .order_by(actions.c.done_at, actions.c.number)
)
LAST_TOPIC = select(func.max(topics.c.number))
LAST_ACTION = select(func.max(actions.c.number))


class MeetingsReader:
    """What can be asked of meetings, topics and actions. All times in and out are aware UTC."""

    _connection: Connection

    def meetings(self, since: str) -> Mapping[str, Meeting]:
        """The meetings with a row, by name, in order of their slots: all from the slot of that name on.

        Of earlier ones those that are not over: they may have been moved far ahead.
        """
        found = map(
            MEETING.validate_json, self._connection.execute(SINCE, {"since": since}).scalars()
        )
        return {meeting.name: meeting for meeting in sorted(found, key=lambda each: each.name)}

    def meeting(self, name: str) -> Meeting | None:
        """The meeting of a slot; None: nothing happened to it yet."""
        return _one(self._connection, ONE_MEETING, MEETING, name)

    def running(self) -> Meeting | None:
        """The meeting that is under way; of several the one planned first."""
        found = self._connection.execute(RUNNING).scalars().first()
        return None if found is None else MEETING.validate_json(found)

    def last_meeting(self, now: datetime) -> Meeting | None:
        """The latest up to `now` that has minutes: it was closed or cancelled."""
        found = self._connection.execute(LAST, {"now": utc(now)}).scalar()
        return None if found is None else MEETING.validate_json(found)

    def topics(self) -> tuple[Topic, ...]:
        """The open topics, in the order in which they were added."""
        return tuple(map(TOPIC.validate_json, self._connection.execute(OPEN_TOPICS).scalars()))

    def topic(self, number: int) -> Topic | None:
        """The topic with this number, whatever became of it."""
        return _one(self._connection, ONE_TOPIC, TOPIC, number)

    def actions(self) -> tuple[Action, ...]:
        """The actions not done, those due first first."""
        found = map(ACTION.validate_json, self._connection.execute(OPEN_ACTIONS).scalars())
        return tuple(sorted(found, key=lambda action: (action.due, action.number)))

    def action(self, number: int) -> Action | None:
        """The action with this number, done or not."""
        return _one(self._connection, ONE_ACTION, ACTION, number)

    def actions_done(self, since: datetime, until: datetime) -> tuple[Action, ...]:
        """The actions done after `since` and up to `until`, in that order."""
        span = {"since": utc(since), "until": utc(until)}
        return tuple(
            map(ACTION.validate_json, self._connection.execute(DONE_ACTIONS, span).scalars())
        )

    def next_topic(self) -> int:
        """The number of the next topic."""
        return int(self._connection.execute(LAST_TOPIC).scalar() or 0) + 1

    def next_action(self) -> int:
        """The number of the next action."""
        return int(self._connection.execute(LAST_ACTION).scalar() or 0) + 1


def _one(
    connection: Connection, sought: Select[Any], adapter: TypeAdapter[Any], key: object
) -> Any:
    """A document by its key; a number beyond SQLite's is nobody's."""
    if isinstance(key, int) and not 0 < key < 2**63:
        return None
    found = connection.execute(sought, {"key": key}).scalar()
    return None if found is None else adapter.validate_json(found)


def _put(table: Table, key: str, *columns: str) -> Insert:
    """A row in place of the one with its key, if that is at the count of facts it is expected at."""
    new = insert(table)
    return new.on_conflict_do_update(
        index_elements=[key],
        set_={name: new.excluded[name] for name in (*columns, "seq", "doc")},
        where=table.c.seq == bindparam("expected"),
    )


PUT_MEETING = _put(meetings, "name", "at", "stage")
PUT_TOPIC = _put(topics, "number", "state")
PUT_ACTION = _put(actions, "number", "done_at")


def columns_of(one: Meeting | Topic | Action) -> dict[str, object]:
    """The columns beside the document, in which rows are searched."""
    if isinstance(one, Meeting):
        return {"name": one.name, "at": utc(one.at), "stage": one.stage.value, "seq": one.seq}
    if isinstance(one, Topic):
        return {"number": one.number, "state": one.state, "seq": one.seq}
    done_at = one.done_at and utc(one.done_at)
    return {"number": one.number, "done_at": done_at, "seq": one.seq}


def save(connection: Connection, one: Meeting | Topic | Action, applied: int) -> None:
    """Write it as `applied` facts have just left it.

    Raises Stale where the stored row is not the one those facts were decided on.
    """
    put, adapter = _WRITES[type(one)]
    row = columns_of(one) | {"doc": document(adapter, one), "expected": one.seq - applied}
    if connection.execute(put, row).rowcount == 0:
        what = one.name if isinstance(one, Meeting) else one.key
        raise Stale(f"{what} has changed since it was read")


_WRITES: dict[type, tuple[Insert, TypeAdapter[Any]]] = {
    Meeting: (PUT_MEETING, MEETING),
    Topic: (PUT_TOPIC, TOPIC),
    Action: (PUT_ACTION, ACTION),
}
