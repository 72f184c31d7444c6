"""A workspace in a box, the real bot in it, and the words with which tests speak of both."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any, Self

import yaml

from bot.clock import SharedClock
from bot.manifest import OPTIONAL_SCOPES, SCOPES, WORD_SCOPES
from bot.rehearsing import Rehearsal, settings_in
from rehearsal.box import Box
from rehearsal.messages import Message
from rehearsal.person import Person
from rehearsal.seen import Seen
from rehearsal.stories.release import everything_ticked
from rules.candidate import Candidate

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday that is nobody's holiday."""
CHANNEL = "releases"
PACE = 20
"""How much faster the courier takes its pauses: Slack's limits are tested elsewhere."""
QUICK = """
channel: "#releases"
zone: Europe/London
roles:
  product-owner: ["@alice"]
  security-architect: ["@alice"]
  operations-coordinator: ["@alice"]
  release-coordinator: ["@alice"]
announcers: ["@dave"]
policy: {notice_hours: 1, door_open_minutes: 10}
products:
  payments: {versions: semver}
"""
"""Alice in London owns everything, and an hour is notice enough."""


def company() -> bytes:
    """The catalogue of the small company."""
    return resources.files("rehearsal").joinpath("catalogue.yaml").read_bytes()


def hurried() -> str:
    """The small company where everybody works round the clock and an hour is notice enough."""
    known = yaml.safe_load(company())
    known["policy"]["notice_hours"] = 1
    known["calendars"] = {"default": {"days": "mon-sun", "hours": "00:00-24:00"}}
    known["people"] = {name: {"calendar": "default"} for name in ("@sam", "@omar", "@rita")}
    return yaml.safe_dump(known)


@dataclass
class Workplace:
    """What tests see and do: people act through the box, the bot answers over the wire."""

    box: Box
    bot: Rehearsal
    clock: SharedClock

    @classmethod
    def open(
        cls,
        stack: ExitStack,
        catalogue: str | bytes | None = None,
        transport: Any = "http",
        history: bool = True,
        judged: bool = False,
        **options: Any,
    ) -> Self:
        clock = SharedClock(START)
        granted = (*SCOPES, *WORD_SCOPES, *OPTIONAL_SCOPES) if history else SCOPES
        options = {"limits": False, "scopes": granted, **options}
        box = Box(now=clock.now, transport=transport, **options)
        stack.enter_context(box)
        hurried = Rehearsal(settings_in(box, transport), clock, PACE, judged=judged)
        bot = stack.enter_context(hurried)
        box.bot_address = f"http://127.0.0.1:{bot.port}"
        bot.open_door()
        said = company() if catalogue is None else catalogue
        bot.apply(said.encode() if isinstance(said, str) else said)
        return cls(box, bot, clock)

    # What people do.

    def person(self, name: str) -> Person:
        return self.box.person(name)

    def say(self, name: str, line: str, channel: str | None = CHANNEL) -> Seen:
        """Types `/release …`, and waits until the bot has nothing left to do."""
        seen = self.person(name).command(f"/release {line}".rstrip(), channel=channel)
        self.bot.quiet()
        return seen

    def press(self, name: str, button: str, on: Message | None = None) -> Seen:
        seen = self.person(name).press(button, on=on or self.card())
        self.bot.quiet()
        return seen

    def fill(self, name: str, **fields: Any) -> Seen:
        """Fills in the open form and presses its button."""
        seen = self.person(name).submit(values=fields)
        self.bot.quiet()
        return seen

    def tick(self, name: str, **fields: Any) -> Seen:
        """Ticks every criterion of the open form but those said of otherwise, and presses its button."""
        view = self.person(name).modal
        assert view is not None
        return self.fill(name, **everything_ticked(view) | fields)

    def announce(self, words: str = "payments 2.4.1 commit abc123", by: str = "dave") -> Message:
        """Announces a candidate; its card."""
        seen = self.say(by, f"announce {words}")
        assert "is announced" in seen.text, seen.text
        return self.card()

    # What is.

    def cards(self) -> list[Message]:
        """The bot's cards in the release channel, oldest first; it labels what it posts."""
        found = self.person("alice").messages(CHANNEL)
        return [m for m in found if key_of(m).startswith("card:")]

    def card(self) -> Message:
        return self.cards()[-1]

    def reads(self, message: Message | None = None, by: str = "alice") -> str:
        """A message, the card if none is named, as somebody reads it."""
        return self.person(by).read(message or self.card())

    def heard(self, name: str) -> str:
        """All direct messages of somebody, and all that was said privately to them."""
        person = self.person(name)
        return "\n".join(person.read(m) for m in [*person.dms(), *person.ephemerals()])

    def news(self) -> str:
        """Everything in the release channel."""
        alice = self.person("alice")
        return "\n".join(alice.read(m) for m in alice.messages(CHANNEL))

    def candidate(self, name: str = "payments@2.4.1#1") -> Candidate:
        with self.bot.database.read() as reader:
            found = reader.candidate(name)
        assert found is not None, name
        return found

    def facts(self, kind: str | None = None) -> list[str]:
        """The kinds of every fact, in order."""
        with self.bot.database.read() as reader:
            kinds = [stored.fact.kind for stored in reader.facts()]
        return [k for k in kinds if kind in (None, k)]

    def pings(self) -> set[str]:
        """Whom the bot's messages notified, in every channel and in every version."""
        every = [m for c in self.box.workspace.channels.values() for m in c.messages.values()]
        return {each for m in every if m.bot_id for each in m.pings}

    def eventually(self, condition: Callable[[], bool], seconds: float = 20) -> bool:
        """Whether this comes true within so many real seconds, the bot being given its turns."""

        def now() -> bool:
            self.bot.quiet()
            return condition()

        return bool(self.box.wait_for(now, seconds))

    def later(self, **by: float) -> None:
        """Moves the clock, with all that falls due on the way."""
        self.bot.advance(self.clock.now() + timedelta(**by))
        self.bot.quiet()


def key_of(message: Message) -> str:
    """Which of the bot's messages this is; empty where it is none."""
    return str(((message.metadata or {}).get("event_payload") or {}).get("k", ""))
