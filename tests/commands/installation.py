"""An installation to whom anything may happen: real database, clock, timers and door, and a true time that only it knows.

The process starts and ends, its clock is set, Slack falls silent, another program holds the write
lock, hands reach into the file. What is marked every fifteen seconds is marked once for a whole span.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.clock import APART, SystemClock
from bot.door import DoorWatch
from bot.heads import file_of, read_file, write_file
from bot.rewound import Rewound
from bot.slackcalls import Away, Sent, SlackCalls
from bot.soundness import Soundness
from bot.timekeeping import CAUSE, Timekeeper
from bot.withheld import Withheld
from commands.accept import accept
from commands.dispatch import Desk, write_kept
from commands.keeping import Keeping
from commands.looking import look_again
from commands.pending import settle_pending
from commands.presume import resume_due, settle_due
from commands.replay import replay
from rules.facts import Actor
from rules.product import Policy
from storage.database import Database, Unavailable
from storage.engine import DRIVER
from storage.outbox import Message
from tests.commands.office import MONDAY, Office, product, tools

MARKS = timedelta(seconds=15)
WATCHED = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OPERATOR = Actor(None, (), "command line")
TRIGGER = "facts_no_update"
LOCKED_FOR = 0.002
"""Real seconds that a write waits: nobody lets go of a lock meanwhile."""
SOON = Policy(notice_hours=2, resume_hours=1)


def template(file: Path) -> None:
    """The company, with products that go out within the day, and the door open for an hour."""
    office = Office(file, MONDAY - timedelta(hours=1))
    office.database.upgrade()
    soon = product("payments", policy=SOON), product("ledger", scheme="opaque", policy=SOON)
    office.apply(*soon, channel="C1", operator="UOPERATOR")
    with office.database.write(office.desk.clock) as tx:
        tx.mark_door("one")
    office.until(MONDAY)
    office.deliver()
    with office.database.write(office.desk.clock) as tx:
        tx.leave_door("one")
    office.database.close()


class Hasty(Database):
    """A database whose writes wait for nobody."""

    def _give_up_at(self, deadline: float | None) -> float:
        return time.monotonic() + LOCKED_FOR


class Channels(SlackCalls):
    """Slack's web API as far as it says what stands in a channel, which it may not be asked here."""

    def __init__(self, answers: Callable[[], bool]) -> None:
        self._answers = answers

    def who(self) -> Sent | Away:
        return Sent({}) if self._answers() else Away("nobody is there")

    user_id = None

    def reads_history(self, channel: str) -> bool:
        return False


