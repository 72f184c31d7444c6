"""What silence means at the release time: released, postponed, waiting, or not yet."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from commands.presume import resume_due, settle_due
from commands.reminders import retry_unreached
from rules.apply import replay
from storage import tables
from tests.commands.office import FAIR, Office, all_assert, announced, at, product, quiet


def settle(desk: Office) -> None:
    while settle_due(desk.desk):
        pass


def test_silence_releases_at_the_release_time_and_not_before(desk):
    announced(desk)
    desk.until(FAIR - timedelta(seconds=1))
    assert settle_due(desk.desk) == 0
    desk.until(FAIR)
    assert settle_due(desk.desk) == 1
    after = desk.candidate()
    assert (after.phase, after.released_at) == ("released", FAIR)
    assert set(after.outcome.values()) == {"presumed"}
    (fact,) = desk.facts(kind="candidate.released")
    assert fact.about["by"] == "silence"
    assert fact.about["states"]["security"]["person"] in {"USAM", "USUE"}
    assert settle_due(desk.desk) == 0
    assert len(desk.messages("outcome")) == 1


def test_what_was_asserted_and_what_was_presumed_is_recorded(desk):
    announced(desk)
    desk.say("assert payments")
    desk.until(FAIR)
    settle(desk)
    assert desk.candidate().outcome == {
        "product": "asserted",
        "security": "presumed",
        "operation": "presumed",
        "organization": "presumed",
    }


def test_four_assertions_go_out_at_the_release_time(desk):
    announced(desk)
    all_assert(desk)
    desk.until(FAIR)
    settle(desk)
    assert set(desk.candidate().outcome.values()) == {"asserted"}


def test_what_is_halted_is_not_released(desk):
    announced(desk)
    desk.say("halt payments", by="sam")
    desk.until(FAIR + timedelta(minutes=1))
    assert settle_due(desk.desk) == 0
    assert desk.candidate().phase == "halted"


def test_the_facts_replay_to_the_stored_row(desk):
    announced(desk)
    desk.say("extend payments", by="sam")
    desk.say("halt payments no", by="omar")
    desk.say("lift payments yes", by="omar")
    desk.until("2026-11-25 09:15")
    settle(desk)
    assert desk.candidate().phase == "released"
    assert replay(desk.facts("payments@2.4.1#1")) == desk.candidate()


def test_nothing_is_settled_while_the_door_is_shut(desk):
    announced(desk)
    desk.until(FAIR - timedelta(minutes=10))
    desk.until(FAIR, door=False)
    settle(desk)
    assert desk.candidate().phase == "announced"
    assert desk.kinds() == ["candidate.announced"]


def test_an_outage_across_the_release_time_postpones_inside_working_hours(desk):
    announced(desk)
    desk.until(FAIR - timedelta(minutes=10))
    desk.until("2026-11-24 16:50", door=False)
    desk.reopen()
    settle(desk)
    after = desk.candidate()
    assert (after.release_at, after.why) == (at("2026-11-25 09:00"), ("outage",))
    assert desk.kinds() == ["candidate.announced", "release.postponed"]
    assert len(desk.messages("outcome")) == 1
    desk.until("2026-11-25 09:00")
    settle(desk)
    assert desk.candidate().phase == "released"


def test_after_an_outage_even_four_assertions_wait_for_the_door(desk):
    announced(desk)
    all_assert(desk)
    desk.until(FAIR - timedelta(minutes=10))
    desk.until("2026-11-24 12:00", door=False)
    desk.reopen()
    settle(desk)
    assert desk.candidate().release_at == at("2026-11-24 12:30")


def test_a_release_slept_through_is_postponed_though_the_door_was_open(desk):
    announced(desk)
    desk.until(FAIR + timedelta(minutes=6))
    settle(desk)
    assert desk.candidate().why == ("late",)
    assert desk.candidate().phase == "announced"


def test_what_slack_never_accepted_is_postponed_once_then_waits_and_resumes(desk):
    desk.say("announce payments 2.4.1", by="dave")
    desk.until(FAIR)
    settle(desk)
    assert desk.candidate().phase == "announced"
    assert "undelivered:security" in desk.candidate().why
    again = desk.candidate().release_at
    desk.until(again)
    settle(desk)
    assert desk.candidate().waiting
    desk.wait(hours=1)
    desk.tick()
    assert desk.candidate().waiting
    desk.deliver()
    desk.tick()
    after = desk.candidate()
    assert after.release_at is not None
    assert after.release_at >= desk.now + timedelta(hours=2)
    assert desk.kinds()[-3:] == ["release.postponed", "release.waiting", "release.resumed"]


def test_one_whose_message_can_never_arrive_makes_it_wait(desk):
    desk.say("announce payments 2.4.1", by="dave")
    desk.deliver(but=["omar"])
    desk.until(FAIR)
    settle(desk)
    assert desk.candidate().why == ("undeliverable:operation",)
    assert desk.candidate().waiting


def test_an_announcement_that_cannot_be_posted_makes_it_wait_until_it_is(desk):
    desk.say("announce payments 2.4.1", by="dave")
    with desk.database.write(desk.desk.clock) as tx:
        for message in tx.claim(1000):
            if message.kind == "card":
                tx.dead(message.key, "not_in_channel")
            else:
                tx.sent(message.key, message.want, message.target, "1.0")
    desk.until(FAIR)
    settle(desk)
    assert desk.candidate().waiting
    assert {why.partition(":")[0] for why in desk.candidate().why} == {"unannounced"}
    desk.wait(hours=1)
    assert retry_unreached(desk.desk) == 1
    desk.tick()
    assert desk.candidate().waiting
    desk.deliver()
    desk.tick()
    assert desk.candidate().release_at is not None


def test_a_vacant_role_is_never_presumed_it_waits_and_resumes(desk):
    desk.meet("omar", deactivated=True)
    announced(desk)
    assert desk.candidate().waiting
    assert desk.candidate().why == ("vacant:operation",)
    desk.wait(hours=3)
    desk.meet("omar", deactivated=True)
    assert resume_due(desk.desk) == 0
    desk.meet("omar")
    before = len(desk.messages("ask"))
    assert resume_due(desk.desk) == 1
    assert resume_due(desk.desk) == 0
    after = desk.candidate()
    assert after.release_at is not None
    assert after.release_at >= at("2026-11-24 11:30")
    assert len(desk.messages("ask")) == before + 1
    assert desk.messages("ask")[-1].target == "UOMAR"


def test_a_role_vacant_by_the_release_time_makes_it_wait_and_the_coordinator_hear(desk):
    announced(desk)
    desk.until(FAIR)
    desk.meet("omar", deactivated=True)
    settle(desk)
    assert desk.candidate().waiting
    assert desk.heard_of("release.waiting") == ["rita"]


def test_rows_too_old_settle_nothing_until_they_are_read_again(desk):
    announced(desk)
    desk.until(FAIR - timedelta(minutes=31))
    desk.until(FAIR, mirror=False)
    settle(desk)
    assert desk.candidate().phase == "announced"
    assert desk.kinds() == ["candidate.announced"]
    desk.wait(seconds=9)
    assert settle_due(desk.desk) == 0
    desk.wait(seconds=1)
    assert settle_due(desk.desk) == 1
    assert desk.candidate().phase == "released"


def test_asserted_candidates_need_no_fresh_rows(desk):
    announced(desk)
    all_assert(desk)
    desk.until(FAIR - timedelta(minutes=31))
    desk.until(FAIR, mirror=False)
    settle(desk)
    assert desk.candidate().phase == "released"


def test_where_silence_holds_it_waits_for_words(desk):
    announced(desk, "web 1")
    desk.until(FAIR)
    settle(desk)
    after = desk.candidate("web@1#1")
    assert after.waiting
    assert after.why == tuple(
        f"silent:{s}" for s in ("product", "security", "operation", "organization")
    )


def poison(desk: Office, product: str) -> None:
    with desk.database.write(desk.desk.clock) as tx:
        row = tables.candidates.c.product == product
        tx._connection.execute(update(tables.candidates).where(row).values(doc="{"))


def test_a_poisoned_candidate_is_parked_and_reported_once_a_day_while_the_others_go_on(desk):
    announced(desk, "ledger 7")
    announced(desk, "payments 2.4.1")
    poison(desk, "ledger")
    desk.until(FAIR)
    assert quiet(settle_due, desk.desk) == 2
    assert desk.candidate().phase == "released"
    assert desk.told("parked") == ["operator"]
    assert quiet(settle_due, desk.desk) == 0
    desk.wait(minutes=15)
    assert quiet(settle_due, desk.desk) == 1
    (fact,) = desk.facts(kind="candidate.parked")
    assert (fact.product, fact.candidate) == ("ledger", "ledger@7#1")
    desk.wait(days=1)
    quiet(settle_due, desk.desk)
    assert len(desk.facts(kind="candidate.parked")) == 2


def test_many_due_at_one_instant_are_settled_in_batches_none_lost_none_twice(desk):
    names = [f"p{number:03}" for number in range(250)]
    desk.apply(*(product(name) for name in names))
    for name in names:
        desk.say(f"announce {name} 1", by="dave")
    desk.deliver()
    desk.until(FAIR)
    assert [settle_due(desk.desk, 100) for _ in range(4)] == [100, 100, 50, 0]
    told = [f.candidate for f in desk.facts(kind="candidate.released")]
    assert sorted(told) == [f"{name}@1#1" for name in names]


def test_settling_nothing_takes_no_lock(desk):
    announced(desk)
    with desk.database.write(desk.desk.clock):
        assert settle_due(desk.desk) == 0
        assert resume_due(desk.desk) == 0
