"""Replay: `apply(candidate, fact)` gives the stored row without deciding anything again (DESIGN 2.7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from rules import plans
from rules.asking import OF_ASKING
from rules.candidate import (
    Assertion,
    Candidate,
    Evidence,
    Extension,
    Fault,
    Forwarded,
    Hotfix,
    Waiver,
)
from rules.facts import Decision, Fact
from rules.halts import halt_from
from rules.meeting_facts import OF_MEETINGS
from rules.product import Policy
from rules.words import OWNER, Phase, Role, Silence, State

About = Mapping[str, Any]


def apply(candidate: Candidate | None, fact: Fact) -> Candidate:
    """The candidate after `fact`. Raises ValueError where the phase table or the order forbids it."""
    if candidate is None:
        if fact.kind != "candidate.announced":
            raise ValueError(f"a candidate begins with its announcement, not with {fact.kind}")
        return _announced(fact).but(seq=1)
    after = APPLY[fact.kind](candidate, fact)
    return _scheduled(after, fact.about).but(seq=candidate.seq + 1)


def replay(facts: Iterable[Fact]) -> Candidate:
    """The candidate that its facts, in order, make."""
    candidate: Candidate | None = None
    for fact in facts:
        candidate = apply(candidate, fact)
    if candidate is None:
        raise ValueError("no facts")
    return candidate


def decide(candidate: Candidate | None, *facts: Fact) -> Decision:
    """The decision that these facts, all about one candidate, are."""
    for fact in facts:
        if fact.kind not in NOTED:
            candidate = apply(candidate, fact)
    return Decision(facts, () if candidate is None or not facts else (candidate,))


def _announced(fact: Fact) -> Candidate:
    about = fact.about
    return _scheduled(
        Candidate(
            product=about["product"],
            version=about["version"],
            build=about["build"],
            announced_by=fact.by.person,
            announced_at=fact.at,
            policy=policy_from(about["policy"]),
            commit=about.get("commit"),
            digest=about.get("digest"),
            notes=about.get("notes"),
            notice_from=fact.at,
            hotfix=_asked(about["hotfix"], fact) if about.get("hotfix") else None,
            criteria=_versions(about.get("criteria", {})),
            needs=plans.needs_from(about.get("needs", ())),
        ),
        about,
    )


def _scheduled(candidate: Candidate, about: About) -> Candidate:
    """The results for the schedule that any fact may carry: what is absent is unchanged."""
    changes: dict[str, Any] = {
        name: _instant(about[name])
        for name in ("release_at", "not_before", "notice_from")
        if name in about
    }
    if "why" in about:
        changes["why"] = tuple(about["why"])
    return candidate.but(**changes) if changes else candidate


def _superseded(candidate: Candidate, fact: Fact) -> Candidate:
    return candidate.to(Phase.SUPERSEDED).but(superseded_by=fact.about["superseded_by"])


def _withdrawn(candidate: Candidate, fact: Fact) -> Candidate:
    return candidate.to(Phase.WITHDRAWN).but(ended_why=fact.about.get("reason"))


def _halted(candidate: Candidate, fact: Fact) -> Candidate:
    halt = halt_from(fact.about["halt"])
    kept = {s: a for s, a in candidate.assertions.items() if s not in halt.owned}
    after = candidate.but(halts=(*candidate.halts, halt), assertions=kept)
    if after.phase is Phase.HALTED:
        return after
    return after.to(Phase.HALTED).but(outcome={}, released_at=None, reviewed={})


def _forwarded(candidate: Candidate, fact: Fact) -> Candidate:
    said = {fact.by.person or "": Forwarded(fact.about["reason"] or "", fact.at)}
    return candidate.but(forwarded={**candidate.forwarded, **said})


def _explained(candidate: Candidate, fact: Fact) -> Candidate:
    return _with_halt(candidate, fact.about["id"], reason=fact.about["reason"])


def _lifted(candidate: Candidate, fact: Fact) -> Candidate:
    about = fact.about
    after = _with_halt(
        candidate,
        about["id"],
        lifted=True,
        lifted_by=fact.by.person,
        lifted_at=fact.at,
        lifted_why=about.get("reason"),
    )
    return after if after.open_halts else after.to(Phase.ANNOUNCED)


def _reviewed_halt(candidate: Candidate, fact: Fact) -> Candidate:
    return _with_halt(candidate, fact.about["id"], review_at=_instant(fact.about["review_at"]))


def _with_halt(candidate: Candidate, halt_id: str, **changes: Any) -> Candidate:
    halts = tuple(replace(h, **changes) if h.id == halt_id else h for h in candidate.halts)
    return candidate.but(halts=halts)


def _asserted(candidate: Candidate, fact: Fact) -> Candidate:
    by, answered = fact.by, fact.about.get("criteria", {})
    added = {
        state: Assertion(
            by.person or "",
            by.hats,
            fact.at,
            versions=tuple(answered.get(state, {}).get("versions", ())),
            behalf=by.behalf.get(OWNER[state]),
            carried_from=fact.about.get("carried_from"),
        )
        for state in map(State, fact.about["states"])
    }
    after = candidate.but(
        assertions={**candidate.assertions, **added},
        waivers=tuple(w for w in candidate.waivers if not _met(w, answered)),
    )
    return plans.waived(after, fact.about.get("violations", ()), by.person or "")


def _met(waiver: Waiver, answered: About) -> bool:
    """Whether what was waived is declared met after all."""
    return waiver.criterion in answered.get(waiver.state, {}).get("met", ())


def _waived(candidate: Candidate, fact: Fact) -> Candidate:
    about = fact.about
    added = Waiver(
        State(about["state"]), about["criterion"], about["reason"], fact.by.person or "", fact.at
    )
    kept = (
        w for w in candidate.waivers if (w.state, w.criterion) != (added.state, added.criterion)
    )
    return candidate.but(waivers=(*kept, added))


def _evidence(candidate: Candidate, fact: Fact) -> Candidate:
    about = fact.about
    added = Evidence(
        state=State(about["state"]),
        criterion=about["criterion"],
        source=about["source"],
        verdict=about["verdict"],
        summary=about["summary"],
        at=fact.at,
        by=fact.by.person,
        url=about.get("url"),
        digest=about.get("digest"),
        against=about.get("against"),
        changes=tuple(about.get("changes", ())),
    )
    kept = (
        e
        for e in candidate.evidence
        if (e.state, e.criterion, e.source) != (added.state, added.criterion, added.source)
    )
    after = candidate.but(evidence=(*kept, added))
    if not about.get("first_red"):
        return after
    return after.but(first_red={**candidate.first_red, added.state: fact.at})


def _fault(candidate: Candidate, fact: Fact) -> Candidate:
    about = fact.about
    added = Fault(about["id"], about["what"], fact.by.person, fact.at)
    return candidate.but(faults=(*candidate.faults, added))


def _attributed(candidate: Candidate, fact: Fact) -> Candidate:
    about = fact.about
    named = {
        "state": State(about["state"]) if about["state"] else None,
        "criterion": about["criterion"],
        "attributed_by": fact.by.person,
        "attributed_at": fact.at,
    }
    faults = tuple(replace(f, **named) if f.id == about["id"] else f for f in candidate.faults)
    reviewed = {State(state): fact.by.person or "" for state in about.get("reviewed", ())}
    return candidate.but(faults=faults, reviewed={**candidate.reviewed, **reviewed})


def _extended(candidate: Candidate, fact: Fact) -> Candidate:
    until = _instant(fact.about["until"])
    assert until is not None
    added = tuple(
        Extension(fact.by.person or "", Role(role), fact.at, until) for role in fact.about["roles"]
    )
    return candidate.but(extensions=(*candidate.extensions, *added))


def _only_schedule(candidate: Candidate, fact: Fact) -> Candidate:
    return candidate


def _judged(candidate: Candidate, fact: Fact) -> Candidate:
    return candidate.but(pending_judged=(*candidate.pending_judged, fact.about["person"]))


def _released(candidate: Candidate, fact: Fact) -> Candidate:
    outcome = {State(state): how["how"] for state, how in fact.about["states"].items()}
    return candidate.to(Phase.RELEASED).but(outcome=outcome, released_at=fact.at)


def _phase(phase: Phase) -> Callable[[Candidate, Fact], Candidate]:
    def change(candidate: Candidate, fact: Fact) -> Candidate:
        return candidate.to(phase).but(ended_why=fact.about.get("reason"))

    return change


def _asked_hotfix(candidate: Candidate, fact: Fact) -> Candidate:
    return candidate.but(hotfix=_asked(fact.about["reason"], fact))


def _asked(reason: str, fact: Fact) -> Hotfix:
    return Hotfix(reason, fact.by.person or "", fact.at)


def _confirmed_hotfix(candidate: Candidate, fact: Fact) -> Candidate:
    if candidate.hotfix is None:
        raise ValueError(f"{candidate.name}: no hotfix was asked for")
    mark = replace(candidate.hotfix, confirmed_by=fact.by.person, confirmed_at=fact.at)
    return candidate.but(hotfix=mark)


def _reviewed_hotfix(candidate: Candidate, fact: Fact) -> Candidate:
    added = {State(state): fact.by.person or "" for state in fact.about["states"]}
    return candidate.but(reviewed={**candidate.reviewed, **added})


def _policy(candidate: Candidate, fact: Fact) -> Candidate:
    tightened = _versions(fact.about.get("criteria", {}))
    return candidate.but(
        policy=policy_from(fact.about["policy"]), criteria={**candidate.criteria, **tightened}
    )


def _snoozed(candidate: Candidate, fact: Fact) -> Candidate:
    until = _instant(fact.about["until"])
    assert until is not None
    return candidate.but(snoozes={**candidate.snoozes, fact.by.person or "": until})


APPLY: Mapping[str, Callable[[Candidate, Fact], Candidate]] = {
    "candidate.superseded": _superseded,
    "candidate.withdrawn": _withdrawn,
    "candidate.halted": _halted,
    "halt.inherited": _halted,
    "halt.explained": _explained,
    "halt.forwarded": _forwarded,
    "halt.lifted": _lifted,
    "halt.reviewed": _reviewed_halt,
    "halt.unresolved": _judged,
    "state.asserted": _asserted,
    "criterion.waived": _waived,
    "evidence.added": _evidence,
    "fault.recorded": _fault,
    "fault.attributed": _attributed,
    "release.extended": _extended,
    **dict.fromkeys(
        ("release.rescheduled", "release.postponed", "release.waiting", "release.resumed"),
        _only_schedule,
    ),
    "candidate.released": _released,
    "deployment.began": _phase(Phase.DEPLOYING),
    "deployment.reached": plans.reached,
    "deployment.succeeded": plans.deployed,
    "deployment.failed": _phase(Phase.FAILED),
    "deployment.rolled_back": plans.rolled_back,
    "collision.opened": plans.opened,
    "collision.changed": plans.changed,
    "collision.closed": plans.closed,
    "set.joined": plans.joined,
    "set.left": plans.left,
    "freeze.overridden": plans.overridden,
    "resources.booked": plans.booked,
    "release.recalled": plans.recalled,
    "hotfix.asked": _asked_hotfix,
    "hotfix.confirmed": _confirmed_hotfix,
    "hotfix.reviewed": _reviewed_hotfix,
    "policy.tightened": _policy,
    "candidate.replayed": _only_schedule,
    "reminder.snoozed": _snoozed,
}
"""How each kind of fact changes its candidate; `candidate.announced` makes it."""

NOTED = (
    OF_MEETINGS
    | OF_ASKING
    | frozenset(
        {
            "act.refused",
            "catalogue.applied",
            "guards.restored",
            "log.rewound",
            "product.declared",
            "product.changed",
            "holders.changed",
            "holders.restored",
            "holder.deactivated",
            "criteria.changed",
            "role.delegated",
            "delegation.ended",
            "candidate.parked",
            "environment.declared",
            "environment.changed",
            "environment.prepared",
            "resource.declared",
            "resource.changed",
            "freeze.declared",
            "freeze.changed",
            "freeze.lifted",
        }
    )
)
"""Facts that change no candidate."""


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _versions(about: About) -> dict[State, tuple[int, ...]]:
    """The versions of each state's criteria as facts store them."""
    return {State(state): tuple(numbers) for state, numbers in about.items()}


def policy_from(about: About) -> Policy:
    """A policy as a fact stores it."""
    return Policy(**{**about, "silence": Silence(about["silence"])})


def policy_about(policy: Policy) -> dict[str, Any]:
    """A policy for a fact to store."""
    return asdict(policy)
