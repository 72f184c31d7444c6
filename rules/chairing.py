"""A meeting is begun, taken from item to item, attended and closed; pressed twice, it moves once (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from rules.declaring import require_short
from rules.facts import Actor
from rules.meeting import AHEAD, Meeting, Stage
from rules.meeting_facts import Convened, happen
from rules.words import Refused

EARLIEST = timedelta(hours=1)
"""How long before its time a meeting can be begun."""


def start(
    meeting: Meeting, items: Sequence[str], actor: Actor, now: datetime, running: Meeting | None
) -> Convened:
    """It begins, with the first of its items in focus; again it changes nothing.

    `items` are the keys of its agenda in order, `running` the meeting that runs now.
    Refuses: meeting-over, meeting-not-yet, another-runs.
    """
    if meeting.stage is Stage.RUNNING:
        return meeting, ()
    if meeting.stage not in AHEAD or now >= meeting.given_up:
        raise Refused("meeting-over", {"meeting": meeting})
    if running is not None and running.name != meeting.name:
        raise Refused("another-runs", {"meeting": running})
    if now < meeting.at - EARLIEST:
        about = {"meeting": meeting, "at": meeting.at, "near": meeting.at - EARLIEST}
        raise Refused("meeting-not-yet", about)
    after, fact = happen(meeting, "meeting.started", actor, now, items=_each_once(items))
    return after, (fact,)


def turn(
    meeting: Meeting,
    current: Sequence[str],
    outcome: str,
    why: str | None,
    actor: Actor,
    now: datetime,
    *,
    was: str | None = None,
    gone: Collection[str] = (),
) -> Convened:
    """The item in focus is `done` or `deferred`, and the next one comes into focus.

    `current` is the agenda as it is now: what is new on it is taken up at the end. `gone` are the
    keys that are not worth taking up any more: they are dropped. `was` is what was in focus when a
    button was drawn: where that is another, it was pressed before.
    Refuses: meeting-not-running, nothing-in-focus, words-too-long.
    """
    _require_running(meeting)
    require_short(why)
    if was is not None and was != meeting.focus:
        return meeting, ()
    left, added, dropped = _still_to_come(meeting, current, gone)
    if meeting.focus is None and (outcome == "deferred" or not left):
        raise Refused("nothing-in-focus", {"meeting": meeting})
    about = {
        "item": meeting.focus,
        "outcome": outcome,
        "why": why,
        "focus": left[0] if left else None,
        "added": added,
        "dropped": dropped,
    }
    after, fact = happen(meeting, "meeting.turned", actor, now, **about)
    return after, (fact,)


def _still_to_come(
    meeting: Meeting, current: Sequence[str], gone: Collection[str]
) -> tuple[list[str], list[str], list[str]]:
    """The keys that nobody has come to, which of them are new, and those dropped because they are gone."""
    known = {*meeting.items, *gone}
    added = [key for key in _each_once(current) if key not in known]
    left = [key for key in meeting.left if key not in gone]
    return [*left, *added], added, [key for key in meeting.left if key in gone]


def _each_once(keys: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(keys))


def attend(meeting: Meeting, actor: Actor, now: datetime) -> Convened:
    """Somebody says that they are there; again it changes nothing. Refuses: meeting-not-running."""
    _require_running(meeting)
    if actor.person is None or actor.person in meeting.attended:
        return meeting, ()
    after, fact = happen(meeting, "meeting.attended", actor, now, person=actor.person)
    return after, (fact,)


def close(
    meeting: Meeting,
    actor: Actor,
    now: datetime,
    *,
    current: Sequence[str] = (),
    gone: Collection[str] = (),
) -> Convened:
    """It ends, and what is in focus is through; again it changes nothing.

    `current` and `gone` as for `turn`: what came onto the agenda meanwhile was not reached.
    Refuses: meeting-not-running.
    """
    if meeting.stage is Stage.CLOSED:
        return meeting, ()
    _require_running(meeting)
    left, added, dropped = _still_to_come(meeting, current, gone)
    about = {"left": left, "added": added, "dropped": dropped, "late": False}
    after, fact = happen(meeting, "meeting.closed", actor, now, **about)
    return after, (fact,)


def _require_running(meeting: Meeting) -> None:
    if meeting.stage is not Stage.RUNNING:
        raise Refused("meeting-not-running", {"meeting": meeting})
