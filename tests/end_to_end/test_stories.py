"""The stories go as told by Socket Mode; test_wheel.py plays the one a newcomer is shown by HTTP."""

from __future__ import annotations

import pytest

from rehearsal.stage import Stage
from rehearsal.stories import STORIES, WITH_ITS_OWN_CLOCK
from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import Workplace

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""


def play(
    opened: Opened, story: str, transport: str = "socket", unheard: int = 0
) -> tuple[Workplace, list[str]]:
    """`unheard`: how many presses do not reach the bot, as the story has it."""
    work = opened(transport=transport, judged=story in WITH_ITS_OWN_CLOCK)
    lines: list[str] = []
    bot = work.bot
    stage = Stage(
        *(work.box, work.clock.now, bot.advance, bot.quiet, lines.append),
        records=bot,
        sleep=bot.sleep,
        machine=bot,
    )
    STORIES[story](stage)
    assert not work.pings() & {"channel", "here", "everyone"}
    # What is sent the moment an outage ends is told of before the sockets are back, and told again later.
    failed = [each for each in work.box.record.failures() if each.kind != "events_api"]
    assert len(failed) == unheard, failed
    return work, lines


def test_the_story_release_goes_as_told(opened: Opened) -> None:
    work, _ = play(opened, "release")
    assert work.candidate("payments@2.4.1#2").phase == "released"


def test_the_story_audit_goes_as_told(opened: Opened) -> None:
    work, lines = play(opened, "audit")
    gone = work.candidate("payments@2.4.1#1")
    assert gone.outcome == {
        "product": "asserted",
        "security": "asserted with waivers",
        "operation": "asserted",
        "organization": "presumed",
    }
    (fault,) = gone.faults
    assert (fault.what, fault.state, fault.criterion) == (
        "Refunds are paid twice",
        "product",
        "Regression tests passed",
    )
    told = "\n".join(lines)
    assert "all as they were written" in told
    assert "is not what was written" in told
    assert "its tail was cut off" in told


@pytest.mark.parametrize("transport", ["http", "socket"])
def test_the_story_typed_goes_as_told(opened: Opened, transport: str) -> None:
    work, _ = play(opened, "typed", transport, unheard=1 if transport == "http" else 0)
    gone = work.candidate("payments@2.4.1#1")
    assert gone.outcome == {
        "product": "asserted",
        "security": "presumed",
        "operation": "asserted",
        "organization": "presumed",
    }
    typed = [d.at for d in work.box.record.deliveries if d.kind == "slash_commands"]
    assert gone.released_at is not None
    assert min(typed) > gone.released_at, "up to the release nobody needed the slash"
    after = work.candidate("payments@2.5.0#1")
    assert after.phase == "released" and len(after.halts) == 2
