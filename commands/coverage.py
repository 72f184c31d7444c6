"""Who is told where nobody is awake for a role in the hours before a release (DESIGN 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from commands.notices import coordinator, telling
from rules.coverage import Gap, uncovered
from rules.facts import iso
from rules.product import Setting
from storage.outbox import Message
from storage.reading import Reader

Messages = tuple[Message, ...]


def coverage_due(
    reader: Reader, series: str, slot: str, now: datetime, until: datetime
) -> Messages:
    """A direct message to each Release Coordinator about the gaps among their products' releases.

    `series` and `slot` name the agenda or the digest that it goes with: it is said once with each.
    """
    found: dict[str, list[Gap]] = {}
    for gap in gaps(reader, now, until):
        there = setting_at(reader, gap.product, now)
        for target in coordinator(there, reader) if there is not None else ():
            found.setdefault(target, []).append(gap)
    return tuple(_telling(target, series, slot, told(each)) for target, each in found.items())


def _telling(target: str, series: str, slot: str, found: list[dict[str, Any]]) -> Message:
    """Its key names what it goes with, and not what is told: that may be long."""
    message = telling(target, "coverage", None, series=series, slot=slot)
    return replace(message, about={**message.about, "gaps": found})


def gaps(reader: Reader, now: datetime, until: datetime) -> tuple[Gap, ...]:
    """Where nobody is awake for a role before a release that is planned up to `until`."""

    def setting(product: str, at: datetime) -> Setting | None:
        return setting_at(reader, product, at)

    return uncovered(reader.upcoming(now, until - now), setting, now, until)


def setting_at(reader: Reader, product: str, at: datetime) -> Setting | None:
    """A product with the delegations that hold at an instant; neither door nor outbox is asked."""
    company = reader.company()
    known = company.products.get(product)
    if known is None:
        return None
    return Setting(known, company.people, company.groups, company.calendars, at=at)


def told(found: list[Gap]) -> list[dict[str, Any]]:
    """Gaps as messages carry them, in JSON's own types: one a candidate and stretch, with its roles."""
    rows: dict[str, dict[str, Any]] = {}
    for gap in found:
        row = rows.setdefault(
            gap.candidate,
            {
                "candidate": gap.candidate,
                "since": iso(gap.since),
                "at": iso(gap.at),
                "roles": [],
                "vacant": [],
            },
        )
        row["vacant" if gap.vacant else "roles"].append(gap.role.value)
    return list(rows.values())
