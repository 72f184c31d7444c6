"""A database put back, or changed by hand while the bot was down: it starts, hears halts, releases nothing (DESIGN 2.7, 6)."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.compose import slack_client
from bot.heads import posted
from bot.rewound import Rewound
from bot.slackcalls import SlackCalls
from rehearsal.box import Box
from storage.heads import Head
from tests.bot.serving import Said, run, serving
from tests.end_to_end.place import Place, announced_hours_ago, wait_until
from tests.end_to_end.test_killed import Opened, opened
from tests.end_to_end.workplace import CHANNEL, QUICK, Workplace

__all__ = ["opened"]
NOTHING = "nothing is released"


def copied(place: Place, how: str) -> None:
    """A copy of the database is made; what is no backup needs the bot to be down for it."""
    folder = place.bot.folder
    if how == "backup":
        assert run(folder, "backup", "copy.db").code == 0
        return
    place.bot.end()
    shutil.copyfile(folder / "bot.db", folder / "copy.db")
    if how == "volume":
        shutil.copyfile(folder / "bot.db.head", folder / "copy.db.head")
    place.bot.start()


def put_back(folder: Path, how: str) -> None:
    """The copy takes the database's place, as an operator or a cloud's console does it."""
    for end in ("", "-wal", "-shm"):
        (folder / f"bot.db{end}").unlink(missing_ok=True)
    shutil.copyfile(folder / "copy.db", folder / "bot.db")
    if how == "volume":
        shutil.copyfile(folder / "copy.db.head", folder / "bot.db.head")


def at_the_desk(place: Place, *words: str) -> Said:
    said = run(place.bot.folder, *words, box=place.box)
    assert said.code == 0, said
    return said


def withheld(place: Place) -> bool:
    """Started again, it says that nothing is released; it is not ready."""
    found = place.box.wait_for(lambda: NOTHING in place.bot.log().rpartition("serving by")[2], 20)
    return bool(found and place.box.wait_for(lambda: place.bot.get("/readyz") == 503, 20))


@pytest.mark.parametrize("how", ["backup", "cp", "volume"])
def test_what_slack_shows_as_halted_does_not_go_out_of_a_copy(opened: Opened, how: str) -> None:
    place = opened(True)
    place.say("dave", "announce payments 2.4.1 commit abc")
    place.say("alice", "assert payments")
    place.settle("unless halted")
    copied(place, how)
    place.say("alice", "halt payments CVE-1 is open")
    place.settle("CVE-1 is open")
    place.bot.kill()
    put_back(place.bot.folder, how)
    place.bot.start(ready=False)
    assert withheld(place), place.bot.log()
    assert "Nothing goes out at the moment" in place.say("alice", "go payments")
    assert "candidate.released" not in place.facts()
    accepted = at_the_desk(place, "db", "accept")
    assert "Halts given after the copy was made are not in it" in accepted.out
    assert place.box.wait_for(lambda: place.bot.get("/readyz") == 200, 20), place.bot.log()
    assert "halted" in place.say("alice", "halt payments CVE-1 is open").lower()
    place.say("alice", "lift payments patched")
    place.say("alice", "assert payments")
    assert "released" in place.say("alice", "go payments").lower()
    place.restart()
    assert at_the_desk(place, "audit", "verify").code == 0
    assert "nothing to accept" in at_the_desk(place, "db", "accept").out


@pytest.mark.parametrize("how", ["cp", "volume"])
def test_silence_lets_nothing_out_of_a_copy_put_back_within_seconds(
    tmp_path: Path, how: str
) -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=14)
    with Box(limits=False, history=True) as box:
        announced_hours_ago(box, tmp_path / "bot.db", due)
        with serving(tmp_path, box) as bot:
            place = Place(box, bot)
            bot.start()
            copied(place, how)
            place.say("alice", "halt payments CVE-1 is open")
            place.settle("CVE-1 is open")
            bot.kill()
            put_back(tmp_path, how)
            bot.start(ready=False)
            assert withheld(place), bot.log()
            wait_until(due + timedelta(seconds=4))
            assert {"candidate.released", "candidate.halted"}.isdisjoint(place.facts())


def changed(place: Place, *statements: str) -> None:
    """What a hand does to the file while the bot is down."""
    place.bot.kill()
    with closing(sqlite3.connect(place.bot.folder / "bot.db")) as database, database:
        for statement in statements:
            database.execute(statement)


def test_a_dropped_trigger_and_a_changed_fact_let_nothing_out(opened: Opened) -> None:
    place = opened(True)
    place.say("dave", "announce payments 2.4.1 commit abc")
    place.say("alice", "assert payments")
    changed(place, "DROP TRIGGER facts_no_update")
    place.bot.start(ready=False)
    assert withheld(place), place.bot.log()
    assert "facts_no_update" in place.say("alice", "go payments")
    assert "halted" in place.say("alice", "halt payments CVE-1").lower()
    place.say("alice", "lift payments patched")
    assert "facts_no_update" in at_the_desk(place, "db", "upgrade").out
    place.restart()
    changed(
        place,
        "DROP TRIGGER facts_no_update",
        "UPDATE facts SET body = replace(body, 'CVE-1', 'CVE-2') WHERE kind = 'candidate.halted'",
        "CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts"
        " BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END",
    )
    place.bot.start(ready=False)
    assert withheld(place), place.bot.log()
    assert "is not what was written" in place.say("alice", "go payments")
    assert "halted" in place.say("alice", "halt payments CVE-3").lower()
    assert "candidate.released" not in place.facts()


def test_a_halt_taken_out_of_the_row_lets_nothing_out(opened: Opened) -> None:
    place = opened(True)
    place.say("dave", "announce payments 2.4.1 commit abc")
    place.say("alice", "assert payments")
    place.say("alice", "halt payments organization CVE-1 is open")
    place.settle("CVE-1 is open")
    before = "json_set(doc, '$.phase', 'announced', '$.halts', json('[]'))"
    changed(place, f"UPDATE candidates SET phase = 'announced', doc = {before}")
    place.bot.start()
    assert "presumptive db replay payments@2.4.1#1" in place.say("alice", "go payments")
    assert "was put back" in at_the_desk(place, "db", "replay", "payments@2.4.1").out
    place.settle("CVE-1 is open")
    assert "halted" in place.say("alice", "go payments").lower()
    assert "candidate.released" not in place.facts()
    assert at_the_desk(place, "audit", "verify").code == 0


def test_nothing_is_released_before_the_channels_were_looked_through_once() -> None:
    with ExitStack() as stack:
        work = Workplace.open(stack, QUICK)
        bot = work.bot.bot
        assert bot.desk.tools.withheld() == {}
        started = Rewound(bot.desk, bot.withheld, SlackCalls(slack_client(bot.settings, 5)))
        bot.rewound = started
        started.start()
        assert "heads" in bot.desk.tools.withheld()
        started()
        assert bot.desk.tools.withheld() == {}


def test_a_head_that_somebody_types_into_a_reason_is_none() -> None:
    with ExitStack() as stack:
        work = Workplace.open(stack, QUICK)
        work.person("dave").command("/release announce payments 2.4.1", channel=CHANNEL)
        forged = "/release halt payments audit head #99999 0123456789ab"
        work.person("alice").command(forged, channel=CHANNEL)
        work.bot.quiet()
        bot = work.bot.bot
        with work.bot.database.read() as reader:
            (channel,) = {product.channel for product in reader.company().products.values()}
            number, _ = reader.head()
        calls = SlackCalls(slack_client(bot.settings, 5))
        calls.who()
        found = posted(calls, channel)
        assert isinstance(found, Head)
        assert 0 < found.number <= number
