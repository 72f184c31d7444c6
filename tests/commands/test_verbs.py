"""The catalogue of verbs says of each what help shows of it."""

from __future__ import annotations

import pytest

from commands.verbs import VERBS
from rules.rights import MAY
from tests.commands.office import announced

NAMED = [verb for word, verb in VERBS.items() if word]


@pytest.mark.parametrize("verb", VERBS.values(), ids=lambda verb: verb.word or "release")
def test_every_verb_has_usage_summary_who_and_examples(verb):
    assert verb.summary.endswith(".")
    assert verb.who
    assert verb.usage.split(" ")[0] == verb.word
    if verb.word:
        assert verb.examples
    assert all(example.split()[0] == verb.word for example in verb.examples)


def test_the_design_s_verbs_are_all_there():
    said = (
        "announce status assert waive carry revoke halt lift extend reschedule go withdraw hotfix review snooze "
        "deploying deployed failed rolled-back evidence owners criteria delegate fault trace history setup help "
        "calendar product environment resource freeze meeting agenda action digest"
    )
    assert {verb.word for verb in NAMED} == set(said.split())


def test_every_verb_with_rights_can_be_said():
    assert set(MAY) <= set(VERBS)


def test_the_command_line_announces_reads_and_halts_and_nothing_else():
    there = {word for word, verb in VERBS.items() if verb.operator}
    assert there == {
        "evidence",
        "",
        "announce",
        "status",
        "halt",
        "owners",
        "trace",
        "criteria",
        "history",
        "help",
        "calendar",
        "product",
        "environment",
        "resource",
        "freeze",
        "meeting",
        "agenda",
        "action",
        "digest",
    }


EXAMPLES = [
    example for verb in NAMED for example in verb.examples if not example.startswith("announce")
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_understood(desk, example):
    announced(desk)
    desk.say("agenda add the audit", by="xena")
    desk.say("action @omar order the certificate by fri", by="xena")
    for who in ("alice", "sam", "omar", "rita"):
        reply = desk.say(example, by=who)
        assert not reply.template.startswith(("unknown", "odd", "halt-which", "which", "fault"))


@pytest.mark.parametrize("example", VERBS["announce"].examples)
def test_every_example_of_announcing_works(desk, example):
    assert desk.say(example, by="dave").template == "announced"
