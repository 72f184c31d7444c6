"""Every kind of fact has a decision about who hears of it, and hears of it once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.notices import NOTICES, SILENT
from rules.apply import APPLY, NOTED
from tests.commands.office import all_assert, announced, name_of, product

WORDS = "all-four coordinator owing presumed operator owner-if-red both channel"
TOLD = {None, *WORDS.split()}


def test_every_kind_of_fact_has_a_notice_decision_and_nothing_else_has():
    assert set(NOTICES) == {*APPLY, *NOTED, "candidate.announced"}


def test_the_table_speaks_of_audiences_that_exist():
    assert {notice.tell for notice in NOTICES.values()} <= TOLD


@pytest.mark.parametrize(
    "kind", ["candidate.halted", "halt.lifted", "release.postponed", "candidate.released"]
)
def test_outcomes_also_go_to_the_channel(kind):
    assert NOTICES[kind].outcome


@pytest.mark.parametrize("kind", sorted(NOTED - {"candidate.parked"}))
def test_what_changes_no_candidate_draws_no_card(kind):
    assert replace(NOTICES[kind], tell=None) == SILENT


def test_the_card_is_one_message_whatever_happens(desk):
    announced(desk)
    all_assert(desk)
    desk.say("halt payments no", by="sam")
    (card,) = desk.messages("card")
    assert (card.key, card.target, card.once) == ("card:payments@2.4.1#1", "C1", False)
    assert card.want == 6
    assert card.state == "waiting"


def test_the_thread_is_one_message_and_each_outcome_one_of_its_own(desk):
    announced(desk)
    all_assert(desk)
    desk.say("halt payments no", by="sam")
    desk.say("lift payments yes", by="sam")
    (thread,) = desk.messages("thread")
    assert thread.want == 4
    outcomes = desk.messages("outcome")
    assert [m.once for m in outcomes] == [True, True]
    assert len({m.key for m in outcomes}) == 2


def test_an_assertion_changes_the_direct_messages_of_those_it_spares_a_word_only(desk):
    announced(desk)
    desk.say("assert payments")
    assert {name_of(m.target): m.want for m in desk.messages("ask")} == {
        "alice": 2,
        "omar": 1,
        "rita": 1,
        "sam": 1,
        "sue": 1,
    }


def test_a_halt_changes_everybodys_direct_messages(desk):
    announced(desk)
    desk.say("halt payments wrong totals", by="sam")
    assert [m.want for m in desk.messages("ask")] == [2] * 5


def test_messages_go_to_the_products_own_channel(desk):
    desk.apply(product("payments"))
    announced(desk)
    desk.say("halt payments no", by="sam")
    kinds = {m.kind for m in desk.messages() if m.target == "C1"}
    assert kinds == {"news", "card", "outcome"}
