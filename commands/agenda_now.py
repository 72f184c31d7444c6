"""The agenda as it is now, who has a part in what it decides, and how many messages show it (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from commands.agenda_items import material
from commands.coverage import coverage_due, setting_at
from commands.minutes import minutes_of, minutes_pages
from commands.notices import people_in
from rules.agenda import Agenda, draw_up, pages, signature
from rules.items import Item, owners_of
from rules.meeting import Meeting
from rules.words import OWNER, Role, State
from storage.reading import Reader

__all__ = [
    "Agenda",
    "agenda_of",
    "concerned",
    "coverage_due",
    "minutes_of",
    "minutes_pages",
    "pages_of",
    "signature_of",
]


def agenda_of(reader: Reader, meeting: Meeting | None, now: datetime) -> Agenda:
    """What `meeting` has to take up, as it is now; with None, what one would that began now."""
    return draw_up(material(reader, meeting, now, reader.open_candidates()), meeting)


def signature_of(agenda: Agenda) -> str:
    """Another word whenever anything that is shown of it is other."""
    return signature(agenda)


def pages_of(agenda: Agenda) -> int:
    """How many messages its thread holds, beside the agenda's own."""
    return len(pages(agenda.items)) - 1


def concerned(agenda: Agenda, reader: Reader) -> Mapping[str, list[str]]:
    """Who has a part in what is to be decided: Slack user ids, and the keys of the items of each."""
    found: dict[str, list[str]] = {}
    for item in agenda.items:
        for person in _concerned_by(item, reader, agenda.at) if item.contested else ():
            found.setdefault(person, []).append(item.key)
    return found


def _concerned_by(item: Item, reader: Reader, now: datetime) -> Iterable[str]:
    """Whoever owns the states it is about, whoever halted it, whose action or topic it is; each once."""
    people = reader.company().people
    named: list[str | None] = []
    if item.candidate is not None and item.kind == "candidate":
        named += [halt.by for halt in item.candidate.open_halts]
    if item.topic is not None:
        named.append(item.topic.by)
    if item.action is not None:
        named.append(item.action.by if item.left else item.action.who)
    for product, state in owners_of(item):
        named += _holders(reader, product, state, now)
    able = (each for each in named if each is not None and each in people and people[each].able)
    return dict.fromkeys(able)


def _holders(reader: Reader, product: str, state: State, now: datetime) -> tuple[str, ...]:
    """Who owns a state of a product; where nobody does, its Release Coordinators."""
    setting = setting_at(reader, product, now)
    if setting is None:
        return ()
    role = OWNER[state] if setting.seats(OWNER[state]) else Role.RELEASE_COORDINATOR
    return people_in(setting, [role])
