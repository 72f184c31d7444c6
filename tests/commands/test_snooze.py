"""`snooze`: quiet for one person and one candidate, and the release time stays."""

from __future__ import annotations

import pytest

from tests.commands.office import FAIR, announced, at


@pytest.mark.parametrize(
    ("words", "until"), [("", "11:00"), ("30m", "09:30"), ("1 day", "2026-11-24 09:00")]
)
def test_reminders_stop_for_a_while_and_the_time_stays(desk, words, until):
    announced(desk)
    reply = desk.say(f"snooze payments {words}", by="sam")
    assert (reply.template, reply.about["until"]) == ("snoozed", at(until))
    assert desk.candidate().snoozes == {"USAM": at(until)}
    assert desk.candidate().release_at == FAIR


def test_the_same_snooze_twice_writes_nothing(desk):
    announced(desk)
    desk.say("snooze payments 2h", by="sam")
    before = desk.written()
    assert desk.say("snooze payments 2h", by="sam").template == "nothing-new"
    assert desk.written() == before


def test_a_snooze_touches_neither_card_nor_channel(desk):
    announced(desk)
    _, messages = desk.written()
    desk.say("snooze payments", by="sam")
    assert desk.written()[1] == messages


def test_an_odd_duration_is_refused_with_examples(desk):
    announced(desk)
    assert desk.say("snooze payments a while", by="sam").about["examples"]
    assert desk.say("snooze payments", by="xena").template == "not-your-role"
