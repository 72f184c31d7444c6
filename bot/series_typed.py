"""Reads a schedule typed in one line, and proposes the nearest that can be where it can't (DESIGN 3, 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches

from bot.estate import OddWords
from bot.quoted import cut
from bot.series import NONE, keys_of, nearest, series_from
from bot.times import WEEKDAYS, zone_named
from rules.series import MEETING, Series
from rules.words import Refused
from storage.company import Company

KEYWORDS = {
    "every": "every",
    "for": "minutes",
    "in": "channel",
    "calendar": "calendar",
    "holidays": "holidays",
    "agenda": "agenda",
    "reminders": "reminders",
}
"""By which word what follows is known, and the catalogue's key for it."""
CALLED = {"day": "weekday", "at": "time", "minutes": "length", "every": "number of weeks"}
"""What a key is called in a sentence, where that is another word."""
_PART = re.compile(rf"(?<!\S)({'|'.join(KEYWORDS)})(?!\S)", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|\s\band\b)\s*", re.IGNORECASE)
_CHANNEL = re.compile(r"#?([CG][A-Z0-9]{5,})")
_IDLE = frozenset({"at", "on", "each", "o'clock"})
_HALVES = frozenset({"am", "pm"})
_DAYS = frozenset({*WEEKDAYS, *(day[:3] for day in WEEKDAYS)})

Said = Mapping[str, str]


def schedule_from(
    text: str, name: str, zone: str, company: Company, now: datetime, old: Series | None = None
) -> Series:
    """When the series `meeting` or `digest` comes, as `thu 10:00 Europe/Berlin every 2 weeks for 45 min` says.

    After that may stand `in #channel`, `calendar germany`, `holidays move`, `agenda 1 day` and
    `reminders 1 day, 1 hour`, in any order. What is not said is as in `old`, or else the default:
    `zone`, an IANA name, and the installation's channel. `now` is aware UTC.
    Refuses: odd-schedule, with the `series`, `why`, the catalogue's `field`, and `near`: a line that can be, or None.
    """
    reading = _Typed(name, zone, company, now, old)
    said, wrong = _parted(text, name)
    try:
        return reading.series(said, wrong)
    except OddWords as odd:
        first = next(iter(odd.wrong))
        if typo := _typo(said.get("zone", "")) if "zone" in odd.wrong else None:
            word, meant = typo
            why = f"`{cut(word)}` is no word of a schedule; write `{meant}`"
            near = reading.line(_parted(text.replace(word, meant, 1), name)[0])
        else:
            why = "; ".join(_sentence(key, what) for key, what in odd.wrong.items())
            near = reading.nearest(said, odd.wrong)
        about = {"series": name, "why": why, "near": near, "field": first}
        raise Refused("odd-schedule", about) from None


class _Typed:
    """Reads what stands under each key, with everything around it."""

    def __init__(
        self, name: str, zone: str, company: Company, now: datetime, old: Series | None
    ) -> None:
        self.name, self.zone, self.company, self.now, self.old = name, zone, company, now, old

    def series(self, said: Said, wrong: Said | None = None) -> Series:
        """Raises OddWords, with what is `wrong` already."""
        words, odd = dict(said), dict(wrong or {})
        if channel := words.get("channel"):
            found = _CHANNEL.fullmatch(channel)
            words["channel"] = found[1] if found else self._channel() or "?"
            if found is None:
                odd["channel"] = f"can't be `{cut(channel)}`; pick it from the list that `#` opens"
        try:
            made = series_from(
                words,
                self.name,
                self.zone,
                self._channel(),
                self.now,
                self.company.calendars,
                self.old,
            )
        except OddWords as more:
            raise OddWords({**more.wrong, **odd}) from None
        if odd:
            raise OddWords(odd)
        return made

    def _channel(self) -> str | None:
        """Where the meeting is, or else what is announced."""
        meeting = self.company.series.get(MEETING)
        return meeting.channel if meeting else self.company.installation.channel

    def nearest(self, said: Said, wrong: Said) -> str | None:
        """The line with what is nearest to each wrong part of it; None where something has nothing near."""
        mended = dict(said)
        for key in (key for key in wrong if key in said):
            near = nearest(key, said[key])
            if key == "calendar":
                near = next(
                    iter(get_close_matches(said[key], [*self.company.calendars, NONE], 1)), None
                )
            if near is None:
                return None
            mended[key] = near
        return self.line(mended)

    def line(self, said: Said) -> str | None:
        """What is said, in one line; None where that can't be either."""
        try:
            self.series(said)
        except OddWords:
            return None
        head = [said[key] for key in ("day", "at", "zone") if key in said]
        rest = [f"{word} {said[key]}" for word, key in KEYWORDS.items() if key in said]
        return " ".join(head + rest)


def _parted(text: str, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """What is said under each key, and what of it can't stand there, as in OddWords."""
    head, *parts = _PART.split(" ".join(text.split()))
    said, wrong = _head(head), {}
    for word, value in zip(parts[::2], map(str.strip, parts[1::2]), strict=True):
        key = KEYWORDS[word.casefold()]
        if key == "channel" and "/" in value:  # `in Europe/Berlin`
            key = "zone"
        if key not in keys_of(name):
            wrong[key] = f"is only a meeting's; leave `{word} {cut(value)}` out"
        elif key in said:
            wrong[key] = "is said twice; keep one"
        elif not value:
            wrong[key] = f"is empty; write it after `{word}`"
        else:
            said[key] = value
    if not said and not wrong:
        wrong["day"] = "is missing; write it like `thu 10:00`"
    return said, wrong


def _head(text: str) -> dict[str, str]:
    """Days, time and zone of what stands before any other word of the line."""
    tokens = [word for word in _AND.sub(",", text).split() if word.casefold() not in _IDLE]
    first = next((i for i, word in enumerate(tokens) if re.search(r"[0-9]", word)), None)
    if first is None:
        split = next((i for i, word in enumerate(tokens) if _is_zone(word)), len(tokens))
        days, at, rest = tokens[:split], [], tokens[split:]
    else:
        days, at, rest = tokens[:first], [tokens[first]], tokens[first + 1 :]
    if at and rest and rest[0].casefold() in _HALVES:
        at.append(rest.pop(0))
    if not days and rest and all(day in _DAYS for day in rest[0].casefold().split(",")):
        days = [rest.pop(0)]
    said = {"day": ",".join(days), "at": " ".join(at), "zone": " ".join(rest)}
    return {key: words for key, words in said.items() if words}


def _is_zone(word: str) -> bool:
    return "/" in word or zone_named(word) is not None


def _typo(words: str) -> tuple[str, str] | None:
    """A word of the line that is nearly one that has a meaning there, and that one."""
    for word in words.split():
        near = get_close_matches(word.casefold(), KEYWORDS, 1, 0.75)
        if near and "/" not in word:
            return word, near[0]
    return None


def _sentence(key: str, what: str) -> str:
    return f"the {CALLED.get(key, key)} {what}"
