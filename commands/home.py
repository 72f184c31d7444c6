"""`/release` alone: what needs me, and what is going out."""

from __future__ import annotations

from commands.act import Act
from commands.meetings import plan_of
from commands.request import Choice, Reply
from commands.standing import mentions
from rules.candidate import UNRELEASED, Candidate
from rules.rights import lists_as_announcer
from rules.words import Role, State

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
        "meeting": next(iter(plan_of(act.reader, act.now).ahead(act.now, 1)), None),
        "actions": [each for each in act.reader.actions() if each.who == act.person],
        "coordinators": None if mine or _has_a_part(act) else _coordinators(act),
    }
    return Reply("home", about, choices=choices)


def _has_a_part(act: Act) -> bool:
    """Whether the caller holds a role of any product or may announce one; the operator does."""
    person, company = act.person, act.company
    return person is None or any(
        act.setting(product, None).hats(person)
        or lists_as_announcer(product, person, company.groups)
        for product in company.products.values()
    )


def _coordinators(act: Act) -> list[str]:
    """Who could give somebody a part: every product's Release Coordinators, each once."""
    held = (mentions(p, Role.RELEASE_COORDINATOR) for p in act.company.products.values())
    return list(dict.fromkeys(slack_id for each in held for slack_id in each))


def _owed(act: Act, candidate: Candidate) -> tuple[State, ...]:
    if candidate.phase not in UNRELEASED or act.person is None:
        return ()
    setting = act.setting(act.product_of(candidate), None)
    return candidate.owes(setting.hats(act.person))
