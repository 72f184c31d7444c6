"""Evidence: what automation says about a state. It informs; it never asserts, revokes or halts (DESIGN 1, 2.4)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from rules.apply import apply, decide
from rules.candidate import UNRELEASED, Candidate, Evidence
from rules.facts import Actor, Decision, Fact, fact, iso
from rules.phases import ended
from rules.product import Setting
from rules.schedule import plan
from rules.words import Phase, State

OVER = frozenset({Phase.SUPERSEDED, Phase.WITHDRAWN})
"""Phases in which nothing more is worth saying of a candidate."""


@dataclass(frozen=True)
class Said:
    """What is said of a state, or of one criterion of it; the fields are those of `Evidence`."""

    state: State
    criterion: str | None
    source: str
    """`link`, `junit`, `sarif` or `cyclonedx`."""
    verdict: str
    """`green`, `red` or `none`."""
    summary: str
    url: str | None = None
    digest: str | None = None
    """SHA-256 of the report file, in hex."""
    against: str | None = None
    changes: tuple[str, ...] = ()


def add(
    candidate: Candidate, said: Said, setting: Setting, actor: Actor, now: datetime
) -> Decision:
    """Keep the newest of each source on each criterion; the same again changes nothing.

    The first red evidence of a state begins its fair notice anew, so that the release may move
    later, never earlier. Refuses: superseded, already-withdrawn.
    """
    if candidate.phase in OVER:
        raise ended(candidate)
    if any(_same(said, known) for known in candidate.evidence_of(said.state)):
        return Decision()
    about = {**asdict(said), "changes": list(said.changes)}
    added = fact("evidence.added", candidate, actor, now, **about)
    if not _first_red(candidate, said):
        return decide(candidate, added)
    added = replace(added, about={**added.about, "first_red": True})
    return decide(candidate, added, *_postponed(added, candidate, setting, actor, now))


def _same(said: Said, known: Evidence) -> bool:
    if (said.criterion, said.source) != (known.criterion, known.source):
        return False
    if said.digest is not None:
        return said.digest == known.digest
    return (said.url, said.verdict, said.summary) == (known.url, known.verdict, known.summary)


def _first_red(candidate: Candidate, said: Said) -> bool:
    fresh = said.state not in candidate.first_red and candidate.phase in UNRELEASED
    return said.verdict == "red" and fresh


def _postponed(
    added: Fact, before: Candidate, setting: Setting, actor: Actor, now: datetime
) -> list[Fact]:
    """The later time, where the planned one has become too early for fair notice.

    Where none can be found the time stays: when it comes, that is said.
    """
    state = State(added.about["state"])
    planned = before.release_at
    if before.phase is not Phase.ANNOUNCED or planned is None or state not in before.silent:
        return []
    after = apply(before, added)
    moved = plan(after, setting, now, planned)
    if moved.at is None or moved.at <= planned:
        return []
    about = {"from": iso(planned), **moved.about()}
    return [fact("release.postponed", after, actor, now, **about)]
