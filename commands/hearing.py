"""Plain words to the bot: made into the request that was meant, so that no halt typed is lost (DESIGN 2.3, 4)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from commands.act import Act
from commands.dispatch import OF_NO_CANDIDATE, OF_THE_PAST, Desk, dispatch
from commands.halt import concerns
from commands.naming import ENDS, NAME, meant, open_successor
from commands.request import Caller, Reply, Request
from commands.spoken import (
    PLACED,
    bare,
    halt_and_rest,
    means_halt,
    objects,
    slipped,
    speaks_of_halting,
    verb_and_rest,
    without_us,
)
from commands.verbs import VERBS
from rules.candidate import OPEN, Candidate
from rules.words import Phase, Refused
from storage.faults import Unavailable
from storage.reading import Reader

log = logging.getLogger(__name__)

FILLING = frozenset(
    [
        "the",
        "this",
        "that",
        "our",
        "my",
        "release",
        "candidate",
        "of",
        "for",
        "version",
        "deployment",
    ]
)
"""What people say before a product's name."""


@dataclass(frozen=True)
class Said:
    """A message somebody wrote to the bot, Slack's escapes undone."""

    caller: Caller
    """Through the door `words`; `thread` is where the answer goes."""
    text: str
    key: str
    """One for one text, however often and under whatever name Slack tells of it."""
    answers: str | None = None
    """The ts of the message it stands under; None: it begins a conversation."""
    placed: str = ""
    """The text with channels by their ids, for the verbs that post in one."""
    edited: bool = False
    """It stood there before, in other words."""
    command: str = "/release"


Opens = Callable[[str, Caller, str], bool]
"""Verb, caller, text -> whether a form is what this brings."""


def hear(desk: Desk, said: Said, opens: Opens) -> Reply:
    """Do what somebody wrote, once, and answer in its thread. Never raises.

    `stored` is False where nothing of it could be written: it must come again.
    """
    try:
        request = _read(desk, said, opens)
    except Unavailable as lost:
        log.error("not heard, the database said: %s", lost)
        return Reply("unavailable", {"sentence": str(lost)}, ok=False, stored=False)
    reply = dispatch(desk, request)
    return _after_fault(desk, said, request, reply) if reply.template == "fault" else reply


def _after_fault(desk: Desk, said: Said, request: Request, reply: Reply) -> Reply:
    """The act was undone, and its answer with it: what failed is said, and of a halt how to halt."""
    lost = _made(said, "undone", str(reply.about["incident"]), request.under)
    if request.verb == "halt":
        lost = _made(said, "not-halted-yet", without_us(said.text), request.under)
    answer = dispatch(desk, lost)
    again = answer.template == "fault" and answer.about["incident"] != lost.text
    return replace(answer, stored=False) if again else answer


def _read(desk: Desk, said: Said, opens: Opens) -> Request:
    """The request that was meant. What can't even be read is offered as a halt."""
    try:
        with desk.database.read() as reader:
            return _Reading(desk, reader, said, opens).request()
    except Unavailable:
        raise
    except Exception:
        log.exception("words could not be read")
    return _made(said, "not-halted-yet", without_us(said.text), None)


def _made(said: Said, verb: str, text: str, under: str | None, doubt: str = "") -> Request:
    return Request(verb, said.caller, text, key=said.key, under=under, doubt=doubt)


