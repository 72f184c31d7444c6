"""`halt`: no halt is lost, to parsing, to a rebuild, or to coming late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.words import Role, State
from tests.commands.office import Office, all_assert, announced, released

ODD = [
    pytest.param("x" * 10_000, id="ten thousand characters"),
    pytest.param("first line\nsecond line\n\n- a list", id="newlines"),
    pytest.param("it's \"quoted\" 'twice' `and` \\ escaped", id="quotes"),
    pytest.param("תקלה \u202eאבטחה", id="right to left"),
    pytest.param("<!channel> <@U1> <https://x|y> & *bold*", id="markup"),
    pytest.param("🔥🔥 no", id="emoji"),
    pytest.param("kept:abc", id="what a button says"),
]


def open_halt(desk: Office, name: str = "payments@2.4.1#1"):
    (halt,) = desk.candidate(name).open_halts
    return halt


def test_any_of_the_four_may_halt_and_the_words_are_the_reason(desk):
    announced(desk)
    reply = desk.say("halt payments CVE-1 is open", by="sam")
    assert reply.template == "halted-by-you"
    halt = open_halt(desk)
    assert (halt.by, halt.reason, halt.states) == ("USAM", "CVE-1 is open", (State.SECURITY,))
    assert halt.review_at == desk.now + timedelta(days=1)
    assert desk.candidate().phase == "halted"
    assert [m.about for m in desk.messages("outcome")] == [{"fact": len(desk.facts())}]
    assert desk.facts(kind="candidate.halted")[0].by.groups == {"SARCH": ["USAM", "USUE"]}


def test_a_halt_without_a_reason_stands_and_the_reason_is_owed_and_paid(desk):
    announced(desk)
    reply = desk.say("halt payments", by="sam")
    assert reply.template == "halted-by-you"
    assert reply.about["reason"] is None
    assert open_halt(desk).reason is None
    desk.say("halt payments CVE-1 is open", by="sam")
    assert open_halt(desk).reason == "CVE-1 is open"
    assert desk.kinds() == ["candidate.announced", "candidate.halted", "halt.explained"]


@pytest.mark.parametrize(
    ("words", "states"),
    [
        ("security is not done", (State.SECURITY,)),
        ("security,product data loss", (State.SECURITY, State.PRODUCT)),
        ("security and product data loss", (State.SECURITY, State.PRODUCT)),
        ("Security, operations: pager is down", (State.SECURITY, State.OPERATION)),
        ("product\nand more below", (State.PRODUCT,)),
        ("organisation", (State.ORGANIZATION,)),
        ("the security scan is old", (State.OPERATION,)),
        ("productivity drops", (State.OPERATION,)),
        ("and so on", (State.OPERATION,)),
    ],
)
def test_leading_state_words_name_states_and_stay_in_the_reason(desk, words, states):
    announced(desk)
    desk.say(f"halt payments {words}", by="omar")
    assert open_halt(desk).states == states
    assert open_halt(desk).reason == words


@pytest.mark.parametrize("reason", ODD)
def test_whatever_people_write_is_kept_as_written(desk, reason):
    announced(desk)
    desk.say(f"halt payments {reason}", by="sam")
    assert open_halt(desk).reason == reason


@pytest.mark.parametrize("reason", ODD)
def test_a_form_keeps_what_people_write_too(desk, reason):
    announced(desk)
    reply = desk.fill_in(
        "halt", "payments@2.4.1#1", "sam", states=["product", "security"], reason=reason
    )
    assert reply.template == "halted-by-you"
    assert open_halt(desk).reason == reason
    assert open_halt(desk).states == (State.PRODUCT, State.SECURITY)


def test_a_halt_by_the_owner_revokes_the_assertion_and_by_another_contests_it(desk):
    announced(desk)
    all_assert(desk)
    desk.say("halt payments security the scan lies", by="alice")
    assert State.SECURITY in desk.candidate().assertions
    assert desk.candidate().contested(State.SECURITY)
    desk.say("halt payments I take it back", by="sam")
    assert State.SECURITY not in desk.candidate().assertions


def test_the_same_halt_twice_writes_nothing(desk):
    announced(desk)
    desk.say("halt payments CVE-1", by="sam")
    before = desk.written()
    assert desk.say("halt payments CVE-1", by="sam").template == "nothing-new"
    assert desk.say("halt payments", by="sam").template == "nothing-new"
    assert desk.written() == before


def test_a_halt_on_an_old_build_falls_on_the_open_one_and_says_so(desk):
    announced(desk)
    announced(desk, "payments 2.4.1 rebuild")
    reply = desk.press("halt payments@2.4.1#1", by="sam")
    assert reply.template == "halted-by-you"
    assert reply.about["asked_for"].name == "payments@2.4.1#1"
    assert reply.about["candidate"].name == "payments@2.4.1#2"
    assert desk.candidate("payments@2.4.1#2").phase == "halted"
    assert [m.target for m in desk.messages("answer")] == ["https://hooks.slack.test/answer"]


def test_a_halt_on_an_old_version_falls_on_the_open_one(desk):
    announced(desk, "payments 2.4.0")
    announced(desk, "payments 2.4.1")
    announced(desk, "payments 2.4.2")
    reply = desk.say("halt payments@2.4.0 broken", by="sam")
    assert reply.about["candidate"].name == "payments@2.4.2#1"


def test_a_halt_on_a_withdrawn_build_falls_on_the_one_announced_since(desk):
    announced(desk)
    desk.say("withdraw payments", by="alice")
    announced(desk, "payments 2.4.1 commit abc")
    reply = desk.press("halt payments@2.4.1#1", by="sam")
    assert reply.template == "halted-by-you"
    assert desk.candidate("payments@2.4.1#2").phase == "halted"


def test_a_halt_on_what_is_gone_for_good_is_refused_with_the_true_state(desk):
    announced(desk)
    desk.say("withdraw payments", by="alice")
    assert desk.say("halt payments@2.4.1 no", by="sam").template == "already-withdrawn"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("halt paymnts CVE-1 is open", "paymnts CVE-1 is open"),
        ("halt stop everything now", "stop everything now"),
        ("halt payments@9.9.9 CVE-1 is open", "payments@9.9.9 CVE-1 is open"),
        ("halt payments\nCVE-1\nis open", "CVE-1\nis open"),
        ("halt payments 9.9.9 is broken", "9.9.9 is broken"),
        ("halt ledger is broken", "is broken"),
        ("halt payments@2.4.1#99999999999999 no", "payments@2.4.1#99999999999999 no"),
    ],
)
def test_a_candidate_that_cannot_be_made_out_is_answered_with_a_choice_that_works(
    desk, line, reason
):
    announced(desk, "payments 2.4.1")
    announced(desk, "payments 2.4.0")
    reply = desk.say(line, by="sam")
    assert reply.template == "halt-which"
    assert [c.label for c in reply.choices[:2]] in (
        ["Halt payments@2.4.1", "Halt payments@2.4.0"],
        ["Halt payments@2.4.0", "Halt payments@2.4.1"],
    )
    chosen = next(c for c in reply.choices if "2.4.0" in c.label)
    assert desk.press(chosen.command, by="sam").template == "halted-by-you"
    assert open_halt(desk, "payments@2.4.0#1").reason == reason
    assert desk.candidate("payments@2.4.1#1").phase == "announced"


def test_a_choice_fits_into_a_button_however_long_the_reason(desk):
    announced(desk)
    reply = desk.say("halt nonsense " + "x" * 10_000, by="sam")
    assert all(len(choice.command) < 2000 for choice in reply.choices)
    desk.press(reply.choices[0].command, by="sam")
    assert len(open_halt(desk).reason) == 10_009


def test_a_halt_of_nothing_at_all_is_answered_with_a_choice(desk):
    announced(desk)
    reply = desk.say("halt", by="sam")
    assert reply.template == "halt-which"
    assert desk.press(reply.choices[0].command, by="sam").about["reason"] is None
    assert desk.candidate().phase == "halted"


def test_a_halt_with_nothing_open_says_so_and_offers_nothing(desk):
    reply = desk.say("halt payments broken", by="sam")
    assert reply.template == "halt-which"
    assert (reply.choices, reply.about["any"]) == ((), False)


def test_a_full_members_halt_is_forwarded_to_all_four_who_are_told_by_whom(desk):
    announced(desk)
    reply = desk.say("halt payments the login page is blank", by="xena")
    assert reply.template == "halt-forwarded"
    assert desk.candidate().phase == "announced"
    (fact,) = desk.facts(kind="halt.forwarded")
    assert (fact.by.person, fact.about["reason"]) == ("UXENA", "the login page is blank")
    assert desk.heard_of("halt.forwarded") == ["alice", "omar", "rita", "sam", "sue"]
    before = desk.written()
    assert desk.say("halt payments the login page is blank", by="xena").template == "nothing-new"
    assert desk.written() == before


def test_a_forwarded_halt_reaches_the_operator_where_nobody_holds_a_role(desk):
    announced(desk)
    for name in ("alice", "sam", "sue", "omar", "rita"):
        desk.meet(name, deactivated=True)
    desk.say("halt payments it is broken", by="xena")
    assert desk.heard_of("halt.forwarded") == ["operator"]


def test_a_halt_after_the_release_stands_until_deploying_begins(desk):
    released(desk)
    assert desk.say("halt payments wait", by="sam").template == "halted-by-you"
    assert desk.candidate().phase == "halted"
    assert desk.say("deploying payments", by="omar").template == "halted"


def test_a_halt_too_late_is_forwarded_to_all_four(desk):
    released(desk)
    desk.say("deploying payments", by="omar")
    reply = desk.say("halt payments stop stop", by="sam")
    assert reply.template == "halt-too-late"
    assert desk.candidate().phase == "deploying"
    (fact,) = desk.facts(kind="halt.forwarded")
    assert fact.about == {"reason": "stop stop", "late": True, "phase": "deploying"}
    assert desk.heard_of("halt.forwarded") == ["alice", "omar", "rita", "sam", "sue"]


def test_the_operator_halts_at_the_command_line_and_the_release_coordinator_lifts(desk):
    announced(desk)
    assert desk.say("halt payments Slack is down", by=None).template == "halted-by-you"
    halt = open_halt(desk)
    assert (halt.by, halt.hats, halt.reason) == (None, (), "Slack is down")
    assert desk.say("lift payments fine again", by=None).template == "not-at-the-command-line"
    refused = desk.say("lift payments fine again", by="alice")
    assert refused.template == "not-your-role"
    assert refused.about["roles"] == [Role.RELEASE_COORDINATOR]
    assert desk.say("lift payments fine again", by="rita").template == "lifted-by-you"
    assert desk.candidate().phase == "announced"


def test_the_same_words_forwarded_two_days_later_are_heard_again(desk):
    announced(desk)
    desk.say("halt payments the totals are wrong", by="xena")
    desk.say("halt payments the totals are wrong", by="xena")
    assert len(desk.facts(kind="halt.forwarded")) == 1
    desk.wait(hours=2)
    desk.say("halt payments the totals are wrong", by="xena")
    assert len(desk.facts(kind="halt.forwarded")) == 2
