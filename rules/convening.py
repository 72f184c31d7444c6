"""When meetings are: by their schedule, by what people make of it, and by what becomes of it (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from rules.declaring import require_short
from rules.facts import Actor, iso
from rules.meeting import AHEAD, CALLED_OFF, GRACE, OVER, Meeting, Stage
from rules.meeting_clock import next_look, tick
from rules.meeting_facts import Convened as Convened
from rules.meeting_facts import happen
from rules.series import DAY, Series, Slot, coming, lead, slots, time_of
from rules.words import Refused
from rules.worktime import HORIZON, Calendar, instant

BEFORE = timedelta(days=400)
"""A meeting that was due longer ago than this, and of which nothing is known, is not recorded any more."""
REACH = timedelta(days=14)
"""So far around a time that is taken a free one is looked for."""


# Which meetings there are.


def meeting_at(series: Series, slot: Slot) -> Meeting:
    """A slot of which nothing is recorded yet as a meeting; one that a holiday skips says so."""
    planned = Meeting(slot.name, time_of(series, slot), series.zone, series.channel, series.minutes)
    if slot.at is None:
        return replace(planned, stage=Stage.SKIPPED, why="holiday")
    return planned


def known_since(series: Series, now: datetime) -> str:
    """The name from which on every recorded meeting must be known to tell which slots are not."""
    since = max(series.effective, now - BEFORE) - HORIZON - 2 * DAY
    return since.date().isoformat()


def ahead(
    series: Series,
    calendar: Calendar | None,
    known: Mapping[str, Meeting],
    now: datetime,
    many: int,
) -> tuple[Meeting, ...]:
    """The next meetings that are not over, the one that runs first, then in order of time.

    `known` are the recorded ones by name, from `known_since` on.
    """
    since = now - GRACE - timedelta(minutes=series.minutes)
    computed = (
        meeting_at(series, slot)
        for slot in coming(series, calendar, since)
        if slot.at is not None and slot.name not in known
    )
    found = [each for each in known.values() if each.stage not in OVER]
    found += islice(computed, many)
    found.sort(key=lambda each: (each.stage is not Stage.RUNNING, each.at, each.name))
    return tuple(found[:many])


def named(
    series: Series,
    calendar: Calendar | None,
    known: Mapping[str, Meeting],
    name: str,
    now: datetime,
) -> Meeting | None:
    """The meeting of that name: the recorded one, or the slot of that day, if that is not past.

    A slot that a holiday skips is found too. None: there is none.
    """
    if name in known:
        return known[name]
    slot = _slot_named(name, series, calendar)
    meeting = meeting_at(series, slot) if slot is not None else None
    return meeting if meeting is not None and now < meeting.given_up else None


def due(
    series: Series, calendar: Calendar | None, known: Mapping[str, Meeting], now: datetime
) -> tuple[Meeting, ...]:
    """Every meeting, recorded or not, about which `tick` would do something now; oldest first."""
    return tuple(
        each for each in _watched(series, calendar, known, now) if tick(each, series, now)[1]
    )


def _watched(
    series: Series, calendar: Calendar | None, known: Mapping[str, Meeting], now: datetime
) -> list[Meeting]:
    """The meetings that are not over, and the slots to come of which something may be due."""
    until = now + max((series.agenda, *series.reminders)) + 2 * DAY
    found = [each for each in known.values() if each.stage not in OVER]
    for slot in slots(series, calendar, now - BEFORE, until):
        if slot.name not in known:
            found.append(meeting_at(series, slot))
    return sorted(found, key=lambda each: (each.at, each.name))


def next_due(
    series: Series, calendar: Calendar | None, known: Mapping[str, Meeting], now: datetime
) -> datetime | None:
    """The next instant, `now` or later, at which `tick` would do something about any meeting."""
    watched = _watched(series, calendar, known, now)
    for slot in coming(series, calendar, now):
        if slot.name not in known:
            watched.append(meeting_at(series, slot))
            if slot.at is not None:
                break
    looks = (next_look(meeting, series, now) for meeting in watched)
    return min((at for at in looks if at is not None), default=None)


# What a person does.


def move(
    meeting: Meeting,
    to: datetime,
    series: Series,
    calendar: Calendar | None,
    known: Mapping[str, Meeting],
    actor: Actor,
    now: datetime,
) -> Convened:
    """It is at another time; to the same it changes nothing. Skipped or cancelled, it comes back.

    `known` are the recorded ones by name, from `known_since` on.
    Refuses: meeting-over, meeting-passed, meeting-clash; the last two name the nearest time there is.
    """
    back = meeting.stage in CALLED_OFF and not series.off
    if not back:
        _require_ahead(meeting, now)
        if to == meeting.at:
            return meeting, ()
    planned = replace(_as_scheduled(meeting, series), at=to)
    if to <= now:
        others = _beside(meeting, series, calendar, known, now)
        raise Refused("meeting-passed", {"at": to, "near": _next_day(planned, others, now)})
    others = _beside(meeting, series, calendar, known, to)
    clash = _clash(planned, others)
    if clash is not None:
        near = _nearest(planned, others, now)
        raise Refused("meeting-clash", {"at": to, "other": clash, "near": near})
    slot = _slot_named(meeting.name, series, calendar)
    return _plan_anew(meeting, planned, actor, now, apart=slot is None or slot.at != to)


def _as_scheduled(meeting: Meeting, series: Series) -> Meeting:
    """It with what the schedule says of every meeting; where its agenda was posted, there it stays."""
    posted = meeting.announced_at is not None or meeting.turn > 1
    channel = meeting.channel if posted else series.channel
    return replace(meeting, zone=series.zone, minutes=series.minutes, channel=channel)


def _plan_anew(
    meeting: Meeting,
    planned: Meeting,
    actor: Actor,
    now: datetime,
    *,
    apart: bool,
    cause: str | None = None,
) -> Convened:
    """It is as planned now, by somebody's word or for a `cause`: `schedule` or `holiday`."""
    sent = [
        mark
        for mark in meeting.reminded
        if planned.at == meeting.at
        or lead(planned.at, timedelta(seconds=mark), planned.zone) <= now
    ]
    about = {
        "at": iso(planned.at),
        "was": iso(meeting.at),
        "reminded": sent,
        "apart": apart,
        "back": meeting.stage in CALLED_OFF and not meeting.unrecorded_holiday,
        "cause": cause,
        "zone": planned.zone,
        "channel": planned.channel,
        "minutes": planned.minutes,
    }
    after, fact = happen(meeting, "meeting.moved", actor, now, **about)
    return after, (fact,)


