"""The database as a file: there, whole, up to date, private, with room to grow."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.doctor.findings import Clock, Finding, listed, mended, ok, warning, wrong
from bot.doctor.records import Records, read_records
from bot.heads import put_back, read_file
from bot.settings import Settings
from storage import engine, revisions
from storage.database import Database, Unavailable

MEGABYTE = 1_000_000
LITTLE, TOO_LITTLE = 200 * MEGABYTE, 50 * MEGABYTE
"""Free bytes below which there is a warning, and below which it is wrong."""
RESTORE = "Stop the bot, keep the file, and restore a backup (docs/operating.md, “Backup”)."
ACCEPT = "Repeat the halts given since, then run `presumptive db accept`."
UPGRADE = "Restart `presumptive serve`, which upgrades it, or run `presumptive db upgrade`."


def database(settings: Settings, clock: Clock, found: list[Records]) -> Iterator[Finding]:
    """Looks at the file, and puts what it holds into `found` where that can be read."""
    try:
        place = engine.place_of(settings.database_url)
    except Unavailable as odd:
        yield mended("DATABASE_URL", str(odd))
        return
    if not place.exists():
        yield absent(place)
        if place.parent.is_dir():
            yield room(shutil.disk_usage(place.parent).free, place.parent)
        return
    yield from _private(place)
    yield room(shutil.disk_usage(place.parent).free, place.parent)
    try:
        yield from _inside(settings, clock, found)
    except Unavailable as lost:
        yield mended("readable", str(lost))


def absent(place: Path) -> Finding:
    """A new installation has none yet; but it must be possible to make one."""
    if not place.parent.is_dir():
        says = f"there is none at {place}, and the folder {place.parent} does not exist."
        return wrong("file", says, "Make the folder, or correct DATABASE_URL.")
    return warning(
        "file",
        f"there is none at {place} yet: a new installation, or DATABASE_URL names another place.",
        "`presumptive serve` makes it, and so does `presumptive db upgrade`.",
    )


def _private(place: Path) -> Iterator[Finding]:
    """Whether others on this machine may read it; SQLite gives its side files the same mode."""
    if os.name != "posix":
        return
    beside = [place.with_name(place.name + end) for end in ("", "-wal", "-shm")]
    loose = [path for path in beside if path.exists() and path.stat().st_mode & 0o077]
    if not loose:
        yield ok("file", f"{place}, readable by its owner only.")
        return
    files = " ".join(str(path) for path in loose)
    yield wrong("file", f"{files} may be read by others on this machine.", f"chmod 600 {files}")


def room(free: int, folder: Path) -> Finding:
    """Whether there is room to write; `free` in bytes."""
    says = f"{free // MEGABYTE:,} MB free in {folder}."
    if free >= LITTLE:
        return ok("disk", says)
    mend = "Free some space: what can't be recorded is refused, and nothing is released."
    return warning("disk", says, mend) if free >= TOO_LITTLE else wrong("disk", says, mend)


def wal(fault: str | None) -> Finding:
    """Whether this SQLite can damage a file that two programs write at one instant."""
    if fault is None:
        return ok("SQLite", f"{engine.DRIVER.sqlite_version}, without the WAL-reset fault.")
    says, _, mend = fault.partition(": ")
    return warning("SQLite", f"{says}.", mend[:1].upper() + mend[1:])


def _inside(settings: Settings, clock: Clock, found: list[Records]) -> Iterator[Finding]:
    looked = Database.look(settings.database_url)
    try:
        yield wal(looked.wal_fault)
        yield _whole(looked.damage())
        yield schema(looked.revision(), revisions.needed())
        if not looked.behind():
            with looked.read() as reader:
                found.append(read_records(reader, clock()))
                beside = read_file(looked.place)
                lost = reader.lost_heads([beside] if beside else [])
            yield _chain(found[0])
            yield _guards(found[0])
            yield _rows(found[0])
            if lost:
                yield wrong("copy", f"{put_back(lost)}, so nothing is released.", ACCEPT)
    finally:
        looked.close()


def _guards(records: Records) -> Finding:
    if not records.unguarded:
        return ok("guards", "the triggers keep the facts from being changed.")
    says = f"{listed(records.unguarded, 2)}, so nothing is released."
    return wrong("guards", says, "Put them back: `presumptive db upgrade`.")


def _rows(records: Records) -> Finding:
    if not records.differing:
        return ok("rows", "every open candidate is as its facts make it.")
    says = f"somebody changed the database by hand: {listed(records.differing, 2)}."
    names = dict.fromkeys(each.partition(":")[0] for each in records.differing)
    mend = "Put it back from its facts: " + listed(f"`presumptive db replay {n}`" for n in names)
    return wrong("rows", says, f"{mend}. Until then it is not released.")


def _whole(damage: tuple[str, ...]) -> Finding:
    if not damage:
        return ok("integrity", "SQLite's quick check finds the file whole.")
    return wrong("integrity", f"the file is damaged: {listed(damage, 2)}.", RESTORE)


def schema(now: str | None, needed: str) -> Finding:
    """Whether the tables are those of this program."""
    if now == needed:
        return ok("schema", f"up to date ({now}).")
    if now is None:
        return warning("schema", "there are no tables yet: a new installation.", UPGRADE)
    if now > needed:
        says = f"at {now}, written by a newer Presumptive; this one knows {needed}."
        return wrong("schema", says, "Run the newer Presumptive.")
    says = f"at {now}, this program needs {needed}; what is in it was not looked at."
    return wrong("schema", says, UPGRADE)


def _chain(records: Records) -> Finding:
    if records.broken:
        says = f"the log of facts was changed: {listed(records.broken, 2)}."
        return wrong("facts", says, RESTORE)
    if not records.facts:
        return ok("facts", "none yet.")
    return ok("facts", f"{records.facts:,}; the last links hold, the head is {records.head[:12]}….")
