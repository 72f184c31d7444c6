"""The clock's errand for actions: whoever took one on is reminded of it until it is done (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from commands.dispatch import Desk
from commands.notices import coordinator, operator, telling
from rules.meeting import Action
from rules.people import Person
from rules.product import Setting
from rules.worktime import Calendar, at_work, next_working_day
from storage.company import Company
from storage.outbox import Message
from storage.reading import Reader


def chase_due(desk: Desk) -> int:
    """Remind of what is due soon, and each working day of what is overdue; how many messages."""
    with desk.database.read() as reader:
        now = desk.clock()
        due = [each for each in _due(reader, now) if reader.message(each.key) is None]
    if due:
        with desk.database.write(desk.clock) as tx:
            for message in due:
                tx.send(message)
    return len(due)


def _due(reader: Reader, now: datetime) -> Iterator[Message]:
    for action in reader.actions():
        yield from _brought_up(reader, action, now)


def _brought_up(reader: Reader, action: Action, now: datetime) -> Iterator[Message]:
    """Its owner, in their working hours; who coordinates releases where the owner has left."""
    company = reader.company()
    person = company.people.get(action.who)
    if person is None or not person.able:
        for target in coordinators(reader, now):
            yield telling(target, "action-orphaned", None, action=action.number, who=action.who)
        return
    calendar = _calendar(company, person)
    if not at_work(calendar, person.tz, now):
        return
    if now >= action.due:
        day = f"{now.astimezone(person.tz):%Y-%m-%d}"
        yield telling(person.id, "action-overdue", None, action=action.number, day=day)
    elif _nearly(action, calendar, person, now) and not _nearly(
        action, calendar, person, action.at
    ):
        yield telling(person.id, "action-due", None, action=action.number)


def _nearly(action: Action, calendar: Calendar, person: Person, at: datetime) -> bool:
    """Whether it is due within a working day of an instant: over a weekend that is on Friday."""
    following = next_working_day(at, calendar, person.tz)
    return following is None or action.due <= following


def _calendar(company: Company, person: Person) -> Calendar:
    """The calendar that the catalogue gives somebody, or else ordinary working hours."""
    return company.calendars.get(person.calendar or "", Calendar())


def coordinators(reader: Reader, now: datetime) -> tuple[str, ...]:
    """The Release Coordinators of every product, each once; where there are none, the operator."""
    company = reader.company()
    found: dict[str, None] = {}
    for product in company.products.values():
        setting = Setting(product, company.people, company.groups, at=now)
        found.update(dict.fromkeys(coordinator(setting, reader)))
    return tuple(found) or operator(reader)
