"""Meetings, topics, actions and schedules: what is stored is what was decided, and what its facts make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from rules.convening import follow, move
from rules.facts import CLOCK, Actor, Fact, iso
from rules.meeting import Action, Meeting, Topic
from rules.meeting_facts import apply_action, apply_topic, happen
from rules.series import Series, series_changed
from storage import Stale, reconvening
from storage import meetings as meetings_storage
from storage.company import Installation
from storage.database import Database
from storage.tables import facts as facts_table
from storage.writing import Transaction
from tests.storage.sample import MONDAY, monday

RITA = Actor("URITA", (), "button")
THURSDAY = datetime.fromisoformat("2026-11-26T10:00+00:00")
A_WEEK = timedelta(days=7)
SERIES = Series("meeting", (3,), time(10), "Europe/London", "C1", MONDAY)


def planned(weeks: int = 0) -> Meeting:
    at = THURSDAY + weeks * A_WEEK
    return Meeting(at.date().isoformat(), at, "Europe/London", "C1", 45)


def announced(tx: Transaction, meeting: Meeting) -> Meeting:
    after, fact = happen(
        meeting, "meeting.announced", CLOCK, tx.now, late=False, due=iso(meeting.at)
    )
    tx.save_meeting(after, [fact])
    return after


def started(tx: Transaction, meeting: Meeting) -> Meeting:
    after, fact = happen(meeting, "meeting.started", RITA, tx.now, items=["topic:1"])
    tx.save_meeting(after, [fact])
    return after


def cancelled(tx: Transaction, meeting: Meeting) -> Meeting:
    after, fact = happen(meeting, "meeting.cancelled", RITA, tx.now, why=None)
    tx.save_meeting(after, [fact])
    return after


def added(tx: Transaction, text: str) -> Topic:
    about = {"topic": tx.next_topic(), "text": text, "minutes": 5}
    fact = Fact("agenda.added", tx.now, RITA, about=about)
    topic = apply_topic(None, fact)
    tx.save_topic(topic, [fact])
    return topic


def given(tx: Transaction, what: str, due: datetime) -> Action:
    about = {"action": tx.next_action(), "who": "UOMAR", "what": what, "due": iso(due)}
    fact = Fact("action.given", tx.now, RITA, about={**about, "meeting": None})
    action = apply_action(None, fact)
    tx.save_action(action, [fact])
    return action


def done(tx: Transaction, action: Action) -> Action:
    fact = Fact("action.done", tx.now, RITA, about={"action": action.number})
    after = apply_action(action, fact)
    tx.save_action(after, [fact])
    return after


def scheduled(tx: Transaction, series: Series) -> None:
    old = tx.company().series.get(series.name)
    tx.put_company(
        products=(),
        calendars=(),
        installation=Installation("C1"),
        people_calendars={},
        series=[series],
    )
    tx.save_facts(*series_changed(series, old, RITA, tx.now))


def everything(database: Database) -> None:
    """Some of each, made as the rules make it."""
    with database.write(monday) as tx:
        scheduled(tx, SERIES)
        scheduled(tx, replace(SERIES, minutes=30))
        started(tx, announced(tx, planned()))
        cancelled(tx, planned(1))
        added(tx, "The pager")
        done(tx, given(tx, "Order a pager", MONDAY))
        given(tx, "Ask for more", MONDAY + A_WEEK)


def test_what_was_saved_is_read_again(database: Database) -> None:
    with database.write(monday) as tx:
        meeting = started(tx, announced(tx, planned()))
        topic, action = added(tx, "The pager"), given(tx, "Order it", MONDAY)
    with database.read() as reader:
        assert reader.meeting("2026-11-26") == meeting == reader.running()
        assert reader.topic(1) == topic and reader.action(1) == action
        assert meeting.seq == 2 and meeting.focus == "topic:1"
        assert [f.fact.kind for f in reader.facts()][-4:-2] == [
            "meeting.announced",
            "meeting.started",
        ]


def test_meetings_are_found_by_the_day_of_their_slot(database: Database) -> None:
    with database.write(monday) as tx:
        for week in (2, 0, 1):
            cancelled(tx, planned(week))
    with database.read() as reader:
        assert list(reader.meetings("2026-11-27")) == ["2026-12-03", "2026-12-10"]
        assert next(iter(reader.meetings("2026-11-26"))) == "2026-11-26"
        assert reader.meeting("2026-11-25") is None
        assert reader.running() is None


def test_meetings_that_are_not_over_are_always_found(database: Database) -> None:
    with database.write(monday) as tx:
        cancelled(tx, planned(0))
        announced(tx, planned(1))
        started(tx, announced(tx, planned(2)))
        after, fact = happen(planned(3), "meeting.moved", RITA, tx.now, **moved_to(planned(60)))
        tx.save_meeting(after, [fact])
    with database.read() as reader:
        assert list(reader.meetings("2027-12-01")) == ["2026-12-03", "2026-12-10", "2026-12-17"]
        statement = meetings_storage.SINCE.params(since="2027-12-01")
        compiled = statement.compile(reader._connection, compile_kwargs={"literal_binds": True})
        plan = str(reader._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all())
    assert "MULTI-INDEX OR" in plan and "SCAN" not in plan


def moved_to(meeting: Meeting) -> dict[str, Any]:
    """What the fact says by which one is moved there."""
    changed = {"reminded": [], "apart": True, "back": False, "cause": None}
    return {"at": iso(meeting.at), "was": iso(THURSDAY), **changed}


def test_a_meeting_brought_back_is_what_its_facts_make_it(database: Database) -> None:
    with database.write(monday) as tx:
        gone = cancelled(tx, announced(tx, planned()))
        back, facts = move(gone, gone.at, SERIES, None, {gone.name: gone}, RITA, tx.now)
        tx.save_meeting(back, facts)
        moved, facts = follow(replace(SERIES, minutes=60), None, {back.name: back}, CLOCK, tx.now)[
            0
        ]
        tx.save_meeting(moved, facts)
        ended, facts = follow(replace(SERIES, off=True), None, {moved.name: moved}, CLOCK, tx.now)[
            0
        ]
        tx.save_meeting(ended, facts)
    with database.read() as reader:
        assert list(reader.differing()) == []
        found = reader.meeting(gone.name)
        assert found == ended and (found.turn, found.minutes, found.by_schedule) == (2, 60, True)


def test_the_last_meeting_is_the_latest_with_minutes_whose_time_has_come(
    database: Database,
) -> None:
    with database.write(monday) as tx:
        later = planned(2).at
        assert tx.last_meeting(later) is None
        announced(tx, planned(3))
        first = cancelled(tx, planned(0))
        second = cancelled(tx, planned(1))
        skipped, fact = happen(planned(2), "meeting.skipped", CLOCK, tx.now, why="holiday")
        tx.save_meeting(skipped, [fact])
        assert tx.last_meeting(later) == second != first
        assert tx.last_meeting(first.at) == first


def test_topics_and_actions_are_numbered_and_the_open_ones_listed(database: Database) -> None:
    with database.write(monday) as tx:
        one, two = added(tx, "one"), added(tx, "two")
        fact = Fact("agenda.removed", tx.now, RITA, about={"topic": 1})
        tx.save_topic(apply_topic(one, fact), [fact])
        late, soon = given(tx, "late", MONDAY + A_WEEK), given(tx, "soon", MONDAY)
        ended = done(tx, given(tx, "ended", MONDAY))
    with database.read() as reader:
        assert reader.topics() == (two,) and reader.next_topic() == 3
        assert reader.topic(1) == replace(
            one, state="removed", ended_at=MONDAY, ended_by="URITA", seq=2
        )
        assert reader.actions() == (soon, late) and reader.next_action() == 4
        assert reader.actions_done(MONDAY - A_WEEK, MONDAY) == (ended,)
        assert reader.actions_done(MONDAY, MONDAY + A_WEEK) == ()


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**40])
def test_a_number_that_nobody_gave_is_nobodys(database: Database, number: int) -> None:
    with database.read() as reader:
        assert reader.topic(number) is None and reader.action(number) is None


SECOND: dict[str, Callable[[Transaction, Any], object]] = {
    "meeting": lambda tx, at: started(tx, at[0]),
    "topic": lambda tx, at: tx.save_topic(replace(at[1], seq=2), [Fact("agenda.removed", MONDAY, RITA)]),
    "action": lambda tx, at: done(tx, at[2]),
}  # fmt: skip


@pytest.mark.parametrize("what", SECOND)
def test_what_changed_since_it_was_read_is_not_written_over(database: Database, what: str) -> None:
    with database.write(monday) as tx:
        read = announced(tx, planned()), added(tx, "x"), given(tx, "y", MONDAY)
        SECOND[what](tx, read)
    with database.read() as reader:
        before = reader.head()
    with pytest.raises(Stale), database.write(monday) as tx:
        SECOND[what](tx, read)
    with database.read() as reader:
        assert reader.head() == before


def test_a_meeting_that_both_began_on_is_made_once(database: Database) -> None:
    with database.write(monday) as tx:
        announced(tx, planned())
    with pytest.raises(Stale), database.write(monday) as tx:
        announced(tx, planned())


def test_no_facts_write_nothing(database: Database) -> None:
    with database.write(monday) as tx:
        assert tx.save_meeting(planned(), ()) == ()
        assert tx.meeting("2026-11-26") is None


def test_a_schedule_is_part_of_the_company_and_read_again_when_it_changes(
    database: Database,
) -> None:
    with database.write(monday) as tx:
        scheduled(tx, SERIES)
    with database.read() as reader:
        first = reader.company()
        assert first.series == {"meeting": SERIES}
    with database.read() as reader:
        assert reader.company() is first
    other = replace(SERIES, name="digest", reminders=(), off=True, by="URITA", weeks=2)
    with database.write(monday) as tx:
        scheduled(tx, other)
    with database.read() as reader:
        assert reader.company().series == {"meeting": SERIES, "digest": other}
        assert reader.changes() > 0


def test_a_naive_time_is_refused(database: Database) -> None:
    naive = replace(SERIES, effective=MONDAY.replace(tzinfo=None))
    with pytest.raises(ValueError, match="naive"), database.write(monday) as tx:
        scheduled(tx, naive)


TAMPERED = {
    "stage": (
        "UPDATE meetings SET stage = 'closed' WHERE name = '2026-11-26'",
        "meeting 2026-11-26: stage is closed in its row, and running by its facts",
    ),
    "attended": (
        "UPDATE meetings SET doc = json_set(doc, '$.attended', json_array('UXENA')) WHERE stage = 'running'",
        "meeting 2026-11-26: attended is ('UXENA',) in its row, and () by its facts",
    ),
    "gone": (
        "DELETE FROM meetings WHERE name = '2026-12-03'",
        "fact 5 names meeting 2026-12-03, which has no row",
    ),
    "made up": (
        "INSERT INTO topics SELECT 7, state, seq, doc FROM topics",
        "topic 7 has a row and no facts",
    ),
    "unreadable": ("UPDATE topics SET doc = '{}'", "topic 1: its row can't be read"),
    "not done": (
        "UPDATE actions SET done_at = NULL WHERE number = 1",
        f"action 1: done_at is None in its row, and {MONDAY} by its facts",
    ),
    "longer": (
        "UPDATE series SET doc = json_set(doc, '$.minutes', 90)",
        "series meeting: minutes is 90 in its row, and 30 by its facts",
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_row_that_is_not_what_its_facts_make_it_shows(database: Database, how: str) -> None:
    everything(database)
    statement, sentence = TAMPERED[how]
    with database.read() as reader:
        assert list(reader.differing()) == []
    with database.write(monday) as tx:
        tx._connection.exec_driver_sql(statement)
    with database.read() as reader:
        assert sentence in list(reader.differing())


def test_a_fact_that_can_not_be_applied_is_told(database: Database) -> None:
    with database.write(monday) as tx:
        tx.save_facts(Fact("action.done", MONDAY, RITA, about={"action": 9}))
    with database.read() as reader:
        (told,) = reader.differing()
    assert told.startswith("fact 1 (action.done) can't be applied to its action")


def test_the_facts_of_meetings_are_found_without_reading_all_others(database: Database) -> None:
    sought = reconvening.FACTS.with_only_columns(facts_table.c.id).params(of=["meeting.moved"])
    with database.read() as reader:
        compiled = sought.compile(
            reader._connection, compile_kwargs={"literal_binds": True, "render_postcompile": True}
        )
        plan = str(reader._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all())
    assert "ix_facts_candidate_id (candidate=?)" in plan and "B-TREE" not in plan


def test_a_stage_that_is_none_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="CHECK"), database.write(monday) as tx:
        tx._connection.exec_driver_sql("INSERT INTO meetings VALUES ('x', '', 'postponed', 1, '')")
