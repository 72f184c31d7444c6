"""After the release: deploying, deployed, failed, rolled back, as those who deploy report it (DESIGN 2.1, 2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rules.apply import decide
from rules.candidate import FOLLOWS, Candidate
from rules.facts import Actor, Decision, fact
from rules.phases import ended
from rules.rights import require
from rules.words import Phase, Refused

REPORTS: Mapping[str, tuple[Phase, str]] = {
    "deploying": (Phase.DEPLOYING, "deployment.began"),
    "deployed": (Phase.DEPLOYED, "deployment.succeeded"),
    "failed": (Phase.FAILED, "deployment.failed"),
    "rolled-back": (Phase.ROLLED_BACK, "deployment.rolled_back"),
}
"""What each verb reports: the phase, and the fact."""


def report(
    verb: str,
    candidate: Candidate,
    reason: str | None,
    actor: Actor,
    now: datetime,
    *,
    places: Sequence[str] = (),
    place: str | None = None,
) -> Decision:
    """Note how the deployment goes, of `deployed` in one of its product's `places`, or in all of them.

    In the last place left it has succeeded.
    Refuses: not-your-role, halted, superseded, already-withdrawn, out-of-order, not-deployed-there.
    """
    require(verb, actor)
    phase, kind = REPORTS[verb]
    if candidate.phase is phase:
        return Decision()
    if candidate.phase is Phase.HALTED:
        raise Refused("halted", {"halts": list(candidate.open_halts)})
    if candidate.phase in {Phase.SUPERSEDED, Phase.WITHDRAWN}:
        raise ended(candidate)
    if phase not in FOLLOWS[candidate.phase]:
        raise Refused("out-of-order", {"verb": verb, "phase": candidate.phase})
    about: dict[str, object] = {"reason": reason}
    if phase is Phase.DEPLOYED:
        if place is not None and place not in places:
            raise Refused(
                "not-deployed-there", {"environment": place, "environments": list(places)}
            )
        left = [each for each in places if each not in candidate.reached]
        if place is not None and place not in left:
            return Decision()
        if place is not None and left != [place]:
            kind, about = "deployment.reached", {"environment": place}
        else:
            about["environments"] = list(places)
    return decide(candidate, fact(kind, candidate, actor, now, **about))
