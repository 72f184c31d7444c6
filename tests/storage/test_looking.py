"""What the doctor asks of a database, and that asking changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from rules.facts import CLOCK, Fact
from storage import revisions
from storage.database import Database, Unavailable
from storage.engine import DRIVER
from storage.outbox import Message
from tests.storage.sample import MONDAY, announced, monday


@contextmanager
def looked(place: Path) -> Iterator[Database]:
    with closing(Database.look(f"sqlite:///{quote(str(place))}")) as found:
        yield found


def note(database: Database, many: int, kind: str = "act.refused", name: str | None = None) -> None:
    facts = [Fact(kind, MONDAY, CLOCK, "payments", name, {"n": n}) for n in range(many)]
    with database.write(monday) as tx:
        tx.save_facts(*facts)


def tamper(place: Path, fact: int) -> None:
    with closing(DRIVER.connect(str(place))) as connection:
        connection.execute("DROP TRIGGER facts_no_update")
        connection.execute("UPDATE facts SET body = body || ' ' WHERE id = ?", (fact,))
        connection.execute("UPDATE facts SET person = 'U9' WHERE id = ?", (fact,))
        connection.commit()


@pytest.mark.parametrize("name", ["a.db", "a b#c?d%20.db"])
def test_a_file_at_rest_is_read_and_nothing_is_made_beside_it(
    name: str, furnished: Path, tmp_path: Path
) -> None:
    place = Path(shutil.copyfile(furnished, tmp_path / name))
    before = place.read_bytes()

    with looked(place) as database:
        with database.read() as reader:
            assert "payments" in reader.company().products
        assert list(tmp_path.iterdir()) == [place]

    assert list(tmp_path.iterdir()) == [place] and place.read_bytes() == before


def test_what_is_only_logged_ahead_is_seen(database: Database, place: Path) -> None:
    note(database, 1)

    with looked(place) as found, found.read() as reader:
        assert reader.head()[0] == 1


@pytest.mark.parametrize("busy", [False, True])
def test_who_only_looks_can_t_write(busy: bool, database: Database, place: Path) -> None:
    if not busy:
        database.close()

    refused = pytest.raises(Unavailable, match="can't be written")
    with looked(place) as found, refused, found.write(monday) as tx:
        tx.note_tick()


def test_a_file_that_is_not_there_is_not_made(place: Path) -> None:
    with pytest.raises(Unavailable, match="no database"):
        Database.look(f"sqlite:///{place}")
    assert not place.exists()


def test_the_revision_and_the_damage_are_told(database: Database, place: Path) -> None:
    assert database.revision() == revisions.needed()
    assert database.damage() == ()

    place.with_name("empty.db").touch()
    with looked(place.with_name("empty.db")) as empty:
        assert empty.revision() is None


def test_of_the_chain_s_end_every_change_shows(database: Database, place: Path) -> None:
    note(database, 30)
    with database.read() as reader:
        assert list(reader.broken_lately(10)) == list(reader.broken_lately(1000)) == []

    tamper(place, 21)

    with database.read() as reader:
        assert list(reader.broken_lately(10)) == list(reader.broken_links())
        assert list(reader.broken_lately(10)) == [
            "fact 21 (act.refused, payments) is not what was written: its body does not fit its hash"
        ]
        assert list(reader.broken_lately(9)) == []


def test_a_short_chain_is_looked_at_from_its_beginning(database: Database, place: Path) -> None:
    note(database, 3)
    tamper(place, 1)

    with database.read() as reader:
        assert list(reader.broken_lately(3)) == [
            "fact 1 (act.refused, payments) is not what was written: its body does not fit its hash"
        ]


def test_those_put_aside_of_late_are_named_once(database: Database) -> None:
    for name in ("payments@2#1", "payments@2#1", "payments@1#1"):
        note(database, 1, "candidate.parked", name)
    note(database, 1, "candidate.announced", "payments@3#1")

    with database.read() as reader:
        assert reader.parked(MONDAY - timedelta(days=1)) == ("payments@1#1", "payments@2#1")
        assert reader.parked(MONDAY) == ()


def test_the_outbox_tells_what_waits_longest_and_what_is_doubtful(database: Database) -> None:
    with database.write(lambda: MONDAY - timedelta(hours=1)) as tx:
        tx.send(Message("old", "news", "C1"))
    with database.write(monday) as tx:
        announced(tx)
        for key in ("new", "lost", "twice"):
            tx.send(Message(key, "news", "C2"))
        tx.later("lost", MONDAY, "x", ambiguous=True)
        tx.sent("twice", 1, "C2", "1.1", repeated=True)

    with database.read() as reader:
        oldest = reader.oldest_unsent()
        assert oldest is not None and oldest.key == "old"
        assert reader.doubtful() == (1, 1)
        assert reader.accepted() == {"C2": MONDAY}


def test_an_empty_outbox_has_nothing_to_tell(database: Database) -> None:
    with database.read() as reader:
        assert reader.oldest_unsent() is None
        assert reader.doubtful() == (0, 0) and reader.accepted() == {}
