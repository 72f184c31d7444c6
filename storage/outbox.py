"""What is to be said: one row a message, with the version wanted and the version sent, so that storms coalesce."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, func, literal_column, or_, select
from sqlalchemy.dialects.sqlite import insert

from rules.product import Notice
from rules.words import State
from storage.documents import plain, utc
from storage.tables import notices
from storage.tables import outbox as table

UNREACHED = (
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "is_inactive",
    "restricted_action",
    "posting_to_channel_denied",
)
"""Slack's words for a channel where the bot may not speak now, and may again tomorrow."""
LEASE = timedelta(minutes=2)
"""A message claimed longer ago than this has lost its courier, and is claimed again."""


@dataclass(frozen=True)
class Message:
    """One message. `want` counts the versions asked for, `sent` is the newest one Slack accepted."""

    key: str
    kind: str
    """`card`, `thread`, `outcome`, `ask`, `remind`, `tell`, `answer`; `agenda`, `page`, `floor`, `minutes`."""
    target: str
    """A channel, a user (a direct message) or a response_url."""
    candidate: str | None = None
    person: str | None = None
    states: tuple[State, ...] = ()
    """Of an `ask` or `remind`: whose word on which states is asked."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What its words need; comes back as plain JSON, times as ISO 8601 text."""
    once: bool = False
    """Said once: asked for again it is left alone."""
    expires_at: datetime | None = None
    """After this it makes no sense; the courier decides what then."""
    want: int = 1
    sent: int = 0
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    state: str = "waiting"
    """`waiting`, `sending`, `sent`, `dead` or `expired`."""
    attempts: int = 0
    """Tries since the last success."""
    first_tried_at: datetime | None = None
    not_before: datetime | None = None
    delivered_at: datetime | None = None
    """When Slack first accepted it."""
    error: str | None = None
    ambiguous: bool = False
    """An earlier try may have reached Slack without our knowing."""
    repeated: bool = False
    """It may stand in Slack twice."""
    wanted_at: datetime | None = None
    """Since when something unsent is wanted of it."""
    id: int = 0


@dataclass(frozen=True)
class Backlog:
    """How much is unsent, for the metrics. `oldest`: since when the longest waiting one is wanted."""

    waiting: int = 0
    sending: int = 0
    dead: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Delivery:
    """How far the messages that notice rests on have come."""

    notices: tuple[Notice, ...] = ()
    card_delivered_at: datetime | None = None
    card_dead: bool = False


