"""kill -9 at the worst moments: no decision is lost, no release missed, nothing said twice unmarked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rehearsal.box import Box
from tests.bot.serving import run, serving
from tests.end_to_end.place import Place, announced_hours_ago, wait_until
from tests.end_to_end.workplace import QUICK

MARK = "may stand here twice"

Opened = Callable[[bool], Place]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """A serving process over HTTP, with or without the scopes to read history."""
    with ExitStack() as stack:

        def start(history: bool) -> Place:
            box = stack.enter_context(Box(limits=False, history=history))
            (tmp_path / "catalogue.yaml").write_text(QUICK)
            applied = run(tmp_path, "apply", "catalogue.yaml", box=box)
            assert applied.code == 0, applied
            bot = stack.enter_context(serving(tmp_path, box))
            bot.start()
            return Place(box, bot)

        yield start


@pytest.mark.parametrize("history", [True, False])
def test_killed_between_commit_and_call_everything_is_said_once_after_the_restart(
    opened: Opened, history: bool
) -> None:
    place = opened(history)
    place.box.faults.rate_limit("*", retry_after=1, times=500)
    assert "is announced" in place.say("dave", "announce payments 2.4.1 commit abc")
    assert "halted" in place.say("alice", "halt payments CVE-1 is open").lower()
    place.restart()
    place.settle("CVE-1 is open")
    place.box.faults.rate_limit("*", retry_after=1, times=500)
    place.say("alice", "lift payments patched")
    place.say("alice", "assert payments")
    assert "released" in place.say("alice", "go payments").lower()
    place.restart()
    place.settle("Released")
    assert place.repeated() == []
    wanted = ["candidate.announced", "candidate.halted", "halt.lifted", "candidate.released"]
    assert [f for f in place.facts() if f in wanted] == wanted


@pytest.mark.parametrize("history", [True, False])
def test_killed_between_slack_s_acceptance_and_our_note_nothing_is_said_twice_unmarked(
    opened: Opened, history: bool
) -> None:
    place = opened(history)
    rounds = [("chat.postMessage", 2), ("chat.postMessage", 1), ("chat.update", 1)]
    lines = [
        ("dave", "announce payments 2.4.1 commit abc"),
        ("alice", "halt payments CVE-1 is open"),
        ("alice", "lift payments patched"),
    ]
    for (method, number), (name, line) in zip(rounds, lines, strict=True):
        killed = place.kill_when_accepted(method, number)
        place.say(name, line)
        assert killed.wait(20), (method, place.bot.log()[-1000:])
        place.restart()
        assert place.box.wait_for(lambda: not place.waiting(), 30), place.bot.log()[-2000:]
    place.settle("unless halted")
    wanted = ["candidate.announced", "candidate.halted", "halt.lifted"]
    assert [f for f in place.facts() if f in wanted] == wanted
    if history:
        assert place.repeated() == []
    for first, *again in place.repeated():
        assert MARK not in f"{first.text}{first.blocks}"
        assert len(again) == 1 and MARK in f"{again[0].text}{again[0].blocks}"


def test_a_release_that_falls_due_while_the_process_is_away_is_not_missed(tmp_path: Path) -> None:
    """It ended well, and is killed as soon as it has released."""
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=10)
    with Box(limits=False, history=True) as box:
        announced_hours_ago(box, tmp_path / "bot.db", due)
        with serving(tmp_path, box) as bot:
            place = Place(box, bot)
            bot.start()
            assert bot.end()[0] == 0, bot.log()
            wait_until(due + timedelta(seconds=1))
            assert "candidate.released" not in place.facts()
            killed = place.kill_when_accepted("chat.postMessage", 1)
            bot.start(ready=False)
            assert killed.wait(20), bot.log()
            box.faults.calm()
            bot.start()
            place.settle("Released")
            assert place.facts().count("candidate.released") == 1
            assert "release.postponed" not in place.facts()
            assert place.repeated() == []


def test_a_release_that_falls_due_while_the_process_is_dead_waits_for_the_door(
    tmp_path: Path,
) -> None:
    """Halts may be lost with a process that is killed: silence counts from the next start on."""
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=10)
    with Box(limits=False, history=True) as box:
        announced_hours_ago(box, tmp_path / "bot.db", due)
        with serving(tmp_path, box) as bot:
            place = Place(box, bot)
            bot.start()
            bot.kill()
            wait_until(due + timedelta(seconds=1))
            bot.start()
            assert box.wait_for(lambda: "release.postponed" in place.facts(), 20), bot.log()
            assert "candidate.released" not in place.facts()
            assert "ended without taking leave" in bot.log()
            moved = place.candidate().release_at
            assert moved is not None and moved - due >= timedelta(minutes=10)
