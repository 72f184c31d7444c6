"""The manifest: for Socket Mode and for HTTP, within Slack's limits, each shortcut a verb."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.manifest import manifest, unheard
from bot.settings import Misconfigured
from commands.verbs import VERBS

PUBLIC = "https://release.example.com"


def test_over_http_every_door_has_the_same_address() -> None:
    made = manifest(public_url=f"{PUBLIC}/")
    (command,) = made["features"]["slash_commands"]
    at = f"{PUBLIC}/slack/events"

    assert command["url"] == at
    assert made["settings"]["interactivity"]["request_url"] == at
    assert made["settings"]["event_subscriptions"]["request_url"] == at
    assert made["settings"]["socket_mode_enabled"] is False


def test_in_socket_mode_there_is_no_address() -> None:
    assert "url" not in json.dumps(manifest())
    assert manifest()["settings"]["socket_mode_enabled"] is True


def test_every_shortcut_is_called_by_a_verb_and_keeps_slacks_limits() -> None:
    for shortcut in manifest()["features"]["shortcuts"]:
        assert shortcut["callback_id"] in VERBS
        assert len(shortcut["name"]) <= 24 and len(shortcut["description"]) <= 150


@pytest.mark.parametrize(
    "address",
    [
        "http://release.example.com",
        "release.example.com",
        "https://",
        "https://localhost",
        "https://127.0.0.1",
        "https://me:secret@release.example.com",
        "https://release example.com",
        "https://release.example.com/a?b=c#d",
    ],
)
def test_an_address_slack_cannot_reach_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured, match="can't reach"):
        manifest(public_url=address)


def test_the_command_line_prints_it_for_another_command_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMMAND", "/ship")
    printed = CliRunner().invoke(main, ["manifest", "--http", PUBLIC])

    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.output) == manifest("/ship", PUBLIC)


def test_the_whole_request_address_may_be_given_too() -> None:
    assert manifest(public_url=f"{PUBLIC}/slack/events") == manifest(public_url=PUBLIC)


@pytest.mark.parametrize("command", ["release", "/Release", "/re lease", "/" + "x" * 32])
def test_a_command_slack_would_not_take_is_refused(command: str) -> None:
    with pytest.raises(Misconfigured, match="COMMAND"):
        manifest(command)


def test_what_is_typed_to_the_bot_is_asked_for_outright_and_can_be_left_out() -> None:
    heard, unheard_ = manifest(), manifest(words=False)
    words, events = {"app_mentions:read", "im:history"}, {"app_mention", "message.im"}

    assert words <= set(heard["oauth_config"]["scopes"]["bot"])
    assert events <= set(heard["settings"]["event_subscriptions"]["bot_events"])
    assert heard["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert not [w for w in (*words, *events) if f'"{w}"' in json.dumps(unheard_)]
    assert unheard_["features"]["app_home"]["messages_tab_read_only_enabled"] is True
    assert unheard_["features"]["app_home"]["messages_tab_enabled"] is True
    printed = CliRunner().invoke(main, ["manifest", "--no-words"])
    assert json.loads(printed.output) == unheard_


def test_it_is_known_what_is_not_heard() -> None:
    assert unheard(None) == ()
    assert unheard({"app_mentions:read", "im:history", "chat:write"}) == ()
    assert unheard({"chat:write"}) == ("app_mentions:read", "im:history")
