"""`go`: the Release Coordinator, when all four have asserted and nothing is halted."""

from __future__ import annotations

from rules.words import State
from tests.commands.office import all_assert, announced


def test_all_four_asserted_go_at_once(desk):
    announced(desk)
    all_assert(desk)
    reply = desk.say("go payments", by="rita")
    assert reply.template == "gone"
    after = desk.candidate()
    assert (after.phase, after.released_at) == ("released", desk.now)
    assert set(after.outcome.values()) == {"asserted"}
    before = desk.written()
    assert desk.say("go payments", by="rita").template == "nothing-new"
    assert desk.written() == before


def test_a_silent_state_refuses(desk):
    announced(desk)
    desk.say("assert payments")
    reply = desk.say("go payments", by="rita")
    assert (reply.template, reply.about["states"]) == (
        "still-silent",
        [State.SECURITY, State.OPERATION, State.ORGANIZATION],
    )


def test_a_halt_outweighs_four_assertions(desk):
    announced(desk)
    all_assert(desk)
    desk.say("halt payments organization is not told", by="alice")
    assert desk.say("go payments", by="rita").template == "halted"


def test_an_extension_stands(desk):
    announced(desk)
    all_assert(desk)
    desk.say("extend payments", by="sam")
    assert desk.say("go payments", by="rita").template == "extended"


def test_only_the_release_coordinator(desk):
    announced(desk)
    all_assert(desk)
    for who in ("alice", "sam", "omar", "dave"):
        assert desk.say("go payments", by=who).template == "not-your-role"
