"""Words typed to the bot, over the real wire: in its direct message, and where it is mentioned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rehearsal.messages import Message
from storage.engine import DRIVER
from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import CHANNEL, QUICK, Workplace, hurried

BOTH = pytest.mark.parametrize("transport", ["http", "socket"])


def writes(
    work: Workplace, name: str, text: str, channel: str | None = None, **more: Any
) -> Message:
    """Somebody writes, and the bot has heard it and answered."""
    said = work.person(name).say(text, channel, **more)
    told(work)
    return said


def told(work: Workplace) -> None:
    assert work.box.wait_for(lambda: work.box.events.under_way == 0, 10)
    work.bot.quiet()
    assert work.box.wait_for(lambda: work.box.events.under_way == 0, 10)


def ask(work: Workplace, name: str) -> Message:
    """The direct message that asks somebody's word."""
    return next(m for m in work.person(name).dms() if "your word is asked" in work.reads(m, name))


def answer(work: Workplace, said: Message, by: str) -> str:
    """What stands in the thread of what was written."""
    person = work.person(by)
    parent = work.box.workspace.channels[said.channel].messages[said.thread_ts or said.ts]
    later = [m for m in person.thread(parent) if m.bot_id and m.ts > said.ts]
    return "\n".join(person.read(m) for m in later)


def reasons(work: Workplace) -> list[str | None]:
    return [halt.reason for halt in work.candidate().open_halts]


@BOTH
def test_a_halt_typed_in_the_direct_message_holds_the_release(
    opened: Opened, transport: str
) -> None:
    work = opened(hurried(), transport=transport)
    work.announce()
    due = work.candidate().release_at
    assert due is not None
    said = writes(work, "sam", "halt payments refunds are broken")
    assert reasons(work) == ["refunds are broken"]
    assert "You halted payments@2.4.1" in answer(work, said, "sam")
    work.bot.advance(due + timedelta(hours=1))
    assert work.candidate().phase == "halted"
    assert "candidate.released" not in work.facts()


@BOTH
def test_an_answer_in_the_thread_of_the_ask_needs_no_candidate(
    opened: Opened, transport: str
) -> None:
    work = opened(transport=transport)
    work.announce("web 1.0.0 commit abc")
    work.announce()
    asked = next(m for m in work.person("sam").dms() if "payments@2.4.1" in work.reads(m, "sam"))
    said = writes(work, "sam", "halt refunds are broken", thread=asked)
    assert reasons(work) == ["refunds are broken"]
    assert said.thread_ts == asked.ts
    assert "You halted payments@2.4.1" in answer(work, said, "sam")
    writes(work, "sam", "lift a false alarm", thread=asked)
    assert reasons(work) == []


@BOTH
def test_a_mention_in_a_channel_is_heard_and_answered_in_its_thread(
    opened: Opened, transport: str
) -> None:
    work = opened(transport=transport)
    card = work.announce()
    said = writes(work, "sam", "@presumptive halt payments refunds are broken", CHANNEL)
    assert reasons(work) == ["refunds are broken"]
    assert "You halted payments@2.4.1" in answer(work, said, "sam")
    reply = writes(work, "sam", "@presumptive lift a false alarm", CHANNEL, thread=card)
    assert reasons(work) == []
    assert "lift" in answer(work, reply, "sam").lower()
    writes(work, "sam", "halt payments not said to the bot", CHANNEL)
    assert reasons(work) == []


def test_dont_ship_this_is_answered_with_the_button_that_halts(work: Workplace) -> None:
    work.announce("web 1.0.0 commit abc")
    work.announce()
    asked = next(m for m in work.person("sam").dms() if "payments@2.4.1" in work.reads(m, "sam"))
    said = writes(work, "sam", "don't ship this", thread=asked)
    assert "Nothing is halted yet." in answer(work, said, "sam")
    assert reasons(work) == []
    (shown,) = [m for m in work.person("sam").thread(asked) if m.bot_id]
    work.press("sam", "Halt payments@2.4.1", on=shown)
    assert reasons(work) == ["don't ship this"]


def test_a_verb_that_takes_a_form_is_answered_with_the_button_that_opens_it(
    work: Workplace,
) -> None:
    said = writes(work, "dave", "announce")
    dave = work.person("dave")
    (shown,) = [m for m in dave.thread(said) if m.bot_id]
    work.press("dave", "Open the form", on=shown)
    assert dave.modal is not None
    work.fill("dave", product="payments", version="2.4.1")
    assert work.candidate().phase == "announced"


def test_a_text_that_slack_sends_again_and_again_counts_once(work: Workplace) -> None:
    work.announce()
    said = writes(work, "sam", "halt payments once")
    event = next(
        d.payload
        for d in work.box.record.deliveries
        if d.kind == "events_api" and d.payload["event"].get("ts") == said.ts
    )
    writes(work, "sam", "lift payments over")
    before = work.facts()
    for attempt in (1, 2, 3):
        outcome = work.box.deliveries.send("events_api", event, attempt, "http_timeout")
        assert outcome.error is None
    mention = {**event, "event": {**event["event"], "type": "app_mention"}, "event_id": "Ev0OTHER"}
    assert work.box.deliveries.send("events_api", mention).error is None
    told(work)
    assert work.facts() == before
    assert len([m for m in work.person("sam").thread(said) if m.bot_id]) == 1


