"""The messages: what waits, what Slack will never take, what may stand there twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.doctor.findings import Finding, ago, many, moment, ok, said, warning, wrong
from bot.doctor.mends import mend_of
from bot.doctor.records import Records
from storage.outbox import Message

SLOW = timedelta(minutes=5)
"""What waits longer is not merely waiting its turn."""
OLD = timedelta(days=7)
"""After this a dead letter is not tried again."""
MOST = 50
"""Dead letters told one by one."""


def mail(records: Records, now: datetime) -> Iterator[Finding]:
    """The outbox as it stands."""
    yield _waiting(records, now)
    if not records.dead:
        yield ok("dead letters", "none.")
    for letter in records.dead[:MOST]:
        yield _dead(letter, records, now)
    if (more := len(records.dead) - MOST) > 0:
        yield warning("dead letters", f"{more} more.", "Mend these first, and look again.")
    yield from _doubtful(records)


def _waiting(records: Records, now: datetime) -> Finding:
    backlog, oldest = records.backlog, records.oldest
    unsent = backlog.waiting + backlog.sending
    if not unsent or oldest is None or oldest.wanted_at is None:
        return ok("unsent", "nothing waits.")
    age = now - oldest.wanted_at
    says = f"{many(unsent, 'message')}, the oldest for {ago(age)}"
    if age <= SLOW:
        return ok("unsent", f"{says}.")
    why = f" ({oldest.error})" if oldest.error else ""
    mend = "See that the bot runs and Slack answers; then it goes out by itself."
    return warning("unsent", f"{says}: {_what(oldest)} to {_whom(oldest, records)}{why}.", mend)


def _dead(letter: Message, records: Records, now: datetime) -> Finding:
    """Wrong while something still rests on it; afterwards it is only good to know."""
    error = letter.error or "refused"
    since = f" (since {moment(letter.wanted_at)})" if letter.wanted_at else ""
    what, whom = _what(letter), _whom(letter, records)
    says = f"{what} to {whom} was refused: {error}{since}."
    old = letter.wanted_at is not None and now - letter.wanted_at > OLD
    over = letter.candidate is not None and letter.candidate not in records.open
    if letter.kind == "answer" or old or over:
        return warning("dead letter", said(says), mend_of(error))
    return wrong("dead letter", said(says), mend_of(error))


KINDS = {
    "card": "the card",
    "thread": "the history",
    "outcome": "an outcome",
    "ask": "the request for a word",
    "remind": "a reminder",
    "answer": "an answer",
}


def _what(message: Message) -> str:
    kind = KINDS.get(message.kind, "news")
    return f"{kind} of {message.candidate}" if message.candidate else kind


def _whom(message: Message, records: Records) -> str:
    """To whom, without a response url: that is a secret."""
    ident = message.person or ("" if message.target.startswith("http") else message.target)
    known = records.company.people.get(ident)
    return f"@{known.name}" if known else ident or "somebody who pressed"


def _doubtful(records: Records) -> Iterator[Finding]:
    if records.unsure:
        mend = "Nothing yet: the bot looks for it in Slack, or repeats it once."
        says = f"{many(records.unsure, 'unsent message')} may have arrived after all."
        yield warning("doubtful", says, mend)
    if records.twice:
        says = f"{many(records.twice, 'message')} may stand in Slack twice, and say so."
        mend = "Grant the optional history scopes, and it won't happen again."
        yield warning("repeated", says, mend)
    else:
        yield ok("repeated", "no message may stand in Slack twice.")
