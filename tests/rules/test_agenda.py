"""What stands on an agenda, in which order, for how long, and whether there is anything to meet for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.agenda import FIRST_PAGE, NEXT_PAGES, draw_up, pages, signature
from rules.candidate import Candidate, Halt
from rules.collision import Collision
from rules.environments import Environment, Prepared
from rules.items import (
    DECISIONS,
    ORDER,
    Item,
    Matter,
    action_item,
    candidate_item,
    contested_states,
    owners_of,
    review_item,
)
from rules.meeting import Stage
from rules.people import Delegation
from rules.words import Phase, Role, State
from rules.worktime import Span
from rules.world import World
from tests.templates import cases_agenda as week
from tests.templates.company import (
    ALICE,
    AS_ALICE,
    DAVE,
    HOUR,
    LONG_AGO,
    MONDAY,
    OMAR,
    PEOPLE,
    RITA,
    SAM,
    halted,
)

EVERYBODY = week.EVERYBODY
DAY = timedelta(days=1)


def quiet(name: str = "docs", *actors: object, days: float = 4) -> Candidate:
    return week.candidate(name, "1.0", *actors, days=days)


def first(item: Item) -> str:
    return ORDER[item.rank[0]]


def kinds(item: Item) -> list[str]:
    return [matter.kind for matter in item.matters]


def test_decisions_come_first_and_each_candidate_once() -> None:
    agenda = week.full()
    assert [(item.key, first(item)) for item in agenda.items] == [
        ("payments@2.4.1#3", "halted"),
        ("mail@1.9#1", "failed"),
        ("web@5.0#1", "collision"),
        ("search@0.8#1", "vacant"),
        ("review:auth@3.1.1#1", "review"),
        ("environment:prod-eu", "unprepared"),
        ("action:3", "overdue"),
        ("action:5", "left"),
        ("topic:7", "topic"),
        ("ledger@7.0#1", "silent"),
        ("environment:prod-us", "unsaid"),
        ("resource:dba", "resource"),
        ("action:4", "action"),
    ]
    assert [item.contested for item in agenda.items] == [True] * 9 + [False] * 4
    assert [candidate.name for candidate in agenda.consent] == ["docs@12#1"]


def test_the_time_it_takes_is_that_of_the_longest_matter_of_each_item() -> None:
    agenda = week.full()
    assert [item.minutes for item in agenda.items] == [5, 5, 5, 3, 2, 2, 2, 2, 10, 1, 1, 1, 1]
    assert agenda.minutes == 40


def test_silence_and_consent_alone_are_nothing_to_meet_for() -> None:
    assert not week.calm().contested
    assert week.full().contested
    assert not draw_up(week.material()).contested


@pytest.mark.parametrize("kind", sorted(DECISIONS))
def test_anything_to_decide_is_something_to_meet_for(kind: str) -> None:
    assert Item("x", "candidate", (Matter(kind),)).contested


def test_a_halt_by_another_contests_and_one_by_the_owner_does_not() -> None:
    one = halted(quiet("payments", AS_ALICE))
    assert contested_states(one) == (State.PRODUCT,)
    assert kinds(candidate_item(one)) == ["halted", "contested", "silent"]
    own = Halt("9", ALICE, (Role.PRODUCT_OWNER,), (State.PRODUCT,), "no", MONDAY, MONDAY)
    assert contested_states(one.but(halts=(*one.halts, own))) == ()


def test_a_lifted_halt_is_no_matter_any_more() -> None:
    one = halted(quiet("payments", *EVERYBODY))
    lifted = tuple(replace(halt, lifted=True) for halt in one.halts)
    again = one.but(phase=Phase.ANNOUNCED, halts=lifted)
    assert kinds(candidate_item(again)) == ["silent"]
    assert draw_up(week.material(again)).consent == ()


def test_a_violation_that_the_release_coordinator_waived_is_in_nobodys_way() -> None:
    waived = replace(week.LACKING, waived_by=RITA)
    asserted = quiet("web", *EVERYBODY).but(collisions=(waived,))
    assert [c.name for c in draw_up(week.material(asserted)).consent] == [asserted.name]
    silent = quiet("web", AS_ALICE).but(collisions=(waived,))
    assert kinds(candidate_item(silent)) == ["collision", "silent"]


def test_what_is_released_comes_up_only_where_something_collides() -> None:
    out = quiet("web", *EVERYBODY).but(phase=Phase.RELEASED, released_at=MONDAY, release_at=None)
    assert draw_up(week.material(out)).items == ()
    crowd = Collision("environment", "prod-us", "at-once", others=("ledger@7.0#1",))
    assert kinds(draw_up(week.material(out.but(collisions=(crowd,)))).items[0]) == ["collision"]
    begun = out.but(phase=Phase.DEPLOYING, collisions=(crowd,))
    assert draw_up(week.material(begun)).items == ()
    assert draw_up(week.material(begun)).consent == ()


def test_what_waits_is_to_be_decided_though_all_have_asserted() -> None:
    waiting = quiet("docs", *EVERYBODY).but(release_at=None, why=("vacant:security",))
    assert kinds(draw_up(week.material(waiting)).items[0]) == ["waiting"]


def test_a_vacant_role_matters_until_its_state_is_asserted_or_somebody_stands_in() -> None:
    material = week.material(quiet("search"))
    assert draw_up(material).items[0].of("vacant") == Matter("vacant", (State.SECURITY,))
    spoken = quiet("search", *EVERYBODY)
    assert draw_up(week.material(spoken)).items == ()
    lent = Delegation("1", Role.SECURITY_ARCHITECT, SAM, DAVE, LONG_AGO, MONDAY + 9 * DAY)
    held = week.product("payments").holders
    stood = replace(week.PRODUCTS["payments"], holders=held, delegations=(lent,))
    world = replace(material.world, products={"search": stood})
    assert draw_up(replace(material, world=world)).items[0].of("vacant") is None


def test_an_environment_comes_up_only_where_something_goes_there_before_the_next_meeting() -> None:
    near, far = quiet("payments", *EVERYBODY), quiet("payments", *EVERYBODY, days=11)
    assert [i.key for i in draw_up(week.material(near)).items] == ["environment:prod-eu"]
    assert draw_up(week.material(far)).items == ()
    assert not draw_up(week.material(halted(near))).items[-1].key.startswith("environment:")


@pytest.mark.parametrize(
    ("prepared", "expected"),
    [
        (None, ["unsaid"]),
        (Prepared(False, OMAR, MONDAY), ["unprepared"]),
        (Prepared(True, OMAR, MONDAY), []),
    ],
)
def test_an_environment_is_to_be_decided_where_somebody_says_it_is_not_prepared(
    prepared: Prepared | None, expected: list[str]
) -> None:
    material = week.material(quiet("payments", *EVERYBODY))
    places = {"prod-eu": Environment("prod-eu", prepared=prepared)}
    items = draw_up(replace(material, world=replace(material.world, environments=places))).items
    assert [kind for item in items for kind in kinds(item)] == expected


def test_a_resource_says_who_needs_it_and_when() -> None:
    material = week.material(quiet("ledger", *EVERYBODY), quiet("web", *EVERYBODY, days=3.5))
    item = next(i for i in draw_up(material).items if i.key == "resource:dba")
    at = MONDAY + 4 * DAY
    assert [booking.candidate for booking in item.bookings] == ["web@1.0#1", "ledger@1.0#1"]
    assert item.bookings[1].span == Span(at - HOUR, at + HOUR)


def test_an_action_is_overdue_at_its_time_and_is_looked_at_when_its_person_has_left() -> None:
    due = week.WRITE.due
    assert kinds(action_item(week.WRITE, PEOPLE, due - timedelta(seconds=1))) == ["action"]
    assert kinds(action_item(week.WRITE, PEOPLE, due)) == ["overdue"]
    gone = {ALICE: replace(PEOPLE[ALICE], deactivated=True)}
    left = action_item(week.WRITE, gone, due - DAY)
    assert (kinds(left), left.left, left.contested) == (["left"], True, True)
    assert kinds(action_item(replace(week.WRITE, done_at=due), gone, due + DAY)) == []


def test_a_review_comes_up_once_it_is_overdue() -> None:
    out = week.hotfix_out()
    assert out.released_at is not None
    due = out.released_at + 48 * HOUR
    assert kinds(review_item(out, due - timedelta(seconds=1))) == []
    assert kinds(review_item(out, due)) == ["review"]
    assert owners_of(review_item(out, due)) == (("auth", State.SECURITY),)


def test_the_signature_changes_with_what_is_shown_and_with_nothing_else() -> None:
    agenda = week.full()
    same = signature(agenda)
    assert signature(week.full()) == same
    assert signature(replace(agenda, at=agenda.at + HOUR)) == same
    assert signature(replace(agenda, at=MONDAY + 9 * DAY)) != same, "now it can be started"
    unseen = tuple(
        replace(item, candidate=item.candidate.but(seq=99)) if item.candidate else item
        for item in agenda.items
    )
    assert signature(replace(agenda, items=unseen)) == same
    assert agenda.meeting is not None
    others = [
        replace(agenda, consent=()),
        replace(agenda, items=agenda.items[1:]),
        replace(agenda, meeting=replace(agenda.meeting, stage=Stage.RUNNING)),
        replace(agenda, items=(replace(agenda.items[0], matters=()), *agenda.items[1:])),
    ]
    moved = agenda.items[0].candidate
    assert moved is not None and moved.release_at is not None
    later = replace(agenda.items[0], candidate=moved.but(release_at=moved.release_at + HOUR))
    others.append(replace(agenda, items=(later, *agenda.items[1:])))
    assert len({same, *map(signature, others)}) == 1 + len(others)


@given(st.integers(0, 200))
def test_the_pages_hold_every_item_once_in_order(many: int) -> None:
    items = [Item(f"topic:{n}", "topic") for n in range(many)]
    shown = pages(items)
    assert [item for page in shown for item in page] == items
    assert len(shown[0]) <= FIRST_PAGE
    assert all(0 < len(page) <= NEXT_PAGES for page in shown[1:])


@given(st.permutations(list(week.week())))
def test_the_order_does_not_depend_on_the_order_of_what_is_stored(
    shuffled: list[Candidate],
) -> None:
    assert draw_up(week.material(*shuffled)).keys == draw_up(week.material(*week.week())).keys


def test_hundreds_of_products_are_drawn_up_from_what_is_at_hand() -> None:
    world = World(MONDAY, {f"p{n}": week.product(f"p{n}") for n in range(300)})
    many = tuple(quiet(f"p{n}", AS_ALICE) for n in range(300))
    agenda = draw_up(replace(week.material(*many), world=world))
    assert len(agenda.items) == 300
