"""One message on its way: what is said to Slack, and what its answer means for the row (slack-platform 9.4)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeGuard

from bot.attaching import attach
from bot.digests import Attached, Illustrated
from bot.letters import TWICE, Words
from bot.lookup import CannotLook, Finding, Found, Lookup, NotThere, label
from bot.notes import (
    LOST_TWICE,
    NO_THREAD,
    Dead,
    Done,
    Expired,
    Later,
    Note,
    failed,
    may_repeat,
    put_off,
    repeated_once,
    replace_unsure,
)
from bot.pacing import EDITED, REPLIES, edits, is_private
from bot.richtext import CUT
from bot.sizes import LONGEST as LONGEST_BLOCKS
from bot.sizes import MOST_BLOCKS, size
from bot.slackcalls import Outcome, Refusal, Sent, SlackCalls, Unknown
from bot.uploading import NotYet, Pictures
from rules.candidate import OPEN, UNRELEASED
from rules.words import Phase
from storage.database import Database
from storage.outbox import Message
from storage.reading import Reader

log = logging.getLogger(__name__)

Render = Callable[[Reader, Message, datetime], Words | None]

SHAPE = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_too_long",
        "msg_blocks_too_long",
        "metadata_too_large",
    }
)
"""Our own fault: it is said once more in fewer words, the buttons staying, so that no way to halt is lost."""
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""What stood in Slack can't be edited any more: it is posted anew."""
LIVE = OPEN | {Phase.DEPLOYING, Phase.FAILED}
LONGEST = 3900
"""Characters of plain text: an edit takes 4,000."""
SHORT = 1000
"""Characters of a message that is said in fewer words."""
FOR_CARD = 1.0
"""Seconds until a reply looks again whether its card stands."""
CARD_DEAD = 60.0
TRIES_IN_THREAD = 3
NAMESPACE = uuid.UUID("5b1b9f0e-7a51-4c1d-9c55-3d6d8a0f5f5e")


@dataclass(frozen=True)
class _Letter:
    """A message with what is needed to send it."""

    message: Message
    words: Words
    live: bool
    card: Message | None
    """What its thread hangs on."""
    tries: int
    threaded: bool = True
    """False: what it hung on is gone."""

    @property
    def thread_ts(self) -> str | None:
        """A reply hangs on its card, an answer to words on these words."""
        if not self.threaded:
            return None
        own = self.message.thread_ts if self.message.kind == "answer" else None
        return self.card.ts if self.card else own

    @property
    def place(self) -> str:
        """Where it is posted: a reply goes where its card stands, whatever the catalogue says now."""
        return (self.card.channel if self.card else None) or self.message.target

    def said(self, *, twice: bool) -> dict[str, Any]:
        """The arguments that hold the words, with the mark of one that may stand there twice."""
        blocks = [dict(block) for block in self.words.blocks]
        text = self.words.text[:LONGEST]
        if twice:
            mark = {"type": "context", "elements": [{"type": "mrkdwn", "text": f"_{TWICE}_"}]}
            blocks = [*blocks[: MOST_BLOCKS - 1], mark] if blocks else []
            text = f"{text}\n_{TWICE}_"
        said = {"text": text, "blocks": blocks or None}
        return next(_shorter(said), said) if size(blocks) > LONGEST_BLOCKS else said


