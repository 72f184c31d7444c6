"""`deploying`, `deployed`, `failed`, `rolled-back`: reported in order, by those who deploy."""

from __future__ import annotations

import pytest

from tests.commands.office import all_assert, announced, released


@pytest.mark.parametrize(
    ("path", "phase"),
    [
        (["deploying"], "deploying"),
        (["deploying", "deployed"], "deployed"),
        (["deploying", "failed"], "failed"),
        (["deploying", "failed", "deploying"], "deploying"),
        (["deploying", "failed", "rolled-back"], "rolled_back"),
        (["deploying", "deployed", "rolled-back"], "rolled_back"),
    ],
)
def test_a_deployment_is_reported_step_by_step(desk, path, phase):
    released(desk)
    for verb in path:
        assert desk.say(f"{verb} payments for a reason", by="omar").template == "deployment"
    assert desk.candidate().phase == phase
    assert desk.candidate().ended_why == "for a reason"
    before = desk.written()
    assert desk.say(f"{path[-1]} payments", by="rita").template == "nothing-new"
    assert desk.written() == before


@pytest.mark.parametrize("verb", ["deployed", "failed", "rolled-back"])
def test_out_of_order_is_refused(desk, verb):
    released(desk)
    reply = desk.say(f"{verb} payments", by="omar")
    assert (reply.template, reply.about["phase"]) == ("out-of-order", "released")


def test_what_is_not_released_is_not_deployed(desk):
    announced(desk)
    assert desk.say("deploying payments", by="omar").template == "out-of-order"
    all_assert(desk)
    desk.say("halt payments no", by="sam")
    assert desk.say("deploying payments", by="omar").template == "halted"


def test_only_those_who_deploy_report(desk):
    released(desk)
    for who in ("alice", "sam", "dave", "xena"):
        assert desk.say("deploying payments", by=who).template == "not-your-role"


def test_a_rollback_without_a_version_means_the_last_one_deployed(desk):
    for version in ("2.4.0", "2.4.1"):
        released(desk, f"payments {version}")
        desk.say("deploying payments", by="omar")
        desk.say("deployed payments", by="omar")
    announced(desk, "payments 2.4.2")
    reply = desk.say("rolled-back payments error rate doubled", by="omar")
    assert reply.about["candidate"].name == "payments@2.4.1#1"
    assert desk.candidate("payments@2.4.0#1").phase == "deployed"


def test_two_released_are_not_guessed_between(desk):
    released(desk, "payments 2.4.1")
    released(desk, "payments 2.4.0")
    assert desk.say("deploying payments", by="omar").template == "which-candidate"
