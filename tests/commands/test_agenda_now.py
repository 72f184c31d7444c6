"""The agenda and the minutes as they are gathered from a real database, and who has a part in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commands.agenda_items import item_of, title_of
from commands.agenda_now import (
    agenda_of,
    concerned,
    coverage_due,
    minutes_of,
    minutes_pages,
    pages_of,
    signature_of,
)
from rules.agenda import Agenda
from rules.chairing import close, start, turn
from rules.environments import Environment, Prepared
from rules.facts import Actor
from rules.meeting import Meeting, Stage
from rules.resources import Resource, Use
from rules.series import Series
from rules.topics import add_topic, discuss, done, give
from rules.words import Role
from storage.outbox import Message
from tests.commands.office import FAIR, MONDAY, Office, all_assert, announced, product, uid

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AS_RITA = Actor(uid("rita"), (Role.RELEASE_COORDINATOR,), "slash")
AS_DAVE = Actor(uid("dave"), (), "slash")
NAME = "2026-11-26"
MEETING = Meeting(NAME, MONDAY + 3 * DAY, "Europe/London", "C1", 45)
AT = MONDAY.replace(hour=9).time()
SERIES = Series("meeting", (3,), AT, "Europe/London", "C1", MONDAY - DAY)


def agenda(desk: Office, meeting: Meeting | None = MEETING) -> Agenda:
    with desk.database.read() as reader:
        return agenda_of(reader, meeting, desk.now)


def topic(desk: Office, text: str = "Who is on call at Easter?") -> None:
    with desk.database.write(desk.desk.clock) as tx:
        tx.save_topic(*add_topic(tx.next_topic(), text, 10, AS_DAVE, desk.now))


def action(desk: Office, who: str, what: str, due: Any, meeting: str | None = None) -> None:
    with desk.database.write(desk.desk.clock) as tx:
        number, person = tx.next_action(), tx.company().people[uid(who)]
        tx.save_action(*give(number, person, what, due, meeting, AS_RITA, desk.now))


def finished(desk: Office, number: int) -> None:
    with desk.database.write(desk.desk.clock) as tx:
        found = tx.action(number)
        assert found is not None
        tx.save_action(*done(found, AS_RITA, True, desk.now))


def begun(desk: Office) -> Meeting:
    with desk.database.write(desk.desk.clock) as tx:
        items = agenda_of(tx, MEETING, tx.now).keys
        meeting, facts = start(MEETING, items, AS_RITA, tx.now, None)
        tx.save_meeting(meeting, facts)
    return meeting


def step(desk: Office, rule: Any, meeting: Meeting, *more: Any) -> Meeting:
    with desk.database.write(desk.desk.clock) as tx:
        after, facts = rule(meeting, *more, AS_RITA, tx.now)
        tx.save_meeting(after, facts)
    return after


def who(found: Iterable[str]) -> set[str]:
    return {each.removeprefix("U").lower() for each in found}


@pytest.fixture
def week(desk: Office) -> Office:
    """payments halted by sam, ledger asserted by all, a topic, an action of omar's, an environment."""
    desk.apply(
        product("payments", environments=("prod-eu",), uses=(Use("dba"),)),
        product("ledger", environments=("prod-eu",), uses=(Use("dba"),)),
        environments=(Environment("prod-eu", prepared=Prepared(False, uid("omar"), MONDAY)),),
        resources=(Resource("dba"),),
    )
    announced(desk, "payments 2.4.1")
    announced(desk, "ledger 7.0")
    all_assert(desk, "ledger")
    desk.say("halt payments security product the scan is red", by="sam")
    topic(desk)
    action(desk, "omar", "order the new certificate", MONDAY + HOUR)
    return desk


def test_everything_stored_that_is_to_be_decided_is_on_it(week: Office) -> None:
    found = agenda(week)
    assert found.keys == (
        "payments@2.4.1#1",
        "environment:prod-eu",
        "topic:1",
        "resource:dba",
        "action:1",
    )
    assert [c.name for c in found.consent] == ["ledger@7.0#1"]
    assert found.contested
    week.wait(hours=2)
    assert agenda(week).keys.index("action:1") == 2


