"""Reminders and warnings: each once, to those who owe a word, inside their working hours."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from commands.presume import settle_due
from commands.reminders import remind_due
from rules.people import Holder
from rules.words import Role
from tests.commands.office import FAIR, MONDAY, Office, announced, at, name_of, product


def reminded(desk: Office) -> Counter[tuple[str, int]]:
    return Counter((name_of(m.target), m.about["mark"]) for m in desk.messages("remind"))


def live_through(desk: Office, start: str, end: str, step: timedelta) -> None:
    """Tick from `start` to `end`, couriers and all."""
    desk.until(start)
    while desk.now <= at(end):
        desk.tick()
        desk.deliver()
        desk.until(desk.now + step)


def test_each_owner_is_reminded_once_a_mark_at_work_only_while_silent(desk):
    announced(desk, "payments 2.4.1 thu 14:00")
    desk.say("assert payments organization", by="rita")
    live_through(desk, "2026-11-25 13:45", "2026-11-26 13:59", timedelta(minutes=15))
    assert reminded(desk) == {
        ("alice", 24): 1,
        ("sue", 24): 1,
        ("sam", 24): 1,
        ("omar", 24): 1,
        ("alice", 4): 1,
        ("sue", 4): 1,
        ("omar", 4): 1,
        ("alice", 1): 1,
        ("sue", 1): 1,
    }
    omars = next(m for m in desk.messages("remind", to="omar"))
    assert omars.wanted_at == at("2026-11-26 03:30")


def test_a_snooze_skips_what_falls_into_it(desk):
    announced(desk, "payments 2.4.1 thu 14:00")
    desk.until("2026-11-26 09:45")
    desk.say("snooze payments 4h")
    live_through(desk, "2026-11-26 10:00", "2026-11-26 13:59", timedelta(minutes=15))
    assert reminded(desk)["alice", 4] == 0
    assert reminded(desk)["alice", 1] == 1
    assert reminded(desk)["sue", 4] == 1


def test_another_release_time_is_reminded_of_anew(desk):
    announced(desk, "payments 2.4.1 wed 14:00")
    live_through(desk, "2026-11-24 14:00", "2026-11-24 14:00", timedelta(minutes=15))
    assert reminded(desk)["alice", 24] == 1
    desk.say("reschedule payments thu 14:00", by="alice")
    live_through(desk, "2026-11-25 14:00", "2026-11-25 14:00", timedelta(minutes=15))
    assert reminded(desk)["alice", 24] == 2


def test_nobody_is_reminded_of_what_is_halted(desk):
    announced(desk, "payments 2.4.1 wed 14:00")
    desk.say("halt payments no", by="sam")
    live_through(desk, "2026-11-24 14:00", "2026-11-24 15:00", timedelta(minutes=30))
    assert reminded(desk) == {}


def test_four_hours_before_the_coordinator_hears_what_is_about_to_be_presumed(desk):
    announced(desk)
    desk.until(FAIR - timedelta(hours=4, minutes=1))
    remind_due(desk.desk)
    assert desk.told("about-to-presume") == []
    desk.wait(minutes=1)
    remind_due(desk.desk)
    remind_due(desk.desk)
    assert desk.told("about-to-presume") == ["rita"]


def test_nothing_is_about_to_be_presumed_where_silence_holds_or_all_have_spoken(desk):
    announced(desk, "web 1")
    announced(desk)
    for who in ("alice", "sam", "omar", "rita"):
        desk.say("assert payments", by=who)
    desk.until(FAIR - timedelta(hours=1))
    remind_due(desk.desk)
    assert desk.told("about-to-presume") == []


def test_a_halts_owner_is_asked_at_its_review_time_once(desk):
    announced(desk)
    desk.say("halt payments CVE-1", by="sam")
    desk.until("2026-11-24 08:59")
    remind_due(desk.desk)
    assert desk.told("halt-review") == []
    desk.until("2026-11-24 09:00")
    remind_due(desk.desk)
    remind_due(desk.desk)
    assert desk.told("halt-review") == ["sam"]
    desk.say("review payments keep", by="sam")
    desk.until("2026-11-25 09:00")
    remind_due(desk.desk)
    assert desk.told("halt-review") == ["sam", "sam"]


def test_where_the_halter_is_gone_the_role_is_asked_and_for_the_operators_the_coordinator(desk):
    announced(desk)
    desk.say("halt payments CVE-1", by="sam")
    desk.say("halt payments Slack is down", by=None)
    desk.until("2026-11-24 09:00")
    desk.meet("sam", deactivated=True)
    remind_due(desk.desk)
    assert desk.told("halt-review") == ["rita", "sue"]


def test_what_waits_is_brought_up_each_working_day(desk):
    desk.meet("omar", deactivated=True)
    announced(desk, "payments 2.4.1")
    for _ in range(7 * 24):
        desk.wait(hours=1)
        desk.meet("omar", deactivated=True)
        remind_due(desk.desk)
    days = [m.about["day"] for m in desk.messages("tell") if m.about["template"] == "still-waiting"]
    assert days == [
        "2026-11-23",
        "2026-11-24",
        "2026-11-25",
        "2026-11-26",
        "2026-11-27",
        "2026-11-30",
    ]
    assert set(desk.told("still-waiting")) == {"rita"}


def test_where_there_is_no_coordinator_the_operator_hears(desk):
    desk.meet("rita", deactivated=True)
    announced(desk)
    remind_due(desk.desk)
    assert desk.told("still-waiting") == ["operator"]


def test_a_role_fallen_vacant_is_brought_up_before_the_release_time(desk):
    announced(desk, "payments 2.4.1 fri 14:00")
    desk.wait(hours=1)
    desk.meet("omar", deactivated=True)
    remind_due(desk.desk)
    remind_due(desk.desk)
    assert desk.told("vacant") == ["rita"]
    assert not desk.candidate().waiting


def test_who_joins_the_group_is_asked_only_when_those_asked_are_gone(desk):
    announced(desk)
    asked = len(desk.messages("ask"))
    with desk.database.write(desk.desk.clock) as tx:
        tx.put_people([desk.person("new")])
        tx.put_group(desk.group("sam", "sue", "new"))
    remind_due(desk.desk)
    assert len(desk.messages("ask")) == asked
    with desk.database.write(desk.desk.clock) as tx:
        tx.put_group(desk.group("new"))
    remind_due(desk.desk)
    assert [m.target for m in desk.messages("ask")][asked:] == ["UNEW"]


def test_who_takes_on_a_second_role_is_asked_for_that_too(desk):
    announced(desk)
    holders = dict(product("payments").holders)
    holders[Role.OPERATIONS_COORDINATOR] = (Holder("user", "UALICE", MONDAY),)
    desk.apply(product("payments", holders=holders))
    asks = desk.messages("ask", to="alice")
    assert [m.states for m in asks] == [("product",), ("operation",)]
    assert remind_due(desk.desk) == 0


def test_the_owners_of_presumed_states_review_a_hotfix_within_two_days(desk):
    announced(desk, "payments 2.4.1 hotfix login fails")
    desk.say("hotfix payments", by="omar")
    desk.say("assert payments")
    desk.until("10:00")
    settle_due(desk.desk)
    desk.say("review payments ok", by="omar")
    desk.until("2026-11-24 09:59")
    remind_due(desk.desk)
    assert desk.told("review-reminder") == []
    desk.until("2026-11-24 10:00")
    remind_due(desk.desk)
    remind_due(desk.desk)
    assert desk.told("review-reminder") == ["rita", "sam", "sue"]
    desk.until("2026-11-25 10:00")
    remind_due(desk.desk)
    remind_due(desk.desk)
    assert desk.told("review-overdue") == ["rita"]
