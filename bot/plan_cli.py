"""`presumptive plan`: what is planned, as words or as a page of its own (DESIGN 2.6, 4)."""

from __future__ import annotations

import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bot.auditing_cli import NEW_FILE, looked_at
from bot.sentences import REFUSED, Sentence
from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.render import Renderer
    from commands.request import Tools


@click.command()
@click.option(
    "--html", "page", type=NEW_FILE, help="Write a page that needs no other file; - prints it."
)
@click.option(
    "--days", type=click.IntRange(1, 92), default=14, show_default=True, help="How far ahead."
)
@click.option("--from", "date", metavar="DATE", help="From then on: 2026-12-01, monday, in 2 days.")
def plan(page: Path | None, days: int, date: str | None) -> None:
    """Show what goes out where and when, what collides, what is frozen and what waits.

    A page is in the installation's zone, and from the beginning of a day on.
    """
    from bot.terminal import say_at_the_terminal

    if page is not None:
        _write(page, days, date)
        return
    words = f"from {date}" if date is not None else ""
    with looked_at() as database:
        told, done = say_at_the_terminal(
            read_settings(), database, "calendar", words, {"days": days}
        )
    click.echo(told)
    sys.exit(0 if done else REFUSED)


def _write(page: Path, days: int, date: str | None) -> None:
    from bot.audit.exporting import opened
    from bot.clock import SystemClock
    from bot.compose import tools
    from bot.plan_page import page as drawn
    from bot.render import Renderer
    from commands.calendar import ahead

    target = None if str(page) == "-" else page
    renderer, now = Renderer(read_settings().command), SystemClock().now()
    handed = tools(renderer)
    with looked_at() as database, database.read() as reader:
        zone = reader.company().installation.zone
        since = now if date is None else max(now, _named(date, zone, now, handed, renderer))
        seen = ahead(reader, handed, now, *_whole_days(since, days, ZoneInfo(zone)))
        with opened(target) as out:
            out.write(drawn(seen, zone))
    if target is not None:
        many = len(seen.planned)
        releases = "1 release" if many == 1 else f"{many} releases"
        click.echo(f"The plan of {days} days, {releases}, was written to {page}.")


def _named(date: str, zone: str, now: datetime, handed: Tools, renderer: Renderer) -> datetime:
    """The instant named. Raises Sentence with what the bot answers to an odd one."""
    from commands.calendar import day
    from commands.request import Reply
    from rules.words import Refused

    try:
        return day(handed, date, zone, now)
    except Refused as refused:
        said = renderer.plain(Reply(refused.reason, refused.about), zone)
        raise Sentence(" ".join(said.split())) from None


def _whole_days(since: datetime, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """So many days, the first of them the one on which `since` is."""
    from rules.worktime import instant

    first = since.astimezone(zone).date()
    return instant(first, time(), zone), instant(first + timedelta(days=days), time(), zone)
