"""The timeline: everything stands where it is in time, and in nobody's way."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot import timeline
from bot.timeline import Timeline
from tests.bot import plans
from tests.rules.cases import HOUR, at

LONDON = ZoneInfo("Europe/London")


def test_bars_stand_where_and_as_long_as_they_are() -> None:
    drawn = Timeline(plans.ahead(plans.four()), LONDON)
    (eu,) = (
        each
        for each in drawn.lanes
        if each.kind == "environment" and each.of.environment.name == "prod-eu"
    )
    (mark,) = (m for m in eu.marks if m.entry.name == "payments@2.5.0#2")
    two_days_and_fourteen_hours = 100 * (2 * 24 + 14) / (14 * 24)
    assert mark.left == pytest.approx(two_days_and_fourteen_hours)
    assert mark.width == pytest.approx(100 / (14 * 24))


@pytest.mark.parametrize("name", plans.WORLDS)
def test_no_two_on_a_lane_stand_in_each_others_way(name: str) -> None:
    drawn = Timeline(plans.ahead(plans.WORLDS[name]()), LONDON)
    for each in drawn.lanes:
        marks = [m for m in each.marks if m.span is not None]
        for one in marks:
            left, right = drawn._extent(one)
            assert left >= -0.01 and right <= drawn.width + 0.7
            for other in marks:
                if other is not one and other.row == one.row:
                    start, end = drawn._extent(other)
                    assert right <= start + 0.02 or end <= left + 0.02, (one, other)
        assert all(m.row < timeline.DEEPEST for m in marks)


def test_a_day_on_which_the_clocks_change_is_longer_or_shorter() -> None:
    for since, until, hours in (
        ("2026-10-24 23:00", "2026-10-27 00:00", [25, 24]),
        ("2026-03-28 00:00", "2026-03-29 23:00", [24, 23]),
    ):
        ahead = plans.ahead(replace(plans.quiet(), now=at(since)), at(since), at(until))
        drawn = Timeline(ahead, LONDON)
        whole = (at(until) - at(since)) / HOUR
        assert [round(day.width * whole / 100, 6) for day in drawn.days] == hours
        assert sum(day.width for day in drawn.days) == pytest.approx(100)


def test_a_short_time_shows_hours_and_a_long_one_is_wide_enough_for_its_days() -> None:
    day = Timeline(plans.ahead(plans.four(), until=at("2026-11-24 00:00")), LONDON)
    assert day.hours == [(25, "06:00"), (50, "12:00"), (75, "18:00")]
    season = Timeline(plans.ahead(plans.four(), until=at("2027-02-21 00:00")), LONDON)
    assert len(season.days) == 90 and season.width / 90 >= 4.5 and season.hours == []
