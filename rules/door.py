"""The door: when the bot could hear a halt, because silence counts only if it could have been broken (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from rules.worktime import Span

GAP = timedelta(seconds=90)
"""A gap no longer than this is not a shut door."""
FOREVER = datetime.max.replace(tzinfo=UTC)


class Ended(StrEnum):
    """How a process's record of its open door ended."""

    BEGUN = "begun"
    """It has not: the process has started, and could not hear a halt yet."""
    OPEN = "open"
    """It has not: marks go on."""
    LEFT = "left"
    """Well: nothing that was heard was left unwritten."""
    LOST = "lost"
    """Without a word: halts heard by it may be lost with it."""


@dataclass(frozen=True)
class Record:
    """A stretch in which one process could hear a halt, as its marks say."""

    replica: str
    span: Span
    ended: Ended = Ended.LEFT


@dataclass(frozen=True)
class Door:
    """The spans in which the door was open, joined over replicas and short gaps, in order of time."""

    open: tuple[Span, ...] = ()
    lost: bool = False
    """Whether the last of them ended without a word and nobody has opened the door since."""
    recovered: tuple[datetime, ...] = ()
    """When it was opened again after such an end: halts given before may be lost."""

    @classmethod
    def of(cls, records: Iterable[Span]) -> Door:
        """The union of the replicas' records, gaps up to `GAP` closed."""
        joined: list[Span] = []
        for span in sorted(records, key=lambda span: span.start):
            if joined and span.start - joined[-1].end <= GAP:
                joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
            else:
                joined.append(span)
        return cls(tuple(joined))

    @classmethod
    def recorded(cls, records: Sequence[Record]) -> Door:
        """The union of the replicas' records, less what was lost with one that ended without a word.

        Such an end shuts the door from its last mark until another process has opened it, however
        short that was. Marks that stop, while another's go on for longer than `GAP`, shut it too: for
        as long as that.
        """
        heard = [record for record in records if record.ended is not Ended.BEGUN]
        spans = list(cls.of(record.span for record in heard).open)
        lost, recovered = False, []
        for record in heard:
            for deaf in _deaf(record, heard):
                spans = [part for span in spans for part in _without(span, deaf)]
                lost = lost or deaf.end == FOREVER
                if record.ended is Ended.LOST:
                    recovered.append(deaf.end)
        return cls(tuple(spans), lost, tuple(recovered))

    def recovered_since(self, at: datetime, now: datetime) -> bool:
        """Whether between `at` and `now` it was opened again after an end without a word."""
        return any(at < again <= now for again in self.recovered)

    def open_since(self, now: datetime) -> datetime | None:
        """Since when the door has been open without a gap; None while it is shut."""
        if self.open and not self.lost and now - self.open[-1].end <= GAP:
            return min(self.open[-1].start, now)
        return None

    def shut(self, start: datetime, now: datetime) -> tuple[Span, ...]:
        """The spans between `start` and `now` in which the door was shut; before any record it was."""
        shut_from = [datetime.min.replace(tzinfo=UTC), *(span.end for span in self.open)]
        shut_until = [*(span.start for span in self.open), now]
        if self.open_since(now) is not None:
            shut_from.pop()
        holes = (
            Span(max(start, since), min(until, now))
            for since, until in zip(shut_from, shut_until, strict=False)
        )
        return tuple(hole for hole in holes if hole.length > timedelta())

    def shut_at(self, at: datetime, now: datetime) -> bool:
        """Whether the door was shut at the instant `at`, as known `now`."""
        return any(hole.start <= at < hole.end for hole in self.shut(at, now))


def _deaf(record: Record, heard: Sequence[Record]) -> Iterator[Span]:
    """When halts may have been lost with a process that ended without a word."""
    if record.ended is Ended.LEFT:
        return
    end = record.span.end
    others = [other.span for other in heard if other.replica != record.replica]
    if record.ended is Ended.LOST:
        came = [s.start for s in others if s.start >= end]
        went_on = [end + GAP for s in others if s.start < end and s.end - end > GAP]
        yield Span(end, min(came + went_on, default=FOREVER))
    elif record.ended is Ended.OPEN and any(other.end - end > GAP for other in others):
        yield Span(end, end + GAP)


def _without(span: Span, deaf: Span) -> Iterator[Span]:
    """What is left of a span; one that is cut at an instant is two, so that they are not joined."""
    if deaf.end < span.start or span.end < deaf.start:
        yield span
        return
    if span.start < deaf.start or (span.start == span.end == deaf.start < deaf.end):
        yield Span(span.start, deaf.start)
    if deaf.end <= span.end:
        yield Span(deaf.end, span.end)
