"""Rows of a clock that was ahead: once the time is known, nothing waits for what it showed (DESIGN 6)."""

from __future__ import annotations

from datetime import timedelta

from rules.facts import Actor
from rules.people import Group
from storage.database import Database
from storage.heads import Head
from storage.inbox import PendingAct
from storage.outbox import Message
from tests.storage.sample import MONDAY, announced, monday, person

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


def test_nothing_waits_for_a_time_that_only_a_wrong_clock_showed(database: Database) -> None:
    with database.write(monday) as tx:
        candidate = announced(tx)
    with database.write(lambda: MONDAY + WEEK) as tx:
        tx.mark_door("one")
        tx.note_tick()
        tx.put_people([person("U1", fetched_at=tx.now)])
        tx.put_group(Group("S1", "owners", tx.now, {"U1": tx.now}))
        tx.pend(PendingAct(0, "k", {}, "U9", ("U9",), tx.now, halts=True, product="payments"))
        tx.send(Message("tell:1", "tell", "U1"))
        tx.send(Message("tell:2", "tell", "U1"))
        assert tx.claim(1)
        tx.retry_due(candidate.name, tx.now + 2 * WEEK)
        tx.later("tell:2", tx.now, "error")
    with database.write(monday) as tx:
        assert tx.door(MONDAY).open and not tx.door(MONDAY, MONDAY).open
        assert not tx.pending(MONDAY) and not tx.claim()
        assert tx.mend_the_future() == 7
    with database.write(lambda: MONDAY + 4 * MINUTE) as tx:
        assert not tx.door(MONDAY).open
        assert [act.at for act in tx.pending(tx.now)] == [MONDAY]
        assert {m.key for m in tx.claim()} == {"tell:1", "tell:2"}
        company = tx.company()
        assert not company.people["U1"].fresh(tx.now) and not company.groups["S1"].fresh(tx.now)
        assert "U1" in tx.stale_people(tx.now, 5 * MINUTE)
        assert tx.mend_the_future() == 0
    with database.read() as reader:
        assert candidate.release_at is not None
        assert reader.due(candidate.release_at) == (candidate.name,)


def test_a_log_accepted_by_a_clock_that_was_ahead_hides_no_head_that_is_seen_later(
    database: Database,
) -> None:
    with database.write(lambda: MONDAY + WEEK) as tx:
        tx.accept_log([Head("file", 99, "3fd1c09a77be", MONDAY)], Actor(None, (), "command line"))
    seen = Head("file", 98, "77be3fd1c09a", MONDAY + timedelta(days=1))
    with database.write(monday) as tx:
        assert tx.mend_the_future() == 1
        assert tx.lost_heads([seen]) == (seen,)


def test_what_is_planned_or_put_off_for_good_reasons_stays(database: Database) -> None:
    with database.write(monday) as tx:
        candidate = announced(tx)
        tx.send(Message("tell:1", "tell", "U1"))
        tx.claim()
        tx.later("tell:1", MONDAY + timedelta(minutes=59), "ratelimited")
        tx.retry_due(candidate.name, MONDAY + timedelta(minutes=15))
        tx.mark_door("one")
        assert tx.mend_the_future() == 0
        assert tx.door(MONDAY, MONDAY).open


def test_a_row_read_in_times_to_come_is_read_again_at_once(database: Database) -> None:
    with database.write(monday) as tx:
        tx.put_people([person("U1", fetched_at=MONDAY + WEEK)])
        assert "U1" in tx.stale_people(MONDAY, 5 * MINUTE)


def test_a_mark_later_than_now_is_cut_at_now(database: Database) -> None:
    with database.write(monday) as tx:
        tx.mark_door("one")
    with database.write(lambda: MONDAY + MINUTE) as tx:
        tx.mark_door("one")
        (span,) = tx.door(MONDAY, MONDAY + MINUTE / 2).open
        assert (span.start, span.end) == (MONDAY, MONDAY + MINUTE / 2)
