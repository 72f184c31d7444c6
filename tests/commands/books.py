"""Books kept by what people were told: who halted what, who was asked when, and when a halt could be heard.

They believe nothing that the bot says of itself, and judge each release by the law (DESIGN 2.3, 2.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rules.words import OWNER, Role, State
from tests.rules.oracle import Hours

MINUTE = timedelta(minutes=1)
SHORT = timedelta(seconds=90)
"""A gap no longer than this is no shut door."""
OPEN_FOR = timedelta(minutes=30)
NOTICE = 120
"""Minutes of notice that the products of these books ask for."""
COARSE = 5
"""Minutes in which notice is counted."""
PATIENCE = timedelta(minutes=15)
"""For so long a halt blocks whose author is looked up."""
HATS = {
    "alice": Role.PRODUCT_OWNER,
    "sam": Role.SECURITY_ARCHITECT,
    "sue": Role.SECURITY_ARCHITECT,
    "omar": Role.OPERATIONS_COORDINATOR,
    "rita": Role.RELEASE_COORDINATOR,
}
ZONES = {
    "alice": "Europe/London",
    "sam": "America/New_York",
    "sue": "Europe/London",
    "omar": "Asia/Kolkata",
    "rita": "Europe/Berlin",
}


@dataclass(frozen=True)
class Given:
    """A halt that somebody was told of, and who may lift it. `revokes`: it ends by asserting that state."""

    number: int
    by: str | None
    revokes: State | None = None
    took: State | None = None
    """The assertion of its author's that it took back."""

    @property
    def lifters(self) -> frozenset[str]:
        hat = HATS[self.by] if self.by else Role.RELEASE_COORDINATOR
        return frozenset(who for who, worn in HATS.items() if worn is hat)


@dataclass
class Entry:
    """What people know of one candidate."""

    name: str
    notice_from: datetime
    over: str = ""
    """`superseded`, `withdrawn`, `deploying`; else it may still be halted."""
    heir: str | None = None
    asserted: set[State] = field(default_factory=set)
    halts: set[Given] = field(default_factory=set)
    card: datetime | None = None
    told: dict[str, datetime] = field(default_factory=dict)
    looked_up: dict[str, datetime] = field(default_factory=dict)
    """Who asked for a halt when, and is not known yet."""
    orphaned: list[datetime] = field(default_factory=list)
    """When the same was asked of which nothing but the fact is left."""

    @property
    def product(self) -> str:
        return self.name.partition("@")[0]

    @property
    def version(self) -> str:
        return self.name.partition("@")[2].partition("#")[0]

    @property
    def silent(self) -> list[State]:
        return [state for state in State if state not in self.asserted]


