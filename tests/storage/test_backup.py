"""A backup is whole, private, made while others write, and never over something else."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from storage import Unavailable
from storage.database import Database
from tests.storage.sample import announced, monday
from tests.storage.test_racing import assert_whole, write_many


def test_a_backup_is_a_database_of_its_own(database: Database, tmp_path: Path) -> None:
    with database.write(monday) as tx:
        candidate = announced(tx)
    copy = tmp_path / "it's a copy.db"
    database.backup(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = Database.open(f"sqlite:///{copy}")
    assert not restored.behind()
    with restored.write(monday) as tx:
        assert tx.candidate(candidate.name) == candidate
        assert tx.company().people["U1"].name == "u1"
        announced(tx, "2.0")
    restored.close()
    with database.read() as reader:
        assert reader.head()[0] == 1


def test_a_backup_taken_while_others_write_is_consistent(
    database: Database, tmp_path: Path
) -> None:
    writer = threading.Thread(target=write_many, args=(database, "w", 150))
    writer.start()
    for number in range(3):
        copy = tmp_path / f"{number}.db"
        database.backup(copy)
        restored = Database.open(f"sqlite:///{copy}")
        with restored.read() as reader:
            so_far = reader.head()[0]
        if so_far:
            assert_whole(restored, so_far)
        restored.close()
    writer.join()
    assert_whole(database, 150)


def test_an_existing_file_is_never_overwritten(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "dear.txt"
    target.write_text("dear")
    with pytest.raises(Unavailable, match="exists already"):
        database.backup(target)
    assert target.read_text() == "dear"


def test_a_backup_that_cant_be_made_leaves_nothing(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="does not exist; make it"):
        database.backup(tmp_path / "nowhere" / "copy.db")
    assert sorted(path.name for path in tmp_path.iterdir() if "part" in path.name) == []
