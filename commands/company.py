"""What follows when people and groups change: cards and direct messages are drawn anew (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from commands.notices import coordinator, telling
from rules.candidate import UNRELEASED
from rules.facts import CLOCK, Fact
from rules.people import Group, Person
from rules.product import Product
from rules.words import Role
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
    for person in people:
        if person.deactivated and not _was_deactivated(person, before):
            _note_deactivated(tx, person)
    changed = {row.id for row in given if _matters(row, before)}
    if changed:
        _draw_anew(tx, changed)


def _was_deactivated(person: Person, before: Company) -> bool:
    """Whether that is no news; of somebody never read before nobody knows."""
    known = before.people.get(person.id)
    return known is None or known.deactivated


def _note_deactivated(tx: Transaction, person: Person) -> None:
    """A fact for each product in which they have a part, and its Release Coordinator told."""
    for _, product in sorted(tx.company().products.items()):
        roles = [role for role in Role if _has_part(product, role, person.id, tx.now)]
        if not roles:
            continue
        about = {"person": person.id, "roles": roles}
        gone = Fact("holder.deactivated", tx.now, CLOCK, product.name, None, about)
        (entry,) = tx.save_facts(gone)
        for target in coordinator(tx.setting(product, None, tx.now), tx):
            tx.send(telling(target, "fact", None, fact=entry.id))


def _has_part(product: Product, role: Role, person: str, now: datetime) -> bool:
    """Whether they hold the role themself, or lend or borrow it now."""
    held = any(holder.id == person for holder in product.holders.get(role, ()))
    lent = (d for d in product.delegations if d.role is role and d.holds_at(now))
    return held or any(person in (each.to, each.behalf) for each in lent)


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
