"""The plan as a page of its own: a timeline of every environment, and in words what it shows (DESIGN 2.6, 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from string import ascii_uppercase
from typing import Any
from zoneinfo import ZoneInfo

from bot.audit.summary import pages
from bot.richtext import isolated, tidy
from bot.timeline import ICE, ROW, Timeline
from rules.ahead import Outlook
from rules.outlook import CROWDING


def page(ahead: Outlook, zone: str) -> str:
    """The page as HTML that needs no other file; `zone` is an IANA name."""
    drawn = Timeline(ahead, ZoneInfo(zone))
    about = {
        "ahead": ahead,
        "zone": zone,
        "line": drawn,
        "lanes": drawn.lanes,
        "paths": drawn.lines,
        "row": ROW,
        "ice": ICE,
        "named": {entry.name: entry for entry in ahead.entries},
        "anchors": {entry.name: f"r{number}" for number, entry in enumerate(ahead.entries)},
        "letters": _letters(ahead.sets),
        "telling": {
            e.name for e in ahead.entries if any(c.kind not in CROWDING for c in e.collisions)
        },
        "days": [(day, list(entries)) for day, entries in groupby(ahead.planned, key=drawn.day_of)],
        "production": _matrix(ahead),
        **_spoken(ZoneInfo(zone)),
    }
    return pages().get_template("plan.html.j2").render(about).lstrip()


def _spoken(zone: ZoneInfo) -> dict[str, Any]:
    """How instants and people's words are written."""

    def local(at: datetime) -> datetime:
        return at.astimezone(zone)

    return {
        "clean": cache(lambda text: isolated(" ".join(tidy(str(text)).split()))),
        "clock": lambda at: f"{local(at):%H:%M}",
        "at": lambda at: f"{local(at):%a} {local(at).day} {local(at):%b %H:%M}",
        "on": lambda at: f"{local(at):%a} {local(at).day} {local(at):%b %Y}",
        "utc": lambda at: f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "on_day": lambda at, day: local(at).date() == day,
        "a_moment": timedelta(microseconds=1),
    }


def _letters(sets: Sequence[Sequence[str]]) -> dict[str, str]:
    """A letter for each set, by its members: A to Z, then A2 and so on."""
    found = {}
    for number, names in enumerate(sets):
        turn, place = divmod(number, len(ascii_uppercase))
        letter = ascii_uppercase[place] + (str(turn + 1) if turn else "")
        found.update(dict.fromkeys(names, letter))
    return found


def _matrix(ahead: Outlook) -> dict[str, Any]:
    """What is in production, a row a product and a column an environment."""
    places = list(dict.fromkeys(there.environment for there in ahead.production))
    cells: dict[str, dict[str, Any]] = {}
    for there in ahead.production:
        cells.setdefault(there.product, {})[there.environment] = there.what
    return {"places": sorted(places, key=lambda place: (not place, place)), "products": cells}
