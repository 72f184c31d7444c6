"""A halt whose author is looked up is a fact: whoever loses its row loses no halt (DESIGN 2.3)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.audit.verifying import verify
from commands.pending import settle_pending
from commands.presume import settle_due
from storage import asked
from storage.tables import pending
from tests.commands.office import FAIR, Office, all_assert, announced

SECRET = "the totals are wrong"
SWALLOW = "CREATE TRIGGER swallow BEFORE INSERT ON pending BEGIN SELECT RAISE(IGNORE); END"


def run(desk: Office, statement: str) -> None:
    """What a hand with the file open does to it."""
    with desk.database.write(desk.desk.clock) as tx:
        tx._connection.exec_driver_sql(statement)


def waits(desk: Office) -> list[tuple[str, str | None, str | None]]:
    with desk.database.read() as reader:
        return [(a.person, a.product, a.candidate) for a in reader.asked().values()]


def verdict(desk: Office) -> str:
    with desk.database.read() as reader:
        return verify(reader, None).text


def due_with_a_pending_halt(desk: Office, line: str = "payments@2.4.1", swallow: bool = False):
    announced(desk)
    desk.until(FAIR - timedelta(minutes=5))
    if swallow:
        run(desk, SWALLOW)
    assert desk.say(f"halt {line} {SECRET}", by="bob").template == "looking-you-up"
    if not swallow:
        run(desk, "DELETE FROM pending")
    desk.until(FAIR + timedelta(minutes=2))
    assert settle_pending(desk.desk) == 0
    settle_due(desk.desk)


def test_it_is_a_fact_from_its_press_on_and_holds_no_word_of_it(desk):
    announced(desk)
    desk.say(f"halt payments {SECRET}", by="bob")
    (fact,) = desk.facts(kind="halt.asked")
    assert (fact.by.person, fact.candidate, fact.at) == ("UBOB", "payments@2.4.1#1", desk.now)
    assert SECRET not in json.dumps(dict(fact.about))
    assert waits(desk) == [("UBOB", "payments", "payments@2.4.1#1")]


@pytest.mark.parametrize("swallow", [False, True])
@pytest.mark.parametrize("line", ["payments@2.4.1", "payments@9", "paymnts"])
def test_without_its_row_it_blocks_all_the_same_and_is_passed_on(desk, line, swallow):
    due_with_a_pending_halt(desk, line, swallow)
    assert desk.candidate().phase == "announced"
    assert "is gone and not answered" in verdict(desk)
    desk.wait(minutes=8)
    desk.tick()
    (told,) = desk.facts(kind="halt.unresolved")
    assert (told.about["person"], told.about["reason"]) == ("UBOB", None)
    assert desk.heard_of("halt.unresolved") == ["alice", "omar", "rita", "sam", "sue"]
    moved_to = desk.candidate().release_at
    assert moved_to is not None
    assert moved_to >= desk.now + timedelta(hours=2)
    assert waits(desk) == []
    assert "all as they were written" in verdict(desk)
    desk.until(moved_to)
    desk.tick()
    assert desk.candidate().phase == "released"


def test_one_of_equal_rank_that_is_open_is_the_one_it_blocks(desk):
    announced(desk, "payments 4.0.0+18")
    assert desk.say("halt payments@4.0.0 broken", by="bob").template == "looking-you-up"
    (fact,) = desk.facts(kind="halt.asked")
    assert fact.candidate == "payments@4.0.0+18#1"


def test_without_its_row_it_blocks_go(desk):
    announced(desk)
    all_assert(desk)
    desk.say("halt payments wait", by="bob")
    run(desk, "DELETE FROM pending")
    refused = desk.say("go payments", by="rita")
    assert (refused.template, refused.about["people"]) == ("halt-pending", ["UBOB"])


def test_its_answer_closes_it_whatever_that_is(desk):
    announced(desk)
    desk.say(f"halt payments {SECRET}", by="bob")
    desk.meet("bob")
    desk.tick()
    assert desk.kinds()[-2:] == ["halt.forwarded", "halt.answered"]
    desk.say("halt payments@2.4.1 again", by="newcomer")
    desk.say("withdraw payments", by="alice")
    desk.meet("newcomer")
    desk.tick()
    assert [f.about["how"] for f in desk.facts(kind="halt.answered")] == [
        "halt-forwarded",
        "already-withdrawn",
    ]
    assert waits(desk) == []


def test_a_guest_is_refused_blocks_no_longer_and_leaves_no_word_behind(desk):
    announced(desk)
    desk.say(f"halt payments {SECRET}", by="bob")
    desk.meet("bob", guest=True)
    desk.tick()
    assert [f.about["how"] for f in desk.facts(kind="halt.answered")] == ["outsider"]
    assert waits(desk) == []
    assert all(SECRET not in json.dumps(dict(fact.about)) for fact in desk.facts())
    with desk.database.read() as reader:
        assert reader._connection.execute(pending.select()).one().request == "{}"


def test_at_most_one_is_open_for_each_person_and_candidate(desk):
    announced(desk)
    announced(desk, "ledger 7")
    for line in ("payments one", "payments two", "ledger three", "payments four"):
        desk.say(f"halt {line}", by="bob")
    desk.say("halt payments five", by="newcomer")
    assert [(f.by.person, f.product) for f in desk.facts(kind="halt.asked")] == [
        ("UBOB", "payments"),
        ("UBOB", "ledger"),
        ("UNEWCOMER", "payments"),
    ]
    assert len(waits(desk)) == 3
    assert "all as they were written" in verdict(desk)
    desk.meet("bob")
    desk.tick()
    assert waits(desk) == [("UNEWCOMER", "payments", "payments@2.4.1#1")]
    assert "all as they were written" in verdict(desk)


def test_it_is_open_until_the_last_of_its_author_s_is_answered(desk):
    announced(desk)
    desk.say("halt payments one", by="bob")
    desk.wait(minutes=10)
    desk.say("halt payments two", by="bob")
    desk.wait(minutes=6)
    desk.tick()
    assert desk.facts(kind="halt.answered") == []
    desk.wait(minutes=10)
    desk.tick()
    assert [f.about["how"] for f in desk.facts(kind="halt.answered")] == ["unresolved"]


@pytest.mark.parametrize("next_one", ["payments 2.4.1 rebuild", "payments 2.4.2"])
def test_without_its_row_it_blocks_what_took_the_place_of_its_build(desk, next_one):
    announced(desk)
    desk.say("halt payments@2.4.1 wait", by="bob")
    run(desk, "DELETE FROM pending")
    new = announced(desk, next_one)
    all_assert(desk, new.name)
    assert desk.say(f"go {new.name}", by="rita").template == "halt-pending"


def test_a_pending_halt_on_a_withdrawn_build_blocks_the_next_one(desk):
    announced(desk)
    desk.say("halt payments@2.4.1 wait", by="bob")
    desk.say("withdraw payments for another", by="alice")
    new = announced(desk)
    all_assert(desk, new.name)
    assert desk.say(f"go {new.name}", by="rita").template == "halt-pending"


def test_verify_tells_of_a_fact_that_hides_one_that_waits(desk):
    announced(desk)
    desk.say("halt payments one", by="bob")
    desk.say("halt payments two", by="newcomer")
    with desk.database.write(desk.desk.clock) as tx:
        waiting = tx.asked()
        first, second = waiting.values()
        tx.save_facts(asked.asking.answer({second.id: second}, first, "forged", tx.now))
        tx.save_facts(asked.asking.answer({second.id: second}, second, "forged", tx.now))
        tx.save_facts(asked.asking.answer({}, second, "forged", tx.now))
    assert "can't be applied to the halts that wait" in verdict(desk)


def test_what_waits_is_found_without_looking_through_the_log(desk):
    announced(desk)
    with desk.database.read() as reader:
        for statement in (asked.LAST, asked.SINCE):
            sql = str(statement.compile(compile_kwargs={"literal_binds": False}))
            plan = str(
                reader._connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {sql}", {"since": 0, "param_1": 1}
                ).all()
            )
            assert "ix_facts_asked" in plan, plan
