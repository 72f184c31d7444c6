"""The clock: moved by hand, guarded against jumps, and the errands it runs (DESIGN 6, 7)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Errand, SharedClock, SystemClock, Ticker
from bot.timekeeping import Timekeeper
from bot.withheld import Withheld
from storage.faults import Unavailable

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


class Machine:
    """A machine in the hand: its wall clock can be set, and it can be put to sleep."""

    def __init__(self) -> None:
        self.wall, self.carried, self.awake = START, 1000.0, 50.0
        self.slack = START
        """What Slack's clock shows."""
        self.there = True
        self.withheld = Withheld()
        self.slept: list[timedelta] = []
        self.known = 0
        self.clock = SystemClock(lambda: self.wall, lambda: self.carried)
        self.keeper = Timekeeper(
            self.clock,
            self.ask,
            self.withheld,
            self.slept.append,
            self.note_known,
            lambda: self.awake,
        )

    def ask(self) -> None:
        asked = self.clock.mark()
        if self.there:
            self.clock.heard(self.slack.replace(microsecond=0), asked)

    def note_known(self) -> None:
        self.known += 1

    def goes(self, asleep: bool = False, stopped: bool = False, **by: float) -> None:
        """Time passes; what counts it depends on whether the machine, or all of it, is asleep."""
        length = timedelta(**by)
        self.wall, self.slack = self.wall + length, self.slack + length
        self.carried += 0 if stopped else length.total_seconds()
        self.awake += 0 if stopped or asleep else length.total_seconds()

    def off(self) -> float:
        """Seconds by which `now` differs from Slack's clock."""
        return (self.clock.now() - self.slack).total_seconds()


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_until_slack_has_said_what_time_it_is_nothing_is_released(machine):
    machine.there = False
    machine.keeper.look()
    assert "not yet said" in machine.withheld()["clock"] and not machine.known
    machine.there = True
    machine.goes(seconds=6)
    machine.keeper.look()
    assert not machine.withheld() and machine.known == 1 and machine.keeper.shut() is None


def test_a_clock_that_agrees_with_slack_is_taken_over(machine):
    machine.wall += timedelta(seconds=20, microseconds=7)
    machine.keeper.look()
    assert machine.clock.now() == machine.wall
    assert machine.keeper.shut() is None


@pytest.mark.parametrize("by", [timedelta(hours=-1), timedelta(days=7), timedelta(seconds=62)])
def test_a_clock_that_is_set_changes_no_time_and_shuts_the_door_from_then_on(machine, by):
    machine.keeper.look()
    machine.goes(minutes=3)
    machine.wall += by
    assert abs(machine.off()) < 1
    assert machine.keeper.shut() is not None
    assert machine.clock.doubt() == "jumped"
    machine.keeper.look()
    assert not machine.withheld(), "Slack was asked at once"
    assert abs(machine.off()) <= 1 and machine.keeper.shut() is not None
    machine.goes(minutes=30)
    machine.keeper.look()
    assert abs(machine.off()) <= 1 and machine.keeper.shut() is not None
    machine.wall -= by
    machine.keeper.look()
    assert machine.keeper.shut() is None and not machine.withheld() and not machine.slept


def test_a_clock_that_jumps_while_slack_is_away_releases_nothing(machine):
    machine.keeper.look()
    machine.there = False
    machine.wall -= timedelta(hours=1)
    machine.keeper.look()
    assert "jumped" in machine.withheld()["clock"]
    assert abs(machine.off()) < 1


def test_a_machine_started_a_week_ahead_goes_by_slacks_clock(machine):
    machine.wall += timedelta(days=7)
    ahead = Machine()
    ahead.wall = machine.wall
    ahead.clock = SystemClock(lambda: ahead.wall, lambda: ahead.carried)
    assert ahead.clock.now() == ahead.wall
    ahead.clock.heard(ahead.slack, ahead.clock.mark())
    assert abs(ahead.off()) <= 1
    assert ahead.clock.apart > timedelta(days=6)


