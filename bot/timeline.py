"""Where everything stands on the timeline of a plan: instants across, lanes down, lines from one to the other (DESIGN 4)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from rules.ahead import Bar, Entry, Frozen, Outlook, Row
from rules.words import Phase
from rules.worktime import Span, instant

# Sizes are in rem, so that they grow with the reader's letters.
NARROWEST = 63.0
"""The timeline's width where it has the least room: what a sheet of A4 across holds."""
NARROWEST_DAY = 4.5
ROW = 1.75
ICE = 1.3
"""The line at the top of a lane that a freeze's name stands on."""
AIR = 0.4
LEAST = 4.1
"""The least height of a lane: its name is beside it."""
LETTER, BOLD, SMALL = 0.48, 0.55, 0.45
"""How wide letters are taken to be: widely, for nobody's fonts are known."""
LONGEST_LABEL, BLOCK = 14.0, 0.5
HAIR = 0.01
"""What two that touch may overlap by, for sums of fractions are not exact."""
LONGEST_ICE = 24.0
LONGEST_WHOM = 16
MOST_MARKS, DEEPEST = 150, 16
"""In a lane, and of rows in it; where there are more, it shows how many a day."""
MOST_ARROWS = 30
MOST_CHIPS = 24
WIDE = 1000
"""How far the drawing of lines is divided across."""


@dataclass
class Mark:
    """A candidate on a lane: `left` and `width` in percent of the time shown, `row` from the top."""

    entry: Entry
    span: Span | None
    """None: it has no time, and `left` is in rem."""
    left: float
    width: float
    label: float
    """How much room its words take, in rem."""
    row: int = 0
    side: str = "after"
    """Where they stand: `after`, `before` or `inside` the block."""
    fed: str = ""
    """Where an arrow ends: `fed`, where a broken one does `starved` beside it, and on which side."""


@dataclass
class Ice:
    """A stretch of a freeze on a lane, as `Mark`."""

    frozen: Frozen
    left: float
    width: float
    row: int = 0

    @property
    def whom(self) -> str:
        """The products it binds, where that is short; nothing where it binds all."""
        whom = ", ".join(self.frozen.freeze.products)
        return whom if len(whom) <= LONGEST_WHOM else ""


@dataclass
class Tally:
    """How many go on a day, on a lane with too many to show."""

    day: Day
    many: int
    colliding: int


@dataclass
class Lane:
    """One lane of the timeline. `kind`: `environment`, `halted`, `failed`, `waiting` or `resource`."""

    kind: str
    of: Any
    marks: list[Mark] = field(default_factory=list)
    ice: list[Ice] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    top: float = 0
    more: int = 0

    @cached_property
    def head(self) -> float:
        """What the freezes' names take up."""
        return AIR + ICE * max((each.row + 1 for each in self.ice), default=0)

    @cached_property
    def height(self) -> float:
        rows = max((mark.row + 1 for mark in self.marks), default=0)
        rows = rows or 2 * bool(self.tallies)
        return max(LEAST, self.head + ROW * rows + AIR)

    def y(self, mark: Mark) -> float:
        """The middle of a mark, from the top of all lanes."""
        return self.top + self.head + ROW * (mark.row + 0.5)


@dataclass(frozen=True)
class Day:
    """A day of the time shown, in percent of it; the first and the last may be parts."""

    date: date
    left: float
    width: float
    today: bool

    @property
    def weekend(self) -> bool:
        return self.date.weekday() > 4

    @property
    def anchor(self) -> str:
        return f"day-{self.date:%Y-%m-%d}"


@dataclass(frozen=True)
class Line:
    """An arrow or a join, as the path of a drawing."""

    kind: str
    path: str


Place = tuple[Lane, Mark]


