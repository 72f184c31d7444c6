"""Lost answers and killed processes: never twice, or once more and marked (DESIGN 6)."""

from __future__ import annotations

import pytest

from bot.letters import TWICE, Drawn
from rehearsal.faults import Fault
from storage.outbox import Message
from tests.bot.postroom import (
    EDIT,
    NAME,
    OTHER,
    POST,
    SAM,
    START,
    Post,
    ask,
    card,
    line,
    news,
    outcome,
)

# When an answer is lost.


@pytest.mark.parametrize("lost", ["lose_answer", "server_error", "refuse"])
def test_a_lost_answer_is_looked_up_and_never_posted_twice(opened, lost):
    post = opened(history=True)
    getattr(post.box.faults, lost)(POST, times=3)
    post.ask_for(card(), news(1, OTHER), ask())
    post.settle(20)
    post.ask_for(card())
    post.settle(5)
    assert post.said() == [f"card:{NAME} v2"]
    assert post.said(OTHER) == ["news:1 v1"]
    assert post.direct(SAM) == [f"ask:{NAME}:{SAM} v1"]
    assert not post.row("news:1").repeated
    assert post.row(f"ask:{NAME}:{SAM}").delivered_at == START


def test_a_lost_reply_is_looked_up_in_its_thread(opened):
    post = opened(history=True)
    post.ask_for(card())
    post.after(0)
    post.box.faults.lose_answer(POST, times=2)
    post.ask_for(line(), outcome(1))
    post.settle(20)
    assert sorted(post.said()) == sorted(
        [f"card:{NAME} v1", f"thread:{NAME} v1", f"outcome:{NAME}:1 v1"]
    )
    assert post.count("conversations.replies") == 2


def test_without_leave_to_look_history_is_not_read(opened):
    post = opened(history=True)
    post.courier = post.hire(history=False)
    post.box.faults.lose_answer(POST)
    post.ask_for(news(1))
    post.settle(10)
    assert post.count("conversations.history") == 0
    assert post.row("news:1").repeated


def test_a_reply_goes_where_its_card_stands_though_the_product_moved(post):
    post.ask_for(card())
    post.after(0)
    moved = Message(f"outcome:{NAME}:1", "outcome", OTHER, NAME, about={"fact": 1}, once=True)
    post.ask_for(moved)
    post.settle(5)
    assert post.said() == [f"card:{NAME} v1", f"outcome:{NAME}:1 v1"]


def test_a_found_version_is_adopted_and_the_newer_one_follows(opened):
    post = opened(history=True)
    post.box.faults.lose_answer(POST)
    post.ask_for(card())
    post.after(0)
    post.ask_for(card())
    post.settle(10)
    assert post.said() == [f"card:{NAME} v2"]
    assert (post.count(POST), post.count(EDIT)) == (1, 1)


def test_a_time_out_after_acceptance_is_looked_up(opened):
    post = opened(timeout=0.3, history=True)
    post.box.faults.hang(POST, seconds=0.8)
    post.ask_for(news(1))
    post.settle(10)
    assert post.said() == ["news:1 v1"]


def test_a_storm_of_faults_neither_loses_nor_doubles_anything(opened):
    post = opened(history=True)
    kinds = [Fault("lost"), Fault("error"), Fault("limited", 1), Fault("refused")]
    post.box.faults.storm(0.3, kinds, seed=7)
    names = [f"payments@1.{number}#1" for number in range(12)]
    for turn in range(5):
        post.ask_for(*(card(name, OTHER) for name in names[:4]), *(card(n) for n in names[4:]))
        post.ask_for(*(outcome(turn, name) for name in names[4:]))
        post.ask_for(Message(f"tell:{turn}", "tell", SAM, once=True))
        post.settle(5)
    post.settle(60)
    post.box.faults.calm()
    post.settle(100)
    with post.database.read() as reader:
        backlog = reader.backlog()
    assert (backlog.waiting, backlog.sending, backlog.dead) == (0, 0, 0)
    everything = [m for c in post.box.workspace.channels.values() for m in c.in_order()]
    keys = [m.metadata["event_payload"]["k"] for m in everything]
    assert sorted(keys) == sorted(set(keys))
    assert len(keys) == 12 + 5 * 8 + 5
    assert {m.text for m in everything} >= {f"card:{name} v5" for name in names}


