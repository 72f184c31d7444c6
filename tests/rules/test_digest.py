"""What a stretch of time comes to, and that each slot of the digest is told of exactly once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from rules.candidate import Candidate, Fault, Halt
from rules.digest import (
    LONGEST,
    Digest,
    Posted,
    Took,
    Went,
    back_to,
    due,
    faults,
    halts,
    times,
    weeks,
    went,
)
from rules.product import Policy
from rules.series import DIGEST, Series, owed
from rules.words import Phase, State

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SINCE = MONDAY - 7 * DAY


def out(at: datetime, hours: float = 48, /, **how: str) -> Went:
    """A release so many hours after its announcement, its states asserted an hour after it."""
    began = at - hours * HOUR
    outcome = {state: how.get(state, "asserted") for state in State}
    word = {state: began + HOUR for state in State if outcome[state] != "presumed"}
    return Went("payments@1.0#1", began, at, word, outcome, Phase.DEPLOYED)


def candidate(name: str = "payments", build: int = 1, **more: Any) -> Candidate:
    given: dict[str, Any] = {"announced_at": SINCE, **more}
    return Candidate(name, "1.0", build, "U1", policy=Policy(), **given)


def halt(number: str = "1", at: datetime = SINCE + DAY, **more: Any) -> Halt:
    return Halt(number, "U2", (), (State.SECURITY,), "why", at, at + DAY, **more)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, "asserted"),
        ({"security": "asserted with waivers"}, "waived"),
        ({"security": "asserted with waivers", "product": "presumed"}, "presumed"),
    ],
)
def test_a_release_is_by_silence_as_soon_as_one_state_is(
    how: dict[str, Any], expected: str
) -> None:
    assert out(MONDAY, 48, **how).how == expected


def test_a_candidate_counts_once_it_has_gone_out() -> None:
    assert went(candidate()) is None
    assert went(candidate(phase=Phase.WITHDRAWN, released_at=MONDAY)) is None
    assert went(candidate(phase=Phase.SUPERSEDED)) is None
    assert went(candidate(phase=Phase.SUPERSEDED, released_at=MONDAY)) is not None
    gone = candidate(phase=Phase.FAILED, released_at=MONDAY, outcome={State.PRODUCT: "presumed"})
    told = went(gone)
    assert told is not None
    assert (told.silent, told.hotfix, told.product) == ((State.PRODUCT,), False, "payments")


def test_times_are_the_middle_ones_and_stand_beside_those_before() -> None:
    now = [out(MONDAY, hours) for hours in (10, 20, 90)]
    before = [out(SINCE, hours, product="presumed") for hours in (10, 20)]
    release, product, security, *_ = times(now, before)
    assert release == Took("release", 20 * HOUR, 15 * HOUR)
    assert product == Took("product", HOUR, None)
    assert security == Took("security", HOUR, HOUR)
    assert times([], [])[0] == Took("release", None, None)


def test_weeks_end_with_the_digest_and_are_five_at_least() -> None:
    known = [out(MONDAY), out(MONDAY - 7 * DAY), out(MONDAY - 7 * DAY + HOUR), out(MONDAY + HOUR)]
    found = weeks(known, SINCE, MONDAY)
    assert [week.many for week in found] == [0, 0, 0, 1, 2]
    assert found[-1].end == MONDAY
    assert found[0].end == MONDAY - 28 * DAY
    assert len(weeks([], MONDAY - 60 * DAY, MONDAY)) == 13
    assert len(weeks([], MONDAY - LONGEST, MONDAY)) == 13
    assert [week.many for week in weeks(known, MONDAY - HOUR, MONDAY)] == [0, 0, 0, 1, 2]


@pytest.mark.parametrize("minutes", [0, 1, 60, 2 * 24 * 60])
def test_a_digest_that_is_late_shows_all_that_it_counts_in_its_own_week(minutes: int) -> None:
    until = MONDAY + timedelta(minutes=minutes)
    known = [out(SINCE + timedelta(seconds=1)), out(until)]
    assert weeks(known, SINCE, until)[-1].many == 2


def test_the_past_that_is_needed_reaches_over_the_weeks_shown_and_those_compared() -> None:
    assert back_to(SINCE, MONDAY) == MONDAY - 35 * DAY
    assert back_to(MONDAY - DAY, MONDAY) == MONDAY - 35 * DAY
    assert back_to(MONDAY - 60 * DAY, MONDAY) == MONDAY - 88 * DAY


def test_halts_are_told_that_stood_in_the_time_those_that_stand_first() -> None:
    over = halt("1", lifted=True, lifted_at=SINCE + 3 * DAY)
    before = halt("2", at=SINCE - 3 * DAY, lifted=True, lifted_at=SINCE - HOUR)
    stands = halt("3", at=SINCE - 3 * DAY)
    later = halt("4", at=MONDAY + HOUR)
    found = halts([candidate(halts=(over, before, stands, later))], {}, Digest(SINCE, MONDAY))
    assert [(each.halt.id, each.ended) for each in found] == [("3", None), ("1", "lifted")]
    assert [each.lasted(MONDAY) for each in found] == [10 * DAY, 2 * DAY]


def test_a_halt_passed_on_counts_once_and_one_that_ended_with_its_candidate_says_so() -> None:
    old = candidate(halts=(halt(),), phase=Phase.SUPERSEDED)
    new = candidate(halts=(halt(),), build=2, announced_at=SINCE + 2 * DAY)
    gone = candidate("ledger", halts=(halt(),), phase=Phase.WITHDRAWN)
    ended = {
        old.name: ("candidate.superseded", SINCE + 2 * DAY),
        gone.name: ("candidate.withdrawn", SINCE + 4 * DAY),
    }
    found = halts([new, old, gone], ended, Digest(SINCE, MONDAY))
    assert [(each.name, each.ended) for each in found] == [
        ("payments@1.0#2", None),
        ("ledger@1.0#1", "withdrawn"),
    ]


def test_faults_are_charged_to_what_let_them_through() -> None:
    def fault(number: str, at: datetime, **more: Any) -> Fault:
        return Fault(number, "totals are wrong", "U1", at, **more)

    said = {"attributed_at": SINCE + 2 * DAY}
    told = faults(
        [
            candidate(
                faults=(
                    fault("1", SINCE + DAY),
                    fault("2", SINCE - 9 * DAY, state=State.SECURITY, **said),
                    fault("3", SINCE + DAY, **said),
                    fault("4", SINCE - 9 * DAY),
                )
            )
        ],
        SINCE,
        MONDAY,
    )
    assert [(each.fault.id, each.through) for each in told] == [
        ("2", "security"),
        ("3", "none"),
        ("1", "unknown"),
    ]
    counted = Digest(SINCE, MONDAY, faults=told).charges
    assert counted == {"security": 1, "none": 1, "unknown": 1}


def test_a_digest_with_nothing_in_it_is_empty() -> None:
    assert Digest(SINCE, MONDAY).empty
    assert not Digest(SINCE, MONDAY, waiting=1).empty
    assert not Digest(SINCE, MONDAY, went=[out(MONDAY)]).empty


WEEKLY = Series(DIGEST, (0,), time(9), "Europe/Berlin", "C1", MONDAY - 35 * DAY)


def test_several_that_were_missed_are_one_and_late() -> None:
    last = Posted("2026-11-02", MONDAY - 28 * DAY, MONDAY - 21 * DAY)
    now = MONDAY + 2 * HOUR
    found = due(WEEKLY, owed(WEEKLY, None, last.slot, now), last, now)
    assert found is not None
    assert [slot.name for slot in found.slots] == ["2026-11-09", "2026-11-16", "2026-11-23"]
    assert (found.name, found.since, found.until) == ("2026-11-23", last.until, now)
    assert found.late
    assert due(WEEKLY, owed(WEEKLY, None, found.name, now), last, now) is None


def test_the_first_one_looks_back_as_far_as_the_series_is_long_and_none_too_far() -> None:
    fortnightly = replace(WEEKLY, weeks=2, effective=MONDAY - 8 * DAY)
    at = MONDAY - HOUR  # nine o'clock in Berlin
    found = due(fortnightly, owed(fortnightly, None, None, at), None, at)
    assert found is not None
    assert (found.since, found.late) == (at - 14 * DAY, False)
    long_ago = Posted("2025-11-03", MONDAY - 392 * DAY, MONDAY - 385 * DAY)
    found = due(WEEKLY, owed(WEEKLY, None, long_ago.slot, MONDAY), long_ago, MONDAY)
    assert found is not None
    assert found.since == MONDAY - LONGEST


@settings(max_examples=150, deadline=None)
@given(
    days=some.sets(some.integers(0, 6), min_size=1, max_size=3),
    zone=some.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe"]),
    wall=some.times(),
    gaps=some.lists(some.integers(1, 40 * 24 * 60), max_size=30),
    off=some.booleans(),
)
def test_whatever_the_outages_each_slot_is_in_one_digest_and_no_time_is_told_twice(
    days: set[int], zone: str, wall: time, gaps: list[int], off: bool
) -> None:
    begins = datetime(2026, 3, 1, tzinfo=UTC)
    at = wall.replace(second=0, microsecond=0)
    series = Series(DIGEST, tuple(sorted(days)), at, zone, "C1", begins, off=off)
    now, posted, named = begins, None, list[str]()
    for minutes in gaps:
        now += timedelta(minutes=minutes)
        found = due(series, owed(series, None, posted.slot if posted else None, now), posted, now)
        if found is None:
            continue
        assert posted is None or found.since == max(posted.until, now - LONGEST)
        named += [slot.name for slot in found.slots]
        posted = Posted(found.name, found.since, found.until)
    every = [] if off else [slot.name for slot in owed(series, None, None, now)]
    assert named == every
