"""What a story plays on: its steps, what it expects, and the transcript it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from rehearsal.box import Box
from rehearsal.messages import Message
from rehearsal.person import Person
from rehearsal.transcript import transcript


class StoryFailed(Exception):
    """Names the step in which a story did not go as told, and what was expected."""

    def __init__(self, step: str, sentence: str) -> None:
        super().__init__(f"{step}: {sentence}")
        self.step = step
        self.sentence = sentence


class Records(Protocol):
    """The bot's log, as an auditor gets at it."""

    def copy(self, target: Path) -> None:
        """Copies the database to a new file, consistently."""

    def verify(self, copy: Path, head: str | None = None) -> tuple[bool, str]:
        """Whether a copy's log is whole, and what is said of it; `head` as it was posted."""


class Machine(Protocol):
    """What the bot runs on, and what may go wrong with it."""

    def locked(self) -> AbstractContextManager[None]:
        """Another program holds the lock of the bot's database; nothing can be written meanwhile."""

    def let_pass(self, span: timedelta) -> None:
        """Time passes while nothing can be written."""

    def set_clock(self, wrong: timedelta) -> None:
        """The machine's clock is this far ahead of the true time; negative: behind it."""


class Stage:
    """`now` is the clock bot and box share; `advance` moves it to an aware instant.

    `quiet` waits until the bot has nothing left to do, `sleep` moves the clock while the bot does
    not run. These, `records` and `machine` are given by whoever starts the bot, since the stage knows the
    workspace only. `out` gets the lines to print.
    """

    def __init__(
        self,
        box: Box,
        now: Callable[[], datetime],
        advance: Callable[[datetime], None],
        quiet: Callable[[], None],
        out: Callable[[str], None] = print,
        records: Records | None = None,
        sleep: Callable[[datetime], None] | None = None,
        machine: Machine | None = None,
    ) -> None:
        self.box = box
        self.now = now
        self.quiet = quiet
        self._advance = advance
        self._sleep = sleep or advance
        self._out = out
        self._records = records
        self._machine = machine
        self._step = "before the first step"
        self._watched: tuple[Person, str] | None = None
        self._printed: dict[str, int] = {}

    def advance(self, hours: float = 0, minutes: float = 0, until: datetime | None = None) -> None:
        """Moves the clock with everything that falls due on the way, and waits for quiet."""
        self._advance(until or self.now() + timedelta(hours=hours, minutes=minutes))
        self.quiet()

    def sleep(self, until: datetime) -> None:
        """The computer that the bot runs on sleeps until then, and wakes up."""
        self._sleep(until)
        self.quiet()

    @property
    def records(self) -> Records:
        if self._records is None:
            raise LookupError("nobody handed over the bot's log")
        return self._records

    @property
    def machine(self) -> Machine:
        if self._machine is None:
            raise LookupError("nobody handed over the bot's machine")
        return self._machine

    def say(self, text: str) -> None:
        self._out(text)

    def watch(self, channel: str, by: str) -> None:
        """From now on prints this channel's news after each step, as this person sees them."""
        self._watched = (self.box.person(by), channel)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Names what follows; whatever goes wrong inside fails the story under this name."""
        self._step = name
        self.say(f"\n--- {name}")
        try:
            yield
        except (LookupError, PermissionError) as wrong:
            raise StoryFailed(name, str(wrong)) from wrong
        finally:
            self._print_news()

    def expect(self, condition: Any, sentence: str) -> None:
        if not condition:
            raise StoryFailed(self._step, sentence)

    def eventually(self, condition: Callable[[], Any], sentence: str, seconds: float = 5) -> Any:
        """Waits in real time for something true, and returns it."""
        found = self.box.wait_for(condition, seconds)
        self.expect(found, sentence)
        return found

    def _print_news(self) -> None:
        if self._watched is None:
            return
        person, channel = self._watched
        for message in self._in_reading_order(person, channel):
            if self._printed.get(message.ts) != message.edits:
                self._printed[message.ts] = message.edits
                self.say(transcript([message], person))

    @staticmethod
    def _in_reading_order(person: Person, channel: str) -> list[Message]:
        top = person.messages(channel)
        return [each for message in top for each in (message, *person.thread(message))]
