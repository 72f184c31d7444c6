"""`digest`: what the week came to, at once in words, and with its chart and its numbers as a direct message (DESIGN 4)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commands.act import Act
from commands.calendar import day
from commands.digest_now import digest_of, posting
from commands.meeting import end_series, set_series
from commands.request import Reply
from rules.digest import LONGEST, WEEK
from rules.facts import iso
from rules.series import DIGEST
from rules.words import Refused

A_YEAR = timedelta(days=364)
AHEAD = re.compile(r"\b(tomorrow|in)\b", re.IGNORECASE)
"""What is counted from now, so that no earlier one can be meant."""


def run(act: Act) -> Reply:
    """The digest since a date, or since the last one; or set when it is posted.

    Refuses: say-what-of-digest, odd-time, digest-ahead, digest-too-long, and what setting refuses.
    """
    word, _, rest = act.request.text.strip().partition(" ")
    if word.casefold() == "set":
        return set_series(act, DIGEST, rest.strip())
    if word.casefold() == "off" and not rest.strip():
        return end_series(act, DIGEST)
    if word and word.casefold() not in ("since", "from"):
        near = act.tools.near(word.casefold(), ["since", "set", "off"])
        raise Refused("say-what-of-digest", {"text": act.request.text.strip(), "near": near})
    return _told(act, _since(act, rest.strip()) if word else _last(act))


def _told(act: Act, since: datetime) -> Reply:
    digest = digest_of(act.reader, since, act.now, act.now)
    sends = act.person is not None and not digest.empty
    if sends and act.person is not None:
        for message in posting(f"{act.person}:{iso(act.now)}", act.person, digest):
            act.tx.send(message)
    series = act.company.series.get(DIGEST)
    return Reply("digest", {"digest": digest, "sent": sends, "series": series})


def _last(act: Act) -> datetime:
    """Since the last digest that was posted, else a week ago."""
    last = act.reader.last_digest()
    if last is None or act.now - last.until > LONGEST or last.until >= act.now:
        return act.now - WEEK
    return last.until


def _since(act: Act, text: str) -> datetime:
    """A date that has passed: of two that are meant by `mon` or `1 nov`, the last one.

    Refuses: odd-time, digest-ahead, digest-too-long.
    """
    since = day(act.tools, text, act.zone, act.now)
    for back in () if AHEAD.search(text) else (WEEK, A_YEAR):
        if since >= act.now:
            since = day(act.tools, text, act.zone, act.now - back)
    if since >= act.now:
        raise Refused("digest-ahead", {"at": since, **_instead(act, act.now - WEEK)})
    if act.now - since > LONGEST:
        first = act.now - LONGEST + timedelta(days=1)
        about = {"at": since, "days": LONGEST.days, **_instead(act, first)}
        raise Refused("digest-too-long", about)
    return since


def _instead(act: Act, since: datetime) -> dict[str, object]:
    """The nearest date that would do, on a button."""
    date = f"{since.astimezone(ZoneInfo(act.zone)):%Y-%m-%d}"
    return {"near": date, "instead": (f"Since {date}", f"digest since {date}")}
