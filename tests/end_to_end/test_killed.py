"""kill -9 at the worst moments: no decision is lost, no release missed, nothing said twice unmarked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rehearsal.box import Box
from rehearsal.messages import Message
from storage.database import Database
from storage.reading import Reader
from tests.bot.serving import Serving, run, serving
from tests.end_to_end.past import announced_hours_ago
from tests.end_to_end.workplace import CHANNEL, QUICK, key_of

MARK = "may stand here twice"


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


def test_a_release_that_falls_due_while_the_process_is_dead_is_not_missed(tmp_path: Path) -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=10)
    with Box(limits=False, history=True) as box:
        announced_hours_ago(box, tmp_path / "bot.db", due)
        with serving(tmp_path, box) as bot:
            place = Place(box, bot)
            bot.start()
            bot.kill()
            _wait_until(due + timedelta(seconds=1))
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


def _wait_until(at: datetime) -> None:
    while datetime.now(UTC) < at:
        time.sleep(0.05)
