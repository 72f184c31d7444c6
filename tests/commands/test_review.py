"""`review`: `ok` for a hotfix whose state was presumed, `keep` for a halt that still holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.presume import settle_due
from rules.words import State
from tests.commands.office import Office, announced, at


def presumed_hotfix(desk: Office) -> None:
    announced(desk, "payments 2.4.1 hotfix login fails")
    desk.say("hotfix payments", by="omar")
    desk.say("assert payments")
    desk.until("10:00")
    settle_due(desk.desk)
    assert desk.candidate().phase == "released"


def test_the_owner_of_a_presumed_state_answers_ok(desk):
    presumed_hotfix(desk)
    assert desk.heard_of("candidate.released") == ["omar", "rita", "sam", "sue"]
    assert desk.say("review payments ok", by="sue").template == "reviewed"
    assert desk.candidate().reviewed == {State.SECURITY: "USUE"}
    before = desk.written()
    assert desk.say("review payments ok", by="sam").template == "nothing-new"
    assert desk.written() == before


def test_others_have_nothing_to_answer_for(desk):
    presumed_hotfix(desk)
    assert desk.say("review payments ok", by="alice").template == "not-your-role"


def test_a_hotfix_is_reviewed_though_the_next_candidate_is_open(desk):
    presumed_hotfix(desk)
    desk.say("deploying payments", by="omar")
    desk.say("deployed payments", by="omar")
    announced(desk, "payments 2.4.2")
    reply = desk.say("review payments ok", by="sue")
    assert reply.about["candidate"].name == "payments@2.4.1#1"


def test_an_ordinary_release_has_nothing_to_review(desk):
    announced(desk)
    assert desk.say("review payments ok", by="sam").template == "nothing-to-review"


def test_a_halt_is_kept_for_another_working_day(desk):
    announced(desk)
    desk.say("halt payments CVE-1", by="sam")
    assert desk.say("review payments keep", by="sam").template == "nothing-new"
    desk.wait(days=1)
    assert desk.say("review payments keep", by="rita").template == "not-your-role"
    assert desk.say("review payments keep", by="sue").template == "halt-kept"
    assert desk.candidate().open_halts[0].review_at == at("2026-11-25 09:00")
    assert desk.now + timedelta(days=1) == at("2026-11-25 09:00")


@pytest.mark.parametrize("words", ["", "fine", "ok then"])
def test_an_odd_word_is_refused(desk, words):
    announced(desk)
    assert desk.say(f"review payments {words}", by="sam").template == "odd-review"
