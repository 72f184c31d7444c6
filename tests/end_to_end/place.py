"""A serving process beside a box, and a candidate that falls due while it serves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import SharedClock
from bot.rehearsing import Rehearsal, settings_in
from rehearsal.box import Box
from rehearsal.messages import Message
from rules.candidate import Candidate
from storage.database import Database
from storage.reading import Reader
from tests.bot.serving import Serving
from tests.end_to_end.workplace import CHANNEL, QUICK, key_of

ALWAYS = QUICK.replace(
    "policy:",
    'operator: "@alice"\ncalendars: {default: {days: mon-sun, hours: "00:00-24:00"}}\n'
    'people: {"@alice": {calendar: default}}\npolicy:',
)
"""Whatever day and hour it is, Alice is at work."""


class Place:
    """A box, a serving process, and what is said and known once it has been killed and restarted."""

    def __init__(self, box: Box, bot: Serving) -> None:
        self.box, self.bot = box, bot

    def say(self, name: str, line: str) -> str:
        seen = self.box.person(name).command(f"/release {line}", channel=CHANNEL)
        assert seen.error is None, (line, seen.error)
        return seen.text

    def restart(self) -> None:
        self.bot.kill()
        self.box.faults.calm()
        self.bot.start()

    def kill_when_accepted(self, method: str, number: int) -> threading.Event:
        """Kills the process once Slack has accepted this call, before it hears of that."""
        killed, seen = threading.Event(), [0]

        def accepted(called: str, arguments: dict[str, Any]) -> None:
            seen[0] += called == method
            if called == method and seen[0] == number and not killed.is_set():
                self.bot.kill()
                killed.set()

        self.box.faults.on_accept = accepted
        return killed

    def messages(self) -> list[Message]:
        every = [m for c in self.box.workspace.channels.values() for m in c.in_order()]
        return [m for m in every if key_of(m)]

    def repeated(self) -> list[list[Message]]:
        """The messages that stand more than once where they are."""
        by_key: dict[tuple[str, str], list[Message]] = {}
        for message in self.messages():
            by_key.setdefault((message.channel, key_of(message)), []).append(message)
        return [found for found in by_key.values() if len(found) > 1]

    @contextmanager
    def _looking(self) -> Iterator[Reader]:
        place = f"sqlite:///{self.bot.folder}/bot.db"
        with closing(Database.open(place)) as database, database.read() as reader:
            yield reader

    def facts(self) -> list[str]:
        with self._looking() as reader:
            return [stored.fact.kind for stored in reader.facts()]

    def candidate(self, name: str = "payments@2.4.1#1") -> Candidate:
        with self._looking() as reader:
            found = reader.candidate(name)
        assert found is not None, name
        return found

    def waiting(self) -> int:
        with self._looking() as reader:
            backlog = reader.backlog()
        return backlog.waiting + backlog.sending

    def cards(self) -> list[str]:
        alice = self.box.person("alice")
        cards = [m for m in alice.messages(CHANNEL) if key_of(m).startswith("card:")]
        return [alice.read(m) for m in cards]

    def settle(self, shown: str) -> None:
        """Waits until the card shows this and nothing is left to be sent."""
        assert self.box.wait_for(
            lambda: any(shown in card for card in self.cards()) and not self.waiting(), 30
        ), (self.cards(), self.bot.log()[-2000:])


def announced_hours_ago(box: Box, target: Path, due: datetime) -> None:
    """Leaves a database in which a candidate was announced three hours ago and is due at `due`.

    The process that wrote it has ended well.
    """
    clock, real = SharedClock(due - timedelta(hours=3)), box.now
    box.now = box.workspace.now = clock.now
    with Rehearsal(settings_in(box), clock, 20) as past:
        box.bot_address = f"http://127.0.0.1:{past.port}"
        past.open_door()
        past.apply(ALWAYS.encode())
        alice = box.person("alice")
        box.person("dave").command("/release announce payments 2.4.1 commit abc", channel=CHANNEL)
        past.quiet()
        alice.press("Reschedule…")
        assert not alice.submit(values={"at": int(due.timestamp())}).errors
        past.quiet()
        past.advance(datetime.now(UTC))
        past.quiet()
        with past.database.read() as reader:
            found = reader.candidate("payments@2.4.1#1")
        assert found is not None and found.release_at == due
        past.database.backup(target)
    with closing(Database.open(f"sqlite:///{target}")) as copy, copy.write(clock.now) as tx:
        tx.leave_door(past.bot.replica)
    box.now = box.workspace.now = real


def wait_until(at: datetime) -> None:
    while datetime.now(UTC) < at:
        time.sleep(0.05)
