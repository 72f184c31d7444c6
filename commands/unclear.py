"""Plain words that are no verb: nothing is halted yet, and here is the button; or what needs you (DESIGN 2.3, 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from commands import home
from commands.act import Act
from commands.halt import choices_of, concerns
from commands.naming import open_successor
from commands.request import Choice, Reply
from commands.verb import Verb
from commands.verbs import VERBS
from rules.candidate import OPEN, Candidate

MOST = 5
"""How many candidates are offered."""


def not_halted_yet(act: Act) -> Reply:
    """What may have been meant as a halt: a button each for the builds it may be about keeps the words."""
    return _offer(act, act.request.text)


def second_thought(act: Act, verb: Verb, reply: Reply) -> Reply | None:
    """The same beside the answer to another verb, which was refused or only told something."""
    words = act.request.doubt
    if not words or reply.template == "outsider" or (reply.ok and not verb.reads):
        return None
    return _offer(act, words)


def not_understood(act: Act) -> Reply:
    """Words that are no verb: what needs the caller, and what they can say; a thread's candidate first."""
    reply, word = home.run(act), act.request.text.split()[:1]
    near = _slips(act, word[0].casefold()) if word else []
    under = [c for c in (_under(act),) if c is not None and c.phase in OPEN]
    others = tuple(c for c in reply.choices if not under or f"halt {under[0].name}" != c.command)
    offered = choices_of(act, under, act.request.text)
    about = {**reply.about, "words": act.request.text, "near": near}
    return Reply("not-understood", about, choices=(*offered, *others))


def _slips(act: Act, word: str) -> list[str]:
    """The verbs that a word may be meant as: `asert`, but not `what` for `halt`, nor `good` for `go`."""
    near = act.tools.near(word, [v for v in VERBS if v])
    return [v for v in near if v[0] == word[0] and len(word) - len(v) < 2]


def form_needed(act: Act) -> Reply:
    """A message brings no form with it: a button opens it."""
    word = act.request.text.split()[0]
    choice = Choice("Open the form", f"open {act.request.text}")
    return Reply("form-needed", {"verb": VERBS.get(word)}, choices=(choice,))


def undone(act: Act) -> Reply:
    """The act failed by a fault of our own, was undone, and is answered all the same."""
    return Reply("fault", {"incident": act.request.text}, ok=False)


def _offer(act: Act, words: str) -> Reply:
    found = list(_meant(act, words))[:MOST]
    offered = choices_of(act, found, words)
    return Reply("not-halted-yet", {"words": words, "any": bool(found)}, ok=False, choices=offered)


def _meant(act: Act, words: str) -> Iterator[Candidate]:
    """The candidate answered; else those named; else the caller's own; else all that are open."""
    under = _under(act)
    after = open_successor(act.reader, act.tools, under) if under is not None else None
    if after is not None and after.phase in OPEN:
        yield after
        return
    opened = [c for c in act.reader.open_candidates() if c.phase in OPEN]
    named = [c for c in opened if _names(words, c.product)]
    whole = [c for c in named if _names(words, c.title)]
    yield from whole or named or [c for c in opened if concerns(act, c)] or opened


def _names(words: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", words, re.IGNORECASE))


def _under(act: Act) -> Candidate | None:
    return act.reader.candidate(act.request.under) if act.request.under else None


UNSAID: Mapping[str, Verb] = {
    name: Verb(word, run, "", summary, "any member", reads=True)
    for name, word, run, summary in (
        ("not-halted-yet", "halt", not_halted_yet, "What may have been meant as a halt."),
        ("not-understood", "", not_understood, "What is no verb."),
        ("form-needed", "", form_needed, "What is filled in in a form."),
        ("undone", "", undone, "What could not be done."),
    )
}
"""What words come to that begin with no verb, and the verb they count as. Nobody types these."""
