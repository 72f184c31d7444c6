"""What the command line does on an installation's own database, without a running bot (DESIGN 2.1, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.applying import apply_text, read_declaration
from bot.catalogue import CatalogueProblems
from bot.clock import SystemClock
from bot.compose import SLACK_TIMEOUT, slack_client, tools
from bot.directory import Directory
from bot.render import Renderer
from bot.settings import Misconfigured, Settings
from bot.slackcalls import SlackCalls
from commands.dispatch import Desk, dispatch
from commands.request import Caller, Request
from storage.database import Database


def say_at_the_terminal(
    settings: Settings,
    database: Database,
    word: str,
    words: str,
    fields: Mapping[str, Any] | None = None,
) -> tuple[str, bool]:
    """Say a verb as the operator, whose identity nobody proves: the answer, and whether it was done."""
    renderer = Renderer(settings.command)
    desk = Desk(database, SystemClock().now, tools(renderer))
    reply = dispatch(desk, Request(word, Caller(None, "command line"), words, fields or {}))
    with database.read() as reader:
        company = reader.company()
    return renderer.plain(reply, _zone(), company), reply.ok


def at_the_desk(settings: Settings, database: Database) -> Desk:
    """The desk of the command line, on the system's clock."""
    return Desk(database, SystemClock().now, tools(Renderer(settings.command)))


def _zone() -> str:
    """The terminal's own zone where it is known, else UTC."""
    from tzlocal import get_localzone_name

    try:
        return get_localzone_name() or "UTC"
    except LookupError:
        return "UTC"


def apply_file(
    settings: Settings, database: Database, catalogue: Path, *, dry_run: bool
) -> tuple[str, ...]:
    """Apply a catalogue's file; the lines that changed. Raises Misconfigured with every mistake."""
    try:
        raw = catalogue.read_bytes()
    except OSError as lost:
        raise Misconfigured(f"{catalogue} can't be read: {lost.strerror}.") from None
    if not settings.slack_bot_token:
        raise Misconfigured(
            "SLACK_BOT_TOKEN is missing: a catalogue names people, and Slack knows who they are."
        )
    clock = SystemClock().now
    directory = Directory(database, SlackCalls(slack_client(settings, SLACK_TIMEOUT)), clock)
    desk = Desk(database, clock, tools(Renderer(settings.command)))
    try:
        if dry_run:
            return read_declaration(raw, directory, desk, reading=False).lines
        return apply_text(desk, directory, raw)
    except CatalogueProblems as wrong:
        raise Misconfigured("\n" + wrong.text(str(catalogue))) from None
