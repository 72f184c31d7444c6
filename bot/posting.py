"""One message on its way: what is said to Slack, and what its answer means for the row (slack-platform 9.4)."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.letters import TWICE, Words
from bot.lookup import CannotLook, Finding, Found, Lookup, NotThere, label
from bot.pacing import EDITED, REPLIES, edits
from bot.slackcalls import Away, Outcome, Refusal, Sent, SlackCalls, TryLater, Unknown
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
"""Our own fault: the news is sent as plain text instead, so that it is not lost."""
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""What stood in Slack can't be edited any more: it is posted anew."""
NO_THREAD = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"}
)
LIVE = OPEN | {Phase.DEPLOYING, Phase.FAILED}
LONGEST = 3900
"""Characters of plain text: an edit takes 4,000."""
MOST_BLOCKS = 50
FOR_CARD = 1.0
"""Seconds until a reply looks again whether its card stands."""
CARD_DEAD = 60.0
TRIES_IN_THREAD = 3
LOST_TWICE = "its answer was lost twice: it may stand in Slack, or not"
NAMESPACE = uuid.UUID("5b1b9f0e-7a51-4c1d-9c55-3d6d8a0f5f5e")


@dataclass(frozen=True)
class Done:
    """Slack has this version; None: where it stands has not changed, or does not matter."""

    version: int
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    repeated: bool = False


@dataclass(frozen=True)
class Later:
    """To be tried again in `seconds`. `limited` is the method Slack wants less of."""

    seconds: float
    error: str
    ambiguous: bool = False
    limited: str | None = None
    ill: Outcome | None = None
    """An answer that bodes ill for every call, not for this message only."""
    waits: bool = False
    """It did not fail: something else has to come first."""


@dataclass(frozen=True)
class Dead:
    """Slack will never accept it."""

    error: str


@dataclass(frozen=True)
class Expired:
    """There is no use in sending it any more."""


Note = Done | Later | Dead | Expired

AGAIN = re.compile(r"to be repeated at try (\d+)")


def may_repeat(message: Message) -> bool:
    """Whether this very try is the one repetition that a lost answer is allowed.

    The try's number is written down before it is made: a process that dies in it makes no third.
    """
    number = AGAIN.match(message.error or "")
    return number is not None and int(number[1]) == message.attempts


def put_off(message: Message) -> str:
    """What the row says of a try that is not made now, so that a promised repetition is kept."""
    return (
        f"to be repeated at try {message.attempts + 1}"
        if may_repeat(message)
        else message.error or ""
    )


