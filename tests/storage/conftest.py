"""A real database file for every test, with the small company in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.storage.sample import fresh, monday, settle_in


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "presumptive.db"


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the small company, made once and copied for each test."""
    path = tmp_path_factory.mktemp("furnished") / "presumptive.db"
    made = fresh(path)
    with made.write(monday) as tx:
        settle_in(tx)
    made.close()
    return path


@pytest.fixture
def database(furnished: Path, place: Path) -> Iterator[Database]:
    shutil.copyfile(furnished, place)
    opened = Database.open(f"sqlite:///{place}")
    yield opened
    opened.close()
