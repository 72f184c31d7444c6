"""`/release` alone: what needs me, and what is going out."""

from __future__ import annotations

from commands.act import Act
from commands.request import Choice, Reply
from rules.candidate import UNRELEASED, Candidate
from rules.people import hats
from rules.words import State

MOST = 5


def run(act: Act) -> Reply:
    """What waits for a word of the caller's, then everything open, and how to begin."""
    opened = act.reader.open_candidates()
    mine = [(c, owed) for c in opened if (owed := _owed(act, c))]
    choices = tuple(
        choice
        for candidate, _ in mine[:MOST]
        for choice in (
            Choice(f"Assert {candidate.title}", f"assert {candidate.name}"),
            Choice(f"Halt {candidate.title}", f"halt {candidate.name}", "danger"),
        )
    )
    about = {
        "mine": [{"candidate": c, "states": owed} for c, owed in mine],
        "open": list(opened),
        "products": sorted(act.company.products),
    }
    return Reply("home", about, choices=choices)


def _owed(act: Act, candidate: Candidate) -> tuple[State, ...]:
    if candidate.phase not in UNRELEASED or act.person is None:
        return ()
    company = act.company
    holders = act.product_of(candidate).holders
    return candidate.owes(hats(act.person, holders, company.people, company.groups))
