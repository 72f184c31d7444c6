"""Shortcuts over the wire: announcing from anywhere, halting from the message that gives the reason."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import CHANNEL, Workplace

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""


@pytest.mark.parametrize("transport", ["http", "socket"])
def test_a_candidate_is_announced_by_the_global_shortcut(opened: Opened, transport: str) -> None:
    work = opened(transport=transport)

    assert work.person("dave").shortcut("announce").modal
    work.fill("dave", product="payments", version="2.4.1")

    assert "payments@2.4.1" in work.reads()


def test_a_shortcut_on_the_card_halts_that_candidate(work: Workplace) -> None:
    work.announce()
    work.announce("ledger 3.0.0")
    work.say("alice", "status")
    payments = work.cards()[0]

    seen = work.person("sam").message_shortcut("halt", payments)
    assert seen.modal and "payments@2.4.1" in seen.text
    work.fill("sam", reason="CVE-1 is open")

    assert [h.reason for h in work.candidate().open_halts] == ["CVE-1 is open"]
    assert not work.candidate("ledger@3.0.0#1").open_halts


def test_a_shortcut_in_the_cards_thread_halts_that_candidate(work: Workplace) -> None:
    work.announce()
    work.announce("ledger 3.0.0")
    doubt = work.person("sam").say("This looks wrong to me", CHANNEL, thread=work.cards()[0])

    seen = work.person("sam").message_shortcut("halt", doubt)

    assert seen.modal and "payments@2.4.1" in seen.text


def test_a_shortcut_on_any_other_message_asks_which_and_keeps_its_words_as_the_reason(
    work: Workplace,
) -> None:
    work.announce()
    work.announce("ledger 3.0.0")
    alarm = work.person("omar").say("ledger 3.0.0 loses <bookings> & @sam knows", CHANNEL)

    seen = work.person("omar").message_shortcut("halt", alarm)
    assert seen.modal and "Which candidate" in seen.text
    work.fill("omar")

    (halt,) = work.candidate("ledger@3.0.0#1").open_halts
    assert halt.reason == "ledger 3.0.0 loses <bookings> & @sam knows"
    assert not work.candidate().open_halts


def test_somebody_elses_choice_is_kept_over_the_one_the_words_named(work: Workplace) -> None:
    work.announce()
    work.announce("ledger 3.0.0")
    alarm = work.person("omar").say("ledger waits for payments", CHANNEL)

    work.person("omar").message_shortcut("halt", alarm)
    work.fill("omar", candidate="payments@2.4.1", states=["Operation"], reason="monitors are blind")

    (halt,) = work.candidate().open_halts
    assert (halt.reason, list(halt.states)) == ("monitors are blind", ["operation"])


def test_a_halt_by_shortcut_with_nothing_open_is_answered_in_words(work: Workplace) -> None:
    alarm = work.person("omar").say("Something is off", CHANNEL)

    seen = work.person("omar").message_shortcut("halt", alarm)
    work.bot.quiet()

    assert seen.modal is None
    assert "no candidate is open" in seen.text


def test_a_guest_is_shown_no_form(work: Workplace) -> None:
    work.announce()

    seen = work.person("gwen").message_shortcut("halt", work.card())
    work.bot.quiet()

    assert seen.modal is None
    assert not work.candidate().open_halts


def test_a_shortcut_of_somebody_elses_making_is_acknowledged(work: Workplace) -> None:
    assert work.person("alice").shortcut("deploy").error is None


def test_on_the_card_of_a_superseded_version_the_form_is_that_of_what_took_its_place(
    work: Workplace,
) -> None:
    old = work.announce()
    work.announce("payments 2.5.0")

    seen = work.person("sam").message_shortcut("halt", old)
    assert "payments@2.4.1#1 is over" in seen.text and "payments@2.5.0#1" in seen.text
    assert not work.candidate("payments@2.5.0#1").open_halts
    work.fill("sam", reason="CVE-1 is open")

    (halt,) = work.candidate("payments@2.5.0#1").open_halts
    assert halt.reason == "CVE-1 is open"


def test_somebody_without_a_role_is_told_that_their_halt_is_passed_on(work: Workplace) -> None:
    card = work.announce()

    seen = work.person("dave").message_shortcut("halt", card)
    assert "goes to the four who can" in seen.text
    work.fill("dave", reason="the numbers look odd")

    assert not work.candidate().open_halts
    assert "the numbers look odd" in work.heard("rita")


def test_a_form_on_a_halted_candidate_names_who_halted_it(work: Workplace) -> None:
    card = work.announce()
    work.say("sam", "halt payments CVE-1 is open")

    seen = work.person("alice").message_shortcut("halt", card)

    assert "Halted by sam" in seen.text


def test_a_reason_too_long_for_the_form_says_that_it_is_cut(work: Workplace) -> None:
    work.announce()
    alarm = work.person("omar").say("payments is slow " * 400, CHANNEL)

    work.person("omar").message_shortcut("halt", alarm)
    work.fill("omar")

    (halt,) = work.candidate().open_halts
    assert halt.reason is not None and halt.reason.endswith("…")


def deployed(work: Workplace) -> None:
    work.announce()
    for who in ("alice", "sam", "omar", "rita"):
        work.say(who, "assert payments")
    for who, line in (("rita", "go"), ("omar", "deploying"), ("omar", "deployed")):
        work.say(who, f"{line} payments")


def test_a_fault_is_recorded_from_a_thread_and_what_let_it_through_is_said(work: Workplace) -> None:
    deployed(work)
    alarm = work.person("omar").say("refunds <twice> & loud", CHANNEL, thread=work.cards()[0])

    seen = work.person("omar").message_shortcut("fault", alarm)
    assert seen.modal and "How it went out" in seen.text
    answer = work.fill("omar", through="product:3", add="refunds tested twice")

    assert not answer.errors
    (fault,) = work.candidate().faults
    assert (fault.what, fault.criterion) == ("refunds <twice> & loud", "Regression tests passed")
    assert "refunds <twice> & loud" in work.heard("rita")


def test_a_fault_from_any_message_asks_which_candidate_and_is_traced_back_later(
    work: Workplace,
) -> None:
    deployed(work)
    alarm = work.person("dave").say("totals are slow", CHANNEL)

    assert work.person("dave").message_shortcut("fault", alarm).modal
    work.fill("dave", candidate="payments@2.4.1")
    told = work.person("rita").dms()[-1]
    assert work.press("rita", "What let it through…", on=told).modal
    refused = work.fill("rita")
    assert list(refused.errors) == ["through"]
    work.fill("rita", through="none")

    (fault,) = work.candidate().faults
    assert (fault.what, fault.state, fault.attributed_by) == (
        "totals are slow",
        None,
        work.person("rita").id,
    )
    assert not work.box.record.failures()
