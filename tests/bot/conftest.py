"""Fixtures of the bot's tests: a post room that opens at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.box import Box
from storage.database import Database
from tests.bot.postroom import Post


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