class _Reading:
    """One message, and what is there that it may be about."""

    def __init__(self, desk: Desk, reader: Reader, said: Said, opens: Opens) -> None:
        self._said, self._reader, self._tools, self._opens = said, reader, desk.tools, opens
        self._act = Act(reader, Request("halt", said.caller), desk.tools, desk.clock())
        self._under = self._answered()

    def _answered(self) -> Candidate | None:
        """The candidate that the message answered is about, ours or one we have answered before."""
        channel, ts = self._said.caller.channel, self._said.answers
        if channel is None or ts is None:
            return None
        name = self._reader.candidate_at(channel, ts)
        if name is None:
            answer = self._reader.message(f"answer:said:{channel}:{ts}")
            name = answer.candidate if answer else None
        return self._reader.candidate(name) if name else None

    def request(self) -> Request:
        said = self._said
        words = without_us(said.text)
        if said.edited:
            return self._made("not-halted-yet", words)
        text = bare(said.text, said.command)
        verb, rest = verb_and_rest(text)
        halting, what = halt_and_rest(text)
        listed = verb in VERBS and verb != "halt"
        if not listed and means_halt(halting, what, self._tools.near):
            return self._made("halt", self._halted(what))
        if verb == "go" and objects(rest):
            return self._made("not-halted-yet", words)
        if verb == "go" and rest.endswith("?"):
            verb = "status"  # nothing goes out for a question
        if verb in VERBS and (text or not objects(words)):
            return self._asked(verb, rest)
        unsure = objects(words) or slipped(verb)
        return self._made("not-halted-yet" if unsure else "not-understood", words)

    def _asked(self, verb: str, rest: str) -> Request:
        said = self._said
        if verb in PLACED:
            _, rest = verb_and_rest(bare(said.placed or said.text, said.command))
        if self._opens(verb, said.caller, rest):
            return self._made("form-needed", f"{verb or 'setup'} {rest}".strip())
        doubted = speaks_of_halting(said.text) and (verb != "help" or len(rest.split()) > 1)
        if self._under is not None and verb not in OF_NO_CANDIDATE:
            rest = self._named(rest, known=verb in OF_THE_PAST)
        return self._made(verb, rest, without_us(said.text) if doubted else "")

    def _named(self, rest: str, *, known: bool) -> str:
        """What follows the verb, with the candidate it answers where it names none."""
        try:
            meant(self._reader, self._tools, rest, known=known)
        except Refused as unclear:
            return self._under_it(rest, unclear) or rest
        return rest

    def _halted(self, rest: str) -> str:
        """What follows `halt`: with the candidate meant in front, where that can be told."""
        try:
            meant(self._reader, self._tools, rest)
        except Refused as unclear:
            under = self._under_it(rest, unclear) if self._can_still_be_halted() else None
            return under or self._implied(rest, unclear) or rest
        return rest

    def _can_still_be_halted(self) -> bool:
        """Whether what is answered, or what took its place, has not been deployed long ago."""
        if self._under is None:
            return False
        phase = open_successor(self._reader, self._tools, self._under).phase
        return phase in OPEN or phase in (Phase.DEPLOYING, Phase.FAILED)

    def _under_it(self, rest: str, unclear: Refused) -> str | None:
        """The build that the message answered is about, where no other candidate is named."""
        under = self._under
        if under is None or self._means_another(rest, unclear, under):
            return None
        if unclear.reason == "which-candidate" and unclear.about["word"]:
            rest = "".join(rest.split(None, 1)[1:])
        return f"{under.name} {rest}".strip()

    def _implied(self, rest: str, unclear: Refused) -> str | None:
        """The candidate named a little later; else the one there is to halt, for the caller or at all."""
        if unclear.reason not in {"unknown-product", "which-candidate"}:
            return None
        found = self._after_filling(rest) or self._only_one()
        if found is None or self._means_another(rest, unclear, found):
            return None
        return f"{found.name} {rest}".strip()

    def _after_filling(self, rest: str) -> Candidate | None:
        words = rest.split()
        named = next((n for n, w in enumerate(words) if w.casefold() not in FILLING), 0)
        if not named:
            return None
        try:
            return meant(self._reader, self._tools, " ".join(words[named:])).candidate
        except Refused:
            return None

    def _only_one(self) -> Candidate | None:
        opened = [c for c in self._reader.open_candidates() if c.phase in OPEN]
        own = [c for c in opened if concerns(self._act, c)] or opened
        return own[0] if len(own) == 1 else None

    def _means_another(self, rest: str, unclear: Refused, candidate: Candidate) -> bool:
        """Whether a candidate is named, rightly or with a slip, that is not this one."""
        first = "".join(rest.split()[:1]).rstrip(ENDS)
        if unclear.reason == "unknown-candidate" or NAME.fullmatch(first):
            return True
        if unclear.reason == "which-candidate":
            return unclear.about["word"] not in ("", candidate.product)
        near = unclear.about.get("near") or ()
        others = {c.product for c in self._reader.open_candidates() if c.phase in OPEN}
        return bool(near) and candidate.product not in near and bool(others & set(near))

    def _made(self, verb: str, text: str, doubt: str = "") -> Request:
        under = self._under.name if self._under else None
        return _made(self._said, verb, text, under, doubt)
