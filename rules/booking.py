"""More at once than there is room for: what overlaps in an environment, or books the same resource (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from rules.worktime import Span


@dataclass(frozen=True)
class Booking:
    """That a unit, a candidate or a whole set, takes up one place for a while; `names` are its members."""

    unit: str
    names: tuple[str, ...]
    spans: tuple[Span, ...]

    def at(self, span: Span) -> bool:
        """Whether it is there throughout a stretch that none of its ends divides."""
        return any(own.start <= span.start and span.end <= own.end for own in self.spans)


def crowded(
    bookings: Sequence[Booking], capacity: int, asked: Collection[str]
) -> dict[str, tuple[Booking, ...]]:
    """For each unit asked about that is somewhere where more than `capacity` are, the others there then."""
    found: dict[str, dict[str, Booking]] = {}
    here: dict[str, Booking] = {}
    for starts, leave, come in _changes(bookings):
        for booking in leave:
            here.pop(booking.unit, None)
        here |= {booking.unit: booking for booking in come if booking.at(starts)}
        if len(here) <= capacity:
            continue
        for unit in here.keys() & set(asked):
            others = {name: each for name, each in here.items() if name != unit}
            found[unit] = found.get(unit, {}) | others
    return {unit: tuple(others.values()) for unit, others in found.items()}


def _changes(
    bookings: Sequence[Booking],
) -> Iterable[tuple[Span, list[Booking], list[Booking]]]:
    """The stretches between one end of a booking and the next, in order: who leaves, who may come."""
    by_end: dict[datetime, list[Booking]] = {}
    by_start: dict[datetime, list[Booking]] = {}
    for booking in bookings:
        for span in booking.spans:
            by_start.setdefault(span.start, []).append(booking)
            by_end.setdefault(span.end, []).append(booking)
    instants = sorted({*by_start, *by_end})
    for start, end in pairwise(instants):
        stretch = Span(start, end)
        left = [b for b in by_end.get(start, ()) if not b.at(stretch)]
        yield stretch, left, by_start.get(start, [])
