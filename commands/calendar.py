"""`calendar`: what goes where in the next two weeks, what is frozen, what collides, and what waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from commands.act import Act
from commands.estate import word_of
from commands.planning import world_of
from commands.request import Reply, Tools
from rules.ahead import Bar, Blocker, Entry, Frozen, Outlook, Row
from rules.colliding import Colliding
from rules.outlook import outlook
from rules.words import Refused
from storage.reading import Reader

T = TypeVar("T")

DAYS = 14
ROOM, BESIDE = 4500, 500
"""What all releases may count, and each of the lists beside them: a message holds 8,000."""
A_ROW = 150
"""What an environment counts beside its releases."""
MOST_ROWS = 15
MOST_BESIDE = 8
MOST_NOTES = 2
"""Collisions told of a release; `status` tells the others."""


def run(act: Act) -> Reply:
    """Everything ahead, or what concerns one environment or one product.

    Refuses: unknown-place, odd-time.
    """
    name, date = _asked(act)
    since = act.now
    if date is not None:
        since = max(since, day(act.tools, date, act.zone, act.now))
    until = since + timedelta(days=int(act.request.fields.get("days", DAYS)))
    narrowed = _narrowed(act, name)
    seen = ahead(act.reader, act.tools, act.now, since, until, **narrowed)
    return Reply("calendar", {"name": name, **told(seen, name, act.zone)})


def ahead(
    reader: Reader, tools: Tools, now: datetime, since: datetime, until: datetime, **narrowed: str
) -> Outlook:
    """What lies ahead, by what is stored; times aware UTC. `environment` or `product` narrows it."""
    world = world_of(reader, tools, now)
    look = Colliding(world)
    return outlook(world, look.found, look.land.together, since, until, **narrowed)


def day(tools: Tools, text: str, zone: str, now: datetime) -> datetime:
    """The instant that a date or a time means; a day alone begins at its midnight. Refuses: odd-time."""
    try:
        return tools.when(f"00:00 {text}" if text else "", zone, now)
    except Refused:
        return tools.when(text, zone, now)


def _asked(act: Act) -> tuple[str, str | None]:
    """What is named, and the date; `from` may be left out before it."""
    words = act.request.text.split()
    small = [word.casefold() for word in words]
    if "from" in small:
        place = small.index("from")
        return word_of(" ".join(words[:place])), " ".join(words[place + 1 :])
    first, rest = word_of("".join(words[:1])), " ".join(words[1:])
    if not words or first in {*_places(act), *act.company.products}:
        return first, rest or None
    try:
        day(act.tools, " ".join(words), act.zone, act.now)
    except Refused:
        return word_of(" ".join(words)), None
    return "", " ".join(words)


def _places(act: Act) -> set[str]:
    """The environments that are declared, or that products go to."""
    company = act.company
    used = {place for product in company.products.values() for place in product.environments}
    return {*company.environments, *used}


def _narrowed(act: Act, name: str) -> dict[str, str]:
    """An environment, or else a product; a candidate means its product. Refuses: unknown-place."""
    places, products = _places(act), act.company.products
    if not name:
        return {}
    if name in places:
        return {"environment": name}
    if (product := name.partition("@")[0]) in products:
        return {"product": product}
    known = sorted({*places, *products})
    near = act.tools.near(name, known)
    raise Refused("unknown-place", {"word": name, "near": near, "known": known})


# As much as a message holds.


def told(seen: Outlook, name: str, zone: str) -> dict[str, Any]:
    """What the answer says: the next releases of each environment, and the first of each list."""
    busy = [row for row in seen.rows if row.bars or row.later]
    shown = busy[: _most_rows(busy)]
    left, most = busy[len(shown) :], _most(shown)
    return {
        "since": seen.since,
        "until": seen.until,
        "planned": len(seen.planned),
        "colliding": sum(bool(entry.collisions) for entry in seen.planned),
        "later": seen.later,
        "rows": [_row(row, most, name, zone) for row in shown],
        "left": left,
        "idle": [row.environment.name for row in seen.rows if row not in busy],
        "frozen": _fitting(seen.freezes, _freeze_length),
        "blockers": _fitting(seen.blockers, _blocker_length),
        "halted": _fitting(seen.halted, _entry_length),
        "waiting": _fitting(seen.waiting, _entry_length),
        "failed": _fitting(seen.failed, _entry_length),
    }


def _row(row: Row, most: int, name: str, zone: str) -> dict[str, Any]:
    """A row with its next releases, and how to ask for those left out."""
    bars, left = row.bars[:most], row.bars[most:]
    place = row.environment.name
    return {
        "environment": row.environment,
        "bars": [{"bar": bar, "notes": _notes(bar, place)} for bar in bars],
        "left": len(left),
        "next": _next(bars, left, zone) if name or not place else None,
        "later": row.later,
    }


def _next(bars: Sequence[Bar], left: Sequence[Bar], zone: str) -> str | None:
    """From when on to ask, once nothing else narrows it; None where that would show much the same again."""
    if not left or 2 * sum(bar.start >= left[0].start for bar in bars) > len(bars):
        return None
    return f"{left[0].start.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _notes(bar: Bar, place: str) -> list[Any]:
    """The collisions told in a place: those of other places are told there."""
    here = bar.entry.collisions
    return [each for each in here if each.kind != "environment" or each.of == place]


def _most_rows(rows: Sequence[Row]) -> int:
    """How many environments there is room for, each with its next release."""
    taken, most = 0, 0
    for row in rows[:MOST_ROWS]:
        taken += A_ROW + sum(map(_bar_length, row.bars[:1]))
        if most and taken > ROOM:
            break
        most += 1
    return most


def _most(rows: Sequence[Row]) -> int:
    """How many releases each row may show, so that all of them fit."""
    longest = max((len(row.bars) for row in rows), default=0)
    for most in (longest, 30, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2):
        bars = [bar for row in rows for bar in row.bars[:most]]
        if sum(_bar_length(bar) for bar in bars) + A_ROW * len(rows) <= ROOM:
            return most
    return 1


def _bar_length(bar: Bar) -> int:
    return 65 + _entry_length(bar.entry)


def _entry_length(entry: Entry) -> int:
    """About how many characters the line of a candidate takes."""
    names = [name for c in entry.collisions[:MOST_NOTES] for name in (c.of, *c.others[:1])]
    return len(entry.name) + sum(30 + len(name) for name in (*names, *entry.together[:2]))


def _freeze_length(frozen: Frozen) -> int:
    freeze = frozen.freeze
    return 100 + sum(map(len, (freeze.name, *freeze.products[:10], *freeze.environments[:10])))


def _blocker_length(blocker: Blocker) -> int:
    return 40 + sum(map(len, (blocker.name, *blocker.holds[:5])))


def _fitting(items: Sequence[T], length: Callable[[T], int]) -> dict[str, Any]:
    """The first of a list, at least one, as far as they fit; and how many are left out."""
    shown: list[T] = []
    for item in items[:MOST_BESIDE]:
        if shown and sum(map(length, shown)) + length(item) > BESIDE:
            break
        shown.append(item)
    return {"shown": shown, "left": len(items) - len(shown)}
