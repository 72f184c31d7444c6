"""A transaction writes everything or nothing, one at a time, at one instant."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from rules.apply import decide
from rules.facts import CLOCK, Decision, Fact, fact
from rules.words import Phase
from storage import Stale
from storage.database import Database
from storage.outbox import Message
from storage.writing import Transaction
from tests.storage.sample import MONDAY, announced, asserted, monday, person, product

NAIVE = datetime(2026, 11, 23, 10)  # noqa: DTZ001 - what must be refused


class Broken(Exception):
    """Something went wrong halfway."""


def act_and_break(tx: Transaction) -> None:
    tx.spend("Ev1")
    candidate = announced(tx)
    tx.send(Message("card", "card", "C1", candidate=candidate.name))
    tx.finish()
    raise Broken


def in_a_savepoint_and_break(tx: Transaction) -> None:
    with tx.savepoint():
        announced(tx, "2.0")
        tx.put_people([person("U7")])
        assert "U7" in tx.company().people
        tx.send(Message("inside", "tell", "U1"))
        raise Broken


def test_a_key_is_spent_once(database: Database) -> None:
    with database.write(monday) as tx:
        assert tx.spend("Ev1")
        assert not tx.spend("Ev1")
    with database.write(monday) as tx:
        assert not tx.spend("Ev1")
        assert tx.seen("Ev1")
        assert not tx.seen("Ev2")


def test_an_exception_undoes_everything(database: Database) -> None:
    with pytest.raises(Broken), database.write(monday) as tx:
        act_and_break(tx)
    with database.read() as reader:
        assert not reader.seen("Ev1")
        assert reader.candidate("payments@1.0#1") is None
        assert reader.facts() == ()
        assert reader.message("card") is None


def test_now_is_read_once_and_after_the_lock_is_held(database: Database) -> None:
    inside, read_at = threading.Event(), []

    def late() -> datetime:
        read_at.append(inside.is_set())
        return MONDAY

    with database.write(monday):
        waiting = threading.Thread(target=_write_once, args=(database, late))
        waiting.start()
        waiting.join(0.2)
        assert read_at == []
        inside.set()
    waiting.join()
    assert read_at == [True]


def _write_once(database: Database, clock: object) -> None:
    with database.write(clock):  # type: ignore[arg-type]
        pass


def test_now_is_in_utc(database: Database) -> None:
    with database.write(lambda: MONDAY.astimezone(timezone(timedelta(hours=9)))) as tx:
        assert tx.now.tzinfo is UTC


def test_a_naive_time_is_refused_everywhere(database: Database) -> None:
    with pytest.raises(ValueError, match="naive"), database.write(lambda: NAIVE):
        pass
    with database.write(monday) as tx:
        candidate = announced(tx)
    naive = replace(candidate, snoozes={"U1": NAIVE}, seq=2)
    late = Fact("reminder.snoozed", MONDAY, CLOCK, "payments", candidate.name, {})
    with pytest.raises(ValueError, match="naive"), database.write(monday) as tx:
        tx.save(Decision((late,), (naive,)))
    with pytest.raises(ValueError, match="naive"), database.write(monday) as tx:
        tx.save_facts(replace(late, at=NAIVE))
    with pytest.raises(ValueError, match="naive"), database.write(monday) as tx:
        tx.put_people([person("U1", fetched_at=NAIVE)])
    with pytest.raises(ValueError, match="naive"), database.write(monday) as tx:
        tx.retry_due(candidate.name, NAIVE)
    with pytest.raises(ValueError, match="naive"), database.write(monday) as tx:
        tx.send(Message("k", "tell", "U1", not_before=NAIVE))
    with database.read() as reader:
        with pytest.raises(Exception, match="timezone"):
            reader.due(NAIVE)
        assert reader.candidate(candidate.name) == candidate


def test_a_decision_on_an_old_row_is_refused(database: Database) -> None:
    with database.write(monday) as tx:
        old = announced(tx)
        asserted(tx, old, "U0")
    with pytest.raises(Stale), database.write(monday) as tx:
        asserted(tx, old, "U1")
    with database.read() as reader:
        current = reader.candidate(old.name)
        assert current is not None
        assert set(current.assertions) == {"product"}
        assert len(reader.facts()) == 2


def test_the_same_announcement_twice_is_refused(database: Database) -> None:
    with database.write(monday) as tx:
        candidate = announced(tx)
        opened = tx.facts(candidate.name)[0].fact
    with pytest.raises(Stale), database.write(monday) as tx:
        tx.save(decide(None, opened))


def test_a_decision_without_facts_writes_nothing(database: Database) -> None:
    with database.write(monday) as tx:
        assert tx.save(Decision()) == ()
        assert tx.save_facts() == ()
        assert tx.facts() == ()


def test_a_fact_that_changes_no_candidate_leaves_its_row_alone(database: Database) -> None:
    with database.write(monday) as tx:
        candidate = announced(tx)
        tx.retry_due(candidate.name, MONDAY)
        parked = fact("candidate.parked", candidate, CLOCK, tx.now)
        tx.save(decide(candidate, parked))
        assert tx.candidate(candidate.name) == candidate
        assert tx.due(MONDAY) == (candidate.name,)


def test_a_savepoint_undoes_only_what_is_inside(database: Database) -> None:
    with database.write(monday) as tx:
        kept = announced(tx, "1.0")
        tx.send(Message("before", "tell", "U1"))
        with pytest.raises(Broken):
            in_a_savepoint_and_break(tx)
        assert "U7" not in tx.company().people
        with tx.savepoint():
            asserted(tx, kept)
            tx.send(Message("after", "tell", "U1"))
    with database.read() as reader:
        assert reader.candidate("payments@2.0#1") is None
        assert reader.head()[0] == 2
        assert list(reader.broken_links()) == []
        assert [m for m in ("before", "inside", "after") if reader.message(m)] == [
            "before",
            "after",
        ]
        assert "U7" not in reader.company().people


def test_a_write_inside_a_write_is_an_error_and_no_deadlock(database: Database) -> None:
    with (
        database.write(monday),
        pytest.raises(RuntimeError, match="inside"),
        database.write(monday),
    ):
        pass


def test_readers_see_one_snapshot_while_others_write(database: Database) -> None:
    with database.read() as reader:
        assert reader.open_candidates() == ()
        with database.write(monday) as tx:
            announced(tx)
        assert reader.open_candidates() == ()
        assert reader.head()[0] == 0
    with database.read() as reader:
        assert len(reader.open_candidates()) == 1


def test_old_keys_words_and_door_records_are_forgotten(database: Database) -> None:
    with database.write(monday) as tx:
        tx.spend("Ev1")
        words = tx.keep("words")
        tx.mark_door("a")
        tx.send(Message("answer:1", "answer", "https://hooks"))
        tx.send(Message("tell:1", "tell", "U1"))
        for message in tx.claim():
            tx.sent(message.key, 1, "C", "1")
    with database.write(lambda: MONDAY + timedelta(days=3)) as tx:
        tx.prune()
        assert not tx.seen("Ev1")
        assert tx.message("answer:1") is None
        assert tx.message("tell:1") is not None
        assert tx.kept(words) == "words"
        assert tx.door(MONDAY).open
    with database.write(lambda: MONDAY + timedelta(days=91)) as tx:
        tx.prune()
        assert tx.kept(words) is None
        assert not tx.door(MONDAY).open


def test_a_tick_is_noted(database: Database) -> None:
    with database.write(monday) as tx:
        assert tx.last_tick() is None
        tx.note_tick()
    with database.write(lambda: MONDAY + timedelta(seconds=5)) as tx:
        tx.note_tick()
        assert tx.last_tick() == MONDAY + timedelta(seconds=5)


def test_phases_are_counted(database: Database) -> None:
    with database.write(monday) as tx:
        announced(tx, "1.0")
        announced(tx, "2.0")
        assert tx.phases() == {Phase.ANNOUNCED: 2}
        assert tx.company().products == {"payments": product()}
