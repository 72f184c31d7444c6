"""The served process on a clock that is wrong: ticks go on, presses bear the right time, nothing goes out (DESIGN 6)."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rehearsal.box import Box
from rules.facts import Fact
from storage.database import Database
from tests.bot.serving import Serving, serving
from tests.end_to_end.place import announced_hours_ago
from tests.end_to_end.workplace import CHANNEL

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
pytestmark = pytest.mark.skipif(
    FAKETIME is None, reason="Debian's faketime, which sets a process's clock, is not installed"
)
SOON = 14
"""Seconds from the start until the candidate is due."""


class Machine:
    """A bot served on a machine whose clock a test sets; the monotonic clock stays what it is."""

    def __init__(self, folder: Path, box: Box, bot: Serving, due: datetime) -> None:
        self.folder, self.box, self.bot, self.due = folder, box, bot, due
        self.set("+0")
        bot.more = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(folder / "clock"),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, offset: str) -> None:
        """Set its clock this far from the right time, at one instant."""
        draft = self.folder / "clock.new"
        draft.write_text(offset + "\n")
        draft.rename(self.folder / "clock")

    def facts(self) -> list[Fact]:
        place = f"sqlite:///{self.folder}/bot.db"
        with closing(Database.open(place)) as database, database.read() as reader:
            return [stored.fact for stored in reader.facts()]

    def kinds(self) -> list[str]:
        return [fact.kind for fact in self.facts()]

    def press(self) -> float:
        """Alice does something that is recorded; how many seconds off its time is."""
        before = datetime.now(UTC)
        seen = self.box.person("alice").command("/release snooze payments 2h", channel=CHANNEL)
        assert seen.error is None, (seen.error, self.bot.log()[-2000:])
        last = self.facts()[-1]
        assert last.kind == "reminder.snoozed", seen.text
        middle = before + (datetime.now(UTC) - before) / 2
        return abs((last.at - middle).total_seconds())

    def shut(self) -> bool:
        return "clock" in self.bot.ready().get("shut", {})

    def ticks(self) -> bool:
        """Whether the clock has ticked lately, and not in times to come."""
        since = self.bot.ready().get("seconds_since_tick")
        return since is not None and -2 < since < 20

    def sleep_past_due(self) -> None:
        time.sleep(max(0.0, (self.due - datetime.now(UTC)).total_seconds()) + 3)


@contextmanager
def machine_in(folder: Path) -> Iterator[Machine]:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=SOON)
    with Box(limits=False, history=True) as box:
        announced_hours_ago(box, folder / "bot.db", due)
        with serving(folder, box) as bot:
            yield Machine(folder, box, bot, due)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with machine_in(tmp_path) as found:
        yield found


def goes_out_once_it_is_right(machine: Machine) -> None:
    """The door was shut for less than 90 s, so that nothing else is to be waited for."""
    machine.set("+0")
    assert machine.box.wait_for(lambda: machine.bot.get("/readyz") == 200, 20), machine.bot.ready()
    assert machine.box.wait_for(lambda: "candidate.released" in machine.kinds(), 20)
    assert "release.postponed" not in machine.kinds()


@pytest.mark.parametrize("offset", ["-3600", "+7d"], ids=["back an hour", "ahead a week"])
def test_a_clock_that_is_set_while_the_bot_runs_moves_nothing(
    machine: Machine, offset: str
) -> None:
    before = machine.kinds()
    machine.bot.start()
    machine.set(offset)
    assert machine.press() < 2, "the first press after the step"
    assert machine.box.wait_for(machine.shut, 20), machine.bot.ready()
    assert machine.bot.get("/readyz") == 503
    machine.sleep_past_due()
    assert machine.press() < 2
    assert machine.ticks(), machine.bot.ready()
    assert machine.kinds() == [*before, "reminder.snoozed", "reminder.snoozed"]
    goes_out_once_it_is_right(machine)


def test_a_bot_started_a_week_ahead_goes_by_slacks_time(machine: Machine) -> None:
    machine.set("+7d")
    before = machine.kinds()
    machine.bot.start(ready=False)
    assert machine.box.wait_for(machine.shut, 20), machine.bot.ready()
    assert machine.press() < 2
    machine.sleep_past_due()
    assert machine.ticks() and machine.shut()
    assert machine.kinds() == [*before, "reminder.snoozed"]
    goes_out_once_it_is_right(machine)


def test_a_process_that_stood_still_goes_on(machine: Machine) -> None:
    machine.bot.start()
    assert machine.bot.process is not None
    machine.bot.process.send_signal(signal.SIGSTOP)
    time.sleep(4)
    machine.bot.process.send_signal(signal.SIGCONT)
    assert machine.press() < 2
    assert machine.ticks() and not machine.shut()
    goes_out_once_it_is_right(machine)
