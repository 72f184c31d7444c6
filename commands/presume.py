"""The clock's verb: settle what is due, each candidate in a savepoint of one transaction (DESIGN 3)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from commands.dispatch import Desk
from commands.notices import operator, telling
from commands.planning import members, save_each
from commands.record import Record, hold_odd, still_odd
from commands.replan import replan_all
from commands.request import Tools
from rules.candidate import Candidate
from rules.facts import CLOCK, Decision, Fact
from rules.moving import resume_waiting
from rules.presume import NotYet, settle
from rules.product import Setting
from rules.settling import resume_together, settle_together
from rules.words import Phase
from storage.reading import Reader
from storage.writing import Transaction

log = logging.getLogger(__name__)

SOON = timedelta(seconds=10)
"""When a candidate that can't be settled yet is looked at again."""
PARKED = timedelta(minutes=15)
"""When one that failed is tried again."""


def settle_due(desk: Desk, limit: int = 100) -> int:
    """Settle up to `limit` candidates whose time has come; how many there were.

    The caller repeats until 0. A poisoned one is parked and reported, the others go on. Nothing is
    settled while releases are withheld; that is asked again once the write lock is held.
    """
    if desk.tools.withheld():
        return 0
    with desk.database.read() as reader:
        if not reader.due(desk.clock(), 1):
            return 0
    with desk.database.write(desk.clock) as tx:
        if desk.tools.withheld():
            return 0
        due = tx.due(tx.now, limit)
        looked = _look_again(tx, desk.tools)
        record = Record(tx, due)
        for name in due:
            _settle_or_park(tx, name, record, looked=looked)
    return len(due)


def _look_again(tx: Transaction, tools: Tools) -> bool:
    """Where products need each other nothing is settled on plans that nobody has looked at.

    Time alone makes a violation: what should have been deployed by now, and is not. Whatever else
    collides only informs, and freezes are judged by each for itself. False where
    plans can't be looked at: then only what nothing depends on is settled.
    """
    try:
        with tx.savepoint():
            planned, there = tx.planned(), tx.production().values()
            if any(each.needs for each in planned) or any(each.needs for each in there):
                replan_all(tx, tools)
    except Exception:
        log.exception("plans could not be looked at; what depends on others is parked")
        return False
    return True


def _depends(tx: Transaction, candidate: Candidate) -> bool:
    """Whether a candidate needs others, or others its product."""
    products = tx.company().products.values()
    needed = {need.product for product in products for need in product.needs}
    return bool(candidate.needs or candidate.together) or candidate.product in needed


def _settle_or_park(tx: Transaction, name: str, record: Record, *, looked: bool) -> None:
    try:
        with tx.savepoint():
            _settle_one(tx, name, record, looked=looked)
    except Exception:
        log.exception("%s could not be settled and is parked", name)
        _park(tx, name)


def _settle_one(tx: Transaction, name: str, record: Record, *, looked: bool) -> None:
    """Settle a candidate, with the others of its set where it has to go together with them.

    One whose row is not what its facts make it waits, and its set with it (DESIGN 2.7). Raises RuntimeError for one that depends on others, where plans could not be looked at.
    """
    candidate = tx.candidate(name)
    if candidate is None or candidate.phase is not Phase.ANNOUNCED:
        return
    if not looked and _depends(tx, candidate):
        raise RuntimeError(f"{name} depends on others, and nobody knows how they stand")
    of_set = members(tx, (name, *candidate.together), tx.now)
    odd = record.differing([each for each, _ in of_set])
    decision: Decision | NotYet
    if odd:
        decision = hold_odd(tx, of_set, odd)
    elif len(of_set) == 1:
        decision = settle(*of_set[0], tx.now)
    else:
        decision = settle_together(of_set, tx.now)
    if isinstance(decision, NotYet) or not decision:
        tx.retry_due(name, tx.now + SOON)
        return
    save_each(tx, decision, {each.name: setting for each, setting in of_set})


def _park(tx: Transaction, name: str) -> None:
    """Put a candidate aside for a while; that is a fact, and the operator told, once a day.

    Nothing of the candidate is read: it may be what is broken.
    """
    tx.retry_due(name, tx.now + PARKED)
    day = f"{tx.now:%Y-%m-%d}"
    if _parked_on(tx, name, day):
        return
    product = name.partition("@")[0]
    tx.save_facts(Fact("candidate.parked", tx.now, CLOCK, product, name, {"day": day}))
    for target in operator(tx):
        tx.send(telling(target, "parked", name, day=day))


def _parked_on(tx: Transaction, name: str, day: str) -> bool:
    facts = (entry.fact for entry in tx.facts(candidate=name))
    return any(f.kind == "candidate.parked" and f.about.get("day") == day for f in facts)


def resume_due(desk: Desk) -> int:
    """Give every candidate that waits its time again where its cause is gone; how many changed."""
    with desk.database.read() as reader:
        now = desk.clock()
        names = [c.name for c in reader.waiting() if _resumed(reader, c, now)[0]]
    changed = 0
    for name in names:
        with desk.database.write(desk.clock) as tx:
            candidate = tx.candidate(name)
            if candidate is not None:
                changed += bool(_resume(tx, candidate))
    return changed


def _resumed(
    reader: Reader, candidate: Candidate, now: datetime
) -> tuple[Decision, dict[str, Setting]]:
    of_set = members(reader, (candidate.name, *candidate.together), now)
    if still_odd(reader, [each for each, _ in of_set]):
        return Decision(), {}
    settings = {each.name: setting for each, setting in of_set}
    if len(of_set) == 1:
        return resume_waiting(*of_set[0], now), settings
    return resume_together(of_set, now), settings


def _resume(tx: Transaction, candidate: Candidate) -> Decision:
    decision, settings = _resumed(tx, candidate, tx.now)
    save_each(tx, decision, settings)
    return decision
