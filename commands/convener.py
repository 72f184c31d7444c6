"""The clock's errand for meetings: agendas, reminders, what was missed, and messages kept current (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.agenda_now import Agenda, agenda_of, coverage_due, signature_of
from commands.dispatch import Desk
from commands.meetings import Plan, floor, horizon, plan_of, redraw, save
from commands.notices import telling
from rules.chairing import EARLIEST
from rules.convening import Convened, next_due
from rules.facts import Fact
from rules.meeting import Meeting, Stage
from storage.outbox import Message
from storage.reading import Reader
from storage.writing import Transaction

STALE = timedelta(minutes=15)
"""So long what stands is taken to be current where nothing was written: time alone changes little in it."""


@dataclass(frozen=True)
class _Seen:
    """How far everything had come when it was last looked at, and until when that holds by itself."""

    head: tuple[int, str]
    changes: int
    until: datetime

    def holds(self, reader: Reader, now: datetime) -> bool:
        same = (reader.head(), reader.changes()) == (self.head, self.changes)
        return same and now < self.until


@dataclass
class Convener:
    """Does what is due of meetings. Everything is decided from the rows, so that any number may run at once."""

    desk: Desk
    _seen: _Seen | None = None
    """Lost with the process, harmlessly."""

    def __call__(self) -> int:
        """How many facts were written and messages asked for anew."""
        with self.desk.database.read() as reader:
            now = self.desk.clock()
            if self._seen is not None and self._seen.holds(reader, now):
                return 0
            plan = plan_of(reader, now)
            due = bool(plan.due(now))
            changed = [] if due else _changed(reader, plan, now)
            seen = _Seen(reader.head(), reader.changes(), _until(plan, now))
        if due:
            return self._convene()
        if changed:
            self._redraw(changed)
        self._seen = seen
        return len(changed)

    def _convene(self) -> int:
        written, self._seen = 0, None
        with self.desk.database.write(self.desk.clock) as tx:
            plan = plan_of(tx, tx.now)
            due = plan.due(tx.now)
            missed = [meeting for meeting, facts in due if _is(facts, "meeting.missed")]
            for convened in due:
                written += len(convened[1])
                _save(tx, plan, convened, gathered=len(missed) > 1 and convened[0] in missed)
            if len(missed) > 1:
                tx.send(_all_missed(missed))
        return written

    def _redraw(self, changed: Sequence[tuple[Meeting, Agenda]]) -> None:
        """Ask for a new version of what stands in the channel and would say something else now."""
        with self.desk.database.write(self.desk.clock) as tx:
            for meeting, agenda in changed:
                redraw(tx, meeting, agenda)
                if meeting.stage is Stage.RUNNING:
                    tx.send(floor(meeting))


def _save(tx: Transaction, plan: Plan, convened: Convened, *, gathered: bool) -> None:
    meeting, facts = convened
    save(tx, convened, tells=not gathered)
    if _is(facts, "meeting.announced"):
        until = horizon(plan, meeting, tx.now)
        for message in coverage_due(tx, "meeting", meeting.name, tx.now, until):
            tx.send(message)


def _is(facts: Sequence[Fact], kind: str) -> bool:
    return any(fact.kind == kind for fact in facts)


def _all_missed(missed: Sequence[Meeting]) -> Message:
    """One message of all meetings that an outage has swallowed."""
    first, last = missed[0], missed[-1]
    about = {"many": len(missed), "first": first.name, "last": last.name}
    return telling(last.channel, "meetings-missed", None, **about)


def _until(plan: Plan, now: datetime) -> datetime:
    """When there is something to do though nothing is written: something falls due, or looks may be stale."""
    found = [now + STALE]
    if plan.series is not None:
        following = next_due(plan.series, plan.calendar, plan.known, now)
        found += [max(following, now)] if following else []
        found += [at for each in plan.ahead(now) if (at := each.at - EARLIEST) > now]
    return min(found)


def _changed(reader: Reader, plan: Plan, now: datetime) -> list[tuple[Meeting, Agenda]]:
    """The meetings whose messages would say something else than they do, with their agendas."""
    found = []
    for meeting in plan.ahead(now):
        if meeting.stage in (Stage.ANNOUNCED, Stage.RUNNING):
            agenda = agenda_of(reader, meeting, now)
            message = reader.message(f"agenda:{meeting.name}")
            same = message is not None and message.about.get("signature") == signature_of(agenda)
            if not same or meeting.stage is Stage.RUNNING:
                found.append((meeting, agenda))
    return found
