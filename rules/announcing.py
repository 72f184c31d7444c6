"""Announce: a build is presumed to go to production from this moment (DESIGN 2.4, 2.5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rules.apply import apply, policy_about
from rules.candidate import OPEN, Candidate, Halt
from rules.facts import Actor, Decision, Fact, fact, iso
from rules.halts import halt_about
from rules.phases import ended
from rules.plans import needs_about
from rules.product import Setting
from rules.rights import require_announcer
from rules.schedule import plan
from rules.words import Phase, Refused, State

VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,63}")
"""A version: a letter or digit, then letters, digits and `. _ + -`, 64 characters in all."""
PRODUCT = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
"""A product's name: small letters, digits and `. _ -`, 40 characters in all."""


@dataclass(frozen=True)
class Announcement:
    """What an announcer said. `release_at` is aware UTC or None for the earliest fair time."""

    version: str
    commit: str | None = None
    digest: str | None = None
    notes: str | None = None
    release_at: datetime | None = None
    rebuild: bool = False
    hotfix: str | None = None
    """Why it is a hotfix; None: it is not."""


@dataclass(frozen=True)
class Others:
    """The product's other candidates: the builds of this version, and the open ones it supersedes."""

    same_version: Sequence[Candidate] = ()
    older_open: Sequence[Candidate] = ()
    """Those of lower rank, of equal rank, and those that don't compare (DESIGN 2.5)."""
    alike: Candidate | None = None
    """The last announced of equal rank; None: no other version ranks as this one does."""
    successors: Sequence[Candidate] = ()
    """What took the place of the last of equal rank, or of this version, followed to the end."""


def announce(
    said: Announcement, others: Others, setting: Setting, actor: Actor, now: datetime
) -> Decision:
    """Open the next build, superseding what it replaces; open halts pass on to it.

    Refuses: not-an-announcer, odd-version, already-announced, already-out, superseded.
    """
    require_announcer(setting, actor)
    if not VERSION.fullmatch(said.version):
        raise Refused("odd-version", {"version": said.version})
    latest = max(others.same_version, key=lambda c: c.build, default=None)
    if latest is not None:
        _refuse_unchanged(said, latest)
    said, replaced = _carried(said, latest), _replaced(latest, others)
    opened = _announced_fact(said, latest, setting, actor, now)
    candidate = apply(None, opened)
    facts, superseded = [opened], []
    for old in replaced:
        ended = fact("candidate.superseded", old, actor, now, superseded_by=candidate.name)
        facts.append(ended)
        superseded.append(apply(old, ended))
    for halt in _passed_on(replaced, others.alike or latest, others.successors):
        passed = fact("halt.inherited", candidate, actor, now, halt=halt_about(halt))
        facts.append(passed)
        candidate = apply(candidate, passed)
    return Decision(tuple(facts), (*superseded, candidate))


def _refuse_unchanged(said: Announcement, latest: Candidate) -> None:
    changed = any(
        new is not None and new != old
        for new, old in ((said.commit, latest.commit), (said.digest, latest.digest))
    )
    if (
        said.rebuild
        or changed
        or latest.phase in {Phase.WITHDRAWN, Phase.FAILED, Phase.ROLLED_BACK}
    ):
        return
    if latest.phase is Phase.SUPERSEDED:
        raise ended(latest)
    reason = "already-announced" if latest.phase in OPEN else "already-out"
    raise Refused(reason, {"candidate": latest.name, "phase": latest.phase})


def _carried(said: Announcement, latest: Candidate | None) -> Announcement:
    """A rebuild keeps the hotfix mark and its reason, to be confirmed again."""
    if latest is not None and latest.phase in OPEN and latest.hotfix and not said.hotfix:
        return replace(said, hotfix=latest.hotfix.reason)
    return said


def _replaced(latest: Candidate | None, others: Others) -> tuple[Candidate, ...]:
    same = () if latest is None or latest.phase not in OPEN else (latest,)
    return (*others.older_open, *same)


def _passed_on(
    replaced: Sequence[Candidate], last: Candidate | None, successors: Sequence[Candidate]
) -> tuple[Halt, ...]:
    """The open halts of what is replaced, each once, with author and reason (DESIGN 2.3).

    Those of the last of equal rank too where it was withdrawn, so that no halt is shaken off by
    withdrawing and announcing anew; and where it was superseded, unless they were lifted on what
    took its place.
    """
    ended = {Phase.WITHDRAWN, Phase.SUPERSEDED}
    gone = [last] if last is not None and last.phase in ended else []
    lifted = {halt.id for after in successors for halt in after.halts if halt.lifted}
    halts = {halt.id: halt for old in (*replaced, *gone) for halt in old.open_halts}
    return tuple(halt for name, halt in halts.items() if name not in lifted)


def _announced_fact(
    said: Announcement, latest: Candidate | None, setting: Setting, actor: Actor, now: datetime
) -> Fact:
    about: dict[str, Any] = {
        "product": setting.product.name,
        "version": said.version,
        "build": 1 if latest is None else latest.build + 1,
        "commit": said.commit,
        "digest": said.digest,
        "notes": said.notes,
        "policy": policy_about(setting.product.policy),
        "hotfix": said.hotfix,
        "needs": needs_about(setting.product.needs),
        "criteria": {state: [setting.product.criteria_version(state)] for state in State},
    }
    draft = Fact("candidate.announced", now, actor, setting.product.name, None, about)
    candidate = apply(None, draft)
    planned = plan(candidate, setting, now, said.release_at)
    about |= planned.about()
    if said.release_at is not None and said.release_at != planned.at:
        about["asked"] = iso(said.release_at)
    return replace(draft, candidate=candidate.name, about=about)
