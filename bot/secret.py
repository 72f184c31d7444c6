"""Whether Slack signs with the secret we were given: what it signed was accepted, and nothing of its own was refused (DESIGN 2.4)."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from storage.database import Database

MOST_READ = 300_000
"""Bytes of a refused request that are looked at; Slack's own are smaller."""
MOST_FIELDS = 60
TOPIC, SENDER = "secret", "sender"
ACCEPTED, REFUSED = "accepted", "refused"
UNHEARD = (
    "no request signed by Slack has come since this signing secret was set: type the command once in "
    "Slack; if it is refused, copy SLACK_SIGNING_SECRET again from the app's settings"
)
TURNED_AWAY = (
    "a request of Slack's own was refused, because it was signed with another secret than "
    "SLACK_SIGNING_SECRET: copy that again from the app's settings, and restart the bot"
)


class Secret:
    """What is known of one signing secret, here and in the database. Safe between threads.

    Requests only leave a note in memory; `look` writes it down. Kept are shortened hashes: of the
    secret, and of the verification token and app id that Slack's requests bear.
    """

    def __init__(self, secret: str, database: Database, clock: Callable[[], Any]) -> None:
        self.fingerprint = _hash("secret", secret)
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._senders: set[str] = set()
        self._stored: frozenset[str] | None = None
        """Who is known in the database; None: it has not been asked yet."""
        self._last: str | None = None
        """What became of Slack's last request since the last look."""
        self.on_refused: Callable[[str], object] = lambda sentence: None
        """Called at once, with a sentence, when a request of Slack's own was refused."""

    def accepted(self, body: Mapping[str, Any]) -> None:
        """A request was signed with our secret; `body` is it, parsed."""
        sender = _sender(body)
        with self._lock:
            self._last = ACCEPTED
            if sender is not None:
                self._senders.add(sender)

    def refused(self, body: bytes) -> bool:
        """Whether a request that our secret did not sign is Slack's own all the same."""
        sender = _sender(_parsed(body))
        with self._lock:
            ours = sender is not None and sender in self._senders
            if ours:
                self._last = REFUSED
        if ours:
            self.on_refused(TURNED_AWAY)
        return ours

    def look(self) -> str | None:
        """Why the door is shut as far as the secret goes. Raises Unavailable."""
        with self._database.read() as reader:
            known, senders = reader.hearing(TOPIC), reader.hearing(SENDER)
        with self._lock:
            last, self._last = self._last, None
            self._senders |= senders.keys()
            new = self._senders - senders.keys()
        fits = ACCEPTED in known and known[ACCEPTED].said == self.fingerprint
        stands = REFUSED in known
        if (last == ACCEPTED and (stands or not fits)) or new:
            self._note(new, accepted=last == ACCEPTED)
            fits, stands = fits or last == ACCEPTED, stands and last != ACCEPTED
        if last == REFUSED and not stands:
            with self._database.write(self._clock) as tx:
                tx.hear(TOPIC, REFUSED, self.fingerprint)
            stands = True
        if stands:
            return TURNED_AWAY
        return None if fits else UNHEARD

    def _note(self, new: set[str], *, accepted: bool) -> None:
        with self._database.write(self._clock) as tx:
            for sender in new:
                tx.hear(SENDER, sender)
            if accepted:
                tx.hear(TOPIC, ACCEPTED, self.fingerprint)
                tx.unhear(TOPIC, REFUSED)


def _sender(body: Mapping[str, Any]) -> str | None:
    """Who sent it, as only Slack and this app know to say; None where it does not say."""
    token, app = body.get("token"), body.get("api_app_id")
    if not (isinstance(token, str) and isinstance(app, str) and token and app):
        return None
    return _hash("sender", app, token)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(("presumptive", *parts)).encode()).hexdigest()[:20]


def _parsed(body: bytes) -> Mapping[str, Any]:
    """The fields of a request that nobody vouches for; none where it can't be read, or is too large."""
    try:
        said = body.decode() if len(body) <= MOST_READ else ""
        if said.startswith("{"):
            found = json.loads(said)
        else:
            found = dict(parse_qsl(said, max_num_fields=MOST_FIELDS))
            if "payload" in found:
                found = json.loads(found["payload"])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
