"""What is around a candidate when a rule is asked: deliveries, the door, pending halts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rules.candidate import Candidate
from rules.door import GAP
from rules.freezes import Freeze
from rules.product import Notice, Setting
from rules.words import State
from rules.worktime import Span
from storage.database import Database
from storage.inbox import PendingAct
from storage.outbox import Message
from storage.writing import Transaction
from tests.storage.sample import MONDAY, announced, monday, product

HOUR = timedelta(hours=1)


@pytest.fixture
def candidate(database: Database) -> Candidate:
    with database.write(monday) as tx:
        made = announced(tx)
        tx.send(Message(f"card:{made.name}", "card", "C1", candidate=made.name))
    return made


def setting(database: Database, candidate: Candidate | None) -> Setting:
    with database.read() as reader:
        return reader.setting(product(), candidate, MONDAY)


def ask(database: Database, candidate: Candidate, *states: State, key: str = "ask") -> None:
    with database.write(monday) as tx:
        message = Message(key, "ask", "U1", candidate.name, "U1", states)
        tx.send(message)


def test_an_ask_is_a_notice_for_each_of_its_states(
    database: Database, candidate: Candidate
) -> None:
    ask(database, candidate, State.SECURITY, State.PRODUCT)
    assert set(setting(database, candidate).notices) == {
        Notice("U1", State.SECURITY),
        Notice("U1", State.PRODUCT),
    }
    with database.write(monday) as tx:
        tx.claim()
        tx.sent("ask", 1, "D1", "1.1")
    assert {n.delivered_at for n in setting(database, candidate).notices} == {MONDAY}


def test_a_state_asked_about_later_is_delivered_with_the_version_that_asks(
    database: Database, candidate: Candidate
) -> None:
    ask(database, candidate, State.SECURITY)
    with database.write(monday) as tx:
        tx.claim()
    ask(database, candidate, State.PRODUCT)
    with database.write(monday) as tx:
        tx.sent("ask", 1, "D1", "1.1")
    heard = {n.state: n.delivered_at for n in setting(database, candidate).notices}
    assert heard == {State.SECURITY: MONDAY, State.PRODUCT: None}
    with database.write(lambda: MONDAY + HOUR) as tx:
        tx.claim()
        tx.sent("ask", 2, "D1", "1.1")
    heard = {n.state: n.delivered_at for n in setting(database, candidate).notices}
    assert heard == {State.SECURITY: MONDAY, State.PRODUCT: MONDAY + HOUR}


def test_a_dead_ask_is_a_dead_notice_unless_it_had_arrived(
    database: Database, candidate: Candidate
) -> None:
    ask(database, candidate, State.SECURITY)
    with database.write(monday) as tx:
        tx.dead("ask", "account_inactive")
    assert setting(database, candidate).notices == (Notice("U1", State.SECURITY, None, True),)
    with database.write(monday) as tx:
        tx.revive("ask")
        tx.sent("ask", 1, "D1", "1.1")
        tx.dead("ask", "message_not_found")
    assert setting(database, candidate).notices == (Notice("U1", State.SECURITY, MONDAY, False),)


def test_the_cards_delivery_is_known(database: Database, candidate: Candidate) -> None:
    before = setting(database, candidate)
    assert (before.card_delivered_at, before.card_dead) == (None, False)
    key = f"card:{candidate.name}"
    with database.write(monday) as tx:
        tx.dead(key, "is_archived")
    assert setting(database, candidate).card_dead
    with database.write(monday) as tx:
        tx.revive(key)
        tx.sent(key, 1, "C1", "1.1")
    after = setting(database, candidate)
    assert (after.card_delivered_at, after.card_dead) == (MONDAY, False)


def test_reminders_and_other_candidates_messages_are_no_notice(
    database: Database, candidate: Candidate
) -> None:
    with database.write(monday) as tx:
        tx.send(Message("r", "remind", "U1", candidate.name, "U1", (State.SECURITY,)))
        tx.send(Message("o", "ask", "U1", "payments@9#1", "U1", (State.SECURITY,)))
    assert setting(database, candidate).notices == ()


def test_the_door_is_the_union_of_its_records(database: Database) -> None:
    marks = {"a": (0, 15, 30, 200, 215), "b": (90, 105, 120), "c": (1000,)}
    for seconds, replica in sorted((s, r) for r, all_ in marks.items() for s in all_):
        with database.write(lambda s=seconds: MONDAY + timedelta(seconds=s)) as tx:  # type: ignore[misc]
            tx.mark_door(replica)
            if seconds == marks[replica][-1]:
                tx.leave_door(replica)
    with database.read() as reader:
        joined = reader.door(MONDAY)
        assert joined.open == (
            Span(MONDAY, MONDAY + timedelta(seconds=215)),
            Span(MONDAY + timedelta(seconds=1000), MONDAY + timedelta(seconds=1000)),
        )
        assert reader.door(MONDAY + timedelta(seconds=500)).open == joined.open[1:]


def test_a_gap_ends_a_replicas_record_and_a_clock_set_back_never_shortens_one(
    database: Database,
) -> None:
    second = timedelta(seconds=1)
    for at in (MONDAY, MONDAY + GAP, MONDAY + GAP - 5 * second, MONDAY + 2 * GAP + second):
        with database.write(lambda at=at: at) as tx:  # type: ignore[misc]
            tx.mark_door("a")
    with database.read() as reader:
        assert reader.door(MONDAY).open == (
            Span(MONDAY, MONDAY + GAP),
            Span(MONDAY + 2 * GAP + second, MONDAY + 2 * GAP + second),
        )


def test_another_process_that_starts_and_ends_at_once_does_not_shut_the_door_of_one_that_goes_on(
    database: Database,
) -> None:
    """`serve` was started twice; the second had no time to open its own door."""

    def at(seconds: int, act: Callable[[Transaction], object]) -> None:
        with database.write(lambda: MONDAY + timedelta(seconds=seconds)) as tx:
            act(tx)

    at(0, lambda tx: tx.begin_door("a"))
    for second in (1, 15, 30):
        at(second, lambda tx: tx.mark_door("a"))
    at(40, lambda tx: tx.begin_door("b"))
    now = MONDAY + timedelta(seconds=45)
    with database.read() as reader:
        assert reader.door(MONDAY, now).open_since(now) is None, "a may have been killed before"
    at(45, lambda tx: tx.mark_door("a"))
    with database.read() as reader:
        assert reader.door(MONDAY, now).open_since(now) == MONDAY + timedelta(seconds=1)
    at(50, lambda tx: tx.begin_door("c"))
    at(45 + 91, lambda tx: tx.mark_door("a"))
    now = MONDAY + timedelta(seconds=45 + 91)
    with database.read() as reader:
        assert reader.door(MONDAY, now).open_since(now) == now, "a gap is one all the same"


def test_a_candidates_setting_reaches_back_to_where_its_notice_began(
    database: Database, candidate: Candidate
) -> None:
    with database.write(monday) as tx:
        tx.mark_door("a")
    late = MONDAY + timedelta(days=10)
    with database.read() as reader:
        assert reader.setting(product(), candidate, late).door.open
        assert not reader.setting(product(), None, late).door.open


def pend(database: Database, **changes: Any) -> None:
    act = PendingAct(0, "Ev1", {"verb": "halt"}, "U9", ("U9",), MONDAY, **changes)
    with database.write(monday) as tx:
        tx.pend(act)


@pytest.mark.parametrize(
    ("act", "blocks"),
    [
        ({"halts": True, "product": "payments", "candidate": "payments@1.0#1"}, True),
        ({"halts": True, "product": "payments"}, True),
        ({"halts": True}, True),
        ({"halts": True, "product": "search"}, False),
        ({"halts": True, "product": "payments", "candidate": "payments@0.9#1"}, False),
        ({"halts": False, "product": "payments", "candidate": "payments@1.0#1"}, False),
    ],
)
def test_a_pending_halt_blocks_whatever_it_may_fall_on(
    database: Database, candidate: Candidate, act: dict[str, Any], blocks: bool
) -> None:
    pend(database, **act)
    found = setting(database, candidate).pending_halts
    assert [(p.person, p.at) for p in found] == ([("U9", MONDAY)] if blocks else [])


def test_a_pending_halt_on_an_old_build_blocks_the_build_that_took_its_place(
    database: Database, candidate: Candidate
) -> None:
    pend(database, halts=True, product="payments", candidate=candidate.name)
    with database.write(monday) as tx:
        rebuilt = announced(tx, "1.0", rebuild=True)
    assert rebuilt.build == 2
    assert setting(database, rebuilt).pending_halts


def test_a_judged_halt_blocks_no_longer(database: Database, candidate: Candidate) -> None:
    pend(database, halts=True)
    with database.write(monday) as tx:
        (waiting,) = tx.pending(tx.now)
        assert tx.setting(product(), candidate, tx.now).pending_halts
        tx.judged(waiting.id, "unresolved")
        assert [act.state for act in tx.pending(tx.now)] == ["unresolved"]
        assert not tx.setting(product(), candidate, tx.now).pending_halts


def test_a_halt_that_pends_now_blocks_within_the_same_transaction(
    database: Database, candidate: Candidate
) -> None:
    with database.write(monday) as tx:
        assert not tx.setting(product(), candidate, tx.now).pending_halts
        tx.pend(PendingAct(0, "k", {}, "U9", (), MONDAY, halts=True))
        assert tx.setting(product(), candidate, tx.now).pending_halts


def test_a_pending_act_is_stored_once_and_comes_back_as_it_was(database: Database) -> None:
    request = {"verb": "halt", "text": "payments\ud800", "pressed_at": MONDAY, "n": [1, None]}
    act = PendingAct(0, "Ev1", request, "U9", ("U9", "S1"), MONDAY, True, "payments", None)
    with database.write(monday) as tx:
        tx.spend("Ev1")
        tx.pend(act)
        tx.pend(act)
        (stored,) = tx.pending(MONDAY)
        assert tx.pending(MONDAY - HOUR) == ()
    assert stored.needs == ("U9", "S1")
    assert stored.at == MONDAY
    assert stored.request["text"] == "payments\ufffd"
    assert stored.request["n"] == [1, None]
    with database.write(monday) as tx:
        tx.pend(PendingAct(0, "", {}, "U9", (), MONDAY))
        tx.pend(PendingAct(0, "", {}, "U8", (), MONDAY))
        assert len(tx.pending(MONDAY)) == 3


def test_words_are_kept_for_a_later_choice(database: Database) -> None:
    with database.write(monday) as tx:
        name = tx.keep("CVE-1 is open\n<!channel>")
        assert tx.keep("CVE-1 is open\n<!channel>") == name
        assert len(name) == 20
    with database.read() as reader:
        assert reader.kept(name) == "CVE-1 is open\n<!channel>"
        assert reader.kept("unknown") is None


def test_the_hard_freezes_that_bind_the_product_are_around_it(database: Database) -> None:
    def one(name: str, **more: Any) -> Freeze:
        return Freeze(
            name, **{"hard": True, "zone": "UTC", "starts": MONDAY, "ends": MONDAY, **more}
        )

    freezes = [
        one("everything"),
        one("payments", products=("payments",)),
        one("there", environments=("prod-eu",)),
        one("soft", hard=False),
        one("others", products=("web",)),
        one("elsewhere", environments=("prod-us",)),
        one("lifted", lifted_at=MONDAY),
    ]
    with database.write(monday) as tx:
        tx.put_company(
            products=(),
            calendars=(),
            installation=tx.company().installation,
            people_calendars={},
            freezes=freezes,
        )
    with database.read() as reader:
        placed = reader.setting(product(environments=("prod-eu",)), None, MONDAY)
        assert [f.name for f in placed.freezes] == ["everything", "payments", "there"]
        nowhere = reader.setting(product(), None, MONDAY)
        assert [f.name for f in nowhere.freezes] == ["everything", "payments"]
