"""Faults: what was found wrong in production, and the way back to what let it through (DESIGN 1, 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rules.apply import apply, decide
from rules.candidate import Candidate
from rules.facts import Actor, Decision, Fact, fact
from rules.hotfix import to_review
from rules.product import Product
from rules.waiving import asked_of
from rules.words import Phase, Refused, State

ONE_PRESS = timedelta(hours=1)
"""Within this the same words of the same person are the same fault."""
LONGEST = 3000
OUT = frozenset({Phase.RELEASED, Phase.DEPLOYING, Phase.DEPLOYED, Phase.FAILED, Phase.ROLLED_BACK})


@dataclass(frozen=True)
class Attribution:
    """What let a fault through; no state: none of the four. With a state and no criterion: no criterion covers it."""

    state: State | None = None
    criterion: str | None = None


def went_out(candidate: Candidate) -> bool:
    """Whether a candidate was let go, so that something of it can be wrong in production."""
    return candidate.phase in OUT


def record(
    candidate: Candidate,
    what: str,
    through: Attribution | None,
    suggests: str | None,
    product: Product,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Record a fault of what went out; `through` None: not known yet. `suggests` is a criterion.

    The same words of the same person within the hour change nothing.
    Refuses: not-out-yet, fault-needed, words-too-long, unknown-criterion.
    """
    if not went_out(candidate):
        raise Refused("not-out-yet", {"candidate": candidate.name, "phase": candidate.phase})
    if not what:
        raise Refused("fault-needed", {"candidate": candidate.name, "field": "what"})
    if len(what) > LONGEST:
        raise Refused("words-too-long", {"most": LONGEST, "field": "what"})
    if any(_same(each.what, each.by, each.at, what, actor, now) for each in candidate.faults):
        return Decision()
    number = str(len(candidate.faults) + 1)
    about = {"id": number, "what": what} | ({"suggests": suggests} if suggests else {})
    facts = [fact("fault.recorded", candidate, actor, now, **about)]
    if through is not None:
        after = apply(candidate, facts[0])
        facts.append(_attributed(after, number, through, product, actor, now))
    return decide(candidate, *facts)


def _same(what: str, by: str | None, at: datetime, said: str, actor: Actor, now: datetime) -> bool:
    return what == said and by == actor.person and now - at < ONE_PRESS


def attribute(
    candidate: Candidate,
    number: str,
    through: Attribution,
    product: Product,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Say, or say anew, what let a fault through: the newest word counts.

    Refuses: unknown-fault, unknown-criterion.
    """
    standing = next((each for each in candidate.faults if each.id == number), None)
    if standing is None:
        raise Refused("unknown-fault", {"candidate": candidate.name, "id": number})
    said = Attribution(standing.state, standing.criterion)
    if standing.attributed_at is not None and said == through:
        return Decision()
    return decide(candidate, _attributed(candidate, number, through, product, actor, now))


def _attributed(
    candidate: Candidate,
    number: str,
    through: Attribution,
    product: Product,
    actor: Actor,
    now: datetime,
) -> Fact:
    """The word of the owner of a presumed state of a hotfix is their review as well."""
    if through.state is not None and through.criterion is not None:
        asked = asked_of(candidate, through.state, product)
        if through.criterion not in asked:
            about = {"word": through.criterion, "near": [], "criteria": list(asked)}
            raise Refused("unknown-criterion", about)
    told: dict[str, Any] = {
        "id": number,
        "state": through.state,
        "criterion": through.criterion,
    }
    reviewed = [hat.state for hat in actor.hats if hat.state in to_review(candidate)]
    if reviewed and through.state in reviewed:
        told["reviewed"] = [through.state]
    return fact("fault.attributed", candidate, actor, now, **told)
