"""What the messages of meetings say, drawn by the letters from what is stored at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.compose import tools
from bot.letters import Letters
from bot.meeting_letters import KINDS
from bot.pacing import EDITED
from bot.render import Renderer
from commands.agenda_now import agenda_of
from rules.chairing import close, start, turn
from rules.convening import cancel, move
from rules.facts import CLOCK, Actor
from rules.meeting import Meeting
from rules.meeting_facts import happen
from rules.series import MEETING, Series
from rules.topics import add_topic, give
from rules.words import Role
from storage.outbox import Message
from tests.commands.office import MONDAY, Office, announced, uid

RENDERER = Renderer("/release")
LETTERS = Letters(RENDERER, tools(RENDERER))
AS_RITA = Actor(uid("rita"), (Role.RELEASE_COORDINATOR,), "slash")
NAME = "2026-11-26"
PLANNED = Meeting(NAME, MONDAY + timedelta(days=3), "Europe/London", "C1", 45)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    """payments halted by sam, and a meeting on Thursday whose agenda has been posted."""
    office = Office.opened(tmp_path / "desk.db")
    announced(office)
    office.say("halt payments security the scan is red", by="sam")
    keep(office, *announcing(office))
    yield office
    office.database.close()


def announcing(office: Office) -> Any:
    meeting, fact = happen(
        PLANNED, "meeting.announced", CLOCK, office.now, late=False, due=office.now.isoformat()
    )
    return meeting, (fact,)


def keep(office: Office, meeting: Meeting, facts: Any) -> Meeting:
    with office.database.write(office.desk.clock) as tx:
        tx.save_meeting(meeting, facts)
    return meeting


def said(office: Office, kind: str, **more: Any) -> str | None:
    """What a message would say now, as its plain text."""
    stood = {"ts": more.pop("ts", None)}
    about = {"meeting": NAME, **more}
    message = replace(Message(f"{kind}:{NAME}", kind, "C1", about=about), **stood)
    with office.database.read() as reader:
        found = LETTERS(reader, message, office.now)
    return None if found is None else found.text


def begun(office: Office) -> Meeting:
    office.until(PLANNED.at)
    with office.database.read() as reader:
        meeting = reader.meeting(NAME)
        assert meeting is not None
        keys = agenda_of(reader, meeting, office.now).keys
    return keep(office, *start(meeting, keys, AS_RITA, office.now, None))


def test_the_agenda_says_how_things_stand_now(desk: Office) -> None:
    assert "the scan is red" in (said(desk, "agenda") or "")
    desk.say("lift payments patched", by="sam")
    now = said(desk, "agenda") or ""
    assert "the scan is red" not in now and "Nothing is contested" in now
    with desk.database.write(desk.desk.clock) as tx:
        by = Actor(uid("dave"), (), "slash")
        tx.save_topic(*add_topic(1, "Who is on call at Easter?", 5, by, desk.now))
    now = said(desk, "agenda") or ""
    assert "on call at Easter" in now and "Nothing is contested" not in now


def test_a_page_that_is_not_needed_is_not_posted_and_one_that_stands_says_so(desk: Office) -> None:
    page = {"page": 1, "under": f"agenda:{NAME}"}
    assert said(desk, "page", **page) is None
    assert "Nothing stands here any more" in (said(desk, "page", ts="1.0", **page) or "")


def test_the_meetings_own_message_follows_its_focus(desk: Office) -> None:
    assert said(desk, "floor") is None
    meeting = begun(desk)
    assert "Go or no-go" in (said(desk, "floor") or "")
    assert "It is under way" in (said(desk, "agenda") or "")
    keep(desk, *turn(meeting, meeting.items, "done", None, AS_RITA, desk.now))
    assert "All items are through" in (said(desk, "floor") or "")


def test_a_meeting_that_is_over_leaves_a_line_of_record_and_its_minutes(desk: Office) -> None:
    meeting = begun(desk)
    desk.wait(minutes=3)
    desk.say("lift payments patched in build 1", by="sam")
    with desk.database.write(desk.desk.clock) as tx:
        person = tx.company().people[uid("omar")]
        due = desk.now + timedelta(days=2)
        tx.save_action(*give(1, person, "call the supplier", due, NAME, AS_RITA, desk.now))
    keep(desk, *close(meeting, AS_RITA, desk.now))
    assert said(desk, "agenda") == said(desk, "floor")
    assert "was held" in (said(desk, "agenda") or "")
    minutes = said(desk, "minutes") or ""
    for words in ("halt lifted by sam", "patched in build 1", "call the supplier", "by rita"):
        assert words in minutes
    page = {"page": 1, "under": f"minutes:{NAME}"}
    assert said(desk, "page", **page) is None


def test_a_cancelled_meeting_says_why_in_both(desk: Office) -> None:
    with desk.database.read() as reader:
        meeting = reader.meeting(NAME)
    assert meeting is not None
    keep(desk, *cancel(meeting, "half of us are ill", AS_RITA, desk.now))
    for kind in ("agenda", "minutes"):
        assert "cancelled by rita: half of us are ill" in (said(desk, kind) or "")


def test_a_meeting_nobody_knows_says_nothing(desk: Office) -> None:
    for kind in KINDS:
        with desk.database.read() as reader:
            message = Message("x", kind, "C1", about={"meeting": "2027-01-01", "page": 1})
            assert LETTERS(reader, message, desk.now) is None


def test_what_is_told_of_a_meeting_is_drawn_from_its_items_as_they_are(desk: Office) -> None:
    key = "payments@2.4.1#1"
    told = {"template": "meeting-contested", "keys": [key, "topic:9"]}
    assert "the scan is red" in (said(desk, "tell", **told) or "")
    late = {"template": "meeting-reminder", "mark": 600, "late": True}
    assert "I was not running" in (said(desk, "tell", **late) or "")
    with desk.database.read() as reader:
        gone = Message("x", "tell", "C1", about={"template": "meeting-reminder", "meeting": "x"})
        assert LETTERS(reader, gone, desk.now) is None


def test_only_what_follows_how_things_stand_is_edited() -> None:
    assert {"minutes"} == KINDS - EDITED


def test_the_minutes_of_one_that_was_brought_back_are_not_posted_late(desk: Office) -> None:
    with desk.database.read() as reader:
        meeting = reader.meeting(NAME)
    assert meeting is not None
    weekly = Series(MEETING, (3,), time(9), "Europe/London", "C1", MONDAY)
    gone = keep(desk, *cancel(meeting, None, AS_RITA, desk.now))
    to = PLANNED.at + timedelta(days=1)
    keep(desk, *move(gone, to, weekly, None, {NAME: gone}, AS_RITA, desk.now))
    assert said(desk, "minutes") is None
    assert "the scan is red" in (said(desk, "agenda") or "")
