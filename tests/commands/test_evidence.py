"""`evidence`: any member adds what automation says; the owner hears of what is red."""

from __future__ import annotations

from rules.words import State
from tests.commands.office import announced


def test_a_link_is_kept_and_listed(desk):
    announced(desk)
    reply = desk.say("evidence payments product green https://ci.example/412", by="dave")
    assert reply.template == "evidence-added"
    (kept,) = desk.candidate().evidence
    assert (kept.state, kept.verdict, kept.url) == (
        State.PRODUCT,
        "green",
        "https://ci.example/412",
    )
    assert desk.say("evidence payments", by="dave").template == "evidence"


def test_a_criterion_is_named_by_a_part_or_a_number(desk):
    announced(desk)
    desk.say('evidence payments security "exploits" red a new finding', by="dave")
    assert desk.candidate().evidence[0].criterion == "Potential exploits evaluated"
    reply = desk.say('evidence payments security "nonsense" red a finding', by="dave")
    assert reply.template == "unknown-criterion"


def test_the_same_again_writes_nothing(desk):
    announced(desk)
    desk.say("evidence payments product red https://ci.example/1", by="dave")
    before = desk.written()
    said = desk.say("evidence payments product red https://ci.example/1", by="dave")
    assert said.template == "nothing-new"
    assert desk.written() == before


def test_a_state_and_words_are_needed(desk):
    announced(desk)
    assert desk.say("evidence payments https://x.example", by="dave").template == "odd-state"
    assert desk.say("evidence payments product red", by="dave").template == "reason-needed"


def test_only_the_owner_of_the_state_hears_of_red_and_nobody_of_green(desk):
    announced(desk)
    desk.say("evidence payments security green all is well", by="dave")
    assert desk.heard_of("evidence.added") == []
    desk.say("evidence payments security red two findings", by="dave")
    assert set(desk.heard_of("evidence.added")) == {"sam", "sue"}


def test_the_card_shows_it(desk):
    announced(desk)
    before = desk.messages("card")[0].want
    desk.say("evidence payments product green 412 tests passed", by="dave")
    assert desk.messages("card")[0].want == before + 1
