"""When a halt could be heard: how the records of processes are put together (DESIGN 2.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.door import GAP, Door, Ended, Record
from rules.worktime import Span
from tests.rules.cases import MONDAY

SECOND = timedelta(seconds=1)


def record(replica: str, start: int, end: int, ended: Ended = Ended.LEFT) -> Record:
    """A record of so many seconds after nine on Monday."""
    return Record(replica, Span(MONDAY + start * SECOND, MONDAY + end * SECOND), ended)


def seconds(door: Door) -> list[tuple[int, int]]:
    return [tuple(int((t - MONDAY).total_seconds()) for t in (s.start, s.end)) for s in door.open]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("records", "open_spans", "since"),
    [
        # One process ends well, the next starts within 90 seconds: no gap.
        ([record("a", 0, 600), record("b", 630, 900, Ended.OPEN)], [(0, 900)], 0),
        ([record("a", 0, 600), record("b", 700, 900, Ended.OPEN)], [(0, 600), (700, 900)], 700),
        # One ends without a word: shut until the next has opened the door, however short that was.
        (
            [record("a", 0, 600, Ended.LOST), record("b", 602, 900, Ended.OPEN)],
            [(0, 600), (602, 900)],
            602,
        ),
        (
            [record("a", 0, 600, Ended.LOST), record("b", 600, 900, Ended.OPEN)],
            [(0, 600), (600, 900)],
            600,
        ),
        # The next has started, and could not hear a halt yet.
        ([record("a", 0, 900, Ended.LOST), record("b", 901, 901, Ended.BEGUN)], [(0, 900)], None),
        # It started, kept halts that it could not write, and was lost before its first mark.
        (
            [
                record("a", 0, 600),
                record("b", 610, 610, Ended.LOST),
                record("c", 650, 900, Ended.OPEN),
            ],
            [(0, 610), (650, 900)],
            650,
        ),
        # Another was open all the while, and goes on alone.
        (
            [
                record("a", 0, 900, Ended.OPEN),
                record("b", 610, 610, Ended.LOST),
                record("c", 650, 650, Ended.BEGUN),
            ],
            [(0, 610), (700, 900)],
            700,
        ),
        # Of two the one goes silent while the other's marks go on: shut for 90 seconds at least.
        (
            [record("a", 0, 600, Ended.OPEN), record("b", 0, 900, Ended.OPEN)],
            [(0, 600), (690, 900)],
            690,
        ),
        # It is not judged before it is older than that.
        ([record("a", 0, 810, Ended.OPEN), record("b", 0, 900, Ended.OPEN)], [(0, 900)], 0),
        # It took leave.
        ([record("a", 0, 600), record("b", 0, 900, Ended.OPEN)], [(0, 900)], 0),
    ],
)
def test_a_process_that_ended_without_a_word_shuts_the_door(
    records: list[Record], open_spans: list[tuple[int, int]], since: int | None
) -> None:
    door = Door.recorded(records)
    assert seconds(door) == open_spans
    expected = None if since is None else MONDAY + since * SECOND
    assert door.open_since(MONDAY + 900 * SECOND) == expected


def test_while_nobody_has_come_after_a_lost_process_the_door_is_shut_from_its_last_mark() -> None:
    door = Door.recorded([record("a", 0, 600, Ended.LOST)])
    now = MONDAY + 630 * SECOND
    assert now - door.open[-1].end < GAP
    assert door.open_since(now) is None
    assert door.shut(MONDAY, now) == (Span(MONDAY + 600 * SECOND, now),)
    assert door.shut_at(MONDAY + 610 * SECOND, now)
