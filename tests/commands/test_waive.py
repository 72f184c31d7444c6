"""A criterion is waived by its owner, with a reason, for one candidate only."""

from __future__ import annotations

import pytest

from rules.words import State
from tests.commands.office import announced

EXPLOITS = "Potential exploits evaluated"
LINE = 'waive payments security "exploits" because nothing reachable changed'


def waived(desk, build=1):
    return [
        (w.state, w.criterion, w.reason) for w in desk.candidate(f"payments@2.4.1#{build}").waivers
    ]


@pytest.mark.parametrize(
    "words",
    [
        '"exploits" because nothing reachable changed',
        "“Potential exploits” because nothing reachable changed",
        "2 because nothing reachable changed",
        "potential exploits because nothing reachable changed",
        "'exploits' nothing reachable changed",
        "exploits: nothing reachable changed",
    ],
)
def test_a_criterion_is_named_by_its_words_a_part_or_its_number(desk, words):
    announced(desk)
    reply = desk.say(f"waive payments security {words}", by="sue")
    assert reply.template == "waived"
    assert waived(desk) == [(State.SECURITY, EXPLOITS, "nothing reachable changed")]


def test_the_same_again_changes_nothing_and_another_reason_takes_its_place(desk):
    announced(desk)
    desk.say(LINE, by="sue")
    assert desk.say(LINE, by="sue").template == "nothing-new"
    desk.say('waive payments security "exploits" because it is behind a switch', by="sam")
    assert waived(desk) == [(State.SECURITY, EXPLOITS, "it is behind a switch")]
    assert [f.by.person for f in desk.facts(kind="criterion.waived")] == ["USUE", "USAM"]


def test_a_known_issue_that_is_no_criterion_is_noted_too(desk):
    announced(desk)
    reply = desk.say('waive payments product issue "totals are slow" because ten use them')
    assert reply.about["issue"] is True
    assert waived(desk) == [(State.PRODUCT, "totals are slow", "ten use them")]


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ('waive payments security "exploits"', "reason-needed"),
        ('waive payments security "pen test" because', "unknown-criterion"),
        ('waive payments security "evaluated" because both fit', "unknown-criterion"),
        ("waive payments security", "say-what-to-waive"),
        ('waive payments "exploits" because', "say-what-to-waive"),
        ('waive payments product "unit" because not mine', "not-your-state"),
        (f'waive payments security issue "{"x" * 301}" because long', "words-too-long"),
    ],
)
def test_what_can_not_be_waived_is_refused_and_nothing_is_written(desk, line, refused):
    announced(desk)
    reply = desk.say(line, by="sue")
    assert (reply.ok, reply.template) == (False, refused)
    assert waived(desk) == []


def test_two_that_fit_are_both_named(desk):
    announced(desk)
    reply = desk.say('waive payments security "evaluated" because', by="sue")
    assert reply.about["near"] == ["Vulnerabilities evaluated", EXPLOITS]


def test_an_assertion_in_one_line_leaves_what_is_waived_waived(desk):
    announced(desk)
    desk.say(LINE, by="sue")
    desk.say("assert payments security all", by="sue")
    (fact,) = desk.facts(kind="state.asserted")
    told = fact.about["criteria"]["security"]
    assert told["versions"] == [1]
    assert told["waived"] == [EXPLOITS]
    assert len(told["met"]) == 4
    assert EXPLOITS not in told["met"]


def test_a_rebuild_carries_no_waiver_of_its_own_accord(desk):
    announced(desk)
    desk.say(LINE, by="sue")
    desk.say("announce payments 2.4.1 rebuild commit b2", by="dave")
    assert waived(desk, 2) == []


def test_what_is_released_can_not_be_waived_any_more(desk):
    announced(desk)
    for who in ("alice", "sue", "omar", "rita"):
        desk.say("assert payments", by=who)
    desk.say("go payments", by="rita")
    assert desk.say(LINE, by="sue").template == "already-released"
