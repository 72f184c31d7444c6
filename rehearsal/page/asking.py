"""What a browser asks of the page: read strictly, and refused in a sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_BODY = 1_000_000
Asked = dict[str, Any]


class Refused(Exception):
    """An HTTP status and the sentence that goes with it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def must_be_here(request: Request) -> None:
    """Refuses a name that merely resolves to this machine: another site's page may have it."""
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        host = None
    if host not in HERE:
        raise Refused(403, "This page is shown to this machine only.")


async def asked(request: Request) -> Asked:
    """The JSON object of a POST; no other site can send one without asking first."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "Send application/json.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_BODY:
            raise Refused(413, "That is too long.")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "That is not JSON.") from None
    if not isinstance(found, dict):
        raise Refused(400, "Send a JSON object.")
    return found


def text_of(asked: Asked, name: str, *, empty: bool = False) -> str:
    """A text that must be there; blank only where `empty` says so."""
    found = asked.get(name)
    if not isinstance(found, str) or not (empty or found.strip()):
        raise Refused(400, f"{name} must be a text.")
    return found


def optional_text(asked: Asked, name: str) -> str | None:
    return None if asked.get(name) is None else text_of(asked, name)


def number_of(found: object, name: str) -> int:
    """A whole number from zero on, also where it came as text."""
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 16:
        return int(found)
    if type(found) is int and found >= 0:
        return found
    raise Refused(400, f"{name} must be a whole number.")


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
