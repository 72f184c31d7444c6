"""Halts that meet a database that can't be written: kept, and written before anything else (DESIGN 2.3)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.withheld import Withheld
from commands.dispatch import Desk, write_kept
from commands.keeping import Keeping
from commands.presume import settle_due
from commands.request import Caller, Request
from rules.words import Phase
from storage.database import Unavailable
from storage.engine import DRIVER
from tests.commands.office import FAIR, MONDAY, Office, quiet

NAME = "payments@2.4.1#1"


class Keeper(Office):
    """An office whose bot keeps halts, and gives up a write quickly."""

    def __init__(self, file: Path, *, most: int = 100) -> None:
        super().__init__(file)
        self.keep(most)

    def keep(self, most: int) -> None:
        self.withheld = Withheld()
        self.keeping = Keeping(self.withheld.put, most)
        drawing = replace(self.desk.tools, withheld=self.withheld)
        self.desk = Desk(self.database, lambda: self.now, drawing, self.keeping)
        self.database.patience = 0.05

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another program holds the write lock."""
        held = DRIVER.connect(self.file, isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            held.execute("ROLLBACK")
            held.close()

    def write_kept(self) -> int:
        return write_kept(self.desk, most=len(self.keeping))

    def answers(self, to: str) -> list[str]:
        return [
            str(m.about["text"]) for m in self.messages("answer") if m.person == f"U{to.upper()}"
        ]


@pytest.fixture
def desk(empty_desk: Path, tmp_path: Path) -> Iterator[Keeper]:
    """Payments is announced, and everybody was told."""
    shutil.copyfile(empty_desk, tmp_path / "kept.db")
    office = Keeper(tmp_path / "kept.db")
    office.say("announce payments 2.4.1 commit abc", by="dave")
    office.deliver()
    yield office
    office.database.close()


def test_four_owners_who_halt_during_a_lock_across_the_release_time_are_heard_before_it_is_settled(
    desk: Keeper,
) -> None:
    desk.until(FAIR - timedelta(seconds=20))
    with desk.locked():
        told = [
            desk.say("halt payments refunds are broken", by="alice"),
            desk.press(f"halt {NAME}", by="sam"),
            desk.fill_in("halt", NAME, by="omar", reason="nobody on call", key="view:1"),
            desk.ask("halt", NAME, "rita", door="shortcut"),
        ]
        assert [(r.template, r.ok, r.stored) for r in told] == [
            ("halt-not-stored", False, False)
        ] * 4
        assert "locked by another program" in told[0].about["sentence"]
        desk.now = FAIR + timedelta(seconds=10)
        assert len(desk.keeping) == 4
        assert list(desk.withheld()) == ["kept"]
    assert settle_due(desk.desk) == 0
    assert desk.write_kept() == 4
    assert desk.withheld() == {}
    desk.reopen()
    desk.tick()
    assert desk.candidate().phase is Phase.HALTED
    by = [fact.by.person for fact in desk.facts(NAME, "candidate.halted")]
    assert by == ["UALICE", "USAM", "UOMAR", "URITA"]
    reasons = [halt.reason for halt in desk.candidate().open_halts]
    assert reasons == ["refunds are broken", None, "nobody on call", None]
    for owner in ("alice", "sam", "omar", "rita"):
        assert desk.answers(owner) == ["halted-by-you"], owner


def test_a_kept_halt_that_fails_by_our_own_fault_keeps_nobody_else_from_being_heard(
    desk: Keeper,
) -> None:
    def near(word: str, right: list[str]) -> list[str]:
        raise RuntimeError("a fault of ours")

    good = desk.desk
    with desk.locked():
        desk.say("halt paymets it goes wrong", by="alice")
        desk.say(f"halt {NAME} refunds are broken", by="sam")
    desk.desk = replace(good, tools=replace(good.tools, near=near))
    assert quiet(desk.write_kept) == 2
    assert desk.candidate().phase is Phase.HALTED
    assert desk.say(f"halt {NAME} nobody on call", by="omar").template == "halted-by-you"
    assert desk.withheld() == {}
    (asked,) = [fact for fact in desk.facts(kind="halt.asked")]
    assert (asked.by.person, asked.candidate) == ("UALICE", None)


def test_without_a_halt_a_lock_across_the_release_time_delays_it_by_the_lock_only(
    desk: Keeper,
) -> None:
    desk.until(FAIR - timedelta(seconds=20))
    with desk.locked():
        desk.now = FAIR + timedelta(seconds=50)
        with pytest.raises(Unavailable):
            settle_due(desk.desk)
        assert desk.say("assert payments", by="alice").template == "unavailable"
    desk.reopen()
    desk.tick()
    assert desk.candidate().phase is Phase.RELEASED


def test_a_lock_of_more_than_ninety_seconds_is_an_outage(desk: Keeper) -> None:
    desk.until(FAIR - timedelta(seconds=20))
    with desk.locked():
        desk.now = FAIR + timedelta(seconds=80)
    desk.reopen()
    desk.tick()
    assert desk.candidate().phase is Phase.ANNOUNCED
    (postponed,) = desk.facts(NAME, "release.postponed")
    assert "outage" in str(postponed.about)


def test_the_same_press_twice_is_kept_once_and_written_once(desk: Keeper) -> None:
    with desk.locked():
        for _ in range(3):
            desk.say("halt payments no", by="alice", key="k")
        assert len(desk.keeping) == 1
    assert desk.write_kept() == 1
    with desk.locked():
        desk.say("halt payments no", by="alice", key="k")
    assert desk.write_kept() == 1
    assert len(desk.facts(NAME, "candidate.halted")) == 1
    assert desk.answers("alice") == ["halted-by-you"]


def test_they_are_written_in_the_order_of_their_presses_and_before_any_later_press(
    desk: Keeper,
) -> None:
    with desk.locked():
        later = desk.now + timedelta(seconds=2)
        desk.now, sooner = later, desk.now
        desk.say("halt payments second", by="sam")
        desk.now = sooner
        desk.say("halt payments first", by="alice")
        desk.now = later
    assert desk.say("deploying payments", by="rita").template == "halted"
    reasons = [halt.reason for halt in desk.candidate().open_halts]
    assert reasons == ["first", "second"]
    assert not len(desk.keeping)


def test_a_press_writes_a_few_of_many_and_then_has_to_be_asked_for_again(desk: Keeper) -> None:
    with desk.locked():
        for number in range(25):
            desk.say(f"halt payments {number}", by="alice")
    refused = desk.say("assert payments", by="omar")
    assert (refused.template, refused.stored) == ("unavailable", False)
    assert "stored first" in refused.about["sentence"]
    # A halt that comes now takes its place behind them.
    assert desk.say("halt payments last", by="sam").template == "halted-by-you"
    assert desk.say("assert payments", by="omar").ok


def test_while_it_can_t_be_written_other_acts_are_refused_and_reading_goes_on(desk: Keeper) -> None:
    with desk.locked():
        refused = desk.say("assert payments", by="alice")
        assert (refused.template, refused.ok, refused.stored) == ("unavailable", False, False)
        assert not refused.about["halts"]
        assert desk.say("status payments").template == "status"
        pressed = desk.press(f"status {NAME}", by="sam")
        assert (pressed.template, pressed.stored) == ("status", False)
        assert len(desk.keeping) == 0
    assert desk.say("assert payments", by="alice").ok


def test_a_revocation_halts_and_is_kept_like_a_halt(desk: Keeper) -> None:
    desk.say("assert payments", by="alice")
    with desk.locked():
        assert desk.say("revoke payments wrong build", by="alice").template == "halt-not-stored"
    desk.write_kept()
    assert desk.candidate().phase is Phase.HALTED


def test_somebody_nobody_knows_is_looked_up_with_the_time_of_their_press(desk: Keeper) -> None:
    pressed = desk.now
    with desk.locked():
        assert desk.say("halt payments no", by="bob").template == "halt-not-stored"
        desk.now += timedelta(seconds=40)
    assert desk.write_kept() == 1
    with desk.database.read() as reader:
        (waiting,) = reader.pending(desk.now)
    assert (waiting.person, waiting.at, waiting.halts) == ("UBOB", pressed, True)


def test_a_guest_s_halt_is_refused_once_it_can_be_judged_and_they_hear_it(desk: Keeper) -> None:
    with desk.locked():
        assert desk.say("halt payments no", by="gwen").template == "halt-not-stored"
    desk.write_kept()
    assert desk.candidate().phase is Phase.ANNOUNCED
    assert desk.answers("gwen") == ["outsider"]


def test_a_halt_that_is_written_too_late_says_so(desk: Keeper) -> None:
    for who in ("alice", "sam", "omar", "rita"):
        desk.say("assert payments", by=who)
    assert desk.say("go payments", by="rita").ok
    with desk.locked():
        desk.say("halt payments no", by="alice")
    elsewhere = Office(desk.file, desk.now)
    assert elsewhere.say("deploying payments", by="rita", key="elsewhere").ok
    elsewhere.database.close()
    desk.write_kept()
    assert desk.answers("alice")[-1] == "halt-too-late"


def test_one_that_fails_by_our_own_fault_is_told_to_all_four_and_holds_up_no_other(
    desk: Keeper,
) -> None:
    with desk.locked():
        desk.fill_in("halt", NAME, by="alice", states=("no state of ours",), key="view:odd")
        desk.say("halt payments refunds", by="sam")
    assert desk.write_kept() == 2
    assert [halt.reason for halt in desk.candidate().open_halts] == ["refunds"]
    desk.tick()
    assert "halt.unresolved" in desk.kinds(NAME)


def test_more_than_can_be_kept_are_told_that_nothing_is_halted(desk: Keeper) -> None:
    desk.keep(1)
    with desk.locked():
        assert desk.say("halt payments first", by="alice").template == "halt-not-stored"
        refused = desk.say("halt payments second", by="sam")
        assert (refused.template, refused.about["halts"]) == ("unavailable", True)
        assert desk.withheld()
    desk.write_kept()
    assert desk.say("halt payments second", by="sam").ok


def test_nothing_goes_out_by_word_either_while_a_halt_is_kept(desk: Keeper) -> None:
    for who in ("alice", "sam", "omar", "rita"):
        desk.say("assert payments", by=who)
    desk.keeping.keep(Request("halt", Caller("UALICE", "slash"), "payments no", key="k"), MONDAY)
    with desk.keeping.writing:
        refused = desk.say("go payments", by="rita")
    assert refused.template == "unavailable"
    # It is written first, and then there is nothing to go.
    assert desk.say("go payments", by="rita").template != "gone"
    assert desk.candidate().phase is Phase.HALTED
