"""Plain words to the bot: a halt in them is never lost, and everything is answered, once, in its thread."""

from __future__ import annotations

import dataclasses

import pytest

from commands.dispatch import Desk
from commands.hearing import Said, hear
from commands.request import Caller
from commands.unheard import tell_unheard
from rules.facts import iso
from rules.words import Role
from tests.commands.office import (
    Office,
    announced,
    product,
    quiet,
    released,
    uid,
    user,
)
from tests.commands.written import A, B, answers, asked, card, halting, reasons

HALTS = [
    "halt payments refunds are broken",
    "Halt payments refunds are broken",
    "HALT!! payments refunds are broken",
    "halt: payments refunds are broken",
    "@presumptive halt payments refunds are broken",
    "hey @presumptive, please halt payments refunds are broken",
    "/release halt payments refunds are broken",
    "release halt payments refunds are broken",
    "“halt payments refunds are broken”",
    "> halt payments refunds are broken",
    "> payments@2.4.1: your word is asked\nhalt payments refunds are broken",
    "*halt* payments refunds are broken",
    "*halt payments refunds are broken*",
    "`halt payments refunds are broken`",
    "```halt payments refunds are broken```",
    "- halt payments refunds are broken",
    ":octagonal_sign: halt payments refunds are broken",
    "🛑 halt payments refunds are broken",
    "\u200bhalt payments refunds are broken",
    "\ufeff> *halt* payments refunds are broken",
    "halt\npayments\nrefunds are broken",
    "please halt payments refunds are broken",
    "could you please stop payments refunds are broken",
    "stop payments refunds are broken",
    "hold payments refunds are broken",
    "block payments refunds are broken",
    "pause payments refunds are broken",
    "veto payments refunds are broken",
    "hlat payments refunds are broken",
    "haltt payments refunds are broken",
    "hallt payments refunds are broken",
    "ahlt payments refunds are broken",
    "halt：payments refunds are broken",
    "halt，payments refunds are broken",
    "halt,payments refunds are broken",
    "halt—payments refunds are broken",
    "stop...payments refunds are broken",
    "halt - payments refunds are broken",
    "halt -> payments refunds are broken",
    "presumptive, halt payments refunds are broken",
    "halt payments@2.4.1#1 refunds are broken",
    "halt payments 2.4.1 refunds are broken",
]


@pytest.mark.parametrize("text", HALTS)
def test_what_begins_with_a_halt_word_halts(desk, text):
    announced(desk)
    announced(desk, "ledger 7")
    assert desk.write(text, by="sam").template == "halted-by-you"
    assert reasons(desk) == ["refunds are broken"]
    assert reasons(desk, B) == []
    assert desk.facts(kind="candidate.halted")[0].by.door == "words"


@pytest.mark.parametrize("door", ["write", "say"])
def test_a_version_nobody_announced_means_the_open_one_that_ranks_as_it_does(desk, door):
    announced(desk, "payments 4.0.0+18")
    announced(desk, "ledger 7")
    reply = getattr(desk, door)("halt payments@4.0.0 refunds are broken", by="sam")
    assert reply.template == "halted-by-you"
    assert reasons(desk, "payments@4.0.0+18#1") == ["refunds are broken"]


def test_a_version_of_another_rank_or_one_that_is_over_halts_nothing_unasked(desk):
    announced(desk, "payments 4.0.0+18")
    assert desk.write("halt payments@4.0.1 broken", by="sam").template == "halt-which"
    assert desk.write("assert payments@4.0.0", by="sam").template == "unknown-candidate"
    desk.say("withdraw payments@4.0.0+18 wrong build", by="rita")
    assert desk.write("halt payments@4.0.0 broken", by="sam").template == "halt-which"
    assert reasons(desk, "payments@4.0.0+18#1") == []


def test_the_candidate_may_be_left_out_in_answer_to_a_message_about_it(desk):
    announced(desk)
    announced(desk, "ledger 7")
    assert desk.write("halt refunds are broken", by="sam", under=asked(desk, "sam", B)).ok
    assert (reasons(desk), reasons(desk, B)) == ([], ["refunds are broken"])
    assert desk.write("halt", by="omar", under=card(desk)).about["reason"] is None
    assert reasons(desk) == [None]


def test_a_candidate_named_in_another_ones_thread_is_the_one_meant(desk):
    announced(desk)
    announced(desk, "ledger 7")
    desk.write("halt ledger the books are off", by="sam", under=asked(desk, "sam"))
    assert (reasons(desk), reasons(desk, B)) == ([], ["the books are off"])
    reply = desk.write("halt legder the books are off", by="sam", under=asked(desk, "sam"))
    assert (reply.template, halting(reply)) == ("halt-which", [B, A])


