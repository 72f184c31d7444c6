"""A week with its meeting and its digest, in a file of its own, so that it is played beside the others."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Opened
from tests.end_to_end.test_stories import play

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""


def test_the_story_meeting_goes_as_told(opened: Opened) -> None:
    work, lines = play(opened, "meeting")
    with work.bot.database.read() as reader:
        first, second = reader.meetings("2000-01-01").values()
        (action,) = (reader.action(number) for number in range(1, reader.next_action()))
        well = not [*reader.differing()]
    assert (first.stage, second.stage, second.why) == ("closed", "cancelled", "nothing-contested")
    assert len(first.deferred) == 1
    assert action is not None
    assert action.done_by == action.who
    assert well, "every row is what its facts make it"
    told = "\n".join(lines)
    assert "Minutes of the Release Coordination Meeting" in told
    assert "(image: Releases in the weeks" in told
