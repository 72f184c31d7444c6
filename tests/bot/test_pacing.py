"""The outbox's own clock: never slower than real time, and never ahead because a clock was wrong (DESIGN 6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.pacing import RealTime

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Hands:
    """A clock and the real time, both in the hand."""

    def __init__(self) -> None:
        self.now, self.real = START, 50.0
        self.time = RealTime(lambda: self.now, lambda: self.real)

    def pass_by(self, seconds: float) -> None:
        self.real += seconds


def test_a_clock_that_stands_still_does_not_stop_the_outbox() -> None:
    hands = Hands()
    hands.pass_by(10)
    assert hands.time() == START + timedelta(seconds=10)
    hands.now += timedelta(hours=1)
    assert hands.time() == START + timedelta(hours=1)


def test_a_clock_that_goes_back_was_wrong_and_is_followed() -> None:
    hands = Hands()
    hands.now += timedelta(days=7)
    assert hands.time() == START + timedelta(days=7)
    hands.now = START + timedelta(seconds=5)
    hands.pass_by(5)
    assert hands.time() == START + timedelta(seconds=5)
