"""The refusals that say where a candidate truly is, for acts that come too late (DESIGN 2.5)."""

from __future__ import annotations

from rules.candidate import OPEN, UNRELEASED, Candidate
from rules.words import Phase, Refused

ENDED = {
    Phase.SUPERSEDED: "superseded",
    Phase.WITHDRAWN: "already-withdrawn",
    Phase.RELEASED: "already-released",
    Phase.DEPLOYING: "already-deploying",
    Phase.DEPLOYED: "already-deployed",
    Phase.FAILED: "deployment-failed",
    Phase.ROLLED_BACK: "already-rolled-back",
}


def ended(candidate: Candidate) -> Refused:
    """The refusal that says how a candidate ended: `superseded`, `already-released`, and so on."""
    about = {"candidate": candidate.name, "superseded_by": candidate.superseded_by}
    return Refused(ENDED[candidate.phase], about)


def require_halted(candidate: Candidate) -> None:
    """Refuse where nothing is halted, with the true state of what is over."""
    if candidate.phase not in OPEN:
        raise ended(candidate)
    if not candidate.open_halts:
        raise Refused("not-halted", {"candidate": candidate.name})


def require_unreleased(candidate: Candidate) -> None:
    """Refuse with the true state of a candidate that is no longer on its way."""
    if candidate.phase not in UNRELEASED:
        raise ended(candidate)
