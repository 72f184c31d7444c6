"""The weekly digest as people ask for it and as the clock posts it, against a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from commands.digest_now import digest_of
from commands.weekly import digest_due
from rules.digest import Digest
from rules.series import DIGEST, Series
from rules.words import State
from storage.outbox import Message
from tests.commands.office import MONDAY, Office, all_assert, announced, at, released, uid

WEEK = timedelta(days=7)
SERIES = Series(DIGEST, (0,), time(9), "Europe/London", "C1", MONDAY - timedelta(hours=1), by=None)


def scheduled(office: Office, **more: object) -> Office:
    """The digest comes each Monday at nine in London; the first is a week away."""
    series = replace(SERIES, effective=office.now, **more)  # type: ignore[arg-type]
    with office.database.write(office.desk.clock) as tx:
        tx.put_company(
            products=(),
            calendars=(),
            installation=tx.company().installation,
            people_calendars={},
            series=[series],
        )
    return office


def told(office: Office, line: str = "digest", by: str | None = "xena") -> Digest:
    reply = office.say(line, by=by)
    assert reply.template == "digest", reply
    found: Digest = reply.about["digest"]
    return found


def posts(office: Office, *kinds: str) -> list[Message]:
    return [m for m in office.messages() if m.kind in (kinds or ("digest", "numbers"))]


@pytest.fixture
def week(desk: Office) -> Office:
    """payments went out by silence of two, ledger by the word of all, web was halted for a day."""
    announced(desk)
    desk.say("assert payments", by="alice")
    desk.say("assert payments", by="rita")
    released(desk, "ledger 3.0.0")
    announced(desk, "web 1.8.0")
    desk.say("halt web the login page is blank", by="sue")
    desk.until("2026-11-24 09:30")
    desk.tick()
    assert desk.candidate().phase == "released"
    desk.say("lift web it is back", by="sue")
    return desk


def test_it_tells_what_went_out_and_how_what_was_halted_and_who_was_silent(week: Office) -> None:
    digest = told(week)
    assert [(each.name, each.how) for each in digest.went] == [
        ("ledger@3.0.0#1", "asserted"),
        ("payments@2.4.1#1", "presumed"),
    ]
    assert digest.announced == 3
    (halt,) = digest.halts
    assert (halt.name, halt.ended, halt.halt.reason) == (
        "web@1.8.0#1",
        "lifted",
        "the login page is blank",
    )
    assert halt.lasted(digest.until) == timedelta(hours=24, minutes=30)
    silent = {each.person: dict(each.states) for each in digest.silent}
    assert silent == {
        uid("omar"): {State.OPERATION: 1},
        uid("sam"): {State.SECURITY: 1},
        uid("sue"): {State.SECURITY: 1},
    }
    assert [each.name for each in digest.ahead] == ["web@1.8.0#1"]


def test_who_asks_gets_the_chart_and_the_numbers_as_a_direct_message(week: Office) -> None:
    told(week)
    whole, numbers = posts(week)
    assert (whole.kind, whole.target, whole.about["late"]) == ("digest", uid("xena"), False)
    assert numbers.about["under"] == whole.key
    week.say("digest", by=None)
    assert len(posts(week)) == 2


def test_nothing_to_say_is_said_and_nothing_is_sent(desk: Office) -> None:
    assert told(desk).empty
    assert posts(desk) == []


def test_a_rollback_a_failure_and_faults_are_told(week: Office) -> None:
    for line in ("deploying ledger", "failed ledger the disk is full", "rolled-back ledger"):
        week.say(line, by="omar")
    week.say("fault payments refunds are paid twice", by="xena")
    digest = told(week)
    assert (digest.failed, digest.rolled_back) == (("ledger@3.0.0#1",), ("ledger@3.0.0#1",))
    assert digest.charges == {"unknown": 1}


def test_only_what_happened_since_the_date_counts(week: Office) -> None:
    assert [each.name for each in told(week, "digest since tue").went] == ["payments@2.4.1#1"]
    assert len(told(week, "digest since 2026-11-20").went) == 2
    assert len(told(week, "digest since 1 nov").went) == 2


@pytest.mark.parametrize(
    ("line", "template", "command"),
    [
        ("digest since 2027-01-01", "digest-ahead", "digest since 2026-11-17"),
        ("digest since tomorrow", "digest-ahead", "digest since 2026-11-17"),
        ("digest since 2025-01-01", "digest-too-long", "digest since 2026-08-25"),
        ("digest since whenever", "odd-time", None),
        ("digest sinc mon", "say-what-of-digest", None),
    ],
)
def test_what_cant_be_told_is_answered_with_the_nearest_that_can(
    week: Office, line: str, template: str, command: str | None
) -> None:
    reply = week.say(line, by="xena")
    assert (reply.template, reply.ok) == (template, False)
    assert [choice.command for choice in reply.choices] == ([command] if command else [])
    if command:
        told(week, command)


def test_the_clock_posts_it_once_and_the_next_goes_on_where_it_ended(week: Office) -> None:
    scheduled(week)
    assert digest_due(week.desk) == 0
    week.until("2026-11-30 09:00")
    assert digest_due(week.desk) == 2
    assert digest_due(week.desk) == 0
    whole, numbers = posts(week)
    assert (whole.key, whole.target) == ("digest:2026-11-30", "C1")
    assert (numbers.key, numbers.about["under"]) == ("numbers:2026-11-30", "digest:2026-11-30")
    assert whole.about == {
        "since": "2026-11-23T09:00:00.000000+00:00",
        "until": "2026-11-30T09:00:00.000000+00:00",
        "slots": ["2026-11-30"],
        "late": False,
    }
    assert told(week).since == at("2026-11-30 09:00") - WEEK or told(week).since == week.now


def test_what_was_missed_while_the_bot_was_down_is_one_digest_and_late(week: Office) -> None:
    scheduled(week)
    week.until("2026-12-15 12:00")
    digest_due(week.desk)
    (fact,) = week.facts(kind="digest.posted")
    assert fact.about["slots"] == ["2026-11-30", "2026-12-07", "2026-12-14"]
    assert fact.about["late"]
    assert posts(week, "digest")[0].about["late"]


def test_what_is_off_is_not_posted_and_an_empty_one_has_no_file(desk: Office) -> None:
    scheduled(desk, off=True)
    desk.until("2026-11-30 09:00")
    assert digest_due(desk.desk) == 0
    scheduled(desk)
    desk.until("2026-12-07 09:00")
    assert digest_due(desk.desk) == 1
    assert [m.kind for m in posts(desk)] == ["digest"]


def test_the_default_is_since_the_last_one_that_was_posted(week: Office) -> None:
    scheduled(week)
    week.until("2026-11-30 09:00")
    digest_due(week.desk)
    week.until("2026-12-02 09:00")
    assert told(week).since == at("2026-11-30 09:00")


def test_a_release_coordinator_sets_when_it_comes_and_nobody_else(desk: Office) -> None:
    assert desk.say("digest set mon 09:00", by="alice").template == "not-your-role"
    assert desk.say("digest set mon 09:00", by="rita").template == "scheduled"
    with desk.database.read() as reader:
        assert reader.company().series[DIGEST].days == (0,)
    assert desk.say("digest off", by="rita").template == "scheduled"


def test_what_went_out_before_is_compared_and_does_not_count(week: Office) -> None:
    week.until(MONDAY + 3 * WEEK - timedelta(hours=1))
    announced(week, "ledger 3.1.0")
    all_assert(week, "ledger")
    assert week.say("go ledger", by="rita").template == "gone"
    with week.database.read() as reader:
        digest = digest_of(reader, week.now - WEEK, week.now, week.now)
    assert [each.name for each in digest.went] == ["ledger@3.1.0#1"]
    took = digest.times[0]
    assert took.now == timedelta()
    assert took.before == timedelta(hours=12, minutes=15)
    assert [week.many for week in digest.weeks] == [0, 0, 2, 0, 1]
