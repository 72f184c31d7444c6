"""The door: when the bot could hear a halt, because silence counts only if it could have been broken (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rules.worktime import Span

GAP = timedelta(seconds=90)
"""A gap no longer than this is not a shut door."""


@dataclass(frozen=True)
class Door:
    """The spans in which the door was open, joined over replicas and short gaps, in order of time."""

    open: tuple[Span, ...] = ()

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

    def open_since(self, now: datetime) -> datetime | None:
        """Since when the door has been open without a gap; None while it is shut."""
        if self.open and now - self.open[-1].end <= GAP:
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
