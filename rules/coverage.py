"""Coverage: whether somebody is awake for each role in the hours before a release goes out (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.candidate import Candidate
from rules.notice import is_away
from rules.people import Seat
from rules.product import Setting
from rules.words import Phase, Role
from rules.worktime import working_spans

HOURS = timedelta(hours=4)
"""So long before a release somebody should be there for each role."""


@dataclass(frozen=True)
class Gap:
    """That nobody is at work for a role between `since` and `at`, when a candidate goes out."""

    candidate: str
    product: str
    role: Role
    since: datetime
    at: datetime
    vacant: bool = False
    """Whether nobody holds the role at all then."""


SettingAt = Callable[[str, datetime], Setting | None]
"""A product's name, an instant -> what is around it with the delegations that hold then."""


def uncovered(
    candidates: Iterable[Candidate],
    setting: SettingAt,
    now: datetime,
    until: datetime,
    hours: timedelta = HOURS,
) -> tuple[Gap, ...]:
    """The gaps of every release planned after `now` and up to `until`, soonest first."""
    planned = [
        (c.release_at, c)
        for c in candidates
        if c.phase is Phase.ANNOUNCED and c.release_at and now < c.release_at <= until
    ]
    planned.sort(key=lambda each: (each[0], each[1].name))
    return tuple(gap for at, each in planned for gap in _gaps(each, setting, at, hours))


def _gaps(
    candidate: Candidate, setting: SettingAt, at: datetime, hours: timedelta
) -> Iterator[Gap]:
    there = setting(candidate.product, at)
    if there is None:
        return
    for role in Role:
        seats = there.seats(role)
        if not any(_there(there, seat, role, at - hours, at) for seat in seats):
            yield Gap(candidate.name, candidate.product, role, at - hours, at, not seats)


def _there(setting: Setting, seat: Seat, role: Role, since: datetime, at: datetime) -> bool:
    """Whether somebody seated has a working hour then, and has not handed the role on."""
    person = seat.person
    if is_away(setting, person.id, role.state, at) and seat.behalf is None:
        return False
    first = next(working_spans(setting.work_calendar(person), person.tz, since), None)
    return first is not None and first.start < at
