"""`halt`: stop a candidate; the words after it are the reason, and no halt is lost to parsing."""

from __future__ import annotations

from collections.abc import Sequence

from commands.act import Act, leading_states
from commands.naming import Meant, meant_to_halt, open_successor
from commands.request import Choice, Reply
from rules.candidate import OPEN, Candidate
from rules.halting import halt
from rules.words import Phase, Refused, State

CHOICES = 5
GONE = frozenset({Phase.SUPERSEDED, Phase.WITHDRAWN, Phase.ROLLED_BACK})
"""Ended without a deployment to be too late for."""


def run(act: Act) -> Reply:
    """Halt the candidate meant; one that can't be made out is answered with a choice."""
    try:
        found = meant_to_halt(act.reader, act.tools, act.request.text)
    except Refused as unclear:
        return _choose(act, unclear)
    candidate, moved = _open_one(act, found)
    states, reason = _words(act, found.rest)
    setting = act.setting(act.product_of(candidate), candidate)
    actor = act.actor(setting)
    decision = halt(candidate, states, reason, setting, actor, act.now)
    act.save(decision, setting)
    about = {"candidate": candidate, "asked_for": found.candidate if moved else None}
    if not decision:
        return Reply("nothing-new", about)
    last = decision.facts[-1]
    if last.kind == "halt.forwarded":
        return Reply("halt-too-late" if last.about["late"] else "halt-forwarded", about)
    after = decision.candidates[-1]
    return Reply("halted-by-you", about | {"candidate": after, "reason": reason})


def _open_one(act: Act, found: Meant) -> tuple[Candidate, bool]:
    """A halt on an old build falls on the open one (DESIGN 2.3)."""
    if found.candidate.phase not in GONE:
        return found.candidate, False
    after = open_successor(act.reader, act.tools, found.candidate)
    return after, after.name != found.candidate.name


def _words(act: Act, rest: str) -> tuple[tuple[State, ...], str | None]:
    """The states named, and the reason: all the words, leading state names among them."""
    fields = act.request.fields
    if "reason" in fields or "states" in fields:
        states = tuple(State(s) for s in fields.get("states", ()))
        return states, (fields.get("reason") or "").strip() or None
    if "kept" in fields:
        rest = act.reader.kept(fields["kept"]) or ""
    states, _ = leading_states(rest)
    return states, rest.strip() or None


def _choose(act: Act, unclear: Refused) -> Reply:
    """Keep the words, and offer the open candidates they may have been about, nearest first."""
    words = act.request.text.strip()
    opened = [c for c in act.reader.open_candidates() if c.phase in OPEN]
    opened.sort(key=lambda c: not concerns(act, c))
    word = words.split()[0] if words else ""
    near = act.tools.near(word, [c.title for c in opened] + [c.product for c in opened])
    nearest = [c for n in near for c in opened if n in (c.title, c.product)]
    if unclear.about.get("open"):
        nearest = list(unclear.about["open"])
    offered = list(dict.fromkeys(c.name for c in [*nearest, *opened]))[:CHOICES]
    by_name = {c.name: c for c in [*nearest, *opened]}
    choices = choices_of(act, [by_name[name] for name in offered], _reason_in(words, unclear))
    about = {"words": words, "word": word, "why": unclear.reason, "any": bool(offered)}
    return Reply("halt-which", about, ok=False, choices=choices)


def choices_of(act: Act, candidates: Sequence[Candidate], words: str) -> tuple[Choice, ...]:
    """A button each that halts exactly this build; the words are kept, and are the reason."""
    kept = f" kept:{act.tx.keep(words)}" if words and candidates else ""
    return tuple(Choice(f"Halt {c.title}", f"halt {c.name}{kept}", "danger") for c in candidates)


def concerns(act: Act, candidate: Candidate) -> bool:
    """Whether the caller has to do with it: holds a role of its product, or announced it."""
    person = act.person
    if person is None:
        return False
    hats = act.setting(act.product_of(candidate), None).hats(person)
    return bool(hats) or candidate.announced_by == person


def _reason_in(words: str, unclear: Refused) -> str:
    """Where the product was understood, the words after it; else all of them."""
    if unclear.reason in {"which-candidate", "nothing-open"}:
        return "".join(words.split(None, 1)[1:]).strip()
    return words
