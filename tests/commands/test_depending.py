"""What nothing may go out before: not by silence, not by go, not after a rollback, not by time alone (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import replace

from rules.dependencies import Need
from rules.words import Phase, State
from tests.commands.office import Office
from tests.commands.plant import (
    LEDGER,
    PAYMENTS,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    announce,
    deployed,
    keys,
    told,
)

FRIDAY = "2026-11-27 14:00"


def assert_all(desk: Office, name: str) -> None:
    for by in ("alice", "sam", "omar", "rita"):
        assert desk.say(f"assert {name}", by=by).ok


def released(desk: Office, name: str, when: str) -> None:
    desk.deliver()
    desk.until(when)
    desk.tick()
    assert desk.candidate(name).phase is Phase.RELEASED


def test_what_breaks_others_is_not_released_though_it_needs_nothing_itself(plant):
    old = replace(PAYMENTS, needs=(Need("ledger", "<4.0.0"),))
    plant.apply(old, lines=("payments needs an old ledger",))
    deployed(plant, announce(plant, "ledger 3.2.0", TUESDAY))
    deployed(plant, announce(plant, "payments 1.0.0", WEDNESDAY))
    plant.apply(replace(PAYMENTS, needs=(Need("ledger", ">=3.0.0"),)), lines=("or a new one",))
    pay = announce(plant, "payments 2.0.0", "2026-11-26 16:00")
    ledger = announce(plant, "ledger 4.0.0", FRIDAY)
    assert keys(plant, ledger) == [], "the new payments is to be there by then"

    released(plant, pay, "2026-11-26 16:00")
    plant.until(FRIDAY)
    plant.tick()
    assert plant.candidate(ledger).waiting, "payments 2.0.0 was never deployed"
    assert keys(plant, ledger) == ["breaks:payments"]


def test_go_is_refused_while_what_it_needs_is_only_planned(plant):
    ledger = announce(plant, "ledger 3.2.0", TUESDAY)
    pay = announce(plant, "payments 2.4.1", WEDNESDAY)
    assert_all(plant, pay)
    refused = plant.say(f"go {pay}", by="rita")
    assert (refused.template, refused.about["candidate"]) == ("goes-too-soon", pay)
    assert not [k for k in plant.kinds(pay) if k == "candidate.released"]

    deployed(plant, ledger)
    assert plant.say(f"go {pay}", by="rita").template == "gone"


def test_go_is_refused_while_what_it_needs_is_overdue(plant):
    released(plant, announce(plant, "ledger 3.2.0", TUESDAY), TUESDAY)
    pay = announce(plant, "payments 2.4.1", THURSDAY)
    plant.until("2026-11-25 09:00")
    plant.tick()
    assert keys(plant, pay) == ["needs:ledger"], "time alone has brought it about"
    assert plant.candidate(pay).collisions[0].why == "overdue"
    for by in ("alice", "sam", "omar"):
        assert plant.say(f"assert {pay}", by=by).ok
    assert plant.say(f"go {pay}", by="rita").template == "still-silent"


def test_a_rollback_calls_back_though_another_version_is_announced(plant):
    deployed(plant, announce(plant, "ledger 3.2.0", TUESDAY))
    pay = announce(plant, "payments 2.4.1", THURSDAY)
    released(plant, pay, THURSDAY)
    announce(plant, "ledger 3.3.0", "2026-12-02 14:00")
    messages = len(told(plant, "rita"))
    assert plant.say("rolled-back ledger@3.2.0 totals are wrong", by="omar").ok
    plant.tick()

    assert plant.kinds(pay).count("release.recalled") == 1
    assert plant.candidate(pay).phase is Phase.ANNOUNCED
    assert State.ORGANIZATION in plant.candidate(pay).silent
    assert len(told(plant, "rita")) > messages, "its Release Coordinator hears of it"


def test_what_was_announced_after_a_rollback_keeps_the_time_people_gave_it(plant):
    deployed(plant, announce(plant, "ledger 3.2.0", TUESDAY))
    assert plant.say("rolled-back ledger totals are wrong", by="omar").ok
    pay = announce(plant, "payments 2.4.1", THURSDAY)

    assert keys(plant, pay) == ["needs:ledger"]
    assert plant.candidate(pay).release_at is not None


def test_production_is_not_forgotten_with_the_environments(plant):
    deployed(plant, announce(plant, "ledger 3.2.0", TUESDAY))
    pay = announce(plant, "payments 2.4.1", THURSDAY)
    plant.apply(replace(LEDGER, environments=()), lines=("no environments any more",))
    plant.tick()
    assert keys(plant, pay) == []


def test_a_way_out_lies_in_working_hours(plant):
    deployed(plant, announce(plant, "ledger 3.2.0", TUESDAY))
    announce(plant, "web 1.0.0", "2026-11-26 16:45")
    pay = announce(plant, "payments 2.4.1", "2026-11-26 16:45")
    (move,) = plant.say(f"status {pay}", by="rita").about["moves"]
    assert move["at"] == "2026-11-27T09:00:00+00:00", "not at five in the evening"


def test_an_old_way_out_is_not_applied_to_a_plan_that_is_another_by_now(plant):
    deployed(plant, announce(plant, "ledger 3.2.0", TUESDAY))
    announce(plant, "web 1.0.0", "2026-11-26 14:00")
    pay = announce(plant, "payments 2.4.1", "2026-11-26 14:15")
    (old,) = plant.say(f"status {pay}", by="rita").choices
    assert plant.say(f"reschedule {pay} 2026-12-03 10:00 UTC", by="alice").ok

    refused = plant.press(old.command, by="rita")
    assert refused.template == "plan-changed"
    assert refused.choices[0].command == f"status {pay}"
    assert plant.candidate(pay).release_at == refused.about["at"]


def test_an_override_does_not_outlive_the_freeze_it_was_given_for(plant):
    web = announce(plant, "web 1.0.0", THURSDAY)
    add = "freeze add x {} for web from 2026-11-26 12:00 UTC until 2026-11-26 16:00 UTC"
    assert plant.say(add.format("soft"), by="rita").ok
    assert plant.say(f"freeze override {web} x because it only warns", by="rita").ok
    plant.tick()
    assert keys(plant, web) == []
    assert plant.say(add.format("hard"), by="rita").ok
    plant.tick()
    assert plant.candidate(web).why == ("freeze:x",)
