"""A copy put back lets nothing out of what Slack shows as halted, until the operator accepts it (DESIGN 6)."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.heads import file_of, read_file, write_file
from bot.rewound import Rewound
from bot.slackcalls import SlackCalls
from bot.withheld import Withheld
from commands.accept import accept
from commands.presume import settle_due
from storage.heads import Head
from tests.commands.office import FAIR, Office, all_assert, announced


class Installation:
    """An office on a file that is copied and put back; each opening is a new process."""

    def __init__(self, file: Path) -> None:
        self.file, self.starts = file, 0
        Office.opened(file).database.close()
        self.start()

    def start(self) -> None:
        self.office = Office(self.file)
        self.starts += 1
        self.office._spoken = 1000 * self.starts  # keys that nobody has spent before
        self.withheld = Withheld()
        tools = replace(self.office.desk.tools, withheld=self.withheld)
        self.office.desk = replace(self.office.desk, tools=tools)
        calls = SlackCalls(WebClient(token="xoxb-1", retry_handlers=[]))
        self.rewound = Rewound(self.office.desk, self.withheld, calls)
        self.rewound.start()

    def end(self) -> None:
        self.rewound.look()
        self.office.database.close()

    def put_back(self, copy: Path, *, with_head: bool = False) -> None:
        """The database's files go, the copy comes; with `with_head` the head beside it too."""
        for end in ("", "-wal", "-shm", *([".head"] if with_head else [])):
            self.file.with_name(self.file.name + end).unlink(missing_ok=True)
        shutil.copyfile(copy, self.file)
        if with_head and file_of(copy).exists():
            shutil.copyfile(file_of(copy), file_of(self.file))

    def accept(self) -> tuple[Head, ...]:
        beside = read_file(self.file)
        lost, head = accept(self.office.desk, [beside] if beside else [])
        if lost:
            write_file(self.file, *head)
        return lost


@pytest.fixture
def there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Installation]:
    caplog.set_level(logging.CRITICAL)
    found = Installation(tmp_path / "bot.db")
    yield found
    found.office.database.close()


def by_backup(there: Installation, target: Path) -> None:
    there.office.database.backup(target, there.office.now)


def by_cp(there: Installation, target: Path) -> None:
    there.office.database.close()
    shutil.copyfile(there.file, target)
    there.start()


def halted_after(there: Installation, copy: Callable[[Installation, Path], None]) -> Path:
    """A copy made, and a halt given after it."""
    announced(there.office)
    all_assert(there.office)
    target = there.file.with_name("copy.db")
    there.rewound.look()
    copy(there, target)
    there.office.say("halt payments CVE-1 is open", by="sam")
    there.end()
    return target


@pytest.mark.parametrize("copy", [by_backup, by_cp])
def test_what_was_halted_after_the_copy_does_not_go_out_until_it_is_accepted(there, copy):
    target = halted_after(there, copy)
    there.put_back(target)
    there.start()
    office = there.office
    assert office.candidate().phase == "announced", "the copy knows of no halt"
    assert "rewound" in there.withheld()
    assert office.told("withheld") == ["operator"]
    office.until(FAIR)
    assert settle_due(office.desk) == 0
    assert office.say("go payments", by="rita").template == "withheld"
    lost = there.accept()
    assert "file" in {head.place for head in lost}
    there.rewound.look()
    assert there.withheld() == {}
    (fact,) = office.facts(kind="log.rewound")
    assert fact.about["found"]["number"] < fact.about["expected"][-1]["number"]
    assert office.say("halt payments CVE-1 is open", by="sam").template == "halted-by-you"
    assert settle_due(office.desk) == 0
    assert office.candidate().phase == "halted"
    assert there.accept() == ()
    there.end()
    there.start()
    assert there.withheld() == {}


def test_what_was_released_before_the_copy_and_halted_after_it_does_not_begin_to_deploy(there):
    announced(there.office)
    all_assert(there.office)
    assert there.office.say("go payments", by="rita").template == "gone"
    copy = there.file.with_name("copy.db")
    there.office.database.backup(copy, there.office.now)
    there.office.say("halt payments CVE-1 is open", by="sam")
    assert there.office.say("deploying payments", by="omar").template != "deployment"
    there.end()
    there.put_back(copy)
    there.start()
    assert there.office.candidate().phase == "released", "the copy knows of no halt"
    assert there.office.say("deploying payments", by="omar").template == "withheld"
    there.accept()
    there.rewound.look()
    assert there.office.say("deploying payments", by="omar").template == "deployment"


