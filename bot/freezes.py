"""Reads when a freeze is, once or again and again, as people write it, and writes it back (DESIGN 2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.calendars import weekday_from
from bot.estate import Reading, Words, sentence_from
from bot.quoted import cut
from bot.times import WEEKDAYS, when
from bot.zones import zone as zone_from
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.freezing import WORDS
from rules.words import Refused
from rules.worktime import instant

KEYS = ("kind", "from", "until", "every", "zone", "products", "environments", "reason")
KINDS = ("hard", "soft")

_DASH = r" ?[-–—] ?"
_CLOCK = r"([0-9]{1,2}:[0-9]{2})"
_RECURRING = {
    Every.WEEK: re.compile(rf"()([a-z]+) {_CLOCK}{_DASH}()([a-z]+) {_CLOCK}"),
    Every.MONTH: re.compile(rf"month ()([0-9]{{1,2}}) {_CLOCK}{_DASH}()([0-9]{{1,2}}) {_CLOCK}"),
    Every.YEAR: re.compile(
        rf"([0-9]{{1,2}})-([0-9]{{1,2}}) {_CLOCK}{_DASH}([0-9]{{1,2}})-([0-9]{{1,2}}) {_CLOCK}"
    ),
}
_MOMENT = re.compile(
    r"(?P<day>20[0-9]{2}-[0-9]{2}-[0-9]{2})[ t](?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(?P<offset>z|[+-][0-9]{2}:[0-9]{2})?"
)
FEBRUARY = 2
_EXAMPLES = "`fri 16:00 - mon 08:00`, `month 28 18:00 - 2 08:00` or `12-20 00:00 - 01-03 00:00`"


def freeze_from(words: Words, zone: str, now: datetime | None) -> Freeze:
    """The freeze that words describe, in its own `zone` or else this one, an IANA name.

    `name`, `kind` (`hard` or `soft`), `from` and `until` or else `every`, `zone`, `products` and
    `environments` (lists, or words between commas), `reason`. Times are as `bot.times.when` reads
    them at `now` (aware UTC); without `now` they must be written out, as in a file that is applied
    again and again: `2026-12-18 17:00`, by the clock on the zone's walls. Whether there are such
    products and environments is for the caller to know. Raises OddWords.
    """
    reading = Reading(words)
    kind = reading.part("kind", _kind, "")
    if not kind and "kind" not in reading.wrong:
        reading.wrong["kind"] = (
            "is missing; write `hard` (nothing goes out, unless overridden) or `soft` (it is said)"
        )
    where = reading.part("zone", _zone, zone)
    recurring, starts, ends = _when(reading, where, now)
    freeze = Freeze(
        name=reading.name(str(words.get("name") or ""), WORDS),
        hard=kind == "hard",
        zone=where,
        starts=starts,
        ends=ends,
        recurring=recurring,
        products=_names(words.get("products")),
        environments=_names(words.get("environments")),
        reason=reading.part("reason", sentence_from, None),
    )
    reading.done()
    return freeze


def recurring_from(text: str) -> Recurring:
    """What comes again: `fri 16:00 - mon 08:00`, `month 28 18:00 - 2 08:00`, `12-20 00:00 - 01-03 00:00`.

    A day that a month lacks is its last: `month 31 00:00 - 1 00:00` is every month's last day.
    Raises ValueError with the end of a sentence.
    """
    flat = " ".join(text.lower().split())
    for every, shape in _RECURRING.items():
        if found := shape.fullmatch(flat):
            try:
                begins, ends = _mark(every, *found.groups()[:3]), _mark(every, *found.groups()[3:])
            except ValueError:
                break
            return _lasting(Recurring(every, begins, ends), flat)
    raise ValueError(f"can't be `{cut(flat)}`; write it like {_EXAMPLES}")


def recurring_text(recurring: Recurring) -> str:
    """What comes again, as `recurring_from` reads it."""
    start = "month " if recurring.every is Every.MONTH else ""
    ends = (_mark_text(mark, recurring.every) for mark in (recurring.begins, recurring.ends))
    return start + " - ".join(ends)


def freeze_text(freeze: Freeze) -> str:
    """When a freeze is, in its own zone: `fri 16:00 - mon 08:00`, `2026-12-18 17:00 - 2027-01-04 08:00`."""
    if freeze.recurring is not None:
        return recurring_text(freeze.recurring)
    ends = (freeze.starts, freeze.ends)
    return " - ".join(moment_text(at, freeze.zone) for at in ends if at is not None)


def moment_text(at: datetime, zone: str) -> str:
    """An instant on the wall of a zone: `2026-12-18 17:00`; with its offset where the wall shows it twice."""
    place = ZoneInfo(zone)
    local = at.astimezone(place)
    wall = local.replace(tzinfo=None, fold=0)
    if instant(wall.date(), wall.time(), place) != at:
        return local.isoformat(timespec="seconds")
    return f"{wall:%Y-%m-%d %H:%M:%S}" if wall.second else f"{wall:%Y-%m-%d %H:%M}"


def _when(
    reading: Reading, zone: str, now: datetime | None
) -> tuple[Recurring | None, datetime | None, datetime | None]:
    """What recurs, or else when it begins and ends."""
    said = {key for key in ("from", "until", "every") if reading.said(key)}
    recurring = reading.part("every", recurring_from, None)
    starts = reading.part("from", lambda text: _moment(text, zone, now), None)
    ends = reading.part("until", lambda text: _moment(text, zone, now), None)
    if "every" in said and len(said) > 1:
        reading.wrong["every"] = "stands beside `from` or `until`; keep the one or the other"
    elif not said:
        reading.wrong["from"] = "is missing; write `from` and `until`, or else `every`"
    elif "every" not in said and len(said) == 1:
        lacks = "until" if "from" in said else "from"
        reading.wrong[lacks] = "is missing; write both `from` and `until`, or else `every`"
    if starts and ends and ends <= starts:
        what = "when it begins" if ends == starts else "before it begins"
        reading.wrong["until"] = f"is {what}, {moment_text(starts, zone)}; write a later time"
    return recurring, starts, ends


def _moment(text: str, zone: str, now: datetime | None) -> datetime:
    """A time written out, or else as it is said at `now`. Raises ValueError."""
    flat = " ".join(text.lower().split())
    try:
        if found := _MOMENT.fullmatch(flat):
            clock = found["clock"]
            wall = time.fromisoformat(clock if clock[2] == ":" else f"0{clock}")
            local = datetime.combine(date.fromisoformat(found["day"]), wall)
            if found["offset"] is None:
                return instant(local.date(), wall, ZoneInfo(zone))
            return datetime.fromisoformat(f"{local.isoformat()}{found['offset']}").astimezone(UTC)
        if now is not None:
            return when(flat, zone, now).replace(microsecond=0)
    except (ValueError, OverflowError, Refused):
        pass
    raise ValueError(f"can't be `{cut(text)}`; write a date and a time, like 2026-12-18 17:00")


def _kind(written: str) -> str:
    if written.lower() not in KINDS:
        raise ValueError(f"can't be `{cut(written)}`; write `hard` or `soft`")
    return written.lower()


def _zone(written: str) -> str:
    try:
        return zone_from(written)
    except Refused as refused:
        nearest = (*refused.about["near"], "Europe/London")[0]
        raise ValueError(
            f"can't be `{cut(written)}`, which is no IANA time zone; write one like `{nearest}`"
        ) from None


def _names(said: str | Iterable[str] | None) -> tuple[str, ...]:
    """A list of names, each once: as a list, or as words between commas."""
    return tuple(
        dict.fromkeys(said.replace(",", " ").split() if isinstance(said, str) else said or ())
    )


def _mark(every: Every, month: str, day: str, clock: str) -> Mark:
    """Raises ValueError where there is no such day or time."""
    hour, minute = clock.split(":")
    wall = time(int(hour), int(minute))
    if every is Every.WEEK:
        return Mark(weekday_from(day), wall)
    if every is Every.MONTH:
        return Mark(date(2024, 1, int(day)).day, wall)
    return Mark(date(2024, int(month), int(day)).day, wall, int(month))


def _mark_text(mark: Mark, every: Every) -> str:
    day = {
        Every.WEEK: WEEKDAYS[mark.day % 7][:3],
        Every.MONTH: f"{mark.day}",
        Every.YEAR: f"{mark.month or 0:02}-{mark.day:02}",
    }[every]
    return f"{day} {mark.at:%H:%M}"


def _lasting(recurring: Recurring, text: str) -> Recurring:
    """What begins and ends in the same order whatever a month's length. Raises ValueError."""
    begins, ends = recurring.begins, recurring.ends
    if begins == ends:
        raise ValueError(f"of `{cut(text)}` ends when it begins; write a later end")
    for last in _lasts(recurring):
        shorter = (min(begins.day, last), begins.at) < (min(ends.day, last), ends.at)
        if shorter != ((begins.day, begins.at) < (ends.day, ends.at)):
            raise ValueError(
                f"can't be `{cut(text)}`: in a shorter month both fall on its last day; end it on the"
                " 1st of the next month"
            )
    return recurring


def _lasts(recurring: Recurring) -> tuple[int, ...]:
    """The last days of those months that lack some, where it begins and ends in one of them."""
    if recurring.every is Every.MONTH:
        return (28, 29, 30)
    return (28,) if recurring.begins.month == recurring.ends.month == FEBRUARY else ()
