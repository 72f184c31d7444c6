"""The stage a story plays on."""

from __future__ import annotations

from datetime import datetime

import pytest

from rehearsal.box import Box
from rehearsal.stage import Stage, StoryFailed
from rehearsal.stories import release
from tests.rehearsal.conftest import Clock


@pytest.fixture
def printed() -> list[str]:
    return []


@pytest.fixture
def stage(box: Box, clock: Clock, printed: list[str]) -> Stage:
    def advance(until: datetime) -> None:
        clock.time = until

    return Stage(box, clock.now, advance, lambda: None, printed.append)


def test_a_failure_names_its_step(stage: Stage) -> None:
    with (
        pytest.raises(StoryFailed, match="Alice asserts: the card shows it"),
        stage.step("Alice asserts"),
    ):
        stage.expect(False, "the card shows it")


def test_what_a_person_cannot_do_fails_the_step(stage: Stage) -> None:
    with (
        pytest.raises(StoryFailed, match="Alice presses: alice sees no 'Halt' to press"),
        stage.step("Alice presses"),
    ):
        stage.box.person("alice").press("Halt")


def test_a_step_prints_what_is_new_in_the_channel(stage: Stage, printed: list[str]) -> None:
    stage.watch("releases", by="sam")
    with stage.step("Dave speaks"):
        stage.box.person("dave").say("hello @sam", "releases")
    with stage.step("Nothing happens"):
        stage.advance(hours=1)
    assert printed == [
        "\n--- Dave speaks",
        "Mon 23 Nov 04:00  dave\n    hello @sam",
        "\n--- Nothing happens",
    ]
    assert stage.now().hour == 10


def test_the_story_fails_in_its_first_step_where_no_bot_answers(
    stage: Stage, printed: list[str]
) -> None:
    with pytest.raises(StoryFailed, match=r"Dave announces payments 2\.4\.1: .*dispatch_failed"):
        release.play(stage)
    assert printed[1] == "dave: /release announce payments 2.4.1 commit abc123"
