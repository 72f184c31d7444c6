"""Halts against releases and deployments at one instant: whichever commits second sees the first."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from commands.presume import settle_due
from rules.apply import replay
from tests.commands.office import FAIR, Office, product
from tests.commands.racing import BATCH, Done, Job, in_processes, in_threads

MANY = 200
NAMES = [f"p{number:03}" for number in range(MANY)]
WAYS = ["threads", "processes"]
Race = Callable[[Sequence[Job]], list[Done]]


@pytest.fixture(scope="module")
def due(empty_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hundred candidates at their release time, nobody having said a word."""
    folder = tmp_path_factory.mktemp("due")
    shutil.copyfile(empty_desk, folder / "making.db")
    office = Office(folder / "making.db")
    office.apply(*(product(name) for name in NAMES))
    for name in NAMES:
        assert office.say(f"announce {name} 1", by="dave").ok
    office.deliver()
    office.until(FAIR)
    office.copied_to(folder / "due.db")
    return folder / "due.db"


@pytest.fixture(scope="module")
def out(due: Path) -> Path:
    """The same, released."""
    shutil.copyfile(due, due.with_name("making.db"))
    office = Office(due.with_name("making.db"), FAIR)
    while settle_due(office.desk):
        pass
    office.copied_to(due.with_name("out.db"))
    return due.with_name("out.db")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[Path, str], tuple[Office, Race]]]:
    """A copy of a desk, and the way to race at it."""
    opened: list[Office] = []

    def begin(file: Path, way: str) -> tuple[Office, Race]:
        shutil.copyfile(file, tmp_path / "race.db")
        office = Office(tmp_path / "race.db", FAIR)
        opened.append(office)
        if way == "threads":
            return office, lambda jobs: in_threads(office, jobs)
        return office, lambda jobs: in_processes(office.file, FAIR, jobs)

    yield begin
    for office in opened:
        office.database.close()


def kinds_of(office: Office) -> dict[str, list[str]]:
    """Each candidate's facts in the order they were committed, once they are found sound."""
    with office.database.read() as reader:
        assert list(reader.broken_links()) == []
    told: dict[str, list[str]] = {}
    facts = office.facts()
    for name in NAMES:
        mine = [fact for fact in facts if fact.candidate == f"{name}@1#1"]
        assert replay(f for f in mine if f.kind != "act.refused") == office.candidate(f"{name}@1#1")
        told[name] = [fact.kind for fact in mine]
    return told


@pytest.mark.parametrize("way", WAYS)
def test_no_release_after_a_halt_and_no_halt_lost(due, start, way):
    office, race = start(due, way)
    halts = [Job(f"halt {name} stop", "sam") for name in NAMES]
    jobs = [*halts, *[Job()] * (MANY // BATCH)]
    random.Random(7).shuffle(jobs)
    done = race(jobs)
    while settle_due(office.desk):
        pass
    assert [template for job, template in done if job.line] == ["halted-by-you"] * MANY
    told = kinds_of(office)
    for name, kinds in told.items():
        assert kinds.count("candidate.halted") == 1
        assert kinds[-1] == "candidate.halted"
        assert office.candidate(f"{name}@1#1").phase == "halted"
    first = [kinds.count("candidate.released") for kinds in told.values()]
    assert 0 < sum(first) < MANY, "no race: one side always came first"


@pytest.mark.parametrize("way", WAYS)
def test_exactly_one_wins_between_a_halt_and_deploying_and_the_loser_is_told(out, start, way):
    office, race = start(out, way)
    chance = random.Random(11)
    jobs: list[Job] = []
    for name in NAMES:
        pair = [Job(f"halt {name} stop", "sam"), Job(f"deploying {name}", "omar")]
        jobs.extend(chance.sample(pair, 2))
    said = {job.line.split()[1] + job.line[:1]: template for job, template in race(jobs)}
    told = kinds_of(office)
    winners = []
    for name, kinds in told.items():
        halted = said[f"{name}h"] == "halted-by-you"
        winners.append(halted)
        assert (said[f"{name}h"], said[f"{name}d"]) in {
            ("halted-by-you", "halted"),
            ("halt-too-late", "deployment"),
        }
        lost, won = ("deployment.began", "candidate.halted")[:: 1 if halted else -1]
        assert kinds.count(won) == 1
        assert lost not in kinds
        assert kinds.count("halt.forwarded") == (not halted)
        assert office.candidate(f"{name}@1#1").phase == ("halted" if halted else "deploying")
    assert 0 < sum(winners) < MANY, "no race: one side always won"
    assert len(office.heard_of("halt.forwarded")) == 5 * (MANY - sum(winners))


@pytest.mark.parametrize("way", WAYS)
def test_a_double_press_of_one_key_is_done_once(due, start, way):
    office, race = start(due, way)
    jobs = [Job(f"assert {name}", "sam", key=name) for name in NAMES for _ in range(2)]
    done = race(jobs)
    templates = sorted(template for _, template in done)
    assert templates == ["asserted"] * MANY + ["seen-before"] * MANY
    assert all(kinds.count("state.asserted") == 1 for kinds in kinds_of(office).values())


def test_two_clocks_release_each_once(due, start):
    office, race = start(due, "processes")
    race([Job()] * (2 * MANY // BATCH + 20))
    assert all(kinds.count("candidate.released") == 1 for kinds in kinds_of(office).values())
