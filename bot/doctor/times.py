"""Zones and calendars: without them working hours, and so fair notice, can't be computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.doctor.findings import Finding, listed, many, ok, warning, wrong
from bot.doctor.records import Records
from rules.worktime import HORIZON, Calendar
from storage.company import Company


def times(records: Records, now: datetime) -> Iterator[Finding]:
    """Whether the zones are known here, and the calendars reach as far as release times do."""
    yield zones(_zones(records.company))
    declared = records.company.installation.declared.get("calendars") or {}
    for calendar in _calendars(records.company):
        country = (declared.get(calendar.name) or {}).get("holidays")
        yield _calendar(calendar, country, now.date())


def zones(names: Iterable[str]) -> Finding:
    """Whether this machine knows these IANA zones."""
    every = sorted(set(names))
    unknown = [name for name in every if not _known(name)]
    if unknown:
        mend = "Install the time zone data: pip install --upgrade tzdata."
        return wrong("time zones", f"this machine does not know {listed(unknown)}.", mend)
    return ok("time zones", f"{listed(every)} known.")


def _zones(company: Company) -> Iterator[str]:
    yield "UTC"
    yield company.installation.zone
    yield from (product.zone for product in company.products.values())
    yield from (person.zone for person in company.people.values())


def _known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _calendars(company: Company) -> Iterable[Calendar]:
    products = {p.calendar.name: p.calendar for p in company.products.values()}
    return {**products, **company.calendars}.values()


def _calendar(calendar: Calendar, country: str | None, today: date) -> Finding:
    what = f"calendar {calendar.name}"
    ahead = [today + timedelta(days=number) for number in range(HORIZON.days + 1)]
    if not any(calendar.works_on(day) for day in ahead):
        mend = "Correct its days and holidays in the catalogue, and apply it."
        return wrong(what, f"nobody works within {HORIZON.days} days: nothing can go out.", mend)
    last = max(calendar.holidays, default=None)
    if country and (last is None or last.year < ahead[-1].year):
        until = f"only until {last.year}" if last else "not at all"
        mend = "Start the bot, which draws them anew each day, or apply the catalogue again."
        return warning(what, f"the holidays of {country} are known {until}.", mend)
    free = sorted(day for day in ahead if day in calendar.holidays)
    if not free:
        return ok(what, f"no holidays within {HORIZON.days} days.")
    return ok(what, f"{many(len(free), 'holiday')} within {HORIZON.days} days, next {free[0]}.")
