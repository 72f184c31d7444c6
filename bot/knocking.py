"""A knock on our own public door, signed as Slack signs, which only a replica of this installation answers (DESIGN 2.4)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bot.manifest import REQUEST_PATH
from storage.database import Database

WITHIN = 3.0
"""Seconds in which our own public address must answer."""
KNOCK = "x-presumptive-knock"
"""The header by which a request of our own is told from Slack's."""
TOPIC = "knock"
MOST = 200
"""Bytes of an answer that are read."""


def signed(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers by which Slack signs (slack-platform 2)."""
    stamp = str(int(at.timestamp()))
    mark = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark.hexdigest()}"}


def proof(secret: str, body: bytes) -> str:
    """What only somebody who has the secret, and who was knocked at, can answer."""
    return hmac.new(secret.encode(), b"knocked:" + body, hashlib.sha256).hexdigest()


class Knocker:
    """Knocks at PUBLIC_URL. A word of its own stands in the database, so that whoever answers shares it."""

    def __init__(self, public_url: str, secret: str, clock: Callable[[], datetime]) -> None:
        """`clock` is the one signatures are judged by. Raises ValueError for no address of the web."""
        self.address = public_url.rstrip("/") + REQUEST_PATH
        if urlsplit(self.address).scheme not in ("http", "https"):
            raise ValueError("PUBLIC_URL begins with http:// or https://")
        self._secret, self._clock = secret, clock
        self._opener = build_opener(_NoRedirect)

    def __call__(self, word: str) -> str | None:
        """Why nobody of this installation hears what comes to the public address; None: somebody does."""
        body = f"{word} {secrets.token_hex(12)}".encode()
        named = {KNOCK: "1", "Content-Type": "text/plain", "Cache-Control": "no-store"}
        headers = named | signed(self._secret, body, self._clock())
        request = Request(self.address, body, headers, method="POST")  # noqa: S310  # checked above
        try:
            with self._opener.open(request, timeout=WITHIN) as answer:
                said = answer.read(MOST).decode(errors="replace")
        except HTTPError as other:
            with other:
                return f"{self.address} answers {other.code} to a request of our own"
        except (URLError, OSError, HTTPException, ValueError) as shut:
            return f"{self.address} does not answer: {getattr(shut, 'reason', shut)}"
        if hmac.compare_digest(said.strip(), proof(self._secret, body)):
            return None
        return f"{self.address} is answered, but not by a bot of this installation"


class Address:
    """The check of a bot that listens by HTTP: what is sent to its public address reaches it."""

    def __init__(
        self,
        knocker: Knocker,
        database: Database,
        clock: Callable[[], datetime],
        replica: str,
    ) -> None:
        self._knocker, self._database, self._clock = knocker, database, clock
        self._replica = replica
        self._word = secrets.token_hex(16)

    def look(self) -> str | None:
        """Why nothing that Slack sends would reach us. Raises Unavailable."""
        with self._database.read() as reader:
            known = reader.hearing(TOPIC).get(self._replica)
        if known is None:
            with self._database.write(self._clock) as tx:
                tx.hear(TOPIC, self._replica, self._word)
        return self._knocker(self._word)


def answered(database: Database, secret: str, body: bytes) -> str | None:
    """The answer to a knock that our secret signed; None where its word is not in our database."""
    word = body.partition(b" ")[0].decode(errors="replace")
    with database.read() as reader:
        known = {heard.said for heard in reader.hearing(TOPIC).values()}
    return proof(secret, body) if word in known else None


class _NoRedirect(HTTPRedirectHandler):
    """A public address that leads elsewhere is not ours."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None
