"""A meeting that was called off and is held after all, and one that its schedule changes: by what people say and the clock does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.meeting import Stage
from tests.commands.office import Office
from tests.commands.test_meeting import (
    SET,
    TEN,
    WEDNESDAY,
    announced_meeting,
    meeting,
    running,
    scheduled,
)


def minutes(office: Office) -> list[str]:
    return [message.key for message in office.messages("minutes")]


@pytest.mark.parametrize("word", ["skip", "cancel"])
@pytest.mark.parametrize("to", [f"{WEDNESDAY} 10:00", "thu 9:00"])
def test_what_was_called_off_by_mistake_is_held_after_all(desk, word, to):
    announced_meeting(desk)
    assert desk.say(f"meeting {word} {WEDNESDAY} because I slipped", by="rita").template
    drawn = desk.messages("agenda")[0].want
    reply = desk.say(f"meeting move {WEDNESDAY} to {to}", by="rita")
    assert reply.template == "meeting-moved"
    assert (meeting(desk).stage, meeting(desk).turn) == (Stage.PLANNED, 2)
    assert desk.messages("agenda")[0].want > drawn, "it says no more that it is called off"
    at = meeting(desk).at
    desk.until(max(desk.now, at - timedelta(days=1)))
    desk.tick()
    assert meeting(desk).stage is Stage.ANNOUNCED
    assert len(desk.messages("agenda")) == 1, "the same message"
    desk.until(at)
    desk.press(f"meeting start {WEDNESDAY}", by="rita")
    desk.press(f"meeting close {WEDNESDAY}", by="rita")
    first = [f"minutes:{WEDNESDAY}"] if word == "cancel" else []
    assert minutes(desk) == [*first, f"minutes:{WEDNESDAY}~2"]
    assert desk.say("meeting minutes", by="xena").template == "minutes"
    with desk.database.read() as reader:
        assert list(reader.differing()) == []


def test_it_does_not_come_back_where_there_is_no_schedule_any_more(desk):
    announced_meeting(desk)
    desk.say("meeting off", by="rita")
    reply = desk.say(f"meeting move {WEDNESDAY} to thu 9:00", by="rita")
    assert reply.template in {"meeting-over", "no-meeting"}
    assert meeting(desk).stage is Stage.CANCELLED


@pytest.mark.parametrize("between", ["meeting off", "meeting set thu 10:00 Europe/Berlin"])
def test_a_schedule_that_changes_back_brings_back_what_it_ended(desk, between):
    announced_meeting(desk)
    desk.say(between, by="rita")
    assert meeting(desk).stage is Stage.CANCELLED
    scheduled(desk)
    assert (meeting(desk).stage, meeting(desk).at) == (Stage.PLANNED, TEN)
    desk.tick()
    assert meeting(desk).stage is Stage.ANNOUNCED
    assert desk.say("meeting", by="xena").about["ahead"][0].name == WEDNESDAY


def test_a_meeting_far_from_its_slot_survives_a_changed_schedule(desk):
    scheduled(desk)
    desk.say(f"meeting move {WEDNESDAY} to 2027-03-16 10:00", by="rita")
    desk.until(TEN + timedelta(days=100))
    desk.tick()
    desk.say("meeting set wed 11:00 Europe/Berlin for 45 min", by="rita")
    assert meeting(desk).stage is Stage.PLANNED
    desk.until(meeting(desk).at)
    desk.tick()
    assert meeting(desk).stage is Stage.ANNOUNCED


def test_a_slot_months_ahead_is_not_taken(desk):
    scheduled(desk)
    reply = desk.say(f"meeting move {WEDNESDAY} to 2027-03-17 10:15", by="rita")
    assert reply.template == "meeting-clash"
    (choice,) = reply.choices
    assert desk.press(choice.command, by="rita").template == "meeting-moved"


def test_one_set_apart_yields_to_a_schedule_that_comes_at_its_time(desk):
    scheduled(desk)
    desk.say(f"meeting move {WEDNESDAY} to fri 10:00", by="rita")
    desk.say("meeting set wed,fri 10:00 Europe/Berlin for 45 min", by="rita")
    assert (meeting(desk).stage, meeting(desk).why) == (Stage.CANCELLED, "schedule")
    (ahead, *_) = desk.say("meeting", by="xena").about["ahead"]
    assert (ahead.name, ahead.at) == ("2026-11-27", meeting(desk).at)


def test_a_longer_schedule_makes_what_was_announced_longer(desk):
    announced_meeting(desk)
    desk.say("meeting set wed 10:00 Europe/Berlin for 60 min", by="rita")
    assert (meeting(desk).minutes, meeting(desk).stage) == (60, Stage.ANNOUNCED)
    desk.tick()
    before = desk.written()
    desk.say(SET.replace("45", "60"), by="rita")
    desk.tick()
    assert desk.written() == before


def test_an_item_that_nobody_said_is_through_stays_on_the_agenda(desk):
    scheduled(desk)
    desk.say("agenda add who watches the pager?", by="omar")
    running(desk)
    assert meeting(desk).focus == "topic:1"
    desk.until(TEN + timedelta(hours=1, minutes=45))
    desk.tick()
    assert (meeting(desk).done, meeting(desk).left) == ((), ("topic:1",))
    with desk.database.read() as reader:
        assert [topic.key for topic in reader.topics()] == ["topic:1"]