class Deafness:
    """When no halt could be heard, each span with its cause. Aware UTC."""

    def __init__(self) -> None:
        self._spans: list[tuple[datetime, datetime, bool]] = []
        self._since: dict[str, datetime] = {}

    def begins(self, cause: str, at: datetime) -> None:
        self._since.setdefault(cause, at)

    def ends(self, cause: str, at: datetime, *, lost: bool = False) -> None:
        """`lost`: halts may be lost with it, so that even an instant counts."""
        since = self._since.pop(cause, None)
        if since is not None:
            self._spans.append((since, at, lost))

    def spans(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans that are more than a gap."""
        for since, until, lost in self._spans:
            if lost or until - since > SHORT:
                yield since, until
        for since in self._since.values():
            if now - since > SHORT:
                yield since, now

    def within(self, start: datetime, end: datetime) -> bool:
        """Whether some of it lay between; what ended at `start` did not."""
        return any(a <= end and b > start for a, b in self.spans(end))

    def notice_had(self, who: str, since: datetime, now: datetime) -> float:
        """Minutes of somebody's working time in which they could have pressed, in steps."""
        hours, spans = Hours(ZONES[who]), list(self.spans(now))
        had, at = 0, since
        while at < now and had < NOTICE:
            shut = any(a <= at < b for a, b in spans)
            had += COARSE if not shut and hours.working(at) else 0
            at += COARSE * MINUTE
        return had


class Books:
    """All that people were told. Copied whole with a copy of the database."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.given = 0

    def open(self, product: str | None = None) -> list[Entry]:
        """What may still be halted, youngest last."""
        return [e for e in self.entries.values() if not e.over and product in (None, e.product)]

    def heir(self, name: str) -> Entry:
        """The candidate on which a halt of this one falls."""
        entry = self.entries[name]
        while entry.heir is not None:
            entry = self.entries[entry.heir]
        return entry

    def announced(self, name: str, at: datetime) -> list[str]:
        """A candidate people were told of, with the halts of what it takes the place of, by name."""
        entry = Entry(name, at)
        replaced = [e for e in self.open(entry.product) if not _newer(e, entry)]
        for old in replaced:
            old.over, old.heir = "superseded", name
            entry.halts |= old.halts
        entry.halts |= self._shaken_off(entry)
        self.entries[name] = entry
        return [old.name for old in replaced]

    def _shaken_off(self, entry: Entry) -> set[Given]:
        """The halts of the last of equal rank, where that was withdrawn."""
        alike = [
            e for e in self.entries.values() if e.product == entry.product and _alike(e, entry)
        ]
        return alike[-1].halts if alike and alike[-1].over == "withdrawn" else set()

    def halted(self, entry: Entry, by: str | None, *, revokes: bool = False) -> Given:
        """Somebody was told that it is halted, or that their halt is kept."""
        self.given += 1
        state = HATS[by].state if by else None
        took = state if state in entry.asserted else None
        given = Given(self.given, by, state if revokes else None, took)
        entry.halts.add(given)
        entry.asserted -= {state}
        return given

    def lost(self, given: Given) -> None:
        """Nobody will write it: it was kept by a process that is no more."""
        for entry in self.entries.values():
            if given in entry.halts:
                entry.halts.remove(given)
                entry.asserted |= {given.took} if given.took else set()

    def lifted(self, entry: Entry, by: str) -> None:
        entry.halts -= {h for h in entry.halts if by in h.lifters and h.revokes is None}

    def asserted(self, entry: Entry, by: str) -> None:
        state = HATS[by].state
        entry.asserted.add(state)
        entry.halts -= {h for h in entry.halts if h.revokes is state}

    def rescheduled(
        self, entry: Entry, to: datetime | None, before: datetime | None, at: datetime
    ) -> None:
        """Moved from `before`: earlier begins the notice anew."""
        if to and before and to < before:
            entry.notice_from = at

    def known(self, who: str) -> None:
        """Whoever was looked up is known: what they asked for blocks no longer, or is a halt."""
        for entry in list(self.entries.values()):
            asked = entry.looked_up.pop(who, None)
            heir = self.heir(entry.name)
            if asked and who in HATS and not heir.over:
                self.halted(heir, who)

    def orphan(self) -> None:
        """What was kept of those who are looked up is lost, but for the facts."""
        for entry in self.entries.values():
            entry.orphaned += entry.looked_up.values()
            entry.looked_up.clear()

    def why_not(self, name: str, now: datetime, deaf: Deafness, *, by_go: bool) -> Iterable[str]:
        """What forbids that a candidate goes out now."""
        entry = self.entries[name]
        if entry.over:
            yield f"it is {entry.over}"
        if entry.halts:
            yield f"halts of it stand: {entry.halts}"
        for pressed in self._asked(entry):
            if now - pressed < PATIENCE:
                yield f"whoever pressed Halt at {pressed} is still looked up"
        if by_go and entry.silent:
            yield f"{entry.silent} had not been asserted"
        if not by_go and entry.silent:
            yield from self._unbroken(entry, now, deaf)

    def _asked(self, entry: Entry) -> Iterator[datetime]:
        """When halts were asked for that may fall on it."""
        for each in self.entries.values():
            if self.heir(each.name) is entry:
                yield from (*each.looked_up.values(), *each.orphaned)

    def _unbroken(self, entry: Entry, now: datetime, deaf: Deafness) -> Iterator[str]:
        """Why silence could not be broken."""
        if deaf.within(now - OPEN_FOR, now):
            yield "the door was not open for half an hour"
        for state in entry.silent:
            if not any(self._noticed(entry, who, now, deaf) for who in _holders(state)):
                yield f"nobody had notice of {state}"

    def _noticed(self, entry: Entry, who: str, now: datetime, deaf: Deafness) -> bool:
        told = entry.told.get(who)
        if told is None or entry.card is None:
            return False
        heard = max(told, entry.card, entry.notice_from)
        return deaf.notice_had(who, heard, now) >= NOTICE - COARSE


def _holders(state: State) -> list[str]:
    return [who for who, hat in HATS.items() if hat is OWNER[state]]


def _alike(a: Entry, b: Entry) -> bool:
    if a.product == "ledger":
        return a.version == b.version
    return _rank(a.version) == _rank(b.version)


def _newer(a: Entry, b: Entry) -> bool:
    """Whether a ranks above b; what has no scheme never does."""
    return a.product != "ledger" and _rank(a.version) > _rank(b.version)


def _rank(version: str) -> tuple[int, ...]:
    """`2.4`, `2.4.0` and `2.4.0+17` rank alike."""
    parts = [int(part) for part in version.partition("+")[0].split(".")]
    return (*parts, 0, 0, 0)[:3]
