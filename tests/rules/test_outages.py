"""Whatever the outages and the presses, each slot's meeting, reminder and digest comes once, or is recorded as missed."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.chairing import attend, close, start, turn
from rules.convening import Convened, cancel, move, skip
from rules.meeting import CALLED_OFF, OVER, Meeting, Stage
from rules.meeting_clock import tick
from rules.series import DIGEST, MEETING, MOVE, SKIP, Series, lead, owed
from rules.words import Refused
from rules.worktime import Calendar, instant
from tests.rules.cases import days
from tests.rules.meetings import ALICE, DAY, HOUR, MINUTE, RITA, Memory

ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe"]
CHANGES = {
    "Europe/London": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
}
LEADS = [MINUTE * 10, HOUR, 5 * HOUR, DAY, DAY + HOUR, 3 * DAY]
TERMINAL = {"meeting.closed", "meeting.cancelled", "meeting.skipped", "meeting.missed"}
EXAMPLES = settings(deadline=None, max_examples=int(os.environ.get("PRESUMPTIVE_EXAMPLES", "80")))


@st.composite
def series(draw, name: str = MEETING) -> Series:
    """A series set some days before its zone changes its clocks."""
    zone = draw(st.sampled_from(ZONES))
    change = draw(st.sampled_from(CHANGES[zone]))
    since = instant(change - draw(st.integers(3, 12)) * DAY, time(8, 20), ZoneInfo(zone))
    return Series(
        name,
        tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1, max_size=3)))),
        draw(st.sampled_from([time(0), time(1, 45), time(2, 15), time(9, 30), time(23, 30)])),
        zone,
        "C1",
        since,
        weeks=draw(st.integers(1, 2)),
        calendar="acme",
        holidays=draw(st.sampled_from([SKIP, MOVE])),
        minutes=draw(st.sampled_from([15, 45, 240])),
        agenda=draw(st.sampled_from(LEADS)),
        reminders=tuple(sorted(draw(st.sets(st.sampled_from(LEADS), max_size=3)), reverse=True)),
    )


def calendar(one: Series, offsets: set[int]) -> Calendar:
    """Ordinary working days with these days after the series was set as holidays."""
    return days(*(f"{one.effective.date() + n * DAY}" for n in offsets))


HOLIDAYS = st.sets(st.integers(0, 24), max_size=5)
WAITS = st.one_of(st.timedeltas(timedelta(), 3 * HOUR), st.timedeltas(timedelta(), 40 * HOUR)).map(
    lambda wait: wait - wait % timedelta(seconds=1)
)
NEAR = st.sampled_from([-30 * MINUTE, timedelta(), 3 * MINUTE, 20 * MINUTE, 3 * HOUR, 6 * HOUR])
"""How long after the next meeting's time something is done."""
BEFORE_IT = ["start", "start", "start", "skip", "cancel", "move", "back", None]
WHILE_IT_RUNS = ["next", "next", "defer", "attend", "close", None]
STEPS = st.lists(
    st.tuples(
        st.one_of(WAITS.map(lambda wait: (wait, False)), NEAR.map(lambda after: (after, True))),
        st.sampled_from([True, True, False]),
        st.sampled_from(BEFORE_IT),
        st.sampled_from(WHILE_IT_RUNS),
        st.integers(0, 3),
    ),
    min_size=4,
    max_size=30,
)


def press(memory: Memory, verb: str, chosen: int, now: datetime) -> Convened | None:
    """A person presses something; None where nothing is there to press it on."""
    running, near = memory.running(), memory.ahead(now, 4)
    if verb == "back":
        near = tuple(each for each in memory.known.values() if each.stage in CALLED_OFF)
    target = running if verb in WHILE_IT_RUNS else None
    if target is None:
        if not near:
            return None
        target = near[chosen % len(near) if verb in {"skip", "cancel", "move", "back"} else 0]
    outcome = {"next": "done", "defer": "deferred"}.get(verb)
    if outcome:
        return turn(target, ["a", "b", f"topic:{chosen}"], outcome, None, RITA, now)
    if verb == "start":
        return start(target, ["a", "b"], RITA, now, running)
    if verb in {"move", "back"}:
        to = target.at if verb == "back" and chosen else now + (chosen - 1) * 30 * HOUR + HOUR
        return move(target, to, memory.series, memory.calendar, memory.known, RITA, now)
    if verb == "attend":
        return attend(target, ALICE, now)
    if verb == "close":
        return close(target, RITA, now)
    return (skip if verb == "skip" else cancel)(target, None, RITA, now)


def wait(memory: Memory, now: datetime, until: datetime, *, up: bool) -> datetime:
    """Time passes; while the bot is up, its clock ticks whenever something is due and now and then."""
    while up and now < until:
        memory.tick(now)
        look = memory.next_look(now)
        if look is None or look >= until:
            break
        assert look > now
        quiet = now + (look - now) / 2
        assert memory.tick(quiet) == 0
        assert memory.tick(look) > 0
        now = look
    return until


