"""The weekly digest: when it is due, and what a stretch of time comes to (DESIGN 4)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from rules.candidate import Candidate, Fault, Halt
from rules.facts import CLOCK, Fact, iso
from rules.faulting import OUT
from rules.series import Series, Slot
from rules.words import Phase, State

WEEK = timedelta(days=7)
BEFORE = 4 * WEEK
"""What a digest's times are compared with: so long before it began."""
LONGEST = timedelta(days=92)
"""A digest looks back no further."""
SHOWN = 5
"""Weeks that the chart shows at least, and with them the four before."""
MOST_SHOWN = 13
LATE = timedelta(minutes=5)
COUNTED = OUT | {Phase.SUPERSEDED}
"""Phases that a release may be in by now."""
ASSERTED, WAIVED, PRESUMED = "asserted", "waived", "presumed"
WITH_WAIVERS = "asserted with waivers"
HOW = (ASSERTED, WAIVED, PRESUMED)
"""How a release went out: by the word of all four, with something waived, or by somebody's silence."""
ENDS = {"candidate.withdrawn": "withdrawn", "candidate.superseded": "superseded"}


@dataclass(frozen=True)
class Went:
    """A candidate that went out, reduced to what digests count. All times aware UTC."""

    name: str
    announced_at: datetime
    at: datetime
    """When it was released."""
    asserted: Mapping[State, datetime]
    outcome: Mapping[State, str]
    """`asserted`, `asserted with waivers` or `presumed`."""
    phase: Phase
    hotfix: bool = False

    @property
    def product(self) -> str:
        return self.name.partition("@")[0]

    @cached_property
    def how(self) -> str:
        """`presumed` where any state was; `waived` where all four were asserted, something waived."""
        found = self.outcome.values()
        if PRESUMED in found:
            return PRESUMED
        return WAIVED if WITH_WAIVERS in found else ASSERTED

    @property
    def silent(self) -> tuple[State, ...]:
        """The states that were presumed, in the order of the four."""
        return tuple(state for state in State if self.outcome.get(state) == PRESUMED)


def went(candidate: Candidate) -> Went | None:
    """A candidate as digests count it; None: it has not gone out.

    One that was released and then superseded has: not everybody reports their deployments.
    """
    if candidate.phase not in COUNTED or candidate.released_at is None:
        return None
    return Went(
        name=candidate.name,
        announced_at=candidate.announced_at,
        at=candidate.released_at,
        asserted={state: word.at for state, word in candidate.assertions.items()},
        outcome=dict(candidate.outcome),
        phase=candidate.phase,
        hotfix=candidate.is_hotfix,
    )


class Troubled(Protocol):
    """Of a candidate, what digests tell of halts and faults."""

    @property
    def name(self) -> str: ...
    @property
    def product(self) -> str: ...
    @property
    def build(self) -> int: ...
    @property
    def phase(self) -> Phase: ...
    @property
    def announced_at(self) -> datetime: ...
    @property
    def halts(self) -> tuple[Halt, ...]: ...
    @property
    def faults(self) -> tuple[Fault, ...]: ...


@dataclass(frozen=True)
class Halted:
    """A halt that stood in the time of a digest, on the newest build it was passed on to."""

    name: str
    halt: Halt
    ended: str | None = None
    """`lifted`, `withdrawn` or `superseded`; None: it stands."""
    ended_at: datetime | None = None

    def lasted(self, until: datetime) -> timedelta:
        """How long it stood, or has stood by `until`."""
        return (self.ended_at or until) - self.halt.at


@dataclass(frozen=True)
class Charged:
    """A fault that was recorded, or attributed, in the time of a digest."""

    name: str
    fault: Fault

    @property
    def through(self) -> str:
        """The state that let it through, `none` of the four, or `unknown` as long as nobody has said."""
        if self.fault.attributed_at is None:
            return "unknown"
        return self.fault.state or "none"


@dataclass(frozen=True)
class Silence:
    """Somebody who was asked for a word, knew of it, and let it be presumed: of which state how often."""

    person: str
    states: Mapping[State, int]

    @property
    def times(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True)
