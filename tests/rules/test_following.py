"""What a changed schedule, or a changed calendar, does to the meetings ahead; and that changing it back undoes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from rules.chairing import start
from rules.convening import cancel, follow, move, skip
from rules.facts import CLOCK
from rules.meeting import Meeting, Stage
from rules.meeting_clock import next_look, tick
from rules.series import MOVE, Series
from rules.worktime import Calendar
from tests.rules.cases import at, days
from tests.rules.meetings import (
    DAY,
    HOUR,
    MINUTE,
    RITA,
    TEN,
    THURSDAY,
    WEEKLY,
    after,
    announced,
    passed,
)

NOW = at("2026-11-24 09:00")
HOLIDAY = days("2026-11-26")
NO_HOLIDAY = days()
OFF = replace(WEEKLY, off=True)
EARLIER = TEN - DAY
"""A day before, when its agenda stands."""


def changed(
    meeting: Meeting, series: Series, calendar: Calendar | None = None, now=EARLIER, *others
) -> Meeting:
    """The meeting after the schedule has changed, which changes it once."""
    known = {each.name: each for each in (meeting, *others)}
    known |= {each.name: each for each, _ in follow(series, calendar, known, RITA, now)}
    assert follow(series, calendar, known, RITA, now) == ()
    return known[meeting.name]


def apart(to=TEN + DAY, meeting: Meeting = THURSDAY) -> Meeting:
    """The meeting, moved by somebody two days before."""
    return move(meeting, to, WEEKLY, None, {}, RITA, NOW)[0]


def test_announced_meetings_follow_a_changed_schedule():
    known = {"2026-11-26": announced()}
    now = TEN - 2 * HOUR
    later = replace(WEEKLY, at=time(14), effective=now)
    ((meeting, (said,)),) = follow(later, None, known, RITA, now)
    assert (said.kind, meeting.at) == ("meeting.moved", at("2026-11-26 14:00"))
    for other in (replace(later, days=(4,)), replace(later, off=True), replace(later, at=time(7))):
        ((meeting, (said,)),) = follow(other, None, known, RITA, now)
        assert (said.kind, said.about["why"]) == ("meeting.cancelled", "schedule")
    assert follow(replace(WEEKLY, reminders=()), None, known, RITA, now) == ()


def test_one_that_followed_the_schedule_follows_it_again():
    now = TEN - 2 * HOUR
    later = replace(WEEKLY, at=time(14), effective=now)
    ((meeting, _),) = follow(later, None, {"2026-11-26": announced()}, RITA, now)
    assert follow(later, None, {meeting.name: meeting}, RITA, now) == ()
    evening = replace(later, at=time(18))
    ((meeting, (said,)),) = follow(evening, None, {meeting.name: meeting}, RITA, now)
    assert (said.about["cause"], meeting.at) == ("schedule", at("2026-11-26 18:00"))


def test_what_somebody_moved_stays_while_its_slot_does_and_what_has_begun_goes_on():
    moved = after(
        move(announced(), TEN + DAY, WEEKLY, None, {}, RITA, TEN - 2 * HOUR), "meeting.moved"
    )
    running = replace(start(announced(), [], RITA, TEN, None)[0], name="2026-11-19")
    known = {each.name: each for each in (moved, running)}
    now = TEN - HOUR
    later = replace(WEEKLY, at=time(14), effective=now)
    assert follow(later, None, known, RITA, now) == ()
    assert follow(replace(later, days=(0,)), None, known, RITA, now) == ()
    for other in (replace(later, off=True), replace(later, days=(4,))):
        ((meeting, (said,)),) = follow(other, None, known, RITA, now)
        assert (meeting.name, said.about["why"]) == (moved.name, "schedule")


def test_a_day_that_becomes_a_holiday_is_skipped_unless_somebody_moved_the_meeting():
    known = {"2026-11-26": announced()}
    ((meeting, (said,)),) = follow(WEEKLY, HOLIDAY, known, CLOCK, NOW)
    assert (meeting.stage, said.about["why"]) == (Stage.SKIPPED, "holiday")
    moving = replace(WEEKLY, holidays=MOVE)
    ((meeting, (said,)),) = follow(moving, HOLIDAY, known, CLOCK, NOW)
    assert (said.kind, meeting.at) == ("meeting.moved", TEN + DAY)
    assert said.about["cause"] == "holiday"
    (slot,) = passed(WEEKLY, HOLIDAY, {}, TEN)
    moved = move(slot, TEN + 2 * HOUR, WEEKLY, None, {}, RITA, NOW)[0]
    assert follow(WEEKLY, HOLIDAY, {moved.name: moved}, CLOCK, NOW) == ()


# What it ended comes back with it.


@pytest.mark.parametrize(
    "between", [OFF, replace(WEEKLY, days=(2,), effective=EARLIER), replace(WEEKLY, at=time(8))]
)
def test_what_a_schedule_ended_comes_back_when_it_changes_back(between):
    now = TEN - HOUR
    ended = changed(announced(), between, None, now)
    assert (ended.stage, ended.why, ended.by_schedule) == (Stage.CANCELLED, "schedule", True)
    back = changed(ended, replace(WEEKLY, effective=now), None, now)
    assert (back.stage, back.at, back.turn, back.apart) == (Stage.PLANNED, TEN, 2, False)
    assert (back.why, back.by_schedule, back.reminded) == (None, False, (86400,))
    assert tick(back, WEEKLY, now)[1][0].kind == "meeting.announced"
    assert next_look(back, WEEKLY, now) == now


def test_what_a_holiday_skipped_comes_back_when_it_is_one_no_more():
    skipped = changed(announced(), WEEKLY, HOLIDAY)
    assert (skipped.stage, skipped.why, skipped.by_schedule) == (Stage.SKIPPED, "holiday", True)
    ((back, (said,)),) = follow(WEEKLY, NO_HOLIDAY, {skipped.name: skipped}, CLOCK, EARLIER)
    assert (back.stage, back.at, said.about["cause"]) == (Stage.PLANNED, TEN, "holiday")
    (slot,) = passed(WEEKLY, HOLIDAY, {}, TEN)
    skipped = tick(slot, WEEKLY, TEN)[0]
    assert changed(skipped, WEEKLY, NO_HOLIDAY, TEN) == skipped, "its time has come"
    moved_by_it = changed(skipped, replace(WEEKLY, holidays=MOVE), HOLIDAY, TEN)
    assert (moved_by_it.stage, moved_by_it.at) == (Stage.PLANNED, TEN + DAY)


def test_a_holiday_that_moved_one_gives_it_back():
    moving = replace(WEEKLY, holidays=MOVE)
    moved = changed(announced(), moving, HOLIDAY)
    ((back, (said,)),) = follow(moving, NO_HOLIDAY, {moved.name: moved}, CLOCK, EARLIER)
    assert (back.at, said.about["cause"], said.about["back"]) == (TEN, "holiday", False)
    later = replace(moving, at=time(11))
    ((_, (said,)),) = follow(later, HOLIDAY, {moved.name: moved}, CLOCK, EARLIER)
    assert said.about["cause"] == "schedule"


def test_what_somebody_ended_stays_so_whatever_they_called_it():
    for gone in (
        cancel(announced(), "schedule", RITA, EARLIER)[0],
        skip(announced(), "holiday", RITA, EARLIER)[0],
    ):
        assert changed(gone, replace(WEEKLY, at=time(11))) == gone
        assert changed(gone, OFF) == gone


def test_one_that_was_set_apart_comes_back_to_where_it_was():
    ended = changed(apart(), OFF)
    back = changed(ended, WEEKLY)
    assert (back.stage, back.at, back.apart, back.turn) == (Stage.PLANNED, TEN + DAY, True, 2)
    assert changed(ended, WEEKLY, None, TEN + DAY) == ended, "its time has come"


def test_two_set_apart_do_not_come_back_to_the_same_time():
    first = changed(apart(), OFF)
    second = apart(TEN + DAY, replace(THURSDAY, name="2026-12-03", at=TEN + 7 * DAY))
    assert changed(first, WEEKLY, None, EARLIER, second) == first
    second = changed(second, OFF)
    assert changed(second, WEEKLY, None, EARLIER, first) == second
    assert changed(first, WEEKLY, None, EARLIER, second).stage is Stage.PLANNED


# Two at the same time.


def test_one_set_apart_yields_where_the_series_comes_at_its_time():
    fridays_too = replace(WEEKLY, days=(3, 4), effective=EARLIER)
    ended = changed(apart(), fridays_too)
    assert (ended.stage, ended.why, ended.by_schedule) == (Stage.CANCELLED, "schedule", True)
    assert changed(apart(TEN + DAY + 45 * MINUTE), fridays_too).stage is Stage.PLANNED
    assert changed(ended, WEEKLY).at == TEN + DAY, "and comes back when it does no more"


def test_one_set_apart_stays_where_the_series_own_there_was_skipped():
    fridays_too = replace(WEEKLY, days=(3, 4), effective=NOW)
    friday = replace(THURSDAY, name="2026-11-27", at=TEN + DAY)
    gone = skip(friday, None, RITA, NOW)[0]
    moved = move(THURSDAY, TEN + DAY, fridays_too, None, {gone.name: gone}, RITA, NOW)[0]
    assert changed(moved, fridays_too, None, EARLIER, gone) == moved


def test_one_set_apart_yields_where_a_holiday_moves_the_series_onto_it():
    moving = replace(WEEKLY, holidays=MOVE)
    moved = apart(TEN + 8 * DAY)
    ended = changed(moved, moving, days("2026-12-03"))
    assert (ended.stage, ended.why) == (Stage.CANCELLED, "schedule")
    assert changed(ended, moving, NO_HOLIDAY).stage is Stage.PLANNED


def test_one_moved_under_the_present_schedule_stays_on_a_day_of_the_series():
    fridays = replace(WEEKLY, days=(4,), effective=EARLIER)
    ended = changed(announced(), fridays)
    now = EARLIER + HOUR
    back = move(ended, TEN + DAY + 3 * HOUR, fridays, None, {}, RITA, now)[0]
    assert changed(back, fridays, None, now) == back


# What else the schedule says.


def test_standing_meetings_take_over_length_and_zone_and_what_was_due_stays_due():
    other = replace(WEEKLY, minutes=60, zone="Europe/Lisbon", channel="C2")
    for meeting in (announced(), apart()):
        posted = meeting.announced_at is not None
        found = changed(meeting, other, None, TEN - 2 * HOUR)
        assert (found.minutes, found.zone, found.at) == (60, "Europe/Lisbon", meeting.at)
        assert found.channel == ("C1" if posted else "C2"), "what was announced stays there"
        assert (found.stage, found.turn) == (meeting.stage, 1)
        assert (found.moved_at, found.reminded) == (meeting.moved_at, meeting.reminded)
        assert found.apart == meeting.apart


def test_what_is_brought_back_stays_in_its_channel():
    ended = changed(announced(), OFF)
    back = changed(ended, replace(WEEKLY, channel="C2", minutes=30))
    assert (back.channel, back.minutes) == ("C1", 30)
    assert changed(back, replace(WEEKLY, channel="C2", minutes=30)) == back
