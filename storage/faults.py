"""What can go wrong with a database, each as one sentence that names the thing and the mend."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError


class Unavailable(Exception):
    """The database can't be reached, read or written; the text is a sentence for a person."""


class Stale(Exception):
    """A decision rests on a row that has changed since: a fault of the caller, nothing is written."""


SENTENCES = (
    ("database or disk is full", "The disk that holds {place} is full: free some space."),
    ("database is locked", "{place} was locked by another program for too long: try again."),
    ("locking protocol", "{place} was locked by another program for too long: try again."),
    ("database table is locked", "{place} was locked by another program for too long: try again."),
    ("file is not a database", "{place} is not a database: point DATABASE_URL at another file."),
    ("file is encrypted", "{place} is not a database: point DATABASE_URL at another file."),
    ("malformed", "{place} is damaged: restore it from a backup."),
    ("could not decode", "{place} holds text that is none: restore it from a backup."),
    ("readonly database", "{place} can't be written: give this user the right to its folder."),
    ("unable to open", "{place} can't be opened: check that its folder exists and is yours."),
    ("disk i/o error", "The disk that holds {place} fails to read or write: check it."),
    (
        "permission denied",
        "{place} can't be opened: give this user the right to read and write it.",
    ),
    ("no such table", "{place} has no tables yet: run `presumptive db upgrade`."),
    ("no such column", "{place} is older than this program: run `presumptive db upgrade`."),
)
"""What SQLite says, and what we say; the first that fits."""


def sentence(error: BaseException, place: str) -> str | None:
    """The sentence for what a driver raised; None where it is no fault of the database's."""
    said = str(error).casefold()
    for words, told in SENTENCES:
        if words in said:
            return told.format(place=place)
    return None


def unavailable(error: Exception, place: str) -> Unavailable | None:
    """What to raise for the driver's error; None: it is the program's own fault, and stays."""
    if isinstance(error, IntegrityError):
        return None
    cause = error.orig if isinstance(error, DBAPIError) else error
    told = sentence(cause or error, place)
    return Unavailable(told) if told else None
