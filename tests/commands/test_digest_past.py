"""A digest tells of its own time whoever draws it when, and calls nobody silent who spoke."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.digests import chart_of, numbers
from commands.digest_now import digest_of
from rules.digest import Digest
from rules.words import State
from tests.commands.office import (
    MONDAY,
    Office,
    all_assert,
    announced,
    at,
    released,
    uid,
)

UNTIL = MONDAY + timedelta(days=14)
SINCE = UNTIL - timedelta(days=7)


def drawn(office: Office, since: datetime = SINCE, until: datetime = UNTIL) -> Digest:
    """The digest of that time as it is drawn now."""
    with office.database.read() as reader:
        return digest_of(reader, since, until, office.now)


def past(office: Office, digest: Digest) -> tuple[object, ...]:
    """All that a digest says of what has been: its words, what its chart shows, and its file."""
    with office.database.read() as reader:
        company = reader.company()
    told = replace(digest, ahead=(), waiting=0)
    return told, chart_of(digest, company), numbers(digest, company, "/release")


def must(office: Office, line: str, by: str) -> None:
    reply = office.say(line, by=by)
    assert reply.ok, (line, reply)


@pytest.fixture
def fortnight(desk: Office) -> Office:
    """It is the second Monday: two are out, two halts stand, one is planned, and nobody traced a fault."""
    desk.until("2026-11-23 10:00")
    announced(desk, "web 1.8.0")
    must(desk, "halt web the login page is blank", "sue")
    desk.until("2026-12-02 09:00")
    released(desk)
    must(desk, "fault payments refunds are paid twice", "xena")
    announced(desk, "web 1.9.0")
    must(desk, "halt web@1.9.0 it is slow", "omar")
    desk.until("2026-12-04 10:00")
    released(desk, "ledger 3.0.0")
    announced(desk, "payments 2.5.0")
    all_assert(desk, "payments@2.5.0")
    desk.until(UNTIL)
    return desk


def test_it_says_the_same_of_the_past_whatever_happened_before_it_was_drawn(
    fortnight: Office,
) -> None:
    desk = fortnight
    before = drawn(desk)
    assert [each.name for each in before.went] == ["payments@2.4.1#1", "ledger@3.0.0#1"]
    assert [(each.name, each.ended) for each in before.halts] == [
        ("web@1.9.0#1", None),
        ("web@1.9.0#1", None),
    ]
    assert before.charges == {"unknown": 1}
    desk.wait(minutes=20)
    must(desk, "lift web it is back", "sue")
    must(desk, "withdraw web@1.9.0 no longer wanted", "rita")
    desk.wait(hours=3)
    assert past(desk, drawn(desk)) == past(desk, before)


def test_a_halt_from_before_that_ended_with_its_candidate_stood_in_that_time(desk: Office) -> None:
    announced(desk, "web 1.8.0")
    must(desk, "halt web the login page is blank", "sue")
    desk.until(SINCE + timedelta(days=2))
    must(desk, "withdraw web no longer wanted", "rita")
    desk.until(UNTIL)
    (halt,) = drawn(desk).halts
    assert (halt.ended, halt.ended_at) == ("withdrawn", SINCE + timedelta(days=2))


# Who was silent.


def silent(office: Office, until: str) -> dict[str, set[State]]:
    """By whom, of which states, after payments went out by somebody's silence."""
    while office.candidate().phase == "announced":
        assert office.now < at(until), office.candidate().why
        office.until(office.candidate().release_at or office.now + timedelta(hours=1))
        office.tick()
    assert office.candidate().phase == "released"
    digest = drawn(office, MONDAY - timedelta(days=1), office.now)
    return {each.person: set(each.states) for each in digest.silent}


@pytest.mark.parametrize(
    "lines",
    [
        ("sue: halt payments a CVE is open", "sue: lift payments it is closed"),
        ("sue: extend payments",),
    ],
    ids=["halted", "extended"],
)
def test_who_spoke_before_the_release_was_not_silent(desk: Office, lines: tuple[str, ...]) -> None:
    announced(desk)
    for line in lines:
        who, _, words = line.partition(": ")
        desk.wait(minutes=1)
        assert desk.say(words, by=who).ok, words
    found = silent(desk, "2026-12-04 09:00")
    spoke = {line.partition(":")[0] for line in lines}
    owners = {"alice", "sam", "sue", "omar", "rita"}
    expected = owners - spoke
    assert set(found) == {uid(name) for name in expected}


def test_a_median_of_nothing_at_all_is_drawn(desk: Office) -> None:
    released(desk)
    digest = drawn(desk, MONDAY - timedelta(days=1), desk.now)
    assert digest.times[0].now == timedelta()
    with desk.database.read() as reader:
        chart = chart_of(digest, reader.company())
    assert json.dumps(chart.spec)
