"""When meetings are, who changes that, and what the clock does about each: exactly once, whatever it slept through (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from rules.declaring import require_short
from rules.facts import CLOCK, Actor, Fact, iso
from rules.meeting import AHEAD, GRACE, OVER, Meeting, Stage
from rules.meeting_facts import happen
from rules.series import DAY, LATE, Series, Slot, coming, lead, slots, time_of
from rules.words import Refused
from rules.worktime import HORIZON, Calendar, instant

Convened = tuple[Meeting, tuple[Fact, ...]]
"""A meeting as it is to be, and the facts that make it so. No facts: nothing changed."""
CALL = 0
"""The reminder that a meeting begins, sent as it does."""
BEFORE = timedelta(days=400)
"""A meeting that was due longer ago than this, and of which nothing is known, is not recorded any more."""


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


# What the clock does.


def tick(meeting: Meeting, series: Series, now: datetime) -> Convened:
    """All that is due for a meeting, in one step: skip it for a holiday, announce it, remind of it, record that it was missed, close it.

    Done again at once it does nothing.
    """
    if _unrecorded_holiday(meeting):
        return _became(meeting, _skip_for_holiday(meeting, now))
    if meeting.stage is Stage.RUNNING:
        return _became(meeting, _close_late(meeting, now))
    if meeting.stage not in AHEAD:
        return meeting, ()
    if now >= _given_up(meeting):
        return _miss(meeting, series, now)
    after, announced = _became(meeting, _announce(meeting, series, now))
    after, reminded = _became(after, _remind(after, series, now))
    return after, (*announced, *reminded)


def next_look(meeting: Meeting, series: Series, now: datetime) -> datetime | None:
    """The next instant, `now` or later, at which `tick` would do something; None: never."""
    if _unrecorded_holiday(meeting):
        return max(now, meeting.at)
    if meeting.stage in OVER:
        return None
    found = [_given_up(meeting)]
    if meeting.stage in AHEAD:
        found += [at for _, at in _unsent(meeting, series)]
        if meeting.announced_at is None:
            found.append(_agenda_due(meeting, series))
    return max(now, min(found))


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


Happened = tuple[Meeting, Fact] | None


def _became(meeting: Meeting, happened: Happened) -> Convened:
    """What came of a meeting by one thing that happened to it, or by nothing."""
    return (meeting, ()) if happened is None else (happened[0], (happened[1],))


def _unrecorded_holiday(meeting: Meeting) -> bool:
    return meeting.seq == 0 and meeting.stage is Stage.SKIPPED


def _given_up(meeting: Meeting) -> datetime:
    """When one that nobody began is missed, and one that nobody closed is closed."""
    return meeting.ends + GRACE


def _skip_for_holiday(meeting: Meeting, now: datetime) -> Happened:
    if now < meeting.at:
        return None
    return happen(meeting, "meeting.skipped", CLOCK, now, why="holiday")


def _close_late(meeting: Meeting, now: datetime) -> Happened:
    limit = _given_up(meeting)
    if now < limit:
        return None
    left, late = list(meeting.left), now - limit > LATE
    return happen(meeting, "meeting.closed", CLOCK, now, left=left, late=late)


def _agenda_due(meeting: Meeting, series: Series) -> datetime:
    return max(lead(meeting.at, series.agenda, meeting.zone), _since(meeting, series))


def _since(meeting: Meeting, series: Series) -> datetime:
    """When it came to be at its present time: nothing was due before."""
    return max(series.effective, meeting.moved_at or series.effective)


def _announce(meeting: Meeting, series: Series, now: datetime) -> Happened:
    at = _agenda_due(meeting, series)
    if meeting.announced_at is not None or now < at:
        return None
    about = {"at": iso(meeting.at), "late": now - at > LATE, "due": iso(at)}
    return happen(meeting, "meeting.announced", CLOCK, now, **about)


def _unsent(meeting: Meeting, series: Series) -> list[tuple[int, datetime]]:
    """The reminders still to be sent, each with when; what was due before it was planned so is not."""
    since = _since(meeting, series)
    marks = {timedelta(): meeting.at} | {
        mark: lead(meeting.at, mark, meeting.zone) for mark in series.reminders
    }
    owed = [(int(mark.total_seconds()), at) for mark, at in marks.items() if at > since]
    return sorted((each for each in owed if each[0] not in meeting.reminded), reverse=True)


def _remind(meeting: Meeting, series: Series, now: datetime) -> Happened:
    found = [(mark, at) for mark, at in _unsent(meeting, series) if at <= now]
    if not found:
        return None
    late = now - min(at for _, at in found) > LATE
    return happen(
        meeting, "meeting.reminded", CLOCK, now, marks=[mark for mark, _ in found], late=late
    )


def _miss(meeting: Meeting, series: Series, now: datetime) -> Convened:
    """It passed: the bot was down for its agenda or its beginning, or else nobody began it."""
    unsent = [mark for mark, _ in _unsent(meeting, series)]
    down = meeting.announced_at is None or CALL in unsent
    about = {"why": "down" if down else "not-started", "reminders": unsent}
    return _became(meeting, happen(meeting, "meeting.missed", CLOCK, now, **about))


# What a person does.


def move(
    meeting: Meeting, to: datetime, others: Sequence[Meeting], actor: Actor, now: datetime
) -> Convened:
    """It is at another time; to the same it changes nothing. `others` are those that are ahead.

    Refuses: meeting-over, meeting-passed, meeting-clash; the last two name the nearest time there is.
    """
    holiday = _unrecorded_holiday(meeting)
    _require_ahead(meeting, now, but=holiday)
    if to == meeting.at and not holiday:
        return meeting, ()
    rest = [each for each in others if each.name != meeting.name and each.stage not in OVER]
    if to <= now:
        raise Refused("meeting-passed", {"at": to, "near": _next_day(meeting, to, rest, now)})
    clash = _clash(meeting, to, rest)
    if clash is not None:
        near = _nearest(meeting, to, rest, now)
        raise Refused("meeting-clash", {"at": to, "other": clash, "near": near})
    return _to(meeting, to, actor, now)


def _to(
    meeting: Meeting, to: datetime, actor: Actor, now: datetime, *, schedule: bool = False
) -> Convened:
    """It is at another time, by somebody's word or because its `schedule` changed."""
    sent = [
        mark for mark in meeting.reminded if lead(to, timedelta(seconds=mark), meeting.zone) <= now
    ]
    about = {
        "at": iso(to),
        "was": iso(meeting.at),
        "reminded": sent,
        "schedule": schedule,
        "zone": meeting.zone,
        "channel": meeting.channel,
        "minutes": meeting.minutes,
    }
    return _became(meeting, happen(meeting, "meeting.moved", actor, now, **about))


