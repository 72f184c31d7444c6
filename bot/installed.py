"""The installation's database, as the command line opens it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.sentences import Sentence, sentences
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Database


@contextmanager
def opened(settings: Settings, *, make: bool = False) -> Iterator[Database]:
    """The database, its schema up to date; only with `make` also where there is none yet."""
    from storage.database import Database

    with sentences():
        database = Database.open(settings.database_url, make=make)
        try:
            database.upgrade()
            yield database
        finally:
            database.close()


def require_database(settings: Settings) -> None:
    """Refuse to look into a database that is not there: "nothing is open" would be taken for true."""
    from storage.engine import place_of

    with sentences():
        place = place_of(settings.database_url)
    if not place.exists():
        raise Sentence(
            f"there is no database at {place}: go to the folder the bot runs in, or set DATABASE_URL."
        )
