"""`hotfix`: short notices once somebody other than the announcer confirms them."""

from __future__ import annotations

from commands.presume import settle_due
from rules.words import Role
from tests.commands.office import FAIR, announced, at, product, user


def test_a_hotfix_is_one_when_another_role_holder_confirms_it(desk):
    announced(desk, "payments 2.4.1 hotfix login fails")
    assert desk.candidate().release_at == FAIR
    reply = desk.say("hotfix payments", by="omar")
    assert reply.template == "hotfix-confirmed"
    after = desk.candidate()
    assert (after.hotfix.confirmed_by, after.hotfix.reason) == ("UOMAR", "login fails")
    assert after.release_at == at("10:00")
    assert desk.heard_of("hotfix.confirmed") == ["alice", "omar", "rita", "sam", "sue"]
    desk.until("10:00")
    assert settle_due(desk.desk) == 1
    assert desk.candidate().phase == "released"


def test_the_announcer_asks_and_does_not_confirm(desk):
    announced(desk, "payments 2.4.1", by="alice")
    assert desk.say("hotfix payments").template == "reason-needed"
    assert desk.say("hotfix payments login fails").template == "hotfix-asked"
    assert desk.say("hotfix payments").template == "confirm-by-another"
    assert not desk.candidate().is_hotfix
    assert desk.say("hotfix payments", by="rita").template == "hotfix-confirmed"
    before = desk.written()
    assert desk.say("hotfix payments", by="sam").template == "nothing-new"
    assert desk.written() == before


def test_another_holder_asks_and_confirms_in_one(desk):
    announced(desk)
    assert desk.say("hotfix payments login fails", by="rita").template == "hotfix-confirmed"


def test_where_there_is_no_other_holder_the_announcers_own_word_suffices(desk):
    desk.apply(product("payments", holders={role: (user("alice"),) for role in Role}))
    announced(desk, "payments 2.4.1 hotfix login fails", by="alice")
    assert desk.say("hotfix payments").template == "hotfix-confirmed"


def test_a_rebuild_keeps_mark_and_reason_but_is_confirmed_again(desk):
    announced(desk, "payments 2.4.1 hotfix login fails")
    desk.say("hotfix payments", by="omar")
    after = announced(desk, "payments 2.4.1 rebuild")
    assert after.hotfix is not None
    assert after.hotfix.reason == "login fails"
    assert not after.is_hotfix
    assert after.release_at == FAIR


def test_it_takes_a_role(desk):
    announced(desk)
    assert desk.say("hotfix payments now", by="xena").template == "not-your-role"
    assert desk.say("hotfix payments now", by="dave").template == "hotfix-asked"
