"""Names of products and candidates as an auditor types them, refused in the bot's own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.compose import tools
from bot.render import Renderer
from bot.settings import Misconfigured
from commands.naming import meant, product_named
from commands.request import Reply
from rules.candidate import Candidate
from rules.words import Refused
from storage.reading import Reader

RENDERER = Renderer("presumptive")


def product(reader: Reader, written: str) -> str:
    """The product of that name. Raises Misconfigured with the nearest."""
    with _in_words(reader):
        return product_named(reader, tools(RENDERER), written).name


def candidate(reader: Reader, written: str) -> Candidate:
    """The candidate of that name, whatever its phase. Raises Misconfigured with the nearest."""
    with _in_words(reader):
        found = meant(reader, tools(RENDERER), written, known=True)
    if found.rest:
        raise Misconfigured(f"{written!r} is more than one name: write it as payments@2.4.1.")
    return found.candidate


@contextmanager
def _in_words(reader: Reader) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        company = reader.company()
        reply = Reply(refused.reason, refused.about, ok=False)
        told = RENDERER.plain(reply, company.installation.zone, company)
        raise Misconfigured(" ".join(told.split())) from None
