"""A courier at work between a database file and a workspace in a box, and what can be asked of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from slack_sdk import WebClient

from bot.clock import SharedClock
from bot.courier import Courier
from bot.letters import Drawn
from bot.posting import Render
from bot.slackcalls import SlackCalls
from rehearsal.box import Box
from rules.words import State
from storage.database import Database
from storage.outbox import Message
from storage.reading import Reader

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHANNEL, OTHER = "C0REL0001", "C0GEN0001"
SAM, DAVE = "U0SAM0001", "U0DAVE001"
NAME = "payments@2.4.1#3"
POST, EDIT = "chat.postMessage", "chat.update"


class Hands:
    """A monotonic clock moved by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def words(reader: Reader, message: Message, now: datetime) -> Drawn | None:
    """Words that tell which message and which version this is."""
    if message.about.get("over"):
        return None
    text = message.about.get("text", f"{message.key} v{message.want}")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return Drawn(text, message.about.get("blocks", [section]))


class Post:
    """A courier at work between a database file and a workspace in a box."""

    def __init__(self, place: Path, box: Box, timeout: float = 5) -> None:
        self.box, self.clock, self.real = box, SharedClock(START), Hands()
        box.now = box.workspace.now = self.clock.now
        self.database = Database.open(f"sqlite:///{place}")
        client = WebClient(
            box.bot_token,
            base_url=box.api_url,
            timeout=timeout,  # type: ignore[arg-type]
            retry_handlers=[],
        )
        self.calls = SlackCalls(client)
        self.courier = self.hire()

    def hire(self, **more: Any) -> Courier:
        """A new courier, as after a restart."""
        return self.hire_saying(words, **more)

    def hire_saying(self, render: Render, **more: Any) -> Courier:
        """The same, with other words."""
        return Courier(
            self.database, self.calls, render, self.clock.now, monotonic=self.real, **more
        )

    def ask_for(self, *messages: Message) -> None:
        with self.database.write(self.clock.now) as tx:
            for message in messages:
                tx.send(message)

    def after(self, seconds: float) -> int:
        """Let real time pass, the bot's clock standing still, and do what can be done then."""
        self.real.at += seconds
        return self.courier.step()

    def settle(self, seconds: float = 30) -> None:
        for _ in range(int(seconds * 4)):
            self.after(0.25)

    def row(self, key: str) -> Message:
        with self.database.read() as reader:
            found = reader.message(key)
        assert found is not None
        return found

    def said(self, channel: str = CHANNEL) -> list[str]:
        return [m.text for m in self.box.workspace.channels[channel].in_order()]

    def direct(self, person: str) -> list[str]:
        return self.said(self.box.workspace.dm(person).id)

    def count(self, method: str) -> int:
        return self.box.record.count(method)


def card(name: str = NAME, channel: str = CHANNEL, **about: object) -> Message:
    return Message(f"card:{name}", "card", channel, candidate=name, about=dict(about))


def line(name: str = NAME) -> Message:
    return Message(f"thread:{name}", "thread", CHANNEL, candidate=name)


def outcome(number: int, name: str = NAME) -> Message:
    key = f"outcome:{name}:{number}"
    return Message(key, "outcome", CHANNEL, candidate=name, about={"fact": number}, once=True)


def ask(person: str = SAM) -> Message:
    states = (State.SECURITY,)
    return Message(f"ask:{NAME}:{person}", "ask", person, NAME, person, states, once=True)


def news(number: int, channel: str = CHANNEL) -> Message:
    return Message(f"news:{number}", "news", channel, about={"fact": number}, once=True)


def answer(target: str, channel: str | None = CHANNEL, person: str = SAM) -> Message:
    about: dict[str, object] = {"text": "No.", "blocks": [], "channel": channel}
    expires = START + timedelta(minutes=30)
    return Message("answer:1", "answer", target, None, person, (), about, True, expires)
