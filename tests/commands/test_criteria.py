"""`criteria`: anybody reads the lists, the Release Coordinator edits them, and nothing is overwritten unseen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.declared import difference
from commands.criteria import read_as
from commands.declare import declare_criteria
from rules.criteria import add
from rules.facts import CLOCK
from rules.people import Delegation
from rules.product import DEFAULT_CRITERIA, Policy
from rules.words import Role, State
from tests.commands.office import FAIR, MONDAY, Office, announced, product, uid, user

NEW = "Vulnerabilities evaluated\n\n  PCI scan   is clean \n"
TIDY = ("Vulnerabilities evaluated", "PCI scan is clean")
SECURITY = State.SECURITY


def stands(desk: Office, name: str = "payments") -> Any:
    with desk.database.read() as reader:
        return reader.company().products[name]


def edit(desk: Office, by: str = "rita", text: str | None = None, **lists: str) -> Any:
    """The form sent off, drawn from what stood when it was opened: now, unless told otherwise."""
    fields = {f"{state}-criteria": said for state, said in lists.items()}
    return desk.fill_in("criteria", text or read_as(stands(desk)), by, **fields)


@pytest.mark.parametrize("by", ["alice", "xena", "rita", None])
def test_anybody_reads_them_and_only_the_release_coordinator_is_offered_to_edit(desk, by):
    reply = desk.say("criteria payments", by=by)
    assert reply.template == "criteria"
    assert [(s["state"], s["version"]) for s in reply.about["states"]] == [(s, 1) for s in State]
    assert reply.about["states"][1]["criteria"] == DEFAULT_CRITERIA[SECURITY]
    offered = [(c.label, c.command) for c in reply.choices]
    assert offered == ([("Edit…", "open criteria payments")] if by == "rita" else [])


def test_which_product_is_asked_where_there_are_several(desk):
    reply = desk.say("criteria")
    assert (reply.template, reply.about["products"]) == (
        "which-product",
        ["ledger", "payments", "web"],
    )
    assert desk.say("criteria paymets").template == "unknown-product"
    assert desk.say("criteria payments@2.4.1").template == "criteria"


def test_an_edited_list_is_a_version_facts_and_one_message_of_news(desk):
    before = len(desk.facts())
    told = len(desk.messages("news"))
    assert edit(desk, security=NEW).template == "criteria-edited"
    after = stands(desk)
    assert after.criteria[SECURITY] == TIDY
    assert after.earlier_criteria == {SECURITY: (DEFAULT_CRITERIA[SECURITY],)}
    changed, whole = desk.facts()[before:]
    assert (changed.kind, changed.product, changed.by.hats) == (
        "criteria.changed",
        "payments",
        (Role.RELEASE_COORDINATOR,),
    )
    assert changed.about["version"] == 2
    assert whole.kind == "product.changed"
    assert "payments: security criteria + PCI scan is clean" in whole.about["lines"]
    (news,) = desk.messages("news")[told:]
    assert (news.target, news.about) == ("C1", {"fact": len(desk.facts())})
    assert desk.say("criteria payments").about["states"][1]["version"] == 2


def test_what_was_left_as_it_stood_changes_nothing(desk):
    before = len(desk.facts())
    shown = {s.value: "\n".join(DEFAULT_CRITERIA[s]) for s in State}
    reply = edit(desk, **shown)
    assert (reply.template, reply.about["lines"]) == ("criteria-edited", ())
    assert len(desk.facts()) == before
    assert stands(desk) == product("payments")


def test_what_a_form_can_only_show_on_one_line_is_not_changed_by_showing_it(desk):
    written = ("Every  policy\nverified", "On-call staffed")
    desk.apply(product("payments", criteria={**DEFAULT_CRITERIA, SECURITY: written}))
    reply = edit(desk, security="Every policy verified\nOn-call staffed", operation="x")
    assert reply.ok
    assert (stands(desk).criteria[SECURITY], stands(desk).criteria[State.OPERATION]) == (
        written,
        ("x",),
    )


@pytest.mark.parametrize("by", ["alice", "sam", "omar", "xena", "dave"])
def test_nobody_else_edits(desk, by):
    reply = edit(desk, by=by, security=NEW)
    assert (reply.template, reply.about["roles"]) == ("not-your-role", [Role.RELEASE_COORDINATOR])
    assert reply.about["product"] == "payments"
    assert desk.facts()[-1].kind == "act.refused"
    assert stands(desk) == product("payments")
    assert edit(desk, security=NEW).ok


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (" \n ", "criteria-empty"),
        ("x\ny\n x ", "criterion-twice"),
        ("x" * 301, "criterion-too-long"),
        ("\n".join(map(str, range(31))), "criteria-too-many"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_changed(desk, said, reason):
    reply = edit(desk, product="Tests passed", security=said)
    assert (reply.template, reply.field_name) == (reason, "security-criteria")
    assert stands(desk) == product("payments")


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(desk):
    opened = read_as(stands(desk))
    edit(desk, security=NEW)
    reply = edit(desk, text=opened, security="x")
    assert (reply.template, reply.field_name) == ("criteria-changed-meanwhile", "security-criteria")
    assert reply.about["states"] == [SECURITY]
    other = edit(desk, text=opened, operation="x")
    assert other.template == "criteria-changed-meanwhile"
    assert stands(desk).criteria[SECURITY] == TIDY
    assert edit(desk, operation="On-call staffed").ok


def test_the_same_form_twice_is_one_version(desk):
    text = read_as(stands(desk))
    for _ in range(2):
        desk.fill_in("criteria", text, "rita", key="view:1", **{"security-criteria": NEW})
    assert stands(desk).criteria_version(SECURITY) == 2


def test_an_open_candidate_keeps_the_stricter_and_its_time(desk):
    announced(desk)
    desk.say("assert payments", by="alice")
    edit(desk, security=NEW, product="x")
    after = desk.candidate()
    assert (after.versions(SECURITY), after.versions(State.PRODUCT)) == ((1, 2), (1,))
    assert after.release_at == FAIR
    tightened = desk.facts(kind="policy.tightened")
    assert [f.about["criteria"] for f in tightened] == [{"security": [1, 2]}]
    announced(desk, "payments 2.4.2")
    assert desk.candidate("payments@2.4.2#1").versions(SECURITY) == (2,)


def test_another_products_candidates_are_left_alone(desk):
    announced(desk, "ledger 1")
    edit(desk, security=NEW)
    assert desk.facts(kind="policy.tightened") == []


def test_what_a_fault_adds_is_for_the_next_candidate(desk):
    announced(desk)
    after, facts = add(stands(desk), SECURITY, "PCI scan is clean", CLOCK, MONDAY)
    with desk.database.write(desk.desk.clock) as tx:
        declare_criteria(tx, after, facts, CLOCK, tightens=False)
    assert stands(desk).criteria_version(SECURITY) == 2
    assert desk.candidate().versions(SECURITY) == (1,)
    assert desk.messages("news")[-1].about == {"fact": len(desk.facts())}


# What a catalogue does to them.


def test_a_catalogue_that_changes_them_keeps_versions_delegations_and_says_so(desk):
    lent = Delegation("d-1", Role.PRODUCT_OWNER, uid("alice"), uid("xena"), MONDAY, FAIR)
    desk.apply(product("new", delegations=(lent,)))
    desk.apply(product("payments", criteria={**DEFAULT_CRITERIA, SECURITY: TIDY}))
    edit(desk, security="x")
    announced(desk)
    desk.apply(product("payments", criteria={**DEFAULT_CRITERIA, SECURITY: ("y",)}))
    after = stands(desk)
    assert after.criteria_version(SECURITY) == 4
    assert after.criteria_of(SECURITY, (1, 2, 3, 4)) == (
        *DEFAULT_CRITERIA[SECURITY],
        TIDY[1],
        *"xy",
    )
    assert [f.about["version"] for f in desk.facts(kind="criteria.changed")] == [2, 3, 4]
    assert desk.facts(kind="criteria.changed")[-1].by.is_operator
    assert desk.candidate().versions(SECURITY) == (3, 4)
    holders = {**product("new").holders, Role.PRODUCT_OWNER: (user("alice"), user("sue"))}
    desk.apply(product("new", holders=holders))
    assert stands(desk, "new").delegations == (lent,)


def test_the_first_declaration_is_the_first_version(desk):
    desk.apply(product("new", criteria={**DEFAULT_CRITERIA, SECURITY: TIDY}))
    assert stands(desk, "new").criteria_version(SECURITY) == 1
    assert desk.facts(kind="criteria.changed") == []
    declared = desk.facts(kind="product.declared")[-1]
    assert declared.about["criteria"]["security"] == list(TIDY)


def test_the_next_catalogue_is_compared_with_what_was_edited(desk):
    lists = {s.value: list(DEFAULT_CRITERIA[s]) for s in State}
    plain = {"products": {"payments": {"criteria": lists, "versions": "semver"}}, "channel": "C1"}
    desk.apply(product("payments"), plain=plain)
    edit(desk, security=NEW)
    with desk.database.read() as reader:
        declared = reader.company().installation.declared
    edited = {**lists, "security": list(TIDY)}
    assert declared == {
        **plain,
        "products": {"payments": {"criteria": edited, "versions": "semver"}},
    }
    assert difference(declared, plain)[0] == "payments: security criteria - PCI scan is clean"


# Separate duties.


def test_separate_duties_are_refused_by_name_and_noted(desk):
    holders = {**product("payments").holders, Role.OPERATIONS_COORDINATOR: (user("alice"),)}
    desk.apply(product("payments", holders=holders, policy=Policy(separate_duties=True)))
    announced(desk)
    reply = desk.say("assert payments")
    assert (reply.template, reply.about["states"]) == (
        "one-state-each",
        [State.PRODUCT, State.OPERATION],
    )
    assert desk.facts(kind="act.refused")[-1].about["reason"] == "one-state-each"
    assert desk.say("assert payments product").template == "asserted"
    assert desk.say("assert payments operation").about["held"] == [State.PRODUCT]
    desk.say("announce payments 2.4.2", by="sam")
    assert desk.say("assert payments", by="sam").template == "announcer-asserts-nothing"
    assert desk.say("assert payments", by="sue").template == "asserted"
