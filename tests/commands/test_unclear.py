"""Plain words that are no halt: nothing is halted or let go by them, and the way to do it is at hand."""

from __future__ import annotations

import pytest

from tests.commands.office import all_assert, announced
from tests.commands.written import A, B, answers, asked, halting, reasons


@pytest.mark.parametrize(
    "text",
    [
        "don't ship this",
        "please do not release",
        "don´t ship this",
        "donʼt ship this",
        "don`t ship this",
        "dnt ship this",
        "stoppe payments",
        "we should stop payments",
        "hold on",
        "wait",
        "no go",
        "no-go from me",
        "nope, refunds are broken",
        "not ready",
        ":-1:",
        "👎",
        "🛑🛑",
        "cancel it",
        "~halt payments~",
        "should we halt payments?",
        "halting makes no sense here",
        "sotp payments",
        "stopp it",
    ],
)
def test_what_only_contains_one_halts_nothing_and_offers_exactly_that_build(desk, text):
    announced(desk)
    announced(desk, "ledger 7")
    reply = desk.write(text, by="sam", under=asked(desk, "sam"))
    assert (reply.template, halting(reply)) == ("not-halted-yet", [A])
    assert desk.candidate().open_halts == ()
    assert answers(desk) == ["not-halted-yet"]
    desk.press(reply.choices[0].command, by="sam")
    assert reasons(desk) == [text]


def test_where_several_may_be_meant_there_is_a_button_each(desk):
    announced(desk)
    announced(desk, "ledger 7")
    assert halting(desk.write("don't ship this", by="sam")) == [A, B]
    assert halting(desk.write("we should stop ledger", by="sam")) == [B]
    assert halting(desk.write("don't ship ledger or payments", by="sam")) == [A, B]


@pytest.mark.parametrize(
    "text", ["what is up", "that is fine", "half of it is done", "hello", "post"]
)
def test_other_words_are_answered_with_what_needs_the_person(desk, text):
    announced(desk)
    reply = desk.write(text, by="sam")
    assert reply.template in {"not-understood", "home"}
    assert [c.command for c in reply.choices] == [f"assert {A}", f"halt {A}"]
    assert desk.candidate().open_halts == ()
    assert len(answers(desk)) == 1


def test_only_a_slip_of_a_verb_is_taken_for_it(desk):
    announced(desk)
    near = [desk.write(text, by="sam").about["near"] for text in ("good morning", "asert it")]
    assert near == [[], ["assert"]]


def test_words_in_a_thread_that_are_no_verb_keep_what_was_said_for_a_halt(desk):
    announced(desk)
    reply = desk.write("refunds look odd", by="sam", under=asked(desk, "sam"))
    assert halting(reply) == [A]
    desk.press(reply.choices[0].command, by="sam")
    assert reasons(desk) == ["refunds look odd"]


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("go payments? no way", "not-halted-yet"),
        ("go? no, stop payments!", "not-halted-yet"),
        ("go payments, but not before I say so", "not-halted-yet"),
        ("go payments?", "status"),
        ("go payments", "gone"),
    ],
)
def test_nothing_goes_out_for_a_question_or_against_an_objection(desk, text, template):
    announced(desk)
    all_assert(desk)
    assert desk.write(text, by="rita").template == template
    assert (desk.candidate().phase == "released") is (template == "gone")


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("product owner says halt payments", "unknown-product"),
        ("extend? no, stop payments!", "unknown-product"),
        ("assert payments? no way, don't ship it", "odd-state"),
        ("status payments? I would stop it", "status"),
    ],
)
def test_another_verb_that_speaks_of_halting_says_that_nothing_is_halted(desk, text, template):
    announced(desk)
    reply = desk.write(text, by="sam")
    assert (reply.template, halting(reply.also)) == (template, [A])
    assert answers(desk) == [template, "not-halted-yet"]
    assert desk.candidate().open_halts == ()


def test_a_verb_that_is_done_is_not_doubted(desk):
    announced(desk)
    desk.write("halt payments it burns", by="sam")
    reply = desk.write("lift payments no need to halt it any more", by="sam")
    assert (reply.template, reply.also) == ("lifted-by-you", None)


def test_a_changed_text_is_asked_about_and_does_nothing(desk):
    announced(desk)
    reply = desk.write("halt payments it burns", by="sam", edited=True)
    assert (reply.template, halting(reply)) == ("not-halted-yet", [A])
    assert desk.candidate().open_halts == ()
