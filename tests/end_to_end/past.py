"""A past for a process that is served: a database in which a candidate was announced hours ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import SharedClock
from bot.rehearsing import Rehearsal, settings_in
from rehearsal.box import Box
from tests.end_to_end.workplace import CHANNEL, QUICK

ALWAYS = QUICK.replace(
    "policy:",
    'calendars: {default: {days: mon-sun, hours: "00:00-24:00"}}\n'
    'people: {"@alice": {calendar: default}}\npolicy:',
)
"""Whatever day and hour it is, Alice is at work."""


def announced_hours_ago(box: Box, target: Path, due: datetime) -> None:
    """Leaves a database in which a candidate was announced three hours ago and is due at `due`."""
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
    box.now = box.workspace.now = real
