"""With a missing guard or a broken link the bot hears halts, releases nothing, and says so (DESIGN 2.7)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.soundness import LATELY, Soundness
from bot.withheld import Withheld
from commands.presume import settle_due
from rules.facts import Actor, Fact
from tests.commands.office import FAIR, Office, all_assert, announced

UNGUARDED = "DROP TRIGGER facts_no_update"
EDITED = "UPDATE facts SET body = replace(body, 'UDAVE', 'USAM') WHERE kind = 'candidate.announced'"
GUARD = (
    "CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts"
    " BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END"
)
FOREIGN = "CREATE TRIGGER other AFTER INSERT ON facts BEGIN DELETE FROM pending; END"
NO_GUARD = "CREATE TRIGGER facts_no_update BEFORE UPDATE ON facts BEGIN SELECT 1; END"
OPERATOR = Actor(None, (), "command line")
CASES = [
    ((UNGUARDED,), "the trigger facts_no_update, which keeps"),
    ((UNGUARDED, NO_GUARD), "is not the one that keeps"),
    ((FOREIGN,), "the trigger other on the facts is none of ours"),
    ((UNGUARDED, EDITED, GUARD), "is not what was written"),
]


class Served:
    """An office whose bot looks after its log."""

    def __init__(self, file: Path) -> None:
        self.office = Office.opened(file)
        self.withheld = Withheld()
        tools = replace(self.office.desk.tools, withheld=self.withheld)
        self.office.desk = replace(self.office.desk, tools=tools)
        self.soundness = Soundness(self.office.desk, self.withheld)

    def run(self, *statements: str) -> None:
        with self.office.database.write(self.office.desk.clock) as tx:
            for statement in statements:
                tx._connection.exec_driver_sql(statement)


@pytest.fixture
def served(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Served]:
    caplog.set_level(logging.CRITICAL)
    found = Served(tmp_path / "bot.db")
    yield found
    found.office.database.close()


def test_a_sound_log_withholds_nothing(served: Served) -> None:
    announced(served.office)
    served.soundness.look()
    assert served.withheld() == {}
    served.office.until(FAIR)
    assert settle_due(served.office.desk) == 1
    assert served.office.candidate().phase == "released"


@pytest.mark.parametrize(("statements", "says"), CASES)
def test_halts_are_heard_nothing_is_released_and_the_operator_hears_of_it(
    served: Served, statements: tuple[str, ...], says: str
) -> None:
    office = served.office
    announced(office)
    announced(office, "ledger 7")
    all_assert(office, "ledger")
    served.run(*statements)
    served.soundness.look()
    assert says in served.withheld()["records"]
    assert office.told("withheld") == ["operator"]
    office.until(FAIR)
    assert settle_due(office.desk) == 0
    assert office.say("go ledger", by="rita").template == "withheld"
    assert office.candidate().phase == "announced"
    assert office.say("halt payments CVE-1", by="sam").template == "halted-by-you"


def test_a_broken_link_is_not_mended_by_what_is_written_after_it(served: Served) -> None:
    office = served.office
    announced(office)
    served.run(UNGUARDED, EDITED, GUARD)
    served.soundness.look()
    assert "is not what was written" in served.withheld()["records"]
    with office.database.write(office.desk.clock) as tx:
        tx.save_facts(*(Fact("guards.restored", tx.now, OPERATOR) for _ in range(LATELY + 1)))
    served.soundness.look()
    assert "is not what was written" in served.withheld()["records"]


def test_it_looks_every_hour_and_each_minute_while_something_is_wrong(served: Served) -> None:
    office = served.office
    served.soundness()
    served.run(UNGUARDED)
    office.wait(minutes=59)
    served.soundness()
    assert served.withheld() == {}
    office.wait(minutes=1)
    served.soundness()
    assert "records" in served.withheld()
    with office.database.write(office.desk.clock) as tx:
        assert tx.guard(OPERATOR) == ("facts_no_update",)
    office.wait(minutes=1)
    served.soundness()
    assert served.withheld() == {}
    assert office.facts(kind="guards.restored")[0].about == {"triggers": ["facts_no_update"]}
    office.wait(minutes=1)
    with office.database.write(office.desk.clock) as tx:
        assert tx.guard(OPERATOR) == ()


def test_what_waited_for_the_log_goes_by_the_ordinary_law_once_it_is_mended(
    served: Served,
) -> None:
    office = served.office
    announced(office)
    served.run(UNGUARDED)
    served.soundness.look()
    office.until(FAIR + timedelta(minutes=30))
    assert settle_due(office.desk) == 0
    served.run(GUARD)
    served.soundness()
    assert settle_due(office.desk) == 1
    moved = office.candidate()
    assert (moved.phase, moved.why) == ("announced", ("late",))
    assert moved.release_at is not None
    assert moved.release_at >= office.now
