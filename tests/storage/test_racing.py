"""Writers in threads and processes wait for each other: nothing is lost, and the chain never forks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from rules.facts import CLOCK, Fact
from storage.database import Database
from storage.outbox import Message
from tests.storage.sample import MONDAY, elsewhere, monday, outcomes

WRITER = """
import sys, threading
from tests.storage.test_racing import write_many
from storage.database import Database
database = Database.open(f"sqlite:///{sys.argv[1]}")
threads = [threading.Thread(target=write_many, args=(database, f"{sys.argv[2]}{n}", 20)) for n in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
database.close()
"""


def write_many(database: Database, who: str, times: int) -> None:
    """Each time one act: a key, a fact, a shared message, and a count read and written back."""
    for number in range(times):
        with database.write(monday) as tx:
            if not tx.spend(f"{who}:{number}"):
                continue
            tx.save_facts(Fact("act.refused", MONDAY, CLOCK, None, None, {"who": who, "n": number}))
            tx.send(Message("card", "card", "C1"))


def in_threads(work: Callable[[int], None], many: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def assert_whole(database: Database, many: int) -> None:
    with database.read() as reader:
        written = {(f.fact.about["who"], f.fact.about["n"]) for f in reader.facts(limit=10_000)}
        assert len(written) == many
        assert reader.head()[0] == many
        assert list(reader.broken_links()) == []
        card = reader.message("card")
        assert card is not None
        assert card.want == many


def test_threads_lose_nothing(database: Database) -> None:
    in_threads(lambda number: write_many(database, f"t{number}", 25), 8)
    assert_whole(database, 200)


def test_processes_with_threads_lose_nothing(database: Database, place: Path) -> None:
    outcomes([elsewhere(WRITER, place, name) for name in ("a", "b")])
    assert_whole(database, 120)


def test_the_same_keys_from_two_processes_act_once(database: Database, place: Path) -> None:
    outcomes([elsewhere(WRITER, place, "same") for _ in range(2)])
    assert_whole(database, 60)


def test_a_reader_never_sees_half_an_act(database: Database) -> None:
    done = threading.Event()

    def write(_: int) -> None:
        write_many(database, "w", 100)
        done.set()

    seen: list[bool] = []

    def watch() -> None:
        while not done.is_set():
            with database.read() as reader:
                card, head = reader.message("card"), reader.head()[0]
                seen.append((card.want if card else 0) == head)

    watcher = threading.Thread(target=watch)
    watcher.start()
    in_threads(write, 1)
    watcher.join()
    assert seen
    assert all(seen)
