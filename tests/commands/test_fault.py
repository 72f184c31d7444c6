"""A fault in production is recorded by anybody, traced back, and asked about from the next candidate on."""

from __future__ import annotations

import pytest

from rules.words import State
from tests.commands.office import announced

NAME = "payments@2.4.1#1"
REGRESSION = "Regression tests passed"
LINE = "fault payments 2.4.1 refunds are paid twice"


@pytest.fixture
def out(desk):
    announced(desk)
    for who in ("alice", "sue", "omar", "rita"):
        desk.say("assert payments", by=who)
    desk.say("go payments", by="rita")
    desk.say("deploying payments", by="omar")
    desk.say("deployed payments", by="omar")
    return desk


def recorded(desk, by="dave", **fields):
    said = {"what": "refunds are paid twice", "through": "product:3", **fields}
    return desk.fill_in("fault", NAME, by, **said)


def faults(desk):
    return [(f.what, f.by, f.state, f.criterion) for f in desk.candidate(NAME).faults]


def criteria(desk):
    with desk.database.read() as reader:
        product = reader.company().products["payments"]
    return product.criteria_version(State.PRODUCT), product.criteria[State.PRODUCT]


def test_anybody_may_record_one_in_a_line_and_all_four_hear_of_it(out):
    reply = out.say(LINE, by="xena")
    assert reply.template == "fault-recorded"
    assert faults(out) == [("refunds are paid twice", "UXENA", None, None)]
    assert out.heard_of("fault.recorded") == ["alice", "omar", "rita", "sam", "sue"]


def test_the_same_words_again_are_the_same_fault(out):
    out.say(LINE, by="xena")
    assert out.say(LINE, by="xena").template == "nothing-new"
    out.say(LINE, by="dave")
    assert [by for _, by, _, _ in faults(out)] == ["UXENA", "UDAVE"]


def test_the_form_says_what_let_it_through(out):
    recorded(out)
    assert faults(out) == [("refunds are paid twice", "UDAVE", State.PRODUCT, REGRESSION)]
    recorded(out, by="xena", through="security:")
    recorded(out, by="alice", through="none")
    assert faults(out)[1:] == [
        ("refunds are paid twice", "UXENA", State.SECURITY, None),
        ("refunds are paid twice", "UALICE", None, None),
    ]
    assert [f.attributed_at is not None for f in out.candidate(NAME).faults] == [True, True, True]


def test_what_let_it_through_can_be_said_later_and_put_right(out):
    out.say(LINE, by="xena")
    out.fill_in("fault", f"{NAME} id:1", "alice", through="product:3")
    out.fill_in("fault", f"{NAME} id:1", "rita", through="security:1")
    assert faults(out)[0][2:] == (State.SECURITY, "Potential exploits evaluated")
    reply = out.fill_in("fault", f"{NAME} id:1", "rita", through="unknown")
    assert (reply.template, reply.field_name) == ("fault-unattributed", "through")
    assert out.fill_in("fault", f"{NAME} id:7", "rita", through="none").template == "unknown-fault"


def test_the_release_coordinator_adds_a_criterion_from_the_next_candidate_on(out):
    out.say("announce payments 2.5.0", by="dave")
    reply = recorded(out, by="rita", add="refunds tested twice")
    assert reply.about["added"] == "refunds tested twice"
    version, said = criteria(out)
    assert (version, said[-1]) == (2, "refunds tested twice")
    assert out.candidate("payments@2.5.0#1").versions(State.PRODUCT) == (1,)
    out.say("announce payments 2.6.0", by="dave")
    assert out.candidate("payments@2.6.0#1").versions(State.PRODUCT) == (2,)


def test_a_criterion_is_sharpened_in_its_place(out):
    recorded(out, by="rita", add="regression tests of refunds passed", instead=["instead"])
    _, said = criteria(out)
    assert said[3] == "regression tests of refunds passed"
    assert REGRESSION not in said


def test_from_anybody_else_it_is_a_suggestion(out):
    reply = recorded(out, add="refunds tested twice")
    assert reply.about["added"] is None
    assert criteria(out)[0] == 1
    (fact,) = out.facts(kind="fault.recorded")
    assert fact.about["suggests"] == "refunds tested twice"


@pytest.mark.parametrize(
    ("fields", "refused", "field"),
    [
        ({"what": " "}, "fault-needed", "what"),
        ({"through": "unknown", "add": "more"}, "fault-unattributed", "through"),
        ({"add": REGRESSION}, "criterion-twice", "add"),
        ({"add": "x" * 301}, "criterion-too-long", "add"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field_and_nothing_is_written(
    out, fields, refused, field
):
    before = out.written()
    reply = recorded(out, by="rita", **fields)
    assert (reply.ok, reply.template, reply.field_name) == (False, refused, field)
    assert out.written() == before


def test_of_what_is_not_out_there_is_no_fault_but_a_halt(desk):
    announced(desk)
    assert desk.say(f"fault {NAME} it is slow").template == "not-out-yet"


def test_a_product_alone_means_what_went_out_last(out):
    out.say("announce payments 2.5.0", by="dave")
    out.say("fault payments totals are slow", by="xena")
    assert faults(out)[0][0] == "totals are slow"


def test_the_owner_of_a_hotfix_s_presumed_state_answers_by_recording_a_fault(desk):
    announced(desk, "payments 2.4.1 hotfix logins fail")
    desk.say("hotfix payments", by="omar")
    desk.deliver()
    while desk.candidate(NAME).phase == "announced":
        desk.until(f"{desk.candidate(NAME).release_at:%Y-%m-%d %H:%M}")
        desk.tick()
        desk.deliver()
    recorded(desk, by="alice")
    assert desk.candidate(NAME).reviewed == {State.PRODUCT: "UALICE"}


def test_the_trace_tells_who_was_asked_and_where_it_was_said(out):
    out.deliver()
    recorded(out)
    reply = out.say("trace payments 2.4.1", by="xena")
    assert reply.ok
    assert {told.person for told in reply.about["asked"]} >= {"UALICE", "UOMAR"}
    assert [e.fact.kind for e in reply.about["facts"]][-2:] == [
        "fault.recorded",
        "fault.attributed",
    ]
    assert reply.about["card"].startswith("https://slack.com/")
