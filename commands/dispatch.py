"""The one dispatcher: every door's request becomes one transaction and one answer (DESIGN 3)."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from commands.act import Act
from commands.answers import BY_MESSAGE, answer_later, answer_press
from commands.keeping import KEPT, Keeping
from commands.naming import meant, meant_to_halt, open_successor, product_at_head
from commands.request import Caller, Choice, Reply, Request, Tools
from commands.setup import how_to_begin
from commands.spoken import LIKE_HALT
from commands.unclear import UNSAID, second_thought
from commands.verb import Verb
from commands.verbs import VERBS
from rules.asking import ask
from rules.candidate import Candidate
from rules.deploying import REPORTS
from rules.facts import Actor, Fact
from rules.people import Person
from rules.product import Product
from rules.words import Refused
from storage.company import groups_of
from storage.database import Database
from storage.faults import Unavailable
from storage.inbox import PendingAct
from storage.outbox import Message
from storage.writing import Transaction

log = logging.getLogger(__name__)

MOST_WORDS = 1900
"""As many of a mistyped halt's words as a button can carry."""

A_FEW = 20
"""Kept halts that one press writes before its own turn comes: some tenths of a second."""
HALTS_FIRST = "Halts that could not be stored before are being stored first."

OF_THE_PAST = frozenset({*REPORTS, "review", "fault", "trace", "history"})
"""Verbs that are said of candidates which are no longer open."""

OF_NO_CANDIDATE = frozenset(
    [
        "announce",
        "criteria",
        "delegate",
        "environment",
        "freeze",
        "help",
        "owners",
        "product",
        "resource",
        "setup",
        "meeting",
        "agenda",
        "action",
        "digest",
    ]
) | {""}
"""Verbs that are about no candidate, whatever word follows them."""


@dataclass(frozen=True)
class Desk:
    """What dispatching needs: the memory, the clock (aware UTC) and the tools."""

    database: Database
    clock: Callable[[], datetime]
    tools: Tools
    keeping: Keeping | None = None
    """Where halts are kept that can't be written yet; None: nobody would write them later."""


def dispatch(desk: Desk, request: Request) -> Reply:
    """Do what was asked, once. Never raises: what goes wrong is a reply with an id or a sentence."""
    try:
        asked_at = desk.clock()
        verb = _verb(desk.tools, request)
        if verb.reads and request.caller.door not in BY_MESSAGE:
            with desk.database.read() as reader:
                act = Act(reader, request, desk.tools, desk.clock())
                if not _unknown(act, verb) and not _outsider(act):
                    return _run(act, verb)
        write_kept(desk, request.until)
        with desk.database.write(desk.clock, request.until) as tx:
            return _once(tx, verb, request, desk.tools)
    except Refused as refused:
        return refusal(refused)
    except Unavailable as lost:
        return _not_stored(desk, request, asked_at, str(lost))
    except Exception:
        return _fault(request)


def _not_stored(desk: Desk, request: Request, asked_at: datetime, why: str) -> Reply:
    """A halt is kept, to be written before anything else; any other act has to be asked for again."""
    keeping, halts = desk.keeping, request.verb in KEPT
    if halts and keeping is not None and keeping.keep(request, asked_at):
        log.error("a halt is kept in memory, the database said: %s", why)
        return Reply("halt-not-stored", {"sentence": why}, ok=False, stored=False)
    shown = _read_only(desk, request)
    if shown is not None:
        return replace(shown, stored=False)
    log.error("not done, the database said: %s", why)
    about = {"sentence": why, "halts": halts}
    return Reply("unavailable", about, ok=False, stored=False)


def _read_only(desk: Desk, request: Request) -> Reply | None:
    """The answer to a press that only reads, where the database can be read."""
    verb = VERBS.get(request.verb)
    if verb is None or not verb.reads:
        return None
    try:
        with desk.database.read() as reader:
            act = Act(reader, request, desk.tools, desk.clock())
            return None if _unknown(act, verb) else _run(act, verb)
    except Unavailable:
        return None


def write_kept(desk: Desk, until: float | None = None, most: int = A_FEW) -> int:
    """Write halts that were kept, in the order of their presses, each by itself; how many.

    Raises Unavailable where some are left: nobody else's turn has come. Each write waits until
    `until` at most (monotonic seconds).
    """
    keeping = desk.keeping
    if keeping is None or not len(keeping):
        return 0
    if not keeping.writing.acquire(blocking=False):
        raise Unavailable(HALTS_FIRST)
    try:
        kept = keeping.all()[:most]
        for name, request in kept:
            _write_one(desk, request, until)
            keeping.drop(name)
    finally:
        keeping.writing.release()
    if len(keeping):
        raise Unavailable(HALTS_FIRST)
    return len(kept)


