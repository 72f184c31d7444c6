"""Every open page hears of every change, few times enough, and none holds the box up."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

import pytest

from rehearsal.box import Box
from tests.rehearsal.browser import Browser, listening
from tests.rehearsal.conftest import Caller, Clock, modal, section


def open_streams(box: Box) -> int:
    return len(box._server.page.live._bells)


def test_two_pages_both_hear_of_a_change(box: Box) -> None:
    with listening(box) as one, listening(box) as two:
        before = next(one)
        assert next(two) == before == {**before, "moving": False, "now": "2026-11-23T09:00:00Z"}
        Browser(box).done("say", place="releases", text="hello")
        assert next(one)["revision"] > before["revision"]
        assert next(two)["revision"] == Browser(box).state()["revision"]


def changes(box: Box, call: Caller) -> dict[str, Any]:
    """One way to make each kind of change."""
    workspace = box.workspace
    said = call("chat.postMessage", channel="C0REL0001", text="one").body["ts"]
    message = workspace.channels["C0REL0001"].messages[said]
    view = workspace.modals.open("U0SAM0001", modal(section("one")))
    home = {"type": "home", "blocks": [section("one")]}
    channel, alice = box.channel("releases"), box.person("alice")
    return {
        "posted": lambda: workspace.post(channel, "U0SAM0001", "two"),
        "edited": lambda: workspace.edit(message, "two", []),
        "ephemeral": lambda: workspace.post(channel, "U0", "x", ephemeral_to="U0SAM0001"),
        "deleted": lambda: workspace.delete(message),
        "modal opened": lambda: workspace.modals.open("U0SUE0001", modal(section("one"))),
        "modal updated": lambda: workspace.modals.update(view, modal(section("two"))),
        "modal pushed": lambda: workspace.modals.push("U0SAM0001", modal(section("two"))),
        "modal closed": lambda: workspace.modals.close(view),
        "home published": lambda: workspace.modals.publish("U0SAM0001", home),
        "home published again": lambda: workspace.modals.publish("U0SAM0001", home),
        "user": lambda: box.change_user("sam", tz="UTC"),
        "group": lambda: box.change_group("sec-arch", ["sam"]),
        "joined": lambda: box.join("general", "gwen"),
        "left": lambda: box.leave("general", "gwen"),
        "outage": lambda: setattr(box.faults, "outage", True),
        "fault": lambda: box.faults.server_error("chat.postMessage"),
        "calm": lambda: box.faults.calm(),
        "call": lambda: call("api.test"),
        "read": lambda: Browser(box).done("read", place="releases", ts="1795424401.000000"),
        "said": lambda: alice.say("hello", "releases"),
    }


def test_every_kind_of_change_moves_the_revision(box: Box, call: Caller) -> None:
    box.events.subscribed = frozenset()
    unmoved = []
    for name, change in changes(box, call).items():
        before = box.pulse.revision
        change()
        if box.pulse.revision == before:
            unmoved.append(name)
    assert unmoved == []


def test_a_storm_is_gathered(box: Box) -> None:
    with listening(box) as events:
        next(events)
        began = time.monotonic()
        while time.monotonic() - began < 0.5:
            box.pulse.beat()
        heard = 1
        while next(events)["revision"] < box.pulse.revision:
            heard += 1
        assert heard <= 10 * (time.monotonic() - began) + 2


def test_a_closed_pages_stream_ends(box: Box) -> None:
    with listening(box) as one, listening(box) as two:
        next(one), next(two)
        assert open_streams(box) == 2
    assert box.wait_for(lambda: open_streams(box) == 0, seconds=2)


@pytest.mark.parametrize("streams", [0, 3])
def test_the_box_stops_at_once_whoever_listens(clock: Clock, streams: int) -> None:
    with ExitStack() as pages:
        box = Box(now=clock.now).start()
        heard = [pages.enter_context(listening(box)) for _ in range(streams)]
        for events in heard:
            next(events)
        began = time.monotonic()
        box.stop()
        assert time.monotonic() - began < 1
        assert [list(events) for events in heard] == [[]] * streams
