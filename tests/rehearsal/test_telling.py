"""What the box tells the bot of messages: who wrote where, what was changed, and only where it may know."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.box import HISTORY, SCOPES, Box
from tests.rehearsal.conftest import Clock


class Heard:
    """A box whose events are kept rather than sent."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.told: list[dict[str, Any]] = []
        box.workspace.on_event[:] = [self._keep]

    def _keep(self, event: dict[str, Any]) -> None:
        if self.box.events.is_told(event):
            self.told.append(event)

    def post(self, channel: str, text: str, **more: Any) -> str:
        said = {"channel": channel, "text": text, **more}
        _, answer, _ = self.box.api.answer("chat.postMessage", self.box.bot_token, said)
        return str(answer["ts"])


@pytest.fixture
def heard(clock: Clock) -> Heard:
    return Heard(Box(now=clock.now, limits=False, scopes=SCOPES | HISTORY))


def test_a_direct_message_is_told_whoever_wrote_it(heard: Heard) -> None:
    alice = heard.box.person("alice")
    asked = heard.post(alice.id, "your word is asked")
    alice.say("halt payments it is broken")
    alice.say("and more", thread=heard.box.workspace.dm(alice.id).messages[asked])
    bots, hers, reply = heard.told
    assert (bots["type"], bots["channel_type"], bots["ts"]) == ("message", "im", asked)
    assert (bots["bot_id"], bots["app_id"], bots["user"]) == ("B0RELBOT1", "A0RELBOT1", "U0RELBOT1")
    assert (hers["user"], hers["text"]) == (alice.id, "halt payments it is broken")
    assert not {"bot_id", "subtype", "thread_ts"} & set(hers)
    assert (reply["thread_ts"], reply["event_ts"]) == (asked, reply["ts"])


def test_a_channel_is_told_only_where_the_bot_is_named_and_is_in_it(heard: Heard) -> None:
    alice = heard.box.person("alice")
    alice.say("nothing for the bot", "releases")
    alice.say("@presumptive status", "random")
    assert heard.told == []
    said = alice.say("@presumptive status", "releases")
    alice.say("@presumptive halt", "releases", thread=said)
    first, reply = heard.told
    assert (first["type"], first["text"]) == ("app_mention", "<@U0RELBOT1> status")
    assert reply["thread_ts"] == said.ts
    assert "channel_type" not in first


def test_changes_and_deletions_are_told_as_such(heard: Heard) -> None:
    alice = heard.box.person("alice")
    said = alice.say("halt paymets")
    alice.edit(said, "halt payments")
    alice.delete(said)
    _, changed, deleted = heard.told
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "halt payments")
    assert changed["previous_message"]["text"] == "halt paymets"
    assert changed["message"]["ts"] == said.ts != changed["ts"]
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", said.ts)
    with pytest.raises(PermissionError):
        heard.box.person("sam").edit(said, "mine")


@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        (SCOPES | HISTORY, ["message", "app_mention"]),
        (SCOPES, ["app_mention"]),
        (SCOPES - {"app_mentions:read"}, []),
    ],
)
def test_without_the_scope_nothing_is_told(
    clock: Clock, scopes: frozenset[str], told: list[str]
) -> None:
    heard = Heard(Box(now=clock.now, scopes=scopes))
    heard.box.person("alice").say("halt payments")
    heard.box.person("alice").say("@presumptive halt payments", "releases")
    assert [event["type"] for event in heard.told] == told


def test_a_read_only_tab_takes_no_words(clock: Clock) -> None:
    tab = {"features": {"app_home": {"messages_tab_read_only_enabled": True}}}
    events = {"settings": {"event_subscriptions": {"bot_events": ["user_change"]}}}
    heard = Heard(Box(now=clock.now, scopes=SCOPES | HISTORY, manifest={**tab, **events}))
    alice = heard.box.person("alice")
    with pytest.raises(PermissionError, match="read-only"):
        alice.say("halt payments")
    with pytest.raises(PermissionError, match="read-only"):
        alice.command("/release halt payments")
    heard.post(alice.id, "your word is asked")
    alice.say("@presumptive halt payments", "releases")
    assert heard.told == []
