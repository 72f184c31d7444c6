"""`waive`: a criterion, or a known issue, is noted but waived for this candidate only, with a reason."""

from __future__ import annotations

import re

from commands.act import Act, leading_states
from commands.criteria_named import criterion_named, quoted
from commands.naming import meant
from commands.request import Reply
from rules.waiving import asked_of, waive
from rules.words import Refused, State

BECAUSE = re.compile(r"(?:(?:^|\s)(?:because|since)|:)\s+", re.IGNORECASE)
ISSUE = re.compile(r"issue\b:?\s*", re.IGNORECASE)
"""Before what is a known issue and no criterion."""


def run(act: Act) -> Reply:
    """Waive what is named of a state the caller owns: `waive payments security "penetration test" because …`."""
    found = meant(act.reader, act.tools, act.request.text)
    candidate, product = found.candidate, act.product_of(found.candidate)
    states, words = leading_states(found.rest)
    if len(states) != 1:
        raise Refused("say-what-to-waive", {"states": list(State), "candidate": candidate.name})
    named, reason, issue = _parts(words)
    if not named:
        raise Refused("say-what-to-waive", {"states": list(states), "candidate": candidate.name})
    if not issue:
        named = criterion_named(act.tools, asked_of(candidate, states[0], product), named)
    setting = act.setting(product, candidate)
    actor = act.actor(setting)
    decision = waive(candidate, states[0], named, reason, actor, act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": candidate})
    after = decision.candidates[-1]
    about = {"state": states[0], "criterion": named, "reason": reason, "issue": issue}
    return Reply("waived", {"candidate": after, **about})


def _parts(words: str) -> tuple[str, str, bool]:
    """What is waived, why, and whether it is an issue that is no criterion."""
    issue = ISSUE.match(words)
    rest = words[issue.end() :] if issue else words
    named, after = quoted(rest)
    if named is not None:
        return named, BECAUSE.sub("", after, count=1).strip(), bool(issue)
    what, *why = BECAUSE.split(rest, maxsplit=1)
    return what.strip(), "".join(why).strip(), bool(issue)
