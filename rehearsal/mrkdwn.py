"""How Slack reads text: what it escapes when people type, whom it notifies, what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

TOKEN = re.compile(r"<([^<>]+)>")
ADDRESS = re.compile(r"https?://[^\s<>|]+")
BARE = re.compile(r"(?<![\w/.@])@(here|channel|everyone)\b")
BROADCASTS = frozenset({"here", "channel", "everyone"})


class Names(Protocol):
    """Where ids and the names people type are looked up."""

    def user_name(self, user_id: str) -> str | None: ...
    def group_handle(self, group_id: str) -> str | None: ...
    def channel_name(self, channel_id: str) -> str | None: ...
    def user_id(self, name: str) -> str | None: ...
    def group_id(self, handle: str) -> str | None: ...
    def channel_id(self, name: str) -> tuple[str, bool] | None: ...


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(text: str, names: Names) -> str:
    """Rewrites what a person typed as `should_escape: true` does (slack-platform 1.2)."""
    pieces = re.split(r"(https?://[^\s<>|]+|(?<![\w@])@[\w.-]+|(?<![\w#])#[\w-]+)", text)
    return "".join(_typed_piece(piece, names) for piece in pieces)


def _typed_piece(piece: str, names: Names) -> str:
    if ADDRESS.fullmatch(piece):
        return f"<{escape(piece)}>"
    name = piece[1:].rstrip(".-")
    rest = piece[1 + len(name) :]
    if piece.startswith("@") and (user := names.user_id(name)):
        return f"<@{user}>{rest}"
    if piece.startswith("@") and (group := names.group_id(name)):
        return f"<!subteam^{group}|@{name}>{rest}"
    if piece.startswith("#") and (channel := names.channel_id(name)):
        found, public = channel
        return f"<#{found}|{name if public else ''}>{rest}"
    return escape(piece)


def pings_in(text: str, *, bare: bool) -> set[str]:
    """Whom this mrkdwn notifies: user and group ids, and here, channel or everyone."""
    found: set[str] = set()
    for token in TOKEN.findall(text):
        body = token.partition("|")[0]
        if body.startswith("@"):
            found.add(body[1:])
        elif body.startswith("!subteam^"):
            found.add(body.removeprefix("!subteam^"))
        elif body[:1] == "!" and body[1:] in BROADCASTS:
            found.add(body[1:])
    if bare:
        found.update(BARE.findall(TOKEN.sub(" ", text)))
    return found


def _within(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside blocks, at any depth."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _within(each)
    elif isinstance(value, list):
        for each in value:
            yield from _within(each)


def _pings_of(part: dict[str, Any]) -> set[str]:
    kind = part.get("type")
    if kind == "mrkdwn":
        return pings_in(str(part.get("text", "")), bare=not part.get("verbatim"))
    if kind == "markdown":
        return pings_in(str(part.get("text", "")), bare=True)
    if kind in ("user", "usergroup", "broadcast"):
        keys = ("user_id", "usergroup_id", "range")
        return {str(part[key]) for key in keys if key in part}
    return set()


def pings_of(
    text: str, blocks: list[dict[str, Any]], *, mrkdwn: bool = True, link_names: bool = False
) -> frozenset[str]:
    """Whom a whole message notifies, its top-level text included (slack-platform 7.2)."""
    found = pings_in(text, bare=link_names) if mrkdwn else set()
    for part in _within(blocks):
        found |= _pings_of(part)
    return frozenset(found)


def shown(text: str, names: Names, zone: str, now: datetime) -> str:
    """What a person in `zone` reads where the wire says `text`."""
    pieces = TOKEN.split(text)
    return "".join(
        _shown_token(piece, names, zone, now) if index % 2 else unescape(piece)
        for index, piece in enumerate(pieces)
    )


def _shown_token(token: str, names: Names, zone: str, now: datetime) -> str:
    body, _, label = token.partition("|")
    if body.startswith("@"):
        return f"@{names.user_name(body[1:]) or body[1:]}"
    if body.startswith("#"):
        return f"#{names.channel_name(body[1:]) or 'private channel'}"
    if body.startswith("!subteam^"):
        group = body.removeprefix("!subteam^")
        return f"@{names.group_handle(group) or group}"
    if body.startswith("!date^"):
        return _shown_date(body, unescape(label), zone, now)
    if body.startswith("!"):
        return f"@{body[1:]}"
    return f"{unescape(label)} ({unescape(body)})" if label else unescape(body)


def _shown_date(body: str, fallback: str, zone: str, now: datetime) -> str:
    _, seconds, form, *_ = [*body.split("^"), ""]
    if not seconds.lstrip("-").isdigit() or not form:
        return fallback
    return date_text(int(seconds), unescape(form), zone, now)


def _ordinal(day: int) -> str:
    if 10 <= day % 100 <= 20:
        return f"{day}th"
    return str(day) + {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _pretty(when: datetime, now: datetime) -> str | None:
    days = (when.date() - now.date()) // timedelta(days=1)
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)


def _ago(when: datetime, now: datetime) -> str:
    minutes = round((now.timestamp() - when.timestamp()) / 60)
    count, unit = (abs(minutes), "minute") if abs(minutes) < 60 else (abs(minutes) // 60, "hour")
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"in {words}" if minutes < 0 else f"{words} ago"


def date_text(seconds: int, form: str, zone: str, now: datetime) -> str:
    """Fills the tokens of a Slack date in the reader's zone, with a 24-hour clock."""
    when = datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(zone))
    here = now.astimezone(ZoneInfo(zone))
    day, month, year = _ordinal(when.day), when.strftime("%B"), when.year
    plain = {
        "date_num": when.strftime("%Y-%m-%d"),
        "date_slash": when.strftime("%m/%d/%Y"),
        "date": f"{month} {day}, {year}",
        "date_short": f"{when.strftime('%b')} {when.day}, {year}",
        "date_long": f"{when.strftime('%A')}, {month} {day}, {year}",
        "date_long_full": f"{when.strftime('%A')}, {month} {day}, {year}",
        "time": when.strftime("%H:%M"),
        "time_secs": when.strftime("%H:%M:%S"),
        "ago": _ago(when, here),
    }
    pretty = _pretty(when, here)
    words = {**plain, **{f"{key}_pretty": pretty or value for key, value in plain.items()}}
    words["day_divider_pretty"] = pretty or plain["date_long"]
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), form)
