"""`go`: the Release Coordinator, when all four have asserted and nothing is halted."""

from __future__ import annotations

from dataclasses import replace

from commands.presume import settle_due
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


def test_while_releases_are_withheld_nothing_goes_by_word_or_by_silence(desk):
    announced(desk)
    all_assert(desk)
    causes = {"records": "the log of facts is not whole"}
    desk.desk = replace(desk.desk, tools=replace(desk.desk.tools, withheld=lambda: causes))
    refused = desk.say("go payments", by="rita")
    assert (refused.template, refused.about["causes"]) == ("withheld", list(causes.values()))
    desk.until(desk.candidate().release_at)
    assert settle_due(desk.desk) == 0
    assert desk.candidate().phase == "announced"
    assert desk.say("halt payments refunds are broken", by="sam").template == "halted-by-you"
