"""What can happen to an installation, turn by turn, and the look after each at what went out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from commands.replay import replay
from rules.words import Phase
from storage.outbox import Message
from tests.commands.books import HATS, MINUTE, Books, Deafness, Entry, Given
from tests.commands.installation import TRIGGER, Installation
from tests.commands.office import name_of

SKEW = timedelta(seconds=61)
"""How far the machine's clock may be from Slack's and still be taken over."""
HOURLY = timedelta(hours=1)
READ = timedelta(minutes=25)
"""People that were read longer ago may count as unknown."""


@dataclass
class Copied:
    """A copy of the database, and of the books of that moment."""

    file: Path
    books: Books
    facts: int
    marked: bool
    forged: frozenset[str]
    dropped: bool


class Troubles:
    """One installation, the books of what people were told, and what happens to it by no press."""

    def __init__(self, made: Path, folder: Path) -> None:
        self.machine = Installation(made, folder)
        self.machine.told_of, self.machine.after = self._delivered, self._look
        self.books, self.ears, self.tally = Books(), Deafness(), Counter[str](plays=1)
        self.presses: list[tuple[str, datetime | None]] = []
        """Who pressed when; no time: the bot could not know it."""
        self.kept: dict[str, Callable[[], object]] = {}
        """The halts people were told are not stored yet, by their keys: what strikes them from the books."""
        self.unwritten: set[Given] = set()
        self.copied: Copied | None = None
        self.rewound = self.dropped = self.unguarded = False
        self.forged: set[str] = set()
        self.looked = self.now
        self.seen = 0
        self.folder = folder
        self.killed = False
        self.turn_start()

    @property
    def now(self) -> datetime:
        return self.machine.true

    # Time.

    def turn_wait(self, minutes: str) -> None:
        self._passes(float(minutes) * MINUTE)

    def turn_due(self, before: str = "0") -> None:
        """Until so many minutes before the next release time."""
        if self.machine.up:
            far = self.now + timedelta(days=30)
            until = self.machine.next_due(far) or self.now
            self._passes(max(until - int(before) * MINUTE - self.now, timedelta()))

    def turn_next(self, _day: str) -> None:
        """Until nine in London on the next working day."""
        morning = self.now.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
        while morning.weekday() > 4:
            morning += timedelta(days=1)
        self._passes(morning - self.now)

    def _passes(self, length: timedelta) -> None:
        self.machine.passes(length)
        self._ticked()

    def _tick(self, *, keep_last: bool = False) -> None:
        if self.machine.up:
            self.machine.tick(keep_last=keep_last)
            self._ticked()

    def _ticked(self) -> None:
        """What came of a tick for whom we know, for the clock and for the guards."""
        machine = self.machine
        if not machine.up:
            return
        if max(abs(machine.offset), abs(machine.clock.now() - self.now)) <= SKEW:
            self.ears.ends("clock", self.now)
        if self.now - self.looked >= HOURLY:
            self.looked, self.unguarded = self.now, self.dropped
        if machine.answers and machine.lock is None:
            for who in {w for e in self.books.entries.values() for w in e.looked_up}:
                if who in HATS or who in machine.known:
                    self.books.known(who)

    # The door.

    def turn_deaf(self, minutes: str) -> None:
        """No press reaches the bot for so long."""
        self.machine.deaf = True
        self.ears.begins("ear", self.now)
        self._passes(int(minutes) * MINUTE)
        self.machine.deaf = False
        self.ears.ends("ear", self.now)
        self._tick()

    def turn_sleep(self, minutes: str) -> None:
        """The machine stands still for so long."""
        self.ears.begins("sleep", self.now)
        self.machine.sleeps(int(minutes) * MINUTE)
        self.ears.ends("sleep", self.now)
        self._tick()

    def turn_lock(self) -> None:
        """Another program takes the write lock."""
        if self.machine.up and self.machine.lock is None:
            self.machine.take_lock()
            self.ears.begins("lock", self.now)

    def turn_let(self, _go: str, order: str = "") -> None:
        """It lets go; `first`: what is due is looked at before what was kept."""
        if self.machine.lock is not None:
            self.machine.let_go()
            self.ears.ends("lock", self.now)
            self._tick(keep_last=order == "first")

    # The process.

    def turn_end(self, how: str) -> None:
        if not self.machine.up:
            return
        self.machine.look_for_heads()
        self.machine.end(kill=how == "kill")
        self.ears.begins("down", self.now)
        self.killed = how == "kill" or bool(self.kept)
        for strike in self.kept.values():
            self.tally["lost with the process"] += 1
            strike()
        self._nothing_kept()

    def turn_start(self) -> None:
        if self.machine.up or not self.machine.start():
            return
        self.ears.ends("down", self.now, lost=self.killed)
        self.killed = False
        self.looked, self.unguarded = self.now, self.dropped
        self.seen = self.seen or self._head()
        self._tick()

    # The clock, Slack and the post.

    def turn_clock(self, minutes: str) -> None:
        """Somebody sets the machine's clock so many minutes ahead of the true time."""
        self.machine.offset = int(minutes) * MINUTE
        if abs(self.machine.offset) > SKEW:
            self.ears.begins("clock", self.now)
        self._tick()

    def turn_silent(self) -> None:
        self.machine.answers = False

    def turn_answers(self) -> None:
        self.machine.answers = True
        self._tick()

    def turn_refused(self, who: str) -> None:
        """Slack takes no more direct messages to somebody."""
        self.machine.lost.add(f"{who}")

    def turn_reached(self) -> None:
        self.machine.lost.clear()

    # Copies and hands in the file.

    def turn_copy(self, how: str) -> None:
        if self.rewound or self.machine.lock is not None or self.kept:
            return
        up = self.machine.up
        if up is not (how == "backup"):
            return
        file = self.folder / f"copy-{self.tally['copies']}.db"
        facts = self._head() if up else self.seen
        self.tally["copies"] += 1
        self.machine.copy(file, marked=up)
        forged = frozenset(self.forged)
        self.copied = Copied(file, deepcopy(self.books), facts, up, forged, self.dropped)

    def turn_put(self, _back: str) -> None:
        if self.machine.up or self.copied is None or self.machine.lock is not None:
            return
        copied = self.copied
        self.machine.put_back(copied.file)
        self.rewound = self.rewound or copied.marked or self.seen > copied.facts
        self.books, self.seen = deepcopy(copied.books), copied.facts
        self.forged, self.dropped = set(copied.forged), copied.dropped
        self.tally["put back"] += 1

    def turn_accept(self) -> None:
        if self.machine.up and self.machine.lock is None:
            accepted = self.machine.accept()
            assert accepted or not self.rewound, "what was lost is not even known"
            self.tally["accepted"] += self.rewound
            self.rewound = False

    def turn_forge(self) -> None:
        """A hand takes the halts out of the rows of what is halted."""
        if not self.machine.up or self.machine.lock is not None:
            return
        for entry in self.books.open():
            if entry.halts and entry.name not in self.forged:
                self.machine.take_halts_out(entry.name)
                self.forged.add(entry.name)
                self.tally["forged"] += 1

    def turn_replay(self) -> None:
        if self.machine.up and self.machine.lock is None and not self.dropped:
            for name in sorted(self.forged):
                replay(self.machine.desk, name)
            self.forged.clear()

    def turn_drop(self, _trigger: str) -> None:
        if self.machine.up and self.machine.lock is None and not self.dropped:
            self.machine.by_hand(f"DROP TRIGGER {TRIGGER}")
            self.dropped = True

    def turn_guard(self) -> None:
        if self.machine.up and self.machine.lock is None:
            self.machine.guard()
            self.dropped = self.unguarded = False

    def turn_lose(self, _pending: str) -> None:
        """A hand deletes what is kept of acts whose author is looked up."""
        if self.machine.up and self.machine.lock is None:
            self.machine.by_hand("DELETE FROM pending")
            self.books.orphan()

    # What is looked at.

    def _nothing_kept(self) -> None:
        self.kept.clear()
        self.unwritten.clear()

    def _head(self) -> int:
        with self.machine.office.database.read() as reader:
            return reader.head()[0]

    def _delivered(self, message: Message) -> None:
        entry = self.books.entries.get(message.candidate or "")
        if entry is None or name_of(message.target) in self.machine.lost:
            return
        if message.kind == "card":
            entry.card = entry.card or self.now
        if message.kind == "ask":
            entry.told.setdefault(name_of(message.target), self.now)

    def _look(self) -> None:
        """Hold what was written since the last look to the books."""
        with self.machine.office.database.read() as reader:
            news = reader.facts(after=self.seen)
        for stored in news:
            self.seen, fact = stored.id, stored.fact
            if fact.by.person is not None:
                told = fact.about.get("pressed_at")
                self._pressed_then(
                    fact.by.person, datetime.fromisoformat(told) if told else fact.at
                )
            if fact.kind == "candidate.released":
                assert fact.candidate is not None
                self._released(fact.candidate, by_go=fact.about["by"] == "go")

    def _pressed_then(self, person: str, at: datetime) -> None:
        """Somebody pressed at that time, or at one that the bot could not know."""
        when = [pressed for who, pressed in self.presses if who == name_of(person)]
        assert None in when or any(abs(at - pressed) <= SKEW for pressed in when if pressed), (
            f"{person} did not press at {at}"
        )

    def _released(self, name: str, *, by_go: bool) -> None:
        self.tally["released"] += 1
        self.tally["by go"] += by_go
        self.tally["by silence"] += bool(self.books.entries[name].silent)
        why = [*self.books.why_not(name, self.now, self.ears, by_go=by_go)]
        if self.kept:
            why.append(f"halts are kept: {list(self.kept)}")
        if self.rewound:
            why.append("a lost head was not accepted")
        if self.unguarded:
            why.append("the log is not guarded")
        if name in self.forged:
            why.append("its row was changed by hand")
        if not self.machine.knows_the_time:
            why.append("nobody knows what time it is")
        assert why == [], f"{name} went out at {self.now}: {'; '.join(why)}"

    def _sound(self) -> None:
        """The records are what nobody but us has changed, and no halt is lost."""
        with self.machine.office.database.read() as reader:
            assert list(reader.broken_links()) == []
            assert list(reader.unguarded()) == [] or self.dropped
            odd = [each for each in reader.differing() if not self._is_ours(each)]
            assert odd == []
            for entry in self.books.open():
                self._still_halted(entry, reader.candidate(entry.name).phase)  # type: ignore[union-attr]

    def _is_ours(self, complaint: str) -> bool:
        """Whether our own hand did it."""
        lost = any(entry.orphaned for entry in self.books.entries.values())
        return any(name in complaint for name in self.forged) or (
            lost and "is gone and not answered" in complaint
        )

    def _still_halted(self, entry: Entry, phase: Phase) -> None:
        if entry.halts - self.unwritten and entry.name not in self.forged:
            assert phase is Phase.HALTED, f"the halts of {entry.name} are lost: {entry.halts}"
