"""The agenda of a Release Coordination Meeting: what there is to decide, in which order, and how long it takes (DESIGN 4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from rules.candidate import Candidate
from rules.chairing import EARLIEST
from rules.items import (
    FIRST,
    LAST,
    ORDER,
    Booking,
    Item,
    Matter,
    action_item,
    candidate_item,
    review_item,
    topic_item,
)
from rules.meeting import Action, Meeting, Topic
from rules.people import Groups, People
from rules.product import Setting
from rules.resources import Resource
from rules.words import Phase, Role, State
from rules.world import World

FIRST_PAGE, NEXT_PAGES = 12, 15
"""As many items as stand in the agenda's own message at most, and in each of its thread."""
FIRST_ROOM, NEXT_ROOM = 26, 29
"""The room of those messages, in lines of items to note; what is to be decided takes more of it."""


@dataclass(frozen=True)
class Agenda:
    """What a meeting takes up, decisions first. `until` is when the next one comes."""

    items: tuple[Item, ...] = ()
    consent: tuple[Candidate, ...] = ()
    """Candidates that all four have asserted, with nothing in their way, soonest first."""
    meeting: Meeting | None = None
    at: datetime = FIRST
    """When it was drawn up."""
    until: datetime = FIRST

    @property
    def startable(self) -> bool:
        """Whether its meeting can be begun: from an hour before its time on."""
        return self.meeting is not None and self.at >= self.meeting.at - EARLIEST

    @property
    def contested(self) -> bool:
        """Whether there is anything to meet for."""
        return any(item.contested for item in self.items)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(item.key for item in self.items)

    @property
    def minutes(self) -> int:
        """How long all of it takes."""
        return sum(item.minutes for item in self.items)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many items there are by their first matter, in order."""
        found: dict[str, int] = {}
        for item in self.items:
            kind = ORDER[item.rank[0]]
            found[kind] = found.get(kind, 0) + 1
        return found


@dataclass(frozen=True)
class Material:
    """All that an agenda is made from, as it is at `world.now`. `until`: when the next meeting comes."""

    world: World
    until: datetime
    people: People = field(default_factory=dict)
    groups: Groups = field(default_factory=dict)
    candidates: Sequence[Candidate] = ()
    """Those not ended."""
    reviews: Sequence[Candidate] = ()
    """Released hotfixes with a review that is owed."""
    topics: Sequence[Topic] = ()
    actions: Sequence[Action] = ()
    """The open ones."""

    @cached_property
    def _vacant(self) -> dict[str, tuple[State, ...]]:
        return {}

    def vacant(self, product: str) -> tuple[State, ...]:
        """The states of a product whose role nobody holds now; delegates count."""
        if product not in self._vacant:
            known = self.world.products.get(product)
            roles: tuple[Role, ...] = ()
            if known is not None:
                at = self.world.now
                roles = Setting(known, self.people, self.groups, at=at).vacant()
            self._vacant[product] = tuple(role.state for role in roles)
        return self._vacant[product]

    @cached_property
    def planned(self) -> tuple[Candidate, ...]:
        """What is to go out before the next meeting, soonest first; what is halted is not."""
        found = [c for c in self.candidates if c.phase is Phase.ANNOUNCED and c.release_at]
        soon = [c for c in found if c.release_at and c.release_at <= self.until]
        return tuple(sorted(soon, key=lambda c: (c.release_at or LAST, c.name)))


def draw_up(material: Material, meeting: Meeting | None = None) -> Agenda:
    """The agenda as it is now."""
    found = [
        *_candidates(material),
        *_reviews(material),
        *_environments(material),
        *_resources(material),
        *(topic_item(topic) for topic in material.topics),
        *(action_item(each, material.people, material.world.now) for each in material.actions),
    ]
    items = tuple(sorted(found, key=lambda item: item.rank))
    spoken = {item.key for item in items}
    consent = [c for c in material.candidates if c.phase is Phase.ANNOUNCED]
    consent = [c for c in consent if c.name not in spoken]
    consent.sort(key=lambda c: (c.release_at or LAST, c.name))
    return Agenda(items, tuple(consent), meeting, material.world.now, material.until)


def _candidates(material: Material) -> Iterator[Item]:
    for candidate in material.candidates:
        item = candidate_item(candidate, material.vacant(candidate.product))
        if item.matters:
            yield item


def _reviews(material: Material) -> Iterator[Item]:
    for candidate in material.reviews:
        item = review_item(candidate, material.world.now)
        if item.matters:
            yield item


def _environments(material: Material) -> Iterator[Item]:
    for name in sorted(material.world.environments):
        item = environment_item(material, name)
        if item.going and item.matters:
            yield item


def environment_item(material: Material, name: str) -> Item:
    """An environment, what goes there before the next meeting, and whether it is prepared."""
    environment = material.world.environments[name]
    going = tuple(c for c in material.planned if name in material.world.places(c.product))
    matters: tuple[Matter, ...] = ()
    if environment.prepared is None:
        matters = (Matter("unsaid"),)
    elif not environment.prepared.ready:
        matters = (Matter("unprepared"),)
    return Item(f"environment:{name}", "environment", matters, environment=environment, going=going)


def _resources(material: Material) -> Iterator[Item]:
    booked = _booked(material)
    for name in sorted(booked):
        yield resource_item(material, name, booked[name])


def resource_item(material: Material, name: str, bookings: Sequence[Booking] | None = None) -> Item:
    """A resource, and who needs it before the next meeting."""
    if bookings is None:
        bookings = _booked(material).get(name, ())
    resource = material.world.resources.get(name, Resource(name))
    kept = tuple(sorted(bookings, key=lambda b: (b.span.start, b.candidate)))
    return Item(
        f"resource:{name}", "resource", (Matter("resource"),), resource=resource, bookings=kept
    )


def _booked(material: Material) -> dict[str, list[Booking]]:
    """By resource, what needs it before the next meeting."""
    found: dict[str, list[Booking]] = {}
    for candidate in material.planned:
        product, at = material.world.products.get(candidate.product), candidate.release_at
        for use in (*(product.uses if product else ()), *candidate.uses):
            assert at is not None
            span = use.span(at, material.world.takes(candidate.product))
            found.setdefault(use.resource, []).append(Booking(candidate.name, span))
    return found


def pages(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """The items, message by message: what the agenda's own holds, then each of its thread's."""
    found: list[tuple[Item, ...]] = []
    page: list[Item] = []
    for item in items:
        most, room = (NEXT_PAGES, NEXT_ROOM) if found else (FIRST_PAGE, FIRST_ROOM)
        taken = sum(map(_room, [*page, item]))
        if page and (len(page) == most or taken > room):
            found.append(tuple(page))
            page = []
        page.append(item)
    return [*found, tuple(page)]


def _room(item: Item) -> int:
    """One to decide has a row of buttons of its own, a candidate also several lines."""
    if not item.contested:
        return 1
    return 3 if item.kind == "candidate" else 2


def signature(agenda: Agenda) -> str:
    """A word that is another one whenever anything that is shown is other."""
    meeting = agenda.meeting
    shown: list[Any] = [face(item) for item in agenda.items]
    shown.append([candidate.name for candidate in agenda.consent])
    if meeting is not None:
        shown.append((meeting.name, meeting.stage, meeting.at, meeting.late, meeting.why))
        shown.append(agenda.startable)
    written = json.dumps(shown, default=_plain, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    """What JSON has no form for; an instant is the same one whoever made it."""
    return vars(value) if is_dataclass(value) else str(value)


def face(item: Item) -> tuple[Any, ...]:
    """What is shown of an item, so that two that look alike are equal."""
    said: list[Any] = [item.key, item.matters, item.environment, item.bookings, item.left]
    said += [item.topic and (item.topic.text, item.topic.minutes)]
    said += [item.action and (item.action.what, item.action.who, item.action.due)]
    said += [(each.name, each.release_at) for each in item.going]
    candidate = item.candidate
    if candidate is not None:
        halts = [(h.id, h.by, h.states, h.reason) for h in candidate.open_halts]
        said += [candidate.phase, candidate.release_at, candidate.why, halts]
        said += [candidate.ended_why, tuple(candidate.reviewed), candidate.policy.silence]
    return tuple(said)
