"""The cases of the parts that came later, joined, so that `cases` names them once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rules.candidate import Candidate
from storage.reading import StoredFact
from tests.templates import (
    cases_agenda,
    cases_calendar,
    cases_criteria,
    cases_digest,
    cases_door,
    cases_faults,
    cases_meeting,
    cases_meeting_facts,
    cases_plans,
    cases_schedule,
    cases_unopened,
)
from tests.templates.company import AS_RITA, stored

REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    **cases_faults.REPLIES,
    **cases_unopened.REPLIES,
    **cases_plans.REPLIES,
    **cases_calendar.REPLIES,
    **cases_agenda.REPLIES,
    **cases_schedule.REPLIES,
    **cases_digest.REPLIES,
    **cases_meeting.REPLIES,
}
TOLD: Mapping[str, Callable[[], tuple[Candidate | None, Mapping[str, Any]]]] = {
    **cases_agenda.TOLD,
    **cases_meeting.TOLD,
    **cases_door.TOLD,
    "machine-slept": lambda: (None, {"seconds": 5400, "at": "2026-11-23T09:00:00+00:00"}),
}
FORMS: Mapping[str, dict[str, Any]] = {
    **cases_criteria.FORMS,
    **cases_faults.FORMS,
    **cases_meeting.FORMS,
}


def told() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What people are told, by what is other about it."""
    yield from cases_door.told()


def facts() -> Iterator[tuple[str, list[StoredFact]]]:
    """Facts said otherwise than the first of their kind."""
    for name, each in cases_meeting_facts.more(AS_RITA):
        yield name, stored([each])


def news(entries: Mapping[str, StoredFact]) -> Iterator[tuple[str, StoredFact]]:
    """What channels are told of, by the kind of fact or what is other about it."""
    yield from cases_criteria.news(entries["catalogue.applied"])
    for name in ("schedule.declared", "schedule.changed"):
        yield name, entries[name]
    for name, told in facts():
        if name in ("digest set", "digest off"):
            yield name, told[0]
