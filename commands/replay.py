"""`db replay`: the operator puts a candidate's row back as its facts make it (DESIGN 2.7)."""

from __future__ import annotations

from commands.dispatch import Desk
from commands.notices import announce_facts
from commands.planning import setting_of
from rules.facts import Actor
from rules.restoring import put_back
from storage.faults import Unavailable

OPERATOR = Actor(None, (), "command line")
MOST = 100_000
"""Facts of one candidate."""


def replay(desk: Desk, name: str) -> tuple[str, ...]:
    """What the row of `payments@2.4.1#3` said otherwise than its facts, now put back; nothing: it fits.

    Raises Unavailable where no fact names it, or its facts can't be relied on either.
    """
    with desk.database.write(desk.clock) as tx:
        made = tx.made([name]).get(name)
        if made is None:
            raise Unavailable(
                f"No fact names {name}: write it with its build, as payments@2.4.1#3."
            )
        if isinstance(made, str):
            raise Unavailable(
                f"{name} can't be put back, its facts can't be relied on either ({made}): restore a backup."
            )
        differed = tuple(tx.differing_of(name))
        if not differed:
            return ()
        facts = [entry.fact for entry in tx.facts(candidate=name, limit=MOST)]
        setting = setting_of(tx, made, tx.now)
        decision = put_back(made, facts, differed, setting, OPERATOR, tx.now)
        stored = tx.restore(decision)
        announce_facts(tx, stored, decision, setting)
        return differed
