"""`lift`: whoever answers for a halt takes it back, with a reason."""

from __future__ import annotations

import pytest

from rules.words import Role
from tests.commands.office import FAIR, announced, at


def test_a_lift_takes_a_reason_and_the_release_is_the_resume_notice_away(desk):
    announced(desk)
    desk.until("2026-11-24 08:00")
    desk.say("halt payments CVE-1", by="sam")
    assert desk.say("lift payments", by="sam").template == "reason-needed"
    desk.until("2026-11-24 09:10")
    assert desk.say("lift payments patched", by="sam").template == "lifted-by-you"
    after = desk.candidate()
    assert (after.phase, after.halts[0].lifted_why) == ("announced", "patched")
    assert after.release_at == at("2026-11-24 11:15")
    assert [m.about["fact"] for m in desk.messages("outcome")] == [
        len(desk.facts()) - 1,
        len(desk.facts()),
    ]


def test_a_lift_long_before_the_release_moves_nothing(desk):
    announced(desk)
    desk.say("halt payments CVE-1", by="sam")
    desk.say("lift payments patched", by="sue")
    assert desk.candidate().release_at == FAIR


@pytest.mark.parametrize("by", ["rita", "alice", "xena"])
def test_only_a_role_the_halter_wore_lifts(desk, by):
    announced(desk)
    desk.say("halt payments product is broken", by="sam")
    reply = desk.say("lift payments fine", by=by)
    assert (reply.template, reply.about["roles"]) == ("not-your-role", [Role.SECURITY_ARCHITECT])
    assert desk.candidate().phase == "halted"


def test_one_halt_of_two_leaves_the_other(desk):
    announced(desk)
    desk.say("halt payments one", by="sam")
    desk.say("halt payments two", by="rita")
    desk.say("lift payments fine", by="sam")
    assert desk.candidate().phase == "halted"
    assert [h.reason for h in desk.candidate().open_halts] == ["two"]


def test_a_form_names_the_halt_it_lifts(desk):
    announced(desk)
    desk.say("halt payments one", by="sam")
    desk.say("halt payments product two", by="sam")
    first = desk.candidate().open_halts[0]
    desk.fill_in("lift", "payments@2.4.1#1", "sam", halt=first.id, reason="fixed")
    assert [h.reason for h in desk.candidate().open_halts] == ["product two"]
    before = desk.written()
    again = desk.fill_in("lift", "payments@2.4.1#1", "sam", halt=first.id, reason="fixed")
    assert again.template == "nothing-new"
    assert desk.written() == before


def test_where_nothing_is_halted_that_is_said(desk):
    announced(desk)
    assert desk.say("lift payments fine", by="sam").template == "not-halted"
    desk.say("withdraw payments", by="alice")
    assert desk.say("lift payments@2.4.1 fine", by="sam").template == "already-withdrawn"
