"""The database of an installation: opened, upgraded, read, written under one lock, and backed up."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, TimeoutError

from storage import engine, heads, revisions
from storage.company import Cache
from storage.faults import Stale, Unavailable, unavailable
from storage.reading import Reader
from storage.whereabouts import Whereabouts
from storage.writing import Transaction

__all__ = ["Database", "Stale", "Unavailable"]

PATIENCE = 10.0
"""Seconds a write waits where nobody said how long: the command line's."""
BRIEFLY = 0.1
"""Seconds a write waits for this process's other writes while the last one failed."""
UNREAD = 0.5
"""Seconds after a failed read during which others fail with it, so that waits do not add up."""


class Database:
    """One SQLite file and the one lock of this process under which it is written."""

    def __init__(self, place: Path, reads: Engine, writes: Engine) -> None:
        self._place = place
        self._reads = reads
        self._writes = writes
        self._writer: Connection | None = None
        self._until = 0.0
        self._failed: float | None = None
        self._unread: tuple[float, Unavailable] | None = None
        self._anchor: Any = None
        self._whereabouts: Whereabouts | None = None
        self.patience = PATIENCE
        """Seconds a write waits for its turn where no deadline is given."""
        self._lock = threading.Lock()
        self._writing: int | None = None
        self._cache = Cache()
        self.wal_fault = engine.wal_fault(engine.DRIVER.sqlite_version_info)

    @classmethod
    def open(cls, url: str, *, make: bool = True) -> Database:
        """Open `sqlite:///FILE` (mode 0600), with `make` also where there is none. Raises Unavailable."""
        place = engine.place_of(url)
        engine.private(place, make=make)
        engine.check(place)
        writes = engine.writer(place, lambda: database._until)
        database = cls(place, engine.reader(place), writes)
        with database._faults():
            database._stay()
        return database

    @classmethod
    def look(cls, url: str) -> Database:
        """Open what is there to be read only: nothing is made, changed or mended. Raises Unavailable."""
        place = engine.place_of(url)
        if not place.is_file():
            raise Unavailable(f"There is no database at {place}.")
        reads = engine.reader(place, engine.to_look(place))
        return cls(place, reads, reads)

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            self._drop_writer()
            self._reads.dispose()
            self._writes.dispose()
            if self._anchor is not None:
                self._anchor.close()

    def _stay(self) -> None:
        """Keep the file and its log open, and note which files they are."""
        try:
            self._anchor = engine.anchor(self._place)
            self._whereabouts = Whereabouts(self._place)
        except engine.DRIVER.Error as error:
            told = engine.sentence(error, str(self._place))
            raise Unavailable(told or f"{self._place} can't be opened: {error}.") from error
        except OSError as error:
            raise Unavailable(f"{self._place} can't be opened: {error.strerror}.") from error

    def astray(self) -> str | None:
        """Why what is written now would not be found under the path; None: it would."""
        return self._whereabouts.astray() if self._whereabouts is not None else None

    def failing_for(self) -> float | None:
        """Seconds since writes began to fail; None: the last one tried was written."""
        since = self._failed
        return None if since is None else time.monotonic() - since

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """One consistent snapshot. Raises Unavailable."""
        if self._unread is not None and time.monotonic() - self._unread[0] < UNREAD:
            raise Unavailable(str(self._unread[1]))
        try:
            with self._faults(), self._reads.connect() as connection, connection.begin():
                yield Reader(connection, self._cache)
        except Unavailable as lost:
            self._unread = (time.monotonic(), lost)
            raise

    @contextmanager
    def write(
        self, clock: Callable[[], datetime], deadline: float | None = None
    ) -> Iterator[Transaction]:
        """The write transaction: `now` is read once, under the lock; any exception undoes it all.

        It waits for its turn until `deadline` (monotonic seconds), else for `patience`; while the
        last write tried has failed it is only tried, without waiting (DESIGN 6). Raises Unavailable
        for a database that can't be written, RuntimeError inside another write.
        """
        try:
            with self._alone(self._give_up_at(deadline)), self._faults():
                self._refuse_astray()
                connection = self._writer_connection()
                try:
                    with connection.begin():
                        transaction = Transaction(connection, self._cache, clock())
                        yield transaction
                        transaction.finish()
                except DBAPIError:
                    self._drop_writer()
                    raise
                self._failed = None
        except Unavailable:
            if self._failed is None:
                self._failed = time.monotonic()
            raise

    def _give_up_at(self, deadline: float | None) -> float:
        now = time.monotonic()
        if self._failed is not None:
            return now + BRIEFLY
        return now + self.patience if deadline is None else deadline

    def _refuse_astray(self) -> None:
        lost = self.astray()
        if lost is not None:
            raise Unavailable(lost)

    @contextmanager
    def _alone(self, until: float) -> Iterator[None]:
        """Hold this process's write lock; raises Unavailable where it can't be had by `until`."""
        if self._writing == threading.get_ident():
            raise RuntimeError("a write inside a write of the same thread would wait for itself")
        if not self._lock.acquire(timeout=max(until - time.monotonic(), 0.0)):
            raise Unavailable(f"{self._place} is being written to by others for too long.")
        try:
            self._writing = threading.get_ident()
            self._until = 0.0 if self._failed is not None else until
            yield
        finally:
            self._writing = None
            self._lock.release()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """The driver's errors as sentences; the program's own faults stay what they are."""
        try:
            yield
        except DBAPIError as error:
            told = unavailable(error, str(self._place))
            if told is None:
                raise
            raise told from error
        except TimeoutError as error:
            busy = f"Too many readers of {self._place} at once: try again."
            raise Unavailable(busy) from error

    def _writer_connection(self) -> Connection:
        if self._writer is None:
            self._writer = self._writes.connect()
        return self._writer

    def _drop_writer(self) -> None:
        """Forget the writer's connection: after a driver's error nobody knows its state."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(DBAPIError):
                writer.invalidate()
            writer.close()

    def behind(self, scripts: Path = revisions.MIGRATIONS) -> bool:
        """Whether `upgrade` would do anything."""
        with self._faults(), self._reads.connect() as connection, connection.begin():
            return revisions.current(connection) != revisions.needed(scripts)

    def revision(self) -> str | None:
        """The revision the schema stands at; None where there are no tables. Raises Unavailable."""
        with self._faults(), self._reads.connect() as connection, connection.begin():
            return revisions.current(connection)

    def damage(self, most: int = 10) -> tuple[str, ...]:
        """What SQLite's quick check finds wrong with the file, in its own words. Raises Unavailable."""
        with self._faults(), self._reads.connect() as connection, connection.begin():
            found = connection.exec_driver_sql(f"PRAGMA quick_check({most})").scalars().all()
        return tuple(line for line in found if line != "ok")

    def upgrade(self, scripts: Path = revisions.MIGRATIONS) -> list[str]:
        """Bring the schema up to date in one transaction; the revisions applied. Raises Unavailable.

        Several processes may try at once: the others wait, and find nothing left to do.
        """
        if not self.behind(scripts):
            return []
        from storage import upgrading  # loads Alembic, which a start seldom needs

        until = self._give_up_at(None)
        with self._alone(until), self._faults(), self._writes.connect() as connection:
            # Rebuilding a table would delete the rows that refer to it, and inside a
            # transaction this can't be turned off.
            self._pragma(connection, "foreign_keys=OFF")
            try:
                with connection.begin():
                    applied = upgrading.upgrade(connection, scripts, str(self._place))
                    self._refuse_orphans(connection)
            finally:
                self._pragma(connection, "foreign_keys=ON")
        self._unread = None
        return applied

    def _pragma(self, connection: Connection, pragma: str) -> None:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute(f"PRAGMA {pragma}")

    def _refuse_orphans(self, connection: Connection) -> None:
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise Unavailable(f"{self._place} can't be upgraded: rows refer to others not there.")

    @property
    def place(self) -> Path:
        """The file."""
        return self._place

    def backup(self, target: Path, at: datetime | None = None) -> None:
        """A consistent copy, also while others write; mode 0600, never over an existing file.

        `at` (aware UTC) is marked in it: put in the place of the database it lets nothing out
        before the operator has accepted it. Without `at` it is only to be looked at.
        """
        if target.exists():
            raise Unavailable(f"{target} exists already: name a new file.")
        draft = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            engine.private(draft)
            self._vacuum_into(draft)
            if at is not None and not self.behind():
                _mark(draft, at)
            _durable(draft)
            _publish(draft, target)
        except FileExistsError:
            raise Unavailable(f"{target} exists already: name a new file.") from None
        except OSError as error:
            raise Unavailable(f"{target} can't be written: {error.strerror}.") from error
        finally:
            draft.unlink(missing_ok=True)

    def _vacuum_into(self, draft: Path) -> None:
        connection = self._reads.raw_connection()
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(draft),))
        except engine.DRIVER.Error as error:
            told = engine.sentence(error, str(draft))
            raise Unavailable(told or f"{draft} can't be written: {error}.") from error
        finally:
            connection.close()


def _mark(draft: Path, at: datetime) -> None:
    """Note in a copy that it is one, and at which head it was made."""
    made = engine.writer(draft, lambda: 0.0)
    try:
        with made.begin() as connection:
            number, sealed = Reader(connection, Cache()).head()
            heads.note(connection, heads.Head(heads.COPY, number, sealed, at))
    finally:
        made.dispose()


def _durable(path: Path) -> None:
    """See that what was written there survives a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _publish(draft: Path, target: Path) -> None:
    """Give the finished file its name, never over another; where no links can be made, by renaming."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:
        draft.rename(target)
    _durable(target.parent)
