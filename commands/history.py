"""`history`: every fact of a candidate, in order."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from storage.chain import StoredFact
from storage.reading import Reader

SHOWN = 40


def run(act: Act) -> Reply:
    """The candidate's facts, oldest first; of a long history the last forty."""
    found = meant(act.reader, act.tools, act.request.text, known=True)
    entries = whole(act.reader, found.candidate.name)
    about = {
        "candidate": found.candidate,
        "facts": entries[-SHOWN:],
        "left_out": max(0, len(entries) - SHOWN),
    }
    return Reply("history", about)


def whole(reader: Reader, name: str) -> list[StoredFact]:
    """Every fact of a candidate, oldest first."""
    entries: list[StoredFact] = []
    while page := reader.facts(candidate=name, after=entries[-1].id if entries else 0):
        entries.extend(page)
    return entries
