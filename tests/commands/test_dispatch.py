"""One dispatcher: every act once, outsiders refused, lack of right written down, and nothing raised."""

from __future__ import annotations

import dataclasses

import pytest

from commands.dispatch import Desk, dispatch
from commands.request import Caller, Request
from commands.verbs import VERBS
from tests.commands.office import Office, announced, quiet, released, uid

READING = sorted(word for word, verb in VERBS.items() if verb.reads)
ACTING = sorted(word for word, verb in VERBS.items() if not verb.reads)


def test_a_replayed_key_does_nothing(desk):
    announced(desk)
    assert desk.say("halt payments one", by="sam", key="k").template == "halted-by-you"
    before = desk.written()
    assert desk.say("halt payments two", by="sam", key="k").template == "seen-before"
    assert desk.written() == before


def test_a_refused_command_spends_its_key_too(desk):
    announced(desk)
    assert desk.say("go payments", by="alice", key="k").template == "not-your-role"
    assert desk.say("go payments", by="alice", key="k").template == "seen-before"


def test_a_modals_key_is_spent_only_when_it_closes(desk):
    form = {"product": "payments", "version": "2.4.1", "at": "whenever"}
    assert desk.fill_in("announce", "", "dave", key="v", **form).template == "odd-time"
    form["at"] = "wed 14:00"
    assert desk.fill_in("announce", "", "dave", key="v", **form).template == "announced"
    assert desk.fill_in("announce", "", "dave", key="v", **form).template == "seen-before"


@pytest.mark.parametrize("verb", ["assert", "halt", "withdraw"])
def test_a_double_press_writes_nothing_the_second_time(desk, verb):
    announced(desk)
    assert desk.press(f"{verb} payments@2.4.1#1", "alice").ok
    before = desk.written()
    assert desk.press(f"{verb} payments@2.4.1#1", "alice").template == "nothing-new"
    assert desk.written() == before


def test_a_double_press_that_is_refused_adds_no_fact(desk):
    announced(desk)
    assert desk.press("extend payments", by="alice").ok
    before = desk.facts()
    assert desk.press("extend payments", by="alice").template == "already-extended"
    assert desk.facts() == before


def test_an_unknown_verb_is_answered_with_the_nearest(desk):
    reply = desk.say("hlat payments", by="sam")
    assert (reply.template, reply.about["near"][0]) == ("unknown-verb", "halt")


@pytest.mark.parametrize("word", [*READING, *ACTING])
def test_guests_may_do_nothing_not_even_read(desk, word):
    announced(desk)
    before = desk.candidate()
    reply = desk.say(f"{word} payments 2.4.2" if word else "", by="gwen")
    assert (reply.template, reply.ok) == ("outsider", False)
    assert desk.candidate() == before
    (fact,) = desk.facts(kind="act.refused")
    assert fact.about == {"verb": word, "reason": "outsider"}


@pytest.mark.parametrize("flag", ["guest", "bot", "stranger", "deactivated"])
def test_bots_and_strangers_may_do_nothing_even_with_a_role(desk, flag):
    announced(desk)
    desk.meet("alice", **{flag: True})
    for line in ("assert payments", "halt payments no", "status"):
        assert desk.say(line, by="alice").template == "outsider"
    assert desk.candidate().phase == "announced"


def test_rights_are_looked_up_at_the_press(desk):
    announced(desk)
    with desk.database.write(desk.desk.clock) as tx:
        tx.put_group(desk.group("sue"))
    assert desk.press("assert payments@2.4.1#1", by="sam").template == "not-your-state"


def test_a_lack_of_right_is_a_fact_at_most_once_a_minute_per_verb_and_candidate(desk):
    announced(desk)
    announced(desk, "ledger 7")

    def refused():
        return [(f.candidate, f.about["verb"]) for f in desk.facts(kind="act.refused")]

    for _ in range(3):
        assert desk.say("go payments", by="alice").template == "not-your-role"
    assert refused() == [("payments@2.4.1#1", "go")]
    desk.say("go ledger", by="alice")
    desk.say("assert payments security", by="alice")
    desk.say("go payments", by="omar")
    assert len(refused()) == 4
    desk.wait(minutes=1)
    desk.say("go payments", by="alice")
    assert len(refused()) == 5


def test_other_refusals_leave_no_trace(desk):
    announced(desk)
    before = desk.written()
    for line in ("lift payments why", "reschedule payments soon", "assert nothing", "hlat x"):
        assert not desk.say(line, by="rita").ok
    assert desk.written() == before


def test_a_refusal_about_what_is_over_still_names_its_candidate(desk):
    released(desk)
    desk.say("deploying payments", by="omar")
    desk.say("deployed payments", by="omar")
    assert desk.say("rolled-back payments", by="alice").template == "not-your-role"
    (fact,) = desk.facts(kind="act.refused")
    assert fact.candidate == "payments@2.4.1#1"


def test_a_press_on_an_old_card_gets_the_true_state_and_mends_the_card(desk):
    announced(desk)
    announced(desk, "payments 2.4.1 rebuild")
    before = {m.key: m.want for m in desk.messages()}
    reply = desk.press("assert payments@2.4.1#1", by="alice")
    assert reply.template == "superseded"
    after = {m.key: m.want for m in desk.messages()}
    old = "payments@2.4.1#1"
    changed = {key for key in after if after[key] != before.get(key)}
    assert f"card:{old}" in changed
    assert f"ask:{old}:UALICE" in changed
    (answer,) = desk.messages("answer")
    assert answer.about["text"] == "superseded"