def _beside(
    meeting: Meeting,
    series: Series,
    calendar: Calendar | None,
    known: Mapping[str, Meeting],
    around: datetime,
) -> list[Meeting]:
    """The other meetings that are not over: those recorded, and the slots of the days around an instant."""
    held = _held(series, calendar, around - REACH, around + REACH)
    found = [each for each in known.values() if each.stage not in OVER]
    found += [meeting_at(series, slot) for slot in held if slot.name not in known]
    return [each for each in found if each.name != meeting.name]


def _held(
    series: Series, calendar: Calendar | None, after: datetime, until: datetime
) -> Iterator[Slot]:
    """The slots that are held between two instants, wherever a holiday moved them."""
    later = coming(series, calendar, after)
    near = takewhile(lambda slot: time_of(series, slot) < until, later)
    return (slot for slot in near if slot.at is not None)


def _clash(meeting: Meeting, others: Iterable[Meeting]) -> Meeting | None:
    """The first other meeting that would run at the same time."""
    ends = meeting.at + timedelta(minutes=meeting.minutes)
    return next((each for each in others if meeting.at < each.ends and each.at < ends), None)


def _next_day(meeting: Meeting, others: Sequence[Meeting], now: datetime) -> datetime | None:
    """The same wall-clock time on the first day, from today on, on which it is ahead and free."""
    zone = ZoneInfo(meeting.zone)
    wall, today = meeting.at.astimezone(zone).time(), now.astimezone(zone).date()
    days = (instant(today + timedelta(days=n), wall, zone) for n in range(REACH.days - 1))
    free = (at for at in days if at > now and _clash(replace(meeting, at=at), others) is None)
    return next(free, None) or _nearest(replace(meeting, at=now), others, now)


def _nearest(meeting: Meeting, others: Sequence[Meeting], now: datetime) -> datetime | None:
    """The free time nearest to the one asked for: right before or after another meeting."""
    length, within = timedelta(minutes=meeting.minutes), REACH - 2 * DAY
    edges = (at for each in others for at in (each.at - length, each.ends))
    near = (at for at in edges if at > now and abs(at - meeting.at) < within)
    free = [at for at in near if _clash(replace(meeting, at=at), others) is None]
    return min(free, key=lambda at: (abs(at - meeting.at), at < meeting.at), default=None)


def skip(meeting: Meeting, why: str | None, actor: Actor, now: datetime) -> Convened:
    """It is left out this time. Again it changes nothing. Refuses: meeting-over, words-too-long."""
    return _call_off(meeting, Stage.SKIPPED, why, actor, now)


def cancel(meeting: Meeting, why: str | None, actor: Actor, now: datetime) -> Convened:
    """It is called off. Again it changes nothing. Refuses: meeting-over, words-too-long."""
    return _call_off(meeting, Stage.CANCELLED, why, actor, now)


def _call_off(
    meeting: Meeting, stage: Stage, why: str | None, actor: Actor, now: datetime
) -> Convened:
    require_short(why)
    if meeting.stage is stage:
        return meeting, ()
    if not meeting.unrecorded_holiday:
        _require_ahead(meeting, now)
    after, fact = happen(meeting, f"meeting.{stage}", actor, now, why=why, schedule=False)
    return after, (fact,)


def _require_ahead(meeting: Meeting, now: datetime) -> None:
    """Refuses: meeting-over."""
    if meeting.stage not in AHEAD or now >= meeting.given_up:
        raise Refused("meeting-over", {"meeting": meeting})


