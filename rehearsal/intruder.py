"""What somebody might do who holds a copy of the database file, or who knows the bot's address: for drills."""

from __future__ import annotations

import http.client
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from rehearsal.deliver import sign


def forge(address: str, guess: str = "guessed", app: str = "A0STRANGER") -> int:
    """Sends a request to the bot as if it were Slack's, by a secret of one's own; what it answers.

    `guess` is what Slack would write as its verification token, `app` as the app's id.
    """
    fields = {"token": guess, "api_app_id": app, "command": "/release", "text": "status"}
    body, stamp = urlencode(fields).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign("a secret of one's own", stamp, body),
    }
    where = urlsplit(address)
    with closing(http.client.HTTPConnection(where.netloc, timeout=10)) as line:
        line.request("POST", where.path, body, headers)
        return line.getresponse().status


def change_a_byte(copy: Path) -> int:
    """Changes one byte of the body of the fact in the middle of the log; which fact that is."""
    with _unguarded(copy) as log:
        (number,) = log.execute("SELECT (min(id) + max(id)) / 2 FROM facts").fetchone()
        (body,) = log.execute("SELECT body FROM facts WHERE id = ?", (number,)).fetchone()
        other = "0" if body[-3] != "0" else "1"
        changed = f"{body[:-3]}{other}{body[-2:]}"
        log.execute("UPDATE facts SET body = ? WHERE id = ?", (changed, number))
    return int(number)


def cut_off_the_last(copy: Path) -> int:
    """Takes the last fact away; which one that was."""
    with _unguarded(copy) as log:
        (number,) = log.execute("SELECT max(id) FROM facts").fetchone()
        log.execute("DELETE FROM facts WHERE id = ?", (number,))
    return int(number)


@contextmanager
def _unguarded(copy: Path) -> Iterator[sqlite3.Connection]:
    """The file with its triggers out of the way, and put back afterwards, as a careful hand would."""
    with closing(sqlite3.connect(copy)) as log, log:
        named = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = log.execute(named).fetchall()
        for name, _ in triggers:
            log.execute(f"DROP TRIGGER {name}")
        yield log
        for _, made in triggers:
            log.execute(made)
