"""The story that a newcomer is shown goes as told by Socket Mode; test_wheel.py plays it by HTTP."""

from __future__ import annotations

import pytest

from rehearsal.stage import Stage
from rehearsal.stories import STORIES
from tests.end_to_end.conftest import Opened

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""


def test_the_story_release_goes_as_told(opened: Opened) -> None:
    work = opened(transport="socket")
    lines: list[str] = []
    stage = Stage(work.box, work.clock.now, work.bot.advance, work.bot.quiet, lines.append)
    STORIES["release"](stage)
    assert work.candidate("payments@2.4.1#2").phase == "released"
    assert not work.pings() & {"channel", "here", "everyone"}
    assert not work.box.record.failures()