def until(memory: Memory, now: datetime, gap: timedelta, near_it: bool) -> datetime:
    """So much later, or so long after the next meeting's time."""
    ahead = memory.ahead(now, 1) if near_it else ()
    return max(now, ahead[0].at + gap) if ahead else now + max(gap, timedelta())


def happened(memory: Memory, name: str) -> Counter[str]:
    return Counter(fact.kind for fact in memory.facts if fact.about["meeting"] == name)


def expected(one: Series, until: datetime) -> list[str]:
    """The names of the slots up to an instant, by trying each day."""
    zone = ZoneInfo(one.zone)
    first = one.effective.astimezone(zone).date()
    monday = first - timedelta(days=first.weekday())
    found = []
    for n in range((until - one.effective).days + 3):
        day = first + n * DAY
        on = day.weekday() in one.days and (day - monday).days // 7 % one.weeks == 0
        if on and one.effective < instant(day, one.at, zone) <= until:
            found.append(day.isoformat())
    return found


@EXAMPLES
@given(one=series(), holidays=HOLIDAYS, steps=STEPS)
def test_each_meeting_comes_once_or_is_recorded_as_missed(one, holidays, steps):
    memory = Memory(one, calendar(one, holidays))
    now = one.effective
    for (gap, near_it), up, before_it, while_it_runs, chosen in steps:
        now = wait(memory, now, until(memory, now, gap, near_it), up=up)
        verb = while_it_runs if memory.running() else before_it
        if verb is None:
            continue
        with suppress(Refused):
            pressed = press(memory, verb, chosen, now)
            if pressed is not None:
                memory.keep(pressed)
    end = max([now, *(each.at for each in memory.known.values())]) + 2 * DAY
    memory.tick(end)
    names = expected(one, end)
    moved_on = {each.name for each in memory.ahead(end)}
    for name in names:
        if name not in moved_on:
            checked(memory, memory.known[name])
    assert set(memory.known) <= set(expected(one, end + 300 * DAY))


def checked(memory: Memory, meeting: Meeting, *, steady: bool = True) -> None:
    """What was said of one meeting, against what was owed by a schedule that stayed."""
    counted = happened(memory, meeting.name)
    moves = memory.about(meeting.name, "moved")
    assert sum(move.about["back"] for move in moves) == meeting.turn - 1
    ends = sum(counted[kind] for kind in TERMINAL)
    assert ends == meeting.turn - (meeting.stage not in OVER), "each turn ends once"
    assert counted["meeting.announced"] <= meeting.turn
    for kind in ("meeting.started", "meeting.missed"):
        assert counted[kind] <= 1
    announced = memory.about(meeting.name, "announced")
    assert meeting.announced_at is None or meeting.announced_at == announced[-1].at
    for fact in announced:
        due = datetime.fromisoformat(fact.about["due"])
        assert due <= fact.at < datetime.fromisoformat(fact.about["at"]) + 5 * HOUR
        assert fact.about["late"] == (fact.at - due > 5 * MINUTE)
    sent = [m for fact in memory.about(meeting.name, "reminded") for m in fact.about["marks"]]
    if not moves and steady:
        assert len(sent) == len(set(sent))
        if meeting.stage is Stage.MISSED:
            assert sorted([*sent, *meeting.missed]) == sorted(owed_marks(memory.series, meeting))
    assert len(meeting.reminded) == len(set(meeting.reminded))
    if meeting.stage is Stage.MISSED:
        called = meeting.announced_at is not None and 0 in meeting.reminded
        assert meeting.why == ("not-started" if called else "down") or not steady
        assert not set(meeting.reminded) & set(meeting.missed)
    if meeting.stage is Stage.CLOSED:
        through = [*meeting.done, *meeting.deferred, *meeting.left]
        assert sorted(through) == sorted(meeting.items)


def owed_marks(one: Series, meeting: Meeting) -> list[int]:
    """The reminders that came due after the series was set."""
    marks = {int(mark.total_seconds()) for mark in one.reminders} | {0}
    found = {mark: lead(meeting.at, timedelta(seconds=mark), one.zone) for mark in marks}
    return [mark for mark, at in found.items() if at > one.effective]


@EXAMPLES
@given(one=series(), holidays=HOLIDAYS, downs=st.lists(WAITS, max_size=12))
def test_with_nobody_there_each_slot_is_skipped_or_missed_and_nothing_is_said_twice(
    one, holidays, downs
):
    memory, now = Memory(one, calendar(one, holidays)), one.effective
    for down in downs:
        now += down
        memory.tick(now)
    now += 30 * DAY
    memory.tick(now)
    for name in expected(one, now - 12 * DAY):
        meeting = memory.known[name]
        assert meeting.stage in {Stage.SKIPPED, Stage.MISSED}
        skipped = date.fromisoformat(name) in memory.calendar.holidays and one.holidays == SKIP
        assert meeting.why == "holiday" or not skipped
        checked(memory, meeting)


