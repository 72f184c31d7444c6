"""The schedule: the earliest instant at which a candidate may go, and why it is not earlier (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from rules.candidate import Candidate
from rules.facts import iso
from rules.freezes import Freeze, freezing, thawed
from rules.notice import fairness
from rules.product import Setting
from rules.words import Silence, State
from rules.worktime import (
    HORIZON,
    Span,
    after,
    next_working_day,
    round_up,
    slot_spans,
    working_spans,
)


@dataclass(frozen=True)
class Plan:
    """A release time and why it is not the one wanted; `at` None: it waits, `why` says for what."""

    at: datetime | None
    why: tuple[str, ...] = ()

    def about(self) -> dict[str, Any]:
        """The plan as facts carry it."""
        return {"release_at": iso(self.at), "why": list(self.why)}


def plan(
    candidate: Candidate,
    setting: Setting,
    now: datetime,
    wanted: datetime | None = None,
    *,
    missed: str | None = None,
    computed: bool = False,
) -> Plan:
    """The release time: `wanted` where it is fair, else the earliest instant at which all can hold.

    A time that is wanted stands though what the candidate depends on is missing: that is judged at it.

    With nothing wanted it is the earliest fair time. `computed`: nobody has asked for the time that is
    wanted, so it must lie in the slots or working hours as every computed one. `missed` says why a release time passed
    unsettled (`outage` or `late`): the door must then have been open a while again even if all
    four are asserted. Fair instants are sought for 60 days from now, or from the latest one that
    people have put it off to.
    """
    floors = _floors(candidate, setting, now, wanted, missed=missed)
    missing = tuple(reason for reason, at in floors if at is None)
    if missing:
        return Plan(None, missing)
    known = [(reason, at) for reason, at in floors if at is not None]
    earliest = max([now, *(at for _, at in known)])
    frozen = frozen_at(candidate, setting, wanted) if wanted is not None else ()
    fitting = not computed or (wanted and place(candidate, setting, wanted) == wanted)
    if wanted is not None and wanted >= earliest and not frozen and fitting:
        return Plan(wanted)
    put_off = max(filter(None, (now, candidate.extended_until, candidate.not_before)))
    start = round_up(max(earliest, wanted or earliest))
    at = place(candidate, setting, start)
    if at is None or at - put_off > HORIZON:
        return Plan(None, _no_place(candidate, setting, start))
    beyond = max(wanted or now, now)
    why = [reason for reason, floor in known if floor > beyond or reason == missed]
    why += [f"freeze:{name}" for name in frozen or _avoided(candidate, setting, start, at)]
    return Plan(at, tuple(dict.fromkeys(why)))


def _floors(
    candidate: Candidate,
    setting: Setting,
    now: datetime,
    wanted: datetime | None,
    *,
    missed: str | None,
) -> list[tuple[str, datetime | None]]:
    """Every bound on the release time with its reason; None where it can't be computed."""
    floors: list[tuple[str, datetime | None]] = []
    presumes = candidate.policy.silence is Silence.PRESUME
    for state in candidate.silent if presumes or wanted is None else ():
        fair = fairness(candidate, setting, state, now)
        if fair.cause:
            floors.append((f"{fair.cause}:{state}", None))
        else:
            floors.append((f"fair-notice:{state}", fair.at))
        if state is State.ORGANIZATION and wanted is None:
            floors += [(f"dependency:{each.of}", each.until) for each in candidate.violations]
    if (candidate.silent and presumes) or missed:
        since = setting.door.open_since(now) or now
        open_for = timedelta(minutes=candidate.policy.door_open_minutes)
        floors.append((missed or "door", since + open_for))
    if candidate.extended_until:
        floors.append(("extended", candidate.extended_until))
    if candidate.not_before:
        floors.append(("resume-notice", candidate.not_before))
    return floors


def place(candidate: Candidate, setting: Setting, at: datetime) -> datetime | None:
    """The first instant from `at` on inside the product's slots, or else its working hours, and in no hard freeze.

    A hotfix ignores slots and hours. None where there is no such instant in 120 days.
    """
    binding = binding_freezes(candidate, setting)
    if candidate.is_hotfix:
        return _thawed(binding, at) if binding else at
    for span in _release_spans(setting, at):
        start = _thawed(binding, round_up(span.start))
        if start is None:
            return None
        if start < span.end:
            return start
    return None


