"""A database that can't be written: when a write gives up, and which file it would go to (DESIGN 6)."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.database import Database, Unavailable
from storage.engine import DRIVER
from tests.storage.sample import fresh, monday

LONG = 60.0
"""Seconds nobody waits here: a write that gives up at once is not held up by them."""


@contextmanager
def locked(place: Path, how: str = "IMMEDIATE") -> Iterator[None]:
    """Another program holds the database's lock."""
    held = DRIVER.connect(place, isolation_level=None)
    held.execute(f"BEGIN {how}")
    try:
        yield
    finally:
        held.execute("ROLLBACK")
        held.close()


def spend(database: Database, key: str, deadline: float | None = None) -> bool:
    with database.write(monday, deadline) as tx:
        return tx.spend(key)


def test_a_write_gives_up_at_its_deadline_and_the_next_one_at_once(
    database: Database, place: Path
) -> None:
    database.patience = LONG
    assert database.failing_for() is None
    began = time.monotonic()
    with locked(place):
        with pytest.raises(Unavailable, match="locked by another program"):
            spend(database, "a", time.monotonic() + 0.05)
        assert database.failing_for() is not None
        # With nobody's deadline this would wait for a minute, were the last try not one that failed.
        with pytest.raises(Unavailable, match="locked by another program"):
            spend(database, "b")
        with database.read() as reader:
            assert not reader.seen("a")
    assert time.monotonic() - began < LONG / 2
    assert spend(database, "b")
    assert database.failing_for() is None


def test_a_write_that_waits_for_another_thread_gives_up_at_its_deadline_too(
    database: Database,
) -> None:
    held, go_on = threading.Event(), threading.Event()

    def long_job() -> None:
        with database.write(monday):
            held.set()
            go_on.wait(LONG)

    job = threading.Thread(target=long_job)
    job.start()
    held.wait(LONG)
    with pytest.raises(Unavailable, match="written to by others"):
        spend(database, "a", time.monotonic() + 0.05)
    go_on.set()
    job.join()
    assert spend(database, "a")


def test_a_lock_given_back_in_time_is_taken(database: Database, place: Path) -> None:
    with locked(place):
        done: list[bool] = []
        waiting = threading.Thread(
            target=lambda: done.append(spend(database, "a", time.monotonic() + LONG))
        )
        waiting.start()
    waiting.join()
    assert done == [True]


def moved(place: Path) -> None:
    place.rename(place.with_name("elsewhere.db"))


def replaced(place: Path) -> None:
    copy = place.with_name("copy.db")
    shutil.copy(place, copy)
    copy.rename(place)


def folder_renamed(place: Path) -> None:
    place.parent.rename(place.parent.with_name("renamed"))


def log_deleted(place: Path) -> None:
    place.with_name(f"{place.name}-wal").unlink()


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (Path.unlink, "is gone"),
        (moved, "is gone"),
        (replaced, "no longer the file that was opened"),
        (folder_renamed, "is gone"),
        (log_deleted, "-wal is gone"),
    ],
)
def test_nothing_is_written_to_a_file_that_is_no_longer_under_its_path(
    tmp_path: Path, happens: Callable[[Path], None], told: str
) -> None:
    place = tmp_path / "folder" / "presumptive.db"
    place.parent.mkdir()
    database = fresh(place)
    assert spend(database, "before") and database.astray() is None
    happens(place)
    assert told in (database.astray() or "")
    with pytest.raises(Unavailable, match=told):
        spend(database, "after")
    assert happens is replaced or happens is log_deleted or not place.exists()
    with database.read() as reader:
        assert reader.seen("before") and not reader.seen("after")
    database.close()


def test_a_file_that_comes_back_is_written_again(database: Database, place: Path) -> None:
    away = place.with_name("away.db")
    place.rename(away)
    with pytest.raises(Unavailable, match="is gone"):
        spend(database, "a")
    away.rename(place)
    assert spend(database, "a") and database.astray() is None


def test_new_connections_make_no_new_file(tmp_path: Path) -> None:
    place = tmp_path / "presumptive.db"
    database = fresh(place)
    place.unlink()
    database._reads.dispose()
    with pytest.raises(Unavailable), database.read() as reader:
        reader.head()
    assert not place.exists()
    database.close()


def test_only_who_makes_databases_makes_one(tmp_path: Path) -> None:
    place = tmp_path / "presumptive.db"
    with pytest.raises(
        Unavailable, match=r"There is no database at .*run `presumptive db upgrade`"
    ):
        Database.open(f"sqlite:///{place}", make=False)
    assert list(tmp_path.iterdir()) == []


def test_what_keeps_readers_out_is_waited_for_once_and_not_by_each(
    database: Database, place: Path
) -> None:
    with database.write(monday) as tx:
        tx.spend("a")
    database.close()
    alone = DRIVER.connect(place, isolation_level=None)
    alone.execute("PRAGMA locking_mode=EXCLUSIVE")
    alone.execute("BEGIN EXCLUSIVE")
    alone.execute("INSERT INTO inbox (key, at) VALUES ('b', '2026-11-23 09:00:00.000000')")
    database = Database(place, database._reads, database._writes)
    with pytest.raises(Unavailable, match="locked by another program"), database.read() as reader:
        reader.head()
    assert database._unread is not None
    first = database._unread[0]
    with pytest.raises(Unavailable, match="locked by another program"), database.read() as reader:
        reader.head()
    assert first <= database._unread[0]
    alone.close()
