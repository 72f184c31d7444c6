"""`presumptive audit`: verify the log, export it, pack it for an auditor, show how a candidate once stood (DESIGN 5, 6)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.sentences import Failed, Sentence, sentences
from bot.settings import read_settings

if TYPE_CHECKING:
    from storage.database import Database
    from storage.reading import Reader

NEW_FILE = click.Path(path_type=Path)


@contextmanager
def looked_at() -> Iterator[Database]:
    """The installation's database, to be read only: nothing in it is made, changed or mended."""
    from storage.database import Database

    with sentences():
        database = Database.look(read_settings().database_url)
        try:
            if database.behind():
                raise Sentence(_older(database))
            yield database
        finally:
            database.close()


def _older(database: Database) -> str:
    if database.revision() is None:
        return "The database has no tables yet: run `presumptive db upgrade`."
    return (
        "The database's schema is not the one of this program: run `presumptive db upgrade`"
        " (on a copy, where it is evidence), or the Presumptive that wrote it."
    )


@click.group()
def audit() -> None:
    """Check the log, and hand it to an auditor. Reads only; the bot may be running."""


@audit.command()
@click.option("--head", metavar="N:HASH", help="The audit head last posted: is it in the chain?")
def verify(head: str | None) -> None:
    """Check every fact, its place in the chain, and every candidate against its facts."""
    from bot.audit.verifying import read_head, verify

    with sentences():
        posted = read_head(head) if head is not None else None
    with looked_at() as database, database.read() as reader:
        verdict = verify(reader, posted)
    if not verdict.well:
        raise Failed(verdict.text)
    click.echo(verdict.text)


@audit.command()
@click.option("--csv", "form", flag_value="csv", help="For a spreadsheet.")
@click.option("--jsonl", "form", flag_value="jsonl", help="For a program: JSON Lines.")
@click.option("--since", metavar="DATE", help="Only facts from then on.")
@click.option("--until", metavar="DATE", help="Only facts up to then; a day counts to its end.")
@click.option("--product", metavar="NAME", help="Only facts about this product.")
@click.option("--as-of", metavar="DATE", help="The log as it stood then: nothing later.")
@click.argument("file", type=NEW_FILE, required=False)
def export(
    form: str | None,
    since: str | None,
    until: str | None,
    product: str | None,
    as_of: str | None,
    file: Path | None,
) -> None:
    """Write every fact to a new FILE, or to the terminal (-); times in UTC.

    A DATE is 2026-11-23 or "2026-11-23 14:00", in the installation's zone or in one written after it.
    """
    from bot.audit.exporting import Wanted, export, opened

    if form is None:
        raise Sentence("say which form you want: --csv or --jsonl.")
    target = None if file is None or str(file) == "-" else file
    with looked_at() as database, database.read() as reader:
        ends = [_until(reader, each) for each in (until, as_of) if each is not None]
        start = _since(reader, since) if since is not None else None
        wanted = Wanted(start, min(ends, default=None), _product(reader, product))
        with opened(target) as out:
            count = export(reader, wanted, form, out)
    if target is not None:
        click.echo(f"{count} {'fact' if count == 1 else 'facts'} written to {target}.")


def _since(reader: Reader, written: str) -> datetime:
    from bot.audit import dates

    return dates.since(written, reader.company().installation.zone)


def _until(reader: Reader, written: str) -> datetime:
    from bot.audit import dates

    return dates.until(written, reader.company().installation.zone)


def _product(reader: Reader, written: str | None) -> str | None:
    if written is None:
        return None
    from bot.audit import naming

    return naming.product(reader, written)


@audit.command()
@click.argument("version", metavar="CANDIDATE")
@click.argument("file", type=NEW_FILE)
def pack(version: str, file: Path) -> None:
    """Write all about a version (payments@2.4.1, every build) into a new FILE.zip, to be handed over."""
    from bot.audit.packing import pack

    with looked_at() as database, database.read() as reader:
        title, facts = pack(reader, version, file)
    click.echo(f"{title}, {facts} facts, was packed into {file}.")


@audit.command()
@click.argument("candidate")
@click.option("--as-of", metavar="DATE", help="At that instant; a day means its end.")
def show(candidate: str, as_of: str | None) -> None:
    """Tell how a candidate stood at an instant, by applying its facts up to then."""
    from bot.audit import naming, past

    with looked_at() as database, database.read() as reader:
        name = naming.candidate(reader, candidate).name
        instant = _until(reader, as_of) if as_of is not None else None
        stood = past.at(reader, name, instant)
        if stood is None:
            raise Failed(f"{name} was not announced yet at {as_of}.")
        click.echo(past.told(reader, stood, instant))
