"""`presumptive trace`: why a version went out, as words or as a page of its own (DESIGN 4, 5)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from bot.auditing_cli import NEW_FILE, looked_at
from bot.sentences import REFUSED
from bot.settings import read_settings


@click.command()
@click.argument("candidate", nargs=-1, required=True)
@click.option("--html", "page", type=NEW_FILE, help="Write a page that needs no other file.")
def trace(candidate: tuple[str, ...], page: Path | None) -> None:
    """Tell why a candidate went out: every fact, who was told, evidence, waivers, faults."""
    from bot.audit.exporting import new_file
    from bot.audit.packing import case_of
    from bot.audit.summary import summary
    from bot.terminal import say_at_the_terminal

    written = " ".join(candidate)
    if page is None:
        with looked_at() as database:
            told, done = say_at_the_terminal(read_settings(), database, "trace", written)
        click.echo(told)
        sys.exit(0 if done else REFUSED)
    with looked_at() as database, database.read() as reader:
        case = case_of(reader, written)
        with new_file(page) as handle, os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(summary(case))
    click.echo(f"The trace of {case.title}, {len(case.facts)} facts, was written to {page}.")
