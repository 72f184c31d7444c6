"""An installation to be looked over: a database file, a workspace in a box, and what the doctor finds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.doctor.examination import examine
from bot.doctor.findings import Finding, Level, Report
from bot.settings import Settings
from rehearsal.box import Box
from storage.database import Database
from storage.outbox import Message

CHANNEL = "C0REL0001"
BOT = "presumptive"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Patient:
    """`place` is the database's file."""

    place: Path
    box: Box
    more: dict[str, Any] = field(default_factory=dict)
    """Settings that differ."""

    def settings(self, **more: Any) -> Settings:
        ours: dict[str, Any] = {
            "slack_bot_token": self.box.bot_token,
            "slack_app_token": self.box.app_token,
            "slack_api_url": self.box.api_url,
            "database_url": f"sqlite:///{self.place}",
            **self.more,
            **more,
        }
        return Settings(_env_file=None, **ours)

    def look(self, fast: float = 0, **more: Any) -> Report:
        """The report, by a clock that is so many seconds fast."""
        return examine(self.settings(**more), lambda: now() + timedelta(seconds=fast))

    def finds(self, what: str, **more: Any) -> Finding:
        """The one finding about this; `what` may be only how it begins."""
        return the(self.look(**more), what)

    def at_work(self, ago: float = 0) -> None:
        """As if the bot had ticked with its door open so many seconds ago."""
        with self.writing() as database, database.write(lambda: at(ago)) as tx:
            tx.note_tick()
            tx.mark_door("a")

    def letter(self, message: Message, error: str | None = None, ago: float = 0) -> None:
        """A message asked for so long ago; with an error it is a dead letter."""
        with self.writing() as database, database.write(lambda: at(ago)) as tx:
            tx.send(message)
            tx.claim()
            if error is not None:
                tx.dead(message.key, error)

    def writing(self) -> closing[Database]:
        return closing(Database.open(f"sqlite:///{self.place}"))

    def sql(self, *statements: str) -> None:
        """What somebody does to the file behind our back."""
        with closing(sqlite3.connect(self.place)) as connection, connection:
            for statement in statements:
                connection.execute(statement)


def at(ago: float) -> datetime:
    return now() - timedelta(seconds=ago)


def the(report: Report, what: str) -> Finding:
    found = [f for part in report.sections for f in part.findings if f.what.startswith(what)]
    assert len(found) == 1, [f"{f.level} {f.what}: {f.says}" for f in found or all_of(report)]
    return found[0]


def all_of(report: Report) -> list[Finding]:
    return [finding for part in report.sections for finding in part.findings]


def wrongs(report: Report) -> list[str]:
    return [finding.what for finding in all_of(report) if finding.level is Level.WRONG]
