"""Topics and actions by what people say: anybody adds, few take away, and an action is chased until it is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.commands.office import at, uid


def texts(office):
    with office.database.read() as reader:
        return [topic.text for topic in reader.topics()]


# Topics.


def test_any_full_member_adds_a_topic(desk):
    reply = desk.say("agenda add who is on call at Easter? 10 min", by="xena")
    topic = reply.about["topic"]
    assert (topic.number, topic.text, topic.minutes) == (1, "who is on call at Easter?", 10)
    assert desk.say("agenda add me", by="gwen").template == "outsider"


@pytest.mark.parametrize(
    ("said", "text", "minutes"),
    [
        ("move to 64 min timers", "move to 64 min timers", 5),
        ("the audit, 15 minutes", "the audit", 15),
        ("the audit (20m)", "the audit", 20),
        ("add add", "add add", 5),
        ("50 min", "50 min", 5),
    ],
)
def test_minutes_at_the_end_are_its_length(desk, said, text, minutes):
    topic = desk.say(f"agenda add {said}", by="xena").about["topic"]
    assert (topic.text, topic.minutes) == (text, minutes)


def test_by_the_form_too(desk):
    reply = desk.fill_in("agenda", "", "xena", topic="The audit", minutes="15")
    assert reply.template == "topic-added"
    assert texts(desk) == ["The audit"]


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("agenda add", "topic-needed"),
        ("agenda add the audit 500 min", "odd-minutes"),
        ("agenda add the audit 0 min", "odd-minutes"),
        ("agenda something", "say-what-of-agenda"),
        ("agenda remove 7", "unknown-topic"),
        ("agenda remove", "unknown-topic"),
    ],
)
def test_what_can_t_be_made_out_is_refused(desk, line, template):
    assert desk.say(line, by="xena").template == template


def test_who_added_it_or_a_coordinator_takes_it_off(desk):
    desk.say("agenda add one", by="xena")
    desk.say("agenda add two", by="xena")
    assert desk.say("agenda remove 1", by="alice").template == "not-your-topic"
    assert desk.say("agenda remove 1", by="xena").about["changed"]
    assert desk.say("agenda remove two", by="rita").about["changed"]
    assert not desk.say("agenda remove 2", by="rita").about["changed"]
    assert texts(desk) == []


# Actions.


def test_an_action_is_given_by_anybody_to_anybody(desk):
    action = desk.say("action @omar order a certificate by fri", by="xena").about["action"]
    assert (action.who, action.what) == (uid("omar"), "order a certificate")
    assert action.due == at("2026-11-27 17:00")


def test_by_may_be_a_word_of_it(desk):
    action = desk.say("action @omar go by the office by fri 12:00", by="xena").about["action"]
    assert action.what == "go by the office"


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("action @omar order a certificate", "say-whose-action"),
        ("action order a certificate by fri", "say-whose-action"),
        ("action @omar by fri", "action-needed"),
        ("action @nobody order a certificate by fri", "unknown-person"),
        ("action @omar order a certificate by 2026-11-01 10:00", "time-passed"),
        ("action @omar order a certificate by blursday", "odd-time"),
        ("action 9 done", "unknown-action"),
    ],
)
def test_an_action_that_can_t_be_made_out_is_refused(desk, line, template):
    assert desk.say(line, by="xena").template == template


def test_for_somebody_who_left_another_is_proposed(desk):
    desk.meet("omar", deactivated=True)
    reply = desk.say("action @omar order a certificate by fri", by="xena")
    assert reply.template == "person-left"
    (choice,) = reply.choices
    given = desk.press(choice.command, by="xena").about["action"]
    assert given.who == uid("rita")


def test_it_is_done_by_whom_it_is_for_who_recorded_it_or_a_coordinator(desk):
    for number in (1, 2, 3):
        desk.say("action @omar order a certificate by fri", by="xena")
        assert desk.say(f"action {number} done", by="alice").template == "not-your-action"
    assert desk.say("action 1 done", by="omar").about["changed"]
    assert desk.say("action done 2", by="xena").about["changed"]
    assert desk.say("action #3 is done", by="rita").about["changed"]
    assert not desk.say("action 3 done", by="rita").about["changed"]


def test_its_owner_is_reminded_at_work_until_it_is_done(desk):
    desk.say("action @omar order a certificate by wed 17:00", by="xena")
    desk.until(at("2026-11-24 10:00"))
    desk.tick()
    assert desk.told("action-due") == []
    desk.until(at("2026-11-24 17:30"))
    desk.tick()
    assert desk.told("action-due") == [], "it is night where Omar is"
    desk.until(at("2026-11-25 06:00"))
    desk.tick()
    desk.tick()
    assert desk.told("action-due") == ["omar"]
    for day in (26, 27, 28):
        desk.until(at(f"2026-11-{day} 06:00"))
        desk.tick()
        desk.tick()
    assert desk.told("action-overdue") == ["omar", "omar"], "Saturday is no working day"
    desk.say("action 1 done", by="omar")
    desk.until(at("2026-11-30 06:00"))
    desk.tick()
    assert desk.told("action-overdue") == ["omar", "omar"]


def test_over_a_weekend_its_owner_is_reminded_on_friday(desk):
    desk.say("action @omar order a certificate by mon 9:00", by="xena")
    desk.until(at("2026-11-27 09:30"))
    desk.tick()
    assert desk.told("action-due") == ["omar"], "in India it is Friday afternoon"


def test_an_action_given_for_tomorrow_is_not_brought_up_at_once(desk):
    desk.say("action @omar order a certificate by tue 9:00", by="xena")
    desk.wait(hours=1)
    desk.tick()
    assert desk.told("action-due") == []


def test_somebody_nobody_has_read_yet_is_looked_up(desk):
    reply = desk.say("action @U0BOB00001 order a certificate by fri", by="xena")
    assert reply.template == "looking-you-up"


def test_an_action_of_somebody_who_left_is_told_to_the_coordinator_once(desk):
    desk.say("action @omar order a certificate by 20 dec 17:00", by="xena")
    desk.until(at("2026-11-25 16:30"))
    desk.meet("omar", deactivated=True)
    desk.tick()
    desk.now += timedelta(hours=1)
    desk.tick()
    assert desk.told("action-orphaned") == ["rita"]


def test_it_stands_on_the_agenda_until_it_is_done(desk):
    desk.say("meeting set wed 10:00 Europe/Berlin", by="rita")
    desk.say("action @omar order a certificate by fri", by="xena")
    agenda = desk.say("agenda", by="xena").about["agenda"]
    assert [item.key for item in agenda.items] == ["action:1"]
    assert not agenda.contested
