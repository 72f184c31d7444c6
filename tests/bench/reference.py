"""The reference: the same Bolt door, whose listener commits as many rows as an assertion does by Core, and nothing else."""

from __future__ import annotations

import os
import secrets
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any, cast

import uvicorn
from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy import Engine, bindparam, func, insert, select

from bot.clock import SystemClock
from bot.guard import Guard
from bot.slack import Payload, SlackDoor
from bot.web import Web
from storage.candidates import parse_name
from storage.engine import writer
from storage.tables import candidates, facts, inbox, outbox

_LAST = select(func.max(facts.c.id)).scalar_subquery()
FACT = insert(facts).values(id=_LAST + 1)
LONG = select(facts.c.body).order_by(func.length(facts.c.body).desc()).limit(1)
SIZE = 450
"""Characters of the body of an assertion's fact."""
KEY = insert(inbox)
MESSAGE = insert(outbox)
CANDIDATE = (
    candidates.update()
    .where(
        candidates.c.product == bindparam("of_product"),
        candidates.c.version == bindparam("of_version"),
        candidates.c.build == bindparam("of_build"),
    )
    .values(seq=candidates.c.seq + 1, doc=bindparam("whole"))
)
AGAIN = (
    outbox.update()
    .where(outbox.c.key == bindparam("of"))
    .values(want=outbox.c.want + 1, state="waiting", wanted_at=bindparam("at"))
)


class Rows:
    """The rows of an assertion, of the same size in the same tables, written bare."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()
        self._lock = threading.Lock()
        with self._connection.begin():
            self._doc = self._connection.execute(select(candidates.c.doc).limit(1)).scalar_one()
            self._body = self._connection.execute(LONG).scalar_one()[:SIZE]

    def write(self, name: str, person: str, key: str) -> None:
        """One transaction: a candidate, a fact, the thread, the card, the presser's own message, a key."""
        product, version, build = parse_name(name) or ("", "", 0)
        connection = self._connection
        with self._lock, connection.begin():
            now = datetime.now(UTC)
            of = {"of_product": product, "of_version": version, "of_build": build}
            connection.execute(CANDIDATE, {**of, "whole": self._doc})
            connection.execute(FACT, self._fact(name, person, now))
            if self._again(f"thread:{name}", now) == 0:
                connection.execute(MESSAGE, _thread(name, now))
            self._again(f"card:{name}", now)
            self._again(f"ask:{name}:{person}", now)
            connection.execute(KEY, {"key": key, "at": now})

    def _again(self, key: str, now: datetime) -> int:
        return self._connection.execute(AGAIN, {"of": key, "at": now}).rowcount

    def _fact(self, name: str, person: str, now: datetime) -> dict[str, Any]:
        return {
            "kind": "state.asserted",
            "at": now,
            "person": person,
            "product": "payments",
            "candidate": name,
            "law": 1,
            "body": self._body,
            "prev_hash": secrets.token_hex(32),
            "hash": secrets.token_hex(32),
        }


def _thread(name: str, now: datetime) -> dict[str, Any]:
    return {
        "key": f"thread:{name}",
        "kind": "thread",
        "target": "C0REL0001",
        "candidate": name,
        "person": None,
        "states": "",
        "about": "{}",
        "once": False,
        "want": 1,
        "sent": 0,
        "state": "waiting",
        "attempts": 0,
        "wanted_at": now,
        "not_before": now,
        "ambiguous": False,
        "repeated": False,
    }


class BareDoor(SlackDoor):
    """Slack's door as it is, but a press only writes rows."""

    rows: Rows

    def _action(self, ack: Ack, body: Payload, action: Payload, context: Payload) -> None:
        ack()
        name = action["value"].partition(" ")[2]
        person = body["user"]["id"]
        self.rows.write(name, person, f"press:{person}:{action['action_ts']}")


def app(file: Path, secret: str) -> App:
    """The Bolt application of the reference."""
    client = WebClient(token="xoxb-reference")
    nothing = cast(Any, None)
    door = BareDoor(nothing, nothing, client, secret, nothing, lambda: None, nothing)
    object.__setattr__(door, "rows", Rows(writer(file, lambda: inf)))
    return door.bolt()


class Deaf:
    """Wants to know nothing of what came in."""

    def accepted(self, body: Mapping[str, Any]) -> None:
        pass

    def refused(self, body: bytes) -> None:
        pass

    def knocked(self, body: bytes) -> str | None:
        return None


def main() -> None:
    secret = os.environ["SLACK_SIGNING_SECRET"]
    web = Web(
        app(Path(sys.argv[1]), secret),
        Guard(secret, SystemClock().now),
        Deaf(),
        "reference",
        dict,
        str,
    )
    port = int(os.environ["PORT"])
    uvicorn.run(web.app(), port=port, log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main()
