"""`revoke`: an assertion taken back halts its state until it is asserted again."""

from __future__ import annotations

from rules.words import State
from tests.commands.office import FAIR, all_assert, announced


def test_revoking_takes_a_reason_and_halts_until_asserted_again(desk):
    announced(desk)
    all_assert(desk)
    assert desk.say("revoke payments", by="sam").template == "reason-needed"
    assert desk.say("revoke payments security", by="sam").template == "reason-needed"
    reply = desk.say("revoke payments the scan was of the wrong build", by="sam")
    assert reply.template == "revoked"
    after = desk.candidate()
    assert (after.phase, State.SECURITY in after.assertions) == ("halted", False)
    assert desk.say("lift payments fine", by="sue").template == "assert-again"
    assert desk.say("assert payments", by="sue").template == "asserted"
    assert desk.candidate().phase == "announced"
    assert desk.candidate().release_at == FAIR
    assert desk.kinds()[-2:] == ["state.asserted", "halt.lifted"]


def test_state_words_stay_in_the_reason(desk):
    announced(desk)
    all_assert(desk)
    desk.say("revoke payments security: scan is old", by="sam")
    (halt,) = desk.candidate().open_halts
    assert (halt.reason, halt.states) == ("security: scan is old", (State.SECURITY,))


def test_nobody_revokes_anothers(desk):
    announced(desk)
    all_assert(desk)
    assert desk.say("revoke payments security no", by="rita").template == "not-your-state"
    assert desk.say("revoke payments no", by="xena").template == "not-your-state"


def test_there_must_be_something_to_revoke(desk):
    announced(desk)
    assert desk.say("revoke payments no", by="sam").template == "nothing-to-revoke"


def test_revoking_twice_writes_nothing(desk):
    announced(desk)
    all_assert(desk)
    desk.say("revoke payments no", by="sam")
    before = desk.written()
    assert desk.say("revoke payments no", by="sam").template == "nothing-new"
    assert desk.written() == before


def test_a_form_keeps_its_reason(desk):
    announced(desk)
    all_assert(desk)
    desk.fill_in("revoke", "payments@2.4.1#1", "sam", states=["security"], reason=" a\nb ")
    assert desk.candidate().open_halts[0].reason == "a\nb"
