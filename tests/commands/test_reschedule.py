"""`reschedule`: later as one likes, earlier only as far as is fair."""

from __future__ import annotations

import pytest

from tests.commands.office import FAIR, all_assert, announced, at


def test_later_is_as_said_and_those_who_owe_a_word_are_told(desk):
    announced(desk)
    desk.say("assert payments")
    reply = desk.say("reschedule payments thu 14:00", by="alice")
    assert (reply.template, reply.about["asked"]) == ("rescheduled", at("2026-11-26 14:00"))
    assert desk.candidate().release_at == at("2026-11-26 14:00")
    assert desk.heard_of("release.rescheduled") == ["omar", "rita", "sam", "sue"]


@pytest.mark.parametrize("words", ["to thu 14:00", "at thu 14:00", "2.4.1 thu 14:00"])
def test_it_is_said_as_people_say_it(desk, words):
    announced(desk)
    desk.say(f"reschedule payments {words}", by="alice")
    assert desk.candidate().release_at == at("2026-11-26 14:00")


def test_earlier_restarts_fair_notice(desk):
    announced(desk, "payments 2.4.1 fri 14:00")
    desk.wait(hours=1)
    desk.say("reschedule payments wed 14:00", by="alice")
    after = desk.candidate()
    assert (after.release_at, after.notice_from) == (at("2026-11-25 14:00"), desk.now)


def test_too_early_becomes_the_earliest_fair_time_and_why_is_said(desk):
    announced(desk, "payments 2.4.1 fri 14:00")
    desk.wait(hours=1)
    reply = desk.say("reschedule payments in 1h", by="rita")
    assert reply.about["asked"] == at("11:00")
    after = reply.about["candidate"]
    assert after.release_at == at("2026-11-24 10:00")
    assert "fair-notice:operation" in after.why


def test_all_asserted_may_go_as_early_as_the_resume_notice(desk):
    announced(desk, "payments 2.4.1 fri 14:00")
    all_assert(desk)
    desk.say("reschedule payments in 1h", by="rita")
    assert desk.candidate().release_at == at("11:00")


def test_no_earlier_than_it_is_already_is_refused(desk):
    announced(desk)
    desk.wait(hours=1)
    reply = desk.say("reschedule payments 14:00", by="rita")
    assert (reply.template, reply.about["at"]) == ("no-earlier", FAIR)


def test_the_same_time_writes_nothing(desk):
    announced(desk)
    before = desk.written()
    assert desk.say("reschedule payments tue 09:15", by="alice").template == "nothing-new"
    assert desk.written() == before


@pytest.mark.parametrize("words", ["", "later", "thu", "thu 14:00 please"])
def test_an_odd_time_is_refused_with_examples(desk, words):
    announced(desk)
    reply = desk.say(f"reschedule payments {words}", by="rita")
    assert reply.template == "odd-time"
    assert reply.about["examples"]


def test_only_product_owner_and_release_coordinator_reschedule(desk):
    announced(desk)
    for who in ("sam", "omar", "dave"):
        assert desk.say("reschedule payments thu 14:00", by=who).template == "not-your-role"


def test_a_form_gives_its_time(desk):
    announced(desk)
    desk.fill_in("reschedule", "payments@2.4.1#1", "rita", at="2026-11-26 15:00")
    assert desk.candidate().release_at == at("2026-11-26 14:00")
