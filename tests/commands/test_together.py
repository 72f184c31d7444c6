"""What must go together: one time, one settlement, one halt that holds all of it (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import replace

from commands.standing import stand
from rules.dependencies import Need
from rules.words import Phase
from tests.commands.office import Office, at
from tests.commands.plant import LEDGER, TUESDAY, WEDNESDAY, announce, keys


def both_ways(plant: Office) -> tuple[str, str]:
    plant.apply(replace(LEDGER, needs=(Need("payments", ">=2.4.0"),)), lines=("a cycle",))
    one = announce(plant, "ledger 3.2.0", TUESDAY)
    two = announce(plant, "payments 2.4.1", WEDNESDAY)
    return one, two


def test_what_needs_each_other_goes_together_at_the_latest_time(plant):
    ledger, pay = both_ways(plant)

    assert plant.candidate(ledger).together == (pay,)
    assert plant.candidate(ledger).release_at == plant.candidate(pay).release_at == at(WEDNESDAY)
    assert keys(plant, ledger) == keys(plant, pay) == []
    plant.deliver()
    plant.until(WEDNESDAY)
    plant.tick()
    assert plant.candidate(ledger).phase is plant.candidate(pay).phase is Phase.RELEASED
    assert plant.candidate(ledger).released_at == plant.candidate(pay).released_at
    plant.tick()
    assert keys(plant, ledger) == keys(plant, pay) == [], "what is out has been decided"
    assert plant.candidate(ledger).together == (pay,)


def test_a_halt_on_one_of_a_set_holds_the_others_until_it_is_lifted(plant):
    ledger, pay = both_ways(plant)
    plant.deliver()
    assert plant.say(f"halt {ledger} data loss", by="sam").ok
    plant.until(WEDNESDAY)
    plant.tick()
    assert plant.candidate(ledger).phase is Phase.HALTED
    assert plant.candidate(pay).phase is Phase.ANNOUNCED
    assert plant.candidate(pay).why == (f"held:{ledger}",)

    assert plant.say(f"lift {ledger} fixed", by="sam").ok
    plant.tick()
    plant.tick()
    times = {plant.candidate(name).release_at for name in (ledger, pay)}
    assert len(times) == 1
    (shared,) = times
    assert shared is not None
    plant.until(shared)
    plant.tick()
    assert plant.candidate(ledger).phase is plant.candidate(pay).phase is Phase.RELEASED


def test_extending_and_rescheduling_one_binds_all(plant):
    ledger, pay = both_ways(plant)
    assert plant.say(f"extend {ledger}", by="omar").ok
    plant.tick()
    assert plant.candidate(pay).release_at == plant.candidate(ledger).release_at > at(WEDNESDAY)
    reply = plant.say(f"reschedule {pay} 2026-11-30 14:00 UTC", by="rita")
    assert reply.about["others"] == [ledger]
    plant.tick()
    assert plant.candidate(pay).release_at == plant.candidate(ledger).release_at
    assert plant.candidate(pay).release_at == at("2026-11-30 14:00")


def test_withdrawing_one_of_a_set_sets_the_other_free(plant):
    ledger, pay = both_ways(plant)
    assert plant.say(f"withdraw {pay}", by="rita").ok
    plant.tick()

    assert plant.candidate(ledger).together == ()
    assert keys(plant, ledger) == ["needs:payments"]


def test_go_releases_a_set_as_one_or_not_at_all(plant):
    ledger, pay = both_ways(plant)
    for name in (ledger, pay):
        for by in ("alice", "sam", "omar"):
            assert plant.say(f"assert {name}", by=by).ok
    assert plant.say(f"assert {ledger}", by="rita").ok
    refused = plant.say(f"go {ledger}", by="rita")
    assert (refused.template, refused.about["candidate"]) == ("still-silent", pay)
    assert plant.say(f"assert {pay}", by="rita").ok

    gone = plant.say(f"go {ledger}", by="rita")
    assert (gone.template, gone.about["others"]) == ("gone", [pay])
    assert plant.candidate(ledger).phase is plant.candidate(pay).phase is Phase.RELEASED


def test_every_row_is_what_its_facts_make_it(plant):
    ledger, _ = both_ways(plant)
    plant.say(f"halt {ledger} data loss", by="sam")
    plant.tick()
    plant.say("announce web 1.0.0", by="dave")
    plant.tick()
    with plant.database.read() as reader:
        assert list(reader.differing()) == []
        assert list(reader.broken_links()) == []


def test_a_set_whose_members_wait_for_causes_of_their_own_goes_on_once_both_are_gone(plant):
    ledger, pay = both_ways(plant)
    plant.deliver()
    with plant.database.write(plant.desk.clock) as tx:
        tx.put_group(plant.group())
    plant.now = at(WEDNESDAY)
    with plant.database.write(plant.desk.clock) as tx:
        plant._kept_open(tx)
        tx.put_people(plant.person(name) for name in ("alice", "omar", "rita"))
        tx.put_group(plant.group())
    plant.tick()
    assert plant.candidate(ledger).waiting
    assert plant.candidate(pay).waiting

    plant.wait(hours=2)
    plant.deliver()
    plant.tick()
    times = {plant.candidate(name).release_at for name in (ledger, pay)}
    assert len(times) == 1
    assert None not in times


def test_a_refused_reschedule_of_a_set_changes_nothing(plant):
    ledger, pay = both_ways(plant)
    assert plant.say(f"reschedule {pay} 2026-11-30 14:00 UTC", by="rita").ok
    assert plant.say(f"extend {pay}", by="omar").ok
    plant.tick()
    before = plant.kinds(ledger)
    refused = plant.say(f"reschedule {ledger} 2026-11-26 14:00 UTC", by="rita")
    plant.tick()

    assert (refused.template, refused.about["candidate"]) == ("no-earlier", pay)
    assert plant.kinds(ledger) == before


def test_a_set_released_together_is_not_torn_apart_by_a_halt(plant):
    ledger, pay = both_ways(plant)
    plant.deliver()
    plant.until(WEDNESDAY)
    plant.tick()
    assert plant.say(f"halt {ledger} data loss", by="sam").ok
    refused = plant.say(f"deploying {pay}", by="omar")

    assert refused.template == "held-by-its-set"
    assert plant.candidate(pay).phase is Phase.RELEASED


def test_a_halt_on_one_shows_on_the_cards_of_the_others(plant):
    ledger, pay = both_ways(plant)
    plant.deliver()
    assert plant.say(f"halt {ledger} data loss", by="sam").ok
    (card,) = [message for message in plant.messages("card") if message.candidate == pay]
    assert card.want > card.sent, "it is drawn anew"
    with plant.database.read() as reader:
        standing = stand(reader, plant.candidate(pay), plant.now)
    assert standing is not None
    assert [other.name for other in standing.holding] == [ledger]
