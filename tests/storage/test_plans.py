"""No question that a press or a tick asks walks through a whole table, however much is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event

from storage.database import Database
from storage.outbox import Message
from storage.writing import Transaction
from tests.storage.sample import MONDAY, announced, asserted, monday, product

GROWING = ("candidates", "facts", "outbox", "notices", "inbox", "group_members", "people")
HOURLY = ("DELETE FROM inbox", "DELETE FROM kept", "DELETE FROM pending")
"""Pruning may take its time."""
FIRST_FEW = "ORDER BY candidates.id DESC"
"""A walk backwards from the end that stops after a few rows."""
LAST_ASKED = "USING INDEX ix_facts_asked"
"""The same, of the few facts about halts that were asked for: one row."""


@pytest.fixture
def asked(database: Database) -> Iterator[dict[str, object]]:
    """Every statement executed, with parameters it was executed with."""
    found: dict[str, object] = {}

    def note(
        conn: object, cursor: object, sql: str, bound: object, ctx: object, many: bool
    ) -> None:
        found[sql] = bound[0] if many else bound  # type: ignore[index]

    for engine in (database._reads, database._writes):
        event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in (database._reads, database._writes):
        event.remove(engine, "before_cursor_execute", note)


def ask_everything(tx: Transaction) -> None:
    tx.spend("Ev1")
    candidate = announced(tx)
    tx.send(Message("ask", "ask", "U1", candidate.name, "U1", candidate.silent))
    tx.send(Message("card", "card", "C1", candidate.name))
    asserted(tx, candidate)
    tx.touch(candidate.name, "ask")
    for message in tx.claim():
        tx.sent(message.key, message.want, "C1", "1.1")
    tx.later("card", MONDAY, "x")
    tx.dead("card", "x")
    tx.revive("card")
    tx.recover()
    tx.setting(product(), candidate, MONDAY)
    tx.retry_due(candidate.name, MONDAY)
    tx.mark_door("a")
    tx.note_tick()
    tx.prune()
    look_everywhere(tx, candidate.name)


def look_everywhere(tx: Transaction, name: str) -> None:
    tx.candidate(name)
    tx.builds("payments", "1.0")
    for wanted in (None, "payments"):
        tx.open_candidates(wanted)
        tx.recent(wanted)
    tx.due(MONDAY)
    tx.waiting()
    tx.upcoming(MONDAY, timedelta(hours=1))
    tx.halted()
    tx.reviews_open()
    tx.facts()
    tx.facts(name)
    tx.head()
    tx.refused_lately("U1", "assert", name, MONDAY)
    tx.pending(MONDAY)
    tx.seen("Ev1")
    tx.kept("x")
    tx.door(MONDAY)
    tx.message("card")
    tx.card(name)
    tx.dead_letters()
    tx.backlog()
    tx.next_message_at()
    tx.company()


def test_every_question_is_answered_by_an_index(
    database: Database, asked: dict[str, object]
) -> None:
    with database.write(monday) as tx:
        ask_everything(tx)
    walks = []
    with database.read() as reader:
        for sql, bound in dict(asked).items():
            if not sql.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
                continue
            plan = reader._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", bound).all()  # type: ignore[arg-type]
            for *_, step in plan:
                walked = step.startswith("SCAN") and step.split()[1] in GROWING
                few = FIRST_FEW in sql or LAST_ASKED in step
                if walked and not few and not sql.startswith(HOURLY):
                    walks.append(f"{step}: {sql}")
    assert walks == []
    assert len(asked) > 40


def test_one_products_open_candidates_are_found_without_its_ended_ones(
    database: Database, asked: dict[str, object]
) -> None:
    with database.read() as reader:
        reader.open_candidates("payments")
        ((sql, bound),) = asked.items()
        plan = reader._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", bound).all()  # type: ignore[arg-type]
    assert "(product=? AND phase=?)" in plan[0][3]
