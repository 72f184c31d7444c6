"""Environments and resources are declared by those whom it concerns, and prepared by those who deploy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rules.declaring import declare_environment, declare_resource, prepare
from rules.environments import Environment, Prepared
from rules.facts import Actor
from rules.resources import Resource, Use
from rules.rights import Hats
from rules.words import Refused
from tests.rules.cases import HOUR, MONDAY, OC, OLGA, OPERATOR, PAT, PO, RAE, RC, SAM, actor, at

EU = Environment("prod-eu")
DBA = Resource("dba")
RULES: dict[str, Any] = {
    "environment": lambda asked, old, hats: declare_environment(asked, old, hats, MONDAY),
    "resource": lambda asked, old, hats: declare_resource(asked, old, hats, MONDAY),
}
THINGS: dict[str, Any] = {"environment": EU, "resource": DBA}


def hats(*, concerned: bool = True, **worn: Actor) -> Hats:
    return Hats(actor("rae"), worn, concerned)


MINE = hats(payments=RAE)


def refused(act: Any) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason


@pytest.mark.parametrize("what", RULES)
def test_new_other_and_the_same(what):
    rule, thing = RULES[what], THINGS[what]
    after, (fact,) = rule(thing, None, MINE)
    assert (after, fact.kind, fact.by, fact.about) == (
        thing,
        f"{what}.declared",
        RAE,
        thing.about(),
    )
    assert rule(thing, thing, MINE) == (thing, ())
    other = replace(thing, capacity=2)
    _, (changed,) = rule(other, thing, MINE)
    assert (changed.kind, changed.about) == (
        f"{what}.changed",
        {**other.about(), "was": thing.about()},
    )


@pytest.mark.parametrize("what", RULES)
def test_every_product_concerned_has_a_say(what):
    def ask(given: Hats) -> Any:
        return RULES[what](THINGS[what], None, given)

    ledger = actor("rae", PO, OC)
    assert refused(lambda: ask(hats(payments=RAE, ledger=ledger))) == "not-of-every-product"
    assert refused(lambda: ask(hats(payments=OLGA, ledger=PAT))) == "not-your-role"
    assert ask(hats(payments=RAE, ledger=ledger, concerned=False))[1][0].by is RAE
    assert refused(lambda: ask(hats(payments=OLGA, concerned=False))) == "not-your-role"
    assert refused(lambda: ask(hats(concerned=False))) == "not-your-role"
    assert ask(Hats(OPERATOR, {}, False))[1][0].by is OPERATOR


@pytest.mark.parametrize("what", RULES)
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "add"}, "odd-name"),
        ({"name": "Prod EU"}, "odd-name"),
        ({"capacity": 0}, "odd-capacity"),
        ({"capacity": 1001}, "odd-capacity"),
    ],
)
def test_what_can_not_be(what, changes, reason):
    asked = replace(THINGS[what], **changes)
    assert refused(lambda: RULES[what](asked, None, MINE)) == reason
    assert RULES[what](replace(THINGS[what], capacity=1000), None, MINE)[1]


def test_a_description_is_short():
    long = replace(DBA, what="x" * 301)
    assert refused(lambda: declare_resource(long, None, MINE, MONDAY)) == "words-too-long"


def test_a_changed_environment_stays_prepared():
    said = Prepared(True, "olga", MONDAY)
    after, facts = declare_environment(
        Environment("prod-eu", occupies=2 * HOUR), replace(EU, prepared=said), MINE, MONDAY
    )
    assert (after.prepared, len(facts)) == (said, 1)


# Prepared.


@pytest.mark.parametrize(
    ("worn", "may"),
    [
        ({"payments": OLGA}, True),
        ({"payments": RAE}, True),
        ({"payments": PAT, "ledger": OLGA}, True),
        ({"payments": actor("x", PO, RC)}, True),
        ({"payments": PAT, "ledger": SAM}, False),
        ({"payments": actor("zoe")}, False),
        ({"payments": OPERATOR}, False),
    ],
)
def test_those_who_deploy_anything_there_say_that_it_is_prepared(worn, may):
    asking = Hats(next(iter(worn.values())), worn)
    if not may:
        assert refused(lambda: prepare(EU, True, None, asking, MONDAY)) == "not-your-role"
        return
    after, (fact,) = prepare(EU, True, None, asking, MONDAY)
    assert (after.prepared and after.prepared.by) == fact.by.person
    assert (fact.kind, fact.about) == (
        "environment.prepared",
        {"environment": "prod-eu", "ready": True, "note": None},
    )


def test_what_was_said_is_not_said_again_without_a_new_note():
    by = hats(payments=OLGA)
    ready, _ = prepare(EU, True, "patched", by, MONDAY)
    for note in (None, "patched"):
        assert prepare(ready, True, note, by, MONDAY + HOUR) == (ready, ())
    assert prepare(ready, True, "and rebooted", by, MONDAY + HOUR)[1]
    assert refused(lambda: prepare(ready, False, None, by, MONDAY)) == "unprepared-reason-needed"
    back, _ = prepare(ready, False, "no disk", by, MONDAY + HOUR)
    assert back.prepared == Prepared(False, "olga", MONDAY + HOUR, "no disk")
    assert refused(lambda: prepare(EU, True, "x" * 301, by, MONDAY)) == "words-too-long"


@pytest.mark.parametrize(
    ("use", "span"),
    [
        (Use("dba"), ("14:00", "14:45")),
        (Use("dba", HOUR), ("13:00", "14:45")),
        (Use("dba", HOUR, 2 * HOUR), ("13:00", "15:00")),
        (Use("dba", length=2 * HOUR), ("14:00", "16:00")),
    ],
)
def test_a_resource_is_needed_from_before_a_release_until_it_should_be_done(use, span):
    needed = use.span(at("2026-11-25 14:00"), timedelta(minutes=45))
    assert (needed.start, needed.end) == tuple(at(f"2026-11-25 {clock}") for clock in span)
