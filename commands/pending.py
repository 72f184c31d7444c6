"""Acts whose author was not known yet: done once they are, and a halt among them is never lost (DESIGN 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from commands.act import Act
from commands.answers import answer_later
from commands.dispatch import Desk, dispatch_in, request_from, write_kept
from commands.naming import open_successor
from commands.request import Reply
from rules.candidate import OPEN, Candidate
from rules.halting import judge_pending
from storage.inbox import PendingAct
from storage.reading import Reader
from storage.writing import Transaction

PATIENCE = timedelta(minutes=15)
"""After this an unresolved halt is told to all four, and any other act is given up."""


def settle_pending(desk: Desk, limit: int = 100) -> int:
    """Dispatch again what can be judged now, and pass on the halts that waited too long; how many.

    Those that must go on waiting stand in nobody's way. Halts that were kept go before them all.
    """
    write_kept(desk)
    with desk.database.read() as reader:
        now = desk.clock()
        waiting = reader.pending(now)
        ripe = [act for act in waiting if _known(reader, act, now) or _overdue(act, now)]
    halts_first = sorted(ripe, key=lambda act: not act.halts)
    return sum(_settle_one(desk, act.id) for act in halts_first[:limit])


def _known(reader: Reader, stored: PendingAct, now: datetime) -> bool:
    groups = [need for need in stored.needs if need != stored.person]
    return not reader.unknown(stored.person, groups, now)


def _overdue(stored: PendingAct, now: datetime) -> bool:
    return stored.state == "waiting" and now - stored.at >= PATIENCE


def _settle_one(desk: Desk, number: int) -> bool:
    with desk.database.write(desk.clock) as tx:
        stored = next((act for act in tx.pending(tx.now) if act.id == number), None)
        if stored is None:
            return False
        act = Act(tx, request_from(stored), desk.tools, tx.now)
        if _known(tx, stored, tx.now):
            _do(tx, act, stored)
            return True
        if _overdue(stored, tx.now):
            _pass_on(act, stored) if stored.halts else _give_up(act, stored)
            return True
        return False


def _do(tx: Transaction, act: Act, stored: PendingAct) -> None:
    """Do it as if it were pressed now; a halt that fails by our own fault is passed on instead."""
    reply = dispatch_in(tx, act.request, act.tools)
    if reply.template == "fault" and stored.halts:
        _pass_on(act, stored)
    tx.judged(stored.id, "done")
    answer_later(tx, act.request, reply, act.tools, f"answer:pending:{stored.id}")


def _pass_on(act: Act, stored: PendingAct) -> None:
    """Tell all four of every candidate it may have meant; each gets the resume notice once.

    It is done all the same, should its author's row come later.
    """
    act.tx.judged(stored.id, "unresolved")
    for candidate in _may_mean(act.reader, stored):
        setting = act.setting(act.product_of(candidate), candidate)
        decision = judge_pending(candidate, stored.person, setting, act.now, _words(act))
        act.save(decision, setting)


def _give_up(act: Act, stored: PendingAct) -> None:
    """Nobody wants an assertion done hours later, when they have stopped waiting for it."""
    act.tx.judged(stored.id, "done")
    refused = Reply("not-looked-up", {"verb": act.request.verb}, ok=False)
    answer_later(act.tx, act.request, refused, act.tools, f"answer:pending:{stored.id}")


def _words(act: Act) -> str:
    """Why, in the words of the form, of an earlier try, or of the line."""
    fields = act.request.fields
    return fields.get("reason") or act.reader.kept(fields.get("kept", "")) or act.request.text


def _may_mean(reader: Reader, stored: PendingAct) -> tuple[Candidate, ...]:
    """The one it named, or what has taken its place since; else every open one it may be about."""
    named = reader.candidate(stored.candidate) if stored.candidate else None
    if named is not None:
        return (open_successor(reader, named),)
    return tuple(c for c in reader.open_candidates(stored.product) if c.phase in OPEN)
