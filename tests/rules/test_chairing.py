"""A meeting is begun, taken from item to item and closed; a second press changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.chairing import attend, close, start, turn
from rules.convening import cancel
from rules.facts import CLOCK, Actor
from rules.meeting import Stage
from rules.meeting_clock import tick
from rules.words import Refused
from tests.rules.meetings import (
    ALICE,
    HOUR,
    MINUTE,
    RITA,
    TEN,
    THURSDAY,
    WEEKLY,
    after,
    announced,
)

ITEMS = ["payments@2.4.1#1", "environment:prod-eu", "topic:7"]
PAYMENTS, PROD_EU, TOPIC = ITEMS


def begun(*items: str):
    return after(start(announced(), items or ITEMS, RITA, TEN, None), "meeting.started")


def refusal(act, *args):
    with pytest.raises(Refused) as refused:
        act(*args)
    return refused.value


def test_it_begins_with_its_first_item_in_focus():
    meeting, (said,) = start(announced(), [*ITEMS, PAYMENTS], RITA, TEN, None)
    assert said.about == {"meeting": "2026-11-26", "items": ITEMS}
    assert (meeting.stage, meeting.items, meeting.focus) == (Stage.RUNNING, tuple(ITEMS), PAYMENTS)
    assert (meeting.started_at, meeting.started_by) == (TEN, "rita")
    assert start(meeting, ["other"], ALICE, TEN, meeting) == (meeting, ())


def test_one_of_which_nothing_is_recorded_can_begin():
    meeting, (said,) = start(THURSDAY, [], RITA, TEN, None)
    assert (meeting.seq, meeting.focus, meeting.channel) == (1, None, "C1")
    assert said.about["zone"] == "Europe/London"


def test_it_begins_an_hour_early_at_most():
    assert start(announced(), [], RITA, TEN - HOUR, None)[1]
    refused = refusal(start, announced(), [], RITA, TEN - HOUR - MINUTE, None)
    assert refused.reason == "meeting-not-yet"
    assert (refused.about["at"], refused.about["near"]) == (TEN, TEN - HOUR)


def test_it_begins_until_an_hour_after_its_end_and_not_once_it_is_over():
    assert start(announced(), [], RITA, TEN + 104 * MINUTE, None)[1]
    assert refusal(start, announced(), [], RITA, TEN + 105 * MINUTE, None).reason == "meeting-over"
    gone = cancel(announced(), None, RITA, TEN)[0]
    assert refusal(start, gone, [], RITA, TEN, None).reason == "meeting-over"


def test_two_do_not_run_at_once():
    other = replace(begun(), name="2026-11-25")
    refused = refusal(start, announced(), ITEMS, RITA, TEN, other)
    assert (refused.reason, refused.about["meeting"]) == ("another-runs", other)


def test_from_item_to_item_with_one_put_off_and_one_that_came_up_since():
    meeting, (said,) = turn(begun(), ITEMS, "done", None, RITA, TEN + MINUTE)
    assert said.about == {
        "meeting": "2026-11-26",
        "item": PAYMENTS,
        "outcome": "done",
        "why": None,
        "focus": PROD_EU,
        "added": [],
        "dropped": [],
    }
    current = [PROD_EU, "topic:8", TOPIC]
    meeting, (said,) = turn(meeting, current, "deferred", "omar is away", RITA, TEN + 2 * MINUTE)
    assert (said.about["focus"], said.about["added"]) == (TOPIC, ["topic:8"])
    assert meeting.items == (*ITEMS, "topic:8")
    assert (meeting.done, meeting.deferred) == ((PAYMENTS,), {PROD_EU: "omar is away"})
    assert meeting.left == ("topic:8",)
    meeting = after(turn(meeting, current, "done", None, RITA, TEN), "meeting.turned")
    meeting = after(turn(meeting, current, "done", None, RITA, TEN), "meeting.turned")
    assert (meeting.focus, meeting.left) == (None, ())
    for outcome in ("done", "deferred"):
        refused = refusal(turn, meeting, current, outcome, None, RITA, TEN)
        assert refused.reason == "nothing-in-focus"


def test_what_comes_up_when_all_is_through_comes_into_focus():
    meeting = turn(begun("a"), ["a"], "done", None, RITA, TEN)[0]
    assert refusal(turn, meeting, ["topic:8"], "deferred", None, RITA, TEN)
    meeting, (said,) = turn(meeting, ["a", "topic:8"], "done", None, RITA, TEN)
    assert (meeting.focus, meeting.done, said.about["item"]) == ("topic:8", ("a",), None)


def test_a_second_press_of_the_same_button_turns_no_further():
    meeting = turn(begun(), ITEMS, "done", None, RITA, TEN, was=PAYMENTS)[0]
    assert turn(meeting, ITEMS, "done", None, RITA, TEN, was=PAYMENTS) == (meeting, ())
    assert turn(meeting, ITEMS, "deferred", None, RITA, TEN, was=PROD_EU)[1]


def test_what_is_gone_is_dropped_and_comes_back_as_new():
    gone = {PROD_EU, "topic:8"}
    meeting, (said,) = turn(begun(), [TOPIC, "topic:8"], "done", None, RITA, TEN, gone=gone)
    assert (said.about["dropped"], said.about["added"], said.about["focus"]) == (
        [PROD_EU],
        [],
        TOPIC,
    )
    assert (meeting.items, meeting.done, meeting.left) == ((PAYMENTS, TOPIC), (PAYMENTS,), ())
    meeting, (said,) = turn(meeting, [PROD_EU], "done", None, RITA, TEN)
    assert (said.about["added"], meeting.focus) == ([PROD_EU], PROD_EU)


def test_what_is_in_focus_is_through_also_where_it_is_gone():
    meeting = turn(begun(), [], "done", None, RITA, TEN, gone=ITEMS)[0]
    assert (meeting.focus, meeting.done, meeting.items) == (None, (PAYMENTS,), (PAYMENTS,))


def test_attendance_is_one_press():
    meeting, (said,) = attend(begun(), ALICE, TEN)
    assert (meeting.attended, said.about["person"], said.by) == (("alice",), "alice", ALICE)
    assert attend(meeting, ALICE, TEN) == (meeting, ())
    assert attend(meeting, Actor(None, (), "command line"), TEN) == (meeting, ())
    assert attend(meeting, RITA, TEN)[0].attended == ("alice", "rita")


def test_closing_ends_it_and_names_what_nobody_came_to():
    meeting = turn(begun(), ITEMS, "deferred", None, RITA, TEN)[0]
    closed, (said,) = close(meeting, RITA, TEN + 20 * MINUTE)
    nothing: list[str] = []
    assert said.about == {
        "meeting": "2026-11-26",
        "left": [TOPIC],
        "late": False,
        "added": nothing,
        "dropped": nothing,
    }
    assert (closed.stage, closed.focus, closed.done) == (Stage.CLOSED, None, (PROD_EU,))
    assert (closed.left, closed.closed_by) == ((TOPIC,), "rita")
    assert close(closed, ALICE, TEN + HOUR) == (closed, ())
    assert tick(closed, WEEKLY, TEN + 30 * HOUR) == (closed, ())


def test_what_came_up_while_it_ran_and_was_not_reached_is_in_what_is_left():
    current, gone = [TOPIC, "topic:8", "topic:9"], [PROD_EU, "topic:9"]
    closed, (said,) = close(begun(), RITA, TEN, current=current, gone=gone)
    assert (said.about["added"], said.about["dropped"]) == (["topic:8"], [PROD_EU])
    assert said.about["left"] == [TOPIC, "topic:8"] == list(closed.left)
    assert (closed.items, closed.done) == ((PAYMENTS, TOPIC, "topic:8"), (PAYMENTS,))


def test_one_that_the_clock_closed_stays_closed_by_the_clock():
    closed, (said,) = tick(begun(), WEEKLY, TEN + 105 * MINUTE)
    assert (said.by, closed.closed_by) == (CLOCK, None)
    assert close(closed, RITA, TEN + 106 * MINUTE) == (closed, ())


@pytest.mark.parametrize(
    "act",
    [
        lambda meeting: turn(meeting, ITEMS, "done", None, RITA, TEN),
        lambda meeting: attend(meeting, ALICE, TEN),
        lambda meeting: close(meeting, RITA, TEN),
    ],
)
def test_what_does_not_run_can_be_neither_turned_nor_attended_nor_closed(act):
    for meeting in (THURSDAY, announced(), cancel(announced(), None, RITA, TEN)[0]):
        assert refusal(act, meeting).reason == "meeting-not-running"


def test_the_words_for_putting_an_item_off_are_short():
    refused = refusal(turn, begun(), ITEMS, "deferred", "x" * 301, RITA, TEN)
    assert refused.reason == "words-too-long"