@dataclass(frozen=True)
class _Letter:
    """A message with what is needed to send it."""

    message: Message
    words: Words
    live: bool
    card: Message | None
    tries: int

    @property
    def thread_ts(self) -> str | None:
        return self.card.ts if self.card else None

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
        return {"text": text, "blocks": blocks or None}


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
    ) -> None:
        self._database, self._calls = database, calls
        self._render, self._clock = render, clock
        self._lookup = Lookup(calls) if history else None

    def send(self, message: Message, tries: int = 0) -> Note:
        """Send it, once; what is to be noted in its row. `tries`: how often it failed of late."""
        now = self._clock()
        if message.expires_at is not None and now >= message.expires_at:
            return Expired()
        letter = self._letter(message, now, tries)
        if letter is None:
            unsaid = message.kind in EDITED and message.ts is None
            return Expired() if unsaid else Done(message.want)
        if message.kind == "answer":
            return self._answer(letter)
        if edits(message):
            return self._edit(letter)
        if message.kind in REPLIES and letter.card is not None and letter.card.ts is None:
            dead = letter.card.state == "dead"
            return Later(CARD_DEAD if dead else FOR_CARD, "waits for its card", waits=True)
        return self._post(letter)

    def _letter(self, message: Message, now: datetime, tries: int) -> _Letter | None:
        with self._database.read() as reader:
            words = self._render(reader, message, now)
            if words is None:
                return None
            about = reader.candidate(message.candidate) if message.candidate else None
            phases = UNRELEASED if message.kind in ("ask", "remind") else LIVE
            live = about is None or about.phase in phases
            card = reader.card(message.candidate or "") if message.kind in REPLIES else None
            return _Letter(message, words, live, card, tries)

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
        return replace_unsure(self._failed(outcome, "chat.update", letter))

    # Posting.

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
        return self._failed(found, "conversations.history", letter)

    def _repeat(self, letter: _Letter) -> Note:
        """Once more, marked, where nobody can tell whether the first arrived; never a third time."""
        message = letter.message
        if may_repeat(message):
            log.warning("%s is sent again after a lost answer, and marked so", message.key)
            return self._post_once(letter, twice=True)
        if AGAIN.match(message.error or ""):
            return Dead(LOST_TWICE)
        return Later(0, f"to be repeated at try {message.attempts + 1}", ambiguous=True, waits=True)

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
        return self._failed(outcome, "chat.postMessage", letter)

    def _threadless(self, letter: _Letter, refusal: Refusal, *, twice: bool) -> Note:
        """The card is gone: it is mended, and the reply waits; else the news goes without a thread."""
        message = letter.message
        if letter.live and letter.tries < TRIES_IN_THREAD:
            with self._database.write(self._clock) as tx:
                tx.touch(message.candidate or "", "card")
            return Later(FOR_CARD, put_off(message) or refusal.error)
        if message.kind == "thread":
            return Done(message.want)
        return self._post_once(replace(letter, card=None), twice=twice)

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
                return self._failed(outcome, method, letter)
            log.info("%s was refused by %s: %s", message.key, method, outcome.error)
        return Dead("nobody could be answered")

    def _ways(self, message: Message, said: dict[str, Any]) -> Any:
        """The ways to answer, tried one after the other as long as they are refused."""
        if message.target.startswith("http"):
            body = {name: value for name, value in said.items() if value is not None}
            private = {"response_type": "ephemeral", "replace_original": False}
            yield "response_url", self._calls.respond(message.target, body | private)
        place, person = message.about.get("channel"), message.person or message.target
        if place:
            where = {"channel": place, "user": person}
            yield "chat.postEphemeral", self._shaped("chat.postEphemeral", said, where)
        direct = {"channel": person, "unfurl_links": False, "unfurl_media": False}
        yield "chat.postMessage", self._shaped("chat.postMessage", said, direct)

    # What an answer means.

    def _shaped(self, method: str, said: Mapping[str, Any], where: Mapping[str, Any]) -> Outcome:
        """The call; where Slack takes no exception but to the shape, the plain text by itself."""
        outcome = self._calls.call(method, **said, **where)
        if isinstance(outcome, Refusal) and outcome.error in SHAPE:
            log.error("%s refused our blocks: %s %s", method, outcome.error, outcome.detail)
            return self._calls.call(method, **{**said, **where, "blocks": None})
        return outcome

    def _failed(self, outcome: Outcome | Finding, method: str, letter: _Letter) -> Note:
        """What to do about a message that was not accepted, as far as is known."""
        message = letter.message
        if isinstance(outcome, TryLater):
            return Later(outcome.seconds, put_off(message) or outcome.error, limited=method)
        if isinstance(outcome, Away):
            return Later(0, put_off(message) or outcome.error, ill=outcome)
        if isinstance(outcome, Refusal):
            if outcome.permanent:
                return Dead(f"{outcome.error} {outcome.detail}".strip())
            return Later(0, put_off(message) or outcome.error, ill=outcome)
        assert isinstance(outcome, Unknown)
        seconds = min(2.0 * 2**letter.tries, 60.0)
        return Later(seconds, outcome.error, ambiguous=True, ill=outcome)


def replace_unsure(note: Note) -> Note:
    """An edit whose answer was lost is simply made again."""
    return replace(note, ambiguous=False) if isinstance(note, Later) else note