def test_each_item_by_its_key_is_the_one_on_the_agenda(week: Office) -> None:
    found = agenda(week)
    with week.database.read() as reader:
        assert [item_of(reader, key, MEETING, week.now) for key in found.keys] == list(found.items)
        titles = [title_of(reader, key) for key in (*found.keys, "review:ledger@7.0#1")]
        gone = ("topic:9", "action:9", "environment:moon", "nobody@1#1", "topic:x")
        assert [item_of(reader, key, MEETING, week.now) for key in gone] == [None] * 5
    assert titles == [
        "payments@2.4.1#1",
        "environment prod-eu",
        "Who is on call at Easter?",
        "resource dba",
        "action 1, order the new certificate",
        "review of ledger@7.0#1",
    ]


def test_an_item_that_is_settled_can_still_be_shown(week: Office) -> None:
    week.say("lift payments patched", by="sam")
    with week.database.read() as reader:
        one = item_of(reader, "payments@2.4.1#1", MEETING, week.now)
        env = item_of(reader, "environment:prod-eu", MEETING, week.now)
    assert one is not None and [m.kind for m in one.matters] == ["silent"]
    assert env is not None and env.environment is not None


def test_whoever_owns_halted_took_on_or_added_it_has_a_part_in_it(week: Office) -> None:
    with week.database.read() as reader:
        found = concerned(agenda_of(reader, MEETING, week.now), reader)
    assert who(found) == {"alice", "sam", "sue", "omar", "dave"}
    assert found[uid("alice")] == ["payments@2.4.1#1"]
    assert found[uid("omar")] == ["environment:prod-eu"]
    assert found[uid("dave")] == ["topic:1"]


def test_where_nobody_owns_the_state_its_release_coordinator_has_the_part(desk: Office) -> None:
    announced(desk)
    desk.say("halt payments security the scan is red", by="alice")
    holders = {**product("payments").holders, Role.SECURITY_ARCHITECT: ()}
    desk.apply(product("payments", holders=holders))
    with desk.database.read() as reader:
        found = concerned(agenda_of(reader, MEETING, desk.now), reader)
    assert who(found) == {"alice", "rita"}


def test_an_action_of_somebody_who_left_is_looked_at_by_who_recorded_it(desk: Office) -> None:
    action(desk, "omar", "order the new certificate", MONDAY + 9 * DAY)
    desk.meet("omar", deactivated=True)
    found = agenda(desk)
    assert [item.left for item in found.items] == [True]
    with desk.database.read() as reader:
        assert who(concerned(found, reader)) == {"rita"}


def test_it_looks_ahead_as_far_as_the_meeting_after(desk: Office) -> None:
    assert agenda(desk).until == MEETING.at + 7 * DAY
    assert agenda(desk, None).until == MONDAY + 7 * DAY
    desk.apply(product("payments"), series=(replace(SERIES, weeks=2),))
    assert agenda(desk).until == MEETING.at + 14 * DAY
    assert agenda(desk, None).until == MEETING.at
    desk.apply(product("payments"), series=(replace(SERIES, off=True),))
    assert agenda(desk).until == MEETING.at + 7 * DAY


def test_a_press_on_something_shown_changes_its_signature_and_a_look_does_not(week: Office) -> None:
    before = signature_of(agenda(week))
    assert signature_of(agenda(week)) == before
    week.say("environment prod-eu prepared", by="omar")
    assert signature_of(agenda(week)) != before
    assert pages_of(agenda(week)) == 0


