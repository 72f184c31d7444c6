"""A database that can't be written across a release time: halts are answered, kept, and written first (DESIGN 2.3, 6)."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from rehearsal.box import Box
from rules.words import Phase
from tests.bot.serving import run_apart, serving
from tests.end_to_end.conftest import Opened
from tests.end_to_end.place import Place, announced_hours_ago, wait_until
from tests.end_to_end.workplace import CHANNEL, Workplace, hurried

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN " + sys.argv[2])
print("held", flush=True)
sys.stdin.readline()
held.execute("ROLLBACK")
"""
SECONDS = timedelta(seconds=1)
NOT_STORED = "could not be stored yet"


@contextmanager
def another_program(file: Path, how: str = "IMMEDIATE") -> Iterator[None]:
    """A second program that holds the database's write lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None and program.stdin is not None
        assert program.stdout.readline() == "held\n"
        try:
            yield
        finally:
            program.stdin.write("\n")
            program.stdin.close()
            program.wait(10)


def file_of(work: Workplace) -> Path:
    with work.bot.database.read() as reader:
        row = reader._connection.exec_driver_sql("PRAGMA database_list").one()
    return Path(row[2])


def go_by(work: Workplace, seconds: int) -> None:
    """Time passes while nothing can be written: every errand comes to its turn, and fails."""
    for step in (seconds // 2, seconds - seconds // 2):
        work.clock.advance(step * SECONDS)
        work.bot.bot.ticker.tick_now()


def just_before_release(work: Workplace) -> None:
    work.announce()
    due = work.candidate().release_at
    assert due is not None
    work.bot.advance(due - 2 * SECONDS)


@pytest.mark.parametrize(
    ("seconds", "transport"), [(3, "http"), (14, "http"), (52, "socket"), (100, "http")]
)
def test_four_owners_halt_during_a_lock_across_the_release_time(
    opened: Opened, seconds: int, transport: str
) -> None:
    """The lock is really held; the hours of the workplace are moved by as many seconds."""
    work = opened(hurried(), transport=transport)
    just_before_release(work)
    with another_program(file_of(work)):
        began = time.monotonic()
        typed = work.person("alice").command("/release halt payments refunds", channel=CHANNEL)
        opens = work.person("sam").press("Halt", on=work.card())
        assert opens.modal is not None, opens.text
        filled = work.person("sam").submit(values={"reason": "CVE-1 is open"})
        work.person("omar").command("/release stop payments nobody on call", channel=CHANNEL)
        pressed = work.person("omar").press("Halt payments nobody on call")
        again = work.person("rita").command("/release halt payments notes", channel=CHANNEL)
        other = work.person("alice").command("/release assert payments", channel=CHANNEL)
        status = work.person("alice").command("/release status payments", channel=CHANNEL)
        # Only the first waits, and each is answered within Slack's three seconds.
        assert time.monotonic() - began < 10
        for seen in (typed, filled, again):
            assert NOT_STORED in seen.text, seen.text
        assert work.box.wait_for(lambda: NOT_STORED in pressed.text), pressed.text
        assert "Nothing was stored" in other.text
        assert "payments" in status.text and "not done" not in status.text.lower()
        assert [s.error for s in (typed, opens, filled, pressed, again, other, status)] == [
            None
        ] * 7
        go_by(work, seconds)
        assert work.candidate().phase is Phase.ANNOUNCED
        assert work.bot.bot.readiness()["withheld"].keys() == {"kept"}
        assert "presumptive_halts_kept 4" in work.bot.bot.metrics()
    work.bot.bot.ticker.tick_now()
    work.bot.quiet()
    assert work.candidate().phase is Phase.HALTED
    assert [halt.by for halt in work.candidate().open_halts] == [
        work.person(name).id for name in ("alice", "sam", "omar", "rita")
    ]
    for name in ("alice", "sam", "omar", "rita"):
        assert "You halted payments" in work.heard(name), (name, work.heard(name))
    work.later(hours=1)
    assert "candidate.released" not in work.facts()
    assert not work.box.record.failures()


@pytest.mark.parametrize(("seconds", "gap"), [(3, False), (14, False), (52, False), (100, True)])
def test_silence_during_a_lock_counts_up_to_ninety_seconds(
    opened: Opened, seconds: int, gap: bool
) -> None:
    work = opened(hurried())
    just_before_release(work)
    due = work.candidate().release_at
    assert due is not None
    with another_program(file_of(work), "EXCLUSIVE"):
        go_by(work, seconds)
    go_by(work, 12)
    work.bot.quiet()
    if not gap:
        assert work.candidate().phase is Phase.RELEASED
        assert "release.postponed" not in work.facts()
        return
    assert work.candidate().phase is Phase.ANNOUNCED
    moved = work.candidate().release_at
    assert moved is not None and moved - due >= timedelta(minutes=30)
    assert "a halt could not be heard" in work.news()


def test_a_lock_of_three_seconds_every_twenty_five_minutes_holds_nothing_back(
    opened: Opened,
) -> None:
    work = opened(hurried())
    work.announce()
    due = work.candidate().release_at
    assert due is not None
    work.bot.advance(due - timedelta(minutes=70))
    while work.candidate().phase is Phase.ANNOUNCED and work.clock.now() < due + timedelta(
        minutes=30
    ):
        with another_program(file_of(work)):
            go_by(work, 3)
        work.bot.bot.ticker.tick_now()
        work.later(minutes=25)
    assert work.candidate().phase is Phase.RELEASED
    with work.bot.database.read() as reader:
        (released,) = [e.fact for e in reader.facts() if e.fact.kind == "candidate.released"]
    assert released.at - due <= timedelta(seconds=90)
    assert "release.postponed" not in work.facts()


Soon = tuple[Place, datetime]


@pytest.fixture
def soon(tmp_path: Path) -> Iterator[Soon]:
    """A serving process, and a candidate that it releases in a few real seconds."""
    for seconds in (12, 25, 50, 100):
        with ExitStack() as stack:
            due = datetime.now(UTC).replace(microsecond=0) + seconds * SECONDS
            place = served(stack, tmp_path, due)
            if place is not None:
                yield place, due
                return
    pytest.fail("the process took too long to start")


def served(stack: ExitStack, folder: Path, due: datetime) -> Place | None:
    """The process once it is ready; None where there is no time left to halt before it is due."""
    for old in folder.iterdir():
        old.unlink()
    box = stack.enter_context(Box(limits=False, history=True))
    announced_hours_ago(box, folder / "bot.db", due)
    bot = stack.enter_context(serving(folder, box))
    in_time = 5 * SECONDS
    if datetime.now(UTC) < due - in_time:
        bot.start()
    return Place(box, bot) if datetime.now(UTC) < due - in_time else None


def readiness(place: Place) -> dict[str, object]:
    try:
        with urlopen(f"http://127.0.0.1:{place.bot.port}/readyz", timeout=3) as answer:
            return dict(json.load(answer))
    except HTTPError as unready:
        with unready:
            return dict(json.load(unready))


def test_a_process_that_serves_is_locked_out_for_fourteen_seconds(
    tmp_path: Path, soon: Soon
) -> None:
    place, due = soon
    wait_until(due - 2 * SECONDS)
    with another_program(tmp_path / "bot.db"):
        told = place.say("alice", "halt payments refunds are broken")
        assert NOT_STORED in told, told
        wait_until(due + 12 * SECONDS)
        state = readiness(place)
        assert state["ready"] is False and "kept" in str(state["withheld"]), state
        assert float(str(state["writes_failing_for_seconds"])) > 5
    assert place.box.wait_for(lambda: "candidate.halted" in place.facts(), 20), place.bot.log()
    place.settle("refunds are broken")
    assert "candidate.released" not in place.facts()
    assert place.box.wait_for(lambda: readiness(place)["ready"], 20), readiness(place)


@pytest.mark.parametrize("how", ["killed", "ended"])
def test_a_process_that_ends_with_halts_kept_leaves_a_shut_door(
    tmp_path: Path, how: str, soon: Soon
) -> None:
    place, due = soon
    with another_program(tmp_path / "bot.db"):
        told = place.say("alice", "halt payments refunds are broken")
        assert NOT_STORED in told, told
        if how == "killed":
            place.bot.kill()
        else:
            code, took = place.bot.end(20)
            assert code == 0 and took < 15, (code, took, place.bot.log())
            assert "ended without taking leave, 1 halts" in place.bot.log()
    wait_until(due)
    place.bot.start()
    assert place.box.wait_for(lambda: "release.postponed" in place.facts(), 20), place.bot.log()
    moved = place.candidate().release_at
    assert moved is not None and moved - due >= timedelta(minutes=10)
    assert "candidate.released" not in place.facts()


def test_a_full_disk_across_the_release_time_keeps_the_halt(tmp_path: Path, soon: Soon) -> None:
    """The process may make its files no larger, for a while."""
    place, due = soon
    assert place.bot.process is not None
    number = place.bot.process.pid
    before = resource.prlimit(number, resource.RLIMIT_FSIZE)
    size = (tmp_path / "bot.db-wal").stat().st_size
    resource.prlimit(number, resource.RLIMIT_FSIZE, (max(size - 4096, 4096), before[1]))
    told = place.say("alice", "halt payments refunds are broken")
    assert NOT_STORED in told, told
    assert "disk" in told
    wait_until(due + 2 * SECONDS)
    assert "candidate.released" not in place.facts()
    resource.prlimit(number, resource.RLIMIT_FSIZE, before)
    assert place.box.wait_for(lambda: "candidate.halted" in place.facts(), 20), place.bot.log()
    assert "candidate.released" not in place.facts()


def test_a_file_that_is_taken_away_across_the_release_time_keeps_the_halt(
    tmp_path: Path, soon: Soon
) -> None:
    place, due = soon
    here, away = tmp_path / "bot.db", tmp_path / "away.db"
    here.rename(away)
    told = place.say("alice", "halt payments refunds are broken")
    assert NOT_STORED in told and "is gone" in told, told
    wait_until(due + 7 * SECONDS)
    state = readiness(place)
    assert state["ready"] is False and "is gone" in str(state["withheld"]), state
    assert not here.exists()
    told_operator = [m.text for m in place.box.person("alice").dms() if "is gone" in m.text]
    assert len(told_operator) == 1
    away.rename(here)
    assert place.box.wait_for(lambda: "candidate.halted" in place.facts(), 20), place.bot.log()
    assert "candidate.released" not in place.facts()


def test_a_file_that_is_replaced_releases_nothing_until_the_bot_is_started_again(
    tmp_path: Path, soon: Soon
) -> None:
    place, due = soon
    assert run_apart(tmp_path, "backup", "copy.db").code == 0
    (tmp_path / "copy.db").rename(tmp_path / "bot.db")
    wait_until(due + 7 * SECONDS)
    state = readiness(place)
    assert state["ready"] is False and "start it again" in str(state["withheld"]), state
    assert "candidate.released" not in place.facts()
    for old in ("bot.db-wal", "bot.db-shm"):
        (tmp_path / old).unlink()
    place.bot.kill()
    place.bot.start(ready=False)
    assert place.box.wait_for(lambda: "put back" in str(place.bot.ready()), 20)
    assert run_apart(tmp_path, "db", "accept").code == 0
    assert place.box.wait_for(lambda: "release.postponed" in place.facts(), 20), place.bot.log()
    assert "candidate.released" not in place.facts()
