"""Opening: who may read the file, how it is written, and one sentence for all that can be wrong with it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from storage import Unavailable
from storage.database import Database
from storage.engine import DRIVER, wal_fault
from storage.outbox import Message
from tests.storage.sample import announced, elsewhere, fresh, monday, outcomes

LOCKED = """
import sys
from storage.engine import DRIVER
try:
    DRIVER.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
except DRIVER.OperationalError:
    print("locked")
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_read_the_files(place: Path) -> None:
    before = os.umask(0)
    try:
        database = fresh(place)
        with database.write(monday) as tx:
            tx.spend("k")
        assert {path.name: mode(path) for path in place.parent.iterdir()} == {
            "presumptive.db": 0o600,
            "presumptive.db-wal": 0o600,
            "presumptive.db-shm": 0o600,
        }
        database.close()
    finally:
        os.umask(before)


def test_opening_a_file_twice_keeps_the_locks_of_both(database: Database, place: Path) -> None:
    """POSIX drops a process's locks on a file when any of its handles on it is closed."""
    with database.write(monday) as tx:
        tx.spend("mine")
        Database.open(f"sqlite:///{place}").close()
        assert outcomes([elsewhere(LOCKED, place)]) == ["locked\n"]


def test_a_file_that_was_open_to_others_is_closed_to_them(place: Path) -> None:
    place.touch(0o644)
    Database.open(f"sqlite:///{place}").close()
    assert mode(place) == 0o600


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)],
)
def test_every_connection_is_set_up(database: Database, pragma: str, value: object) -> None:
    with database.read() as reader:
        assert reader._connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    with database.write(monday) as tx:
        assert tx._connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("nonsense", "is no database address"),
        ("", "is no database address"),
        ("mysql://u:secret@h/d", "names mysql"),
        ("postgres://u:secret@h/d", "PostgreSQL is not supported yet"),
        ("postgresql+psycopg://u:secret@h/d", "PostgreSQL is not supported yet"),
        ("sqlite:////no/such/folder/p.db", "the folder /no/such/folder does not exist"),
    ],
)
def test_an_odd_address_is_one_sentence_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(Unavailable, match=sentence) as refused:
        Database.open(url)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is a folder"):
        Database.open(f"sqlite:///{tmp_path}")


def test_another_file_is_no_database_and_stays_as_it_is(place: Path) -> None:
    place.write_text("Dear diary, " * 500)
    with pytest.raises(Unavailable, match="is not a database"):
        Database.open(f"sqlite:///{place}")
    assert place.read_text() == "Dear diary, " * 500


def test_a_damaged_file_is_one_sentence(place: Path) -> None:
    fresh(place).close()
    with place.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (place.stat().st_size - 4096))
    with pytest.raises(Unavailable, match=r"damaged: restore it from a backup"):
        _use(place)


def _use(place: Path) -> None:
    database = Database.open(f"sqlite:///{place}")
    try:
        with database.write(monday) as tx:
            tx.spend("k")
            tx.head()
    finally:
        database.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cant_be_written_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Unavailable, match="give this user the right"):
        Database.open(f"sqlite:///{tmp_path}/p.db")
    tmp_path.chmod(0o700)


def fill(database: Database) -> None:
    with database.write(monday) as tx:
        tx.spend("lost")
        for number in range(2000):
            tx.send(Message(f"k{number}", "tell", "U1", about={"words": "x" * 500}))


def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(database: Database) -> None:
    with database.write(monday) as tx:
        candidate = announced(tx)
        pages = tx._connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx._connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")
    with pytest.raises(Unavailable, match="is full: free some space"):
        fill(database)
    with database.read() as reader:
        assert not reader.seen("lost")
        assert reader.message("k0") is None
        assert reader.candidate(candidate.name) == candidate
        assert list(reader.broken_links()) == []
    with database.write(monday) as tx:
        assert tx.spend("space again")


def test_a_lock_that_is_not_given_back_is_one_sentence(database: Database, place: Path) -> None:
    database.patience = 0.05
    held = DRIVER.connect(place, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked by another program"), database.write(monday):
        pass
    held.execute("ROLLBACK")
    held.close()
    with database.write(monday) as tx:
        assert tx.spend("given back")


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_a_library_with_the_wal_reset_fault_is_told_of(
    version: tuple[int, ...], faulty: bool
) -> None:
    assert bool(wal_fault(version)) is faulty


def test_a_write_survives_being_killed_at_once(place: Path, database: Database) -> None:
    code = """
import os, sys
from storage.database import Database
from tests.storage.sample import monday
database = Database.open(f"sqlite:///{sys.argv[1]}")
with database.write(monday) as tx:
    tx.spend("written")
with database.write(monday) as tx:
    tx.spend("unfinished")
    os.kill(os.getpid(), 9)
"""
    killed = elsewhere(code, place)
    killed.communicate()
    assert killed.returncode == -9
    with database.read() as reader:
        assert reader.seen("written")
        assert not reader.seen("unfinished")