def test_a_halt_in_an_old_builds_thread_falls_on_the_open_one_and_says_so(desk):
    announced(desk)
    announced(desk, "ledger 7")
    announced(desk, "payments 2.4.1 rebuild")
    reply = desk.write("halt it burns", by="sam", under=asked(desk, "sam"))
    assert reply.about["asked_for"].name == A
    assert reasons(desk, "payments@2.4.1#2") == ["it burns"]
    reply = desk.write("don't ship", by="omar", under=asked(desk, "omar"))
    assert halting(reply) == ["payments@2.4.1#2"]


def test_a_halt_in_the_thread_of_what_was_deployed_falls_on_the_one_that_is_open(desk):
    released(desk)
    desk.deliver()
    before = asked(desk, "sam")
    for line in ("deploying payments", "deployed payments"):
        assert desk.say(line, by="omar").ok
    announced(desk, "ledger 7")
    reply = desk.write("halt it burns", by="sam", under=before)
    assert (reply.template, reasons(desk, B)) == ("halted-by-you", ["it burns"])


def test_a_thread_of_a_product_with_two_open_means_its_own(desk):
    announced(desk, "ledger 7")
    announced(desk, "ledger 8")
    desk.write("halt ledger wrong", by="sam", under=asked(desk, "sam", "ledger@8#1"))
    assert reasons(desk, "ledger@8#1") == ["wrong"]


def test_where_one_is_open_it_is_the_one_meant_and_all_the_words_are_the_reason(desk):
    announced(desk)
    desk.write("halt the refunds are broken", by="sam")
    desk.write("stop", by="omar")
    desk.write("halt paymets broken", by="rita")
    assert reasons(desk) == ["the refunds are broken", None, "paymets broken"]


def test_of_several_open_the_one_that_the_person_has_to_do_with(desk):
    ledger = product("ledger", scheme="opaque", announcers=(uid("dave"),))
    desk.apply(dataclasses.replace(ledger, holders=dict.fromkeys(Role, (user("xena"),))))
    announced(desk)
    announced(desk, "ledger 7")
    desk.write("halt the books are off", by="xena")
    assert (reasons(desk), reasons(desk, B)) == ([], ["the books are off"])
    assert halting(desk.write("halt ledger@6 is wrong", by="xena"))[0] == B
    assert halting(desk.write("halt zzz@1 is wrong", by="xena")) == [B, A]


def test_the_operator_hears_once_that_words_are_not_heard(desk):
    assert tell_unheard(desk.desk, ()) == 0
    assert tell_unheard(desk.desk, ("im:history",)) == 1
    assert tell_unheard(desk.desk, ("im:history",)) == 0
    assert desk.told("unheard") == ["operator"]


def test_a_halt_whose_candidate_cannot_be_made_out_keeps_its_words_nearest_first(desk):
    announced(desk)
    announced(desk, "ledger 7")
    reply = desk.write("halt legder broken", by="sam")
    assert (reply.template, halting(reply)) == ("halt-which", [B, A])
    assert desk.candidate(B).open_halts == ()
    desk.press(reply.choices[0].command, by="sam")
    assert reasons(desk, B) == ["legder broken"]
    assert halting(desk.write("halt everything", by="sam")) == [A, B]
    assert halting(desk.write("halt payments@9.9 no", by="sam"))[0] == A


def test_what_is_said_before_the_name_does_not_hide_it(desk):
    announced(desk)
    announced(desk, "ledger 7")
    desk.write("halt the ledger release, it burns", by="sam")
    assert reasons(desk, B) == ["the ledger release, it burns"]


@pytest.mark.parametrize("text", ["halt", "halt payments broken", "don't ship this"])
def test_with_nothing_open_that_is_said(desk, text):
    reply = desk.write(text, by="sam")
    assert reply.template in {"halt-which", "not-halted-yet"}
    assert (reply.about["any"], reply.choices) == (False, ())
    assert len(answers(desk)) == 1


def test_one_text_counts_once_under_whatever_name_it_comes(desk):
    announced(desk)
    desk.write("halt payments one", by="sam", ts="9.1", channel="C1")
    before = desk.written()
    for _ in range(3):
        assert (
            desk.write("halt payments one", by="sam", ts="9.1", channel="C1").template
            == "seen-before"
        )
    assert desk.written() == before
    desk.write("halt payments two", by="sam", ts="9.2", channel="C1")
    assert reasons(desk) == ["one", "two"]


