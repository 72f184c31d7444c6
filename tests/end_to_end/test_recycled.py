"""A connection that Slack recycles: what is pressed on the new one does not wait for the old one."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest

from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import Workplace

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it has replaced."""
WELL_BELOW = 1.2
"""Seconds; before, a press waited up to 2.9 for the old connection's reader."""


def fresh(work: Workplace, before: set[Any]) -> bool:
    return bool(set(work.box.sockets.connections) - before)


def gone(work: Workplace, before: set[Any]) -> bool:
    return not set(work.box.sockets.connections) & before


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
def test_presses_on_the_new_connections_are_heard_while_the_old_ones_stand(
    opened: Opened, reason: str
) -> None:
    work = opened(transport="socket")
    box = work.box
    assert box.wait_for(lambda: len(box.sockets.connections) == 2, 10)
    slowest = 0.0
    for _ in range(3):
        before = set(box.sockets.connections)
        box.sockets.disconnect(reason, close_after=30)
        assert box.wait_for(partial(fresh, work, before), 10)
        for _ in range(4):
            begun = time.monotonic()
            seen = work.person("alice").command("/release status", channel="releases")
            slowest = max(slowest, time.monotonic() - begun)
            assert seen.error is None
        assert box.wait_for(partial(gone, work, before), 3), (
            "the old connections are shut from our side"
        )
        assert box.wait_for(lambda: len(box.sockets.connections) == 2, 10)
    assert slowest < WELL_BELOW
