"""Why did this go out? Each state's word and what stands behind it: criteria, waivers, evidence, faults (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.audit.people import roles, when, who
from bot.words import label
from rules.candidate import Assertion, Candidate, Evidence, Fault
from rules.facts import Fact
from rules.product import Product
from rules.words import OWNER, State
from storage.reading import Company

NO_WORD = "no word"


def states(candidate: Candidate, facts: Sequence[Fact], company: Company) -> list[dict[str, Any]]:
    """How each of the four states stood, in their order."""
    product = company.products.get(candidate.product)
    outcome = _last(facts, candidate, "candidate.released").get("states", {})
    return [
        _state(candidate, state, outcome.get(state.value, {}), facts, product, company)
        for state in State
    ]


def _state(
    candidate: Candidate,
    state: State,
    outcome: Mapping[str, Any],
    facts: Sequence[Fact],
    product: Product | None,
    company: Company,
) -> dict[str, Any]:
    word = candidate.assertions.get(state)
    judged = candidate.outcome.get(state) or ("asserted" if word else NO_WORD)
    notice = None
    if outcome.get("person"):
        notice = f"{who(outcome['person'], company)} had {outcome['hours']:g} hours of notice"
    return {
        "state": label(state),
        "owner": OWNER[state].label,
        "how": judged,
        "by": who(word.by, company) if word else None,
        "roles": roles(word.hats) if word else "",
        "behalf": who(word.behalf, company) if word and word.behalf else None,
        "carried": word.carried_from if word else None,
        "at": when(word.at) if word else None,
        "notice": notice,
        "versions": " and ".join(str(number) for number in candidate.versions(state)),
        "criteria": _criteria(candidate, state, _answered(facts, candidate, state, word), product),
    }


def _answered(
    facts: Sequence[Fact], candidate: Candidate, state: State, word: Assertion | None
) -> Mapping[str, Any]:
    """What the fact of the assertion that stands says of the state's criteria."""
    for fact in reversed(facts):
        theirs = fact.kind == "state.asserted" and fact.candidate == candidate.name
        if word and theirs and fact.at == word.at and state in fact.about["states"]:
            answers: Mapping[str, Any] = fact.about.get("criteria", {}).get(state.value, {})
            return answers
    return {}


def _criteria(
    candidate: Candidate, state: State, answered: Mapping[str, Any], product: Product | None
) -> list[dict[str, Any]]:
    """Every criterion asked, and known issues that are none, each with its answer and its evidence."""
    asked = product.criteria_of(state, candidate.versions(state)) if product else ()
    reasons = {waiver.criterion: waiver.reason for waiver in candidate.waived(state)}
    words = dict.fromkeys((*asked, *answered.get("met", ()), *reasons))
    return [
        {
            "words": each,
            "how": "waived"
            if each in reasons
            else "met"
            if each in answered.get("met", ())
            else "",
            "reason": reasons.get(each, ""),
            "evidence": [e for e in candidate.evidence_of(state) if e.criterion == each],
        }
        for each in words
    ]


def evidence(each: Evidence, company: Company) -> dict[str, Any]:
    """One piece of evidence, and what is other than at the last release."""
    return {
        "state": label(each.state),
        "criterion": each.criterion,
        "verdict": each.verdict,
        "summary": each.summary,
        "changes": each.changes,
        "at": when(each.at),
        "by": who(each.by, company),
        "source": each.source,
        "digest": each.digest,
        "url": each.url,
    }


def fault(each: Fault, shown: Sequence[Mapping[str, Any]], company: Company) -> dict[str, Any]:
    """A fault, and how what let it through had been answered."""
    return {
        "what": each.what,
        "by": who(each.by, company),
        "at": when(each.at),
        "state": label(each.state) if each.state else None,
        "criterion": each.criterion,
        "was": _was(each, shown),
        "attributed_by": who(each.attributed_by, company) if each.attributed_at else None,
    }


def _was(each: Fault, shown: Sequence[Mapping[str, Any]]) -> str:
    if each.state is None:
        return ""
    state = shown[list(State).index(each.state)]
    for criterion in state["criteria"]:
        if criterion["words"] == each.criterion and criterion["how"]:
            return str(criterion["how"])
    return "presumed" if state["how"] == "presumed" else "not answered"


def in_a_sentence(candidate: Candidate, shown: Sequence[Mapping[str, Any]]) -> str:
    """The answer that a board wants first."""
    if candidate.released_at is None:
        return "It has not gone out."
    asserted = [s["state"] for s in shown if s["how"].startswith("asserted")]
    presumed = [s["state"] for s in shown if s["how"] == "presumed"]
    parts = [f"{_listed(asserted)} asserted by the owner"] if asserted else []
    if presumed:
        parts.append(f"{_listed(presumed)} presumed, after fair notice and without a halt")
    waived = len(candidate.waivers)
    noted = (
        f" {waived} {'criterion was' if waived == 1 else 'criteria were'} waived." if waived else ""
    )
    return f"It went out on {when(candidate.released_at)}: {'; '.join(parts)}.{noted}"


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _last(facts: Sequence[Fact], candidate: Candidate, kind: str) -> Mapping[str, Any]:
    found = (f for f in reversed(facts) if f.kind == kind and f.candidate == candidate.name)
    last = next(found, None)
    return last.about if last is not None else {}
