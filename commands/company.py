"""What follows when people and groups change: cards and direct messages are drawn anew (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable

from rules.candidate import UNRELEASED
from rules.people import Group, Person
from storage.company import Company, groups_of
from storage.outbox import Message
from storage.writing import Transaction


def write_people(tx: Transaction, rows: Iterable[Person | Group]) -> None:
    """Write rows as just read. Where somebody's ability to act changed, what is shown of it follows."""
    before, given = tx.company(), tuple(rows)
    people = [row for row in given if isinstance(row, Person)]
    if people:
        tx.put_people(people)
    for row in given:
        if isinstance(row, Group):
            tx.put_group(row)
    changed = {row.id for row in given if _matters(row, before)}
    if changed:
        _draw_anew(tx, changed)


def _matters(row: Person | Group, before: Company) -> bool:
    if isinstance(row, Person):
        known = before.people.get(row.id)
        return (known is not None and known.able) != row.able
    group = before.groups.get(row.id)
    return (set(group.members) if group else set()) != set(row.members)


def _draw_anew(tx: Transaction, changed: set[str]) -> None:
    company = tx.company()
    for candidate in tx.open_candidates():
        product = company.products[candidate.product]
        holders = {h.id for held in product.holders.values() for h in held}
        groups = [company.groups[i] for i in groups_of(product) if i in company.groups]
        concerned = holders | {person for group in groups for person in group.members}
        if candidate.phase in UNRELEASED and concerned & changed:
            card = f"card:{candidate.name}"
            tx.send(Message(card, "card", product.channel, candidate=candidate.name))
            tx.touch_asks(candidate.name)
