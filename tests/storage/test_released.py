"""What went out is kept small beside the candidates, is found by its time, and is what they say."""

from __future__ import annotations

import json
import runpy
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from rules import deploying, presume
from rules.candidate import Candidate
from rules.digest import Due, Posted, Went
from rules.facts import CLOCK, Fact
from rules.series import Slot
from rules.words import Phase, State
from storage import released, revisions
from storage.database import Database
from storage.writing import Transaction
from tests.storage.sample import MONDAY, actor, announced, asserted, halted, monday, product

DAY = timedelta(days=1)
VERSIONS = Path(revisions.MIGRATIONS) / "versions"


def step(name: str) -> dict[str, Any]:
    """What a migration defines."""
    return runpy.run_path(str(VERSIONS / f"{name}.py"))


def gone(tx: Transaction, version: str = "1.0") -> Candidate:
    """Asserted by all four, and let go by the Release Coordinator."""
    candidate = announced(tx, version)
    for number in range(4):
        candidate = asserted(tx, candidate, f"U{number}")
    setting = tx.setting(product(), candidate, tx.now)
    decision = presume.go(candidate, setting, actor(tx, "U3"), tx.now)
    tx.save(decision)
    return decision.candidates[-1]


def names(database: Database, since: datetime = MONDAY - DAY) -> list[str]:
    with database.read() as reader:
        return [each.name for each in reader.released(since, MONDAY + DAY)]


def wrong(database: Database) -> list[str]:
    with database.read() as reader:
        return list(released.miskept(reader._connection))


def test_what_goes_out_is_kept_with_its_times_and_how(database: Database) -> None:
    with database.write(monday) as tx:
        candidate = gone(tx)
        assert tx.released(MONDAY - DAY, MONDAY) == (
            Went(
                candidate.name,
                MONDAY,
                MONDAY,
                dict.fromkeys(State, MONDAY),
                dict.fromkeys(State, "asserted"),
                Phase.RELEASED,
            ),
        )
    assert names(database) == ["payments@1.0#1"]
    assert names(database, MONDAY) == []
    assert wrong(database) == []


def test_it_follows_the_deployment_and_what_was_rolled_back_stays(database: Database) -> None:
    with database.write(monday) as tx:
        candidate = gone(tx)
        for verb in ("deploying", "failed", "rolled-back"):
            tx.save(made := deploying.report(verb, candidate, None, actor(tx, "U2"), tx.now))
            candidate = made.candidates[-1]
        (kept,) = tx.released(MONDAY - DAY, MONDAY)
        assert kept.phase is Phase.ROLLED_BACK
    assert wrong(database) == []


def test_a_release_that_is_halted_before_its_deployment_has_not_gone_out(
    database: Database,
) -> None:
    with database.write(monday) as tx:
        halted(tx, gone(tx), "not this one")
    assert names(database) == []
    assert wrong(database) == []


def test_what_a_savepoint_undoes_is_not_kept(database: Database) -> None:
    with database.write(monday) as tx:
        with suppress(ZeroDivisionError), tx.savepoint():
            gone(tx)
            raise ZeroDivisionError
        assert tx.released(MONDAY - DAY, MONDAY) == ()


def test_what_is_not_as_the_candidates_say_is_told(database: Database) -> None:
    with database.write(monday) as tx:
        gone(tx)
        tx.finish()
        announced(tx, "2.0")
        tx._connection.exec_driver_sql("UPDATE releases SET name = 'payments@2.0#1'")
    assert wrong(database) == [
        "payments@1.0#1 went out, and is not among the releases as it is",
        "payments@2.0#1 is among the releases, and has not gone out",
    ]
    with database.read() as reader:
        assert set(wrong(database)) <= set(reader.differing())


def test_the_step_that_brought_them_keeps_what_the_program_would(database: Database) -> None:
    """The migration reads the candidates there are; row for row it comes to what was written."""
    with database.write(monday) as tx:
        gone(tx)
        halted(tx, gone(tx, "1.1"), "not this one")
        announced(tx, "1.1.1")
        candidate = gone(tx, "1.2")
        tx.save(deploying.report("deploying", candidate, None, actor(tx, "U2"), tx.now))
        tx.finish()
        kept = tx._connection.exec_driver_sql("SELECT * FROM releases ORDER BY name").all()
        told = tx.released(MONDAY - DAY, MONDAY)
        tx._connection.exec_driver_sql("DELETE FROM releases")
        tx._connection.exec_driver_sql(step("0007_releases")["FILL"])
        filled = tx._connection.exec_driver_sql("SELECT * FROM releases ORDER BY name").all()
        assert [row[:2] for row in filled] == [row[:2] for row in kept]
        assert [json.loads(row[2]) for row in filled] == [json.loads(row[2]) for row in kept]
        assert tx.released(MONDAY - DAY, MONDAY) == told


def test_facts_are_found_by_their_time_without_an_index(database: Database) -> None:
    def note(at: datetime, *kinds: str) -> None:
        with database.write(lambda: at) as tx:
            tx.save_facts(*(Fact(kind, at, CLOCK, "payments", "payments@1.0#1") for kind in kinds))

    with database.read() as reader:
        assert reader.happened(MONDAY, MONDAY + DAY, ["candidate.halted"]) == ()
    for day in range(30):
        note(MONDAY + day * DAY, "candidate.halted", "halt.lifted", "act.refused")
    with database.read() as reader:
        since, until = MONDAY + 10 * DAY, MONDAY + 13 * DAY
        found = reader.happened(since, until, ["candidate.halted", "halt.lifted"])
        assert [each.at for each in found[::2]] == [MONDAY + day * DAY for day in (11, 12, 13)]
        assert [each.kind for each in found[:2]] == ["candidate.halted", "halt.lifted"]
        assert len(reader.happened(MONDAY - DAY, MONDAY + 99 * DAY, ["act.refused"])) == 30


def test_facts_out_of_order_because_a_clock_was_set_back_are_found(database: Database) -> None:
    hours = [0, 1, 2, 30, 3, 4, 31, 32]
    with database.write(monday) as tx:
        for hour in hours:
            at = MONDAY + timedelta(hours=hour)
            tx.save_facts(Fact("act.refused", at, CLOCK, "payments", "payments@1.0#1"))
        found = tx.happened(MONDAY, MONDAY + DAY, ["act.refused"])
        assert [each.at - MONDAY for each in found] == [timedelta(hours=h) for h in (1, 2, 3, 4)]


def test_a_digest_is_posted_once_for_a_slot(database: Database) -> None:
    slot = Slot(MONDAY.date(), MONDAY)
    due = Due((slot,), MONDAY - 7 * DAY, MONDAY, late=False)
    with database.write(monday) as tx:
        assert tx.last_digest() is None
        tx.post_digest(due)
        assert tx.last_digest() == Posted("2026-11-23", MONDAY - 7 * DAY, MONDAY)
        assert tx.facts()[-1].fact == Fact(
            "digest.posted",
            MONDAY,
            CLOCK,
            about={
                "slots": ["2026-11-23"],
                "since": "2026-11-16T10:00:00.000000+00:00",
                "until": "2026-11-23T10:00:00.000000+00:00",
                "late": False,
            },
        )
    with pytest.raises(IntegrityError), database.write(monday) as tx:
        tx.post_digest(due)