def binding_freezes(candidate: Candidate, setting: Setting) -> tuple[Freeze, ...]:
    """The hard freezes that nobody has overridden for a candidate."""
    overridden = {each.freeze for each in candidate.overrides}
    return tuple(each for each in setting.freezes if each.key not in overridden)


def frozen_at(candidate: Candidate, setting: Setting, at: datetime) -> tuple[str, ...]:
    """The names of the hard freezes under which an instant lies for a candidate."""
    found = freezing(binding_freezes(candidate, setting), at)
    return tuple(dict.fromkeys(freeze.name for freeze, _ in found))


def _thawed(freezes: tuple[Freeze, ...], at: datetime) -> datetime | None:
    """The first quarter of an hour from `at` on that no freeze covers."""
    while freezing(freezes, at):
        free = thawed(freezes, at)
        if free is None:
            return None
        at = round_up(free)
    return at


def _avoided(
    candidate: Candidate, setting: Setting, start: datetime, at: datetime
) -> tuple[str, ...]:
    """The hard freezes without which it could have been earlier."""
    if not setting.freezes:
        return ()
    bare = place(candidate, replace(setting, freezes=()), start)
    return () if bare is None or bare >= at else frozen_at(candidate, setting, bare)


def _no_place(candidate: Candidate, setting: Setting, start: datetime) -> tuple[str, ...]:
    """Why there is no instant to go out in 60 days."""
    frozen = frozen_at(candidate, setting, start)
    return tuple(f"freeze:{name}" for name in frozen) or ("no-working-hours",)


def _release_spans(setting: Setting, at: datetime) -> Iterator[Span]:
    product = setting.product
    if product.slots:
        return slot_spans(product.slots, product.tz, at)
    return working_spans(product.calendar, product.tz, at)


def resume_at(candidate: Candidate, setting: Setting, now: datetime) -> datetime:
    """The instant `resume_notice` from `now`: the product's working hours, clock time for a hotfix."""
    if candidate.is_hotfix:
        return now + timedelta(minutes=candidate.policy.hotfix_minutes)
    product = setting.product
    spans = working_spans(product.calendar, product.tz, now)
    return after(spans, timedelta(hours=candidate.policy.resume_hours)) or now + HORIZON


def resume_floor(candidate: Candidate, setting: Setting, now: datetime) -> datetime:
    """The later of the resume notice from `now` and any floor there is already."""
    return max(filter(None, (resume_at(candidate, setting, now), candidate.not_before)))


def resumed(after: Candidate, setting: Setting, now: datetime) -> dict[str, Any]:
    """The schedule of a candidate that may go on again: at least `resume_notice` away.

    A time that is late enough stays, with its reasons. What waits for words its product does not
    presume goes on waiting.
    """
    floor = resume_floor(after, setting, now)
    if after.release_at is None and holds(after):
        return {"not_before": iso(floor)}
    planned = plan(replace(after, not_before=floor), setting, now, after.release_at)
    if planned.at is not None and planned.at == after.release_at:
        return {"not_before": iso(floor)}
    return {"not_before": iso(floor), **planned.about()}


def extended(candidate: Candidate, setting: Setting, now: datetime) -> datetime:
    """One working day of the product's calendar after the planned time; one notice for a hotfix."""
    base = max(candidate.release_at or now, now)
    if candidate.is_hotfix:
        return round_up(base + timedelta(minutes=candidate.policy.hotfix_minutes))
    product = setting.product
    day_later = next_working_day(base, product.calendar, product.tz)
    if day_later is None:
        return base + HORIZON
    return place(candidate, setting, day_later) or day_later


def review_at(setting: Setting, now: datetime) -> datetime:
    """When a halt's owner is asked about it: one working day of the product's calendar later."""
    product = setting.product
    at = next_working_day(now, product.calendar, product.tz)
    return at or now + timedelta(days=1)


def holds(candidate: Candidate) -> tuple[State, ...]:
    """The silent states that hold the candidate because its product does not presume."""
    return candidate.silent if candidate.policy.silence is Silence.HOLD else ()
