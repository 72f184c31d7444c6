"""What a catalogue declares of environments, resources and freezes is rows and facts, and no change of policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from rules.environments import Environment
from rules.freezes import Freeze
from rules.product import Policy
from rules.resources import Resource
from tests.commands.office import FAIR, Office, announced, at, product

EU = Environment("prod-eu", 2, timedelta(minutes=45))
DBA = Resource("dba", what="administrators")
HARD = Freeze("audit", True, "UTC", at("2026-11-24 00:00"), at("2026-11-26 00:00"))
LINES = ("what changed",)


def company(desk: Office) -> Any:
    with desk.database.read() as reader:
        return reader.company()


def kinds(desk: Office, before: int) -> list[str]:
    return [fact.kind for fact in desk.facts()[before:]]


def test_each_that_is_new_or_other_is_a_fact_beside_the_whole(desk):
    before = len(desk.facts())
    desk.apply(environments=(EU,), resources=(DBA,), freezes=(HARD,), lines=LINES)
    assert kinds(desk, before) == [
        "environment.declared",
        "resource.declared",
        "freeze.declared",
        "catalogue.applied",
    ]
    assert desk.facts()[-2].about["ends"] == "2026-11-26T00:00:00.000000+00:00"
    assert desk.facts()[-2].by.is_operator
    stands = company(desk)
    assert (stands.environments, stands.resources, stands.freezes) == (
        {"prod-eu": EU},
        {"dba": DBA},
        {"audit": HARD},
    )
    before = len(desk.facts())
    other = (Resource("dba", 2, "administrators"),)
    desk.apply(environments=(EU,), resources=other, freezes=(HARD,), lines=LINES)
    assert kinds(desk, before) == ["resource.changed", "catalogue.applied"]
    assert desk.facts()[-2].about["was"]["capacity"] == 1
    before = len(desk.facts())
    desk.apply(product("new"), lines=LINES)
    assert {kind.partition(".")[0] for kind in kinds(desk, before)} == {
        "product",
        "holders",
        "catalogue",
    }
    assert company(desk).resources == {"dba": other[0]}


def test_a_freeze_that_stands_as_declared_keeps_who_declared_it_first(desk):
    line = "freeze add audit hard from 2026-11-24 00:00 UTC until 2026-11-26 00:00 UTC"
    held = desk.say(line, by="rita").about["freeze"]
    before = len(desk.facts())
    said = Freeze("audit", True, held.zone, held.starts, held.ends)
    desk.apply(freezes=(said,), lines=LINES)
    assert (company(desk).freezes["audit"].by, kinds(desk, before)) == (
        "URITA",
        ["catalogue.applied"],
    )


def test_one_that_was_lifted_binds_again_when_it_is_declared_again(desk):
    desk.apply(freezes=(HARD,), lines=LINES)
    assert desk.say("freeze lift audit", by="rita").about["catalogue"] is True
    before = len(desk.facts())
    desk.apply(freezes=(HARD,), lines=LINES)
    assert kinds(desk, before) == ["freeze.declared", "catalogue.applied"]
    assert company(desk).freezes == {"audit": replace(HARD, turn=2)}


def test_a_freeze_alone_is_no_change_of_policy(desk):
    announced(desk)
    desk.apply(freezes=(HARD,), lines=LINES)
    assert desk.candidate().release_at == FAIR
    assert desk.facts(kind="policy.tightened") == []
    desk.apply(product("payments", policy=Policy(notice_hours=16)), lines=LINES)
    assert len(desk.facts(kind="policy.tightened")) == 1