@EXAMPLES
@given(one=series(), waits=st.lists(WAITS, min_size=1, max_size=20))
def test_two_replicas_that_tick_on_what_they_read_before_write_once(one, waits):
    memory, now = Memory(one), one.effective
    for gap in waits:
        now += gap
        before = dict(memory.known)
        memory.tick(now)
        for name, row in memory.known.items():
            assert tick(row, one, now) == (row, ())
            assert row.seq >= (before[name].seq if name in before else 1)


@EXAMPLES
@given(one=series(DIGEST), holidays=HOLIDAYS, waits=st.lists(WAITS, max_size=25))
def test_each_digest_is_in_exactly_one_posting(one, holidays, waits):
    acme, now = calendar(one, holidays), one.effective
    posted: list[list[str]] = []
    for gap in [*waits, 80 * DAY]:
        now += gap
        last = posted[-1][-1] if posted else None
        found: Any = owed(one, acme, last, now)
        if found:
            posted.append([slot.name for slot in found])
            assert all(slot.at <= now for slot in found)
        assert owed(one, acme, posted[-1][-1] if posted else None, now) == ()
    said = [name for names in posted for name in names]
    assert len(said) == len(set(said))
    skipped = {name for name in expected(one, now) if date.fromisoformat(name) in acme.holidays}
    owes = set(expected(one, now))
    assert owes - skipped <= set(said) <= owes
    if one.holidays == SKIP:
        assert set(said) == owes - skipped


# Schedules and calendars change, and change back.


CHANGES_OF_IT = st.sampled_from(
    [
        {"off": True},
        {"days": (0, 2)},
        {"days": (0, 1, 2, 3, 4, 5, 6)},
        {"at": time(9, 30)},
        {"at": time(0)},
        {"minutes": 240},
        {"minutes": 15, "channel": "C2"},
        {"zone": "America/New_York"},
        {"holidays": MOVE},
        {"weeks": 2},
    ]
)
CHANGED = st.lists(
    st.one_of(CHANGES_OF_IT, st.sets(st.integers(0, 24), max_size=5)), min_size=1, max_size=3
)
TURNS = st.lists(
    st.tuples(WAITS, st.one_of(st.sampled_from(BEFORE_IT[3:]), CHANGED), st.integers(0, 3)),
    min_size=3,
    max_size=15,
)


def change(memory: Memory, one: Series, changes: list[Any], now: datetime) -> None:
    """The schedule of `one` but for these changes, one after the other, or holidays on other days."""
    for each in changes:
        if isinstance(each, dict):
            memory.change(now, replace(one, **each))
        else:
            memory.change(now, calendar=calendar(one, each))


def at_once(memory: Memory, now: datetime) -> list[tuple[str, str]]:
    """The meetings to come that would run at the same time."""
    coming = [each for each in memory.ahead(now, 40) if each.at > now]
    pairs = itertools.pairwise(sorted(coming, key=lambda each: each.at))
    return [(a.name, b.name) for a, b in pairs if a.ends > b.at]


def lived(memory: Memory, one: Series, turns: list[Any]) -> datetime:
    """Life under schedules that change: presses, changes, and outages in between; until when."""
    now = one.effective
    for gap, done, chosen in turns:
        now += gap
        if isinstance(done, list):
            change(memory, one, done, now)
        elif done is not None and not memory.running():
            with suppress(Refused):
                pressed = press(memory, done, chosen, now)
                if pressed is not None:
                    memory.keep(pressed)
        memory.tick(now)
        assert at_once(memory, now) == []
    return now


@EXAMPLES
@given(one=series(), turns=TURNS)
def test_whatever_the_schedule_becomes_each_turn_ends_once_and_no_two_are_at_once(one, turns):
    memory = Memory(one, calendar(one, set()))
    end = lived(memory, one, turns)
    end = max([end, *(each.at for each in memory.known.values())]) + 2 * DAY
    memory.tick(end)
    for meeting in memory.known.values():
        assert meeting.stage in OVER or meeting.given_up > end
        checked(memory, meeting, steady=False)


@EXAMPLES
@given(one=series(), holidays=HOLIDAYS, turns=TURNS, between=CHANGED)
def test_a_schedule_that_changes_there_and_back_loses_nothing(one, holidays, turns, between):
    one = replace(one, weeks=1)
    memory = Memory(one, calendar(one, holidays))
    presses = [each for each in turns if not isinstance(each[1], list)]
    now = lived(memory, one, presses)
    kept, before = memory.calendar, planned(memory, one, now)
    change(memory, one, between, now)
    memory.change(now, one, kept)
    assert planned(memory, one, now) == before


def planned(memory: Memory, one: Series, now: datetime) -> list[tuple[Any, ...]]:
    """The meetings of the next four weeks whose slot is to come."""
    zone = ZoneInfo(one.zone)
    coming = (each for each in memory.ahead(now, 60) if now < each.at < now + 28 * DAY)
    return [
        (each.name, each.at, each.minutes, each.zone, each.apart)
        for each in coming
        if instant(date.fromisoformat(each.name), one.at, zone) > now
    ]
