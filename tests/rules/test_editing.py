"""A product is edited by its Release Coordinator, one thing at a time, and what is as it was is no edit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from rules.dependencies import Need
from rules.editing import book, depend, go_to, take, use
from rules.facts import Actor
from rules.product import Product
from rules.resources import Use
from rules.words import Refused
from tests.rules.cases import (
    HOUR,
    MONDAY,
    NAN,
    OC,
    OLGA,
    OPERATOR,
    PAT,
    PO,
    RAE,
    RC,
    SAM,
    actor,
    candidate,
    checked,
    product,
)

BARE = product()
FULL = product(
    needs=(Need("ledger", ">=3"), Need("web")),
    environments=("prod-eu",),
    uses=(Use("dba"), Use("lab", HOUR)),
    occupies=HOUR,
)
Edit = Callable[[Product, Actor], Any]
EDITS: dict[str, tuple[Edit, dict[str, Any]]] = {
    "a dependency": (
        lambda p, a: depend(p, "ledger", ">=3.2", a, MONDAY),
        {"needs": (Need("ledger", ">=3.2"), Need("web"))},
    ),
    "another dependency": (
        lambda p, a: depend(p, "mail", "", a, MONDAY),
        {"needs": (*FULL.needs, Need("mail"))},
    ),
    "a dependency less": (
        lambda p, a: depend(p, "web", None, a, MONDAY),
        {"needs": (Need("ledger", ">=3"),)},
    ),
    "environments": (
        lambda p, a: go_to(p, ["prod-us", "prod-eu", "prod-us"], a, MONDAY),
        {"environments": ("prod-us", "prod-eu")},
    ),
    "a length": (
        lambda p, a: take(p, timedelta(minutes=45), a, MONDAY),
        {"occupies": timedelta(minutes=45)},
    ),
    "no length": (lambda p, a: take(p, None, a, MONDAY), {"occupies": None}),
    "a resource": (
        lambda p, a: use(p, "dba", Use("dba", HOUR, HOUR), a, MONDAY),
        {"uses": (Use("dba", HOUR, HOUR), Use("lab", HOUR))},
    ),
    "a resource less": (
        lambda p, a: use(p, "lab", None, a, MONDAY),
        {"uses": (Use("dba"),)},
    ),
}


def refused(act: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_one_thing_says_so_and_is_done_once(edit):
    made, changes = EDITS[edit]
    after, (fact,) = made(FULL, RAE)
    assert after == product(**{**{f: getattr(FULL, f) for f in EDITED}, **changes})
    assert (fact.kind, fact.product, fact.by) == ("product.changed", "payments", RAE)
    assert fact.about["edit"] in EDITED and fact.about["lines"] == []
    assert made(after, RAE) == (after, ())


EDITED = ("needs", "environments", "uses", "occupies")


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("by", [PAT, SAM, OLGA, NAN, actor("x", PO, OC), actor("zoe")])
def test_only_its_release_coordinator_edits_it(edit, by):
    made, _ = EDITS[edit]
    found = refused(lambda: made(FULL, by))
    assert (found.reason, found.lack_of_right) == ("not-your-role", True)
    assert (found.about["product"], found.about["roles"]) == ("payments", [RC])
    assert made(FULL, actor("x", PO, RC))[1]
    assert made(FULL, OPERATOR)[1]


def test_what_is_not_there_is_not_taken_away():
    assert depend(BARE, "ledger", None, RAE, MONDAY) == (BARE, ())
    assert use(BARE, "dba", None, RAE, MONDAY) == (BARE, ())


def test_facts_carry_what_it_came_to():
    (_, (needs,)) = depend(FULL, "ledger", "", RAE, MONDAY)
    assert (needs.about["constraint"], needs.about["was"]) == ("", ">=3")
    assert needs.about["needs"] == [
        {"product": "ledger", "constraint": ""},
        {"product": "web", "constraint": ""},
    ]
    (_, (length,)) = take(FULL, 2 * HOUR, RAE, MONDAY)
    assert (length.about["occupies"], length.about["was"]) == (7200, 3600)
    (_, (gone,)) = use(FULL, "lab", None, RAE, MONDAY)
    assert (gone.about["use"], gone.about["was"]) == (None, Use("lab", HOUR).about())


def test_nothing_needs_itself():
    assert refused(lambda: depend(BARE, "payments", "", RAE, MONDAY)).reason == "needs-itself"


# One candidate.


def test_a_candidate_books_more_than_its_product_in_one_whole_list():
    one = candidate(uses=(Use("dba"),))
    decision = checked(one, book(one, "lab", Use("lab", HOUR, 2 * HOUR), OLGA, MONDAY))
    (after,), (fact,) = decision.candidates, decision.facts
    assert after.uses == (Use("dba"), Use("lab", HOUR, 2 * HOUR))
    assert fact.about["uses"] == [
        {"resource": "dba", "before": 0, "length": None},
        {"resource": "lab", "before": 3600, "length": 7200},
    ]
    assert not book(after, "lab", Use("lab", HOUR, 2 * HOUR), RAE, MONDAY)
    assert checked(after, book(after, "dba", None, RAE, MONDAY)).candidates[0].uses == (
        Use("lab", HOUR, 2 * HOUR),
    )
    assert not book(after, "printer", None, RAE, MONDAY)


@pytest.mark.parametrize("by", [PAT, SAM, NAN, actor("zoe"), OPERATOR])
def test_only_those_who_deploy_book(by):
    found = refused(lambda: book(candidate(), "dba", Use("dba"), by, MONDAY))
    assert (found.reason, found.about["product"]) == ("not-your-role", "payments")
    assert book(candidate(), "dba", Use("dba"), OLGA, MONDAY)
