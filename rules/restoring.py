"""A candidate's row is put back from its facts (DESIGN 2.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rules.apply import NOTED, decide, replay
from rules.candidate import Candidate
from rules.facts import Actor, Decision, Fact, fact, iso
from rules.product import Setting
from rules.schedule import resumed
from rules.settling import ODD
from rules.words import Phase


def put_back(
    made: Candidate,
    facts: Sequence[Fact],
    differed: Sequence[str],
    setting: Setting,
    actor: Actor,
    now: datetime,
) -> Decision:
    """The candidate as its `facts` made it goes on; `differed` says what its row had instead.

    One that waits gets its time as everything that waits does; one with a time has it at least
    the resume notice away: people may have believed the row. Elsewhere the time that it lost by
    waiting for this is given back.
    """
    about: dict[str, Any] = {"differed": list(differed)}
    if made.phase is not Phase.ANNOUNCED:
        kept = replay(f for f in facts if f.kind not in NOTED and not _waited(f))
        about |= {"release_at": iso(kept.release_at), "why": list(kept.why)}
    elif made.release_at is not None:
        about |= resumed(made, setting, now)
    return decide(made, fact("candidate.replayed", made, actor, now, **about))


def _waited(each: Fact) -> bool:
    """Whether a fact says that it waits for its row to be put back."""
    return each.kind == "release.waiting" and ODD in each.about["why"]
