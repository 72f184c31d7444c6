"""The minutes of a meeting: who was there, what was decided and what came of it, from the facts (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from commands.agenda_items import items_of, material
from commands.history import whole
from rules.agenda import draw_up
from rules.items import LAST, Item
from rules.meeting import Action, Meeting, Stage
from storage.chain import StoredFact
from storage.reading import Reader

DECISIONS = frozenset(
    {
        "candidate.halted",
        "candidate.released",
        "candidate.withdrawn",
        "candidate.superseded",
        "halt.lifted",
        "halt.reviewed",
        "halt.explained",
        "state.asserted",
        "criterion.waived",
        "release.extended",
        "release.rescheduled",
        "hotfix.confirmed",
        "hotfix.reviewed",
        "freeze.overridden",
        "resources.booked",
        "fault.recorded",
        "fault.attributed",
        "deployment.began",
        "deployment.succeeded",
        "deployment.failed",
        "deployment.rolled_back",
    }
)
"""The kinds of facts about a candidate that are somebody's decision, and stand in the minutes."""
FIRST_PAGE, NEXT_PAGES = 15, 25
"""As many items as stand in the minutes' own message, and in each of its thread."""


@dataclass(frozen=True)
class Taken:
    """One item of a meeting, and what came of it."""

    item: Item
    outcome: str
    """`done`, `deferred` or `left`: not reached."""
    why: str | None = None
    """Of a deferred one, where it was said."""
    facts: tuple[StoredFact, ...] = ()
    """What was decided about its candidate while the meeting ran."""


@dataclass(frozen=True)
class Minutes:
    """What is kept of a meeting."""

    meeting: Meeting
    taken: tuple[Taken, ...] = ()
    consent: tuple[str, ...] = ()
    """The whole names of the candidates that nothing had to be said about."""
    given: tuple[Action, ...] = ()
    """The actions that came of it."""
    carried: tuple[Action, ...] = ()
    """Those given before that were still open when it ended."""

    def of(self, outcome: str) -> tuple[Taken, ...]:
        """The items of one outcome, in order."""
        return tuple(each for each in self.taken if each.outcome == outcome)


def minutes_of(reader: Reader, meeting: Meeting) -> Minutes:
    """The minutes of a meeting that has ended, or those so far of one that runs."""
    items = items_of(reader, meeting.items, meeting, meeting.closed_at or meeting.at)
    found = [_taken(reader, meeting, item) for item in items if item is not None]
    given, carried = _actions(reader, meeting)
    return Minutes(
        meeting=meeting,
        taken=tuple(found),
        consent=_consent(reader, meeting),
        given=given,
        carried=carried,
    )


def _taken(reader: Reader, meeting: Meeting, item: Item) -> Taken:
    key = item.key
    facts: Sequence[StoredFact] = ()
    if item.candidate is not None:
        facts = _within(whole(reader, item.candidate.name), meeting)
    outcome = "done" if key in meeting.done else "deferred" if key in meeting.deferred else "left"
    return Taken(item, outcome, meeting.deferred.get(key), tuple(facts))


def _within(entries: Iterable[StoredFact], meeting: Meeting) -> list[StoredFact]:
    """The decisions that fell while it ran."""
    begun, ended = meeting.started_at, ended_at(meeting)
    if begun is None:
        return []
    decisions = (entry for entry in entries if entry.fact.kind in DECISIONS)
    return [entry for entry in decisions if begun <= entry.fact.at <= ended]


def ended_at(meeting: Meeting) -> datetime:
    """When it was closed; while it is not, as late as need be."""
    return meeting.closed_at or LAST


def _actions(reader: Reader, meeting: Meeting) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    """The actions that came of it, and those from before that were open at its end."""
    ended = ended_at(meeting)
    since = meeting.started_at or meeting.at
    known = (*reader.actions(), *reader.actions_done(since, LAST))
    given = [each for each in known if each.meeting == meeting.name]
    earlier = [each for each in known if each.meeting != meeting.name and each.at <= ended]
    carried = [each for each in earlier if each.done_at is None or each.done_at > ended]
    given.sort(key=lambda each: each.number)
    carried.sort(key=lambda each: (each.due, each.number))
    return tuple(given), tuple(carried)


def _consent(reader: Reader, meeting: Meeting) -> tuple[str, ...]:
    """As they were kept with the minutes when these were posted; before that, as they are."""
    posted = reader.message(meeting.minutes_key)
    if posted is not None and "consent" in posted.about:
        return tuple(posted.about["consent"])
    if posted is not None and posted.ts is not None:
        return ()
    at = meeting.closed_at or meeting.started_at or meeting.at
    agenda = draw_up(material(reader, meeting, at, reader.open_candidates()))
    return tuple(candidate.name for candidate in agenda.consent)


def minutes_pages(minutes: Minutes) -> int:
    """How many messages their thread holds, beside the minutes' own."""
    return len(pages(minutes)) - 1


def pages(minutes: Minutes) -> list[tuple[Taken, ...]]:
    """The items, message by message: what the minutes' own holds, then each of its thread's."""
    if minutes.meeting.stage is not Stage.CLOSED or len(minutes.taken) <= FIRST_PAGE:
        return [minutes.taken]
    rest = range(FIRST_PAGE, len(minutes.taken), NEXT_PAGES)
    first = minutes.taken[:FIRST_PAGE]
    return [first, *(minutes.taken[start : start + NEXT_PAGES] for start in rest)]