def test_an_answer_whose_own_answer_was_lost_is_looked_up_and_not_said_twice(
    work: Workplace,
) -> None:
    work.announce()
    work.box.faults.lose_answer("chat.postMessage")
    said = writes(work, "sam", "what is going on here?")
    sam = work.person("sam")
    assert work.eventually(lambda: bool(work.box.record.of("conversations.replies")))
    told(work)
    assert [m.text.splitlines()[0] for m in sam.thread(said) if m.bot_id] == [
        "I did not understand that, so nothing was changed."
    ]


def test_words_that_were_taken_back_before_the_answer_are_answered_beside_them(
    work: Workplace,
) -> None:
    work.announce()
    work.box.faults.outage = True
    said = work.person("sam").say("halt payments and then deleted")
    work.box.faults.outage = False
    work.person("sam").delete(said)
    assert work.eventually(lambda: reasons(work) == ["and then deleted"])
    assert work.eventually(lambda: "You halted payments@2.4.1" in work.heard("sam"))


def test_edits_and_deletions_do_nothing_but_an_edit_that_objects_is_asked_about(
    work: Workplace,
) -> None:
    work.announce()
    sam = work.person("sam")
    said = writes(work, "sam", "the payments release looks odd")
    sam.edit(said, "it looks very odd")
    told(work)
    assert len([m for m in sam.thread(said) if m.bot_id]) == 1
    sam.edit(said, "halt payments it is odd")
    told(work)
    assert "Nothing is halted yet." in work.reads(sam.thread(said)[-1], "sam")
    sam.delete(said)
    told(work)
    assert reasons(work) == []


def test_what_carries_a_persons_words_is_heard_whatever_its_subtype(work: Workplace) -> None:
    work.announce()
    writes(work, "sam", "halt payments see the picture", subtype="file_share")
    writes(work, "omar", "halt payments it waves", subtype="me_message")
    writes(work, "rita", "halt payments to all", thread=ask(work, "rita"), broadcast=True)
    writes(work, "alice", "halt payments joined", subtype="channel_join")
    assert reasons(work) == ["see the picture", "it waves", "to all"]


def test_bots_and_guests_halt_nothing(work: Workplace) -> None:
    work.announce()
    dm = work.box.workspace.dm(work.person("sam").id)
    with work.box.workspace.lock:
        work.box.workspace.post(dm, work.person("sam").id, "halt payments", bot_id="B0OTHER01")
    told(work)
    work.box.change_user("sam", is_restricted=True)
    work.bot.quiet()
    said = writes(work, "sam", "halt payments zzyzx")
    assert "may do nothing" in answer(work, said, "sam")
    assert reasons(work) == []


def test_the_bots_own_messages_are_never_a_command(work: Workplace) -> None:
    work.announce()
    with work.box.workspace.lock:
        dm = work.box.workspace.dm(work.person("sam").id)
        work.box.workspace.post(dm, work.box.workspace.bot_id, "halt payments")
        work.box.workspace.post(dm, work.box.workspace.bot_id, "what needs me?")
    before = len(dm.messages)
    told(work)
    assert reasons(work) == []
    assert len(dm.messages) == before


@BOTH
def test_while_the_database_is_locked_it_comes_again_and_counts_once(
    opened: Opened, transport: str
) -> None:
    work = opened(transport=transport)
    work.announce()
    work.box.events.retries = (0.0, 2.0, 2.0, 2.0)
    lock = DRIVER.connect(f"{work.bot._folder.name}/presumptive.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    said = work.person("sam").say("halt payments while it is locked")
    assert work.box.wait_for(lambda: work.box.record.failures(), 8)
    lock.execute("ROLLBACK")
    lock.close()
    assert work.eventually(lambda: reasons(work) == ["while it is locked"])
    told(work)
    assert len([m for m in work.person("sam").thread(said) if m.bot_id]) == 1


@pytest.mark.parametrize(
    ("words", "holds"), [("dont ship this", True), ("status payments", False), ("thanks!", False)]
)
def test_only_words_that_may_halt_are_awaited_and_no_leave_is_taken_before_they_came(
    work: Workplace, words: str, holds: bool
) -> None:
    """Slack sends them again to the process that comes after, which begins with a shut door."""
    work.announce()
    work.box.events.retries = (0.0, 60.0, 60.0)
    lock = DRIVER.connect(f"{work.bot._folder.name}/presumptive.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    work.person("sam").say(words)
    assert work.box.wait_for(lambda: work.box.record.failures(), 8)
    lock.execute("ROLLBACK")
    lock.close()
    assert ("words" in work.bot.bot.readiness().get("withheld", {})) is holds
    work.bot.bot._take_leave()
    with work.bot.database.write(work.clock.now) as tx:
        assert tx.begin_door("the process after") == holds


def test_where_words_are_not_heard_the_asks_and_the_operator_say_so(opened: Opened) -> None:
    work = opened(QUICK.replace("zone:", 'operator: "@rita"\nzone:'), history=False)
    work.announce("payments 2.4.1")
    work.later(minutes=11)
    assert "What you type here is not heard" in work.heard("alice")
    assert "What people type to me is not heard" in work.heard("rita")
    work.later(minutes=20)
    assert work.heard("rita").count("What people type to me is not heard") == 1


def test_where_words_are_heard_the_asks_say_that(work: Workplace) -> None:
    work.announce()
    assert "You can also answer in words here" in work.heard("sam")
    work.later(minutes=11)
    assert "is not heard" not in work.heard("rita")
