"""The settings: which way Slack's requests come in and why, what is missing for it, the public address."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.doctor.findings import Finding, mended, ok, warning, wrong
from bot.settings import SLACK_API, Settings, lacking


def setup(settings: Settings) -> Iterator[Finding]:
    """How the settings stand, before anybody is asked anything."""
    yield ok("transport", _transport(settings))
    missing = [mended(_named(sentence), sentence) for sentence in lacking(settings)]
    yield from missing or [ok("tokens", "all that this transport needs is set.")]
    if settings.transport == "http" and settings.public_url:
        yield _address(settings.public_url, real=settings.slack_api_url == SLACK_API)


def _transport(settings: Settings) -> str:
    if settings.transport == "socket":
        return "Socket Mode, because SLACK_APP_TOKEN is set."
    return "HTTP, because SLACK_APP_TOKEN is not set."


def _named(sentence: str) -> str:
    """The setting a sentence begins with."""
    first = sentence.split(" ")[0]
    return first if first.isupper() else "way in"


def _address(public_url: str, *, real: bool) -> Finding:
    """Whether Slack could reach the address; a Slack that is not Slack's own may do with less."""
    where = urlsplit(public_url)
    odd = []
    if where.scheme != "https":
        odd.append("does not begin with https://")
    if _here(where.hostname or ""):
        odd.append("names this machine itself")
    if not odd:
        return ok("PUBLIC_URL", f"{public_url}.")
    says = f"{public_url} {' and '.join(odd)}"
    mend = "Set PUBLIC_URL to the address under which Slack reaches the bot: https://…"
    if not real:
        return warning("PUBLIC_URL", f"{says}: good for a rehearsal only.", mend)
    return wrong("PUBLIC_URL", f"{says}: Slack can't reach it.", mend)


def _here(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