def _write_one(desk: Desk, request: Request, until: float | None) -> None:
    """Write a kept halt; one that fails by our own fault is passed on as if its author were unknown."""
    with desk.database.write(desk.clock, until) as tx:
        try:
            with tx.savepoint():
                _tell(tx, request, _once(tx, _verb(desk.tools, request), request, desk.tools), desk)
        except Refused as refused:
            _tell(tx, request, refusal(refused), desk)
        except Exception:
            _fault(request)
            _pass_on(Act(tx, request, desk.tools, tx.now))


def _pass_on(act: Act) -> None:
    """Store a halt that fails; where even what it is about can't be told, as one that may be of anything."""
    try:
        with act.tx.savepoint():
            _pend(act, ())
    except Exception:
        log.exception("nobody knows what a kept halt is about")
        _pend(act, (), told=False)


def _tell(tx: Transaction, request: Request, reply: Reply, desk: Desk) -> None:
    """Whoever was told that it is kept hears what came of it, also where a card would show it."""
    if reply.template != "seen-before":
        answer_later(tx, request, reply, desk.tools, f"answer:{request.key}")


def dispatch_in(tx: Transaction, request: Request, tools: Tools) -> Reply:
    """Do what was asked inside a transaction that is already open, its author being known.

    A fault undoes this act only, and is the reply `fault`.
    """
    try:
        with tx.savepoint():
            return _run(Act(tx, request, tools, tx.now), _verb(tools, request))
    except Refused as refused:
        return refusal(refused)
    except Exception:
        return _fault(request)


def _fault(request: Request) -> Reply:
    incident = secrets.token_hex(4)
    log.exception("incident %s in %s", incident, request.verb)
    return Reply("fault", {"incident": incident}, ok=False)


def refusal(refused: Refused) -> Reply:
    """The reply that a refusal is; a button keeps a mistyped halt's words, or opens its form again."""
    about = refused.about
    kept = about.get("words")
    choices = (Choice("Halt " + kept[:40], f"halt {kept}", "danger"),) if kept else ()
    if "opens" in about:
        choices = (Choice("Open the form again", f"open {about['opens']}"),)
    if about.get("instead"):
        choices = (Choice(*about["instead"]),)
    if "shows" in about:
        choices = (Choice("Show how it stands", f"status {about['shows']}"),)
    return Reply(refused.reason, about, False, choices, about.get("field"))


def _meant_verbs(tools: Tools, request: Request) -> list[str]:
    near = tools.near(request.verb, [word for word in VERBS if word])
    return list(dict.fromkeys(["halt", *near])) if request.verb in LIKE_HALT else near


def _verb(tools: Tools, request: Request) -> Verb:
    verb = VERBS.get(request.verb)
    if verb is None and request.caller.door == "words":
        verb = UNSAID.get(request.verb)
    if verb is None:
        near = _meant_verbs(tools, request)
        kept = request.text[:MOST_WORDS] if "halt" in near else ""
        raise Refused("unknown-verb", {"word": request.verb, "near": near, "words": kept})
    if request.caller.door == "command line" and not verb.operator:
        raise Refused("not-at-the-command-line", {"verb": verb.word})
    return verb


def _once(tx: Transaction, verb: Verb, request: Request, tools: Tools) -> Reply:
    """A key that was spent does nothing; a modal's is spent only when the answer closes it."""
    if request.key and tx.seen(request.key):
        return Reply("seen-before", {})
    act = Act(tx, request, tools, tx.now)
    needs = _unknown(act, verb)
    reply = _pend(act, needs) if needs else _run(act, verb)
    answer_press(tx, request, reply, tools)
    if request.key and (reply.ok or request.caller.door != "modal"):
        tx.spend(request.key)
    return reply


def _run(act: Act, verb: Verb) -> Reply:
    """Do it; where its words may have meant a halt all the same, the answer says that nothing is halted."""
    reply = _judged(act, verb)
    also = second_thought(act, verb, reply)
    return reply if also is None else replace(reply, also=also)


def _judged(act: Act, verb: Verb) -> Reply:
    try:
        _refuse_outsiders(act, verb)
        if act.person is not None and not verb.at_first and not act.company.products:
            return how_to_begin(act)
        return verb.run(act)
    except Refused as refused:
        _complete(act, refused)
        if isinstance(act.reader, Transaction):
            _note(act, refused)
        return refusal(refused)


