"""`history`: every fact of a candidate, in order."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from storage.chain import StoredFact

SHOWN = 40


def run(act: Act) -> Reply:
    """The candidate's facts, oldest first; of a long history the last forty."""
    found = meant(act.reader, act.tools, act.request.text, known=True)
    entries = _all(act, found.candidate.name)
    about = {
        "candidate": found.candidate,
        "facts": entries[-SHOWN:],
        "left_out": max(0, len(entries) - SHOWN),
    }
    return Reply("history", about)


def _all(act: Act, name: str) -> list[StoredFact]:
    entries: list[StoredFact] = []
    while page := act.reader.facts(candidate=name, after=entries[-1].id if entries else 0):
        entries.extend(page)
    return entries