def test_slack_is_asked_every_five_minutes_and_believed_for_ten(machine):
    machine.keeper.look()
    machine.there = False
    machine.goes(seconds=299)
    assert not machine.clock.due()
    machine.goes(seconds=1)
    assert machine.clock.due()
    machine.keeper.look()
    assert not machine.withheld()
    machine.goes(seconds=301)
    machine.keeper.look()
    assert "ten minutes" in machine.withheld()["clock"]
    machine.there = True
    machine.goes(seconds=6)
    machine.keeper.look()
    assert not machine.withheld() and machine.known == 2


def test_a_machine_that_slept_knows_the_time_and_tells_how_long(machine):
    machine.keeper.look()
    machine.goes(asleep=True, hours=8)
    assert machine.off() == 0
    machine.keeper.look()
    assert machine.slept == [timedelta(hours=8)] and machine.keeper.shut() is None


def test_a_machine_that_stood_still_asks_at_once(machine):
    machine.keeper.look()
    machine.goes(stopped=True, hours=8)
    assert machine.clock.doubt() == "jumped"
    machine.keeper.look()
    assert abs(machine.off()) <= 1
    assert machine.slept == [timedelta(hours=8)] and machine.keeper.shut() is None


def test_it_never_goes_back_by_less_than_a_minute(machine):
    machine.wall += timedelta(seconds=50)
    machine.keeper.look()
    shown = machine.clock.now()
    machine.wall -= timedelta(seconds=45)
    machine.clock.heard(machine.slack, machine.clock.mark())
    assert machine.clock.now() == shown
    machine.goes(seconds=46)
    assert machine.clock.now() == machine.wall > shown


def test_an_answer_that_took_long_confirms_no_more_than_it_can(machine):
    machine.keeper.look()
    machine.wall -= timedelta(hours=1)
    asked, date = machine.clock.mark(), machine.slack
    machine.goes(seconds=8)
    machine.clock.heard(date, asked)
    assert abs(machine.off()) < 1


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


def test_of_a_database_that_cannot_be_used_its_sentence_is_told_without_a_traceback(caplog):
    def run() -> None:
        raise Unavailable("the disk is full: free some space")

    Ticker(SharedClock(START), [Errand("beat", 1, run)]).tick_now()
    (record,) = caplog.records
    assert record.getMessage() == "the errand beat failed: the disk is full: free some space"
    assert not record.exc_info


def test_an_errand_that_goes_on_failing_is_told_of_once_a_minute_and_when_it_works_again(caplog):
    caplog.set_level("INFO")
    real, clock, fails = Real(), SharedClock(START), [True]

    def run() -> None:
        if fails[0]:
            raise OSError("the disk is full")

    ticker = Ticker(clock, [Errand("beat", 1, run)], real)
    for _ in range(150):
        ticker.tick_now()
        clock.advance(SECOND)
        real.at += 1
    fails[0] = False
    ticker.tick_now()
    said = [(record.getMessage(), bool(record.exc_info)) for record in caplog.records]
    assert said == [
        ("the errand beat failed: OSError", True),
        ("the errand beat has failed 61 times in a row: OSError", False),
        ("the errand beat has failed 121 times in a row: OSError", False),
        ("the errand beat works again", False),
    ]
    ticker.stop()


def test_a_wall_clock_that_is_set_neither_stops_nor_hurries_the_ticks():
    """The one job is woken: APScheduler's own reckoning, by the wall clock, is a century away."""
    ticks = threading.Semaphore(0)
    ticker = Ticker(SystemClock(), [Errand("settle", 1, ticks.release)])
    ticker.start()
    assert all(ticks.acquire(timeout=10) for _ in range(2))
    job = ticker._scheduler.get_job("tick") if ticker._scheduler else None
    assert job is not None and job.next_run_time.year > START.year + 50
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