def test_the_minutes_hold_what_was_decided_while_it_ran(week: Office) -> None:
    week.until(MEETING.at)
    action(week, "alice", "write the release notes", MONDAY + 9 * DAY)
    meeting = begun(week)
    assert meeting.items[0] == "payments@2.4.1#1"
    week.wait(minutes=5)
    week.say("lift payments patched in build 1", by="sam")
    week.say("assert payments", by="sue")
    meeting = step(week, turn, meeting, meeting.items, "done", None)
    meeting = step(week, turn, meeting, meeting.items, "deferred", "omar is ill")
    action(week, "dave", "call the supplier", MONDAY + 5 * DAY, NAME)
    week.wait(minutes=20)
    meeting = step(week, close, meeting)
    week.wait(minutes=1)
    week.say("assert payments", by="alice")
    finished(week, 1)
    with week.database.read() as reader:
        found = minutes_of(reader, meeting)
    by_key = {each.item.key: each for each in found.taken}
    assert [e.fact.kind for e in by_key["payments@2.4.1#1"].facts] == [
        "halt.lifted",
        "state.asserted",
    ]
    through = [by_key[key].outcome for key in meeting.items]
    assert through == ["done", "deferred", "done", *["left"] * (len(through) - 3)]
    assert by_key[meeting.items[1]].why == "omar is ill"
    assert [each.what for each in found.given] == ["call the supplier"]
    assert [each.number for each in found.carried] == [1, 2]
    assert minutes_pages(found) == 0


def test_minutes_read_years_later_are_the_same(week: Office) -> None:
    week.until(MEETING.at)
    meeting = begun(week)
    with week.database.write(week.desk.clock) as tx:
        found = tx.topic(1)
        assert found is not None
        tx.save_topic(*discuss(found, NAME, AS_RITA, tx.now))
    action(week, "dave", "call the supplier", MONDAY + 5 * DAY, NAME)
    week.wait(minutes=20)
    meeting = step(week, close, meeting)
    with week.database.write(week.desk.clock) as tx:
        kept = minutes_of(tx, meeting)
        about = {"meeting": NAME, "consent": list(kept.consent)}
        tx.send(Message(f"minutes:{NAME}", "minutes", "C1", about=about, once=True))
    assert kept.consent == ("ledger@7.0#1",)
    week.wait(days=300)
    finished(week, 1)
    finished(week, 2)
    week.say("withdraw ledger", by="rita")
    with week.database.read() as reader:
        later = minutes_of(reader, meeting)
    assert later.consent == kept.consent
    assert [each.number for each in later.given] == [each.number for each in kept.given] == [2]
    assert [each.number for each in later.carried] == [each.number for each in kept.carried] == [1]
    assert [each.outcome for each in later.taken] == [each.outcome for each in kept.taken]


def test_a_cancelled_meeting_has_minutes_without_items(week: Office) -> None:
    gone = replace(MEETING, stage=Stage.CANCELLED, why="nothing-contested", ended_by=uid("rita"))
    with week.database.read() as reader:
        found = minutes_of(reader, gone)
    assert (found.taken, found.given) == ((), ())
    assert found.consent == ("ledger@7.0#1",)


def test_each_release_coordinator_is_told_once_where_nobody_is_awake(desk: Office) -> None:
    announced(desk, "payments 2.4.1")
    announced(desk, "ledger 7.0")
    for name in ("payments", "ledger"):
        desk.say(f"reschedule {name} 2026-11-25 20:00 UTC", by="rita")
    with desk.database.read() as reader:
        told = coverage_due(reader, "meeting", NAME, desk.now, MONDAY + 7 * DAY)
        again = coverage_due(reader, "meeting", NAME, desk.now, MONDAY + 7 * DAY)
        none = coverage_due(reader, "meeting", NAME, desk.now, FAIR)
    (message,) = told
    assert (message.target, message.key) == (uid("rita"), again[0].key)
    gaps = message.about["gaps"]
    assert [gap["candidate"] for gap in gaps] == ["ledger@7.0#1", "payments@2.4.1#1"]
    assert gaps[0]["roles"] == ["operations-coordinator", "release-coordinator"]
    assert none == ()