def _complete(act: Act, refused: Refused) -> None:
    """What a refusal says needs the product, for who may, and what is open now in place of the old."""
    candidate = _about(act)
    if candidate is None:
        return
    refused.about.setdefault("product", candidate.product)
    if refused.reason == "superseded":
        after = open_successor(act.reader, act.tools, candidate)
        refused.about["superseded_by"] = None if after.name == candidate.name else after.name


def _unknown(act: Act, verb: Verb) -> tuple[str, ...]:
    """The mirror's rows this act rests on that are missing or too old (DESIGN 3).

    Reading rests on the caller's own row, acting on every group that could give them a hat, and
    on those whom the act names.
    """
    if act.person is None:
        return ()
    groups = () if verb.reads else (*act.company.groups_named, *verb.named(act))
    lacking = act.reader.unknown(act.person, groups, act.now)
    product = _product(act) if lacking and groups else None
    if product is None:
        return lacking
    # One product's lost group must not hold up all the others.
    return tuple(i for i in lacking if i == act.person or i in groups_of(product))


def _product(act: Act) -> Product | None:
    named = act.request.fields.get("product") or act.request.text
    return product_at_head(act.reader, str(named))


def _pend(act: Act, needs: tuple[str, ...], *, told: bool = True) -> Reply:
    """Store the act until its author is known, keeping the time of its press.

    `told`: what it is about can be told.
    """
    request = act.request
    candidate, product = (_about(act), _product(act)) if told else (None, None)
    pending = PendingAct(
        id=0,
        key=request.key,
        request=asdict(request),
        person=act.person or "",
        needs=needs,
        at=request.pressed_at or act.now,
        halts=request.verb in KEPT,
        product=product.name if product else None,
        candidate=candidate.name if candidate else None,
    )
    act.tx.pend(pending)
    if pending.halts:
        _ask(act, pending)
    return Reply("looking-you-up", {"halts": request.verb == "halt", "you": act.person in needs})


def _ask(act: Act, halt: PendingAct) -> None:
    """A halt is a fact from its press on, without its words: they may be a guest's (DESIGN 2.3)."""
    by = Actor(halt.person, (), act.request.caller.door)
    asked = ask(act.tx.asked(), by, halt.product, halt.candidate, halt.at, act.now)
    if asked is not None:
        act.tx.save_facts(asked)


def _refuse_outsiders(act: Act, verb: Verb) -> None:
    """Guests, bots and strangers from other workspaces may do nothing (DESIGN 2.1)."""
    person = _outsider(act)
    if person is not None:
        raise Refused("outsider", {"verb": verb.word, "person": person}, True)


def _outsider(act: Act) -> Person | None:
    person = act.company.people.get(act.person or "")
    return None if person is None or person.able else person


def _note(act: Act, refused: Refused) -> None:
    """Lack of right is a fact, once a minute; a press on an old message mends that message."""
    candidate = _about(act)
    name = candidate.name if candidate else None
    if act.request.card and candidate is not None and not refused.lack_of_right:
        channel = act.product_of(candidate).channel
        act.tx.send(Message(f"card:{name}", "card", channel, candidate=name))
        act.tx.touch_asks(candidate.name)
    if not refused.lack_of_right or act.person is None:
        return
    verb = _counts_as(act.request.verb)
    if act.tx.refused_lately(act.person, verb, name, act.now):
        return
    about: dict[str, Any] = {"verb": verb, "reason": refused.reason}
    actor = Actor(act.person, (), act.request.caller.door)
    product = candidate.product if candidate else None
    act.tx.save_facts(Fact("act.refused", act.now, actor, product, name, about))


def _counts_as(verb: str) -> str:
    """The verb that stands in the log for one that nobody types."""
    return UNSAID[verb].word if verb in UNSAID else verb


def _about(act: Act) -> Candidate | None:
    """The candidate a request is about, as far as can be told; never refuses."""
    if act.request.verb in OF_NO_CANDIDATE:
        return None
    try:
        text, past = act.request.text, act.request.verb in OF_THE_PAST
        if act.request.verb == "halt":
            return meant_to_halt(act.reader, act.tools, text).candidate
        return meant(act.reader, act.tools, text, known=past).candidate
    except Refused:
        return None


def request_from(stored: PendingAct) -> Request:
    """A pending act as the request it was, pressed when it was."""
    plain = dict(stored.request)
    caller = Caller(**plain.pop("caller"))
    for when in ("pressed_at", "until"):
        plain.pop(when, None)
    return replace(Request(caller=caller, **plain), pressed_at=stored.at, key="")
