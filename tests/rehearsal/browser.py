"""A browser without a screen: asks the rehearsal's page over real HTTP, and listens to it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from rehearsal.box import Box
from rehearsal.inside import Words
from tests.rehearsal.conftest import Bot, Clock, over_http

MANIFEST: dict[str, Any] = {
    "features": {
        "slash_commands": [
            {"command": "/release", "description": "Releases", "usage_hint": "halt payments"},
            {"command": "/loud"},
            {"command": "/broken"},
        ],
        "shortcuts": [
            {"callback_id": "announce", "name": "Announce", "type": "global", "description": "New"},
            {"callback_id": "record", "name": "Record", "type": "message", "description": "Note"},
        ],
    }
}
WORDS: Words = [("halt", "Stop it", "halt CANDIDATE REASON"), ("status", "How it stands")]


@dataclass(frozen=True)
class Got:
    status: int
    raw: bytes
    headers: dict[str, str]

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class Browser:
    """One open page, on which somebody acts as `who`."""

    def __init__(self, box: Box, who: str = "alice") -> None:
        self.box = box
        self.who = who

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Got:
        where = urlsplit(self.box.url).netloc
        with closing(http.client.HTTPConnection(where, timeout=10)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Got(answer.status, answer.read(), dict(answer.getheaders()))

    def get(self, path: str, **query: str) -> Got:
        return self.ask("GET", f"{path}?{urlencode(query, quote_via=quote)}")

    def post(self, path: str, **body: Any) -> Got:
        return self.ask("POST", path, json.dumps(body), {"Content-Type": "application/json"})

    def state(self, **query: str) -> Any:
        got = self.get("/page/state", **{"as": self.who, **query})
        assert got.status == 200, got.raw
        return got.body

    def messages(self, place: str = "releases", **query: str) -> Any:
        return self.state(place=place, **query)["place"]["messages"]

    def try_to(self, do: str, **more: Any) -> Got:
        return self.post("/page/act", **{"as": self.who, "do": do, **more})

    def act(self, do: str, **more: Any) -> Any:
        got = self.try_to(do, **more)
        assert got.status == 200, got.raw
        return got.body

    def done(self, do: str, **more: Any) -> None:
        assert self.act(do, **more) == {"ok": True, "error": None, "errors": {}, "confirm": None}

    def on_card(self, action_id: str, **more: Any) -> dict[str, Any]:
        """What is sent with a press on an element of the newest card."""
        card = next(m for m in reversed(self.messages()) if m["blocks"])
        block = next(b for b in card["blocks"] if action_id in json.dumps(b))
        named = {key: card[key] for key in ("channel", "ts", "version")}
        return {**named, "block_id": block["block_id"], "action_id": action_id, **more}


@contextmanager
def listening(box: Box) -> Iterator[Iterator[dict[str, Any]]]:
    """The events a page is sent, as they come."""
    where = urlsplit(box.url).netloc
    with closing(http.client.HTTPConnection(where, timeout=10)) as connection:
        connection.request("GET", "/page/live")
        answer = connection.getresponse()
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield _events(answer)


def _events(answer: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
    for line in answer:
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


@contextmanager
def at_work(clock: Clock) -> Iterator[Bot]:
    """A box with a page that offers everything, and the small bot in it."""
    with Box(now=clock.now, limits=False, manifest=MANIFEST, words=WORDS) as box:
        bot = over_http(box)
        yield bot
        bot.stop()


class FakeHands:
    """Moves a clock when it is let go on; `next_due` is what falls due."""

    def __init__(self, clock: Clock, go_on: Any) -> None:
        self._clock = clock
        self._go_on = go_on
        self.next_due: datetime | None = None

    def advance(self, to: datetime) -> None:
        assert self._go_on.wait(10)
        self._clock.time = to

    def due(self) -> datetime | None:
        return self.next_due
