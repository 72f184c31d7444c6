"""After a rebuild an owner carries their word over, waivers and all, and never silently."""

from __future__ import annotations

import pytest

from tests.commands.office import announced

WAIVE = 'waive payments security "exploits" because nothing reachable changed'


@pytest.fixture
def rebuilt(desk):
    announced(desk, "payments 2.4.1 commit a1")
    desk.say(WAIVE, by="sue")
    desk.say("assert payments", by="sue")
    desk.say("assert payments", by="alice")
    desk.say("announce payments 2.4.1 commit b2", by="dave")
    return desk


def latest(desk):
    return desk.candidate("payments@2.4.1#2")


def test_the_same_is_met_and_the_same_is_waived_each_waiver_written_anew(rebuilt):
    reply = rebuilt.say("carry payments", by="sam")
    assert reply.template == "asserted"
    word = latest(rebuilt).assertions["security"]
    assert (word.by, word.carried_from) == ("USAM", "payments@2.4.1#1")
    (waiver,) = latest(rebuilt).waivers
    assert (waiver.reason, waiver.by) == ("nothing reachable changed", "USAM")
    assert [f.candidate for f in rebuilt.facts(kind="criterion.waived")] == [
        "payments@2.4.1#1",
        "payments@2.4.1#2",
    ]


def test_once_carried_it_changes_nothing(rebuilt):
    rebuilt.say("carry payments", by="sam")
    before = rebuilt.written()
    assert rebuilt.say("carry payments", by="sue").template == "nothing-new"
    assert rebuilt.written() == before


@pytest.mark.parametrize(
    ("who", "words", "refused"),
    [
        ("alice", "carry payments security", "not-your-state"),
        ("xena", "carry payments", "not-your-state"),
        ("omar", "carry payments", "nothing-to-carry"),
        ("rita", "carry payments", "nothing-to-carry"),
    ],
)
def test_only_an_owner_carries_and_only_what_was_asserted(rebuilt, who, words, refused):
    reply = rebuilt.say(words, by=who)
    assert (reply.ok, reply.template) == (False, refused)
    assert not latest(rebuilt).assertions


def test_a_first_build_has_nothing_to_carry(desk):
    announced(desk)
    assert desk.say("carry payments").template == "nothing-to-carry"


def test_a_newer_version_carries_nothing(rebuilt):
    rebuilt.say("announce payments 2.5.0", by="dave")
    assert rebuilt.say("carry payments@2.5.0", by="alice").template == "nothing-to-carry"


def test_what_was_revoked_since_is_not_carried(desk):
    announced(desk, "payments 2.4.1 commit a1")
    desk.say("assert payments")
    desk.say("revoke payments the wrong branch")
    desk.say("announce payments 2.4.1 commit b2", by="dave")
    assert desk.say("carry payments").template == "nothing-to-carry"
