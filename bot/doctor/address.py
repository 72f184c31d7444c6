"""The public address of a bot that listens by HTTP: what is sent there must reach this installation."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctor.findings import Clock, Finding, ok, warning, wrong
from bot.doctor.records import Records
from bot.knocking import Knocker
from bot.settings import Settings


def address(
    settings: Settings, records: Records | None, clock: Clock, *, runs: bool
) -> Iterator[Finding]:
    """Knocks once, as the bot itself does; one that is not running can't answer, and that is told elsewhere."""
    secret = settings.slack_signing_secret
    if settings.transport != "http" or not settings.public_url or not secret:
        return
    yield from _knock(settings.public_url, secret, records.knock if records else None, clock, runs)


def _knock(url: str, secret: str, word: str | None, clock: Clock, runs: bool) -> Iterator[Finding]:
    try:
        shut = Knocker(url, secret, clock)(word or "")
    except ValueError as odd:
        yield wrong("answers", f"{odd}.", "Correct PUBLIC_URL.")
        return
    if shut is None:
        yield ok("answers", f"{url} is answered by this installation's bot.")
    elif runs:
        mend = (
            "See that the proxy passes it on to the bot, whole and with its headers, and that this "
            "machine may reach it."
        )
        yield wrong("answers", f"{shut}.", mend)
    else:
        yield warning("answers", f"{shut}.", "Start the bot, and look again.")
