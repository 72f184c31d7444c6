"""`environment`: declared by whom it concerns, said to be prepared or not, and shown with what goes there next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules.environments import Environment, Prepared
from rules.words import Role
from tests.commands.office import Office, announced, product, released, user

RC, OC = Role.RELEASE_COORDINATOR, Role.OPERATIONS_COORDINATOR
EU, US = Environment("prod-eu"), Environment("prod-us", 2, timedelta(minutes=45))
ADD = "environment add prod-asia capacity 2 takes 45m"


@pytest.fixture
def places(desk: Office) -> Office:
    """payments goes to both, web to prod-us, ledger nowhere; Xena coordinates web."""
    desk.apply(
        product("payments", environments=("prod-eu", "prod-us")),
        product("web", environments=("prod-us",), holders=with_xena(RC)),
        environments=(EU, US),
    )
    return desk


def with_xena(role: Role) -> Any:
    return {**product("web").holders, role: (user("xena"),)}


def environments(desk: Office) -> dict[str, Environment]:
    with desk.database.read() as reader:
        return dict(reader.company().environments)


def test_a_new_environment_is_a_row_a_fact_and_news(desk):
    news = len(desk.messages("news"))
    reply = desk.say(ADD, by="rita")
    assert (reply.template, reply.about["new"]) == ("environment-declared", True)
    assert environments(desk) == {"prod-asia": Environment("prod-asia", 2, timedelta(minutes=45))}
    (fact,) = desk.facts(kind="environment.declared")
    assert fact.about == {"environment": "prod-asia", "capacity": 2, "occupies": 2700}
    assert fact.by.hats == (RC,)
    (told,) = desk.messages("news")[news:]
    assert (told.target, told.about) == ("C1", {"fact": len(desk.facts())})
    before = desk.written()
    assert desk.say(ADD, by="rita").about["changed"] is False
    assert desk.say("environment add prod-asia", by="rita").about["changed"] is False
    assert desk.written() == before


@pytest.mark.parametrize("by", ["alice", "sue", "omar", "dave", "xena"])
def test_nobody_without_that_role_declares_one(desk, by):
    assert desk.say(ADD, by=by).template == "not-your-role"
    assert environments(desk) == {}
    assert desk.say("environment add prod-eu", by="gwen").template == "outsider"
    assert desk.say(ADD, by="rita").ok


def test_changing_one_takes_the_word_of_every_product_that_goes_there(places):
    assert places.say("environment prod-eu capacity 3", by="xena").template == "not-your-role"
    refused = places.say("environment prod-us capacity 3", by="rita")
    assert (refused.template, refused.about["products"]) == ("not-of-every-product", ["web"])
    assert places.say("environment prod-us takes 2h", by="xena").template == (
        "not-of-every-product"
    )
    assert environments(places) == {"prod-eu": EU, "prod-us": US}
    assert places.say("environment prod-eu capacity 3", by="rita").ok
    assert places.say("environment prod-eu takes 2h", by="rita").ok
    assert environments(places)["prod-eu"] == Environment("prod-eu", 3, timedelta(hours=2))
    assert [f.about["was"]["capacity"] for f in places.facts(kind="environment.changed")] == [1, 3]
    # Of an environment where nothing goes yet, any Release Coordinator may.
    assert places.say(ADD, by="xena").ok


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("environment prod-ue", "unknown-environment"),
        ("environment prod-ue prepared", "unknown-environment"),
        ("environment prod-eu capacity 0", "odd-capacity"),
        ("environment prod-eu capacity 1001", "odd-capacity"),
        ("environment prod-eu capacity many", "say-what-of-environment"),
        ("environment prod-eu takes 5 parsecs", "odd-time"),
        ("environment prod-eu nonsense", "say-what-of-environment"),
        ("environment add", "say-what-of-environment"),
        ("environment add add", "odd-name"),
        ("environment add PROD_ÄU", "odd-name"),
        ("environment prod-eu not prepared", "unprepared-reason-needed"),
        (f"environment prod-eu prepared {'x' * 301}", "words-too-long"),
    ],
)
def test_what_is_refused_changes_nothing(places, line, reason):
    before = places.written()
    reply = places.say(line, by="rita")
    assert reply.template == reason
    assert places.written() == before


def test_an_unknown_one_is_answered_with_the_nearest(places):
    assert places.say("environment prod-uss").about["near"][0] == "prod-us"


def test_without_any_there_is_a_hint_how_to_begin(desk):
    assert desk.say("environment").template == "no-environments"
    assert desk.say("environment prod-eu").about["word"] == "prod-eu"


# Prepared.


@pytest.mark.parametrize("by", ["omar", "rita", "xena"])
def test_it_is_said_to_be_prepared_and_the_release_coordinators_hear_of_it(places, by):
    news = len(places.messages("news"))
    reply = places.say("environment prod-us prepared for the migration", by=by)
    assert (reply.template, reply.about["changed"]) == ("environment-prepared", True)
    held = environments(places)["prod-us"]
    assert held.prepared == Prepared(True, f"U{by.upper()}", places.now, "for the migration")
    (fact,) = places.facts(kind="environment.prepared")
    assert fact.about == {"environment": "prod-us", "ready": True, "note": "for the migration"}
    assert places.heard_of("environment.prepared") == sorted({"rita", "xena"} - {by})
    assert len(places.messages("news")) == news
    before = places.written()
    assert places.say("environment prod-us prepared", by=by).about["changed"] is False
    assert places.written() == before


def test_or_not_and_why(places):
    places.say("environment prod-us prepared", by="omar")
    reply = places.say("environment prod-us not prepared the disk is full", by="omar")
    assert reply.about["environment"].prepared.note == "the disk is full"
    held = environments(places)["prod-us"].prepared
    assert held and held.ready is False
    assert len(places.facts(kind="environment.prepared")) == 2


@pytest.mark.parametrize("by", ["alice", "sue", "dave", None])
def test_nobody_else_says_it(places, by):
    assert places.say("environment prod-us prepared", by=by).template == "not-your-role"
    assert environments(places)["prod-us"].prepared is None
    assert places.say("environment prod-eu prepared", by="xena").template == "not-your-role"
    assert places.say("environment prod-us prepared", by="omar").ok


def test_two_roles_of_one_person_are_both_noted(places):
    holders = {**with_xena(RC), OC: (user("xena"),)}
    places.apply(product("web", environments=("prod-us",), holders=holders))
    places.apply(product("payments", environments=("prod-eu",)))
    assert places.say("environment prod-us prepared", by="xena").ok
    assert places.facts(kind="environment.prepared")[0].by.hats == (OC, RC)


def test_it_stays_prepared_when_it_is_declared_anew(places):
    places.say("environment prod-us prepared", by="omar")
    places.apply(
        environments=(Environment("prod-us", 5),), lines=("environment prod-us: capacity 2 → 5",)
    )
    held = environments(places)["prod-us"]
    assert (held.capacity, held.prepared and held.prepared.ready) == (5, True)


# Reading.


@pytest.mark.parametrize("by", ["dave", "xena", "rita", None])
def test_anybody_reads_what_goes_there_next(places, by):
    announced(places, "web 7.0", by="sue")
    announced(places)
    reply = places.say("environment prod-us", by=by)
    assert reply.template == "environment"
    assert {c.name for c in reply.about["next"]} == {"payments@2.4.1#1", "web@7.0#1"}
    assert reply.about["products"] == ["payments", "web"]
    rows = places.say("environment", by=by).about["rows"]
    assert [(r["environment"].name, [c.product for c in r["next"]]) for r in rows] == [
        ("prod-eu", ["payments"]),
        ("prod-us", ["payments"]),
    ]


def test_what_is_in_production_there_is_shown(places):
    released(places)
    places.say("deploying payments", by="omar")
    places.say("deployed payments", by="omar")
    there = dict(places.say("environment prod-us").about["there"])
    assert (there["payments"].version, there["web"]) == ("2.4.1", None)
