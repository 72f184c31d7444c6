"""A holder who is deactivated is noticed, once, and the Release Coordinator told."""

from __future__ import annotations

from commands.company import write_people


def read(desk, name, **more):
    with desk.database.write(desk.desk.clock) as tx:
        write_people(tx, [desk.person(name, **more)])


def noticed(desk):
    facts = desk.facts(kind="holder.deactivated")
    return [(fact.product, fact.about["person"], fact.about["roles"]) for fact in facts]


def test_each_product_they_have_a_part_in_has_its_fact_and_its_coordinator_hears(desk):
    read(desk, "omar", deactivated=True)
    assert noticed(desk) == [
        (product, "UOMAR", ["operations-coordinator"]) for product in ("ledger", "payments", "web")
    ]
    assert desk.heard_of("holder.deactivated") == ["rita"] * 3
    read(desk, "omar", deactivated=True)
    assert len(noticed(desk)) == 3


def test_back_and_gone_again_is_news_again(desk):
    read(desk, "omar", deactivated=True)
    read(desk, "omar")
    read(desk, "omar", deactivated=True)
    assert len(noticed(desk)) == 6


def test_somebody_without_a_part_is_nobody_s_news(desk):
    read(desk, "xena", deactivated=True)
    assert noticed(desk) == []


def test_a_delegate_has_a_part_while_they_hold_the_role(desk):
    desk.say("delegate payments security @xena until fri 17:00", by="sue")
    read(desk, "xena", deactivated=True)
    assert noticed(desk) == [("payments", "UXENA", ["security-architect"])]


def test_where_the_coordinator_is_gone_the_operator_hears(desk):
    read(desk, "rita", deactivated=True)
    assert desk.messages("tell", to="UOPERATOR")
