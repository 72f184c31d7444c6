"""Acts over the wire: typed, pressed and filled in, by those who may and by those who may not."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import QUICK, Workplace

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""


@pytest.mark.parametrize("transport", ["http", "socket"])
def test_a_candidate_is_announced_asserted_halted_and_lifted_by_forms(
    opened: Opened, transport: str
) -> None:
    work = opened(transport=transport)
    work.person("dave").command("/release announce", channel="releases")
    answer = work.fill("dave", product="payments", version="2.4.1", notes="https://x.example")
    assert not answer.errors and work.person("dave").modal is None
    assert "payments@2.4.1" in work.reads()

    work.press("alice", "Assert ready")
    work.tick("alice")
    assert "asserted by alice" in work.reads()

    work.press("sam", "Halt")
    work.fill("sam", reason="CVE-1 is open\n“quoted” & <tagged>\n\nlast line")
    assert "CVE-1 is open" in work.reads() and "“quoted” & <tagged>" in work.reads()
    assert [h.reason for h in work.candidate().open_halts] == [
        "CVE-1 is open\n“quoted” & <tagged>\n\nlast line"
    ]

    work.press("sam", "Lift…")
    work.fill("sam", reason="patched")
    assert "unless halted" in work.reads()
    assert work.facts("halt.lifted") == ["halt.lifted"]
    assert not work.box.record.failures()
    assert not work.pings() & {"channel", "here", "everyone"}


def test_what_is_wrong_in_a_form_is_said_beside_its_field_and_nothing_is_lost(
    work: Workplace,
) -> None:
    dave = work.person("dave")
    dave.command("/release announce", channel="releases")
    answer = work.fill("dave", product="payments", version="2 4;1")
    assert list(answer.errors) == ["version"] and dave.modal is not None
    assert not work.facts("candidate.announced")
    assert not work.fill("dave", version="2.4.1").errors
    assert work.facts("candidate.announced")

    work.press("dave", "Withdraw…")
    work.say("alice", "assert payments")
    assert list(work.fill("dave", reason="oops").errors) == ["reason"]


def test_a_time_that_cannot_be_read_is_refused_with_examples(work: Workplace) -> None:
    work.announce()
    before = work.candidate().release_at
    for words in ("someday soonish", "friday", "thu 25:99"):
        seen = work.say("alice", f"reschedule payments {words}")
        assert "14:00" in seen.text, seen.text
    assert work.candidate().release_at == before


def test_a_press_on_an_old_card_tells_the_true_state_privately_and_mends_the_card(
    work: Workplace,
) -> None:
    card = work.announce()
    work.say("alice", "withdraw payments not needed")
    old, edits = card.as_it_was(0), work.card().edits
    seen = work.press("sam", "Halt", on=old)
    assert seen.error is None and seen.messages and seen.messages[0].ephemeral_to
    assert "withdrawn" in seen.text.lower()
    assert not work.facts("candidate.halted")
    # The card said so already; it is rendered again all the same.
    assert work.card().edits > edits


def test_a_press_on_the_card_of_an_old_build_falls_on_the_open_one_and_says_so(
    work: Workplace,
) -> None:
    card = work.announce()
    old = card.as_it_was(0)
    work.announce("payments 2.4.1 commit def456 rebuild")
    work.press("sam", "Halt", on=old)
    if work.person("sam").modal is not None:
        work.fill("sam", reason="CVE-1")
    assert work.candidate("payments@2.4.1#2").open_halts
    assert "#2" in work.heard("sam")


def test_an_outsider_is_refused_privately_and_told_who_may(work: Workplace) -> None:
    card = work.announce()
    edits = card.edits
    seen = work.press("dave", "Assert ready")
    assert seen.error is None and seen.modal is None
    assert seen.messages and all(m.ephemeral_to for m in seen.messages)
    assert "/release owners" in seen.text
    assert work.card().edits == edits
    assert work.facts("act.refused")


@pytest.mark.parametrize("name", ["gwen", "steve"])
def test_guests_and_strangers_may_do_nothing(work: Workplace, name: str) -> None:
    work.announce()
    typed = work.say(name, "halt payments I say so")
    assert typed.error is None and typed.messages
    again = work.say(name, "halt payments I say so")
    assert "guest" in (again.text + work.heard(name)).lower(), again.text
    for button in ("Halt", "Assert ready"):
        assert work.press(name, button).modal is None
    assert work.candidate().open_halts == ()
    assert not {"state.asserted", "candidate.halted", "halt.forwarded"} & set(work.facts())


def test_somebody_unknown_is_looked_up_and_answered_later(opened: Opened) -> None:
    work = opened(QUICK)
    work.announce()
    seen = work.person("sue").command("/release halt payments it burns", channel="releases")
    assert seen.error is None and "look" in seen.text.lower(), seen.text
    assert not work.facts("halt.forwarded")
    work.bot.quiet()
    assert work.facts("halt.forwarded")
    assert "it burns" in work.heard("alice") and "sue" in work.heard("alice")
    answers = [m for m in work.person("sue").ephemerals() if m not in seen.messages]
    assert answers or len(seen.messages) == 2


def test_a_double_click_writes_once(work: Workplace) -> None:
    work.announce("payments 2.4.1 commit abc")
    work.say("sam", "halt payments wait")
    lifting = work.card()
    before = len(work.facts())
    sam = work.person("sam")
    sam.press("Lift…", on=lifting)
    view = sam.modal
    assert view is not None
    first = sam.submit(view, {"reason": "done"})
    assert first.error is None
    work.bot.quiet()
    assert len(work.facts()) == before + 1
    for _ in range(2):
        work.say("alice", "assert payments")
    assert work.facts("state.asserted") == ["state.asserted"]


def test_a_request_that_slack_sends_twice_is_done_once(work: Workplace) -> None:
    work.announce()
    work.say("sam", "halt payments once")
    sent = [d for d in work.box.record.deliveries if d.kind == "slash_commands"][-1]
    work.say("sam", "lift payments over")
    before = len(work.facts())
    outcome = work.box.deliveries.send(sent.kind, sent.payload)
    work.bot.quiet()
    assert outcome.error is None and len(work.facts()) == before
    assert work.candidate().open_halts == ()


def test_a_halt_that_cannot_be_made_out_is_a_choice_that_keeps_the_reason(
    work: Workplace,
) -> None:
    work.announce("web 1.0.0 commit abc")
    work.announce()
    seen = work.say("sam", "halt paymnets the “ledger” is off & <worse> <!channel>")
    assert seen.messages and not work.facts("candidate.halted")
    work.press("sam", "Halt payments@2.4.1", on=seen.messages[0])
    (halt,) = work.candidate().open_halts
    assert halt.reason is not None
    assert "the “ledger” is off & <worse>" in halt.reason
    assert "the “ledger” is off & <worse>" in work.reads()
    assert not work.pings() & {"channel", "here", "everyone"}
