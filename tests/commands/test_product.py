"""`product`: anybody reads all that is known of it; its Release Coordinator says what it needs and where it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules.dependencies import Need
from rules.environments import Environment
from rules.resources import Use
from rules.words import Role
from tests.commands.office import Office, announced, product, released, user

RC = Role.RELEASE_COORDINATOR
PLACES = (Environment("prod-eu", 2, timedelta(minutes=20)), Environment("prod-us"))


@pytest.fixture
def placed(desk: Office) -> Office:
    """Two environments; Xena coordinates web."""
    holders = {**product("web").holders, RC: (user("xena"),)}
    desk.apply(product("web", holders=holders), environments=PLACES)
    return desk


def stands(desk: Office, name: str = "payments") -> Any:
    with desk.database.read() as reader:
        return reader.company().products[name]


def catalogue(desk: Office, said: Any) -> Any:
    """What a catalogue that says so of a product makes of what stands, and its difference."""
    with desk.database.read() as reader:
        return desk.desk.tools.as_catalogue(said, "UOPERATOR", reader.company())


def test_a_dependency_is_written_in_one_form_a_fact_and_news(desk):
    news = len(desk.messages("news"))
    reply = desk.say("product ledger needs payments>= v3.2 , <4", by="rita")
    assert (reply.template, reply.about["changed"]) == ("product-needs", True)
    assert stands(desk, "ledger").needs == (Need("payments", ">=3.2,<4"),)
    fact = desk.facts(kind="product.changed")[-1]
    assert (fact.product, fact.by.hats) == ("ledger", (RC,))
    assert fact.about == {
        "lines": [],
        "edit": "needs",
        "needs": [{"product": "payments", "constraint": ">=3.2,<4"}],
        "other": "payments",
        "constraint": ">=3.2,<4",
        "was": None,
    }
    (told,) = desk.messages("news")[news:]
    assert (told.target, told.about) == ("C1", {"fact": len(desk.facts())})


def test_the_same_again_changes_nothing_and_it_is_changed_in_its_place(desk):
    desk.say("product payments needs ledger", by="rita")
    desk.say("product payments needs web >=1", by="rita")
    before = desk.written()
    assert desk.say("product payments needs ledger any", by="rita").about["changed"] is False
    assert desk.written() == before
    desk.say("product payments needs ledger = 7", by="rita")
    assert stands(desk).needs == (Need("ledger", "=7"), Need("web", ">=1"))
    desk.say("product payments needs ledger no more", by="rita")
    assert stands(desk).needs == (Need("web", ">=1"),)
    gone = desk.facts(kind="product.changed")[-1]
    assert (gone.about["constraint"], gone.about["was"]) == (None, "=7")
    assert desk.say("product payments needs ledger no more", by="rita").about["changed"] is False


@pytest.mark.parametrize("by", ["alice", "sue", "omar", "dave", "xena", "gwen"])
@pytest.mark.parametrize("said", ["needs ledger", "goes to prod-eu", "takes 45m"])
def test_nobody_but_its_release_coordinator_edits_it(placed, by, said):
    before = stands(placed)
    expected = "outsider" if by == "gwen" else "not-your-role"
    reply = placed.say(f"product payments {said}", by=by)
    assert reply.template == expected
    if by != "gwen":
        assert (reply.about["product"], reply.about["roles"]) == ("payments", [RC])
    assert (stands(placed), placed.facts()[-1].kind) == (before, "act.refused")
    assert placed.say(f"product payments {said}", by="rita").ok


def test_whoever_coordinates_one_product_edits_that_one(placed):
    assert placed.say("product payments needs web", by="xena").template == "not-your-role"
    assert placed.say("product web needs payments", by="rita").template == "not-your-role"
    assert placed.say("product web needs payments", by="xena").ok


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("needs ledgre", "unknown-product"),
        ("needs payments >= 1", "needs-itself"),
        ("needs ledger >= 3", "odd-constraint"),
        ("needs web >=one", "odd-constraint"),
        ("needs web >=2,<1", "odd-constraint"),
        ("goes to prod-ue", "unknown-environment"),
        ("takes forever", "odd-time"),
        ("is nice", "say-what-to-edit"),
    ],
)
def test_what_is_refused_changes_nothing(placed, said, reason):
    before, was = placed.written(), stands(placed)
    reply = placed.say(f"product payments {said}", by="rita")
    assert reply.template == reason
    assert (placed.written(), stands(placed)) == (before, was)


def test_a_refusal_says_the_nearest_or_the_mend(placed):
    near = placed.say("product payments needs ledgre", by="rita")
    assert near.about["near"] == ["ledger"]
    opaque = placed.say("product payments needs ledger >= 3", by="rita").about
    assert (opaque["scheme"], opaque["product"]) == ("opaque", "ledger")
    assert "only `=` and `!=`" in opaque["why"]


def test_a_circle_is_allowed_and_said(desk):
    assert desk.say("product payments needs ledger", by="rita").about["together"] == []
    reply = desk.say("product ledger needs payments >= 2.4", by="rita")
    assert reply.about["together"] == ["payments"]
    assert desk.say("product web needs payments", by="rita").about["together"] == []
    assert desk.say("product payments").about["together"] == ["ledger"]
    broken = desk.say("product ledger needs payments no more", by="rita")
    assert broken.about["together"] == []


def test_what_is_announced_keeps_what_it_was_announced_with(desk):
    desk.say("product payments needs ledger = 7", by="rita")
    announced(desk)
    desk.say("product payments needs ledger no more", by="rita")
    assert desk.candidate().needs == (Need("ledger", "=7"),)
    announced(desk, "payments 2.4.2")
    assert desk.candidate("payments@2.4.2#1").needs == ()


def test_it_goes_to_environments_until_it_goes_there_no_more(placed):
    assert placed.say("product payments goes to prod-eu, prod-us and prod-eu", by="rita").ok
    assert stands(placed).environments == ("prod-eu", "prod-us")
    fact = placed.facts(kind="product.changed")[-1]
    assert (fact.about["environments"], fact.about["was"]) == (["prod-eu", "prod-us"], [])
    before = placed.written()
    again = placed.say("product payments goes to prod-eu prod-us", by="rita")
    assert (again.about["changed"], placed.written()) == (False, before)
    placed.say("product payments goes to prod-eu no more", by="rita")
    assert stands(placed).environments == ("prod-us",)
    placed.say("product payments goes to prod-us no more", by="rita")
    assert stands(placed).environments == ()


def test_its_releases_take_so_long_or_as_long_as_the_environment_says(placed):
    placed.say("product payments goes to prod-eu", by="rita")
    assert placed.say("product payments").about["takes"] == timedelta(minutes=20)
    placed.say("product payments takes 1h 30m", by="rita")
    assert stands(placed).occupies == timedelta(minutes=90)
    assert placed.facts(kind="product.changed")[-1].about["occupies"] == 5400
    before = placed.written()
    assert placed.say("product payments takes 90m", by="rita").about["changed"] is False
    assert placed.written() == before
    placed.say("product payments takes no more", by="rita")
    assert stands(placed).occupies is None


def test_the_operator_edits_as_the_catalogue_would(placed):
    assert placed.say("product payments needs ledger", by=None).ok
    assert placed.facts(kind="product.changed")[-1].by.is_operator


def test_the_next_catalogue_tells_what_it_takes_back(desk):
    plain, _ = catalogue(desk, product("payments"))
    desk.apply(product("payments"), plain=plain)
    desk.say("product payments needs ledger = 7", by="rita")
    assert catalogue(desk, product("payments"))[1] == ("payments: needs - ledger =7",)
    assert catalogue(desk, stands(desk))[1] == ()


# Reading.


@pytest.mark.parametrize("by", ["dave", "xena", "rita", None])
def test_anybody_reads_all_that_is_known_of_it(placed, by):
    placed.apply(
        product(
            "payments",
            environments=("prod-eu", "prod-us"),
            needs=(Need("ledger", "=7"),),
            uses=(Use("dba"),),
        ),
        product("ledger", scheme="opaque", needs=(Need("payments", ">=2"),)),
    )
    placed.say("freeze add eu hard for payments until wed 9:00", by="rita")
    about = placed.say("product payments@2.4.1", by=by).about
    assert about["product"].needs == (Need("ledger", "=7"),)
    assert [(p["name"], p["environment"], p["there"]) for p in about["places"]] == [
        ("prod-eu", PLACES[0], None),
        ("prod-us", PLACES[1], None),
    ]
    assert about["needed_by"] == [("ledger", Need("payments", ">=2"))]
    assert about["together"] == ["ledger"]
    assert [(f["freeze"].name, f["span"].start) for f in about["freezes"]] == [("eu", placed.now)]
    assert placed.say("product web", by=by).about["freezes"] == []


def test_what_is_in_production_is_shown_where(desk):
    released(desk)
    (place,) = desk.say("product payments").about["places"]
    assert (place["name"], place["there"]) == (None, None)
    desk.say("deploying payments", by="omar")
    desk.say("deployed payments", by="omar")
    (place,) = desk.say("product payments").about["places"]
    assert place["there"].version == "2.4.1"


def test_without_a_name_they_are_listed_and_a_mistyped_one_is_guessed(desk):
    reply = desk.say("product")
    assert (reply.template, [p.name for p in reply.about["products"]]) == (
        "products",
        ["ledger", "payments", "web"],
    )
    assert desk.say("product paymets").about["near"] == ["payments"]