class Timeline:
    """Where everything stands on the timeline: instants across, lanes down."""

    def __init__(self, ahead: Outlook, zone: ZoneInfo) -> None:
        self.ahead, self.zone = ahead, zone
        self._length = (ahead.until - ahead.since).total_seconds()

    def x(self, at: datetime) -> float:
        """An instant in percent of the time shown."""
        return 100 * (at - self.ahead.since).total_seconds() / self._length

    def day_of(self, entry: Entry) -> date:
        """The day, in the page's zone, under which a candidate with a time is listed."""
        at = max(entry.at or self.ahead.since, self.ahead.since)
        return at.astimezone(self.zone).date()

    @cached_property
    def width(self) -> float:
        """In rem, at the least."""
        return max(NARROWEST, NARROWEST_DAY * len(self.days))

    @cached_property
    def now(self) -> float | None:
        """Where now is, if it is shown."""
        inside = self.ahead.since <= self.ahead.now < self.ahead.until
        return self.x(self.ahead.now) if inside else None

    @cached_property
    def days(self) -> list[Day]:
        """Every day shown, by the page's zone: one on which clocks change is shorter or longer."""
        found, start = [], self.ahead.since
        today = self.ahead.now.astimezone(self.zone).date()
        while start < self.ahead.until:
            day = start.astimezone(self.zone).date()
            end = instant(day + timedelta(days=1), time(), self.zone)
            left, right = self.x(start), self.x(min(end, self.ahead.until))
            found.append(Day(day, left, right - left, day == today))
            start = end
        return found

    @cached_property
    def hours(self) -> list[tuple[float, str]]:
        """Every sixth hour, where a day is wide enough."""
        if self.width / len(self.days) < 9:
            return []
        found = [
            (self.x(at), f"{hour:02}:00")
            for day in self.days
            for hour in (6, 12, 18)
            if (at := instant(day.date, time(hour), self.zone)) >= self.ahead.since
        ]
        return [each for each in found if each[0] < 100]

    @cached_property
    def lanes(self) -> list[Lane]:
        """Every lane from the top, in its place."""
        ahead = self.ahead
        found = [self._environment(row) for row in ahead.rows]
        stuck = {"halted": ahead.halted, "failed": ahead.failed, "waiting": ahead.waiting}
        found += [self._stuck(kind, entries) for kind, entries in stuck.items() if entries]
        found += [self._filled(Lane("resource", b.resource), b.bars) for b in ahead.resources]
        top = 0.0
        for lane in found:
            lane.top = top
            top += lane.height
        return found

    @property
    def height(self) -> float:
        return sum(lane.height for lane in self.lanes)

    def _environment(self, row: Row) -> Lane:
        ice = [Ice(f, *self._clipped(f.start, f.end)) for f in row.freezes]
        _packed(ice, [(self._rem(i.left), self._rem(i.left) + self._ice_width(i)) for i in ice])
        return self._filled(Lane("environment", row, ice=ice), row.bars)

    def _ice_width(self, ice: Ice) -> float:
        letters = len(
            f"Hard freeze: {ice.frozen.freeze.name}{f' · {ice.whom}' if ice.whom else ''}"
        )
        return max(self._rem(ice.width), min(LONGEST_ICE, SMALL * letters))

    def _filled(self, lane: Lane, bars: Sequence[Bar]) -> Lane:
        """A lane with its marks, or, where they are too many, with how many there are a day."""
        if len(bars) <= MOST_MARKS:
            lane.marks = [self._mark(bar.entry, Span(bar.start, bar.end)) for bar in bars]
            _packed(lane.marks, [self._extent(mark) for mark in lane.marks])
        if len(bars) > MOST_MARKS or any(mark.row >= DEEPEST for mark in lane.marks):
            lane.marks, lane.tallies = [], list(self._tallies(bars))
        return lane

    def _tallies(self, bars: Sequence[Bar]) -> Iterator[Tally]:
        held: dict[date, list[Bar]] = {}
        for bar in bars:
            at = max(bar.start, self.ahead.since).astimezone(self.zone)
            held.setdefault(at.date(), []).append(bar)
        for day in self.days:
            if found := held.get(day.date):
                yield Tally(day, len(found), sum(bool(b.entry.collisions) for b in found))

    def _stuck(self, kind: str, entries: Sequence[Entry]) -> Lane:
        """What was planned for a time is shown there; whatever has none, or a later one, beside it."""
        lane = Lane(kind, kind)
        since, until = self.ahead.since, self.ahead.until
        timed = [e for e in entries if e.at is not None and since <= e.at < until]
        shown = {entry.name for entry in timed}
        left = [entry for entry in entries if entry.name not in shown]
        lane = self._filled(lane, [Bar(e, e.at, e.at) for e in timed if e.at is not None])
        if lane.tallies:
            lane.tallies, left = [], list(entries)
        rows = max((mark.row + 1 for mark in lane.marks), default=0)
        lane.marks += self._chips(left[:MOST_CHIPS], rows)
        lane.more = max(0, len(left) - MOST_CHIPS)
        return lane

    def _chips(self, entries: Sequence[Entry], row: int) -> Iterator[Mark]:
        """Side by side, as many in a row as there is room for."""
        left = 0.5
        for entry in entries:
            label = _label_width(entry, "")
            if left > 1 and left + label + BLOCK > self.width:
                left, row = 0.5, row + 1
            yield Mark(entry, None, left, 0, label, row)
            left += label + 2 * BLOCK + 0.5

    def _mark(self, entry: Entry, span: Span) -> Mark:
        left, width = self._clipped(span.start, span.end)
        day = "" if span.start >= self.ahead.since else "Mon 23 Nov "
        label = _label_width(entry, f"{day}00:00 ")
        mark = Mark(entry, span, left, width, label)
        if self._rem(width) > label + 1:
            mark.side = "inside"
        elif self._rem(left + width) + label + 1 > self.width:
            mark.side = "before"
        return mark

    def _extent(self, mark: Mark) -> tuple[float, float]:
        """What a mark takes up with its words, in rem."""
        left = self._rem(mark.left)
        right = left + max(self._rem(mark.width), BLOCK)
        if mark.side == "inside":
            return left, right
        if mark.side == "before":
            return left - mark.label - 0.6, right
        return left, right + mark.label + 0.6

    def _clipped(self, start: datetime, end: datetime) -> tuple[float, float]:
        left = max(0.0, self.x(start))
        return left, max(0.0, min(100.0, self.x(end)) - left)

    def _rem(self, percent: float) -> float:
        return percent * self.width / 100

    # Lines from mark to mark.

    @cached_property
    def lines(self) -> list[Line]:
        """Sets joined, and arrows, where they are few enough to be followed."""
        joins = [Line("join", path) for names in self.ahead.sets for path in self._join(names)]
        pairs = list(self._pairs())
        return joins + [_arrow(*pair) for pair in pairs if len(pairs) <= MOST_ARROWS]

    @cached_property
    def _places(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for lane in self.lanes:
            for mark in lane.marks if lane.kind != "resource" else ():
                if mark.span is not None:
                    found.setdefault(mark.entry.name, []).append((lane, mark))
        return found

    def _join(self, names: Iterable[str]) -> Iterator[str]:
        """A line down through all of a set."""
        there = [place for name in names for place in self._places.get(name, ())]
        heights = sorted(16 * lane.y(mark) for lane, mark in there)
        if len({mark.entry.name for _, mark in there}) > 1:
            x = WIDE / 100 * there[0][1].left + 2
            yield f"M{x:.1f} {heights[0]:.1f}V{heights[-1]:.1f}"

    def _pairs(self) -> Iterator[tuple[Place, Place, bool]]:
        """What an arrow joins: within a lane, where both are; what is broken across lanes too."""
        for arrow in self.ahead.arrows:
            pairs = [
                (one, other)
                for one in self._places.get(arrow.first, ())
                for other in self._places.get(arrow.after, ())
                if arrow.broken or one[0] is other[0]
            ]
            if pairs:
                one, other = min(pairs, key=lambda pair: pair[0][0] is not pair[1][0])
                yield one, other, arrow.broken


def _arrow(one: Place, other: Place, broken: bool) -> Line:
    """The line, and on the mark that it leads to its head."""
    path, side = _curve(one, other)
    other[1].fed = f"fed {side}{' starved' if broken else ''}"
    return Line("broken" if broken else "needs", path)


def _curve(one: Place, other: Place) -> tuple[str, str]:
    """From above or below one block to the other: into its side, or, where that is no later, from above or below."""
    x, end = (WIDE / 100 * mark.left + 3 for _, mark in (one, other))
    y, last = (16 * lane.y(mark) for lane, mark in (one, other))
    if abs(y - last) < 1:
        return (
            f"M{x:.1f} {y + 9:.1f}C{x:.1f} {y + 17:.1f} {end:.1f} {y + 17:.1f} {end:.1f} {y + 12:.1f}",
            "below",
        )
    down = 1 if last > y else -1
    if end - x > 14:
        return (
            f"M{x:.1f} {y + 9 * down:.1f}C{x:.1f} {last:.1f} {x:.1f} {last:.1f} {end - 9:.1f} {last:.1f}",
            "side",
        )
    middle, tip = (y + last) / 2, last - 14 * down
    path = f"M{x:.1f} {y + 9 * down:.1f}C{x:.1f} {middle:.1f} {end:.1f} {middle:.1f} {end:.1f} {tip:.1f}"
    return path, "above" if down > 0 else "below"


def _packed(marks: Sequence[Mark | Ice], extents: Sequence[tuple[float, float]]) -> None:
    """Give each the first row in which it stands in nobody's way."""
    ends: list[list[tuple[float, float]]] = []
    for mark, (left, right) in zip(marks, extents, strict=True):
        free = (
            number
            for number, taken in enumerate(ends)
            if all(right <= start + HAIR or end <= left + HAIR for start, end in taken)
        )
        mark.row = next(free, len(ends))
        if mark.row == len(ends):
            ends.append([])
        ends[mark.row].append((left, right))


def _label_width(entry: Entry, before: str) -> float:
    state = str(entry.phase) if entry.phase in (Phase.RELEASED, Phase.DEPLOYING) else ""
    state += ", overdue" if entry.overdue else ""
    words = LETTER * _letters_in(f"{before} {entry.version}") + BOLD * _letters_in(entry.product)
    badges = 1.5 * (bool(entry.collisions) + bool(entry.together))
    return min(LONGEST_LABEL, words) + LETTER * len(state) + badges


def _letters_in(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in words)
