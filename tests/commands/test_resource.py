"""`resource`: what releases need, declared by whom it concerns, and booked for a product or one candidate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rules.resources import Resource, Use
from rules.words import Role
from tests.commands.office import FAIR, Office, announced, product, user

RC = Role.RELEASE_COORDINATOR
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)
ADD = "resource add dba capacity 2 database   administrators"


@pytest.fixture
def staffed(desk: Office) -> Office:
    """A resource that payments needs; Xena coordinates web."""
    desk.apply(
        product("payments", uses=(Use("dba", HALF),)),
        product("web", holders={**product("web").holders, RC: (user("xena"),)}),
        resources=(Resource("dba", 1, "administrators"), Resource("lab")),
    )
    return desk


def company(desk: Office) -> Any:
    with desk.database.read() as reader:
        return reader.company()


def test_a_new_resource_is_a_row_a_fact_and_news(desk):
    news = len(desk.messages("news"))
    reply = desk.say(ADD, by="rita")
    assert (reply.template, reply.about["new"]) == ("resource-declared", True)
    assert company(desk).resources == {"dba": Resource("dba", 2, "database administrators")}
    (fact,) = desk.facts(kind="resource.declared")
    assert fact.about == {"resource": "dba", "capacity": 2, "what": "database administrators"}
    assert len(desk.messages("news")) == news + 1
    before = desk.written()
    assert desk.say(ADD, by="rita").about["changed"] is False
    assert desk.written() == before
    assert desk.say("resource dba capacity 3", by="rita").ok
    (changed,) = desk.facts(kind="resource.changed")
    assert (changed.about["capacity"], changed.about["was"]["capacity"]) == (3, 2)
    assert company(desk).resources["dba"].what == "database administrators"


@pytest.mark.parametrize("by", ["alice", "omar", "dave", "gwen"])
def test_nobody_without_that_role_declares_one(desk, by):
    expected = "outsider" if by == "gwen" else "not-your-role"
    assert desk.say(ADD, by=by).template == expected
    assert company(desk).resources == {}
    assert desk.say(ADD, by="rita").ok


def test_changing_one_takes_the_word_of_every_product_that_needs_it(staffed):
    assert staffed.say("resource dba capacity 2", by="xena").template == "not-your-role"
    assert staffed.say("resource web needs dba", by="xena").ok
    refused = staffed.say("resource dba capacity 2", by="rita")
    assert (refused.template, refused.about["products"]) == ("not-of-every-product", ["web"])
    assert company(staffed).resources["dba"].capacity == 1
    # Of a resource that nothing needs yet, any Release Coordinator may.
    assert staffed.say("resource lab capacity 2", by="xena").ok


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("resource dbx", "unknown-resource"),
        ("resource payments needs dbx", "unknown-resource"),
        ("resource paymets needs dba", "unknown-product"),
        ("resource dba capacity 0", "odd-capacity"),
        ("resource dba is busy", "say-what-of-resource"),
        ("resource payments needs dba tomorrow", "say-what-of-resource"),
        ("resource payments needs dba for 1h for 2h", "say-what-of-resource"),
        ("resource payments needs dba before whenever", "odd-time"),
        ("resource payments@9 needs dba", "unknown-candidate"),
        ("resource add", "say-what-of-resource"),
        ("resource add add", "odd-name"),
        (f"resource add x {'y' * 301}", "words-too-long"),
    ],
)
def test_what_is_refused_changes_nothing(staffed, line, reason):
    before = staffed.written()
    assert staffed.say(line, by="rita").template == reason
    assert staffed.written() == before


def test_without_any_there_is_a_hint_how_to_begin(desk):
    assert desk.say("resource").template == "no-resources"
    assert desk.say("resource payments needs dba", by="rita").template == "no-resources"


# What a product needs.


def test_a_product_needs_it_for_each_release_until_it_does_no_more(staffed):
    news = len(staffed.messages("news"))
    reply = staffed.say("resource web needs lab before 30m for 2h", by="xena")
    assert (reply.template, reply.about["changed"]) == ("resource-needed", True)
    assert company(staffed).products["web"].uses == (Use("lab", HALF, 2 * HOUR),)
    fact = staffed.facts(kind="product.changed")[-1]
    assert fact.about["use"] == {"resource": "lab", "before": 1800, "length": 7200}
    assert (fact.product, fact.about["edit"], fact.about["uses"]) == (
        "web",
        "uses",
        [fact.about["use"]],
    )
    assert len(staffed.messages("news")) == news + 1
    before = staffed.written()
    again = staffed.say("resource web needs lab for 2h before 30m", by="xena")
    assert (again.about["changed"], staffed.written()) == (False, before)
    assert staffed.say("resource web needs lab no more", by="xena").about["changed"]
    assert company(staffed).products["web"].uses == ()
    assert staffed.say("resource web needs lab no more", by="xena").about["changed"] is False


def test_only_its_release_coordinator_says_so(staffed):
    for by in ("alice", "omar", "rita", "dave"):
        assert staffed.say("resource web needs lab", by=by).template == "not-your-role"
    assert company(staffed).products["web"].uses == ()
    assert staffed.say("resource web needs lab", by="xena").ok
    assert staffed.say("resource payments needs lab", by="xena").template == "not-your-role"


# What one candidate needs.


@pytest.mark.parametrize("by", ["rita", "omar"])
@pytest.mark.parametrize("name", ["payments@2.4.1", "payments 2.4.1", "payments@2.4.1#1"])
def test_a_candidate_needs_more_than_its_product(staffed, by, name):
    announced(staffed)
    reply = staffed.say(f"resource {name} needs lab for 3h", by=by)
    assert (reply.template, reply.about["candidate"]) == ("resource-needed", "payments@2.4.1#1")
    (fact,) = staffed.facts(kind="resources.booked")
    assert fact.about == {"uses": [{"resource": "lab", "before": 0, "length": 10800}]}
    assert staffed.candidate().uses == (Use("lab", length=3 * HOUR),)
    before = staffed.written()
    assert staffed.say(f"resource {name} needs lab for 3h", by=by).about["changed"] is False
    assert staffed.written() == before
    staffed.say(f"resource {name} needs lab before 30m", by=by)
    assert staffed.candidate().uses == (Use("lab", HALF),)
    staffed.say(f"resource {name} needs lab no more", by=by)
    assert staffed.candidate().uses == ()


def test_only_those_who_deploy_book_for_a_candidate(staffed):
    announced(staffed)
    line = "resource payments@2.4.1 needs lab"
    for by in ("alice", "sue", "dave", "xena", None):
        assert staffed.say(line, by=by).template == "not-your-role"
    assert staffed.candidate().uses == ()
    assert staffed.say(line, by="omar").ok


def test_what_every_release_needs_one_candidate_can_not_do_without(staffed):
    announced(staffed)
    reply = staffed.say("resource payments@2.4.1 needs dba no more", by="rita")
    assert (reply.about["changed"], reply.about["always"]) == (False, True)


def test_what_is_over_needs_nothing(staffed):
    announced(staffed)
    staffed.say("withdraw payments", by="rita")
    reply = staffed.say("resource payments@2.4.1 needs lab", by="rita")
    assert reply.template == "already-withdrawn"


# Reading.


@pytest.mark.parametrize("by", ["dave", "xena", "rita", None])
def test_anybody_reads_who_needs_it_and_when(staffed, by):
    announced(staffed)
    staffed.say("resource payments@2.4.1 needs lab for 3h", by="rita")
    dba = staffed.say("resource dba", by=by).about
    assert dba["products"] == [("payments", Use("dba", HALF))]
    assert [(b["candidate"], b["start"], b["end"]) for b in dba["bookings"]] == [
        ("payments@2.4.1#1", FAIR - HALF, FAIR + HOUR)
    ]
    (lab,) = staffed.say("resource lab", by=by).about["bookings"]
    assert (lab["start"], lab["end"]) == (FAIR, FAIR + 3 * HOUR)
    staffed.say("halt payments a flaw", by="sue")
    assert staffed.say("resource lab", by=by).about["bookings"] == []
    rows = staffed.say("resource", by=by).about["rows"]
    assert [(r["resource"].name, r["products"]) for r in rows] == [
        ("dba", ["payments"]),
        ("lab", []),
    ]
