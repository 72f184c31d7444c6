"""The desk that every transcript begins at: made once, and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.office import Office
from tests.commands.plant import planted


@pytest.fixture(scope="session")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the company in it and nothing announced."""
    folder = tmp_path_factory.mktemp("desk")
    Office.opened(folder / "opened.db").copied_to(folder / "empty.db")
    return folder / "empty.db"


@pytest.fixture
def desk(empty_desk: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copyfile(empty_desk, tmp_path / "desk.db")
    office = Office(tmp_path / "desk.db")
    yield office
    office.database.close()


@pytest.fixture
def plant(desk: Office) -> Office:
    """The same desk, where products depend on each other and share environments."""
    return planted(desk)
