"""Gathers what a digest tells from the memory, and the messages that carry it (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rules.digest import (
    BEFORE,
    ENDS,
    WEEK,
    Ahead,
    Digest,
    Silence,
    Went,
    back_to,
    faults,
    halts,
    times,
    weeks,
)
from rules.facts import iso
from rules.words import State
from storage.outbox import Message
from storage.reading import Reader
from storage.released import Happened

HALTING = ("candidate.halted", "halt.inherited", "halt.lifted")
FAULTS = ("fault.recorded", "fault.attributed")
FAILED, ROLLED_BACK = "deployment.failed", "deployment.rolled_back"
TOLD = (*HALTING, *ENDS, *FAULTS, FAILED, ROLLED_BACK)
WORDS = ("candidate.halted", "release.extended")
SPOKEN = timedelta(days=14)
"""How long before a digest's time such a word on a candidate that goes out in it may have fallen."""
AT_ONCE = 1000
"""Names asked about in one statement."""


def digest_of(reader: Reader, since: datetime, until: datetime, now: datetime) -> Digest:
    """What the time after `since` up to `until` comes to, and what is ahead from `now` on."""
    known = reader.released(back_to(since, until), until)
    went = [each for each in known if each.at > since]
    before = [each for each in known if since - BEFORE < each.at <= since]
    told = reader.happened(since, until, TOLD)
    digest = Digest(
        since,
        until,
        announced=reader.announced(since, until),
        went=went,
        times=times(went, before),
        weeks=weeks(known, since, until),
        failed=_of(told, FAILED),
        rolled_back=_of(told, ROLLED_BACK),
        faults=faults(reader.troubled(_of(told, *FAULTS)), since, until),
        silent=tuple(_silent(reader, went, since, until)),
        ahead=_ahead(reader, now),
        waiting=len(reader.waiting()),
    )
    # A halt that stood until then and was lifted since stands in no row any more.
    since_then = reader.happened(until, now, (*HALTING, *ENDS))
    ends = (each for each in (*told, *since_then) if each.kind in ENDS)
    ended = {each.candidate: (each.kind, each.at) for each in ends}
    halted = {each.name: each for each in reader.halted()}
    names = dict.fromkeys(_of((*told, *since_then), *HALTING, *ENDS))
    over = reader.troubled(name for name in names if name not in halted)
    return replace(digest, halts=halts((*over, *halted.values()), ended, digest))


def _of(told: Iterable[Happened], *kinds: str) -> tuple[str, ...]:
    """The candidates that these kinds of facts are about, each once, in order."""
    return tuple(dict.fromkeys(each.candidate for each in told if each.kind in kinds))


def _ahead(reader: Reader, now: datetime) -> tuple[Ahead, ...]:
    planned = reader.upcoming(now, WEEK)
    return tuple(Ahead(c.name, c.release_at) for c in planned if c.release_at is not None)


def _silent(
    reader: Reader, went: Iterable[Went], since: datetime, until: datetime
) -> Iterator[Silence]:
    """Who was asked and knew of it before the release, and let a state be presumed; the most often first.

    Whoever halted it or asked for another day has spoken.
    """
    presumed = {each.name: each for each in went if each.silent}
    told = reader.happened(since - SPOKEN, until, WORDS) if presumed else ()
    spoke = {(each.candidate, each.person) for each in told}
    found: dict[str, dict[State, int]] = {}
    for asked in _asked(reader, list(presumed)):
        of, state = presumed[asked[0]], State(asked[2])
        if (
            asked[:2] not in spoke
            and state in of.silent
            and asked[3] is not None
            and asked[3] < of.at
        ):
            states = found.setdefault(asked[1], {})
            states[state] = states.get(state, 0) + 1
    silences = (Silence(person, states) for person, states in found.items())
    yield from sorted(silences, key=lambda each: (-each.times, each.person))


def _asked(reader: Reader, names: Sequence[str]) -> Iterator[tuple[str, str, str, datetime | None]]:
    """Each person once for each candidate and state, and when they first knew."""
    for first in range(0, len(names), AT_ONCE):
        heard: dict[tuple[str, str, str], datetime | None] = {}
        for each in reader.asked_about(names[first : first + AT_ONCE]):
            key = (each.candidate, each.person, each.state)
            heard[key] = heard.get(key) or each.delivered_at
        yield from ((*key, at) for key, at in heard.items())


# The messages that carry it.


def posting(
    key: str,
    target: str,
    digest: Digest,
    slots: Sequence[str] = (),
    *,
    late: bool = False,
) -> tuple[Message, ...]:
    """A digest for a channel or a person, and its numbers as a file in its thread, if it has any.

    Both are put into words when they are sent, from what is then; `slots` are those it is posted for.
    """
    about = {
        "since": iso(digest.since),
        "until": iso(digest.until),
        "slots": list(slots),
        "late": late,
    }
    whole = Message(f"digest:{key}", "digest", target, about=about, once=True)
    if not digest.numbered:
        return (whole,)
    numbers = {"since": about["since"], "until": about["until"], "under": whole.key}
    return whole, Message(f"numbers:{key}", "numbers", target, about=numbers, once=True)
