"""`deploying`, `deployed`, `failed`, `rolled-back`: how the deployment of a released candidate goes."""

from __future__ import annotations

import re
from collections.abc import Callable

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from commands.standing import others_of
from rules.candidate import FOLLOWS, UNRELEASED, Candidate
from rules.deploying import REPORTS, report
from rules.words import Phase, Refused

STOPPED = UNRELEASED | {Phase.WITHDRAWN, Phase.SUPERSEDED}
"""Where one of a set that was released together no longer goes with the others."""
LOST = ("rewound", "heads")
"""Why a halt may be missing from the log: an older copy may have been put back."""
IN = re.compile(r"in\s+(?P<place>\S+)", re.IGNORECASE)
"""Where it has been deployed so far."""


def reporting(verb: str) -> Callable[[Act], Reply]:
    """The verb that reports this step; a product alone means the one that is about to take it."""
    phase, _ = REPORTS[verb]

    def fits(candidate: Candidate) -> bool:
        return candidate.phase is phase or phase in FOLLOWS[candidate.phase]

    def run(act: Act) -> Reply:
        found = meant(act.reader, act.tools, act.request.text, known=True, fits=fits)
        reason = str(act.request.fields.get("reason", found.rest)).strip() or None
        product = act.product_of(found.candidate)
        if verb == "deploying":
            _require_all_halts(act)
            _require_whole(act, found.candidate)
        setting = act.setting(product, found.candidate)
        where = IN.fullmatch(reason or "") if verb == "deployed" else None
        decision = report(
            verb,
            found.candidate,
            None if where else reason,
            act.actor(setting),
            act.now,
            places=product.environments,
            place=where["place"].casefold() if where else None,
        )
        act.save(decision, setting)
        if not decision:
            return Reply("nothing-new", {"candidate": found.candidate})
        after = decision.candidates[-1]
        left = [each for each in product.environments if each not in after.reached]
        return Reply("deployment", {"candidate": after, "verb": verb, "left": left})

    return run


def _require_all_halts(act: Act) -> None:
    """Refuse to begin while halts may be missing, as nothing is released then (DESIGN 6). Refuses: withheld."""
    causes = act.tools.withheld()
    lost = [causes[cause] for cause in LOST if cause in causes]
    if lost:
        raise Refused("withheld", {"causes": lost})


def _require_whole(act: Act, candidate: Candidate) -> None:
    """Refuse to begin with one of a set while another of it is stopped. Refuses: held-by-its-set."""
    stopped = [o for o in others_of(act.reader, candidate) if o.phase in STOPPED]
    if stopped and candidate.phase is Phase.RELEASED:
        about = {"candidate": candidate.name, "others": stopped}
        raise Refused("held-by-its-set", about)