def test_the_answer_stands_in_the_thread_of_what_was_written(desk):
    announced(desk)
    desk.write("halt payments one", by="sam", ts="9.1")
    desk.write("lift payments done", by="sam", under=card(desk))
    desk.write("status", by="sam", ts="9.3", channel="C1")
    first, second, third = desk.messages("answer")
    assert (first.target, first.thread_ts, first.candidate) == ("DSAM", "9.1", A)
    assert (second.target, second.thread_ts) == ("C1", card(desk).ts)
    assert (third.target, third.thread_ts) == ("C1", "9.3")
    assert first.expires_at is None


def test_a_conversation_goes_on_about_the_candidate_it_began_with(desk):
    announced(desk)
    announced(desk, "ledger 7")
    desk.write("halt ledger it burns", by="sam", ts="9.1")
    (answer,) = desk.messages("answer")
    mine = dataclasses.replace(answer, channel="DSAM", ts="9.1")
    assert desk.write("lift it is out again", by="sam", under=mine).template == "lifted-by-you"
    assert desk.candidate(B).open_halts == ()


def test_any_verb_works_and_a_thread_names_its_candidate(desk):
    announced(desk)
    announced(desk, "ledger 7")
    assert desk.write("assert payments", by="alice").template == "asserted"
    assert desk.write("assert", by="omar", under=asked(desk, "omar")).template == "asserted"
    assert desk.write("assert security", by="sam", under=asked(desk, "sam")).template == "asserted"
    assert desk.write("status", by="xena", under=card(desk)).about["standing"].candidate.name == A
    assert desk.write("extend", by="rita", under=card(desk, B)).template == "extended-by-you"
    assert desk.write("help halt", by="xena").template == "help-verb"
    assert desk.write("", by="alice").template == "home"


def test_where_a_form_is_needed_the_answer_holds_the_button_that_opens_it(desk):
    reply = desk.write("announce", by="dave")
    assert (reply.template, reply.choices[0].command) == ("form-needed", "open announce")


@pytest.mark.parametrize("flag", ["guest", "bot", "stranger", "deactivated"])
def test_outsiders_are_refused_and_their_words_not_kept(desk, flag):
    announced(desk)
    desk.meet("sam", **{flag: True})
    for text in ("halt payments zzyzx", "don't ship zzyzx", "zzyzx", "status payments stop zzyzx"):
        assert desk.write(text, by="sam").template == "outsider"
    assert answers(desk) == ["outsider"] * 4
    assert [f.about["verb"] for f in desk.facts(kind="act.refused")] == [
        "halt",
        "halt",
        "",
        "status",
    ]
    assert desk.candidate().open_halts == ()
    desk.database.close()
    kept = b"".join(f.read_bytes() for f in desk.file.parent.glob(f"{desk.file.name}*"))
    assert b"zzyzx" not in kept


def test_words_of_somebody_not_known_yet_keep_the_time_and_block(desk):
    announced(desk)
    pressed = desk.now
    assert desk.write("halt payments it burns", by="bob").template == "looking-you-up"
    assert desk.write("don't ship it", by="bob").template == "looking-you-up"
    desk.wait(seconds=30)
    desk.meet("bob")
    desk.tick()
    assert answers(desk)[:2] == ["looking-you-up"] * 2
    assert sorted(answers(desk)[2:]) == ["halt-forwarded", "not-halted-yet"]
    (fact,) = desk.facts(kind="halt.forwarded")
    assert fact.about["pressed_at"] == iso(pressed)
    assert {m.thread_ts is None for m in desk.messages("answer")} == {False}


def test_what_cannot_be_stored_says_so_to_whoever_sent_it(tmp_path):
    empty = Office(tmp_path / "empty.db")
    assert not quiet(empty.write, "halt payments it burns").stored
    empty.database.close()


def test_a_fault_of_our_own_is_answered_and_the_halt_offered(desk):
    announced(desk)

    def broken(text, zone, now):
        raise RuntimeError("no time")

    tools = dataclasses.replace(desk.desk.tools, when=broken)
    desk.desk = Desk(desk.database, desk.desk.clock, tools)
    reply = quiet(desk.write, "reschedule payments thu 14:00", "rita")
    assert (reply.template, reply.stored) == ("fault", True)
    assert answers(desk) == ["fault"]


def test_words_that_cannot_be_read_are_offered_as_a_halt(desk):
    announced(desk)

    def broken(verb, caller, rest):
        raise RuntimeError("no form")

    said = Said(Caller("USAM", "words", "DSAM", thread="9.9"), "status, or not", "said:DSAM:9.9")
    reply = quiet(hear, desk.desk, said, broken)
    assert (reply.template, halting(reply)) == ("not-halted-yet", [A])
