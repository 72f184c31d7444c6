"""Facts are written once, in a chain that shows every change."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from rules.apply import replay
from rules.facts import Actor, Fact
from rules.words import Role
from storage.chain import GENESIS
from storage.database import Database
from storage.engine import DRIVER
from tests.storage.sample import MONDAY, announced, asserted, halted, monday

REFUSED = Actor("U9", (), "button")
COLUMNS = "id, kind, at, person, product, candidate, law, body, prev_hash, hash"


def noted(text: str = "x", **about: Any) -> Fact:
    return Fact("act.refused", MONDAY, REFUSED, "payments", None, {"text": text, **about})


def write(database: Database, *facts: Fact) -> None:
    with database.write(monday) as tx:
        tx.save_facts(*facts)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE facts SET body = '{}' WHERE id = 1",
        "UPDATE facts SET person = NULL",
        "DELETE FROM facts WHERE id = 2",
        "DELETE FROM facts",
        f"INSERT OR REPLACE INTO facts ({COLUMNS}) SELECT 1, kind, at, person, product, candidate, law, '{{}}', 'a', 'b' FROM facts WHERE id = 1",
        f"INSERT OR REPLACE INTO facts ({COLUMNS}) SELECT 9, kind, at, person, product, candidate, law, '{{}}', prev_hash, 'b' FROM facts WHERE id = 1",
        f"REPLACE INTO facts ({COLUMNS}) SELECT {COLUMNS} FROM facts",
        f"INSERT INTO facts ({COLUMNS}) SELECT {COLUMNS} FROM facts WHERE true ON CONFLICT DO UPDATE SET body = '{{}}'",
        f"INSERT INTO facts ({COLUMNS}) SELECT 9, kind, at, person, product, candidate, law, body, prev_hash, hash FROM facts",
    ],
)
def test_nothing_changes_a_fact_once_it_is_written(database: Database, statement: str) -> None:
    write(database, noted("one"), noted("two"))
    with database.read() as reader:
        before = reader.facts()
    with pytest.raises(IntegrityError, match="append-only"), database.write(monday) as tx:
        tx._connection.exec_driver_sql(statement)
    with database.read() as reader:
        assert reader.facts() == before


def test_replacing_is_refused_even_by_a_program_with_its_own_settings(
    database: Database, place: Path
) -> None:
    write(database, noted())
    foreign = DRIVER.connect(place)
    with pytest.raises(DRIVER.IntegrityError, match="append-only"):
        foreign.execute(f"INSERT OR REPLACE INTO facts SELECT {COLUMNS} FROM facts")
    foreign.close()


def test_each_hash_covers_the_stored_bytes_and_the_hash_before(
    database: Database, place: Path
) -> None:
    write(database, noted("plain"), noted("ünï ✓ ‮abc"), noted("line\nline\x00\t"))
    foreign = DRIVER.connect(place)
    previous = GENESIS
    for body, prev_hash, sealed in foreign.execute(
        "SELECT CAST(body AS BLOB), prev_hash, hash FROM facts ORDER BY id"
    ):
        assert prev_hash == previous
        assert sealed == hashlib.sha256(previous.encode() + body).hexdigest()
        previous = sealed
    foreign.close()
    with database.read() as reader:
        assert reader.head() == (3, previous)
        assert list(reader.broken_links()) == []


def test_a_fact_comes_back_as_it_was_written(database: Database) -> None:
    by = Actor("U1", (Role.SECURITY_ARCHITECT,), "slash", {"S1": ["U1", "U2"]})
    fact = Fact("act.refused", MONDAY, by, None, None, {"a": [1, None, True], "b": {"c": 1.5}})
    write(database, fact)
    with database.read() as reader:
        assert [stored.fact for stored in reader.facts()] == [fact]


def test_half_a_surrogate_pair_does_not_lose_a_fact(database: Database) -> None:
    write(database, noted("a\ud83d\ude00b\ud800c"))
    with database.read() as reader:
        assert reader.facts()[0].fact.about["text"] == "a😀b\ufffdc"


def test_what_is_not_json_is_no_fact(database: Database) -> None:
    with pytest.raises(TypeError):
        write(database, noted(at=MONDAY))
    with pytest.raises(ValueError):
        write(database, noted(hours=float("nan")))
    with database.read() as reader:
        assert reader.facts() == ()


def test_replaying_a_candidates_facts_gives_its_row(database: Database) -> None:
    with database.write(monday) as tx:
        candidate = announced(tx, hotfix="CVE-1", notes="https://x")
        candidate = asserted(tx, candidate)
        candidate = halted(tx, candidate, 'open\ud800 "issue"\n…')
        other = announced(tx, "2.0")
    with database.read() as reader:
        stored = reader.candidate(candidate.name)
        assert replay(entry.fact for entry in reader.facts(candidate.name)) == stored
        assert stored is not None
        assert stored.halts[0].reason == 'open\ufffd "issue"\n…'
        assert len(reader.facts()) == 4
        assert [entry.id for entry in reader.facts(other.name)] == [4]
        assert [entry.id for entry in reader.facts(after=1, limit=2)] == [2, 3]


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        (
            "UPDATE facts SET body = replace(body, 'two', 'TWO') WHERE id = 2",
            "not what was written",
        ),
        ("UPDATE facts SET person = 'U7' WHERE id = 2", "a column differs"),
        ("UPDATE facts SET at = '2020-01-01 00:00:00.000000' WHERE id = 2", "a column differs"),
        ("DELETE FROM facts WHERE id = 2", "fact 2 is missing"),
        ("DELETE FROM facts WHERE id < 3", "facts 1 to 2 are missing"),
        ("DELETE FROM facts WHERE id = 1", "does not follow"),
    ],
)
def test_tampering_shows(database: Database, place: Path, tampering: str, complaint: str) -> None:
    write(database, noted("one"), noted("two"), noted("three"))
    foreign = DRIVER.connect(place)
    foreign.execute("DROP TRIGGER facts_no_update")
    foreign.execute("DROP TRIGGER facts_no_delete")
    foreign.execute(tampering)
    foreign.commit()
    foreign.close()
    with database.read() as reader:
        assert complaint in " ".join(reader.broken_links())


def test_a_refusal_is_remembered_for_a_minute(database: Database) -> None:
    fact = Fact("act.refused", MONDAY, REFUSED, "payments", "payments@1#1", {"verb": "assert"})
    write(database, fact)
    soon, late = MONDAY + timedelta(seconds=59), MONDAY + timedelta(seconds=60)
    with database.read() as reader:
        assert reader.refused_lately("U9", "assert", "payments@1#1", soon)
        assert not reader.refused_lately("U9", "assert", "payments@1#1", late)
        assert not reader.refused_lately("U9", "halt", "payments@1#1", soon)
        assert not reader.refused_lately("U9", "assert", "payments@2#1", soon)
        assert not reader.refused_lately("U8", "assert", "payments@1#1", soon)
