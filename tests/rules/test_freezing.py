"""A freeze is declared, lifted and overridden by those whom it binds, and one that would stop nothing is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from rules.candidate import Override
from rules.facts import Actor
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.freezing import freeze, lift_freeze, override
from rules.rights import Hats
from rules.words import Refused
from tests.rules.cases import (
    HOUR,
    MONDAY,
    OC,
    OLGA,
    OPERATOR,
    PO,
    RAE,
    RC,
    actor,
    at,
    candidate,
    checked,
    product,
    wall,
)

NOW = MONDAY
LONDON = "Europe/London"
ASKED = Freeze("year-end", True, LONDON, at("2026-12-18 18:00"), at("2027-01-04 08:00"), by="rae")
WEEKEND = replace(ASKED, starts=None, ends=None, recurring=Recurring(Every.WEEK, Mark(4), Mark(0)))
BOTH = Hats(RAE, {"payments": RAE, "ledger": RAE})


def wearing(concerned: bool = True, **worn: Actor) -> Hats:
    return Hats(actor("rae"), worn, concerned)


def refusal(act: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("asked", [ASKED, WEEKEND, replace(ASKED, hard=False)])
def test_a_new_one_is_declared_and_the_same_again_is_nothing(asked):
    after, (fact,) = freeze(asked, None, BOTH, NOW)
    assert (after, fact.kind, fact.by, fact.product) == (asked, "freeze.declared", RAE, None)
    assert fact.about == asked.about()
    assert freeze(asked, after, BOTH, NOW) == (after, ())
    by_other = replace(asked, by="zoe")
    assert freeze(by_other, after, BOTH, NOW) == (after, ())


def test_another_in_its_place_is_a_change_unless_it_was_over():
    changed, (fact,) = freeze(replace(ASKED, hard=False), ASKED, BOTH, NOW)
    assert (changed.hard, fact.kind, fact.about["was"]) == (False, "freeze.changed", ASKED.about())
    lifted = replace(ASKED, lifted_at=NOW)
    assert [f.kind for f in freeze(ASKED, lifted, BOTH, NOW)[1]] == ["freeze.declared"]
    ended = replace(ASKED, starts=NOW - 2 * HOUR, ends=NOW)
    assert [f.kind for f in freeze(ASKED, ended, BOTH, NOW)[1]] == ["freeze.declared"]


# Rows: who asks, whether any product is concerned, who they are for payments and for ledger.
@pytest.mark.parametrize(
    ("concerned", "payments", "ledger", "answer"),
    [
        (True, (RC,), (RC,), None),
        (True, (RC,), (), "not-of-every-product"),
        (True, (), (RC, PO), "not-of-every-product"),
        (True, (RC,), (PO, OC), "not-of-every-product"),
        (True, (PO,), (OC,), "not-your-role"),
        (True, (), (), "not-your-role"),
        (False, (RC,), (), None),
        (False, (), (PO, OC), "not-your-role"),
    ],
)
def test_every_product_it_binds_has_a_say(concerned, payments, ledger, answer):
    hats = wearing(concerned, payments=actor("rae", *payments), ledger=actor("rae", *ledger))
    for ask in (
        lambda: freeze(ASKED, None, hats, NOW),
        lambda: lift_freeze(ASKED, None, hats, NOW),
    ):
        if answer is None:
            assert ask()[1]
            continue
        refused = refusal(ask)
        assert (refused.reason, refused.lack_of_right) == (answer, True)


def test_who_lacks_a_say_is_told_of_which_products_and_which_are_theirs():
    hats = wearing(web=actor("rae", RC), ledger=actor("rae", PO), payments=actor("rae", RC))
    about = refusal(lambda: freeze(ASKED, None, hats, NOW)).about
    assert (about["products"], about["yours"], about["roles"]) == (
        ["ledger"],
        ["web", "payments"],
        [RC],
    )


def test_the_operator_declares_and_lifts_the_catalogue_s():
    hats = Hats(OPERATOR, {"payments": OPERATOR})
    assert freeze(replace(ASKED, by=None), None, hats, NOW)[1][0].by is OPERATOR
    assert lift_freeze(replace(ASKED, by=None), None, hats, NOW)[1]
    assert refusal(lambda: lift_freeze(ASKED, None, hats, NOW)).reason == "not-your-role"


@pytest.mark.parametrize(
    ("starts", "ends", "reason", "nearest"),
    [
        # On a Friday until the Wednesday before: the Wednesday after it.
        ("11-27 17:00", "11-25 09:00", "freeze-ends-first", ("11-27 17:00", "12-02 09:00")),
        ("11-27 17:00", "11-27 17:00", "freeze-ends-first", ("11-27 17:00", "12-04 17:00")),
        # Both past, the wrong way round: the end must lie ahead of now as well.
        ("11-10 09:00", "11-09 09:00", "freeze-ends-first", ("11-10 09:00", "11-30 09:00")),
        ("11-02 09:00", "11-06 09:00", "freeze-past", ("11-23 09:00", "11-27 09:00")),
        ("11-22 10:00", "11-23 10:00", "freeze-past", ("11-29 10:00", "11-30 10:00")),
        # Across the change of clocks, on the wall of its zone.
        ("10-12 09:00", "10-16 09:00", "freeze-past", ("11-23 09:00", "11-27 09:00")),
    ],
)
def test_one_that_would_stop_nothing_is_answered_with_the_nearest(starts, ends, reason, nearest):
    first, last = (at(f"2026-{day}", LONDON) for day in (starts, ends))
    refused = refusal(lambda: freeze(replace(ASKED, starts=first, ends=last), None, BOTH, NOW))
    assert (refused.reason, refused.about["field"]) == (reason, "until")
    assert refused.about["nearest"] == tuple(at(f"2026-{day}", LONDON) for day in nearest)


def test_one_that_began_already_is_declared():
    begun = replace(ASKED, starts=NOW - HOUR, ends=NOW + HOUR)
    assert freeze(begun, None, BOTH, NOW)[1]


@pytest.mark.parametrize("name", ["", "lift", "add", "override", "a b", "Year", "-x", "x" * 41])
def test_a_name_is_one_that_can_be_typed(name):
    refused = refusal(lambda: freeze(replace(ASKED, name=name), None, BOTH, NOW))
    assert (refused.reason, refused.about["field"]) == ("odd-name", "name")


def test_lifting_is_for_good_and_done_once():
    lifted, (fact,) = lift_freeze(ASKED, "the auditors are gone", BOTH, NOW)
    assert (lifted, fact.kind) == (replace(ASKED, lifted_at=NOW), "freeze.lifted")
    assert fact.about["reason"] == "the auditors are gone"
    assert lift_freeze(lifted, None, BOTH, NOW + HOUR) == (lifted, ())
    ended = replace(ASKED, starts=NOW - HOUR, ends=NOW)
    assert lift_freeze(ended, None, BOTH, NOW) == (ended, ())
    assert lift_freeze(WEEKEND, None, BOTH, at("2030-01-01 00:00"))[1]


# Overriding.


def overridden(given: Freeze = ASKED, why: str | None = "why", by: Actor = RAE, **more: Any) -> Any:
    one = candidate(**more)
    return checked(one, override(one, given, product(environments=("prod-eu",)), why, by, NOW))


def test_an_override_is_for_one_candidate_and_kept_with_its_reason():
    decision = overridden()
    (after,) = decision.candidates
    assert after.overrides == (Override("year-end", "why", "rae", NOW),)
    assert after.release_at == candidate().release_at
    assert not overridden(overrides=after.overrides, why="another")


@pytest.mark.parametrize(
    ("given", "binds"),
    [
        (ASKED, True),
        (WEEKEND, True),
        (replace(ASKED, hard=False), True),
        (replace(ASKED, products=("payments",)), True),
        (replace(ASKED, environments=("prod-eu",)), True),
        (replace(ASKED, products=("ledger",)), False),
        (replace(ASKED, environments=("prod-us",)), False),
        (replace(ASKED, lifted_at=NOW), False),
        (replace(ASKED, starts=NOW - HOUR, ends=NOW), False),
    ],
)
def test_only_what_binds_is_overridden(given, binds):
    if binds:
        assert overridden(given)
    else:
        assert refusal(lambda: overridden(given)).reason == "freeze-does-not-bind"


def test_it_takes_a_reason_and_the_release_coordinator():
    for why in (None, ""):
        assert refusal(lambda why=why: overridden(why=why)).reason == "override-reason-needed"
    assert refusal(lambda: overridden(why="x" * 301)).reason == "words-too-long"
    for by in (OLGA, actor("pat", PO, OC), actor("zoe"), OPERATOR):
        refused = refusal(lambda by=by: overridden(by=by))
        assert (refused.reason, refused.about["product"]) == ("not-your-role", "payments")


def test_the_nearest_is_on_the_same_wall_clock_time():
    def nearest(starts: str, ends: str) -> tuple[datetime, datetime]:
        asked = replace(ASKED, starts=at(starts, LONDON), ends=at(ends, LONDON))
        found = refusal(lambda: freeze(asked, None, BOTH, NOW)).about["nearest"]
        assert isinstance(found, tuple)
        return found

    assert [wall(each, LONDON) for each in nearest("2026-06-01 09:00", "2026-06-05 17:30")] == [
        "Mon 2026-11-23 09:00",
        "Fri 2026-11-27 17:30",
    ]
