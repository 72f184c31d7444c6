"""How SQLite is opened: which library, which file mode, which pragmas, and BEGIN said aloud."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.faults import Unavailable, sentence

try:
    import pysqlite3.dbapi2 as _driver
except ImportError:  # no wheel for this machine: the system's library, checked by `wal_fault`
    _driver = sqlite3

DRIVER: ModuleType = _driver
BUSY_SECONDS = 10
"""How long opening waits for a file that another program holds."""
READ_SECONDS = 0.5
"""How long reading waits for it: in this mode others keep readers out only while they open or mend."""
POOL_SECONDS = 1.5
BETWEEN_TRIES = (0.001, 0.02)
"""Seconds between tries for the write lock: at first, and at most."""
READERS = 8
MOST_READERS = 64
"""At least as many as there are threads that may read at once."""
PRAGMAS = (
    f"busy_timeout={int(READ_SECONDS * 1000)}",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "wal_autocheckpoint=4000",
    "journal_size_limit=67108864",
)
"""Said on every new connection; write-ahead logging stays with the file.

A press writes some 22 pages, so that one in 180 pays for a checkpoint: fewer than one in a hundred.
"""
EXAMPLE = "for example sqlite:////var/lib/presumptive/presumptive.db"


def place_of(url: str) -> Path:
    """The file an address names. Raises Unavailable for anything but a SQLite file."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Unavailable(f"DATABASE_URL is no database address: write one, {EXAMPLE}.") from None
    backend = parsed.drivername.partition("+")[0]
    if backend in ("postgres", "postgresql"):
        raise Unavailable(f"PostgreSQL is not supported yet: write a SQLite address, {EXAMPLE}.")
    if backend != "sqlite":
        raise Unavailable(f"DATABASE_URL names {backend}: write a SQLite address, {EXAMPLE}.")
    if parsed.database in (None, "", ":memory:") or parsed.query:
        raise Unavailable(f"DATABASE_URL names no file: write a SQLite address, {EXAMPLE}.")
    return Path(str(parsed.database)).absolute()


def wal_fault(version: tuple[int, ...]) -> str | None:
    """A sentence where this SQLite can damage a file when two connections write at one instant.

    The WAL-reset fault: 3.7.0 to 3.51.2, mended also in 3.50.7 and 3.44.6 (sqlite.org/wal.html).
    """
    mended = (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )
    if mended:
        return None
    number = ".".join(str(part) for part in version)
    return (
        f"SQLite {number} has the WAL-reset fault, which may damage the database when two programs "
        "write at the same instant: install pysqlite3 or SQLite 3.51.3 or newer."
    )


def private(place: Path, *, make: bool = True) -> None:
    """Make the file, and keep it, readable by its owner only; SQLite gives its side files the same.

    Raises Unavailable where there is none and none is to be made.

    A file that is there is not opened: closing it would drop the locks that this process may hold.
    """
    if place.is_dir():
        raise Unavailable(f"{place} is a folder: point DATABASE_URL at a file in it.")
    if not make and not place.exists():
        raise Unavailable(f"There is no database at {place}: run `presumptive db upgrade`.")
    try:
        with suppress(FileExistsError):
            os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        if place.stat().st_mode & 0o077 and place.stat().st_uid == os.geteuid():
            place.chmod(0o600)
    except OSError as error:
        raise Unavailable(_unopened(place, error)) from error


def _unopened(place: Path, error: OSError) -> str:
    if not place.parent.is_dir():
        return f"{place} can't be opened: the folder {place.parent} does not exist; make it."
    if isinstance(error, PermissionError):
        return f"{place} can't be opened: give this user the right to read and write it."
    return f"{place} can't be opened: {error.strerror}."


def check(place: Path) -> None:
    """Turn write-ahead logging on; raises Unavailable for what is no database or can't be written."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return _log_ahead(place)
        except DRIVER.Error as error:
            # Turning it on the first time takes the whole file, without waiting for it.
            if "locked" not in str(error) or time.monotonic() > deadline:
                told = sentence(error, str(place))
                raise Unavailable(told or f"{place} can't be opened: {error}.") from error
        time.sleep(0.01)


def _log_ahead(place: Path) -> None:
    connection = DRIVER.connect(str(place), timeout=BUSY_SECONDS, isolation_level=None)
    try:
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if mode != "wal":
            raise Unavailable(f"{place} is where SQLite can't log ahead: use a local disk.")
    finally:
        connection.close()


def to_look(place: Path) -> URL:
    """An address under which nothing can be changed, nor any file made beside the database.

    Without a log beside it nobody has the file open, and SQLite need not make one to be able to read.
    """
    address = f"file:{quote(str(place))}"
    logged = place.with_name(f"{place.name}-wal").exists()
    how = {"mode": "ro"} if logged else {"immutable": "1"}
    return URL.create("sqlite", database=address, query={**how, "uri": "true"})


def there(place: Path) -> URL:
    """An address that opens what is there: a lost file is not made anew, empty."""
    return URL.create(
        "sqlite", database=f"file:{quote(str(place))}", query={"mode": "rw", "uri": "true"}
    )


def reader(place: Path, address: URL | None = None) -> Engine:
    """An engine for reading."""
    engine = _engine(address or there(place), MOST_READERS)
    engine.dialect.do_begin = lambda raw: raw.execute("BEGIN DEFERRED")  # type: ignore[assignment]
    return engine


def writer(place: Path, until: Callable[[], float]) -> Engine:
    """An engine whose transactions take the write lock, tried for until this instant (monotonic).

    SQLite's own waiting is not used: a press has a deadline, and setting it there would cost every
    press a statement.
    """
    engine = _engine(there(place), 2)
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=0"))

    def do_begin(raw: Any) -> None:
        pause, longest = BETWEEN_TRIES
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except DRIVER.OperationalError as busy:
                if "locked" not in str(busy) or time.monotonic() + pause > until():
                    raise
            time.sleep(pause)
            pause = min(pause * 2, longest)

    engine.dialect.do_begin = do_begin  # type: ignore[assignment]
    return engine


def _engine(address: URL, most: int) -> Engine:
    """Transactions begin as they say they do, never as the driver guesses.

    The dialect says BEGIN itself: a listener would cost every statement of the engine.
    """
    engine = create_engine(
        address,
        module=DRIVER,
        connect_args={"timeout": READ_SECONDS},
        pool_size=min(READERS, most),
        max_overflow=max(most - READERS, 0),
        pool_timeout=POOL_SECONDS,
        hide_parameters=True,  # what people wrote would stand in tracebacks
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver never says BEGIN
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def anchor(place: Path) -> Any:
    """A connection that does nothing but stay: while it is there nobody rightly removes the log."""
    connection = DRIVER.connect(
        f"file:{quote(str(place))}?mode=rw",
        timeout=READ_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
    )
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection
