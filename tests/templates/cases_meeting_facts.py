"""Every kind of fact about schedules, meetings, topics, actions and digests, as the rules make them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from rules.chairing import attend, close, start, turn
from rules.convening import cancel, follow, move, skip
from rules.facts import CLOCK, Actor, Fact, iso
from rules.meeting_clock import tick
from rules.people import Person
from rules.series import DIGEST, MEETING, MOVE, Series, series_changed
from rules.topics import add_topic, discuss, done, give, remove_topic
from rules.worktime import Calendar
from tests.rules.meetings import passed

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
TEN = MONDAY + 3 * DAY
WEEKLY = Series(MEETING, (3,), time(10), "Europe/London", "C0RCM0001", MONDAY - 4 * DAY)
OFF = replace(WEEKLY, off=True)
DIGESTS = replace(WEEKLY, name=DIGEST, days=(0,), weeks=2)
(THURSDAY,) = passed(WEEKLY, None, {}, TEN)
HOLIDAY = Calendar(holidays=frozenset({TEN.date()}))


def noted(by: Actor, other: Actor) -> list[Fact]:
    """One of every kind; `by` runs the meeting, `other` is another member."""
    announced, facts = tick(THURSDAY, WEEKLY, TEN - DAY)
    begun = start(announced, ["payments@2.4.1#1", "topic:7", "action:3"], by, TEN, None)
    turned = turn(begun[0], ["topic:8"], "deferred", "omar is away", by, TEN + HOUR / 6)
    there = attend(turned[0], other, TEN + HOUR / 6)
    return [
        *series_changed(WEEKLY, None, by, MONDAY),
        *series_changed(replace(WEEKLY, days=(1, 3)), WEEKLY, by, MONDAY),
        *facts,
        *move(announced, TEN + 4 * HOUR, WEEKLY, None, {}, by, MONDAY)[1],
        *skip(announced, "all are at the fair", by, MONDAY)[1],
        *cancel(announced, "nothing-contested", by, MONDAY)[1],
        *begun[1],
        *turned[1],
        *there[1],
        *close(there[0], by, TEN + HOUR / 2)[1],
        *tick(THURSDAY, WEEKLY, TEN + 2 * HOUR)[1],
        *_of_topics(by, other),
        Fact("digest.posted", TEN, CLOCK, about=_digest(["2026-11-23"], late=False)),
    ]


def _of_topics(by: Actor, other: Actor) -> list[Fact]:
    topic, added = add_topic(7, "Who watches the pager?", 10, other, MONDAY)
    who = Person(other.person or "", "dave", "Europe/London", MONDAY)
    what = "Move the ledger's database"
    action, given = give(3, who, what, TEN + 4 * DAY, THURSDAY.name, by, TEN)
    return [
        *added,
        *remove_topic(topic, other, False, MONDAY)[1],
        *discuss(topic, THURSDAY.name, by, TEN)[1],
        *given,
        *done(action, other, False, TEN + DAY)[1],
    ]


def _digest(slots: list[str], *, late: bool) -> dict[str, object]:
    since = MONDAY - 7 * DAY * len(slots)
    return {"slots": slots, "since": iso(since), "until": iso(MONDAY), "late": late}


def more(by: Actor) -> Iterator[tuple[str, Fact]]:
    """The same said otherwise: late, by the clock, with nothing, with no more to come."""
    (digests,) = series_changed(DIGESTS, None, by, MONDAY)
    (off,) = series_changed(replace(DIGESTS, off=True), DIGESTS, by, MONDAY)
    yield "digest set", digests
    yield "digest off", off
    (holiday,) = passed(WEEKLY, HOLIDAY, {}, TEN)
    yield "skipped for a holiday", tick(holiday, WEEKLY, TEN)[1][0]
    yield "cancelled by a schedule", cancel(THURSDAY, "schedule", by, MONDAY)[1][0]
    late, (agenda, reminders) = tick(THURSDAY, WEEKLY, TEN)
    known, later = {late.name: late}, replace(WEEKLY, at=time(14))
    yield "moved with the schedule", follow(later, None, known, CLOCK, MONDAY)[0][1][0]
    moving = replace(WEEKLY, holidays=MOVE)
    yield "moved for a holiday", follow(moving, HOLIDAY, known, CLOCK, MONDAY)[0][1][0]
    yield "longer", follow(replace(WEEKLY, minutes=60), None, known, by, MONDAY)[0][1][0]
    gone, ((ended, _),) = skip(late, None, by, MONDAY)[0], follow(OFF, None, known, by, MONDAY)
    yield "brought back", move(gone, gone.at, WEEKLY, None, {}, by, MONDAY)[1][0]
    yield (
        "brought back by a schedule",
        follow(later, None, {ended.name: ended}, by, MONDAY)[0][1][0],
    )
    yield "agenda late", agenda
    yield "reminders late", reminders
    yield "not started", tick(late, WEEKLY, TEN + 2 * HOUR)[1][0]
    empty, (begun,) = start(late, [], by, TEN, None)
    yield "started with nothing", begun
    full = start(late, ["payments@2.4.1#1", "topic:7"], by, TEN, None)[0]
    yield "closed by the clock", tick(full, WEEKLY, TEN + DAY)[1][0]
    yield "closed with nothing left", close(empty, by, TEN)[1][0]
    yield "one came up", close(full, by, TEN, current=["topic:8"], gone=["topic:7"])[1][0]
    yield "one gone", turn(full, [], "done", None, by, TEN, gone=["topic:7"])[1][0]
    last = turn(full, [], "done", None, by, TEN)[0]
    yield "all through", turn(last, [], "done", None, by, TEN)[1][0]
    weeks = _digest(["2026-11-16", "2026-11-23"], late=True)
    yield "digest late", Fact("digest.posted", MONDAY, CLOCK, about=weeks)
