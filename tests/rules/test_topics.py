"""Topics on the agenda, and actions that are somebody's until they are done."""

from __future__ import annotations

import pytest

from rules.facts import Fact
from rules.meeting_facts import OF_MEETINGS, apply_action, apply_meeting, apply_topic
from rules.topics import add_topic, discuss, done, give, remove_topic
from rules.words import Refused
from tests.rules.cases import at, person, read, stored
from tests.rules.meetings import ALICE, DAY, HOUR, RITA, TEN

SAM, BEN = person("sam", "America/New_York"), person("ben", deactivated=True)
WHAT = "Move the ledger's database"


def topic(**more):
    return add_topic(7, "Who watches the pager?", 5, ALICE, TEN, **more)[0]


def action():
    return give(3, SAM, WHAT, TEN + DAY, "2026-11-26", RITA, TEN)[0]


def refusal(act, *args):
    with pytest.raises(Refused) as refused:
        act(*args)
    return refused.value


# Topics.


def test_any_member_adds_a_topic():
    made, (said,) = add_topic(7, " Who watches the pager? ", 5, ALICE, TEN)
    assert said.about == {"topic": 7, "text": "Who watches the pager?", "minutes": 5}
    assert (made.key, made.by, made.at, made.state, made.seq) == (
        "topic:7",
        "alice",
        TEN,
        "open",
        1,
    )
    assert apply_topic(None, read(stored(said))) == made


@pytest.mark.parametrize(
    ("text", "minutes", "reason"),
    [
        ("", 5, "topic-needed"),
        ("  ", 5, "topic-needed"),
        ("x" * 301, 5, "words-too-long"),
        ("x" * 300, 0, "odd-minutes"),
        ("x", 121, "odd-minutes"),
    ],
)
def test_a_topic_is_short_in_words_and_minutes(text, minutes, reason):
    assert refusal(add_topic, 1, text, minutes, ALICE, TEN).reason == reason


def test_a_topic_is_taken_off_by_who_added_it_or_who_coordinates():
    gone, (said,) = remove_topic(topic(), ALICE, False, TEN + HOUR)
    assert (gone.state, gone.ended_by, gone.ended_at) == ("removed", "alice", TEN + HOUR)
    assert remove_topic(topic(), RITA, True, TEN)[1]
    assert apply_topic(topic(), read(stored(said))) == gone
    refused = refusal(remove_topic, topic(), RITA, False, TEN)
    assert (refused.reason, refused.lack_of_right) == ("not-your-topic", True)


def test_a_topic_that_is_off_the_agenda_stays_off():
    gone = remove_topic(topic(), ALICE, False, TEN)[0]
    assert remove_topic(gone, ALICE, False, TEN) == (gone, ())
    assert discuss(gone, "2026-11-26", RITA, TEN) == (gone, ())
    through, (said,) = discuss(topic(), "2026-11-26", RITA, TEN)
    assert (through.state, through.meeting, through.ended_by) == ("discussed", "2026-11-26", "rita")
    assert apply_topic(topic(), read(stored(said))) == through
    assert remove_topic(through, ALICE, False, TEN) == (through, ())


# Actions.


def test_an_action_is_somebodys_until_it_is_done():
    given, (said,) = give(3, SAM, f" {WHAT} ", TEN + DAY, "2026-11-26", RITA, TEN)
    assert (given.key, given.who, given.what, given.by) == ("action:3", "sam", WHAT, "rita")
    assert (given.due, given.meeting, given.done_at) == (TEN + DAY, "2026-11-26", None)
    assert apply_action(None, read(stored(said))) == given
    finished, (said,) = done(given, ALICE, True, TEN + HOUR)
    assert (finished.done_at, finished.done_by, finished.seq) == (TEN + HOUR, "alice", 2)
    assert apply_action(given, read(stored(said))) == finished
    assert done(finished, RITA, False, TEN + DAY) == (finished, ())


def test_an_action_is_done_by_whom_it_is_for_or_who_recorded_it():
    for who in (RITA, ALICE):
        mine = give(3, SAM, WHAT, TEN + DAY, None, who, TEN)[0]
        assert done(mine, who, False, TEN)[1]
    refused = refusal(done, action(), ALICE, False, TEN)
    assert (refused.reason, refused.lack_of_right) == ("not-your-action", True)


@pytest.mark.parametrize(
    "who",
    [BEN, person("gus", guest=True), person("sue", stranger=True), person("bot", bot=True)],
)
def test_who_left_or_may_not_act_is_given_nothing_and_another_is_proposed(who):
    refused = refusal(give, 3, who, WHAT, TEN + DAY, None, RITA, TEN)
    assert (refused.reason, refused.about["near"]) == ("person-left", ["rita"])
    refused = refusal(give, 3, who, WHAT, TEN + DAY, None, RITA, TEN, ["sam", "alice"])
    assert refused.about["near"] == ["sam", "alice"]


@pytest.mark.parametrize(
    ("due", "near"),
    [
        ("2026-11-26 10:00", "2026-11-27 10:00"),
        ("2026-11-20 22:00", "2026-11-26 22:00"),
        ("2026-10-20 11:00", "2026-11-26 12:00"),  # seven in New York, in summer and in winter
    ],
)
def test_an_action_is_due_in_time_to_come_and_the_same_hour_is_proposed(due, near):
    refused = refusal(give, 3, SAM, WHAT, at(due), None, RITA, TEN)
    assert (refused.reason, refused.about["near"]) == ("time-passed", at(near))


@pytest.mark.parametrize(("what", "reason"), [("", "action-needed"), ("x" * 301, "words-too-long")])
def test_an_action_says_what_in_a_few_words(what, reason):
    assert refusal(give, 3, SAM, what, TEN + DAY, None, RITA, TEN).reason == reason


# Replay.


@pytest.mark.parametrize(
    ("apply", "kind"),
    [
        (apply_topic, "agenda.removed"),
        (apply_action, "action.done"),
        (apply_meeting, "meeting.attended"),
    ],
)
def test_nothing_begins_in_the_middle(apply, kind):
    with pytest.raises(ValueError, match=r"begins|first fact"):
        apply(None, Fact(kind, TEN, RITA, about={"meeting": "2026-11-26"}))


def test_every_kind_of_this_part_is_known():
    assert {"schedule.changed", "meeting.missed", "agenda.added", "digest.posted"} < OF_MEETINGS
    with pytest.raises(ValueError, match="nothing comes of"):
        apply_action(action(), Fact("agenda.added", TEN, RITA))
