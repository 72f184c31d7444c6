"""The clock: moved by hand, guarded against jumps, and the errands it runs (DESIGN 6, 7)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Errand, JumpGuard, SharedClock, SystemClock, Ticker

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Real:
    """A monotonic clock in the hand."""

    def __init__(self) -> None:
        self.at = 50.0

    def __call__(self) -> float:
        return self.at


class Diary:
    """Notes which errand ran, and can be told to fail or to take its time."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.go_on = threading.Event()
        self._written = threading.Condition()

    def note(self, name: str, seconds: float) -> Errand:
        return Errand(name, seconds, lambda: self._write(name))

    def _write(self, name: str) -> None:
        with self._written:
            self.entries.append(name)
            self._written.notify_all()

    def wait_for(self, many: int) -> None:
        with self._written:
            assert self._written.wait_for(lambda: len(self.entries) >= many, 10)

    def fail(self) -> None:
        self.entries.append("failed")
        raise RuntimeError("an errand that fails")

    def dawdle(self) -> None:
        self.entries.append("slow")
        assert self.go_on.wait(10)


@pytest.fixture
def diary() -> Diary:
    return Diary()


def test_the_system_clock_is_aware_and_utc():
    assert SystemClock().now().utcoffset() == timedelta()


def test_a_shared_clock_stands_still_until_it_is_moved():
    clock = SharedClock(START)
    assert clock.now() == START
    assert clock.advance(timedelta(hours=1)) == START + timedelta(hours=1)
    assert clock.now() == START + timedelta(hours=1)


def test_a_shared_clock_may_run_too():
    clock = SharedClock(START)
    clock.run()
    clock.advance(timedelta(hours=1))
    assert START + timedelta(hours=1) < clock.now()
    assert START + timedelta(hours=1) <= clock.now() < START + timedelta(hours=1, minutes=1)


def test_a_shared_clock_never_goes_back_and_is_never_naive():
    with pytest.raises(ValueError, match="backwards"):
        SharedClock(START).advance(-SECOND)
    with pytest.raises(ValueError, match="aware"):
        SharedClock(datetime(2026, 11, 23))  # noqa: DTZ001


def test_a_shared_clock_moved_by_many_threads_loses_no_move():
    clock = SharedClock(START)
    threads = [
        threading.Thread(target=lambda: [clock.advance(SECOND) for _ in range(100)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() == START + 800 * SECOND


@pytest.mark.parametrize(
    ("moved", "held"),
    [(1, False), (30, False), (61, False), (63, True), (3600, True), (-3600, False)],
)
def test_a_leap_forward_is_held_for_one_tick_and_a_leap_back_is_only_told(moved, held, caplog):
    real = Real()
    guard = JumpGuard(real)
    assert not guard.holds(START)
    real.at += 1
    assert guard.holds(START + timedelta(seconds=moved)) is held
    real.at += 1
    assert not guard.holds(START + timedelta(seconds=moved + 1))
    assert bool(caplog.records) is (held or moved < 0)


def test_a_slow_tick_is_no_leap():
    real = Real()
    guard = JumpGuard(real)
    guard.holds(START)
    real.at += 600
    assert not guard.holds(START + timedelta(seconds=600))


def test_nothing_fires_in_the_tick_after_a_leap(diary):
    real = Real()
    ticker = Ticker(SharedClock(START), [diary.note("settle", 1)], JumpGuard(real))
    assert ticker.tick(START) == ["settle"]
    real.at += 1
    leapt = START + timedelta(hours=5)
    assert ticker.tick(leapt) == []
    real.at += 1
    assert ticker.tick(leapt + SECOND) == ["settle"]
    ticker.stop()


def test_each_errand_has_its_own_period_by_the_clock_given(diary):
    ticker = Ticker(SharedClock(START), [diary.note("a", 1), diary.note("b", 60)])
    ran = []
    for n in range(61):
        ran += ticker.tick(START + n * SECOND)
        diary.wait_for(len(ran))
    assert (ran.count("a"), ran.count("b")) == (61, 2)
    assert ran[-2:] == ["a", "b"]
    ticker.stop()


def test_an_errand_that_fails_is_told_of_and_stops_no_other(diary, caplog):
    clock = SharedClock(START)
    ticker = Ticker(clock, [Errand("bad", 1, diary.fail), diary.note("good", 1)])
    ticker.tick_now()
    clock.advance(SECOND)
    ticker.tick_now()
    assert diary.entries == ["failed", "good"] * 2
    assert "the errand bad failed" in caplog.text
    ticker.stop()


def test_an_errand_that_takes_its_time_holds_up_no_other_and_never_runs_twice_at_once(diary):
    clock = SharedClock(START)
    ticker = Ticker(clock, [Errand("slow", 1, diary.dawdle), diary.note("settle", 1)])
    assert ticker.tick() == ["slow", "settle"]
    ran = [ticker.tick(START + n * SECOND) for n in range(1, 5)]
    assert not any("slow" in names for names in ran)
    diary.go_on.set()
    ticker.stop()
    assert diary.entries.count("slow") == 1


def test_in_a_rehearsal_every_errand_runs_in_order_and_is_waited_for(diary):
    ticker = Ticker(SharedClock(START), [diary.note(name, 60) for name in "abc"])
    ticker.tick_now()
    ticker.tick_now()
    assert diary.entries == list("abcabc")
    ticker.stop()


def test_in_a_rehearsal_what_comes_seldom_is_not_hurried(diary):
    clock = SharedClock(START)
    ticker = Ticker(clock, [diary.note("often", 1), diary.note("seldom", 3600)])
    for minutes in (0, 30, 29, 1):
        clock.advance(timedelta(minutes=minutes))
        ticker.tick_now()
    assert diary.entries.count("often") == 4
    assert diary.entries.count("seldom") == 2
    ticker.stop()


def test_it_ticks_by_itself_until_it_is_stopped():
    ticked = threading.Event()
    ticker = Ticker(SystemClock(), [Errand("settle", 1, ticked.set)])
    ticker.start()
    assert ticked.wait(10)
    ticker.stop()


def test_two_errands_of_one_name_are_refused():
    twice = [Errand("knock", 2, print), Errand("knock", 300, print)]
    with pytest.raises(ValueError, match="one name"):
        Ticker(SharedClock(datetime(2026, 11, 23, tzinfo=UTC)), twice)
