"""Criteria change by versions: none is forgotten, and an open candidate is judged by the stricter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.criteria import LONGEST, MOST, add, change, lines, renewed, sharpen
from rules.facts import CLOCK, Decision
from rules.moving import tighten
from rules.product import DEFAULT_CRITERIA, Policy, Product
from rules.words import Phase, Refused, Role, State
from tests.rules.cases import (
    DEE,
    MONDAY,
    NAN,
    OPERATOR,
    PAT,
    RAE,
    SAM,
    around,
    candidate,
    checked,
    kinds,
    last,
    product,
    said,
    told,
)

SECURITY = State.SECURITY
OLD = DEFAULT_CRITERIA[SECURITY]
NEW = ("Vulnerabilities evaluated", "PCI scan is clean")
SETTING = told(around(MONDAY), MONDAY)


def changed(before: Product, **lists: tuple[str, ...]) -> Product:
    return change(before, {State(s): each for s, each in lists.items()}, RAE, MONDAY)[0]


def test_a_changed_list_is_the_next_version_and_the_old_one_is_kept():
    after, facts = change(product(), {SECURITY: NEW, State.PRODUCT: ("x",)}, RAE, MONDAY)
    assert (after.criteria[SECURITY], after.earlier_criteria[SECURITY]) == (NEW, (OLD,))
    assert (after.criteria_version(SECURITY), after.criteria_version(State.OPERATION)) == (2, 1)
    assert [(f.kind, f.by, f.product, f.about["state"]) for f in facts] == [
        ("criteria.changed", RAE, "payments", SECURITY),
        ("criteria.changed", RAE, "payments", State.PRODUCT),
    ]
    told_so = {"state": SECURITY, "version": 2, "criteria": list(NEW), "was": list(OLD)}
    assert facts[0].about == told_so


def test_a_list_as_it_was_is_no_change():
    before = product()
    assert change(before, DEFAULT_CRITERIA, RAE, MONDAY) == (before, ())
    spaced = [f"  {each} " for each in OLD] + ["", " "]
    assert change(before, {SECURITY: spaced}, RAE, MONDAY) == (before, ())


@pytest.mark.parametrize("by", [PAT, SAM, DEE, NAN, CLOCK], ids=lambda by: str(by.person))
def test_only_the_release_coordinator_and_the_operator_change_them(by):
    with pytest.raises(Refused, match="not-your-role") as refused:
        change(product(), {SECURITY: NEW}, by, MONDAY)
    assert refused.value.about["roles"] == [Role.RELEASE_COORDINATOR]
    assert refused.value.lack_of_right
    assert change(product(), {SECURITY: NEW}, OPERATOR, MONDAY)[1]


@pytest.mark.parametrize(
    ("said_so", "reason"),
    [
        ([], "criteria-empty"),
        ([" ", "\t"], "criteria-empty"),
        (["x", "y", " x "], "criterion-twice"),
        (["x" * (LONGEST + 1)], "criterion-too-long"),
        ([f"{n}" for n in range(MOST + 1)], "criteria-too-many"),
    ],
)
def test_an_unsound_list_is_refused_beside_its_field(said_so, reason):
    with pytest.raises(Refused, match=reason) as refused:
        change(product(), {SECURITY: said_so}, RAE, MONDAY)
    assert refused.value.about["field"] == "security-criteria"
    assert not refused.value.lack_of_right
    fits = [f"{n:>{LONGEST}}".replace(" ", "x") for n in range(MOST)]
    assert change(product(), {SECURITY: fits}, RAE, MONDAY)[1]


def test_a_fault_adds_a_criterion_or_sharpens_one():
    more, facts = add(product(), SECURITY, "PCI scan is clean", PAT, MONDAY)
    assert more.criteria[SECURITY] == (*OLD, "PCI scan is clean")
    assert [f.kind for f in facts] == ["criteria.changed"]
    sharper, _ = sharpen(more, SECURITY, OLD[1], "Exploits tried", PAT, MONDAY)
    assert sharper.criteria[SECURITY] == (OLD[0], "Exploits tried", *OLD[2:], "PCI scan is clean")
    assert sharper.criteria_version(SECURITY) == 3
    with pytest.raises(Refused, match="criterion-twice"):
        add(more, SECURITY, OLD[0], PAT, MONDAY)
    with pytest.raises(Refused, match="criteria-changed-meanwhile"):
        sharpen(sharper, SECURITY, OLD[1], "Exploits tried", PAT, MONDAY)


def test_what_changed_is_told_a_line_each():
    _, facts = change(product(), {SECURITY: (*OLD[1:], "z")}, RAE, MONDAY)
    assert lines(facts) == (
        f"payments: security criteria - {OLD[0]}",
        "payments: security criteria + z",
    )
    _, moved = change(product(), {SECURITY: OLD[::-1]}, RAE, MONDAY)
    assert lines(moved) == ("payments: security criteria in another order",)


WORDS = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)
CHANGES = st.lists(st.dictionaries(st.sampled_from(list(State)), WORDS, min_size=1), max_size=8)


@settings(deadline=None)
@given(CHANGES)
def test_versions_only_grow_and_all_together_have_every_criterion_ever(changes):
    stands = product()
    ever = {state: set(DEFAULT_CRITERIA[state]) for state in State}
    for lists in changes:
        after, facts = change(stands, lists, RAE, MONDAY)
        for state in State:
            grown = after.criteria_version(state) - stands.criteria_version(state)
            assert grown == sum(f.about["state"] == state for f in facts) <= 1
            ever[state] |= set(after.criteria[state])
            every = range(1, after.criteria_version(state) + 1)
            assert set(after.criteria_of(state, every)) == ever[state]
            assert after.criteria_of(state, [every[-1]]) == tuple(after.criteria[state])
        stands = after


def tightened(before, old: Product, new: Product) -> Decision:
    was, now = replace(SETTING, product=old), replace(SETTING, product=new)
    return checked(before, tighten(before, was, now, RAE, MONDAY))


def test_an_open_candidate_is_judged_by_old_and_new_where_there_is_no_word_yet():
    old = product()
    new = changed(old, security=NEW, product=("x",))
    before = candidate(assertions=said(State.PRODUCT))
    decision = tightened(before, old, new)
    assert decision.facts[0].about["criteria"] == {SECURITY: [1, 2]}
    after = last(decision)
    assert (after.versions(SECURITY), after.versions(State.PRODUCT)) == ((1, 2), (1,))
    assert new.criteria_of(SECURITY, after.versions(SECURITY)) == (*OLD, "PCI scan is clean")
    again = last(tightened(after, new, changed(new, security=OLD)))
    assert again.versions(SECURITY) == (1, 2, 3)


def test_criteria_move_no_time():
    before = candidate()
    after = last(tightened(before, product(), changed(product(), security=NEW)))
    kept = ("release_at", "not_before", "notice_from", "why", "policy", "phase")
    assert [getattr(after, f) for f in kept] == [getattr(before, f) for f in kept]


def test_what_a_fault_added_is_not_asked_of_the_open_candidate_by_a_later_change():
    old, _ = add(product(), SECURITY, "PCI scan is clean", PAT, MONDAY)
    stricter = replace(old, policy=Policy(notice_hours=16))
    decision = tightened(candidate(), old, stricter)
    assert kinds(decision) == ["policy.tightened"]
    assert last(decision).versions(SECURITY) == (1,)


@pytest.mark.parametrize("phase", [Phase.RELEASED, Phase.WITHDRAWN])
def test_what_is_no_longer_on_its_way_keeps_its_criteria(phase):
    assert not tightened(candidate(phase=phase), product(), changed(product(), security=NEW))


def test_nothing_else_of_the_product_changes():
    after, _ = renewed(product(), {SECURITY: NEW}, RAE, MONDAY)
    assert replace(after, criteria=DEFAULT_CRITERIA, earlier_criteria={}) == product()
