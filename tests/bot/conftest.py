"""Fixtures of the bot's tests: a post room that opens at once, an installation for the doctor."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.manifest import OPTIONAL_SCOPES, SCOPES, WORD_SCOPES
from rehearsal.box import Box
from storage.database import Database
from tests.bot.audited import live
from tests.bot.patient import Patient
from tests.bot.postroom import Post
from tests.bot.serving import run
from tests.end_to_end.workplace import company


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the newest schema with nothing in it, to be copied."""
    place = tmp_path_factory.mktemp("database") / "empty.db"
    database = Database.open(f"sqlite:///{place}")
    database.upgrade()
    database.backup(place.with_name("copy.db"))
    database.close()
    return place.with_name("copy.db")


@pytest.fixture
def opened(tmp_path: Path, empty_database: Path) -> Iterator[Callable[..., Post]]:
    """Opens a post room: `Box`'s own options, and the seconds a call may take."""
    posts: list[Post] = []

    def make(timeout: float = 5, **options: Any) -> Post:
        place = shutil.copy(empty_database, tmp_path / f"{len(posts)}.db")
        box = Box(limits=options.pop("limits", False), **options).start()
        posts.append(Post(Path(place), box, timeout))
        return posts[-1]

    yield make
    for post in posts:
        post.courier.stop()
        post.database.close()
        post.box.stop()


@pytest.fixture
def post(opened: Callable[..., Post]) -> Post:
    return opened()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database to which the small company's catalogue was applied, to be copied."""
    folder = tmp_path_factory.mktemp("furnished")
    (folder / "catalogue.yaml").write_bytes(company())
    with Box(limits=False) as box:
        said = run(folder, "apply", "catalogue.yaml", box=box)
    assert said.code == 0, said
    return folder / "bot.db"


@pytest.fixture
def patient(tmp_path: Path, furnished: Path) -> Iterator[Patient]:
    """An installation that is sound; its bot does not run."""
    place = Path(shutil.copy(furnished, tmp_path / "bot.db"))
    place.chmod(0o600)
    with Box(
        limits=False, scopes=(*SCOPES, *WORD_SCOPES, *OPTIONAL_SCOPES), transport="socket"
    ) as box:
        yield Patient(place, box)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit's database, made once."""
    return live(tmp_path_factory.mktemp("lived"))


@pytest.fixture
def folder(lived: Path, tmp_path: Path) -> Path:
    """A folder with a copy of it."""
    shutil.copyfile(lived, tmp_path / "bot.db")
    return tmp_path