def test_a_press_that_its_message_shows_is_not_answered_in_words(desk):
    announced(desk)
    desk.press("assert payments@2.4.1#1", by="alice")
    desk.press("halt payments@2.4.1#1 no", by="sam")
    assert desk.messages("answer") == []


def test_a_press_that_leaves_its_reason_owed_says_so(desk):
    announced(desk)
    desk.press("halt payments@2.4.1#1", by="sam")
    assert [m.about["text"] for m in desk.messages("answer")] == ["halted-by-you"]


@pytest.mark.parametrize("word", [w for w in ACTING if not VERBS[w].operator])
def test_the_command_line_proves_nobodys_identity(desk, word):
    announced(desk)
    assert desk.say(f"{word} payments", by=None).template == "not-at-the-command-line"


@pytest.mark.parametrize(
    "line", ["", "status", "status payments", "owners", "history payments", "help", "help halt"]
)
def test_the_command_line_reads(desk, line):
    announced(desk)
    assert desk.say(line, by=None).ok


def test_the_operator_announces_at_the_command_line(desk):
    assert desk.say("announce payments 2.4.1", by=None).template == "announced"
    assert desk.candidate().announced_by is None


def test_reading_writes_nothing_and_spends_no_key(desk):
    announced(desk)
    before = desk.written()
    for word in READING:
        assert desk.say(f"{word} payments" if word not in {"help", ""} else word, key="k").ok
    assert desk.written() == before
    with desk.database.read() as reader:
        assert not reader.seen("k")


def test_a_fault_is_answered_with_an_id_and_undoes_everything(desk):
    announced(desk)
    before = desk.written()
    broken = Request(
        "assert", Caller("UALICE", "modal"), "payments", {"drawn": {"odd": [1]}}, key="k"
    )
    reply = quiet(dispatch, desk.desk, broken)
    assert reply.template == "fault"
    assert len(reply.about["incident"]) == 8
    assert desk.written() == before
    with desk.database.read() as reader:
        assert not reader.seen("k")


def test_an_answer_that_cannot_be_drawn_undoes_nothing(desk):
    announced(desk)

    def broken(*_):
        raise KeyError("no such template")

    tools = dataclasses.replace(desk.desk.tools, draw=broken)
    caller = Caller(uid("omar"), "button", "C1")
    wordless = Desk(desk.database, desk.desk.clock, tools)
    reply = quiet(dispatch, wordless, Request("extend", caller, "payments", key="k"))
    assert reply.template == "extended-by-you"
    (answer,) = desk.messages("answer")
    assert answer.target == "UOMAR"
    assert answer.about["text"] == "Done; the answer could not be shown."


def test_a_database_that_cannot_be_used_is_a_sentence(tmp_path):
    empty = Office(tmp_path / "empty.db")
    reply = quiet(empty.say, "status")
    assert reply.template == "unavailable"
    assert "presumptive db upgrade" in reply.about["sentence"]
    empty.database.close()


def test_everything_a_verb_does_stands_in_one_transaction(desk):
    """A clock that fails after the lock leaves nothing half-written."""
    announced(desk)
    before = desk.written()

    def stopped():
        raise RuntimeError("no time")

    stuck = Desk(desk.database, stopped, desk.desk.tools)
    reply = quiet(dispatch, stuck, Request("assert", Caller("UALICE", "slash"), "payments"))
    assert reply.template == "fault"
    assert desk.written() == before
    assert desk.say("assert payments").ok


@pytest.mark.parametrize("line", ["hlat payments it burns", "stop payments it burns"])
def test_a_mistyped_halt_is_offered_with_its_words_and_works(desk, line):
    announced(desk)
    reply = desk.say(line, by="sam")
    assert reply.template == "unknown-verb"
    desk.press(reply.choices[0].command, by="sam")
    assert [h.reason for h in desk.candidate().open_halts] == ["it burns"]


def test_a_form_whose_effect_no_message_shows_is_answered_directly(desk):
    announced(desk)
    desk.fill_in("halt", "payments@2.4.1#1", "xena", reason="it burns", states=[])
    assert [m.about["text"] for m in desk.messages("answer")] == ["halt-forwarded"]


def test_a_refusal_on_an_old_build_names_what_is_open_now(desk):
    announced(desk)
    announced(desk, "payments 2.4.1 rebuild")
    announced(desk, "payments 2.4.2")
    reply = desk.say("assert payments@2.4.1#1")
    assert reply.about["superseded_by"] == "payments@2.4.2#1"


def test_who_may_not_reschedule_is_told_so_before_the_time_is_read(desk):
    announced(desk)
    assert desk.say("reschedule payments", by="sam").template == "not-your-role"


def test_a_refused_lift_names_everybody_who_may_lift_some_halt(desk):
    announced(desk)
    desk.say("halt payments one", by="sam")
    desk.say("halt payments two", by="alice")
    reply = desk.say("lift payments both", by="omar")
    assert {str(role) for role in reply.about["roles"]} == {"product-owner", "security-architect"}