class Took:
    """The median time since the announcement, and that of the four weeks before; None: of nothing."""

    what: str
    """`release`, or the state whose assertion it is."""
    now: timedelta | None
    before: timedelta | None


@dataclass(frozen=True)
class Week:
    """About seven days up to `end`, and how many releases went out in them, by how they did."""

    end: datetime
    went: Mapping[str, int]

    @property
    def many(self) -> int:
        return sum(self.went.values())


@dataclass(frozen=True)
class Ahead:
    """What is planned to go out next."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Digest:
    """All that is told of the time after `since` up to `until`, both aware UTC."""

    since: datetime
    until: datetime
    announced: int = 0
    went: Sequence[Went] = ()
    """What went out, in order of time."""
    times: Sequence[Took] = ()
    weeks: Sequence[Week] = ()
    """Those of its time and some before it, in order."""
    halts: Sequence[Halted] = ()
    """Those that stand first, then the longest."""
    failed: Sequence[str] = ()
    rolled_back: Sequence[str] = ()
    faults: Sequence[Charged] = ()
    silent: Sequence[Silence] = ()
    ahead: Sequence[Ahead] = ()
    waiting: int = 0
    """Announced, without a release time."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        told = (self.went, self.halts, self.failed, self.rolled_back, self.faults, self.ahead)
        return not any(told) and not self.announced and not self.waiting

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of the releases went out how."""
        return _counted(self.went)

    @property
    def hotfixes(self) -> int:
        return sum(each.hotfix for each in self.went)

    @property
    def open_halts(self) -> int:
        return sum(each.ended is None for each in self.halts)

    @property
    def charges(self) -> Mapping[str, int]:
        """How many faults each state let through, then `none` of the four, then `unknown`."""
        order = (*State, "none", "unknown")
        found = {way: sum(each.through == way for each in self.faults) for way in order}
        return {way: many for way, many in found.items() if many}

    @property
    def drawn(self) -> bool:
        """Whether there is anything to draw a chart of."""
        return any(week.many for week in self.weeks)

    @property
    def numbered(self) -> bool:
        """Whether there is anything to put into a file."""
        return bool(self.went or self.halts or self.faults)


def back_to(since: datetime, until: datetime) -> datetime:
    """How far back the releases must be known that a digest counts and compares itself with."""
    return min(since - BEFORE, until - SHOWN * WEEK)


def times(went: Iterable[Went], before: Iterable[Went]) -> tuple[Took, ...]:
    """The median times from announcement to release and to each assertion, beside those before."""
    now, then = list(went), list(before)
    release = Took("release", _median(map(_took, now)), _median(map(_took, then)))
    states = (Took(s, _median(_words(now, s)), _median(_words(then, s))) for s in State)
    return (release, *states)


def _took(each: Went) -> timedelta:
    return each.at - each.announced_at


def _words(went: Iterable[Went], state: State) -> list[timedelta]:
    return [each.asserted[state] - each.announced_at for each in went if state in each.asserted]


def _median(of: Iterable[timedelta]) -> timedelta | None:
    ordered = sorted(of)
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def weeks(known: Iterable[Went], since: datetime, until: datetime) -> tuple[Week, ...]:
    """The weeks of the digest's own time, and those before it: five at least, thirteen at most.

    Its own are about seven days long, so that none of its releases is shown outside them; of a digest
    of a few days the last week is a whole one all the same.
    """
    edges = _edges(since, until)
    found: list[list[Went]] = [[] for _ in edges[1:]]
    for each in known:
        place = bisect_left(edges, each.at) - 1
        if 0 <= place < len(found):
            found[place].append(each)
    return tuple(Week(end, _counted(of)) for end, of in zip(edges[1:], found, strict=True))


def _edges(since: datetime, until: datetime) -> list[datetime]:
    """Where the weeks that are shown begin and end."""
    since = min(since, until - WEEK) if until - since < WEEK / 2 else since
    own = min(max(1, round((until - since) / WEEK)), MOST_SHOWN)
    before = min(SHOWN - 1, MOST_SHOWN - own)
    earlier = [since - WEEK * number for number in range(before, 0, -1)]
    return [*earlier, *(since + (until - since) * part / own for part in range(own + 1))]


def _counted(went: Iterable[Went]) -> Mapping[str, int]:
    hows = [each.how for each in went]
    return {how: hows.count(how) for how in HOW}


def halts(
    candidates: Iterable[Troubled], ended: Mapping[str, tuple[str, datetime]], digest: Digest
) -> tuple[Halted, ...]:
    """The halts that stood in a digest's time; `ended` says which candidates ended how, and when.

    A halt that was passed on to the next build counts once, with the last of the builds. What came
    after the digest's time changes nothing: it may be put into words hours later.
    """
    found: dict[tuple[str, str], Halted] = {}
    known = (each for each in candidates if each.announced_at <= digest.until)
    for candidate in sorted(known, key=lambda each: (each.announced_at, each.build)):
        for halt in candidate.halts:
            told = _halted(candidate, halt, ended.get(candidate.name))
            if told.ended_at is not None and told.ended_at > digest.until:
                told = Halted(candidate.name, _standing(halt))
            if halt.at <= digest.until and (told.ended_at or digest.until) > digest.since:
                found[candidate.product, halt.id] = told
    return tuple(sorted(found.values(), key=lambda each: _rank(each, digest.until)))


def _standing(halt: Halt) -> Halt:
    """A halt before it was lifted."""
    return replace(halt, lifted=False, lifted_by=None, lifted_at=None, lifted_why=None)


def _rank(each: Halted, until: datetime) -> tuple[bool, timedelta, str]:
    return each.ended is not None, -each.lasted(until), each.name


def _halted(candidate: Troubled, halt: Halt, ended: tuple[str, datetime] | None) -> Halted:
    if halt.lifted:
        return Halted(candidate.name, halt, "lifted", halt.lifted_at)
    if candidate.phase in (Phase.WITHDRAWN, Phase.SUPERSEDED):
        kind, at = ended or (f"candidate.{candidate.phase}", halt.at)
        return Halted(candidate.name, halt, ENDS[kind], at)
    return Halted(candidate.name, halt)


def faults(candidates: Iterable[Troubled], since: datetime, until: datetime) -> tuple[Charged, ...]:
    """The faults recorded or attributed in this time: those nobody has attributed yet come last."""
    found = [
        Charged(candidate.name, _known_by(until, fault))
        for candidate in candidates
        for fault in candidate.faults
        if since < fault.at <= until
        or (fault.attributed_at is not None and since < fault.attributed_at <= until)
    ]
    return tuple(sorted(found, key=lambda each: (each.through == "unknown", each.fault.at)))


def _known_by(until: datetime, fault: Fault) -> Fault:
    """A fault as far as it was known then."""
    if fault.attributed_at is None or fault.attributed_at <= until:
        return fault
    return replace(fault, state=None, criterion=None, attributed_at=None, attributed_by=None)


@dataclass(frozen=True)
class Posted:
    """A digest that was posted: the slot it was posted for, the last of several, and what it covered."""

    slot: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Due:
    """What is to be posted now: for which slots, and of which time."""

    slots: tuple[Slot, ...]
    since: datetime
    until: datetime
    late: bool

    @property
    def name(self) -> str:
        """The last slot's: the name of the digest."""
        return self.slots[-1].name

    def fact(self) -> Fact:
        """That it was posted."""
        about = {
            "slots": [slot.name for slot in self.slots],
            "since": iso(self.since),
            "until": iso(self.until),
            "late": self.late,
        }
        return Fact("digest.posted", self.until, CLOCK, about=about)


def due(series: Series, passed: Sequence[Slot], last: Posted | None, now: datetime) -> Due | None:
    """The digest that is due: one, however many slots have passed; None: none is.

    `passed` are the slots whose time has come since the last one posted for (`rules.series.owed`). It
    goes on where the last one ended; the first one looks back as far as the series is long.
    """
    if not passed:
        return None
    first = passed[0].at
    assert first is not None
    since = last.until if last is not None else first - WEEK * series.weeks
    return Due(tuple(passed), max(since, now - LONGEST), now, now - first > LATE)
