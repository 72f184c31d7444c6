"""The meeting itself by what people say and press: begun once, item by item, closed once, its minutes kept."""

from __future__ import annotations

from datetime import timedelta

from bot.meeting_letters import MeetingLetters
from commands.convener import Convener
from rules.meeting import Stage
from tests.commands.office import all_assert, announced, uid
from tests.commands.test_meeting import (
    TEN,
    WEDNESDAY,
    announced_meeting,
    meeting,
    running,
    scheduled,
)


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


def test_start_is_offered_from_an_hour_before_and_next_again_once_something_comes_up(desk):
    announced_meeting(desk)
    assert "meeting start" not in drawn(desk, f"agenda:{WEDNESDAY}")
    desk.until(TEN - timedelta(hours=1))
    desk.tick()
    assert "meeting start" in drawn(desk, f"agenda:{WEDNESDAY}")
    desk.say("meeting start", by="rita")
    assert "meeting next" not in drawn(desk, f"meeting:{WEDNESDAY}")
    desk.say("agenda add one thing more", by="xena")
    assert "meeting next" in drawn(desk, f"meeting:{WEDNESDAY}")
    desk.press(f"meeting next {WEDNESDAY}", by="rita")
    assert meeting(desk).focus == "topic:1"


def test_a_topic_taken_off_meanwhile_does_not_come_into_focus(desk):
    scheduled(desk)
    for topic in ("one", "two", "three"):
        desk.say(f"agenda add {topic}", by="xena")
    desk.until(TEN)
    desk.say("meeting start", by="rita")
    desk.say("agenda remove 2", by="xena")
    desk.say("meeting next", by="rita")
    assert meeting(desk).focus == "topic:3"


def test_what_came_up_and_was_not_reached_is_in_the_minutes(desk):
    running(desk)
    announced(desk, "payments 2.4.1 fri 14:00")
    desk.say("halt payments CVE-1 is open", by="sam")
    minutes = desk.say("meeting close", by="rita") and desk.say("meeting minutes", by="xena")
    assert [each.item.key for each in minutes.about["minutes"].of("left")] == ["payments@2.4.1#1"]


def drawn(office, key):
    """The blocks of a message as it would be sent now."""
    with office.database.read() as reader:
        message = reader.message(key)
        words = MeetingLetters()(reader, message, office.now)
    return repr(words and words.blocks)
