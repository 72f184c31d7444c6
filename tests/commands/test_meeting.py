"""The Release Coordination Meeting by what people say and press: its schedule, its changes, and the meeting itself."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from commands.convener import Convener
from rules.meeting import Stage
from tests.commands.office import Office, all_assert, announced, at, uid

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


# The meeting.


def test_start_pressed_twice_starts_one_meeting(desk):
    running(desk)
    before = desk.written()
    assert desk.press(f"meeting start {WEDNESDAY}", by="rita").template == "meeting-started"
    assert desk.written() == before
    assert len(desk.messages("floor")) == 1


def test_it_is_not_started_a_day_ahead_nor_by_somebody_else(desk):
    announced_meeting(desk)
    assert desk.say("meeting start", by="rita").template == "meeting-not-yet"
    desk.until(TEN)
    assert desk.say("meeting start", by="alice").template == "not-your-role"


def test_item_by_item_with_decisions_by_the_ordinary_verbs(desk):
    scheduled(desk)
    candidate = announced(desk, "payments 2.4.1 fri 14:00")
    desk.say("halt payments CVE-1 is open", by="sam")
    desk.say("agenda add who is on call? 10 min", by="xena")
    desk.say("agenda add the new office", by="xena")
    desk.until(TEN)
    desk.tick()
    desk.say("meeting start", by="rita")
    assert meeting(desk).items == (candidate.name, "topic:1", "topic:2")
    assert meeting(desk).focus == candidate.name
    desk.press(f"lift {candidate.name} fixed", by="sam")
    desk.press(f"meeting next {WEDNESDAY} was {candidate.name}", by="rita")
    desk.press(f"meeting next {WEDNESDAY} was {candidate.name}", by="rita")
    assert meeting(desk).focus == "topic:1"
    desk.say("meeting defer until xena is there", by="rita")
    desk.say("action @omar ask the landlord by fri", by="xena")
    desk.press(f"meeting attend {WEDNESDAY}", by="alice")
    desk.press(f"meeting attend {WEDNESDAY}", by="alice")
    desk.say("meeting next", by="rita")
    desk.say("meeting close", by="rita")
    ended = meeting(desk)
    assert ended.stage is Stage.CLOSED
    assert ended.done == (candidate.name, "topic:2")
    assert dict(ended.deferred) == {"topic:1": "until xena is there"}
    assert ended.attended == (uid("alice"),)
    minutes = desk.say("meeting minutes", by="gwen" and "xena").about["minutes"]
    lifted = [entry.fact.kind for each in minutes.taken for entry in each.facts]
    assert "halt.lifted" in lifted
    assert [each.number for each in minutes.given] == [1]
    with desk.database.read() as reader:
        assert [topic.number for topic in reader.topics()] == [1]


def test_what_comes_up_while_it_runs_is_taken_up_at_the_end(desk):
    running(desk)
    desk.say("agenda add one thing more", by="xena")
    assert desk.say("meeting next", by="rita").about["meeting"].focus == "topic:1"


def test_a_press_of_yesterday_s_button_changes_nothing(desk):
    running(desk)
    desk.say("meeting close", by="rita")
    assert desk.press(f"meeting next {WEDNESDAY} was topic:1", by="rita").template == (
        "meeting-not-running"
    )


def test_only_full_members_attend(desk):
    running(desk)
    assert desk.press(f"meeting attend {WEDNESDAY}", by="gwen").template == "outsider"


def test_a_meeting_nobody_closed_is_closed_by_the_clock(desk):
    running(desk)
    desk.until(TEN + timedelta(hours=1, minutes=44))
    desk.tick()
    assert meeting(desk).stage is Stage.RUNNING
    desk.until(TEN + timedelta(hours=1, minutes=45))
    desk.tick()
    assert meeting(desk).stage is Stage.CLOSED
    assert meeting(desk).closed_by is None
    assert len(desk.messages("minutes")) == 1


def test_a_restart_in_the_middle_goes_on_where_it_was(desk):
    running(desk)
    other = Convener(desk.desk)
    other()
    desk.until(TEN + timedelta(minutes=20))
    other()
    desk.tick()
    assert meeting(desk).stage is Stage.RUNNING
    assert len(desk.messages("agenda")) == len(desk.messages("floor")) == 1


def test_two_conveners_at_one_instant_post_one_agenda(desk):
    scheduled(desk)
    desk.until(TEN - timedelta(days=1))
    assert Convener(desk.desk)() > 0
    assert Convener(desk.desk)() == 0


def test_all_asserted_with_nothing_in_the_way_is_a_consent_item(desk):
    scheduled(desk)
    announced(desk)
    all_assert(desk)
    reply = desk.say("agenda", by="xena")
    assert [c.product for c in reply.about["agenda"].consent] == ["payments"]
    assert not reply.about["agenda"].contested


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
