"""What the verbs and the clock share of meetings: which are ahead, who may run them, and what each fact sets in motion (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commands.act import Act
from commands.agenda_now import (
    Agenda,
    agenda_of,
    concerned,
    minutes_of,
    minutes_pages,
    pages_of,
    signature_of,
)
from commands.estate import hats
from commands.notices import NOTICES, telling
from rules.convening import (
    Convened,
    ahead,
    due,
    follow,
    known_since,
    move,
    named,
    next_due,
)
from rules.facts import CLOCK, Actor, Fact
from rules.meeting import Meeting, Stage
from rules.meeting_clock import tick
from rules.rights import COORDINATOR, require_any
from rules.series import DIGEST, MEETING, Series, next_slot
from rules.topics import discuss
from rules.words import Refused
from rules.worktime import Calendar
from storage.outbox import Message
from storage.reading import Reader
from storage.writing import Transaction

MANY = 5
"""How many meetings ahead are looked at."""
IN_PERSON = 30 * 60
"""Seconds before a meeting: only reminders this early or earlier also go to people themselves."""
MINUTED = {"meeting.closed", "meeting.cancelled"}
"""Kinds of facts after which the minutes are posted."""
THROUGH = {"meeting.turned", "meeting.closed"}
"""Kinds of facts by which an item is through."""


@dataclass(frozen=True)
class Plan:
    """The meeting's schedule, None where there never was one, and the meetings something happened to."""

    series: Series | None
    calendar: Calendar | None
    known: Mapping[str, Meeting]

    def ahead(self, now: datetime, many: int = MANY) -> tuple[Meeting, ...]:
        """The next meetings that are not over, the one that runs first."""
        return ahead(self.series, self.calendar, self.known, now, many) if self.series else ()

    def due(self, now: datetime) -> tuple[Convened, ...]:
        """What the clock has to do about them now: those a changed schedule moves, then all others."""
        if self.series is None:
            return ()
        moved = follow(self.series, self.calendar, self.known, CLOCK, now)
        if moved:
            return moved
        found = due(self.series, self.calendar, self.known, now)
        return tuple(tick(meeting, self.series, now) for meeting in found)

    def move(self, meeting: Meeting, to: datetime, by: Actor, now: datetime) -> Convened:
        """One is at another time; a skipped or cancelled one comes back. Refuses: as rules.convening.move."""
        if self.series is None:
            raise Refused("meeting-over", {"meeting": meeting})
        return move(meeting, to, self.series, self.calendar, self.known, by, now)

    def named(self, name: str, now: datetime) -> Meeting | None:
        """The meeting of that name, one that is skipped for a holiday too; None: there is none."""
        if self.series is None:
            return None
        return named(self.series, self.calendar, self.known, name, now)


def plan_of(reader: Reader, now: datetime) -> Plan:
    """When meetings are; `now` aware UTC."""
    company = reader.company()
    series = company.series.get(MEETING)
    if series is None:
        return Plan(None, None, {})
    known = reader.meetings(known_since(series, now))
    return Plan(series, company.calendars.get(series.calendar or ""), known)


def next_instants(reader: Reader, now: datetime) -> list[datetime]:
    """When the clock next has something to do about a meeting, an action or a digest; aware UTC."""
    plan, company = plan_of(reader, now), reader.company()
    found = [each.due for each in reader.actions()]
    if plan.series is not None:
        found += filter(None, [next_due(plan.series, plan.calendar, plan.known, now)])
    digest = company.series.get(DIGEST)
    if digest is not None:
        slot = next_slot(digest, company.calendars.get(digest.calendar or ""), now)
        found += filter(None, [slot.at if slot else None])
    return [at for at in found if at > now]


def horizon(plan: Plan, meeting: Meeting, now: datetime) -> datetime:
    """Until when a meeting looks ahead: to the one after it, or a week."""
    later = [each.at for each in plan.ahead(now, MANY) if each.at > meeting.at]
    return min(later, default=max(meeting.at, now) + timedelta(days=7))


def chair(act: Act) -> Actor:
    """The caller as who runs the meeting. Refuses: not-your-role."""
    return require_any("meeting", COORDINATOR, hats(act, act.company.products))


def chairs(act: Act) -> bool:
    """Whether the caller is one of those who run the meeting."""
    try:
        chair(act)
    except Refused:
        return False
    return True


