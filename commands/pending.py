"""Acts whose author was not known yet: done once they are, and a halt among them is never lost (DESIGN 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from commands.act import Act
from commands.answers import answer_later
from commands.dispatch import Desk, dispatch_in, request_from, write_kept
from commands.naming import open_successor
from commands.request import Caller, Reply, Request
from rules.asking import Asked, answer
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
        lost = [each.id for each in _lost(reader, now)]
    halts_first = sorted(ripe, key=lambda act: not act.halts)
    done = sum(_settle_one(desk, act.id) for act in halts_first[:limit])
    return done + sum(_pass_on_lost(desk, number) for number in lost[: limit - done])


def _lost(reader: Reader, now: datetime) -> list[Asked]:
    """The halts that the facts know of and no row does, once they have waited too long (DESIGN 2.3)."""
    rows = [act for act in reader.pending(now) if act.halts and act.state == "waiting"]
    return [
        asked
        for asked in reader.asked().values()
        if now - asked.at >= PATIENCE
        and not any(asked.concerns(row.person, row.product, row.candidate) for row in rows)
    ]


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


def _pass_on_lost(desk: Desk, number: int) -> bool:
    """Tell all four of a halt whose row is gone, without its words, which went with the row."""
    with desk.database.write(desk.clock) as tx:
        asked = next((each for each in _lost(tx, tx.now) if each.id == number), None)
        if asked is None:
            return False
        caller = Caller(asked.person, asked.door)
        request = Request("halt", caller, pressed_at=asked.at)
        _tell_four(Act(tx, request, desk.tools, tx.now), asked)
        _answer(tx, asked, "unresolved")
        return True


def _answer(tx: Transaction, act: PendingAct | Asked, how: str) -> None:
    """That a halt was asked for is answered, unless its author waits for another of the same."""
    waiting = tx.asked()
    same = (act.person, act.product, act.candidate)
    if any(
        row.halts and row.state == "waiting" and (row.person, row.product, row.candidate) == same
        for row in tx.pending(tx.now)
    ):
        return
    for asked in [each for each in waiting.values() if each.concerns(*same)]:
        tx.save_facts(answer(waiting, asked, how, tx.now))


def _do(tx: Transaction, act: Act, stored: PendingAct) -> None:
    """Do it as if it were pressed now; a halt that fails by our own fault is passed on instead."""
    reply = dispatch_in(tx, act.request, act.tools)
    if reply.template == "fault" and stored.halts:
        _pass_on(act, stored)
    tx.judged(stored.id, "done")
    if stored.halts:
        _answer(tx, stored, reply.template)
    answer_later(tx, act.request, reply, act.tools, f"answer:pending:{stored.id}")


def _pass_on(act: Act, stored: PendingAct) -> None:
    """Tell all four of every candidate it may have meant; each gets the resume notice once.

    It is done all the same, should its author's row come later.
    """
    act.tx.judged(stored.id, "unresolved")
    _tell_four(act, stored)
    _answer(act.tx, stored, "unresolved")


def _tell_four(act: Act, stored: PendingAct | Asked) -> None:
    for candidate in _may_mean(act, stored):
        setting = act.setting(act.product_of(candidate), candidate)
        decision = judge_pending(candidate, stored.person, setting, act.now, _words(act))
        act.save(decision, setting)


def _give_up(act: Act, stored: PendingAct) -> None:
    """Nobody wants an assertion done hours later, when they have stopped waiting for it."""
    act.tx.judged(stored.id, "done")
    refused = Reply("not-looked-up", {"verb": act.request.verb}, ok=False)
    answer_later(act.tx, act.request, refused, act.tools, f"answer:pending:{stored.id}")


def _words(act: Act) -> str | None:
    """Why, in the words of the form, of an earlier try, or of the line; None: they are lost."""
    fields = act.request.fields
    return (
        fields.get("reason") or act.reader.kept(fields.get("kept", "")) or act.request.text or None
    )


def _may_mean(act: Act, stored: PendingAct | Asked) -> tuple[Candidate, ...]:
    """The one it named, or what has taken its place since; else every open one it may be about."""
    reader = act.reader
    named = reader.candidate(stored.candidate) if stored.candidate else None
    if named is not None:
        return (open_successor(reader, act.tools, named),)
    return tuple(c for c in reader.open_candidates(stored.product) if c.phase in OPEN)
