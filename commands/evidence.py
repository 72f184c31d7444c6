"""`evidence`: what automation says about a state or a criterion; alone, the list of it."""

from __future__ import annotations

import re

from commands.act import Act, leading_states
from commands.criteria_named import criterion_named
from commands.naming import meant
from commands.request import Reply
from rules.candidate import Candidate
from rules.evidencing import Said, add
from rules.words import Refused, State

QUOTED = re.compile(r"[\"“”](?P<words>[^\"“”]+)[\"“”]\s*")
NUMBER = re.compile(r"#(?P<words>\d{1,3})\s+(?=\S)")
VERDICT = re.compile(r"(?P<verdict>green|red)(?:[\s:,]+|$)", re.IGNORECASE)
LINK = re.compile(r"https?://[^\s<>|]+", re.IGNORECASE)


def run(act: Act) -> Reply:
    """Add a link or words about one state; with no state named list what there is."""
    found = meant(act.reader, act.tools, act.request.text, known=True)
    candidate = found.candidate
    if not found.rest:
        return Reply("evidence", {"candidate": candidate})
    said = _said(act, candidate, found.rest)
    setting = act.setting(act.product_of(candidate), candidate)
    decision = add(candidate, said, setting, act.actor(setting), act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": candidate})
    after = decision.candidates[-1]
    moved = after.release_at != candidate.release_at
    return Reply("evidence-added", {"candidate": after, "said": said, "moved": moved})


def _said(act: Act, candidate: Candidate, words: str) -> Said:
    """`STATE ["CRITERION"] [green|red] LINK-OR-WORDS`. Refuses: odd-state, unknown-criterion, reason-needed."""
    states, rest = leading_states(words)
    if len(states) != 1:
        raise Refused("odd-state", {"word": words.split()[0], "states": list(State)})
    criterion, rest = _criterion(act, candidate, states[0], rest)
    judged = VERDICT.match(rest)
    verdict = judged["verdict"].casefold() if judged else "none"
    summary = (rest[judged.end() :] if judged else rest).strip()
    if not summary:
        raise Refused("reason-needed", {"verb": "evidence"})
    link = LINK.search(summary)
    url = link[0] if link else None
    return Said(states[0], criterion, "link", verdict, summary[:1000], url)


def _criterion(act: Act, candidate: Candidate, state: State, words: str) -> tuple[str | None, str]:
    match = QUOTED.match(words) or NUMBER.match(words)
    if match is None:
        return None, words
    known = act.product_of(candidate).criteria_of(state, candidate.versions(state))
    return criterion_named(act.tools, known, match["words"]), words[match.end() :]
