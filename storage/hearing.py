"""What the door rests on: by which secret Slack was heard, why the door is shut, which echoes are awaited (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from storage.tables import echoes as expected
from storage.tables import hearing as table


@dataclass(frozen=True)
class Heard:
    """What is known, and since when (aware UTC)."""

    said: str
    at: datetime


@dataclass(frozen=True)
class Echo:
    """A direct message that Slack accepted at `at` and has not told `replica` of yet."""

    channel: str
    ts: str
    replica: str
    at: datetime


ABOUT = select(table.c.key, table.c.said, table.c.at).where(table.c.topic == bindparam("topic"))
_NEW = insert(table)
NOTE = _NEW.on_conflict_do_update(
    index_elements=["topic", "key"], set_={"said": _NEW.excluded.said, "at": _NEW.excluded.at}
)
FORGET = delete(table).where(
    table.c.topic == bindparam("of_topic"), table.c.key == bindparam("of_key")
)
AWAITED = select(expected).order_by(expected.c.at)
EXPECT = insert(expected).on_conflict_do_nothing()
CAME = delete(expected).where(
    expected.c.channel == bindparam("in_channel"), expected.c.ts == bindparam("at_ts")
)


def about(connection: Connection, topic: str) -> Mapping[str, Heard]:
    """What is known of a topic, by key."""
    found = connection.execute(ABOUT, {"topic": topic})
    return {key: Heard(said, at) for key, said, at in found}


def note(connection: Connection, topic: str, key: str, heard: Heard) -> None:
    """Keep this, in place of what was known before."""
    known = {"topic": topic, "key": key, "said": heard.said, "at": heard.at}
    connection.execute(NOTE, known)


def forget(connection: Connection, topic: str, key: str) -> None:
    connection.execute(FORGET, {"of_topic": topic, "of_key": key})


def awaited(connection: Connection) -> tuple[Echo, ...]:
    """The echoes that have not come, oldest first."""
    found = connection.execute(AWAITED)
    return tuple(Echo(row.channel, row.ts, row.replica, row.at) for row in found)


def expect(connection: Connection, echo: Echo) -> None:
    """Await an echo; one that is awaited already stays as it is."""
    row = {"channel": echo.channel, "ts": echo.ts, "replica": echo.replica, "at": echo.at}
    connection.execute(EXPECT, row)


def came(connection: Connection, places: Iterable[tuple[str, str]]) -> None:
    """These echoes, by channel and ts, are awaited no more."""
    gone = [{"in_channel": channel, "at_ts": ts} for channel, ts in places]
    if gone:
        connection.execute(CAME, gone)
