"""What becomes of a message that was to be sent: one word for its row, and what a failure means for it (slack-platform 9.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.lookup import Finding
from bot.slackcalls import Away, Outcome, Refusal, TryLater, Unknown
from storage.outbox import Message

NO_THREAD = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"}
)
"""What a reply belongs to is gone."""
LOST_TWICE = "its answer was lost twice: it may stand in Slack, or not"


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


def failed(outcome: Outcome | Finding, method: str, message: Message, tries: int) -> Note:
    """What to do about a message that was not accepted, as far as is known."""
    if isinstance(outcome, TryLater):
        return Later(outcome.seconds, put_off(message) or outcome.error, limited=method)
    if isinstance(outcome, Away):
        return Later(0, put_off(message) or outcome.error, ill=outcome)
    if isinstance(outcome, Refusal):
        if outcome.permanent:
            return Dead(f"{outcome.error} {outcome.detail}".strip())
        return Later(0, put_off(message) or outcome.error, ill=outcome)
    assert isinstance(outcome, Unknown)
    seconds = min(2.0 * 2**tries, 60.0)
    return Later(seconds, outcome.error, ambiguous=True, ill=outcome)


def repeated_once(message: Message) -> Note | None:
    """Of a message nobody can look for: None where this very try is its one repetition, else what to note."""
    if may_repeat(message):
        return None
    if AGAIN.match(message.error or ""):
        return Dead(LOST_TWICE)
    return Later(0, f"to be repeated at try {message.attempts + 1}", ambiguous=True, waits=True)


def replace_unsure(note: Note) -> Note:
    """An edit whose answer was lost is simply made again."""
    return replace(note, ambiguous=False) if isinstance(note, Later) else note
