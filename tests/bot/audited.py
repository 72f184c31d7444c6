"""An installation with a past, for the audit: and the hands that tamper with its file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from storage.chain import GENESIS, link
from storage.engine import DRIVER
from tests.bot.serving import Said, run
from tests.commands.office import Office, announced

HOSTILE = '=HYPERLINK("http://x") <script>alert(1)</script> & "fixed"'
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


def live(place: Path) -> Path:
    """A database, `bot.db` in this folder, in which a release was halted, rebuilt, lifted, and let go by silence."""
    office = Office.opened(place / "made.db")
    announced(office, "payments 2.4.1 commit aaa111")
    office.say("assert payments", by="alice")
    office.say(f"halt payments {HOSTILE}", by="sue")
    office.say("announce payments 2.4.1 commit bbb222", by="dave")
    office.deliver()
    office.say("lift payments fixed", by="sue")
    office.until("2026-11-24 17:00")
    office.tick()
    office.until("2026-11-25 12:00")
    office.tick()
    office.deliver()
    assert office.candidate("payments@2.4.1#2").phase == "released"
    office.say("assert payments@2.4.1", by="xena")
    announced(office, "web 1.0", by="dave")
    office.copied_to(place / "bot.db")
    return place / "bot.db"


def verified(folder: Path, *more: str) -> Said:
    return run(folder, "audit", "verify", *more)


def head(folder: Path) -> tuple[int, str]:
    ((number, sealed),) = sql(folder, "SELECT id, hash FROM facts ORDER BY id DESC LIMIT 1")
    return int(number), str(sealed)


def sql(folder: Path, *statements: str) -> list[tuple[Any, ...]]:
    """Tamper as somebody with the file in their hands would; the last statement's rows."""
    with closing(DRIVER.connect(str(folder / "bot.db"))) as connection:
        rows = [connection.execute(statement).fetchall() for statement in statements]
        connection.commit()
    return rows[-1]


def unlocked(folder: Path, *statements: str) -> None:
    """The same, the triggers dropped first and put back afterwards, as a careful hand would."""
    guards = sql(folder, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    dropped = [f"DROP TRIGGER {name}" for name, _ in guards]
    sql(folder, *dropped, *statements, *(str(made) for _, made in guards))


def resealed(folder: Path) -> None:
    """Chain everything anew, so that only what rests on the facts can tell."""
    previous, number = GENESIS, 0
    changes = []
    for number, body in sql(folder, "SELECT id, body FROM facts ORDER BY id"):
        sealed = link(previous, body)
        changes.append(
            f"UPDATE facts SET prev_hash = '{previous}', hash = '{sealed}' WHERE id = {number}"
        )
        previous = sealed
    unlocked(folder, *changes)
