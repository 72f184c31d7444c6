"""Slack failing while people act: nothing they did is lost, nothing is said twice, all is shown in the end."""

from __future__ import annotations

import pytest

from rehearsal.messages import Message
from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import QUICK, Workplace, key_of

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""

MARK = "may stand here twice"


def test_acts_go_on_while_slack_limits_fails_and_loses_answers(work: Workplace) -> None:
    faults = work.box.faults
    faults.rate_limit("chat.postMessage", retry_after=1)
    faults.server_error("chat.postMessage")
    faults.lose_answer("chat.postMessage", times=2)
    faults.lose_answer("chat.update")
    faults.server_error("chat.update")
    work.say("dave", "announce payments 2.4.1 commit abc123")
    work.say("alice", "assert payments")
    work.say("sam", "halt payments CVE-1")
    work.say("sam", "lift payments patched")
    assert work.eventually(lambda: "asserted by alice" in work.reads() and not halted(work))
    assert work.facts().count("candidate.halted") == 1
    assert not said_twice(work)


def halted(work: Workplace) -> bool:
    return "halted by" in work.reads().lower()


def said_twice(work: Workplace) -> list[str]:
    """Messages of the bot's that stand more than once where they are."""
    keys = [f"{m.channel} {key_of(m)}" for m in every_message(work) if m.bot_id]
    return sorted({key for key in keys if keys.count(key) > 1})


def test_without_the_history_scopes_what_may_be_there_twice_is_marked(opened: Opened) -> None:
    work = opened(history=False)
    work.box.faults.lose_answer("chat.postMessage")
    work.say("dave", "announce payments 2.4.1 commit abc123")
    twice = said_twice(work)
    again = [m for m in every_message(work) if f"{m.channel} {key_of(m)}" in twice]
    assert len(again) == 2
    assert len([m for m in again if MARK in f"{m.text} {m.blocks}"]) == 1


def every_message(work: Workplace) -> list[Message]:
    return [m for c in work.box.workspace.channels.values() for m in c.in_order()]


def test_a_card_that_was_deleted_is_posted_anew_at_the_next_act(work: Workplace) -> None:
    card = work.announce()
    with work.box.workspace.lock:
        work.box.workspace.delete(card)
    work.say("sam", "halt payments CVE-1")
    assert work.card().ts != card.ts
    assert "CVE-1" in work.reads()
    work.say("sam", "lift payments patched")
    assert len(work.cards()) == 1 and not halted(work)


def test_a_release_is_not_missed_while_slack_answers_nothing_for_a_minute(opened: Opened) -> None:
    work = opened(QUICK)
    work.announce()
    due = work.candidate().release_at
    assert due is not None
    work.bot.advance(due)
    work.box.faults.server_error("*", times=10)
    work.later(minutes=2)
    work.box.faults.calm()
    assert work.candidate().phase == "released"
    assert work.eventually(lambda: "Released" in work.reads())
    assert not said_twice(work)


def test_dropped_sockets_are_opened_again_within_seconds(opened: Opened) -> None:
    work = opened(transport="socket")
    work.announce()
    before = set(work.box.sockets.connections)
    work.box.faults.drop_sockets()
    assert work.box.wait_for(lambda: len(set(work.box.sockets.connections) - before) == 2, 8)
    assert not work.say("sam", "halt payments heard again").error
    assert work.candidate().open_halts