_NEW = insert(table)
# No IN on a hot path: SQLAlchemy writes its list anew at each execution.
_OVER = or_(table.c.state == "sent", table.c.state == "expired")
_ELSEWHERE = and_(table.c.state == "dead", table.c.target != _NEW.excluded.target)
SEND = _NEW.on_conflict_do_update(
    index_elements=["key"],
    set_={
        "want": table.c.want + 1,
        "target": _NEW.excluded.target,
        "states": _NEW.excluded.states,
        "about": _NEW.excluded.about,
        "expires_at": _NEW.excluded.expires_at,
        "state": case((or_(_OVER, _ELSEWHERE), "waiting"), else_=table.c.state),
        "not_before": case((_OVER, _NEW.excluded.not_before), else_=table.c.not_before),
        "wanted_at": case((_OVER, _NEW.excluded.wanted_at), else_=table.c.wanted_at),
    },
    where=_NEW.excluded.once.is_(False),
)
ASK = SEND.returning(table.c.want)
ASKED = insert(notices).on_conflict_do_nothing()
_AGAIN = (
    table.update()
    .where(table.c.candidate == bindparam("about_candidate"))
    .values(
        want=table.c.want + 1,
        state=case((_OVER, "waiting"), else_=table.c.state),
        not_before=case(
            (_OVER, bindparam("now", type_=table.c.wanted_at.type)), else_=table.c.not_before
        ),
        wanted_at=case(
            (_OVER, bindparam("now", type_=table.c.wanted_at.type)), else_=table.c.wanted_at
        ),
    )
)
TOUCH = _AGAIN.where(table.c.kind == bindparam("of_kind"))
TOUCH_ASKS = _AGAIN.where(table.c.kind.in_(("ask", "remind")))
TOUCH_ASKS_OF = TOUCH_ASKS.where(table.c.person.in_(bindparam("people", expanding=True)))
ONE = select(table).where(table.c.key == bindparam("key"))
CARD = (
    select(table)
    .where(table.c.candidate == bindparam("candidate"), table.c.kind == "card")
    .order_by(table.c.id)
    .limit(1)
)
AT = (
    select(table.c.candidate)
    .where(
        table.c.channel == bindparam("channel"),
        table.c.ts == bindparam("ts"),
        table.c.candidate.is_not(None),
    )
    .limit(1)
)
DEAD = select(table).where(table.c.state == "dead").order_by(table.c.id)
DELIVERY = (
    select(
        table.c.kind,
        table.c.state,
        table.c.delivered_at,
        table.c.person,
        notices.c.state.label("asked"),
        notices.c.delivered_at.label("heard_at"),
    )
    .outerjoin(notices, notices.c.key == table.c.key)
    .where(
        table.c.candidate == bindparam("candidate"),
        literal_column("outbox.kind IN ('card', 'ask')"),
    )
    .order_by(table.c.id)
)
READY = (
    select(table)
    .where(table.c.state == "waiting", table.c.not_before <= bindparam("now"))
    .order_by(table.c.id)
    .limit(bindparam("many"))
)
LOST = (
    select(table)
    .where(table.c.state == "sending", table.c.claimed_at <= bindparam("before"))
    .order_by(table.c.id)
    .limit(bindparam("many"))
)
CLAIM = (
    table.update()
    .where(table.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="sending",
        claimed_at=bindparam("now"),
        attempts=table.c.attempts + 1,
        first_tried_at=func.coalesce(table.c.first_tried_at, bindparam("now")),
        ambiguous=or_(table.c.ambiguous, table.c.state == "sending"),
    )
)
RECOVER = (
    table.update()
    .where(table.c.state == "sending")
    .values(state="waiting", not_before=bindparam("now"), ambiguous=True)
)
_SENT = case((table.c.sent > bindparam("version"), table.c.sent), else_=bindparam("version"))
SENT = (
    table.update()
    .where(table.c.key == bindparam("of"))
    .values(
        sent=_SENT,
        channel=func.coalesce(bindparam("in_channel"), table.c.channel),
        ts=func.coalesce(bindparam("at_ts"), table.c.ts),
        thread_ts=func.coalesce(bindparam("in_thread"), table.c.thread_ts),
        delivered_at=func.coalesce(table.c.delivered_at, bindparam("now")),
        state=case((table.c.want > _SENT, "waiting"), else_="sent"),
        attempts=0,
        not_before=bindparam("now"),
        error=None,
        ambiguous=False,
        repeated=or_(table.c.repeated, bindparam("again")),
    )
)
HEARD = (
    notices.update()
    .where(
        notices.c.key == bindparam("of"),
        notices.c.delivered_at.is_(None),
        notices.c.version <= bindparam("up_to"),
    )
    .values(delivered_at=bindparam("now"))
)
_OF = table.update().where(table.c.key == bindparam("of"))
LATER = _OF.values(
    state="waiting",
    not_before=bindparam("at"),
    error=bindparam("why"),
    ambiguous=or_(table.c.ambiguous, bindparam("unsure")),
)
END = _OF.values(state=bindparam("how"), error=bindparam("why"))
REVIVE = _OF.where(table.c.state.in_(("dead", "expired"))).values(
    state="waiting", not_before=bindparam("now"), attempts=0, error=None
)
REVIVE_UNREACHED = (
    table.update()
    .where(
        table.c.state == "dead",
        or_(*(table.c.error.startswith(word) for word in UNREACHED)),
        table.c.wanted_at > bindparam("since"),
    )
    .values(state="waiting", not_before=bindparam("now"), attempts=0, error=None)
)
COUNTS = (
    select(table.c.state, func.count(), func.min(table.c.wanted_at))
    .where(table.c.state.in_(("waiting", "sending", "dead")))
    .group_by(table.c.state)
)
FORGET = table.delete().where(
    literal_column("kind = 'answer'"),  # a literal, or the partial index is not used
    table.c.wanted_at < bindparam("before"),
    table.c.state.in_(("sent", "expired")),
)
NEXT = select(func.min(table.c.not_before)).where(table.c.state == "waiting")


def send(connection: Connection, wanted: Sequence[Message], now: datetime) -> None:
    """Ask for messages, or for new versions of them, in this order."""
    for asks, run in groupby(wanted, _asks):
        if asks:
            for message in run:
                _ask(connection, message, now)
        else:
            rows = [_row(message, now) for message in run]
            connection.execute(SEND, rows if len(rows) > 1 else rows[0])


def _asks(message: Message) -> bool:
    """Whether notice rests on it."""
    return message.kind == "ask" and bool(message.states)