def member(act: Act) -> Actor:
    """The caller as any full member. Refuses: not-at-the-command-line, which proves nobody's identity."""
    if act.person is None:
        raise Refused("not-at-the-command-line", {"verb": act.request.verb})
    return Actor(act.person, (), act.request.caller.door)


# What is written, and what is said of it.


def save(
    tx: Transaction, convened: Convened, agenda: Agenda | None = None, *, tells: bool = True
) -> Meeting:
    """Write what became of a meeting, and put what is to be said of it into the outbox.

    `agenda` is what it has now, where that is known already; without `tells` the channel is told
    otherwise. No facts: nothing is written.
    """
    meeting, facts = convened
    if not facts:
        return meeting
    stored = tx.save_meeting(meeting, facts)
    kinds = {fact.kind for fact in facts}
    seen = agenda or agenda_of(tx, meeting, tx.now)
    if meeting.announced_at is not None or tx.message(f"agenda:{meeting.name}") is not None:
        redraw(tx, meeting, seen)
    if meeting.started_at is not None:
        tx.send(floor(meeting))
    if kinds & MINUTED and tx.message(meeting.minutes_key) is None:
        _minute(tx, meeting, seen)
    if kinds & THROUGH:
        _discuss(tx, meeting, facts[-1].by)
    for entry in stored:
        if tells and NOTICES[entry.fact.kind].tell == "channel":
            tx.send(telling(meeting.channel, "fact", None, fact=entry.id))
        if entry.fact.kind == "meeting.reminded":
            _remind(tx, meeting, entry.fact, seen, called="meeting.announced" in kinds)
    return meeting


def _discuss(tx: Transaction, meeting: Meeting, by: Actor) -> None:
    """The topics that are through stand on no agenda any more."""
    numbers = (key.partition(":")[2] for key in meeting.done if key.startswith("topic:"))
    for topic in filter(None, (tx.topic(int(number)) for number in numbers)):
        if topic.state == "open":
            tx.save_topic(*discuss(topic, meeting.name, by, tx.now))


def redraw(tx: Transaction, meeting: Meeting, agenda: Agenda) -> None:
    """Ask for a new version of an agenda and of what is in its thread; a page too many says so."""
    key = f"agenda:{meeting.name}"
    about = {"meeting": meeting.name, "signature": signature_of(agenda)}
    tx.send(Message(key, "agenda", meeting.channel, about=about))
    number = 1
    while number <= pages_of(agenda) or tx.message(f"{key}:{number}") is not None:
        tx.send(_page(key, number, meeting))
        number += 1


def floor(meeting: Meeting) -> Message:
    """The message in which a meeting is held; asked for again, it is drawn anew."""
    about = {"meeting": meeting.name}
    return Message(f"meeting:{meeting.name}", "floor", meeting.channel, about=about)


def _minute(tx: Transaction, meeting: Meeting, agenda: Agenda) -> None:
    """Post the minutes, once; what does not fit into them follows in their thread."""
    key, consent = meeting.minutes_key, [each.name for each in agenda.consent]
    about = {"meeting": meeting.name, "consent": consent}
    tx.send(Message(key, "minutes", meeting.channel, about=about, once=True))
    for number in range(1, minutes_pages(minutes_of(tx, meeting)) + 1):
        tx.send(_page(key, number, meeting))


def _page(under: str, number: int, meeting: Meeting) -> Message:
    """A message in the thread of the one called `under`."""
    about = {"meeting": meeting.name, "page": number, "under": under}
    return Message(f"{under}:{number}", "page", meeting.channel, about=about)


def _remind(tx: Transaction, meeting: Meeting, fact: Fact, agenda: Agenda, *, called: bool) -> None:
    """The channel, unless the agenda that goes out now says it; and whose item is contested."""
    marks, late = list(fact.about["marks"]), bool(fact.about["late"])
    if 0 in marks or not called:
        about = {"meeting": meeting.name, "at": meeting.at.isoformat(), "mark": min(marks)}
        tx.send(telling(meeting.channel, "meeting-reminder", None, **about, late=late))
    if max(marks) >= IN_PERSON and meeting.stage is Stage.ANNOUNCED:
        for person, keys in concerned(agenda, tx).items():
            about = {"meeting": meeting.name, "mark": min(marks)}
            told = telling(person, "meeting-contested", None, **about)
            tx.send(replace(told, about={**told.about, "keys": keys}))
