"""`withdraw`: taken out of the running by its owners, and by its announcer until the first assertion."""

from __future__ import annotations

import pytest

from tests.commands.office import announced, released


@pytest.mark.parametrize("by", ["alice", "rita", "dave"])
def test_who_may_withdraws_with_a_reason(desk, by):
    announced(desk)
    assert desk.say("withdraw payments wrong branch", by=by).template == "withdrawn"
    after = desk.candidate()
    assert (after.phase, after.ended_why) == ("withdrawn", "wrong branch")
    assert len(desk.messages("outcome")) == 1


def test_the_announcer_may_not_after_the_first_assertion(desk):
    announced(desk)
    desk.say("assert payments", by="sam")
    assert desk.say("withdraw payments", by="dave").template == "already-asserted"
    assert desk.say("withdraw payments", by="alice").template == "withdrawn"


def test_others_may_not(desk):
    announced(desk)
    for who in ("sam", "omar", "xena"):
        assert desk.say("withdraw payments", by=who).template == "not-your-role"


def test_what_is_being_deployed_is_not_withdrawn(desk):
    released(desk)
    desk.say("deploying payments", by="omar")
    assert desk.say("withdraw payments", by="rita").template == "already-deploying"


def test_withdrawing_shakes_off_no_halt(desk):
    announced(desk)
    desk.say("halt payments CVE-1", by="sam")
    desk.say("withdraw payments", by="alice")
    assert announced(desk, "payments 2.4.1").phase == "halted"
