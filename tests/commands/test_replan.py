"""Collisions as people meet them: on cards, to the Release Coordinator, in `status`, with a way out (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from rules.dependencies import Need
from rules.freezes import Freeze
from rules.resources import Use
from rules.words import Phase, State
from tests.commands.office import at
from tests.commands.plant import (
    LEDGER,
    THURSDAY,
    TUESDAY,
    WEB,
    WEDNESDAY,
    announce,
    deployed,
    keys,
    told,
)

YEAR_END = Freeze(
    "year-end", hard=True, zone="UTC", starts=at("2026-11-24 12:00"), ends=at("2026-11-26 10:00")
)


# Opening and closing.


def test_a_missing_dependency_is_a_fact_on_the_card_and_told_to_the_coordinator(plant):
    name = announce(plant, "payments 2.4.1", WEDNESDAY)

    assert keys(plant, name) == ["needs:ledger"]
    (found,) = plant.candidate(name).collisions
    assert (found.why, found.roots, found.version) == ("not-announced", ("ledger",), None)
    assert plant.kinds(name)[-1] == "collision.opened"
    (message,) = told(plant, "rita")
    assert message["blocked"] == [name]
    assert not told(plant, "alice")
    plant.tick()
    assert plant.kinds(name).count("collision.opened") == 1


def test_it_closes_when_what_it_needs_is_planned_before_it(plant):
    name = announce(plant, "payments 2.4.1", WEDNESDAY)
    announce(plant, "ledger 3.2.0", TUESDAY)

    assert keys(plant, name) == []
    assert plant.kinds(name)[-1] == "collision.closed"


def test_a_product_without_plans_costs_nobody_a_fact(desk):
    announce(desk, "payments 2.4.1", WEDNESDAY)
    announce(desk, "ledger 3.2.0", WEDNESDAY)
    assert not [k for k in desk.kinds() if k.startswith("collision")]


def test_two_at_once_in_one_environment_are_told_once_with_a_way_out_that_one_press_applies(plant):
    web = announce(plant, "web 1.0.0", THURSDAY)
    ledger = announce(plant, "ledger 3.2.0", TUESDAY)
    deployed(plant, ledger)
    pay = announce(plant, "payments 2.4.1", "2026-11-26 14:15")

    assert keys(plant, web) == keys(plant, pay) == ["environment:prod-us"]
    assert plant.candidate(web).collisions[0].others == (pay,)
    message = told(plant, "rita")[-1]
    assert [m["candidate"] for m in message["moves"]] == [pay], "the later one moves"
    reply = plant.press(message["apply"], by="rita")
    assert reply.template in {"rescheduled", "rescheduled-all"}
    plant.tick()
    assert keys(plant, web) == keys(plant, pay) == []
    assert plant.candidate(pay).release_at == at("2026-11-26 14:30")
    assert plant.press(message["apply"], by="rita").template == "nothing-new", "a second press"


def test_a_resource_booked_twice(plant):
    with_dba = (Use("dba", timedelta(hours=1), timedelta(hours=2)),)
    plant.apply(replace(LEDGER, uses=with_dba), replace(WEB, uses=with_dba), lines=("uses",))
    one = announce(plant, "ledger 3.2.0", THURSDAY)
    two = announce(plant, "web 1.0.0", "2026-11-26 15:00")

    assert keys(plant, one) == keys(plant, two) == ["resource:dba"]


def test_status_shows_the_way_out_and_offers_it_to_those_who_may(plant):
    announce(plant, "web 1.0.0", THURSDAY)
    deployed(plant, announce(plant, "ledger 3.2.0", TUESDAY))
    pay = announce(plant, "payments 2.4.1", "2026-11-26 14:15")

    assert [m["candidate"] for m in plant.say("status payments", by="xena").about["moves"]] == [pay]
    assert plant.say("status payments", by="xena").choices == ()
    (choice,) = plant.say("status payments", by="rita").choices
    assert choice.command.startswith(f"reschedule {pay} ")


def test_root_blockers_are_told_apart_from_what_waits_for_another(plant):
    plant.apply(replace(WEB, needs=(Need("payments", ">=2.4.0"),)), lines=("web needs payments",))
    ledger = announce(plant, "ledger 3.2.0", TUESDAY)
    pay = announce(plant, "payments 2.4.1", WEDNESDAY)
    web = announce(plant, "web 1.0.0", THURSDAY)
    assert keys(plant, pay) == keys(plant, web) == []

    assert plant.say("halt ledger data loss", by="sam").ok
    plant.tick()

    assert plant.candidate(pay).collisions[0].why == "halted"
    assert plant.candidate(web).collisions[0].why == "blocked"
    assert plant.candidate(web).collisions[0].roots == (ledger,)
    assert plant.say("status").about["roots"] == [{"root": ledger, "waiting": [pay, web]}]


# Organization.


def test_silence_on_organization_does_not_count_while_a_violation_is_open(plant):
    name = announce(plant, "payments 2.4.1", WEDNESDAY)
    plant.deliver()
    plant.until(WEDNESDAY)
    plant.tick()

    candidate = plant.candidate(name)
    assert candidate.waiting
    assert candidate.why == ("dependency:ledger",)


def test_asserting_organization_waives_it_by_name_and_it_goes(plant):
    name = announce(plant, "payments 2.4.1", WEDNESDAY)
    plant.deliver()
    assert plant.say("assert payments", by="rita").ok
    plant.until(WEDNESDAY)
    plant.tick()

    assert plant.candidate(name).phase is Phase.RELEASED
    released = next(f for f in plant.facts(name) if f.kind == "candidate.released")
    assert released.about["states"]["organization"]["violations"] == ["needs:ledger"]


def test_a_new_violation_reopens_an_asserted_organization(plant):
    ledger = announce(plant, "ledger 3.2.0", TUESDAY)
    name = announce(plant, "payments 2.4.1", WEDNESDAY)
    assert plant.say("assert payments", by="rita").ok
    assert State.ORGANIZATION in plant.candidate(name).assertions
    assert plant.say(f"halt {ledger} data loss", by="sam").ok
    plant.tick()

    assert State.ORGANIZATION not in plant.candidate(name).assertions
    assert told(plant, "rita")


def test_what_is_still_being_deployed_holds_what_depends_on_it_at_its_time(plant):
    ledger = announce(plant, "ledger 3.2.0", TUESDAY)
    name = announce(plant, "payments 2.4.1", "2026-11-24 15:00")
    plant.deliver()
    plant.until(TUESDAY)
    plant.tick()
    assert plant.candidate(ledger).phase is Phase.RELEASED
    assert plant.say("deploying ledger", by="omar").ok
    plant.until("2026-11-24 15:00")
    plant.tick()

    assert plant.candidate(name).waiting, "ledger should be there by now and is not"
    assert plant.candidate(name).collisions[0].why == "overdue"
    assert plant.say("deployed ledger", by="omar").ok
    plant.tick()
    assert keys(plant, name) == []
    assert plant.candidate(name).release_at == at("2026-11-24 17:00") or (
        plant.candidate(name).release_at == at("2026-11-25 09:00")
    )


def test_a_rollback_sends_back_what_depends_on_it_even_released(plant):
    deployed(plant, announce(plant, "ledger 3.2.0", TUESDAY))
    name = announce(plant, "payments 2.4.1", THURSDAY)
    plant.deliver()
    plant.until(THURSDAY)
    plant.tick()
    assert plant.candidate(name).phase is Phase.RELEASED

    assert plant.say("rolled-back ledger error rate doubled", by="omar").ok
    plant.tick()

    assert plant.candidate(name).waiting
    assert "release.recalled" in plant.kinds(name)
    assert [m.target for m in plant.messages("outcome") if m.candidate == name][-1] == "C1"
    assert plant.say(f"deploying {name}", by="omar").template == "out-of-order"


# Freezes.


def test_a_hard_freeze_laid_over_a_plan_moves_it_and_says_so(plant):
    name = announce(plant, "web 1.0.0", WEDNESDAY)
    plant.apply(WEB, freezes=(YEAR_END,), lines=("+ freeze year-end",))
    plant.tick()

    assert plant.candidate(name).release_at == at("2026-11-26 10:00")
    assert plant.candidate(name).why == ("freeze:year-end",)
    assert plant.kinds(name)[-3:] == ["collision.opened", "release.postponed", "collision.closed"]


def test_a_soft_freeze_informs(plant):
    name = announce(plant, "web 1.0.0", WEDNESDAY)
    plant.apply(WEB, freezes=(replace(YEAR_END, hard=False),), lines=("+ freeze year-end",))
    plant.tick()

    assert plant.candidate(name).release_at == at(WEDNESDAY)
    assert keys(plant, name) == ["freeze:year-end"]


# Several at once.


def test_several_are_rescheduled_all_or_none(plant):
    one = announce(plant, "web 1.0.0", WEDNESDAY)
    two = announce(plant, "ledger 3.2.0", WEDNESDAY)
    line = f"reschedule {one} 2026-11-26 10:00 UTC; {two} "
    refused = plant.say(line + "someday", by="rita")

    assert refused.template == "odd-time"
    assert plant.candidate(one).release_at == at(WEDNESDAY)
    moved = plant.say(line + "2026-11-26 12:00 UTC", by="rita")
    assert moved.template == "rescheduled-all"
    assert [c.release_at for c in moved.about["candidates"]] == [
        at("2026-11-26 10:00"),
        at("2026-11-26 12:00"),
    ]


def test_an_outsider_moves_nothing(plant):
    one = announce(plant, "web 1.0.0", WEDNESDAY)
    two = announce(plant, "ledger 3.2.0", WEDNESDAY)
    line = f"reschedule {one} 2026-11-26 10:00 UTC; {two} 2026-11-26 12:00 UTC"

    assert plant.say(line, by="xena").template == "not-your-role"
    assert plant.candidate(one).release_at == at(WEDNESDAY)


# Where it is deployed.


def test_it_is_deployed_one_environment_after_another(plant):
    plant.apply(replace(LEDGER, environments=("prod-eu", "prod-us")), lines=("two places",))
    name = announce(plant, "ledger 3.2.0", TUESDAY)
    plant.deliver()
    plant.until(TUESDAY)
    plant.tick()
    assert plant.say("deploying ledger", by="omar").ok
    assert plant.say("deployed ledger in prod-eu", by="omar").about["left"] == ["prod-us"]
    assert plant.candidate(name).phase is Phase.DEPLOYING
    with plant.database.read() as reader:
        assert {k: v.version for k, v in reader.production().items()} == {
            ("ledger", "prod-eu"): "3.2.0"
        }
    assert plant.say("deployed ledger in moon", by="omar").template == "not-deployed-there"
    assert plant.say("deployed ledger in prod-us", by="omar").ok
    assert plant.candidate(name).phase is Phase.DEPLOYED


def test_what_was_there_before_is_there_again_after_a_rollback(plant):
    deployed(plant, announce(plant, "ledger 3.1.0", TUESDAY))
    deployed(plant, announce(plant, "ledger 3.2.0", THURSDAY))
    assert plant.say("rolled-back ledger 3.2.0", by="omar").ok
    with plant.database.read() as reader:
        there = reader.production()["ledger", "prod-eu"]
    assert (there.version, there.rolled_back) == ("3.1.0", "3.2.0")