def test_without_history_a_lost_answer_is_repeated_once_and_marked(post):
    post.box.faults.lose_answer(POST)
    post.ask_for(news(1))
    post.settle(10)
    assert post.said()[0] == "news:1 v1"
    assert TWICE in post.said()[1]
    assert len(post.said()) == 2
    assert post.row("news:1").repeated
    assert post.row("news:1").state == "sent"


def test_without_history_an_answer_lost_twice_is_a_dead_letter_and_never_a_third_post(post):
    post.box.faults.lose_answer(POST, times=2)
    post.ask_for(news(1))
    post.settle(60)
    assert len(post.said()) == 2
    assert "lost twice" in post.row("news:1").error
    assert post.row("news:1").state == "dead"


def test_a_repetition_that_was_told_to_wait_is_still_made(post):
    post.box.faults.lose_answer(POST)
    post.box.faults.rate_limit(POST, retry_after=2)
    post.ask_for(news(1))
    post.settle(20)
    assert len(post.said()) == 2
    assert post.row("news:1").repeated


def test_edits_are_simply_repeated(post):
    post.ask_for(card())
    post.after(0)
    post.box.faults.lose_answer(EDIT, times=2)
    post.ask_for(card())
    post.settle(20)
    assert post.said() == [f"card:{NAME} v2"]
    assert post.row(f"card:{NAME}").sent == 2
    assert not post.row(f"card:{NAME}").repeated


# When the process was killed.


def claimed_and_killed(post: Post) -> Message:
    """A process claims a message and dies: nothing is noted."""
    with post.database.write(post.clock.now) as tx:
        (message,) = tx.claim()
    return message


def accepted(post: Post, message: Message) -> None:
    """Slack accepts a message whose sender dies before it hears of that."""
    metadata = {"event_type": "presumptive_message", "event_payload": {"k": message.key, "v": 1}}
    post.calls.call(POST, channel=message.target, text=f"{message.key} v1", metadata=metadata)


@pytest.mark.parametrize("arrived", [True, False])
def test_after_a_kill_a_message_that_arrived_is_found_and_one_that_did_not_is_sent(opened, arrived):
    post = opened(history=True)
    post.ask_for(ask())
    message = claimed_and_killed(post)
    if arrived:
        accepted(post, message)
    post.courier = post.hire()
    post.settle(5)
    assert post.direct(SAM) == [f"ask:{NAME}:{SAM} v1"]
    assert post.row(message.key).state == "sent"


def test_after_a_kill_without_history_it_is_sent_once_more_and_marked(post):
    post.ask_for(ask())
    accepted(post, claimed_and_killed(post))
    post.courier = post.hire()
    post.settle(5)
    assert len(post.direct(SAM)) == 2
    assert TWICE in post.direct(SAM)[1]
    assert post.row(f"ask:{NAME}:{SAM}").repeated


def test_a_kill_during_the_repetition_makes_no_third(post):
    post.ask_for(ask())
    accepted(post, claimed_and_killed(post))
    post.courier = post.hire()
    post.real.at += 60
    with post.database.write(post.clock.now) as tx:
        tx.recover()
        (message,) = tx.claim()
        tx.later(message.key, START, f"to be repeated at try {message.attempts + 1}")
    accepted(post, claimed_and_killed(post))
    post.courier = post.hire()
    post.settle(5)
    assert len(post.direct(SAM)) == 2
    assert post.row(f"ask:{NAME}:{SAM}").state == "dead"


def test_what_is_not_to_be_said_any_more_is_looked_up_and_mended(opened):
    post = opened(history=True)
    post.box.faults.lose_answer(POST)
    post.ask_for(ask())
    post.after(0)
    key = f"ask:{NAME}:{SAM}"
    assert post.row(key).ambiguous
    post.courier = post.hire_saying(nothing_new)
    post.settle(10)

    (message,) = post.box.workspace.channels[post.box.workspace.dm(SAM).id].in_order()
    assert message.text == "over" and not message.blocks
    assert post.row(key).state == "sent" and not post.row(key).ambiguous


def test_what_never_arrived_and_is_not_to_be_said_any_more_is_not_posted(opened):
    post = opened(history=True)
    post.box.faults.server_error(POST)
    post.ask_for(ask())
    post.after(0)
    assert post.row(f"ask:{NAME}:{SAM}").ambiguous
    post.courier = post.hire_saying(nothing_new)
    post.settle(10)

    assert post.direct(SAM) == []
    with post.database.read() as reader:
        assert reader.doubtful() == (0, 0)


def nothing_new(reader, message, now):
    """As an ask whose candidate has ended: a line of record where it stands, else nothing."""
    return Drawn("over") if message.ts is not None else None