# What a changed schedule does.


def follow(
    series: Series,
    calendar: Calendar | None,
    known: Mapping[str, Meeting],
    actor: Actor,
    now: datetime,
) -> tuple[Convened, ...]:
    """What a changed schedule does to the recorded meetings ahead. Done again at once it does nothing.

    One that nobody put at a time of its own follows its slot, is skipped where that is a holiday
    now, and cancelled (why: `schedule`) where there is none. One that somebody moved stays, unless
    its slot is no more and the series is off or comes on that very day, or unless the series comes
    at its time. What ended so comes back when it would not end any more, and is still ahead.
    """
    ahead = [each for each in known.values() if each.stage in AHEAD and each.at > now]
    ended = [each for each in known.values() if each.by_schedule and _may_be_ahead(each, now)]
    apart: list[Meeting] = []
    found = []
    for each in (*sorted(ahead, key=_in_time), *sorted(ended, key=_in_time)):
        wanted = _wanted(each, series, calendar, known, apart, now)
        if isinstance(wanted, Meeting) and wanted.apart:
            apart.append(wanted)
        found.append(_follow(each, wanted, actor, now))
    return tuple(each for each in found if each[1])


def _in_time(meeting: Meeting) -> tuple[datetime, str]:
    return meeting.at, meeting.name


def _may_be_ahead(meeting: Meeting, now: datetime) -> bool:
    """Whether its time, or its slot wherever a holiday moves it, can be to come."""
    return meeting.at > now - HORIZON - 2 * DAY


def _follow(meeting: Meeting, wanted: Meeting | str, actor: Actor, now: datetime) -> Convened:
    if isinstance(wanted, Meeting):
        if wanted == meeting and meeting.stage in AHEAD:
            return meeting, ()
        cause = _cause(meeting, wanted)
        return _plan_anew(meeting, wanted, actor, now, apart=meeting.apart, cause=cause)
    if meeting.stage not in AHEAD:
        return meeting, ()
    kind = "meeting.skipped" if wanted == "holiday" else "meeting.cancelled"
    after, fact = happen(meeting, kind, actor, now, why=wanted, schedule=True)
    return after, (fact,)


def _cause(meeting: Meeting, wanted: Meeting) -> str:
    """Holidays move a meeting to another day at the same time by the clock; a schedule, on its day."""
    if meeting.stage in CALLED_OFF:
        return "holiday" if meeting.stage is Stage.SKIPPED else "schedule"
    was, now = (each.at.astimezone(ZoneInfo(each.zone)) for each in (meeting, wanted))
    return "holiday" if was.date() != now.date() and was.time() == now.time() else "schedule"


def _wanted(
    meeting: Meeting,
    series: Series,
    calendar: Calendar | None,
    known: Mapping[str, Meeting],
    apart: Sequence[Meeting],
    now: datetime,
) -> Meeting | str:
    """The meeting as its schedule leaves it, beside those set apart that stay; or why it ends."""
    planned = _as_scheduled(meeting, series)
    slot = _slot_named(meeting.name, series, calendar)
    if meeting.apart:
        stays = meeting.at > now and (slot is not None or _may_stay(meeting, series, calendar))
        others = (*apart, *_own(meeting, series, calendar, known))
        return planned if stays and _clash(planned, others) is None else "schedule"
    if slot is None or (slot.at is not None and slot.at <= now):
        return "schedule"
    return "holiday" if slot.at is None else replace(planned, at=slot.at)


def _may_stay(meeting: Meeting, series: Series, calendar: Calendar | None) -> bool:
    """Whether one that was set apart, and whose slot is no more, is still wanted."""
    if series.off:
        return False
    zone = ZoneInfo(series.zone)
    day = meeting.at.astimezone(zone).date()
    near = _held(series, calendar, meeting.at - 2 * DAY, meeting.at + 2 * DAY)
    on_its_day = any(slot.at and slot.at.astimezone(zone).date() == day for slot in near)
    return not on_its_day or (meeting.moved_at or series.effective) > series.effective


def _own(
    meeting: Meeting, series: Series, calendar: Calendar | None, known: Mapping[str, Meeting]
) -> Iterator[Meeting]:
    """The series' own meetings around the time of one that was set apart."""
    for slot in _held(series, calendar, meeting.at - 2 * DAY, meeting.at + 2 * DAY):
        row = known.get(slot.name)
        own = row is None or (not row.apart and (row.stage not in OVER or row.by_schedule))
        if own and slot.name != meeting.name:
            yield meeting_at(series, slot)


def _slot_named(name: str, series: Series, calendar: Calendar | None) -> Slot | None:
    """The slot of a series that is called so, held or not; None: there is none."""
    try:
        day = datetime.combine(date.fromisoformat(name), datetime.min.time(), ZoneInfo(series.zone))
        around = slots(series, calendar, day - DAY, day + 2 * DAY)
    except (ValueError, OverflowError):
        return None
    return next((slot for slot in around if slot.name == name), None)
