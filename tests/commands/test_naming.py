"""Which candidate is meant by what people type."""

from __future__ import annotations

import pytest

from bot.forms import Forms
from bot.render import Renderer
from commands.request import Caller, Request
from commands.unopened import unopened
from tests.commands.office import announced, released


@pytest.mark.parametrize(
    "name",
    [
        "payments@2.4.1#1",
        "payments@2.4.1",
        "payments 2.4.1",
        "payments 2.4.1#1",
        "payments",
        "Payments",
        "payments@v2.4.1",
        "payments v2.4.1",
        "payments:",
        "payments 2.4.1,",
    ],
)
def test_a_candidate_is_found_by_any_of_its_names(desk, name):
    announced(desk)
    reply = desk.say(f"halt {name} CVE-1 is open", by="sam")
    assert reply.template == "halted-by-you"
    assert reply.about["candidate"].name == "payments@2.4.1#1"
    assert reply.about["reason"] == "CVE-1 is open"


def test_a_second_word_is_a_version_only_where_it_matches_an_open_candidate(desk):
    announced(desk)
    reply = desk.say("halt payments 2.4.0 has the same fault", by="sam")
    assert reply.about["candidate"].name == "payments@2.4.1#1"
    assert reply.about["reason"] == "2.4.0 has the same fault"


def test_a_version_that_is_over_is_no_version_as_a_second_word(desk):
    announced(desk, "payments 2.4.0")
    announced(desk, "payments 2.4.1")
    reply = desk.say("halt payments 2.4.0 was bad enough", by="sam")
    assert reply.about["candidate"].name == "payments@2.4.1#1"
    assert reply.about["reason"] == "2.4.0 was bad enough"


def test_the_build_may_be_named_and_an_old_one_is_refused_with_the_true_state(desk):
    announced(desk)
    announced(desk, "payments 2.4.1 rebuild")
    assert desk.say("assert payments@2.4.1#2", by="alice").template == "asserted"
    reply = desk.say("assert payments@2.4.1#1", by="alice")
    assert reply.template == "superseded"
    assert reply.about["superseded_by"] == "payments@2.4.1#2"


def test_a_version_without_its_build_means_the_latest_build(desk):
    announced(desk)
    announced(desk, "payments 2.4.1 rebuild")
    assert desk.say("assert payments@2.4.1").about["candidate"].build == 2


def test_a_near_miss_is_answered_with_the_nearest_product(desk):
    announced(desk)
    reply = desk.say("assert paymnts")
    assert reply.template == "unknown-product"
    assert reply.about["near"] == ["payments"]
    assert reply.about["products"] == ["ledger", "payments", "web"]


def test_a_near_miss_is_answered_with_the_nearest_candidate(desk):
    announced(desk)
    reply = desk.say("assert payments@2.4.2")
    assert reply.template == "unknown-candidate"
    assert reply.about["near"] == ["payments@2.4.1"]


def test_an_unknown_build_is_answered_with_the_ones_there_are(desk):
    announced(desk)
    for number in ("7", "9" * 5_000, "²"):
        reply = desk.say(f"assert payments@2.4.1#{number}")
        assert not reply.ok
        assert reply.template in {"unknown-candidate", "unknown-product"}
    assert desk.say("assert payments@2.4.1#7").about["near"] == ["payments@2.4.1#1"]


def test_two_open_candidates_are_not_guessed_between(desk):
    announced(desk, "payments 2.4.1")
    announced(desk, "payments 2.4.0")
    reply = desk.say("assert payments")
    assert reply.template == "which-candidate"
    assert [c.name for c in reply.about["open"]] == ["payments@2.4.1#1", "payments@2.4.0#1"]
    assert desk.say("assert payments 2.4.0").about["candidate"].version == "2.4.0"


def test_nothing_open_is_said_so(desk):
    assert desk.say("assert payments").template == "nothing-open"


def test_no_candidate_named_is_answered_with_the_open_ones(desk):
    announced(desk)
    reply = desk.say("assert")
    assert reply.template == "which-candidate"
    assert [c.name for c in reply.about["open"]] == ["payments@2.4.1#1"]


def test_one_that_is_being_deployed_does_not_make_the_open_one_unclear(desk):
    released(desk, "payments 2.4.0")
    desk.say("deploying payments", by="omar")
    announced(desk, "payments 2.4.1")
    assert desk.say("assert payments").about["candidate"].name == "payments@2.4.1#1"
    reply = desk.say("deployed payments", by="omar")
    assert reply.about["candidate"].name == "payments@2.4.0#1"


def test_a_failed_deployment_does_not_make_the_open_one_unclear(desk):
    released(desk, "payments 2.4.0")
    desk.say("deploying payments", by="omar")
    desk.say("failed payments timed out", by="omar")
    announced(desk, "payments 2.4.1")
    assert desk.say("halt payments look first", by="sam").template == "halted-by-you"
    assert desk.candidate("payments@2.4.1#1").phase == "halted"


def test_reading_finds_what_is_over(desk):
    announced(desk)
    desk.say("withdraw payments wrong branch", by="alice")
    assert desk.say("status payments").about["standing"].candidate.phase == "withdrawn"
    assert desk.say("history payments 2.4.1").about["candidate"].name == "payments@2.4.1#1"
    assert desk.say("assert payments").template == "nothing-open"


def test_a_halts_form_and_what_stands_in_for_it_find_the_open_one_of_equal_rank(desk):
    announced(desk, "payments 4.0.0+18")
    announced(desk, "ledger 7")
    caller = Caller("USAM", "slash", "C1")
    view = Forms(desk.desk, Renderer()).view("halt", "payments@4.0.0", caller)
    assert view is not None
    assert "payments@4.0.0+18#1" in view["private_metadata"]
    lost = unopened(desk.desk, Request("halt", caller, "payments@4.0.0", key="form"))
    assert [c.command for c in lost.choices if c.command.startswith("halt ")] == [
        "halt payments@4.0.0+18#1"
    ]
