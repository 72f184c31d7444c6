"""A machine that halts, copies, kills and puts back as it likes: nothing goes out that Slack shows as halted (DESIGN 6)."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.heads import file_of
from commands.presume import settle_due
from storage.heads import Head
from tests.bot.test_rewound import Installation
from tests.commands.office import all_assert, announced

WAYS = st.sampled_from(["backup", "cp", "volume"])


class Copies(RuleBasedStateMachine):
    """What Slack shows is kept apart from the database: the halts that stand, and the head last posted."""

    def __init__(self) -> None:
        super().__init__()
        logging.disable(logging.CRITICAL)
        self.folder = Path(tempfile.mkdtemp(prefix="copies-"))
        self.there = Installation(self.folder / "bot.db")
        self.halted = False
        self.posted: Head | None = None
        self.copies: list[tuple[str, Path]] = []

    def teardown(self) -> None:
        self.there.office.database.close()
        shutil.rmtree(self.folder)
        logging.disable(logging.NOTSET)

    def post(self) -> None:
        """An outcome is posted, and carries the head."""
        with self.there.office.database.read() as reader:
            number, sealed = reader.head()
        self.posted = Head("channel C1", number, sealed[:12], self.there.office.now)

    def start(self) -> None:
        self.there.start()
        self.there.rewound.look((self.posted,) if self.posted else ())

    @initialize()
    def begin(self) -> None:
        announced(self.there.office)
        all_assert(self.there.office)
        self.post()

    @rule()
    def halt(self) -> None:
        said = self.there.office.say("halt payments@2.4.1 CVE-1", by="sam").template
        if said in {"halted-by-you", "nothing-new"}:
            self.halted = True
            self.post()

    @rule()
    def lift(self) -> None:
        if (
            self.there.office.say("lift payments@2.4.1 patched", by="sam").template
            != "lifted-by-you"
        ):
            return
        if not self.there.withheld():
            self.halted = False
        self.there.office.say("assert payments@2.4.1", by="sam")
        self.post()

    @rule()
    def beat(self) -> None:
        self.there.rewound.look()

    @rule(minutes=st.sampled_from([1, 7, 90]))
    def wait(self, minutes: int) -> None:
        self.there.office.wait(minutes=minutes)

    @rule(how=WAYS)
    def copy(self, how: str) -> None:
        target = self.folder / f"copy-{len(self.copies)}.db"
        if how == "backup":
            self.there.office.database.backup(target, self.there.office.now)
        else:
            now = self.there.office.now
            self.there.office.database.close()
            shutil.copyfile(self.there.file, target)
            if file_of(self.there.file).exists():
                shutil.copyfile(file_of(self.there.file), file_of(target))
            self.start()
            self.there.office.now = now
        self.copies.append((how, target))

    @rule()
    def killed(self) -> None:
        now = self.there.office.now
        self.there.office.database.close()
        self.start()
        self.there.office.now = now

    @rule(which=st.integers(0, 20))
    def put_back(self, which: int) -> None:
        if not self.copies:
            return
        how, copy = self.copies[which % len(self.copies)]
        now = self.there.office.now
        self.there.office.database.close()
        self.there.put_back(copy, with_head=how == "volume")
        self.start()
        self.there.office.now = now

    @rule(how=WAYS, beats=st.booleans())
    def lose(self, how: str, beats: bool) -> None:
        """A halt given after a copy that is put back, and whether the bot noted its head beside the file."""
        self.copy(how)
        self.halt()
        if beats:
            self.beat()
        self.put_back(len(self.copies) - 1)
        self.go()

    @rule()
    def accept(self) -> None:
        """Whoever halted is asked first to halt again, where the copy does not know of it."""
        self.there.office.now += timedelta(minutes=6)
        if self.halted:
            self.halt()
        self.there.accept()
        self.there.rewound.look((self.posted,) if self.posted else ())

    @rule()
    def go(self) -> None:
        before = self.there.office.candidate().phase
        self.there.office.say("go payments@2.4.1", by="rita")
        settle_due(self.there.office.desk)
        after = self.there.office.candidate().phase
        let_out = before != after == "released"
        assert not (let_out and self.halted), "Slack shows a halt"


Copies.TestCase.settings = settings(
    max_examples=int(os.environ.get("PRESUMPTIVE_COPIES", "12")),
    stateful_step_count=10,
    derandomize=True,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_no_copy_lets_out_what_is_halted = Copies.TestCase


@pytest.mark.parametrize("beats", [False, True])
@pytest.mark.parametrize("how", ["backup", "cp", "volume"])
def test_a_halt_given_after_the_copy_is_never_lost(how: str, beats: bool) -> None:
    machine = Copies()
    machine.begin()
    machine.lose(how=how, beats=beats)
    assert machine.halted
    assert machine.there.office.candidate().phase == "announced"
    machine.accept()
    machine.go()
    assert machine.there.office.candidate().phase == "halted"
    machine.teardown()
