"""Fair notice where a role is lent for a time, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from rules.notice import fairness, had_notice, whom_to_ask
from rules.people import Delegation
from rules.product import Notice, Setting
from rules.reminding import reminders
from tests.rules.cases import (
    MONDAY,
    OPERATION,
    ORGANIZATION,
    PRODUCT,
    SA,
    SECURITY,
    around,
    at,
    candidate,
    said,
    wall,
)


def lent(since: str, until: str, to: str = "dee") -> Delegation:
    """Sam's role, lent; London and UTC are one in November."""
    return Delegation("d", SA, "sam", to, at(f"2026-11-{since}"), at(f"2026-11-{until}"))


def here(now: str, *delegations: Delegation, told: str = "", **changes: Any) -> Setting:
    """The setting then; those in `told` had their message on Monday at ten."""
    notices = tuple(Notice(who, SECURITY, MONDAY) for who in told.split())
    then = at(f"2026-11-{now}")
    about = {"notices": notices, "card_delivered_at": MONDAY, "at": then} | changes
    return around(then, delegations=delegations, **about)


ASKED = candidate(assertions=said(PRODUCT, OPERATION, ORGANIZATION))

# Told on Monday at ten, asked then: the delegation, who is told, whose silence counts when.
TABLE = [
    ("23 10:00", "27 17:00", "dee", "dee", "Tue 2026-11-24 10:00"),  # Mon 7 h, Tue 1 h
    ("23 10:00", "24 10:00", "dee", "sam", "Wed 2026-11-25 10:15"),  # over as notice ends: sam's
    ("23 10:00", "24 10:01", "dee", "dee", "Tue 2026-11-24 10:00"),  # a minute more is enough
    ("23 10:00", "23 12:00", "sam dee", "sam", "Tue 2026-11-24 12:00"),  # Sam: Mon 5 h, Tue 3 h
    ("23 12:00", "23 14:00", "sam", "sam", "Tue 2026-11-24 12:00"),  # Mon 2 h and 3 h, Tue 3 h
    ("24 09:00", "25 09:00", "sam", "sam", "Wed 2026-11-25 10:00"),  # Mon 7 h, not Tue, Wed 1 h
    ("20 09:00", "23 10:00", "sam", "sam", "Tue 2026-11-24 10:00"),  # over as Sam is told
    ("24 10:00", "27 17:00", "sam", "sam", "Tue 2026-11-24 10:00"),  # begins as notice ends
]


@pytest.mark.parametrize(("since", "until", "told", "who", "when"), TABLE)
def test_whose_silence_counts_and_from_when(since, until, told, who, when):
    setting = here("23 10:00", lent(since, until), told=told)
    fair = fairness(ASKED, setting, SECURITY, MONDAY)
    assert (fair.person, wall(fair.at)) == (who, when)


def test_hours_lent_are_no_notice_to_the_holder():
    away = lent("23 12:00", "23 14:00")
    early, late = here("24 11:59", away, told="sam"), here("24 12:00", away, told="sam")
    assert had_notice(ASKED, early, SECURITY, at("2026-11-24 11:59")) is None
    assert had_notice(ASKED, late, SECURITY, at("2026-11-24 12:00")) is not None


def test_whoever_is_away_is_neither_asked_nor_reminded_until_back():
    away = lent("23 10:00", "24 10:00")

    def asked(now: str) -> list[str]:
        there = here(now, away)
        seats = whom_to_ask(there, SECURITY, at(f"2026-11-{now}"))
        return [seat.person.id for seat in seats]

    assert (asked("24 09:59"), asked("24 10:00")) == (["dee"], ["sam"])
    soon = candidate(assertions=ASKED.assertions, release_at=at("2026-11-24 11:00"))
    for now, who in (("24 09:59", ["dee"]), ("24 10:00", ["sam"])):
        due = reminders(soon, here(now, away, told="sam dee"), at(f"2026-11-{now}"))
        assert [each.person for each in due] == who
