"""`history`: every fact, in order."""

from __future__ import annotations

from tests.commands.office import all_assert, announced


def test_history_is_every_fact_in_order(desk):
    announced(desk)
    all_assert(desk)
    reply = desk.say("history payments", by="xena")
    kinds = [entry.fact.kind for entry in reply.about["facts"]]
    assert kinds == ["candidate.announced", *["state.asserted"] * 4]
    assert reply.about["left_out"] == 0


def test_of_a_long_history_the_last_forty_are_shown(desk):
    announced(desk)
    with desk.database.write(desk.desk.clock) as tx:
        (fact,) = (e.fact for e in tx.facts(candidate="payments@2.4.1#1"))
        tx.save_facts(*[fact] * 1_100)
    desk.say("halt payments the last of them", by="sam")
    reply = desk.say("history payments")
    assert len(reply.about["facts"]) == 40
    assert reply.about["facts"][-1].fact.kind == "candidate.halted"
    assert reply.about["left_out"] == 1_062