class Sender:
    """Sends one message at a time, from fresh state; safe between threads."""

    def __init__(
        self,
        database: Database,
        calls: SlackCalls,
        render: Render,
        clock: Callable[[], datetime],
        *,
        history: bool,
        pictures: Pictures | None = None,
    ) -> None:
        self._database, self._calls = database, calls
        self.pictures = pictures or Pictures(calls)
        self._render, self._clock = render, clock
        self._lookup = Lookup(calls) if history else None

    def send(self, message: Message, tries: int = 0) -> Note:
        """Send it, once; what is to be noted in its row. `tries`: how often it failed of late."""
        now = self._clock()
        if message.expires_at is not None and now >= message.expires_at:
            return Expired()
        letter = self._letter(message, now, tries)
        if letter is None:
            return self._unsaid(message, tries)
        if is_private(message):
            return self._answer(letter)
        if edits(message):
            return self._edit(letter)
        if letter.card is not None and letter.card.ts is None:
            dead = letter.card.state == "dead"
            return Later(CARD_DEAD if dead else FOR_CARD, "waits for its card", waits=True)
        if isinstance(letter.words, Attached):
            return attach(self._calls, self._lookup, message, letter.words, letter.card, tries)
        if isinstance(letter.words, Illustrated):
            return self._illustrated(letter, letter.words)
        return self._post(letter)

    def _letter(self, message: Message, now: datetime, tries: int) -> _Letter | None:
        with self._database.read() as reader:
            words = self._render(reader, message, now)
            if words is None:
                return None
            about = reader.candidate(message.candidate) if message.candidate else None
            phases = UNRELEASED if message.kind in ("ask", "remind") else LIVE
            live = about is None or about.phase in phases
            return _Letter(message, words, live, _above(reader, message), tries)

    def _unsaid(self, message: Message, tries: int) -> Note:
        """Nothing is to be said any more; what may stand in Slack all the same is looked up and mended.

        One that is found is edited at the next try to what is true, so that no old button stays.
        """
        over = Expired() if message.kind in EDITED and message.ts is None else Done(message.want)
        if not message.ambiguous or message.ts is not None or self._lookup is None:
            return over
        with self._database.read() as reader:
            above = _above(reader, message)
        place = (above.channel if above else None) or message.target
        thread_ts = above.ts if above else None
        found = self._lookup.find(message, place, thread_ts)
        if isinstance(found, Found):
            log.info("%s had arrived, and is mended: nothing is asked there any more", message.key)
            before = (
                min(found.version, message.want - 1) if message.kind in EDITED else message.want
            )
            return Done(before, found.channel, found.ts, thread_ts)
        if isinstance(found, NotThere | CannotLook):
            return over
        return failed(found, "conversations.history", message, tries)

    # Editing.

    def _edit(self, letter: _Letter) -> Note:
        message = letter.message
        outcome = self._shaped(
            "chat.update",
            letter.said(twice=message.repeated),
            {"channel": message.channel, "ts": message.ts},
        )
        if isinstance(outcome, Sent):
            return Done(message.want)
        if isinstance(outcome, Refusal) and outcome.error in GONE:
            if not letter.live:
                return Done(message.want)
            log.warning("%s can't be edited (%s) and is posted anew", message.key, outcome.error)
            return self._post(letter)
        return replace_unsure(failed(outcome, "chat.update", message, letter.tries))

    # Posting.

    def _illustrated(self, letter: _Letter, words: Illustrated) -> Note:
        """With its picture as soon as there is one; without, where it can't be had."""
        key = letter.message.key
        picture = self.pictures.of(key, words.chart)
        if isinstance(picture, NotYet):
            return _promised(letter.message, picture.seconds, "its picture is being made")
        note = self._post(replace(letter, words=words.words(picture.file_id, picture.missing)))
        if isinstance(note, Done | Dead):
            self.pictures.forget(key)
        return note

    def _post(self, letter: _Letter) -> Note:
        message = letter.message
        if not message.ambiguous:
            return self._post_once(letter)
        found: Finding = CannotLook()
        if self._lookup is not None:
            found = self._lookup.find(message, letter.place, letter.thread_ts)
        if isinstance(found, Found):
            log.info("%s had arrived: found by its metadata", message.key)
            return Done(found.version, found.channel, found.ts, letter.thread_ts)
        if isinstance(found, NotThere):
            return self._post_once(letter)
        if isinstance(found, CannotLook):
            return self._repeat(letter)
        return failed(found, "conversations.history", message, letter.tries)

    def _repeat(self, letter: _Letter) -> Note:
        """Once more, marked, where nobody can tell whether the first arrived; never a third time."""
        note = repeated_once(letter.message)
        if note is not None:
            return note
        log.warning("%s is sent again after a lost answer, and marked so", letter.message.key)
        return self._post_once(letter, twice=True)

    def _post_once(self, letter: _Letter, *, twice: bool = False) -> Note:
        message = letter.message
        outcome = self._shaped(
            "chat.postMessage",
            letter.said(twice=twice or message.repeated),
            {
                "channel": letter.place,
                "thread_ts": letter.thread_ts,
                "reply_broadcast": (message.kind == "outcome" and letter.thread_ts and True)
                or None,
                "metadata": label(message),
                "client_msg_id": str(uuid.uuid5(NAMESPACE, f"{message.key}/{message.want}")),
                "unfurl_links": False,
                "unfurl_media": False,
            },
        )
        if isinstance(outcome, Sent):
            channel, ts = outcome.body.get("channel"), outcome.body.get("ts")
            return Done(message.want, channel, ts, letter.thread_ts, repeated=twice)
        if isinstance(outcome, Refusal) and outcome.error in NO_THREAD and letter.thread_ts:
            return self._threadless(letter, outcome, twice=twice)
        if twice and isinstance(outcome, Unknown):
            return Dead(LOST_TWICE)
        if _unseen(outcome, letter.words.blocks):
            seconds = self.pictures.unseen(message.key)
            return _promised(message, seconds, "Slack looks its picture through")
        return failed(outcome, "chat.postMessage", message, letter.tries)

    def _threadless(self, letter: _Letter, refusal: Refusal, *, twice: bool) -> Note:
        """The card is gone: it is mended, and the reply waits; else the news goes without a thread."""
        message = letter.message
        mended = letter.card is not None and letter.live
        if mended and letter.tries < TRIES_IN_THREAD:
            self._mend(letter)
            return Later(FOR_CARD, put_off(message) or refusal.error)
        if message.kind == "thread":
            return Done(message.want)
        return self._post_once(replace(letter, card=None, threaded=False), twice=twice)

    def _mend(self, letter: _Letter) -> None:
        """Ask for what its thread hangs on to be drawn anew, and so posted anew where it is gone."""
        above = letter.card
        with self._database.write(self._clock) as tx:
            if above is None or above.kind == "card":
                tx.touch(letter.message.candidate or "", "card")
            else:
                mended = Message(above.key, above.kind, above.target, about=above.about)
                tx.send(replace(mended, once=above.once))

    # Answering a press.

    def _answer(self, letter: _Letter) -> Note:
        """Through its response url, else as an ephemeral post, else by direct message (DESIGN 6)."""
        message = letter.message
        twice = message.ambiguous
        if twice and not may_repeat(message):
            return self._repeat(letter)
        for method, outcome in self._ways(message, letter.said(twice=twice)):
            if isinstance(outcome, Sent):
                return Done(message.want, repeated=twice)
            if isinstance(outcome, Unknown) and twice:
                return Dead(LOST_TWICE)
            if not isinstance(outcome, Refusal) or not outcome.permanent:
                return failed(outcome, method, message, letter.tries)
            log.info("%s was refused by %s: %s", message.key, method, outcome.error)
        return Dead("nobody could be answered")

    def _ways(self, message: Message, said: dict[str, Any]) -> Any:
        """The ways to answer, tried one after the other as long as they are refused."""
        if message.target.startswith("http"):
            private = {"response_type": "ephemeral", "replace_original": False}
            yield "response_url", self._responded(message.target, said, private)
        place, person = message.about.get("channel"), message.person or message.target
        if place:
            where = {"channel": place, "user": person}
            yield "chat.postEphemeral", self._shaped("chat.postEphemeral", said, where)
        direct = {"channel": person, "unfurl_links": False, "unfurl_media": False}
        yield "chat.postMessage", self._shaped("chat.postMessage", said, direct)

    def _responded(self, url: str, said: Mapping[str, Any], private: Mapping[str, Any]) -> Outcome:
        """Through the response url, in fewer words where its shape is refused."""
        outcome = self._calls.respond(url, {**_given(said), **private})
        for less in (*_shorter(said), {"text": _brief(said["text"])}):
            if not _misshapen(outcome):
                return outcome
            log.error("response_url refused our blocks: %s", outcome.error)
            outcome = self._calls.respond(url, {**less, **private})
        return outcome

    # What an answer means.

    def _shaped(self, method: str, said: Mapping[str, Any], where: Mapping[str, Any]) -> Outcome:
        """The call; where Slack takes exception to the shape, shorter with the same buttons, else words alone."""
        blocks = said["blocks"] or ()
        none: list[Any] | None = [] if method == "chat.update" else None
        first = {**said, "blocks": said["blocks"] or none}
        outcome = self._calls.call(method, **first, **where)
        if _unseen(outcome, blocks):
            return outcome
        for less in (*_shorter(said), {**said, "text": _brief(said["text"]), "blocks": none}):
            if not _misshapen(outcome):
                return outcome
            log.error("%s refused our blocks: %s %s", method, outcome.error, outcome.detail)
            # Metadata holds the name by which it is found again: it stays unless it is the fault.
            dropped = "metadata" if outcome.error == "metadata_too_large" else None
            kept = {name: value for name, value in where.items() if name != dropped}
            outcome = self._calls.call(method, **less, **kept)
        return outcome


