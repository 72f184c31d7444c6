"""Many hands on one meeting, in one process and in two: one agenda, one start, one step a press, one set of minutes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rules.meeting import Meeting, Stage
from tests.commands.office import Office, at
from tests.commands.racing import Job, in_processes, in_threads

NAME = "2026-11-25"
TEN = at("2026-11-25 09:00")


@pytest.fixture
def planned(empty_desk: Path, tmp_path: Path) -> Path:
    """A meeting of two topics, planned for Wednesday at ten in Berlin."""
    shutil.copyfile(empty_desk, tmp_path / "making.db")
    office = Office(tmp_path / "making.db")
    assert office.say("meeting set wed 10:00 Europe/Berlin", by="rita").ok
    for topic in ("the audit", "the new office"):
        assert office.say(f"agenda add {topic}", by="xena").ok
    office.copied_to(tmp_path / "race.db")
    return tmp_path / "race.db"


def held(office: Office) -> Meeting:
    with office.database.read() as reader:
        found = reader.meeting(NAME)
        assert found is not None
        assert not [*reader.differing()]
    return found


def test_everybody_starts_and_goes_on_at_once(planned: Path) -> None:
    office = Office(planned)
    office.until(TEN)
    begin = [Job(f"meeting start {NAME}", "rita", f"start-{n}") for n in range(12)]
    in_processes(planned, TEN, [job for each in begin for job in (each, Job())])
    in_threads(office, [Job(f"meeting next {NAME} was topic:1", "rita", f"{n}") for n in range(12)])

    meeting = held(office)
    assert (meeting.stage, meeting.focus, meeting.done) == (Stage.RUNNING, "topic:2", ("topic:1",))
    kinds = [fact.kind for fact in office.facts()]
    assert kinds.count("meeting.started") == kinds.count("meeting.turned") == 1
    assert kinds.count("meeting.announced") <= 1
    assert len(office.messages("floor")) == 1
    office.database.close()


def test_closing_cancelling_and_the_clock_at_once_leave_one_set_of_minutes(planned: Path) -> None:
    office = Office(planned)
    office.until(TEN)
    office.tick()
    lines = [f"meeting start {NAME}", f"meeting cancel {NAME}", f"meeting close {NAME}"]
    jobs = [Job(line, "rita", f"{line}-{n}") for n in range(6) for line in lines]
    in_threads(office, [job for each in jobs for job in (each, Job())])

    meeting = held(office)
    kinds = [fact.kind for fact in office.facts()]
    ended = kinds.count("meeting.cancelled") + kinds.count("meeting.closed")
    assert ended == 1 if meeting.stage is not Stage.RUNNING else ended == 0
    assert len(office.messages("minutes")) == ended
    assert len(office.messages("agenda")) == 1
    office.database.close()
