"""A fact as a flat record with stable columns, for a spreadsheet or for a program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.words import known_as
from rules.facts import iso
from storage.auditing import WrittenFact
from storage.reading import Company

COLUMNS = (
    "id",
    "at",
    "kind",
    "product",
    "candidate",
    "person",
    "name",
    "roles",
    "door",
    "groups",
    "about",
    "prev_hash",
    "hash",
    "body",
)
"""In this order for good: a new one goes to the end."""
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula."""


def record(written: WrittenFact, company: Company) -> dict[str, Any]:
    """All of a fact in JSON's own types. `name` is what the person is called now, the rest as written."""
    fact = written.fact
    person = fact.by.person
    values = (
        written.id,
        iso(fact.at),
        fact.kind,
        fact.product,
        fact.candidate,
        person,
        None if person is None else known_as(company, person),
        [role.value for role in fact.by.hats],
        fact.by.door,
        dict(fact.by.groups),
        dict(fact.about),
        written.prev_hash,
        written.hash,
        written.body,
    )
    return dict(zip(COLUMNS, values, strict=True))


def as_line(told: Mapping[str, Any]) -> str:
    """One line of JSON Lines, its keys in their order."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def as_cells(told: Mapping[str, Any]) -> list[str]:
    """One row of a spreadsheet."""
    return [_cell(value) for value in told.values()]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return harmless(" ".join(str(each) for each in value))
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return harmless(str(value))


def harmless(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before what would begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
