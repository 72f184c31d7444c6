"""Names as people write them, `@sam`, `@sec-arch`, `#releases`, turned into Slack's ids (DESIGN 5)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from bot.declared import Resolved, Unknown
from bot.settings import Misconfigured
from bot.slackcalls import Refusal, Sent, SlackCalls, TryLater

ID = re.compile(r"([UWSCG])[A-Z0-9]{5,}")
LINKED = re.compile(r"<(?:@|#|!subteam\^)([A-Z0-9]+)(?:\|[^>]*)?>")
KINDS = {"U": "user", "W": "user", "S": "group", "C": "channel", "G": "channel"}
NOT_HERE = frozenset(
    {
        "user_not_found",
        "users_not_found",
        "user_not_visible",
        "channel_not_found",
        "no_such_subteam",
    }
)
FRESH = 60.0
"""Seconds for which the lists are good."""
PATIENCE = 5
"""How often a list is asked for again after Retry-After."""


@dataclass
class _Index:
    """Everything in the workspace that has a name; `labels` are the names as one would write them."""

    found: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def add(self, sign: str, name: str | None, kind: str, slack_id: str) -> None:
        if name:
            written = sign + name
            self.found.setdefault(written.casefold(), set()).add((kind, slack_id))
            self.labels.setdefault(written.casefold(), written)


class Names:
    """Looks names up in the workspace's lists; for a catalogue, never in a press.

    Raises Misconfigured, with a sentence, where Slack does not answer.
    """

    def __init__(self, calls: SlackCalls, pause: Callable[[float], None] = time.sleep) -> None:
        self._calls, self._pause = calls, pause
        self._index: _Index | None = None
        self._read_at = 0.0

    def resolve(self, written: str) -> Resolved | Unknown:
        """Whom or what `U…`, `S…`, `C…`, `@handle`, `@Display Name` or `#channel` means."""
        linked = LINKED.fullmatch(written.strip())
        word = linked[1] if linked else written.strip()
        given = ID.fullmatch(word)
        if given:
            return self._by_id(KINDS[given[1]], word)
        signed = word if word[:1] in "@#" else f"@{word}"
        found = self._names().found.get(signed.casefold(), set())
        if len(found) == 1:
            ((kind, slack_id),) = found
            return Resolved(kind, slack_id)
        if found:
            ids = tuple(sorted(slack_id for _, slack_id in found))
            return Unknown("is the name of several: write the id", ids)
        return Unknown(nearest=tuple(self.near(signed)))

    def near(self, written: str) -> list[str]:
        """The names most like it, best first."""
        labels = self._names().labels
        near = get_close_matches(written.casefold(), labels, n=3, cutoff=0.6)
        return [labels[name] for name in near]

    def _by_id(self, kind: str, slack_id: str) -> Resolved | Unknown:
        if kind == "group":
            groups = self._list("usergroups.list", "usergroups")
            known = any(group["id"] == slack_id for group in groups)
        elif kind == "user":
            known = self._exists("users.info", user=slack_id)
        else:
            known = self._exists("conversations.info", channel=slack_id)
        return Resolved(kind, slack_id) if known else Unknown()

    def _exists(self, method: str, **arguments: str) -> bool:
        return self._answer(method, arguments, NOT_HERE) is not None

    def _names(self) -> _Index:
        if self._index is None or time.monotonic() - self._read_at > FRESH:
            self._index, self._read_at = self._read(), time.monotonic()
        return self._index

    def _read(self) -> _Index:
        index = _Index()
        for user in self._list("users.list", "members"):
            if not user.get("deleted"):
                for name in _names_of(user):
                    index.add("@", name, "user", user["id"])
        for group in self._list("usergroups.list", "usergroups"):
            index.add("@", group.get("handle"), "group", group["id"])
        for channel in self._channels():
            index.add("#", channel.get("name"), "channel", channel["id"])
        return index

    def _channels(self) -> Iterator[Mapping[str, Any]]:
        """Public channels, and the private ones the bot is in, if it may see them."""
        for kind, needed in (("public_channel", ()), ("private_channel", ("missing_scope",))):
            yield from self._list("conversations.list", "channels", needed, types=kind)

    def _list(
        self, method: str, items: str, excused: Iterable[str] = (), **arguments: str
    ) -> Iterator[Mapping[str, Any]]:
        """Every item of a paged list; empty where the refusal is excused."""
        if method == "usergroups.list":
            excused = (*excused, "plan_upgrade_required", "paid_teams_only", "missing_scope")
        cursor = ""
        while True:
            more = {**arguments, "limit": "200", **({"cursor": cursor} if cursor else {})}
            body = self._answer(method, more, frozenset(excused))
            if body is None:
                return
            yield from body.get(items) or []
            cursor = (body.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _answer(
        self, method: str, arguments: Mapping[str, str], excused: frozenset[str]
    ) -> Mapping[str, Any] | None:
        """Slack's answer; None for an excused refusal."""
        for _ in range(PATIENCE):
            outcome = self._calls.call(method, **arguments)
            if not isinstance(outcome, TryLater):
                break
            self._pause(outcome.seconds)
        if isinstance(outcome, Sent):
            return outcome.body
        if isinstance(outcome, Refusal):
            if outcome.error in excused:
                return None
            detail = f" ({outcome.detail})" if outcome.detail else ""
            raise Misconfigured(
                f"Slack refuses {method}: {outcome.error}{detail}. Check SLACK_BOT_TOKEN and its scopes."
            )
        raise Misconfigured(
            f"Slack does not answer {method} ({outcome.error}). Try again, or check SLACK_API_URL."
        )


def _names_of(user: Mapping[str, Any]) -> set[str]:
    profile = user.get("profile") or {}
    names = {user.get("name"), profile.get("display_name"), user.get("real_name")}
    return {str(name) for name in names if name}
