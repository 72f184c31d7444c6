"""Replay of meetings, topics and actions: each row is what its facts, in order, make (DESIGN 2.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from rules.facts import Actor, Fact, iso
from rules.meeting import Action, Meeting, Stage, Topic

Convened = tuple[Meeting, tuple[Fact, ...]]
"""A meeting as it is to be, and the facts that make it so. No facts: nothing changed."""


def apply_meeting(meeting: Meeting | None, fact: Fact) -> Meeting:
    """The meeting after a fact. Raises ValueError where the first fact does not say when it is."""
    if meeting is None:
        meeting = _planned(fact)
    after = MEETINGS[fact.kind](meeting, fact)
    return replace(after, seq=meeting.seq + 1)


def apply_topic(topic: Topic | None, fact: Fact) -> Topic:
    """The topic after a fact. Raises ValueError where it does not begin by being added."""
    about, by = fact.about, fact.by.person
    if topic is None:
        if fact.kind != "agenda.added":
            raise ValueError(f"a topic begins by being added, not with {fact.kind}")
        return Topic(about["topic"], about["text"], by, fact.at, about["minutes"], seq=1)
    after = replace(topic, state=TOPICS[fact.kind], ended_at=fact.at, ended_by=by)
    return replace(after, meeting=about.get("meeting"), seq=topic.seq + 1)


def apply_action(action: Action | None, fact: Fact) -> Action:
    """The action after a fact. Raises ValueError where it does not begin by being given."""
    about, by = fact.about, fact.by.person
    if action is None:
        if fact.kind != "action.given":
            raise ValueError(f"an action begins by being given, not with {fact.kind}")
        due = datetime.fromisoformat(about["due"])
        number, meeting = about["action"], about["meeting"]
        return Action(number, about["who"], about["what"], due, by, fact.at, meeting, seq=1)
    if fact.kind not in ACTIONS:
        raise ValueError(f"{action.key}: nothing comes of {fact.kind}")
    return replace(action, done_at=fact.at, done_by=by, seq=action.seq + 1)


def happen(
    meeting: Meeting, kind: str, by: Actor, now: datetime, /, **about: object
) -> tuple[Meeting, Fact]:
    """A fact about a meeting, and what comes of it; the first of a meeting says when it is."""
    first = meeting.seq == 0
    when: dict[str, object] = {
        "at": iso(meeting.at),
        "zone": meeting.zone,
        "channel": meeting.channel,
        "minutes": meeting.minutes,
    }
    said = {"meeting": meeting.name, **(when if first else {}), **about}
    fact = Fact(kind, now, by, None, None, said)
    return apply_meeting(None if first else meeting, fact), fact


def _planned(fact: Fact) -> Meeting:
    about = fact.about
    if "zone" not in about:
        raise ValueError(f"{about['meeting']}: the first fact says when a meeting is")
    at = datetime.fromisoformat(about["at"])
    return Meeting(about["meeting"], at, about["zone"], about["channel"], about["minutes"])


def _moved(meeting: Meeting, fact: Fact) -> Meeting:
    """It is planned anew. Where only what else its schedule says has changed, what was due stays due."""
    about = fact.about
    stays = about["at"] == about["was"] and about["cause"] is not None and not about["back"]
    after = replace(
        meeting,
        at=datetime.fromisoformat(about["at"]),
        zone=about["zone"],
        channel=about["channel"],
        minutes=about["minutes"],
        moved_at=meeting.moved_at if stays else fact.at,
        reminded=tuple(about["reminded"]),
        apart=about["apart"],
    )
    return _brought_back(after) if about["back"] else after


def _brought_back(meeting: Meeting) -> Meeting:
    after = replace(meeting, stage=Stage.PLANNED, turn=meeting.turn + 1)
    after = replace(after, announced_at=None, late=False)
    return replace(after, why=None, ended_by=None, by_schedule=False)


def _ended(stage: Stage) -> Callable[[Meeting, Fact], Meeting]:
    def change(meeting: Meeting, fact: Fact) -> Meeting:
        after = replace(meeting, stage=stage, why=fact.about["why"], ended_by=fact.by.person)
        return replace(after, by_schedule=fact.about.get("schedule", False))

    return change


def _announced(meeting: Meeting, fact: Fact) -> Meeting:
    late = fact.about["late"]
    return replace(meeting, stage=Stage.ANNOUNCED, announced_at=fact.at, late=late)


def _reminded(meeting: Meeting, fact: Fact) -> Meeting:
    return replace(meeting, reminded=(*meeting.reminded, *fact.about["marks"]))


def _started(meeting: Meeting, fact: Fact) -> Meeting:
    items = tuple(fact.about["items"])
    focus = items[0] if items else None
    after = replace(meeting, stage=Stage.RUNNING, items=items, focus=focus)
    return replace(after, started_at=fact.at, started_by=fact.by.person)


def _turned(meeting: Meeting, fact: Fact) -> Meeting:
    about = fact.about
    after = replace(meeting, items=_items(meeting, fact), focus=about["focus"])
    item = about["item"]
    if item is None:
        return after
    if about["outcome"] == "deferred":
        return replace(after, deferred={**meeting.deferred, item: about["why"]})
    return replace(after, done=(*meeting.done, item))


def _items(meeting: Meeting, fact: Fact) -> tuple[str, ...]:
    """The items with what was added to them, and without what was dropped."""
    dropped = {*fact.about["dropped"]}
    kept = (key for key in meeting.items if key not in dropped)
    return (*kept, *fact.about["added"])


def _attended(meeting: Meeting, fact: Fact) -> Meeting:
    return replace(meeting, attended=(*meeting.attended, fact.about["person"]))


def _closed(meeting: Meeting, fact: Fact) -> Meeting:
    through = meeting.focus is not None and meeting.focus not in fact.about["left"]
    done = (*meeting.done, meeting.focus) if meeting.focus and through else meeting.done
    after = replace(meeting, stage=Stage.CLOSED, items=_items(meeting, fact), done=done, focus=None)
    return replace(after, closed_at=fact.at, closed_by=fact.by.person)


def _missed(meeting: Meeting, fact: Fact) -> Meeting:
    missed = tuple(fact.about["reminders"])
    return replace(meeting, stage=Stage.MISSED, why=fact.about["why"], missed=missed)


MEETINGS: Mapping[str, Callable[[Meeting, Fact], Meeting]] = {
    "meeting.moved": _moved,
    "meeting.skipped": _ended(Stage.SKIPPED),
    "meeting.cancelled": _ended(Stage.CANCELLED),
    "meeting.announced": _announced,
    "meeting.reminded": _reminded,
    "meeting.started": _started,
    "meeting.turned": _turned,
    "meeting.attended": _attended,
    "meeting.closed": _closed,
    "meeting.missed": _missed,
}
"""How each kind of fact changes its meeting."""
TOPICS: Mapping[str, str] = {
    "agenda.added": "open",
    "agenda.removed": "removed",
    "agenda.discussed": "discussed",
}
"""In which state each kind of fact leaves its topic."""
ACTIONS = frozenset({"action.given", "action.done"})
"""The kinds of facts about actions."""
OF_MEETINGS = frozenset(
    {*MEETINGS, *TOPICS, *ACTIONS, "schedule.declared", "schedule.changed", "digest.posted"}
)
"""Every kind of fact of this part of the law; none changes a candidate."""
