"""`assert`: the owner of a state declares it complete, nobody else."""

from __future__ import annotations

import pytest

from rules.words import Role, State
from tests.commands.office import FAIR, MONDAY, announced, at, product, released, user


def test_an_owner_asserts_what_they_own(desk):
    announced(desk)
    reply = desk.say("assert payments", by="sam")
    assert (reply.template, reply.about["states"]) == ("asserted", [State.SECURITY])
    word = desk.candidate().assertions[State.SECURITY]
    assert (word.by, word.hats, word.at) == ("USAM", (Role.SECURITY_ARCHITECT,), desk.now)
    assert desk.facts(kind="state.asserted")[0].by.groups == {"SARCH": ["USAM", "USUE"]}


@pytest.mark.parametrize("words", ["product", "all", "ready", "Product,"])
def test_states_may_be_named(desk, words):
    announced(desk)
    assert desk.say(f"assert payments {words}").about["states"] == [State.PRODUCT]


@pytest.mark.parametrize("by", ["rita", "xena", "dave"])
def test_nobody_asserts_anothers_state_not_even_the_release_coordinator(desk, by):
    announced(desk)
    reply = desk.say("assert payments security", by=by)
    assert (reply.template, reply.about["roles"]) == ("not-your-state", [Role.SECURITY_ARCHITECT])
    assert desk.candidate().assertions == {}


def test_two_hats_are_both_recorded(desk):
    holders = {**product("payments").holders, Role.OPERATIONS_COORDINATOR: (user("alice"),)}
    desk.apply(product("payments", holders=holders))
    announced(desk)
    reply = desk.say("assert payments")
    assert reply.about["states"] == [State.PRODUCT, State.OPERATION]
    assert desk.candidate().assertions[State.PRODUCT].hats == (
        Role.PRODUCT_OWNER,
        Role.OPERATIONS_COORDINATOR,
    )


@pytest.mark.parametrize("word", ["everything", "2.4.0", "produkt"])
def test_an_odd_word_is_refused_with_the_states(desk, word):
    announced(desk)
    reply = desk.say(f"assert payments {word}")
    assert (reply.template, reply.about["word"]) == ("odd-state", word)
    assert reply.about["states"] == list(State)


def test_asserting_twice_writes_nothing(desk):
    announced(desk)
    desk.say("assert payments", by="sam")
    before = desk.written()
    assert desk.say("assert payments", by="sue").template == "nothing-new"
    assert desk.written() == before


def test_under_the_owners_own_halt_it_is_lifted_first(desk):
    announced(desk)
    desk.say("halt payments CVE-1", by="sam")
    assert desk.say("assert payments", by="sam").template == "halted-by-owner"


def test_a_form_names_its_states(desk):
    announced(desk)
    reply = desk.fill_in("assert", "payments@2.4.1#1", "sam", states=["security"])
    assert reply.template == "asserted"


def test_assertions_do_not_move_the_release(desk):
    announced(desk)
    desk.say("assert payments", by="sam")
    assert desk.candidate().release_at == FAIR


def test_the_last_word_where_silence_holds_is_followed_by_the_resume_notice(desk):
    assert announced(desk, "web 1").release_at == FAIR
    desk.until(FAIR)
    desk.tick()
    assert desk.candidate("web@1#1").waiting
    desk.until("2026-11-24 10:00")
    for who in ("alice", "sam", "omar"):
        desk.say("assert web", by=who)
    assert desk.candidate("web@1#1").release_at is None
    desk.say("assert web", by="rita")
    assert desk.candidate("web@1#1").release_at == at("2026-11-24 12:00")


def test_what_is_out_is_not_asserted(desk):
    released(desk)
    assert desk.say("assert payments").template == "already-released"
    assert desk.now == MONDAY
