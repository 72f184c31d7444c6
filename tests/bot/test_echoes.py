"""Echoes: a direct message that Slack does not tell us of within two minutes shuts the door (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SharedClock
from bot.echoes import CAUSE, LOST, TOPIC, Echoes
from storage.database import Database, Unavailable
from storage.engine import DRIVER

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Ears:
    """One replica's echoes on a database, its clocks in the hand."""

    def __init__(self, database: Database, clock: SharedClock, replica: str = "one") -> None:
        self.database, self.clock, self.replica = database, clock, replica
        self.granted, self.real, self.number = True, 100.0, 0
        self.echoes = self.anew()

    def anew(self) -> Echoes:
        self.echoes = Echoes(
            self.database,
            self.clock.now,
            self.replica,
            lambda: self.granted,
            lambda: self.real,
        )
        return self.echoes

    def send(self, channel: str = "D1", ago: float = 0) -> dict[str, str]:
        """Slack accepts a message; the event by which it will tell of it."""
        self.number += 1
        ts = f"{self.clock.now().timestamp() - ago + self.number / 1e6:.6f}"
        with self.database.write(self.clock.now) as tx:
            self.echoes.expect(tx, channel, ts)
        return {"type": "message", "channel": channel, "ts": ts, "bot_id": "B1"}

    def goes(self, seconds: float, otherwise_shut: bool = False) -> str | None:
        """Time passes, and the door is looked at every 15 s; why it is shut at the end."""
        why = None
        for _ in range(int(seconds // 15)):
            self.clock.advance(timedelta(seconds=15))
            self.real += 15
            why = self.echoes.look(otherwise_shut)
        return why


@pytest.fixture
def ears(tmp_path) -> Iterator[Ears]:
    database = Database.open(f"sqlite:///{tmp_path / 'presumptive.db'}")
    database.upgrade()
    yield Ears(database, SharedClock(START))
    database.close()


def test_a_message_that_comes_back_late_by_seconds_shuts_nothing(ears):
    event = ears.send()
    assert ears.goes(105) is None
    ears.echoes.heard(event)
    assert ears.goes(600) is None
    with ears.database.read() as reader:
        assert not reader.echoes()


def test_one_that_does_not_come_back_shuts_the_door_until_one_does(ears):
    ears.send()
    assert ears.goes(105) is None
    assert ears.goes(15) == LOST
    assert ears.goes(6000) == LOST, "time opens no door"
    event = ears.send()
    ears.echoes.heard(event)
    assert ears.goes(15) is None
    assert ears.goes(600) is None


def locked(ears: Ears) -> AbstractContextManager[object]:
    """Another program holds the write lock."""
    ears.database.patience = 0.05
    held = DRIVER.connect(ears.database.place, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    return closing(held)


def test_what_came_back_while_nothing_could_be_written_opens_the_door_afterwards(ears):
    event = ears.send()
    assert ears.goes(120) == LOST
    late = ears.send()
    with locked(ears):
        ears.echoes.heard(late)
        ears.echoes.heard(event)
        for _ in range(3):
            with pytest.raises(Unavailable):
                ears.goes(15)
    assert ears.goes(15) is None


def test_one_that_does_not_come_back_is_missed_though_nothing_can_be_written(ears):
    ears.send()
    assert ears.goes(105) is None
    with locked(ears):
        assert ears.goes(15) == LOST
    assert ears.goes(15) == LOST
    with ears.database.read() as reader:
        assert CAUSE in reader.hearing(TOPIC) and not reader.echoes()


def test_one_that_comes_back_much_later_opens_the_door_again(ears):
    event = ears.send()
    assert ears.goes(300) == LOST
    ears.echoes.heard(event)
    assert ears.goes(15) is None


def test_of_many_at_once_each_is_to_come_back(ears):
    events = [ears.send(f"D{number}") for number in range(300)]
    for event in events[:-1]:
        ears.echoes.heard(event)
    assert ears.goes(105) is None
    assert ears.goes(15) == LOST


def test_what_was_marked_since_a_message_was_lost_does_not_count(ears):
    """Or an echo a moment later would leave a gap so small that the law takes it for none."""
    for _ in range(4):
        mark(ears)
        ears.goes(15)
    sent = ears.clock.now()
    ears.send()
    for _ in range(8):
        mark(ears)
        assert ears.goes(15) is (None if ears.clock.now() - sent < timedelta(minutes=2) else LOST)
    ears.echoes.heard(ears.send())
    assert ears.goes(15) is None
    mark(ears)
    with ears.database.read() as reader:
        door = reader.door(START)
    assert [span.end for span in door.open[:1]] == [sent]
    assert door.open_since(ears.clock.now()) == ears.clock.now()


def mark(ears: Ears) -> None:
    with ears.database.write(ears.clock.now) as tx:
        tx.mark_door(ears.replica)


def test_where_another_machine_takes_its_share_the_door_is_shut_again_and_again(ears):
    shut = 0
    for number in range(20):
        event = ears.send()
        if number % 2:
            ears.echoes.heard(event)
        shut += ears.goes(150) is not None
    assert shut >= 9


def test_an_event_may_come_before_the_answer_to_the_call(ears):
    now = ears.clock.now().timestamp()
    early = {"channel": "D1", "ts": f"{now:.6f}"}
    ears.echoes.heard(early)
    with ears.database.write(ears.clock.now) as tx:
        ears.echoes.expect(tx, "D1", early["ts"])
    assert ears.goes(600) is None
    assert not ears.echoes.awaited()


def test_another_replica_may_be_told(ears):
    event = ears.send()
    other = Ears(ears.database, ears.clock, "two")
    other.echoes.heard(event)
    assert other.goes(15) is None
    assert ears.goes(300) is None


def test_what_was_sent_just_before_a_restart_is_no_proof_of_deafness(ears):
    ears.send()
    ears.clock.advance(timedelta(seconds=1))
    ears.anew()
    ears.echoes.look(True)
    assert ears.goes(600) is None


def test_what_another_replica_sent_is_for_it_to_judge_and_forgotten_once_it_is_gone(ears):
    ears.send()
    other = Ears(ears.database, ears.clock, "two")
    assert other.goes(300) is None
    with ears.database.read() as reader:
        assert reader.echoes()
    assert other.goes(600) is None
    with ears.database.read() as reader:
        assert not reader.echoes()


def test_a_door_that_was_deaf_before_a_restart_is_deaf_after_it(ears):
    ears.send()
    assert ears.goes(150) == LOST
    ears.anew()
    assert ears.goes(15) == LOST
    ears.echoes.heard(ears.send())
    assert ears.goes(15) is None


def test_what_was_sent_while_the_door_was_shut_anyway_is_not_counted(ears):
    ears.send()
    assert ears.goes(60, otherwise_shut=True) is None
    assert ears.goes(600) is None
    ears.send()
    assert ears.goes(150) == LOST


def test_without_the_right_to_hear_of_them_nothing_is_awaited(ears):
    ears.granted = False
    ears.send()
    assert ears.goes(600) is None
    with ears.database.read() as reader:
        assert not reader.echoes()


def test_channels_and_messages_found_again_long_after_are_not_awaited(ears):
    ears.send("C1")
    ears.send("D1", ago=300)
    with ears.database.read() as reader:
        assert not reader.echoes()


def test_where_hours_pass_in_milliseconds_some_real_seconds_are_waited_too(ears):
    event = ears.send()
    for _ in range(100):
        ears.clock.advance(timedelta(seconds=88))
        ears.real += 0.01
        assert ears.echoes.look(False) is None
    assert ears.echoes.awaited()
    ears.echoes.heard(event)
    assert not ears.echoes.awaited() and ears.echoes.look(False) is None
    ears.send()
    ears.clock.advance(timedelta(minutes=3))
    ears.real += 5
    assert ears.echoes.look(False) == LOST
