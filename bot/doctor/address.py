"""The public address of a bot that listens by HTTP: it must answer, and it must be the bot."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPException
from urllib.error import URLError

from bot.doctor.findings import Finding, ok, warning, wrong
from bot.door import REPLICA, knocker
from bot.settings import Settings


def address(settings: Settings, *, runs: bool) -> Iterator[Finding]:
    """Knocks once on the bot's own door; a bot that is not running can't answer, and that is told elsewhere."""
    if settings.transport != "http" or not settings.public_url:
        return
    where = f"{settings.public_url.rstrip('/')}/healthz"
    try:
        replica = knocker(settings.public_url)()
    except (URLError, OSError, HTTPException, ValueError) as shut:
        says = f"{where} does not answer well: {shut}."
        if runs:
            mend = "See that the proxy passes it on to the bot, and that this machine may reach it."
            yield wrong("answers", says, mend)
        else:
            yield warning("answers", says, "Start the bot, and look again.")
        return
    if replica is None:
        mend = f"See that the proxy passes on to the bot, and keeps the header {REPLICA}."
        yield wrong("answers", f"{where} is answered, but not by the bot.", mend)
    else:
        yield ok("answers", f"{where} is answered by the bot.")
