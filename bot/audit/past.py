"""How a candidate stood at an instant: its facts up to then, applied again (DESIGN 2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.render import plain, rendered
from bot.words import woven
from rules.apply import NOTED, replay
from rules.candidate import Candidate
from rules.facts import Fact
from rules.words import State
from storage.reading import Reader


def at(reader: Reader, name: str, instant: datetime | None) -> Candidate | None:
    """The candidate of that whole name as it stood then, None: now. None: it was not announced yet."""
    facts = [
        each
        for each in _facts(reader, name)
        if each.kind not in NOTED and (instant is None or each.at <= instant)
    ]
    return replay(facts) if facts else None


def _facts(reader: Reader, name: str) -> Iterator[Fact]:
    after = 0
    while page := reader.facts(name, after):
        yield from (entry.fact for entry in page)
        after = page[-1].id


def told(reader: Reader, candidate: Candidate, instant: datetime | None) -> str:
    """It in words, times in the installation's zone."""
    company = reader.company()
    about = {"candidate": candidate, "states": tuple(State), "instant": instant, "quiet": True}
    sections = woven("audit/stood.md.j2", about, company)
    return plain(rendered(sections), company.installation.zone, company)
