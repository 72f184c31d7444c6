"""The Release Coordination Meeting by what people say and press: its schedule, its changes, and the meeting itself."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from commands.convener import Convener
from rules.meeting import Stage
from tests.commands.office import Office, announced, at

SET = "meeting set wed 10:00 Europe/Berlin for 45 min"
WEDNESDAY = "2026-11-25"
TEN = at("2026-11-25 09:00")
"""Ten in Berlin."""


def scheduled(office: Office, line: str = SET) -> None:
    assert office.say(line, by="rita").template == "scheduled"


def announced_meeting(office: Office) -> None:
    """A meeting whose agenda stands."""
    scheduled(office)
    office.until(TEN - timedelta(days=1))
    office.tick()


def running(office: Office) -> None:
    announced_meeting(office)
    office.until(TEN)
    office.tick()
    assert office.press(f"meeting start {WEDNESDAY}", by="rita").template == "meeting-started"


def meeting(office: Office, name: str = WEDNESDAY):
    with office.database.read() as reader:
        return reader.meeting(name)


# The schedule.


def test_a_release_coordinator_schedules_it(desk):
    reply = desk.say(SET, by="rita")
    assert reply.template == "scheduled"
    assert [each.at for each in reply.about["ahead"]] == [
        TEN + timedelta(weeks=n) for n in range(3)
    ]
    assert [f.kind for f in desk.facts() if f.kind.startswith("schedule")] == ["schedule.declared"]
    assert desk.messages("news")


def test_the_same_schedule_again_changes_nothing(desk):
    scheduled(desk)
    before = desk.written()
    assert desk.say(SET, by="rita").about["changed"] is False
    assert desk.written() == before


@pytest.mark.parametrize("who", ["alice", "omar", "xena", "gwen"])
@pytest.mark.parametrize("line", [SET, "meeting off", "meeting move to fri 10:00", "meeting skip"])
def test_nobody_else_changes_it(desk, who, line):
    scheduled(desk)
    assert desk.say(line, by=who).template in {"not-your-role", "outsider"}
    assert meeting(desk) is None


def test_the_operator_only_reads(desk):
    scheduled(desk)
    assert desk.say("meeting", by=None).template == "meeting"
    assert desk.say("meeting off", by=None).template == "not-your-role"
    for line in ("agenda add me", "action @omar order it by fri", "agenda", "action", "digest"):
        reply = desk.say(line, by=None)
        refused = reply.template == "not-at-the-command-line"
        assert refused == (" " in line), line


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("meeting set wendesday 10:00", "wed"),
        ("meeting set wed 10:00 Europe/Berln", "Europe/Berlin"),
    ],
)
def test_an_odd_schedule_is_answered_with_the_nearest(desk, line, near):
    reply = desk.say(line, by="rita")
    assert reply.template == "odd-schedule"
    assert near in str(reply.about)


def test_without_a_schedule_it_says_how_to_begin(desk):
    assert desk.say("meeting", by="xena").about["ahead"] == ()
    assert desk.say("meeting skip", by="rita").template == "no-meeting"


# One meeting is changed.


def test_the_next_one_is_moved_and_the_channel_told(desk):
    scheduled(desk)
    reply = desk.say("meeting move to thu 9:00", by="rita")
    assert reply.template == "meeting-moved"
    assert meeting(desk).at == at("2026-11-26 08:00")
    assert "C1" in [m.target for m in desk.messages("tell")]


def test_a_meeting_in_the_past_is_refused_with_the_nearest(desk):
    scheduled(desk)
    reply = desk.say("meeting move to 2026-11-20 10:00", by="rita")
    assert reply.template == "meeting-passed"
    (choice,) = reply.choices
    assert desk.press(choice.command, by="rita").template == "meeting-moved"


def test_two_at_once_are_refused_with_the_nearest_free_time(desk):
    scheduled(desk)
    reply = desk.say("meeting move to 2 dec 10:10", by="rita")
    assert reply.template == "meeting-clash"
    (choice,) = reply.choices
    moved = desk.press(choice.command, by="rita")
    assert moved.template == "meeting-moved"
    assert moved.about["meeting"].at == at("2026-12-02 09:45"), "right after the other"


def test_a_meeting_is_named_by_its_day(desk):
    scheduled(desk)
    assert desk.say("meeting skip 2 dec because of the fair", by="rita").template == (
        "meeting-skipped"
    )
    assert meeting(desk, "2026-12-02").why == "of the fair"
    assert desk.say("meeting skip 3 dec", by="rita").template == "no-meeting"


def test_a_second_word_that_is_nothing_is_answered_with_the_nearest(desk):
    reply = desk.say("meeting strat", by="rita")
    assert reply.template == "say-what-of-meeting"
    assert reply.about["near"][0] == "start"


# What the clock does.


def test_the_agenda_is_posted_a_day_ahead_once(desk):
    announced_meeting(desk)
    (agenda,) = desk.messages("agenda")
    assert (agenda.key, agenda.target) == (f"agenda:{WEDNESDAY}", "C1")
    before = desk.written()
    for _ in range(3):
        desk.tick()
        Convener(desk.desk)()
    assert desk.written() == before


def test_the_channel_is_reminded_an_hour_and_ten_minutes_before_and_when_it_begins(desk):
    announced_meeting(desk)
    for before in (60, 10, 0):
        desk.until(TEN - timedelta(minutes=before))
        desk.tick()
        desk.tick()
    marks = [
        m.about["mark"] for m in desk.messages("tell") if m.about["template"] == "meeting-reminder"
    ]
    assert marks == [3600, 600, 0]


def test_the_agenda_follows_how_things_stand(desk):
    announced_meeting(desk)
    (before,) = desk.messages("agenda")
    announced(desk)
    desk.tick()
    (after,) = desk.messages("agenda")
    assert after.want == before.want + 1


def test_whoever_has_a_contested_item_hears_of_it(desk):
    scheduled(desk)
    announced(desk)
    desk.say("halt payments CVE-1 is open", by="sam")
    desk.until(TEN - timedelta(days=1))
    desk.tick()
    assert "sam" in desk.told("meeting-contested")
    assert "xena" not in desk.told("meeting-contested")


def test_down_when_the_agenda_was_due_it_goes_out_late_once(desk):
    scheduled(desk)
    desk.until(TEN - timedelta(minutes=30))
    desk.tick()
    assert meeting(desk).late
    assert meeting(desk).reminded == (86400, 3600)
    assert [m.want for m in desk.messages("agenda")] == [1]


def test_down_for_the_whole_meeting_it_is_recorded_as_missed(desk):
    scheduled(desk)
    desk.until(TEN + timedelta(days=13, hours=1))
    desk.tick()
    told = {n: meeting(desk, n).why for n in (WEDNESDAY, "2026-12-02")}
    assert told == {WEDNESDAY: "down", "2026-12-02": "down"}
    assert meeting(desk, "2026-12-09").stage is Stage.ANNOUNCED


def test_nobody_started_it(desk):
    announced_meeting(desk)
    desk.until(TEN)
    desk.tick()
    desk.until(TEN + timedelta(hours=2))
    desk.tick()
    assert (meeting(desk).stage, meeting(desk).why) == (Stage.MISSED, "not-started")


def test_many_that_were_missed_are_told_at_once(desk):
    scheduled(desk, "meeting set mon,wed 10:00 Europe/Berlin")
    desk.until(TEN + timedelta(days=40))
    desk.tick()
    kinds = [fact.kind for fact in desk.facts()]
    assert kinds.count("meeting.missed") == 11
    assert [m.about["many"] for m in desk.messages("tell") if "many" in m.about] == [11]
    assert desk.heard_of("meeting.missed") == []


# Nothing contested.


def test_one_press_cancels_it_and_the_minutes_say_so(desk):
    announced_meeting(desk)
    assert desk.press(f"meeting cancel {WEDNESDAY}", by="omar").template == "not-your-role"
    assert desk.press(f"meeting cancel {WEDNESDAY}", by="rita").template == "meeting-cancelled"
    assert meeting(desk).why == "nothing-contested"
    assert [m.key for m in desk.messages("minutes")] == [f"minutes:{WEDNESDAY}"]
    before = desk.written()
    desk.press(f"meeting cancel {WEDNESDAY}", by="rita")
    assert desk.written() == before


def test_the_button_that_proposes_to_cancel_asks_again_once_something_is_contested(desk):
    announced_meeting(desk)
    announced(desk)
    desk.say("halt payments CVE-1 is open", by="sam")
    reply = desk.press(f"meeting cancel {WEDNESDAY} uncontested", by="rita")
    assert reply.template == "contested-now"
    assert meeting(desk).stage is Stage.ANNOUNCED
    (choice,) = reply.choices
    assert desk.press(choice.command, by="rita").template == "meeting-cancelled"
    assert meeting(desk).why is None


def test_the_button_cancels_what_nothing_is_contested_of(desk):
    announced_meeting(desk)
    desk.press(f"meeting cancel {WEDNESDAY} uncontested", by="rita")
    assert (meeting(desk).stage, meeting(desk).why) == (Stage.CANCELLED, "nothing-contested")


def test_the_weekday_of_today_means_today(desk):
    announced_meeting(desk)
    desk.until(TEN - timedelta(hours=2))
    desk.say("meeting cancel wed because of the audit", by="rita")
    assert meeting(desk).stage is Stage.CANCELLED


def test_words_after_defer_are_the_reason_whatever_they_begin_with(desk):
    running(desk)
    desk.say("agenda add one", by="xena")
    desk.say("agenda add two", by="xena")
    desk.say("meeting next", by="rita")
    desk.say("meeting defer was not ready", by="rita")
    desk.say("meeting defer 2026-12-01 is when the audit ends", by="rita")
    assert dict(meeting(desk).deferred) == {
        "topic:1": "was not ready",
        "topic:2": "2026-12-01 is when the audit ends",
    }


def test_minutes_are_found_by_a_day_as_people_write_it(desk):
    running(desk)
    desk.say("meeting close", by="rita")
    desk.until(TEN + timedelta(days=2))
    for day in ("", "wed", "25 nov", WEDNESDAY):
        assert desk.say(f"meeting minutes {day}", by="xena").template == "minutes", day
    assert desk.say("meeting minutes thu", by="xena").template == "no-minutes"
    assert desk.say("meeting minutes blursday", by="xena").about["text"] == "blursday"


def test_off_calls_off_what_is_ahead(desk):
    announced_meeting(desk)
    assert desk.say("meeting off", by="rita").template == "scheduled"
    assert meeting(desk).stage is Stage.CANCELLED
    desk.until(TEN.astimezone(UTC) + timedelta(days=20))
    desk.tick()
    assert desk.say("meeting", by="xena").about["ahead"] == ()


def test_another_weekday_moves_what_was_announced(desk):
    announced_meeting(desk)
    desk.say("meeting set thu 10:00 Europe/Berlin for 45 min", by="rita")
    assert meeting(desk).stage is Stage.CANCELLED
    ahead = desk.say("meeting", by="xena").about["ahead"]
    assert ahead[0].at == TEN + timedelta(days=1)