def _clash(meeting: Meeting, to: datetime, others: Iterable[Meeting]) -> Meeting | None:
    """The first other meeting that would run at the same time."""
    ends = to + timedelta(minutes=meeting.minutes)
    return next((each for each in others if to < each.ends and each.at < ends), None)


def _next_day(meeting: Meeting, to: datetime, others: Sequence[Meeting], now: datetime) -> datetime:
    """The same wall-clock time on the first day, from today on, on which it is ahead and free."""
    zone = ZoneInfo(meeting.zone)
    wall, today = to.astimezone(zone).time(), now.astimezone(zone).date()
    days = (instant(today + timedelta(days=n), wall, zone) for n in range(2 + len(others) * 2))
    free = (at for at in days if at > now and _clash(meeting, at, others) is None)
    return next(free, _nearest(meeting, now, others, now))


def _nearest(meeting: Meeting, to: datetime, others: Sequence[Meeting], now: datetime) -> datetime:
    """The free time nearest to the one asked for: right before or after another meeting."""
    length = timedelta(minutes=meeting.minutes)
    edges: Iterator[datetime] = (
        at for each in others for at in (each.at - length, each.ends) if at > now
    )
    free = [at for at in edges if _clash(meeting, at, others) is None]
    return min(free, key=lambda at: (abs(at - to), at < to), default=now + length)


def skip(meeting: Meeting, why: str | None, actor: Actor, now: datetime) -> Convened:
    """It is left out this time. Again it changes nothing. Refuses: meeting-over, words-too-long."""
    return _end(meeting, Stage.SKIPPED, why, actor, now)


def cancel(meeting: Meeting, why: str | None, actor: Actor, now: datetime) -> Convened:
    """It is called off. Again it changes nothing. Refuses: meeting-over, words-too-long."""
    return _end(meeting, Stage.CANCELLED, why, actor, now)


def _end(meeting: Meeting, stage: Stage, why: str | None, actor: Actor, now: datetime) -> Convened:
    require_short(why)
    if meeting.stage is stage:
        return meeting, ()
    _require_ahead(meeting, now, but=_unrecorded_holiday(meeting))
    return _became(meeting, happen(meeting, f"meeting.{stage}", actor, now, why=why))


def _require_ahead(meeting: Meeting, now: datetime, *, but: bool) -> None:
    """Refuses: meeting-over."""
    if not but and (meeting.stage not in AHEAD or now >= _given_up(meeting)):
        raise Refused("meeting-over", {"meeting": meeting})


def follow(
    series: Series,
    calendar: Calendar | None,
    known: Mapping[str, Meeting],
    actor: Actor,
    now: datetime,
) -> tuple[Convened, ...]:
    """What a changed schedule does to the recorded meetings ahead, in order of time.

    One that nobody put at a time of its own follows its slot, is skipped where that is a holiday
    now, and cancelled (why: `schedule`) where there is none. One that somebody moved stays, unless
    its slot is no more and the series is off or comes on that very day.
    """
    standing = [each for each in known.values() if each.stage in AHEAD and each.at > now]
    standing.sort(key=lambda each: (each.at, each.name))
    followed = (_follow(each, series, calendar, actor, now) for each in standing)
    return tuple(each for each in followed if each[1])


def _follow(
    meeting: Meeting, series: Series, calendar: Calendar | None, actor: Actor, now: datetime
) -> Convened:
    slot = _slot_of(meeting, series, calendar)
    if meeting.apart:
        stays = slot is not None or not (series.off or _comes_on_its_day(meeting, series, calendar))
        return (meeting, ()) if stays else cancel(meeting, "schedule", actor, now)
    if slot is None or (slot.at is not None and slot.at <= now):
        return cancel(meeting, "schedule", actor, now)
    if slot.at is None:
        return skip(meeting, "holiday", actor, now)
    if slot.at == meeting.at:
        return meeting, ()
    return _to(meeting, slot.at, actor, now, schedule=True)


def _comes_on_its_day(meeting: Meeting, series: Series, calendar: Calendar | None) -> bool:
    zone = ZoneInfo(series.zone)
    day = meeting.at.astimezone(zone).date()
    held = coming(series, calendar, meeting.at - 2 * DAY)
    near = takewhile(lambda slot: time_of(series, slot) < meeting.at + 2 * DAY, held)
    return any(slot.at and slot.at.astimezone(zone).date() == day for slot in near)


def _slot_of(meeting: Meeting, series: Series, calendar: Calendar | None) -> Slot | None:
    """The slot of a series that a meeting is; None: there is none."""
    day = datetime.fromisoformat(meeting.name).replace(tzinfo=ZoneInfo(series.zone))
    around = slots(series, calendar, day - DAY, day + 2 * DAY)
    return next((slot for slot in around if slot.name == meeting.name), None)
