"""`evidence`: what automation says about a state or a criterion; alone, the list of it."""

from __future__ import annotations

import re
from dataclasses import replace

from commands.act import Act, leading_states
from commands.criteria_named import criterion_named
from commands.naming import meant
from commands.request import Reply
from rules.candidate import Candidate
from rules.evidencing import Said, add
from rules.faulting import went_out
from rules.words import Refused, State

QUOTED = re.compile(r"[\"“”](?P<words>[^\"“”]+)[\"“”]\s*")
NUMBER = re.compile(r"#(?P<words>\d{1,3})\s+(?=\S)")
VERDICT = re.compile(r"(?P<verdict>green|red)(?:[\s:,]+|$)", re.IGNORECASE)
RECENT = 60
"""How many of a product's last candidates are looked through for one that went out."""
LINK = re.compile(r"https?://[^\s<>|]+", re.IGNORECASE)


def run(act: Act) -> Reply:
    """Add a link or words about one state; with no state named list what there is."""
    found = meant(act.reader, act.tools, act.request.text, known=True)
    candidate = found.candidate
    if not found.rest and not act.request.fields:
        return Reply("evidence", {"candidate": candidate})
    said = _reported(act, candidate) if act.request.fields else _said(act, candidate, found.rest)
    setting = act.setting(act.product_of(candidate), candidate)
    decision = add(candidate, said, setting, act.actor(setting), act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": candidate})
    if said.digest is not None:
        act.tx.keep_report(said.digest, said.source, act.request.fields["items"])
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


def _reported(act: Act, candidate: Candidate) -> Said:
    """What the command line has read from a report, or was told of a link, beside the last release's.

    Refuses: odd-state, unknown-criterion.
    """
    fields = act.request.fields
    states, rest = leading_states(str(fields["state"]))
    if len(states) != 1 or rest:
        raise Refused("odd-state", {"word": fields["state"], "states": list(State)})
    criterion = None
    if fields.get("criterion"):
        known = act.product_of(candidate).criteria_of(states[0], candidate.versions(states[0]))
        criterion = criterion_named(act.tools, known, str(fields["criterion"]))
    said = Said(
        states[0],
        criterion,
        str(fields["source"]),
        str(fields["verdict"]),
        str(fields["summary"])[:1000],
        fields.get("url"),
        fields.get("digest"),
    )
    return _compared(act, candidate, said)


def _compared(act: Act, candidate: Candidate, said: Said) -> Said:
    """Beside the last candidate of the product that went out with a report on the same."""
    if said.digest is None:
        return said
    for earlier in act.reader.recent(candidate.product, limit=RECENT):
        if earlier.name == candidate.name or not went_out(earlier):
            continue
        for known in earlier.evidence_of(said.state):
            same = (known.criterion, known.source) == (said.criterion, said.source)
            before = act.reader.report(known.digest, known.source) if known.digest else None
            if same and before is not None:
                changes = act.tools.compare(said.source, act.request.fields["items"], before)
                return replace(said, against=earlier.name, changes=changes)
    return said


def _criterion(act: Act, candidate: Candidate, state: State, words: str) -> tuple[str | None, str]:
    match = QUOTED.match(words) or NUMBER.match(words)
    if match is None:
        return None, words
    known = act.product_of(candidate).criteria_of(state, candidate.versions(state))
    return criterion_named(act.tools, known, match["words"]), words[match.end() :]