class Installation:
    """One machine and what runs on it. Times are aware UTC and true, unless the clock's."""

    def __init__(self, made: Path, folder: Path) -> None:
        self.file = folder / "bot.db"
        shutil.copyfile(made, self.file)
        self.true, self.awake, self.slept = MONDAY, 0.0, 0.0
        self.offset = self.set_to = timedelta()
        """How far the machine's own clock is set ahead of the true time."""
        self.answers, self.deaf = True, False
        self.lost: set[str] = set()
        """Whose direct messages are refused."""
        self.known: set[str] = set()
        """Whom Slack has told of besides the company."""
        self.lock: Any = None
        self.up = False
        self.starts = 0
        self.read_at = MONDAY
        """When people were last read from Slack."""
        self.answered: float | None = None
        """When Slack last said what time it is, by the seconds that nobody sets; None: not since the start."""
        self.told_of: Callable[[Message], None] = lambda message: None
        self.after: Callable[[], None] = lambda: None
        """Called after each thing that may have let something out."""

    # The process.

    def start(self) -> bool:
        """Start the process; False where the database can't be written."""
        self.office = Office(self.file, self.true, Hasty.open)
        for engine in (self.office.database._reads, self.office.database._writes):
            event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        self.starts, self.answered = self.starts + 1, None
        self.replica = f"replica-{self.starts}"
        database, self.withheld = self.office.database, Withheld()
        self.clock = SystemClock(lambda: self.true + self.offset, self._seconds)
        self.keeping = Keeping(self.withheld.put)
        drawing = replace(tools(), withheld=self._withheld_now)
        self.desk = self.office.desk = Desk(database, self.clock.now, drawing, self.keeping)
        self.rewound = Rewound(self.desk, self.withheld, Channels(lambda: self.answers))
        self.soundness = Soundness(self.desk, self.withheld)
        self.keeper = Timekeeper(
            self.clock, self._ask, self.withheld, lambda gone: None, self._mend, lambda: self.awake
        )
        checks = {CAUSE: self.keeper.shut, "ear": lambda: "nobody listens" if self.deaf else None}
        self.door = DoorWatch(
            checks, database, self.clock.now, self.replica, withheld=self.withheld
        )
        try:
            self.keeper.look()
            with database.write(self.clock.now) as tx:
                tx.begin_door(self.replica)
        except Unavailable:
            database.close()
            return False
        self.up = True
        self.soundness.look()
        with self._dated():
            self.rewound.start()
        return True

    def end(self, *, kill: bool) -> None:
        """The process ends, well or at once."""
        if not kill:
            with suppress(Unavailable):
                write_kept(self.desk, most=len(self.keeping))
                with self.office.database.write(self.clock.now) as tx:
                    tx.leave_door(self.replica)
            self.after()
        self.office.database.close()
        self.up = False

    def _withheld_now(self) -> dict[str, str]:
        return {**self.withheld(), **self.rewound.not_yet()}

    def _seconds(self) -> float:
        return self.awake + self.slept

    def _ask(self) -> None:
        if self.answers:
            self.clock.heard(self.true.replace(microsecond=0), self.clock.mark())
            self.answered, self.set_to = self._seconds(), self.offset

    def _mend(self) -> None:
        with self.office.database.write(self.clock.now) as tx:
            tx.mend_the_future()

    @property
    def knows_the_time(self) -> bool:
        """Whether Slack confirmed the clock within ten minutes, and nobody set it since."""
        if self.answered is None or self._seconds() - self.answered > 600:
            return False
        return abs(self.offset - self.set_to) <= APART

    # Time.

    def passes(self, length: timedelta) -> None:
        """Time goes by with the process as it is: stopping where something is due, if it runs."""
        until = self.true + length
        while self.up and (due := self.next_due(until)) is not None:
            self._go_on(due)
            self.tick()
        self._go_on(until)
        if self.up:
            self.tick()

    def next_due(self, until: datetime) -> datetime | None:
        with self.office.database.read() as reader:
            due = [c.release_at for c in reader.open_candidates()]
        return min((at for at in due if at is not None and self.true < at <= until), default=None)

    def _go_on(self, until: datetime) -> None:
        """Move the true time, marking all the while that the door is open, where it is."""
        hears = self.up and self.door.open and self.lock is None and not self.deaf
        if self.up and self.deaf:
            self._is_watched(until)
        self.awake += (until - self.true).total_seconds()
        self.true = until
        if hears and self.keeper.shut() is None:
            with self.office.database.write(self.clock.now) as tx:
                tx._connection.exec_driver_sql(
                    "UPDATE door SET marked_at = max(marked_at, ?) WHERE replica = ? AND ended = 'open'",
                    (_stored(tx.now - MARKS), self.replica),
                )

    def _is_watched(self, until: datetime) -> None:
        """The last hour of a shut door, minute by minute: nothing is to be marked then."""
        while (left := until - self.true) > WATCHED:
            step = max(left - HOUR, WATCHED)
            self.awake, self.true = self.awake + step.total_seconds(), self.true + step
            with suppress(Unavailable):
                self.door.tick()

    def sleeps(self, length: timedelta) -> None:
        """The machine stands still; only the clock that nobody sets goes on."""
        self.true += length
        self.slept += length.total_seconds()

    def tick(self, *, keep_last: bool = False) -> None:
        """The errands, each once; `keep_last`: what is due is settled before what was kept is written."""
        settling = (self._settle, self._keep) if keep_last else (self._keep, self._settle)
        errands = (self._look_at_the_clock, self.door.tick, self._read_people, *settling)
        for errand in (*errands, self.soundness, self.look_for_heads, self._courier):
            with suppress(Unavailable):
                errand()
            if errand in settling:
                self.after()

    def _look_at_the_clock(self) -> None:
        self.keeper.look()
        wrong = self.keeper.shut()
        if wrong is not None and self.door.open:
            self.door.hurry(CAUSE, wrong)

    def _keep(self) -> None:
        if self.keeping:
            write_kept(self.desk, most=len(self.keeping))

    def _settle(self) -> None:
        settle_pending(self.desk)
        if CAUSE in self.withheld() or not self.door.looked:
            return
        look_again(self.desk)
        while settle_due(self.desk):
            self.after()
        resume_due(self.desk)

    def _read_people(self) -> None:
        if not self.answers:
            return
        self.office.now = self.clock.now()
        with self.office.database.write(self.clock.now) as tx:
            self.office._fresh(tx)
            tx.put_people(self.office.person(name) for name in sorted(self.known))
        self.read_at = self.true

    def _courier(self) -> None:
        if not self.answers:
            return
        for message in self.office.deliver(but=self.lost):
            self.told_of(message)

    # Hands that reach into the file.

    def take_lock(self) -> None:
        """Another program holds the write lock."""
        self.lock = DRIVER.connect(self.file, isolation_level=None)
        self.lock.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        self.lock.execute("ROLLBACK")
        self.lock.close()
        self.lock = None

    def by_hand(self, statement: str, *given: Any) -> None:
        """What a hand with the file open does to it."""
        with self.office.database.write(self.clock.now) as tx:
            tx._connection.exec_driver_sql(statement, given)

    def take_halts_out(self, name: str) -> None:
        """The candidate's row says that it goes out at its time, and knows of no halt."""
        with self.office.database.read() as reader:
            candidate = reader.candidate(name)
            assert candidate is not None
            where = "product = ? AND version = ? AND build = ?"
            key = candidate.product, candidate.version, candidate.build
            told = reader._connection.exec_driver_sql(
                f"SELECT doc FROM candidates WHERE {where}", key
            ).scalar_one()
        doc = json.dumps(json.loads(told) | {"phase": "announced", "halts": []})
        changed = "doc = ?, phase = 'announced', due_at = release_at"
        self.by_hand(f"UPDATE candidates SET {changed} WHERE {where}", doc, *key)

    def replay(self, name: str) -> None:
        """`db replay`."""
        replay(self.desk, name)

    def guard(self) -> None:
        """`db upgrade`, as far as the triggers go."""
        with self.office.database.write(self.clock.now) as tx:
            tx.guard(OPERATOR)
        self.soundness.look()

    # Copies.

    def copy(self, target: Path, *, marked: bool) -> None:
        """A copy by `backup`, or by hand while the process is down."""
        if marked:
            self.office.database.backup(target, self.clock.now())
        else:
            shutil.copyfile(self.file, target)

    def put_back(self, copy: Path) -> None:
        """The copy takes the database's place while nothing runs; the head beside it stays."""
        for end in ("", "-wal", "-shm"):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)
        shutil.copyfile(copy, self.file)

    def look_for_heads(self) -> None:
        """The bot's own look."""
        with self._dated():
            self.rewound()

    @contextmanager
    def _dated(self) -> Iterator[None]:
        """The head that is written beside the file bears the time of this machine's clock."""
        head = file_of(self.file)
        before = head.stat().st_mtime_ns if head.exists() else None
        yield
        if head.exists() and head.stat().st_mtime_ns != before:
            at = (self.true + self.offset).timestamp()
            os.utime(head, (at, at))

    def accept(self) -> bool:
        """`db accept`; whether there was anything to accept."""
        beside = read_file(self.file)
        lost, head = accept(self.desk, [beside] if beside else [])
        with self._dated():
            if lost:
                write_file(self.file, *head)
            self.rewound.look()
        return bool(lost)


def _stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