def _given(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _misshapen(outcome: Outcome) -> TypeGuard[Refusal]:
    return isinstance(outcome, Refusal) and outcome.error in SHAPE


def _shorter(said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Its header, its words shortened, and the very same buttons; nothing where it had no blocks."""
    blocks = said["blocks"]
    if not blocks:
        return
    headers = [block for block in blocks if block.get("type") == "header"][:1]
    rows = [block for block in blocks if block.get("type") == "actions"]
    text = _brief(said["text"])
    words = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    yield {"text": text, "blocks": [*headers, words, *rows]}


def _brief(text: str) -> str:
    """The beginning of mrkdwn, cut at the end of a line, so that no entity or token is halved."""
    if len(text) <= SHORT:
        return text or CUT
    kept = text[:SHORT]
    space = max(kept.rfind("\n"), kept.rfind(" "))
    kept = kept[:space] if space > 0 else kept
    for opens, closes in (("<", ">"), ("&", ";")):
        if kept.rfind(opens) > kept.rfind(closes):
            kept = kept[: kept.rfind(opens)]
    return kept.rstrip() + CUT


def _unseen(outcome: Outcome, blocks: Sequence[Mapping[str, Any]]) -> bool:
    """Whether it may be a picture that Slack takes exception to: it looks a new file through first."""
    pictured = any("slack_file" in block for block in blocks)
    return pictured and isinstance(outcome, Refusal) and outcome.error in SHAPE


def _promised(message: Message, seconds: float, why: str) -> Later:
    """To be looked at again, whatever was promised of it before."""
    return Later(seconds, put_off(message) if may_repeat(message) else why, waits=True)


def _above(reader: Reader, message: Message) -> Message | None:
    """The message in whose thread this one stands: the one it names, or its candidate's card."""
    if "under" in message.about:
        return reader.message(str(message.about["under"]))
    return reader.card(message.candidate or "") if message.kind in REPLIES else None
