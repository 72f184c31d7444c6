"""What the clock does about a meeting: exactly once, whatever it slept through (DESIGN 4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from rules.facts import CLOCK, Fact, iso
from rules.meeting import AHEAD, OVER, Meeting, Stage
from rules.meeting_facts import Convened, happen
from rules.series import LATE, Series, lead

CALL = 0
"""The reminder that a meeting begins, sent as it does."""
Happened = tuple[Meeting, Fact] | None
"""What became of a meeting by one fact; None: nothing happened."""


def tick(meeting: Meeting, series: Series, now: datetime) -> Convened:
    """All that is due for a meeting, in one step: skip it for a holiday, announce it, remind of it, record that it was missed, close it.

    Done again at once it does nothing.
    """
    if meeting.unrecorded_holiday:
        return _became(meeting, _skip_for_holiday(meeting, now))
    if meeting.stage is Stage.RUNNING:
        return _became(meeting, _close_late(meeting, now))
    if meeting.stage not in AHEAD:
        return meeting, ()
    if now >= meeting.given_up:
        return _miss(meeting, series, now)
    after, announced = _became(meeting, _announce(meeting, series, now))
    after, reminded = _became(after, _remind(after, series, now))
    return after, (*announced, *reminded)


def next_look(meeting: Meeting, series: Series, now: datetime) -> datetime | None:
    """The next instant, `now` or later, at which `tick` would do something; None: never."""
    if meeting.unrecorded_holiday:
        return max(now, meeting.at)
    if meeting.stage in OVER:
        return None
    found = [meeting.given_up]
    if meeting.stage in AHEAD:
        found += [at for _, at in _unsent(meeting, series)]
        if meeting.announced_at is None:
            found.append(_agenda_due(meeting, series))
    return max(now, min(found))


def _became(meeting: Meeting, happened: Happened) -> Convened:
    """What came of a meeting by one thing that happened to it, or by nothing."""
    return (meeting, ()) if happened is None else (happened[0], (happened[1],))


def _skip_for_holiday(meeting: Meeting, now: datetime) -> Happened:
    if now < meeting.at:
        return None
    return happen(meeting, "meeting.skipped", CLOCK, now, why="holiday", schedule=True)


def _close_late(meeting: Meeting, now: datetime) -> Happened:
    """Nobody says that the item in focus is through, so it was not reached."""
    limit = meeting.given_up
    if now < limit:
        return None
    left = [key for key in meeting.items if key == meeting.focus or key in meeting.left]
    about = {"left": left, "added": [], "dropped": [], "late": now - limit > LATE}
    return happen(meeting, "meeting.closed", CLOCK, now, **about)


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
