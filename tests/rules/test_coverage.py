"""Where nobody is at work for a role in the hours before a release."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rules.candidate import Candidate
from rules.coverage import HOURS, uncovered
from rules.people import Delegation, Holder
from rules.product import Product, Setting
from rules.words import Phase, Role
from tests.templates.company import (
    DAVE,
    HOUR,
    LONG_AGO,
    MONDAY,
    OMAR,
    PAYMENTS,
    PEOPLE,
    RITA,
    announced,
)

PO, SA, OC, RC = Role
DAY = timedelta(days=1)
LONDON = replace(
    PAYMENTS,
    holders={role: (Holder("user", OMAR if role is OC else RITA, LONG_AGO),) for role in Role},
)
"""Rita in Berlin holds everything but Operation, which is Omar's in Kolkata."""


def going(at: datetime) -> Candidate:
    return replace(announced(), release_at=at)


def told(product: Product, *candidates: Candidate, until: timedelta = 7 * DAY) -> list[Role]:
    def setting(name: str, at: datetime) -> Setting | None:
        return Setting(product, PEOPLE, at=at) if name == "payments" else None

    gaps = uncovered(candidates, setting, MONDAY, MONDAY + until)
    assert all(gap.at - gap.since == HOURS for gap in gaps)
    return [gap.role for gap in gaps]


def test_whoever_sleeps_through_the_last_four_hours_is_missing() -> None:
    tuesday = MONDAY.replace(hour=0) + DAY
    assert told(LONDON, going(tuesday + 10 * HOUR)) == []  # 15:30 in Kolkata, 11:00 in Berlin
    assert told(LONDON, going(tuesday + 16 * HOUR)) == [OC]  # from 17:30 to 21:30 in Kolkata
    assert told(LONDON, going(tuesday + 7 * HOUR)) == [PO, SA, RC]  # from 04:00 to 08:00 in Berlin
    assert told(LONDON, going(tuesday + 23 * HOUR)) == list(Role)


def test_a_minute_of_work_is_enough_and_none_is_not() -> None:
    berlin_opens = MONDAY.replace(hour=8) + DAY
    minute = timedelta(minutes=1)
    assert RC in told(LONDON, going(berlin_opens))
    assert RC not in told(LONDON, going(berlin_opens + minute))
    kolkata_closes = MONDAY.replace(hour=11, minute=30) + DAY
    assert OC not in told(LONDON, going(kolkata_closes + HOURS - minute))
    assert OC in told(LONDON, going(kolkata_closes + HOURS))


def test_a_delegate_counts_and_who_has_handed_the_role_on_does_not() -> None:
    at = MONDAY.replace(hour=10) + DAY
    lent = Delegation("1", OC, OMAR, DAVE, MONDAY, MONDAY + 2 * DAY)
    away = replace(LONDON, delegations=(lent,))
    assert told(away, going(at)) == [OC]  # two at night in Los Angeles
    assert told(away, going(MONDAY.replace(hour=20) + DAY)) == [PO, SA, RC]
    assert told(away, going(at + 2 * DAY)) == []


def test_a_vacant_role_is_told_as_such() -> None:
    vacant = replace(LONDON, holders={**LONDON.holders, SA: ()})

    def setting(name: str, at: datetime) -> Setting:
        return Setting(vacant, PEOPLE, at=at)

    at = MONDAY.replace(hour=10) + DAY
    (gap,) = uncovered([going(at)], setting, MONDAY, MONDAY + 7 * DAY)
    assert (gap.role, gap.vacant, gap.candidate) == (SA, True, "payments@2.4.1#1")


def test_only_what_is_planned_by_then_is_looked_at_soonest_first() -> None:
    night = MONDAY.replace(hour=23)
    assert told(LONDON, going(night + 8 * DAY)) == []
    assert told(LONDON, going(MONDAY)) == []
    assert told(LONDON, going(night).but(phase=Phase.HALTED)) == []
    assert told(LONDON, going(night).but(release_at=None)) == []
    assert told(LONDON, replace(going(night), product="unknown")) == []
    both = told(LONDON, going(night + DAY), going(MONDAY.replace(hour=16) + DAY))
    assert both == [OC, *Role]
