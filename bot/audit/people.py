"""People, roles and instants as an auditor reads them: names beside ids, UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import overload

from bot.words import known_as
from rules.facts import Actor
from rules.words import Role
from storage.reading import Company


def actor(by: Actor, company: Company) -> str:
    """Who acted, and on whose behalf where it was a delegate."""
    if by.person is None:
        return "the operator" if by.is_operator else "Presumptive"
    lent = sorted({who(person, company) for person in by.behalf.values()})
    return who(by.person, company) + (f", on behalf of {' and '.join(lent)}" if lent else "")


def who(person: str | None, company: Company) -> str:
    """`alice (UALICE)`; nobody is the operator."""
    if person is None:
        return "the operator"
    name = known_as(company, person)
    return person if name == person else f"{name} ({person})"


def roles(hats: Sequence[Role]) -> str:
    """`Product Owner, Release Coordinator`."""
    return ", ".join(hat.label for hat in hats)


@overload
def when(at: datetime) -> str: ...
@overload
def when(at: None) -> None: ...
def when(at: datetime | None) -> str | None:
    """`2026-11-23 09:00:00 UTC`."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
