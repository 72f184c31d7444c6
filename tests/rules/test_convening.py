"""When meetings are: ahead, moved, skipped, cancelled; and what the clock does about each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rules.chairing import start
from rules.convening import (
    ahead,
    cancel,
    due,
    known_since,
    move,
    named,
    skip,
)
from rules.facts import CLOCK, iso
from rules.meeting import Meeting, Stage
from rules.meeting_clock import next_look, tick
from rules.series import MOVE
from rules.words import Refused
from tests.rules.cases import at, days
from tests.rules.meetings import (
    DAY,
    HOUR,
    MINUTE,
    RITA,
    TEN,
    THURSDAY,
    WEEKLY,
    Memory,
    after,
    announced,
    passed,
)

NOW = at("2026-11-24 09:00")
HOLIDAY = days("2026-11-26")


def names(meetings) -> list[str]:
    return [meeting.name[5:] for meeting in meetings]


def by_name(*meetings) -> dict[str, Meeting]:
    return {meeting.name: meeting for meeting in meetings}


def refusal(act, *args):
    with pytest.raises(Refused) as refused:
        act(*args)
    return refused.value


# Which meetings there are.


def test_the_next_meetings_are_computed_until_something_happens_to_them():
    moved = replace(THURSDAY, at=TEN + 5 * DAY, seq=1)
    gone = replace(THURSDAY, name="2026-12-03", at=TEN + 7 * DAY, stage=Stage.CANCELLED, seq=1)
    assert names(ahead(WEEKLY, None, {}, NOW, 3)) == ["11-26", "12-03", "12-10"]
    known = {each.name: each for each in (moved, gone)}
    assert names(ahead(WEEKLY, None, known, NOW, 2)) == ["11-26", "12-10"]
    assert ahead(WEEKLY, None, known, NOW, 1) == (moved,)


def test_the_one_that_runs_comes_first_and_one_that_can_still_begin_is_ahead():
    late = TEN + 100 * MINUTE
    running = after(start(announced(), [], RITA, TEN, None), "meeting.started")
    earlier = replace(THURSDAY, name="2026-11-19", at=TEN - HOUR, seq=1)
    known = {each.name: each for each in (running, earlier)}
    assert names(ahead(WEEKLY, None, known, late, 3)) == ["11-26", "11-19", "12-03"]
    assert names(ahead(WEEKLY, None, {}, late, 1)) == ["11-26"]
    assert names(ahead(WEEKLY, None, {}, late + 5 * MINUTE, 1)) == ["12-03"]
    off = replace(WEEKLY, off=True)
    assert ahead(off, None, {running.name: running}, late, 3) == (running,)


def test_holidays_are_not_ahead_and_are_recorded_when_they_have_passed():
    assert names(ahead(WEEKLY, HOLIDAY, {}, NOW, 1)) == ["12-03"]
    assert passed(WEEKLY, HOLIDAY, {}, TEN - MINUTE) == ()
    (slot,) = passed(WEEKLY, HOLIDAY, {}, TEN)
    skipped = after(tick(slot, WEEKLY, TEN), "meeting.skipped")
    assert (skipped.stage, skipped.why, skipped.ended_by) == (Stage.SKIPPED, "holiday", None)
    assert passed(WEEKLY, HOLIDAY, {slot.name: skipped}, TEN) == ()


def test_what_passed_unseen_is_overdue_oldest_first():
    now = at("2026-12-10 11:00")
    assert names(passed(WEEKLY, None, {}, now)) == ["11-26", "12-03", "12-10"]
    moving = replace(WEEKLY, holidays=MOVE)
    assert names(passed(moving, days("2026-12-10"), {}, now)) == ["11-26", "12-03"]
    assert known_since(WEEKLY, now) < "2026-09-30"


def test_each_meeting_of_which_something_is_due_is_due_once():
    now = at("2026-12-10 11:00")
    assert names(due(WEEKLY, None, {}, now)) == ["11-26", "12-03", "12-10"]
    assert due(WEEKLY, None, {}, TEN - DAY - MINUTE) == ()
    assert names(due(WEEKLY, None, {}, TEN - DAY)) == ["11-26"]


@pytest.mark.parametrize("name", ["", "thu", "2026-11-25", "20261203", "0001-01-01", "9999-12-31"])
def test_a_name_that_is_no_slots_names_none(name):
    assert named(WEEKLY, None, {}, name, NOW) is None


def test_a_slot_is_found_by_its_name_held_or_not_until_it_has_passed():
    assert named(WEEKLY, None, {}, "2026-11-26", TEN + 104 * MINUTE) == THURSDAY
    assert named(WEEKLY, None, {}, "2026-11-26", TEN + 105 * MINUTE) is None
    skipped = named(WEEKLY, HOLIDAY, {}, "2026-11-26", NOW)
    assert skipped and (skipped.stage, skipped.why) == (Stage.SKIPPED, "holiday")
    gone = replace(THURSDAY, stage=Stage.CANCELLED, seq=2)
    assert named(WEEKLY, None, {gone.name: gone}, gone.name, TEN + DAY) == gone
    assert named(replace(WEEKLY, off=True), None, {}, "2026-11-26", NOW) is None


# What the clock does.


def test_a_week_in_which_all_goes_well():
    memory = Memory()
    looks: list[datetime] = []
    while (look := memory.next_look(memory.facts[-1].at if memory.facts else NOW)) and len(
        looks
    ) < 6:
        looks.append(look)
        memory.tick(look)
        if look == TEN:
            memory.keep(start(memory.known["2026-11-26"], ["a", "b"], RITA, TEN, None))
    said = [(f.kind, f.at, f.by, f.about.get("marks")) for f in memory.facts]
    assert said == [
        ("meeting.announced", TEN - DAY, CLOCK, None),
        ("meeting.reminded", TEN - DAY, CLOCK, [86400]),
        ("meeting.reminded", TEN - HOUR, CLOCK, [3600]),
        ("meeting.reminded", TEN - 10 * MINUTE, CLOCK, [600]),
        ("meeting.reminded", TEN, CLOCK, [0]),
        ("meeting.started", TEN, RITA, None),
        ("meeting.closed", TEN + 105 * MINUTE, CLOCK, None),
        ("meeting.announced", TEN + 6 * DAY, CLOCK, None),
        ("meeting.reminded", TEN + 6 * DAY, CLOCK, [86400]),
    ]
    assert not any(f.about.get("late") for f in memory.facts)


@pytest.mark.parametrize(
    ("back", "late", "marks"),
    [
        (TEN - DAY + 5 * MINUTE, False, [86400]),
        (TEN - DAY + 6 * MINUTE, True, [86400]),
        (TEN - 8 * MINUTE, True, [86400, 3600, 600]),
        (TEN + 5 * MINUTE, True, [86400, 3600, 600, 0]),
        (TEN + 104 * MINUTE, True, [86400, 3600, 600, 0]),
    ],
)
def test_what_came_due_while_it_was_down_is_said_once_and_late(back, late, marks):
    meeting, (said, reminded) = tick(THURSDAY, WEEKLY, back)
    assert (said.kind, said.about["late"], said.about["due"]) == (
        "meeting.announced",
        late,
        iso(TEN - DAY),
    )
    assert (reminded.kind, reminded.about["late"], reminded.about["marks"]) == (
        "meeting.reminded",
        late,
        marks,
    )
    assert (meeting.stage, meeting.late) == (Stage.ANNOUNCED, late)
    assert tick(meeting, WEEKLY, back) == (meeting, ())


def test_only_what_is_more_than_five_minutes_late_is_late():
    meeting = announced()
    (said,) = tick(meeting, WEEKLY, TEN - HOUR + 5 * MINUTE)[1]
    assert (said.about["marks"], said.about["late"]) == ([3600], False)


def test_one_that_has_passed_is_recorded_as_missed_with_its_reminders():
    over = TEN + 105 * MINUTE
    meeting = after(tick(THURSDAY, WEEKLY, over), "meeting.missed")
    assert (meeting.why, meeting.missed) == ("down", (86400, 3600, 600, 0))
    called = tick(announced(), WEEKLY, TEN)[0]
    meeting = after(tick(called, WEEKLY, over), "meeting.missed")
    assert (meeting.why, meeting.missed) == ("not-started", ())
    meeting = after(tick(announced(), WEEKLY, over), "meeting.missed")
    assert (meeting.why, meeting.missed) == ("down", (3600, 600, 0))
    assert tick(meeting, WEEKLY, over) == (meeting, ())


def test_one_that_nobody_closed_is_closed_by_the_clock_an_hour_after_its_end():
    running = after(start(announced(), ["a", "b", "c"], RITA, TEN + HOUR, None), "meeting.started")
    ends = TEN + HOUR + 105 * MINUTE
    assert tick(running, WEEKLY, ends - MINUTE) == (running, ())
    assert next_look(running, WEEKLY, TEN) == ends
    closed, (said,) = tick(running, WEEKLY, ends)
    assert (said.by, said.about["left"], said.about["late"]) == (CLOCK, ["a", "b", "c"], False)
    assert (closed.stage, closed.closed_by, closed.closed_at) == (Stage.CLOSED, None, ends)
    assert (closed.done, closed.left) == ((), ("a", "b", "c")), "nobody says that one is through"
    assert tick(running, WEEKLY, ends + DAY)[1][0].about["late"]


def test_one_that_began_early_is_planned_to_end_when_it_was():
    running = start(announced(), [], RITA, TEN - HOUR, None)[0]
    assert running.ends == TEN + 45 * MINUTE
    assert tick(running, WEEKLY, TEN + 104 * MINUTE) == (running, ())


def test_what_was_due_before_it_was_planned_so_is_not_owed():
    set_now = replace(WEEKLY, effective=TEN - 2 * HOUR)
    _, (said,) = tick(THURSDAY, set_now, TEN - 2 * HOUR)
    assert (said.kind, said.about["late"]) == ("meeting.announced", False)
    moved = after(
        move(announced(), TEN + 3 * HOUR, WEEKLY, None, {}, RITA, TEN - HOUR / 2), "meeting.moved"
    )
    assert moved.reminded == (86400,)
    assert tick(moved, WEEKLY, TEN - HOUR / 2) == (moved, ())
    assert next_look(moved, WEEKLY, TEN) == TEN + 2 * HOUR


def test_moved_nearer_its_agenda_comes_at_once_and_is_not_late():
    monday = TEN - 3 * DAY
    moved = after(
        move(THURSDAY, monday + 5 * HOUR, WEEKLY, None, {}, RITA, monday), "meeting.moved"
    )
    meeting, (said,) = tick(moved, WEEKLY, monday + MINUTE)
    assert (said.kind, said.about["due"], said.about["late"]) == (
        "meeting.announced",
        iso(monday),
        False,
    )
    assert next_look(meeting, WEEKLY, monday) == monday + 4 * HOUR


def test_nothing_comes_of_what_is_over():
    gone = after(cancel(announced(), "nothing contested", RITA, NOW), "meeting.cancelled")
    assert tick(gone, WEEKLY, TEN + DAY) == (gone, ())
    assert next_look(gone, WEEKLY, TEN) is None


def test_a_holiday_is_looked_at_when_it_has_come():
    (slot,) = passed(WEEKLY, HOLIDAY, {}, TEN)
    assert next_look(slot, WEEKLY, NOW) == TEN
    assert tick(slot, WEEKLY, TEN - MINUTE) == (slot, ())


# Moved by a person.


def test_moving_says_when_it_was_and_reminds_anew():
    later = TEN + DAY
    meeting, (said,) = move(announced(), later, WEEKLY, None, {}, RITA, TEN - 2 * HOUR)
    assert said.about == {
        "meeting": "2026-11-26",
        "at": iso(later),
        "was": iso(TEN),
        "reminded": [],
        "apart": True,
        "back": False,
        "cause": None,
        "zone": "Europe/London",
        "channel": "C1",
        "minutes": 45,
    }
    assert (meeting.stage, meeting.at, meeting.name) == (Stage.ANNOUNCED, later, "2026-11-26")
    again = after(tick(meeting, WEEKLY, later - DAY), "meeting.reminded")
    assert again.reminded == (86400,)


def test_moving_one_of_which_nothing_is_recorded_makes_its_row():
    meeting = after(move(THURSDAY, TEN + HOUR, WEEKLY, None, {}, RITA, NOW), "meeting.moved")
    assert (meeting.stage, meeting.at, meeting.seq) == (Stage.PLANNED, TEN + HOUR, 1)
    assert move(meeting, TEN + HOUR, WEEKLY, None, {}, RITA, NOW) == (meeting, ())


def test_one_that_a_holiday_would_skip_can_be_moved_instead():
    (slot,) = passed(WEEKLY, HOLIDAY, {}, TEN)
    meeting = after(move(slot, TEN + DAY, WEEKLY, None, {}, RITA, NOW), "meeting.moved")
    assert (meeting.stage, meeting.at, meeting.why) == (Stage.PLANNED, TEN + DAY, None)


def test_it_can_only_be_moved_to_a_time_to_come():
    near = refusal(move, THURSDAY, at("2026-11-23 15:00"), WEEKLY, None, {}, RITA, NOW)
    assert (near.reason, near.about["near"]) == ("meeting-passed", at("2026-11-24 15:00"))
    near = refusal(move, THURSDAY, NOW, WEEKLY, None, {}, RITA, NOW)
    assert near.about["near"] == NOW + DAY
    other = replace(THURSDAY, name="2026-11-27", at=NOW + DAY + HOUR / 2)
    near = refusal(move, THURSDAY, NOW, WEEKLY, None, by_name(other), RITA, NOW)
    assert near.about["near"] == NOW + 2 * DAY


@pytest.mark.parametrize(
    ("to", "near"),
    [
        (timedelta(), 45),
        (-44 * MINUTE, -45),
        (44 * MINUTE, 45),
        (15 * MINUTE, 45),
        (-15 * MINUTE, -45),
    ],
)
def test_two_meetings_are_never_at_once_and_the_nearest_free_time_is_named(to, near):
    other = replace(THURSDAY, name="2026-12-03", at=TEN + 7 * DAY)
    gone = replace(other, name="2026-11-19", at=TEN + 7 * DAY + 45 * MINUTE, stage=Stage.SKIPPED)
    for known in (by_name(THURSDAY, other, gone), by_name(gone)):
        found = refusal(move, THURSDAY, other.at + to, WEEKLY, None, known, RITA, NOW)
        assert (found.reason, found.about["other"]) == ("meeting-clash", other)
        assert found.about["near"] == other.at + near * MINUTE
        assert move(THURSDAY, found.about["near"], WEEKLY, None, known, RITA, NOW)[1]


def test_a_free_time_between_two_is_none():
    one = replace(THURSDAY, name="2026-12-03", at=TEN + 7 * DAY)
    two = replace(THURSDAY, name="2026-12-04", at=one.ends + HOUR / 2)
    found = refusal(move, THURSDAY, one.ends, WEEKLY, None, by_name(one, two), RITA, NOW)
    assert found.about["near"] == two.ends


def test_no_slot_is_taken_however_far_ahead_it_is_and_wherever_a_holiday_moves_it():
    moving, holidays = replace(WEEKLY, holidays=MOVE), days("2027-06-17")
    taken = at("2027-06-18 09:00")
    found = refusal(move, THURSDAY, taken + HOUR / 2, moving, holidays, {}, RITA, NOW)
    assert (found.reason, found.about["other"].name) == ("meeting-clash", "2027-06-17")
    assert found.about["near"] == taken + 45 * MINUTE
    daily = replace(WEEKLY, days=tuple(range(7)))
    found = refusal(move, THURSDAY, at("2026-11-23 10:20"), daily, None, {}, RITA, NOW)
    assert found.reason == "meeting-passed"
    assert move(THURSDAY, found.about["near"], daily, None, {}, RITA, NOW)[1]


# What was skipped or cancelled comes back.


@pytest.mark.parametrize("act", [skip, cancel])
@pytest.mark.parametrize("to", [TEN, TEN + DAY])
def test_what_was_skipped_or_cancelled_is_brought_back_by_moving_it(act, to):
    gone = act(announced(), "all are away", RITA, NOW)[0]
    meeting, (said,) = move(gone, to, WEEKLY, None, {gone.name: gone}, RITA, TEN - 2 * HOUR)
    assert (said.kind, said.about["back"]) == ("meeting.moved", True)
    assert (meeting.stage, meeting.at, meeting.turn) == (Stage.PLANNED, to, 2)
    assert (meeting.why, meeting.ended_by, meeting.announced_at) == (None, None, None)
    assert meeting.apart == (to != TEN)
    assert meeting.reminded == ((86400,) if to == TEN else ())
    due_at = next_look(meeting, WEEKLY, TEN - 2 * HOUR)
    assert due_at == (TEN - 2 * HOUR if to == TEN else TEN)
    again, facts = tick(meeting, WEEKLY, due_at)
    assert facts[0].kind == "meeting.announced" and not facts[0].about["late"]
    assert again.stage is Stage.ANNOUNCED


def test_the_minutes_of_each_turn_are_called_otherwise():
    gone = cancel(announced(), None, RITA, NOW)[0]
    back = move(gone, TEN, WEEKLY, None, {}, RITA, NOW)[0]
    gone_again = cancel(back, None, RITA, NOW)[0]
    back_again = move(gone_again, TEN, WEEKLY, None, {}, RITA, NOW)[0]
    assert (gone.minutes_key, back.minutes_key, back_again.minutes_key) == (
        "minutes:2026-11-26",
        "minutes:2026-11-26~2",
        "minutes:2026-11-26~3",
    )


def test_it_is_not_brought_back_into_the_past_into_another_or_where_the_series_is_off():
    gone = skip(THURSDAY, None, RITA, NOW)[0]
    off = replace(WEEKLY, off=True)
    assert refusal(move, gone, TEN, WEEKLY, None, {}, RITA, TEN).reason == "meeting-passed"
    assert refusal(move, gone, TEN + 7 * DAY, WEEKLY, None, {}, RITA, NOW).reason == "meeting-clash"
    assert refusal(move, gone, TEN, off, None, {}, RITA, NOW).reason == "meeting-over"


# Skipped and cancelled by a person.


@pytest.mark.parametrize(("act", "stage"), [(skip, Stage.SKIPPED), (cancel, Stage.CANCELLED)])
def test_it_is_left_out_or_called_off_once(act, stage):
    meeting = after(act(THURSDAY, "all are away", RITA, NOW), f"meeting.{stage}")
    assert (meeting.stage, meeting.why, meeting.ended_by) == (stage, "all are away", "rita")
    assert act(meeting, "again", RITA, NOW) == (meeting, ())
    assert refusal(act, THURSDAY, "x" * 301, RITA, NOW).reason == "words-too-long"


@pytest.mark.parametrize(
    "act", [skip, cancel, lambda *args: move(args[0], TEN + DAY, WEEKLY, None, {}, *args[2:])]
)
def test_what_has_begun_or_is_over_stays_so(act):
    running = start(announced(), [], RITA, TEN, None)[0]
    ended = replace(THURSDAY, stage=Stage.CLOSED, seq=4)
    for meeting in (running, ended, replace(ended, stage=Stage.MISSED)):
        assert refusal(act, meeting, None, RITA, TEN).reason == "meeting-over"
    assert refusal(act, announced(), None, RITA, TEN + 105 * MINUTE).reason == "meeting-over"


def test_a_holiday_can_be_cancelled_and_is_skipped_already():
    (slot,) = passed(WEEKLY, HOLIDAY, {}, TEN)
    assert skip(slot, None, RITA, NOW) == (slot, ())
    assert after(cancel(slot, None, RITA, NOW), "meeting.cancelled").why is None
