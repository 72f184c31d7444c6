"""`presumptive db`: look after the database: its schema, and what somebody changed in it by hand (DESIGN 5)."""

from __future__ import annotations

import click

from bot.installed import opened, require_database
from bot.sentences import sentences
from bot.settings import read_settings


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database's schema up to date, and put back the triggers that keep the facts."""
    from bot.clock import SystemClock
    from rules.facts import Actor
    from storage.database import Database

    with sentences():
        database = Database.open(read_settings().database_url)
        try:
            applied = database.upgrade()
            with database.write(SystemClock().now) as tx:
                guards = tx.guard(Actor(None, (), "command line"))
        finally:
            database.close()
    click.echo(f"Upgraded: {', '.join(applied)}." if applied else "The schema is up to date.")
    if guards:
        click.echo(f"Put back what keeps the facts from being changed: {', '.join(guards)}.")


@db.command()
@click.argument("candidate", metavar="CANDIDATE")
def replay(candidate: str) -> None:
    """Put what is stored of a candidate (payments@2.4.1#3) back as its facts make it."""
    from bot.terminal import at_the_desk
    from commands.replay import replay

    with sentences():
        settings = read_settings()
    require_database(settings)
    with opened(settings) as database:
        name = candidate if "#" in candidate else f"{candidate}#1"
        with sentences():
            differed = replay(at_the_desk(settings, database), name)
    if not differed:
        click.echo(f"{name} is as its facts make it: nothing to put back.")
        return
    click.echo(f"{name} was put back as its facts make it. What was stored of it:")
    for sentence in differed:
        click.echo(f"  {sentence}")


@db.command()
def accept() -> None:
    """Go on with a database that was put back: nothing is released before this is said."""
    from bot.heads import read_file, write_file
    from bot.terminal import at_the_desk
    from commands.accept import accept

    with sentences():
        settings = read_settings()
    require_database(settings)
    with opened(settings) as database:
        beside = read_file(database.place)
        with sentences():
            lost, head = accept(at_the_desk(settings, database), [beside] if beside else [])
        if lost:
            write_file(database.place, *head)
    if not lost:
        click.echo("Every head that is known is in the log: nothing to accept.")
        return
    click.echo(
        f"Accepted: the log goes on at audit head #{head[0]} {head[1][:12]}. It does not hold:"
    )
    for each in lost:
        click.echo(f"  {each.told}, seen {each.at:%Y-%m-%d %H:%M} UTC")
    click.echo("Halts given after the copy was made are not in it: see that they are given again.")