def test_once_accepted_what_nobody_halts_goes_out_by_the_ordinary_law(there):
    there.put_back(halted_after(there, by_backup))
    there.start()
    there.accept()
    there.rewound.look()
    there.office.until(FAIR)
    assert settle_due(there.office.desk) == 1
    assert there.office.candidate().phase == "released"


def test_a_backup_on_a_new_machine_is_known_by_its_mark(there):
    target = halted_after(there, by_backup)
    file_of(there.file).unlink()
    there.put_back(target)
    there.start()
    assert "a backup that was put back" in there.withheld()["rewound"]
    there.office.say("halt payments CVE-2", by="sam")
    there.rewound.look()
    assert "rewound" in there.withheld()
    assert [head.place for head in there.accept()] == ["backup"]
    there.rewound.look()
    assert there.withheld() == {}


def test_a_copy_put_back_soon_after_another_was_accepted_is_known_too(there):
    there.put_back(halted_after(there, by_backup))
    there.start()
    there.accept()
    again = there.file.with_name("again.db")
    by_cp(there, again)
    there.office.say("halt payments CVE-1 is open", by="sam")
    there.end()
    written = (there.office.now + timedelta(minutes=1)).timestamp()
    os.utime(file_of(there.file), (written, written))
    there.put_back(again)
    there.start()
    assert "rewound" in there.withheld()


def test_a_backup_of_what_was_accepted_is_marked_anew(there):
    there.put_back(halted_after(there, by_backup))
    there.start()
    there.accept()
    again = there.file.with_name("again.db")
    there.office.database.backup(again, there.office.now)
    there.end()
    there.put_back(again, with_head=True)
    there.start()
    assert "rewound" in there.withheld()


def test_a_lost_head_file_or_an_odd_one_withholds_nothing(there):
    announced(there.office)
    there.end()
    file = file_of(there.file)
    assert file.stat().st_mode & 0o777 == 0o600
    for spoil in (file.unlink, lambda: file.write_text(""), lambda: file.write_text("twelve\n")):
        spoil()
        there.start()
        assert there.withheld() == {}
        there.end()
        assert read_file(there.file) is not None, "it is written again"


def test_a_database_replaced_under_the_running_process_is_known_by_memory(there):
    target = halted_after(there, by_cp)
    file_of(there.file).unlink()
    there.start()
    there.office.database.close()
    file_of(there.file).unlink()
    there.put_back(target)
    there.office.database = there.office.database.open(f"sqlite:///{there.file}")
    there.rewound._desk = replace(there.rewound._desk, database=there.office.database)
    there.office.desk = there.rewound._desk
    there.rewound.look()
    assert "(memory)" in there.withheld()["rewound"]
    assert not file_of(there.file).exists(), "the head of the wrong log is written nowhere"
    there.office.now += timedelta(minutes=10)
    assert [head.place for head in there.accept()] == ["memory"]
    there.rewound.look()
    assert there.withheld() == {}


def test_what_is_shown_while_the_process_runs_is_noted_and_holds_through_a_restart(there):
    announced(there.office)
    shown = Head("channel C1", 99, "3fd1c09a77be", there.office.now)
    there.rewound.look((shown,))
    assert "#99 3fd1c09a77be (channel C1)" in there.withheld()["rewound"]
    there.rewound.look()
    assert "rewound" in there.withheld()
    there.end()
    there.start()
    assert "rewound" in there.withheld()
    assert there.accept() == (shown,)
    there.rewound.look((shown,))
    assert there.withheld() == {}


@pytest.mark.parametrize(("number", "sealed", "is_there"), [(1, None, True), (1, "0" * 64, False)])
def test_a_head_is_in_the_log_by_its_number_and_its_hash(there, number, sealed, is_there):
    announced(there.office)
    with there.office.database.read() as reader:
        true = reader.hash_at(number)
    assert true is not None
    there.rewound.look((Head("channel C1", number, (sealed or true)[:12], there.office.now),))
    assert (there.withheld() == {}) is is_there
