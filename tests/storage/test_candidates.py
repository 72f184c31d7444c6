"""Candidates are found by name, by phase and by when the clock must look at them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.apply import decide
from rules.candidate import Candidate
from rules.facts import CLOCK, fact, iso
from rules.words import Phase, State
from storage.database import Database
from storage.writing import Transaction
from tests.storage.sample import MONDAY, announced, asserted, halted, monday

LATE = MONDAY + timedelta(days=30)


def happen(tx: Transaction, candidate: Candidate, kind: str, **about: object) -> Candidate:
    """A fact that just happens, whoever may."""
    decision = decide(candidate, fact(kind, candidate, CLOCK, tx.now, **about))
    tx.save(decision)
    return decision.candidates[0]


def released(tx: Transaction, candidate: Candidate, how: str = "presumed") -> Candidate:
    return happen(tx, candidate, "candidate.released", states={s: {"how": how} for s in State})


@pytest.mark.parametrize(
    "name",
    ["", "payments", "payments@1.0", "payments@1.0#", "payments@1.0#x", "payments@1.0#²", "#1",
     "@1.0#1", "payments@1.0#99999999999999999999", "payments@1.0#-1", "payments@\ud800#1"],
)  # fmt: skip
def test_what_is_no_name_finds_nothing(database: Database, name: str) -> None:
    with database.write(monday) as tx:
        announced(tx)
        assert tx.candidate(name) is None


def test_a_candidate_is_found_by_its_whole_name(database: Database) -> None:
    with database.write(monday) as tx:
        first = announced(tx, notes='"quotes", <!channel>\n…')
        second = announced(tx, rebuild=True)
        assert tx.candidate("payments@1.0#1") == tx.builds("payments", "1.0")[0]
        assert tx.candidate("payments@1.0#2") == second
        assert [c.phase for c in tx.builds("payments", "1.0")] == [
            Phase.SUPERSEDED,
            Phase.ANNOUNCED,
        ]
        assert first.notes == '"quotes", <!channel>\n…'
        assert tx.builds("payments", "9") == ()


def test_candidates_are_listed_by_phase(database: Database) -> None:
    with database.write(monday) as tx:
        one = announced(tx, "1.0")
        two = halted(tx, announced(tx, "2.0"), "CVE-1")
        three = released(tx, announced(tx, "3.0"))
        happen(tx, announced(tx, "4.0"), "candidate.withdrawn", reason="no")
        five = happen(tx, announced(tx, "5.0"), "release.waiting", release_at=None, why=["vacant"])
        assert tx.open_candidates() == (one, two, three, five)
        assert tx.open_candidates("payments") == tx.open_candidates()
        assert tx.open_candidates("search") == ()
        assert tx.halted() == (two,)
        assert tx.waiting() == (five,)
        assert [c.version for c in tx.recent(limit=2)] == ["5.0", "4.0"]
        assert [c.version for c in tx.recent("payments", limit=1)] == ["5.0"]
        assert tx.recent("search") == ()


def test_only_an_announced_candidate_with_a_time_is_due(database: Database) -> None:
    with database.write(monday) as tx:
        one = announced(tx, "1.0")
        assert one.release_at is not None
        assert tx.due(one.release_at - timedelta(microseconds=1)) == ()
        assert tx.due(one.release_at) == ("payments@1.0#1",)
        assert tx.upcoming(MONDAY, one.release_at - MONDAY) == (one,)
        assert tx.upcoming(MONDAY, one.release_at - MONDAY - timedelta(microseconds=1)) == ()
        assert tx.upcoming(one.release_at, timedelta(days=1)) == ()
        halted(tx, one, "CVE-1")
        assert tx.due(LATE) == ()
        assert tx.upcoming(MONDAY, timedelta(days=30)) == ()


def test_the_longest_due_come_first_and_only_so_many(database: Database) -> None:
    with database.write(monday) as tx:
        for number, day in enumerate((3, 1, 2)):
            candidate = announced(tx, f"1.{number}")
            at = iso(MONDAY + timedelta(days=day))
            happen(tx, candidate, "release.rescheduled", release_at=at)
        assert tx.due(LATE) == ("payments@1.1#1", "payments@1.2#1", "payments@1.0#1")
        assert tx.due(LATE, limit=2) == ("payments@1.1#1", "payments@1.2#1")


def test_a_retry_moves_the_look_and_not_the_release_time(database: Database) -> None:
    with database.write(monday) as tx:
        one = announced(tx)
        tx.retry_due(one.name, LATE)
        assert tx.due(LATE - timedelta(seconds=1)) == ()
        assert tx.due(LATE) == (one.name,)
        assert tx.candidate(one.name) == one
        again = asserted(tx, one)
        assert again.release_at is not None
        assert tx.due(again.release_at) == (one.name,)
        tx.retry_due("payments@no#1", LATE)
        tx.retry_due("nonsense", LATE)


def test_a_released_hotfix_is_listed_until_its_reviews_are_in(database: Database) -> None:
    with database.write(monday) as tx:
        plain = released(tx, announced(tx, "1.0"))
        hotfix = happen(tx, announced(tx, "2.0", hotfix="CVE-1"), "hotfix.confirmed")
        assert tx.reviews_open() == ()
        hotfix = released(tx, hotfix)
        assert tx.reviews_open() == (hotfix,)
        hotfix = happen(tx, hotfix, "hotfix.reviewed", states=["product", "security"])
        assert tx.reviews_open() == (hotfix,)
        happen(tx, hotfix, "hotfix.reviewed", states=["operation", "organization"])
        assert tx.reviews_open() == ()
        assert plain.phase is Phase.RELEASED
