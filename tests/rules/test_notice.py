"""Fair notice worked by hand: who had eight hours of their own working time, and from when (DESIGN 2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from rules.candidate import Hotfix
from rules.notice import fairness, had_notice, notice_hours_had, whom_to_ask
from rules.people import seats
from rules.product import Notice, Policy
from rules.schedule import plan
from rules.words import State
from rules.worktime import Calendar, Slot, Span
from tests.rules.cases import (
    HOLDERS,
    HOUR,
    LONG_AGO,
    MINUTE,
    MONDAY,
    PEOPLE,
    SA,
    around,
    at,
    candidate,
    days,
    group,
    person,
    said,
    told,
    user,
    wall,
)

LONDON, NEW_YORK, LOS_ANGELES = "Europe/London", "America/New_York", "America/Los_Angeles"
BERLIN, KOLKATA, KATHMANDU = "Europe/Berlin", "Asia/Kolkata", "Asia/Kathmandu"
SYDNEY = "Australia/Sydney"
NIGHT = Calendar("night", opens=time(22), closes=time(6))
NIGHTS = replace(NIGHT, days=frozenset({5, 6}))
ALL_WEEK = Calendar("all-week", days=frozenset(range(7)), opens=time(0), closes=time(0))
OTHERS = (State.PRODUCT, State.OPERATION, State.ORGANIZATION)

# Zone, told at (on their own wall), fair at (on their own wall), and how that was counted.
PLAIN = [
    (LONDON, "2026-11-23 10:00", "Tue 2026-11-24 10:00"),  # Mon 10-17 is 7 h, 1 h more on Tue
    (LONDON, "2026-11-23 09:00", "Mon 2026-11-23 17:00"),  # the whole of Monday, to its last minute
    (LONDON, "2026-11-23 06:30", "Mon 2026-11-23 17:00"),  # before work counts from 09:00
    (LONDON, "2026-11-23 17:00", "Tue 2026-11-24 17:00"),  # at closing nothing of Monday is left
    (LONDON, "2026-11-27 16:00", "Mon 2026-11-30 16:00"),  # Fri 1 h, the weekend nothing, Mon 7 h
    (LONDON, "2026-11-28 12:00", "Mon 2026-11-30 17:00"),  # a Saturday: all eight on Monday
    (LONDON, "2026-11-23 10:07", "Tue 2026-11-24 10:07"),  # 6 h 53 on Mon, 1 h 07 on Tue
    (NEW_YORK, "2026-11-23 05:00", "Mon 2026-11-23 17:00"),  # ten in London, still night there
    (
        NEW_YORK,
        "2026-10-30 13:00",
        "Mon 2026-11-02 13:00",
    ),  # Fri 4 h, clocks go back on Sun, Mon 4 h
    (NEW_YORK, "2026-03-06 13:00", "Mon 2026-03-09 13:00"),  # Fri 4 h, clocks go forward, Mon 4 h
    (BERLIN, "2026-03-27 12:00", "Mon 2026-03-30 12:00"),  # Fri 5 h, summer time on Sun, Mon 3 h
    (BERLIN, "2026-10-23 15:00", "Mon 2026-10-26 15:00"),  # Fri 2 h, winter time on Sun, Mon 6 h
    (KOLKATA, "2026-11-23 15:30", "Tue 2026-11-24 15:30"),  # 1 h 30 and 6 h 30; half-hour zone
    (KATHMANDU, "2026-11-23 15:45", "Tue 2026-11-24 15:45"),  # 1 h 15 and 6 h 45; quarter-hour zone
    (
        LOS_ANGELES,
        "2026-11-23 02:00",
        "Mon 2026-11-23 17:00",
    ),  # ten in London; 17:00 there is 01:00
    (SYDNEY, "2026-11-23 21:00", "Tue 2026-11-24 17:00"),  # ten in London is Monday night there
    (
        SYDNEY,
        "2026-10-02 16:30",
        "Mon 2026-10-05 16:30",
    ),  # Fri 30 min, summer time on Sun, Mon 7 h 30
    (SYDNEY, "2026-04-03 11:00", "Mon 2026-04-06 11:00"),  # Fri 6 h, winter time on Sun, Mon 2 h
]


def alone(zone: str, told_at: str, *shut: Span, **changes: Any):
    """Sam alone owes a word and was told then: the candidate, the setting at that moment, and it."""
    now = at(told_at, zone)
    people = PEOPLE | {"sam": person("sam", zone, calendar=changes.pop("calendar", None))}
    setting = told(around(now, *shut, people=people, **changes), now, states=[State.SECURITY])
    asked = candidate(announced_at=now, notice_from=now, assertions=said(*OTHERS, when=now))
    return asked, setting, now


def fair(zone: str, told_at: str, *shut: Span, **changes: Any) -> str | None:
    asked, setting, now = alone(zone, told_at, *shut, **changes)
    return wall(fairness(asked, setting, State.SECURITY, now).at, zone)


@pytest.mark.parametrize(("zone", "told_at", "expected"), PLAIN)
def test_eight_hours_of_their_own_working_time(zone, told_at, expected):
    assert fair(zone, told_at) == expected


@pytest.mark.parametrize(("zone", "told_at", "expected"), PLAIN)
def test_a_minute_before_it_is_not_fair_and_then_it_is(zone, told_at, expected):
    asked, setting, _ = alone(zone, told_at)
    then = at(expected[4:], zone)
    early = replace(setting, door=around(then - MINUTE).door)
    assert had_notice(asked, early, State.SECURITY, then - MINUTE) is None
    there = replace(setting, door=around(then).door)
    found = had_notice(asked, there, State.SECURITY, then)
    assert found
    assert found.person == "sam"
    assert notice_hours_had(asked, there, found, then) == 8


# What the person's calendar and the product's say, told at, fair at.
CALENDARS = [
    # The product's Tuesday off is everybody's without a calendar: Mon 7 h, Wed 1 h.
    (None, days("2026-11-24"), "2026-11-23 10:00", "Wed 2026-11-25 10:00"),
    # The person's own calendar knows no Tuesday off, and the product's does not count: Tue 1 h.
    (days(), days("2026-11-24"), "2026-11-23 10:00", "Tue 2026-11-24 10:00"),
    # Their own Tuesday and Wednesday off: Mon 7 h, Thu 1 h.
    (days("2026-11-24", "2026-11-25"), days(), "2026-11-23 10:00", "Thu 2026-11-26 10:00"),
    # The product works nights; a person without a calendar still works nine to five.
    (None, NIGHT, "2026-11-23 10:00", "Tue 2026-11-24 10:00"),
    # A night shift told at 23:00: seven hours until 06:00, one more from 22:00 on Tuesday.
    (NIGHT, days(), "2026-11-23 23:00", "Tue 2026-11-24 23:00"),
    # The night shift that begins on Friday runs into Saturday: 22-06 is all eight.
    (NIGHT, days(), "2026-11-27 12:00", "Sat 2026-11-28 06:00"),
    # A night shift told on Saturday noon: the next begins on Monday at 22:00.
    (NIGHT, days(), "2026-11-28 12:00", "Tue 2026-12-01 06:00"),
    # Weekend nights, spring: 29 March has no 01:00-02:00, so Sat 22-06 is 7 h and Sun gives the eighth.
    (NIGHTS, days(), "2026-03-28 12:00", "Sun 2026-03-29 23:00"),
    # Weekend nights, autumn: 25 October has 01:00-02:00 twice, so eight hours end at 05:00.
    (NIGHTS, days(), "2026-10-24 12:00", "Sun 2026-10-25 05:00"),
    # All week round the clock: eight hours are eight hours, even on a Sunday.
    (ALL_WEEK, days(), "2026-11-29 03:00", "Sun 2026-11-29 11:00"),
]


@pytest.mark.parametrize(("own", "products", "told_at", "expected"), CALENDARS)
def test_holidays_come_from_the_person_s_calendar_or_else_the_product_s(
    own, products, told_at, expected
):
    changes = {"calendar": "own", "calendars": {"own": own}} if own else {}
    asked, setting, now = alone(LONDON, told_at, **changes)
    setting = replace(setting, product=replace(setting.product, calendar=products))
    assert wall(fairness(asked, setting, State.SECURITY, now).at, LONDON) == expected


# The door was shut from, until; seen at; told on Monday at ten.
DOOR = [
    # Two working hours lost on Monday: 5 h left there, 3 h on Tuesday.
    ("2026-11-23 12:00", "2026-11-23 14:00", "Tue 2026-11-24 12:00"),
    # A shut night costs nothing.
    ("2026-11-23 18:00", "2026-11-24 08:00", "Tue 2026-11-24 10:00"),
    # Shut over closing time: only 16-17 and 09-09:30 count, 1 h 30 in all.
    ("2026-11-23 16:00", "2026-11-24 09:30", "Tue 2026-11-24 11:30"),
    # Shut since before they were told: one hour of theirs was lost.
    ("2026-11-23 08:00", "2026-11-23 11:00", "Tue 2026-11-24 11:00"),
]


@pytest.mark.parametrize(("shut", "reopened", "expected"), DOOR)
def test_hours_when_the_door_was_shut_do_not_count(shut, reopened, expected):
    asked, setting, _ = alone(LONDON, "2026-11-23 10:00")
    now = at("2026-11-24 09:45")
    setting = replace(setting, door=around(now, Span(at(shut), at(reopened))).door)
    assert wall(fairness(asked, setting, State.SECURITY, now).at) == expected


@pytest.mark.parametrize(("gap", "minutes_lost"), [(89, 0), (90, 0), (91, 91 / 60)])
def test_a_gap_of_ninety_seconds_is_no_shut_door(gap, minutes_lost):
    asked, setting, _ = alone(LONDON, "2026-11-23 10:00")
    now, hole = at("2026-11-23 15:00"), at("2026-11-23 12:00")
    setting = replace(setting, door=around(now, Span(hole, hole + timedelta(seconds=gap))).door)
    expected = at("2026-11-24 10:00") + minutes_lost * MINUTE
    assert fairness(asked, setting, State.SECURITY, now).at == expected


def test_without_any_record_of_the_door_nobody_was_heard():
    asked, setting, _ = alone(LONDON, "2026-11-23 10:00")
    now = at("2026-11-24 16:00")
    setting = replace(setting, door=around(LONG_AGO).door)
    assert had_notice(asked, setting, State.SECURITY, now) is None


def later(**changes: Any) -> str | None:
    """Told on Monday at ten, seen at noon with something changed since."""
    asked, setting, _ = alone(LONDON, "2026-11-23 10:00")
    setting = replace(setting, door=around(MONDAY + 2 * HOUR).door, **changes)
    return wall(fairness(asked, setting, State.SECURITY, MONDAY + 2 * HOUR).at)


def test_notice_runs_from_the_latest_of_all_that_must_have_happened():
    # Message at 11:30: 5 h 30 on Monday, 2 h 30 on Tuesday.
    half_past = (Notice("sam", State.SECURITY, at("2026-11-23 11:30")),)
    assert later(notices=half_past) == "Tue 2026-11-24 11:30"
    # The card at 11:45, after the message: 5 h 15 and 2 h 45.
    assert later(card_delivered_at=at("2026-11-23 11:45")) == "Tue 2026-11-24 11:45"
    # Still on its way at noon: taken to arrive at 12:15, so 4 h 45 and 3 h 15.
    assert later(notices=(Notice("sam", State.SECURITY),)) == "Tue 2026-11-24 12:15"
    # Became holder at 11:00: 6 h and 2 h.
    holders = HOLDERS | {SA: (user("sam", at("2026-11-23 11:00")),)}
    joined = around(MONDAY, holders=holders).product
    assert later(product=joined) == "Tue 2026-11-24 11:00"


def test_a_move_earlier_starts_notice_anew():
    asked, setting, _ = alone(LONDON, "2026-11-23 10:00")
    moved = replace(asked, notice_from=at("2026-11-23 16:00"))  # 1 h on Monday, 7 h on Tuesday
    now = at("2026-11-23 16:00")
    setting = replace(setting, door=around(now).door)
    assert wall(fairness(moved, setting, State.SECURITY, now).at) == "Tue 2026-11-24 16:00"


def test_one_same_person_must_have_it_all():
    # Sam was told at nine but left; Kim came at noon and was told at once: 5 h and 3 h.
    now = at("2026-11-23 12:00")
    setting = around(
        now,
        people=PEOPLE | {"kim": person("kim")},
        holders=HOLDERS | {SA: (user("kim", now),)},
        notices=(
            Notice("sam", State.SECURITY, at("2026-11-23 09:00")),
            Notice("kim", State.SECURITY, now),
        ),
        card_delivered_at=at("2026-11-23 09:00"),
    )
    asked = candidate(assertions=said(*OTHERS))
    found = fairness(asked, setting, State.SECURITY, now)
    assert (found.person, wall(found.at)) == ("kim", "Tue 2026-11-24 12:00")


def test_of_two_holders_the_one_who_had_it_first_is_enough():
    # Told at ten London: in New York Monday 09-17 ends 22:00 London, before London's Tuesday 10:00.
    people = PEOPLE | {"kim": person("kim", NEW_YORK)}
    setting = told(
        around(MONDAY, people=people, holders=HOLDERS | {SA: (user("sam"), user("kim"))}), MONDAY
    )
    found = fairness(candidate(), setting, State.SECURITY, MONDAY)
    assert (found.person, wall(found.at)) == ("kim", "Mon 2026-11-23 22:00")


MEMBERS = {f"m{n:02}": LONG_AGO for n in range(12)}


def crowd(**zones: str):
    """A group of twelve holds Security; all in London but where told otherwise."""
    people = {m: person(m, zones.get(m, LONDON)) for m in MEMBERS}
    return {
        "people": PEOPLE | people,
        "groups": {"S1": group("S1", MEMBERS)},
        "holders": HOLDERS | {SA: (replace(user("S1"), kind="group"),)},
    }


def test_of_a_group_ten_are_asked_soonest_at_work_first():
    # Monday ten in London: Los Angeles (02:00) begins work last, and Sydney (21:00) before it.
    setting = around(MONDAY, **crowd(m00=LOS_ANGELES, m01=SYDNEY))
    assert [s.person.id for s in whom_to_ask(setting, State.SECURITY, MONDAY)] == sorted(MEMBERS)[
        2:
    ]


def test_only_members_messaged_have_notice():
    setting = around(
        MONDAY,
        **crowd(m05=NEW_YORK),
        notices=(Notice("m05", State.SECURITY, MONDAY),),
        card_delivered_at=MONDAY,
    )
    found = fairness(candidate(), setting, State.SECURITY, MONDAY)
    # Only the New Yorker was messaged: 09-17 there is 14-22 in London.
    assert (found.person, wall(found.at)) == ("m05", "Mon 2026-11-23 22:00")
    assert whom_to_ask(setting, State.SECURITY, MONDAY) == ()


def test_when_nobody_messaged_is_able_any_more_others_are_asked():
    gone = crowd()
    gone["people"] = gone["people"] | {"m05": person("m05", deactivated=True)}
    now = at("2026-11-23 14:00")
    setting = around(
        now,
        **gone,
        notices=(Notice("m05", State.SECURITY, MONDAY),),
        card_delivered_at=MONDAY,
    )
    assert len(whom_to_ask(setting, State.SECURITY, now)) == 10
    # Asked at two, arrived by 14:15: 2 h 45 on Monday, 5 h 15 on Tuesday.
    found = fairness(candidate(), setting, State.SECURITY, now)
    assert wall(found.at) == "Tue 2026-11-24 14:15"


def test_who_joins_the_group_after_its_messages_has_no_notice_and_is_not_asked():
    joined = crowd()
    joined["groups"] = {"S1": group("S1", {"m00": LONG_AGO, "new": MONDAY + HOUR})}
    joined["people"] = joined["people"] | {"new": person("new", NEW_YORK)}
    sent = (Notice("m00", State.SECURITY, MONDAY),)
    setting = around(MONDAY + 2 * HOUR, **joined, notices=sent, card_delivered_at=MONDAY)
    assert whom_to_ask(setting, State.SECURITY, MONDAY + 2 * HOUR) == ()
    found = fairness(candidate(), setting, State.SECURITY, MONDAY + 2 * HOUR)
    assert (found.person, wall(found.at)) == ("m00", "Tue 2026-11-24 10:00")


def test_a_dead_message_gives_no_notice():
    dead = (Notice("sam", State.SECURITY, dead=True),)
    setting = around(MONDAY, notices=dead, card_delivered_at=MONDAY)
    assert fairness(candidate(), setting, State.SECURITY, MONDAY).cause == "undeliverable"
    setting = told(around(MONDAY, card_dead=True), MONDAY)
    assert fairness(candidate(), setting, State.SECURITY, MONDAY).cause == "unannounced"


def test_a_hotfix_has_sixty_minutes_of_the_clock():
    mark = Hotfix("CVE", "nan", MONDAY, "rae", MONDAY)
    night = at("2026-11-29 01:07")  # a Sunday night; an hour later it is 02:07
    setting = told(around(night), night)
    fix = candidate(hotfix=mark, notice_from=night)
    assert wall(fairness(fix, setting, State.SECURITY, night).at) == "Sun 2026-11-29 02:07"
    # Nor does it need hours or slots: 02:07 rounded up.
    assert wall(plan(fix, setting, night).at) == "Sun 2026-11-29 02:15"
    # Clocks go back in London at 02:00 summer time: 01:30 and one hour is 01:30 again, 01:30 UTC.
    back = at("2026-10-25 00:30")
    fix = candidate(hotfix=mark, announced_at=back, notice_from=back)
    assert fairness(fix, told(around(back), back), State.SECURITY, back).at == at(
        "2026-10-25 01:30"
    )


# Slots or hours of the product, fair notice for all four by, and the release time.
PLACES = [
    # Told at 10:00, fair Tue 10:00, within working hours.
    ((), days(), "2026-11-23 10:00", "Tue 2026-11-24 10:00"),
    # Fair at Tue 10:07, rounded up to the quarter.
    ((), days(), "2026-11-23 10:07", "Tue 2026-11-24 10:15"),
    # Fair at 17:00 sharp, when the working day is over: Tuesday 09:00.
    ((), days(), "2026-11-23 09:00", "Tue 2026-11-24 09:00"),
    # Told on Friday at 16:50, fair on Monday at 16:50; 17:00 is no working hour: Tuesday.
    ((), days(), "2026-11-27 16:50", "Tue 2026-12-01 09:00"),
    # The product's holiday takes Tuesday from everybody: fair Wed 10:00.
    ((), days("2026-11-24"), "2026-11-23 10:00", "Wed 2026-11-25 10:00"),
    # Slots replace working hours: fair Tue 10:00, the slot is on Thursday from 20:00.
    ((Slot(3, time(20), time(22)),), days(), "2026-11-23 10:00", "Thu 2026-11-26 20:00"),
    # Inside an open slot it goes at once.
    ((Slot(1, time(8), time(12)),), days(), "2026-11-23 10:00", "Tue 2026-11-24 10:00"),
    # A slot over midnight, Monday 23:00 to Tuesday 02:00: fair on Tue 10:00, so next Monday.
    ((Slot(0, time(23), time(2)),), days(), "2026-11-23 10:00", "Mon 2026-11-30 23:00"),
]


@pytest.mark.parametrize(("slots", "calendar", "told_at", "expected"), PLACES)
def test_computed_times_lie_in_slots_or_else_working_hours_on_a_quarter(
    slots, calendar, told_at, expected
):
    now = at(told_at)
    setting = told(around(now, slots=slots, calendar=calendar), now)
    asked = candidate(announced_at=now, notice_from=now)
    assert wall(plan(asked, setting, now).at) == expected


def test_computed_times_allow_a_quarter_of_an_hour_for_delivery():
    # Announced at 10:00, arrives by 10:15: 6 h 45 and 1 h 15.
    assert wall(plan(candidate(), around(MONDAY), MONDAY).at) == "Tue 2026-11-24 10:15"


def test_the_slowest_of_the_four_decides():
    # In Los Angeles 09-17 is 17:00-01:00 London; the product's next working hour is 09:00.
    people = PEOPLE | {"sam": person("sam", LOS_ANGELES)}
    setting = told(around(MONDAY, people=people), MONDAY)
    assert wall(plan(candidate(), setting, MONDAY).at) == "Tue 2026-11-24 10:00"
    # In Sydney Tuesday 09-17 is Mon 22:00 to Tue 06:00 London; London's own ten o'clock is later.
    people = PEOPLE | {"sam": person("sam", SYDNEY), "pat": person("pat", NEW_YORK)}
    setting = told(around(at("2026-11-23 15:00"), people=people), at("2026-11-23 15:00"))
    asked = candidate(notice_from=at("2026-11-23 15:00"))
    # London from 15:00: 2 h and 6 h, Tue 15:00; New York from 10:00 its time: 7 h and 1 h, Tue 15:00.
    assert wall(plan(asked, setting, at("2026-11-23 15:00")).at) == "Tue 2026-11-24 15:00"


def test_longer_notice_by_policy():
    # Twelve hours from Mon 10:00: 7 h and 5 h.
    setting = told(around(MONDAY), MONDAY)
    asked = candidate(policy=Policy(notice_hours=12))
    assert wall(plan(asked, setting, MONDAY).at) == "Tue 2026-11-24 14:00"


def test_nobody_and_never_are_said_plainly():
    setting = told(around(MONDAY, holders=HOLDERS | {SA: ()}), MONDAY)
    assert plan(candidate(), setting, MONDAY).why == ("vacant:security",)
    never = Calendar("never", days=frozenset())
    people = PEOPLE | {"sam": person("sam", calendar="never")}
    setting = told(around(MONDAY, people=people, calendars={"never": never}), MONDAY)
    assert plan(candidate(), setting, MONDAY).why == ("no-working-hours:security",)
    setting = told(around(MONDAY, calendar=never), MONDAY)
    assert plan(candidate(), setting, MONDAY).why == ("no-working-hours",)


def test_time_spent_unable_to_act_is_no_notice():
    sam = replace(person("sam"), able_since=at("2026-11-23 13:10"))
    held = {SA: (user("sam"),)}
    (seat,) = seats(SA, held, {"sam": sam}, {})
    assert seat.since == at("2026-11-23 13:10")
