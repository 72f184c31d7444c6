"""Reminders: a day, four hours and an hour before, at work, to those who still owe a word (DESIGN 4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.product import Notice
from rules.reminding import owing, reminders, snooze
from rules.words import Phase, Refused, State
from tests.rules.cases import (
    HOLDERS,
    HOUR,
    MONDAY,
    OC,
    OLGA,
    OPERATION,
    PEOPLE,
    PRODUCT,
    SA,
    SAM,
    SECURITY,
    around,
    at,
    candidate,
    checked,
    last,
    person,
    said,
    stop,
    told,
    user,
)

HOLDERS_TOO = HOLDERS | {SA: (user("sam"), user("dee")), OC: (user("dee"),)}


def due(when, before=None, asked=MONDAY, **changes):
    """Who is reminded at that moment, of what mark; the release is on Wednesday at two."""
    setting = told(around(at(when), **changes), asked)
    return [(r.person, r.mark) for r in reminders(before or candidate(), setting, at(when))]


@pytest.mark.parametrize(
    ("when", "mark"),
    [
        ("2026-11-24 13:59", None),  # a day and a minute before
        ("2026-11-24 14:00", 24),
        ("2026-11-25 09:59", 24),  # nobody was disturbed at night; the day's mark still stands
        ("2026-11-25 10:00", 4),
        ("2026-11-25 13:30", 1),
        ("2026-11-25 14:00", None),  # the time itself
        ("2026-11-24 18:00", None),  # after work
    ],
)
def test_the_latest_mark_in_working_hours(when, mark):
    expected = [(who, mark) for who in ("olga", "pat", "rae", "sam")] if mark else []
    assert due(when) == expected


def test_only_in_the_person_s_own_hours():
    people = PEOPLE | {"sam": person("sam", "America/New_York")}
    assert "sam" not in dict(due("2026-11-25 10:30", people=people))  # 05:30 there
    assert (
        dict(due("2026-11-25 14:30", candidate(release_at=at("2026-11-25 17:00")), people=people))[
            "sam"
        ]
        == 4
    )


def test_who_was_asked_after_the_mark_needs_no_reminder_yet():
    assert due("2026-11-25 10:30", asked=at("2026-11-25 10:15")) == []


def test_the_first_message_counts_where_somebody_had_two():
    setting = told(around(at("2026-11-25 10:30")), MONDAY)
    late = Notice("sam", OPERATION, at("2026-11-25 10:20"))
    setting = replace(setting, notices=(*setting.notices, late))
    found = reminders(candidate(), setting, at("2026-11-25 10:30"))
    assert "sam" in {r.person for r in found}


def test_only_those_who_owe_a_word():
    setting = around(MONDAY, holders=HOLDERS_TOO)
    spoken = candidate(assertions=said(PRODUCT, SECURITY))
    assert owing(spoken, setting) == {"dee": (OPERATION,), "rae": (list(State)[3],)}
    halted = candidate(phase=Phase.HALTED, halts=(stop(SAM, SECURITY),))
    assert "sam" not in owing(halted, setting)


def test_a_halted_or_waiting_candidate_reminds_nobody():
    halted = candidate(phase=Phase.HALTED, halts=(stop(OLGA, SECURITY),))
    assert due("2026-11-25 10:30", halted) == []
    assert due("2026-11-25 10:30", candidate(release_at=None)) == []


def test_a_snooze_quiets_one_person_until_then():
    now = at("2026-11-25 10:30")
    quiet = last(checked(candidate(), snooze(candidate(), now + HOUR, SAM, now)))
    assert "sam" not in dict(due("2026-11-25 11:29", quiet))
    assert "olga" in dict(due("2026-11-25 11:29", quiet))
    assert "sam" in dict(due("2026-11-25 11:30", quiet))
    assert not snooze(quiet, now + HOUR, SAM, now)
    with pytest.raises(Refused, match="time-passed"):
        snooze(candidate(), now, SAM, now)