def _ask(connection: Connection, message: Message, now: datetime) -> None:
    version = connection.execute(ASK, _row(message, now)).scalar()
    if version is not None:
        asked = [{"key": message.key, "state": s, "version": version} for s in message.states]
        connection.execute(ASKED, asked)


def _row(message: Message, now: datetime) -> dict[str, object]:
    return {
        "key": message.key,
        "kind": message.kind,
        "target": message.target,
        "candidate": message.candidate,
        "person": message.person,
        "states": ",".join(message.states),
        "about": plain(message.about) if message.about else "{}",
        "once": message.once,
        "expires_at": message.expires_at,
        "want": 1,
        "sent": 0,
        "channel": message.channel,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "state": "waiting",
        "attempts": 0,
        "wanted_at": now,
        "not_before": utc(message.not_before) if message.not_before else now,
        "ambiguous": False,
        "repeated": False,
    }


def touch(connection: Connection, candidate: str, kind: str, now: datetime) -> None:
    """Ask for a new version of a candidate's messages of one kind that exist already."""
    connection.execute(TOUCH, {"about_candidate": candidate, "of_kind": kind, "now": now})


def touch_asks(
    connection: Connection, candidate: str, people: Sequence[str] | None, now: datetime
) -> None:
    """The same for the direct messages that asked or reminded: of these people, or None for all."""
    known = {"about_candidate": candidate, "now": now}
    if people is None:
        connection.execute(TOUCH_ASKS, known)
    elif people:
        connection.execute(TOUCH_ASKS_OF, {**known, "people": list(people)})


def message_from(row: Row[Any]) -> Message:
    """A row as a message."""
    return Message(
        key=row.key,
        kind=row.kind,
        target=row.target,
        candidate=row.candidate,
        person=row.person,
        states=tuple(State(state) for state in row.states.split(",") if state),
        about=json.loads(row.about),
        once=row.once,
        expires_at=row.expires_at,
        want=row.want,
        sent=row.sent,
        channel=row.channel,
        ts=row.ts,
        thread_ts=row.thread_ts,
        state=row.state,
        attempts=row.attempts,
        first_tried_at=row.first_tried_at,
        not_before=row.not_before,
        delivered_at=row.delivered_at,
        error=row.error,
        ambiguous=row.ambiguous,
        repeated=row.repeated,
        wanted_at=row.wanted_at,
        id=row.id,
    )


def messages(rows: Iterable[Row[Any]]) -> tuple[Message, ...]:
    """Rows as messages."""
    return tuple(message_from(row) for row in rows)


def delivery(connection: Connection, candidate: str) -> Delivery:
    """Which of a candidate's messages Slack has accepted, and which it never will."""
    asked: list[Notice] = []
    card_at, card_dead = None, False
    for row in connection.execute(DELIVERY, {"candidate": candidate}):
        over = row.state in ("dead", "expired")
        if row.kind == "card":
            card_at = card_at or row.delivered_at
            card_dead = over and card_at is None
        elif row.asked is not None:
            state, heard_at = State(row.asked), row.heard_at
            asked.append(Notice(row.person or "", state, heard_at, over and heard_at is None))
    return Delivery(tuple(asked), card_at, card_dead)


def claim(
    connection: Connection, now: datetime, limit: int, lease: timedelta
) -> tuple[Message, ...]:
    """Take what is ready, oldest first, and mark it as being sent; a lost courier's too."""
    ready = connection.execute(READY, {"now": now, "many": limit}).all()
    lost = connection.execute(LOST, {"before": now - lease, "many": limit}).all()
    chosen = sorted((*ready, *lost), key=lambda row: row.id)[:limit]
    if not chosen:
        return ()
    connection.execute(CLAIM, {"ids": [row.id for row in chosen], "now": now})
    return tuple(_claimed(message_from(row), now) for row in chosen)


def _claimed(message: Message, now: datetime) -> Message:
    return replace(
        message,
        state="sending",
        attempts=message.attempts + 1,
        first_tried_at=message.first_tried_at or now,
        ambiguous=message.ambiguous or message.state == "sending",
    )


def backlog(connection: Connection) -> Backlog:
    """How much is unsent, and since when."""
    counts: dict[str, Any] = {}
    oldest: list[datetime] = []
    for state, many, since in connection.execute(COUNTS):
        counts[state] = many
        if state != "dead":
            oldest.append(since)
    return Backlog(**counts, oldest=min(oldest, default=None))
