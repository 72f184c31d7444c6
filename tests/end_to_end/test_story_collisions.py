"""The longest story, in a file of its own, so that it is played beside the others."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Opened
from tests.end_to_end.test_stories import play

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""


def test_the_story_collisions_goes_as_told(opened: Opened) -> None:
    work, lines = play(opened, "collisions")
    payments = work.candidate("payments@2.4.1#1")
    assert payments.phase == "announced", "what it needs was rolled back before it was deployed"
    assert work.candidate("web@1.9.0#1").released_at == work.candidate("mobile@5.1.0#1").released_at
    assert work.candidate("ledger@3.2.0#1").phase == "rolled_back"
    told = "\n".join(lines)
    assert "is called back" in told
    assert "the hard freeze audit" in told
