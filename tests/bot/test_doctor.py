"""The doctor looks at settings, Slack, channels and roles: each thing that can be wrong is made to be wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.checking import SCOPES as CHECKED
from bot.doctor.findings import Level
from bot.doctor.setup import setup
from bot.doctor.slack import COSTS, UNHEARD
from bot.manifest import OPTIONAL_SCOPES, SCOPES, WORD_SCOPES
from bot.settings import Settings
from storage.outbox import Message
from tests.bot.patient import BOT, CHANNEL, Patient, all_of, now, the, wrongs

ROOT = Path(__file__).parents[2]
GRANTED = frozenset((*SCOPES, *WORD_SCOPES, *OPTIONAL_SCOPES))
BY_WHICH = ("channels:read", "groups:read", "im:read")
CARD = Message("card:x", "card", CHANNEL)


def test_of_a_sound_installation_nothing_is_wrong(patient: Patient) -> None:
    patient.at_work()

    report = patient.look()

    assert [f for f in all_of(report) if f.level is not Level.OK] == []
    assert report.healthy and len(report.sections) == 8


def test_it_posts_nothing_and_opens_nothing(patient: Patient) -> None:
    patient.look()

    assert {call.method for call in patient.box.record.calls} == {
        "api.test",
        "auth.test",
        "apps.connections.open",
        "conversations.info",
        "usergroups.list",
        "usergroups.users.list",
        "users.info",
    }


# Settings.


def test_the_scopes_are_the_same_everywhere() -> None:
    scopes = json.loads((ROOT / "manifest.json").read_text())["oauth_config"]["scopes"]

    assert scopes["bot"] == sorted((*SCOPES, *WORD_SCOPES))
    assert SCOPES == CHECKED
    assert tuple(scopes["bot_optional"]) == OPTIONAL_SCOPES
    assert (set(COSTS), set(UNHEARD)) == (set(OPTIONAL_SCOPES), set(WORD_SCOPES))


LACKING: dict[str, tuple[dict[str, Any], str]] = {
    "no token": ({"slack_bot_token": None}, "SLACK_BOT_TOKEN"),
    "a token of another kind": ({"slack_bot_token": "xapp-1"}, "SLACK_BOT_TOKEN"),
    "an app token of another kind": ({"slack_app_token": "xoxb-1"}, "SLACK_APP_TOKEN"),
    "no way in": ({"slack_app_token": None}, "way in"),
    "no address": ({"slack_app_token": None, "slack_signing_secret": "s"}, "PUBLIC_URL"),
}


@pytest.mark.parametrize("case", LACKING)
def test_each_setting_that_lacks_is_named_with_its_mend(case: str, patient: Patient) -> None:
    changed, what = LACKING[case]
    found = [f for f in setup(patient.settings(**changed)) if f.what == what]

    assert [f.level for f in found] == [Level.WRONG] and found[0].mend


def settings(**more: Any) -> Settings:
    ours = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s", **more}
    return Settings(_env_file=None, **ours)


@pytest.mark.parametrize(
    ("address", "real", "fake"),
    [
        ("https://bot.example.com", Level.OK, Level.OK),
        ("http://bot.example.com", Level.WRONG, Level.WARNING),
        ("https://localhost:3000", Level.WRONG, Level.WARNING),
        ("https://127.0.0.1", Level.WRONG, Level.WARNING),
        ("http://[::1]:3000", Level.WRONG, Level.WARNING),
    ],
)
def test_slack_can_reach_only_a_public_address(address: str, real: Level, fake: Level) -> None:
    for api, level in (("https://slack.com/api/", real), ("http://127.0.0.1:1/api/", fake)):
        found = list(setup(settings(public_url=address, slack_api_url=api)))

        assert [f.level for f in found if f.what == "PUBLIC_URL"] == [level]


def test_it_says_which_transport_and_why() -> None:
    (http, *_), (socket, *_) = setup(settings()), setup(settings(slack_app_token="xapp-1"))

    assert "HTTP, because SLACK_APP_TOKEN is not set" in http.says
    assert "Socket Mode, because SLACK_APP_TOKEN is set" in socket.says


# Slack.


def test_a_slack_that_does_not_answer_is_told_with_its_address(patient: Patient) -> None:
    patient.box.faults.outage = True

    report = patient.look()

    found = the(report, "reachable")
    assert found.level is Level.WRONG and patient.box.api_url in found.says
    assert the(report, "people").level is Level.WARNING
    assert the(report, "roles").level is Level.OK
    assert wrongs(report) == ["reachable"]


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "token_expired"])
def test_a_token_slack_refuses_any_more_is_wrong(error: str, patient: Patient) -> None:
    patient.box.revoke_token(error)

    found = patient.finds("SLACK_BOT_TOKEN")

    assert (
        found.level is Level.WRONG
        and error in found.says
        and "copy it again" in str(found.mend).lower()
    )


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_wrong_token_is_wrong_and_is_not_shown(name: str, patient: Patient) -> None:
    token = {"SLACK_BOT_TOKEN": "xoxb-other", "SLACK_APP_TOKEN": "xapp-other"}[name]

    wrong: dict[str, Any] = {name.lower(): token}
    report = patient.look(**wrong)

    assert wrongs(report) == [name]
    assert "invalid_auth" in the(report, name).says
    assert token not in json.dumps(report.plain())


def test_it_says_whose_token_it_is(patient: Patient) -> None:
    assert "@presumptive in Acme (T0ACME001)" in patient.finds("SLACK_BOT_TOKEN").says


@pytest.mark.parametrize("scope", sorted(GRANTED))
def test_each_scope_that_lacks_is_named(scope: str, patient: Patient) -> None:
    patient.box.api.scopes = GRANTED - {scope}

    found = patient.finds(f"scope {scope}")

    assert found.level is (Level.WRONG if scope in SCOPES else Level.WARNING)
    assert "install the app again" in str(found.mend)


@pytest.mark.parametrize(
    ("fast", "level", "words"),
    [
        (20, Level.OK, "agrees"),
        (45, Level.WARNING, "ahead of Slack's"),
        (-45, Level.WARNING, "behind Slack's"),
        (90, Level.WRONG, "ahead of Slack's"),
        (-600, Level.WRONG, "nothing is presumed"),
    ],
)
def test_a_clock_that_differs_from_slacks_is_told(
    fast: float, level: Level, words: str, patient: Patient
) -> None:
    found = patient.finds("clock", fast=fast)

    assert found.level is level and words in found.says


def test_a_busy_slack_is_no_wrong_token(patient: Patient) -> None:
    patient.box.faults.rate_limit("auth.test")

    report = patient.look()

    assert the(report, "SLACK_BOT_TOKEN").level is Level.WARNING
    assert wrongs(report) == []


def test_the_token_of_another_workspace_is_noticed(patient: Patient) -> None:
    users = patient.box.workspace.users
    for person in [user for user in users.values() if not user.is_bot]:
        del users[person.id]
        users[person.id.replace("U0", "U9")] = replace(person, id=person.id.replace("U0", "U9"))

    report = patient.look()

    assert wrongs(report) == ["workspace"]
    assert "Acme knows none of the 5 role holders" in the(report, "workspace").says


# Channels.


def test_a_channel_the_bot_is_not_in_is_wrong(patient: Patient) -> None:
    patient.box.leave("releases", BOT)

    found = patient.finds("#releases")

    assert found.level is Level.WRONG and "not a member" in found.says
    assert "/invite @presumptive" in str(found.mend)


def test_an_archived_channel_is_wrong(patient: Patient) -> None:
    patient.box.channel("releases").archived = True

    found = patient.finds("#releases")

    assert found.level is Level.WRONG and "archived" in found.says


def test_a_channel_slack_does_not_show_is_wrong(patient: Patient) -> None:
    channel = patient.box.channel("releases")
    channel.kind, channel.members = "private", []

    found = patient.finds(CHANNEL)

    assert found.level is Level.WRONG and "channel_not_found" in found.says


@pytest.fixture
def blind(patient: Patient) -> Patient:
    """Without the scope by which Slack says who is in a channel."""
    patient.box.api.scopes = frozenset(i for i in GRANTED if i not in BY_WHICH)
    return patient


def test_without_the_scope_membership_is_not_claimed(blind: Patient) -> None:
    found = blind.finds(CHANNEL)

    assert found.level is Level.WARNING and "needs channels:read" in found.says


def test_without_the_scope_a_channel_out_of_sight_is_wrong_all_the_same(blind: Patient) -> None:
    channel = blind.box.channel("releases")
    channel.kind, channel.members = "private", []

    found = blind.finds(CHANNEL)

    assert found.level is Level.WRONG and "channel_not_found" in found.says
    assert blind.box.record.count("chat.getPermalink") == 2, "of releases and of the meetings"


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived"])
def test_without_the_scope_the_last_refusal_tells(error: str, blind: Patient) -> None:
    blind.letter(CARD, error)

    found = blind.finds(CHANNEL)

    assert found.level is Level.WRONG and error in found.says


def test_without_the_scope_the_last_acceptance_tells(blind: Patient) -> None:
    blind.letter(CARD)
    with blind.writing() as database, database.write(now) as tx:
        tx.sent("card:x", 1, CHANNEL, "1.1")

    found = blind.finds(CHANNEL)

    assert found.level is Level.OK and "accepted a message" in found.says


# Roles.


def test_a_disabled_group_leaves_its_roles_vacant(patient: Patient) -> None:
    patient.box.workspace.group("sec-arch").disabled = True

    report = patient.look()

    assert wrongs(report) == ["@sec-arch", "payments", "ledger", "web", "mobile"]
    assert "disabled" in the(report, "@sec-arch").says
    assert "Security Architect: held by nobody" in the(report, "payments").says


def test_an_empty_group_and_one_that_is_gone_are_wrong(patient: Patient) -> None:
    patient.box.change_group("sec-arch", [])
    assert "no members" in patient.finds("@sec-arch").says

    patient.box.workspace.groups.clear()
    assert "no such user group" in patient.finds("@sec-arch").says


def test_on_a_free_plan_groups_are_told_to_be_wanting(patient: Patient) -> None:
    patient.box.workspace.settings.paid = False

    found = patient.finds("user groups")

    assert found.level is Level.WRONG and "plan" in found.says


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"deleted": True}, "is deactivated"),
        ({"is_restricted": True}, "is a guest"),
        ({"is_stranger": True}, "belongs to another workspace"),
    ],
)
def test_a_holder_who_may_not_act_is_named_with_the_roles(
    change: dict[str, Any], words: str, patient: Patient
) -> None:
    patient.box.change_user("omar", **change)

    report = patient.look()

    found = the(report, "@omar")
    assert found.level is Level.WARNING and words in found.says
    assert "Operations Coordinator of payments, ledger, web and 1 more" in found.says
    assert wrongs(report) == ["payments", "ledger", "web", "mobile"]


def test_one_of_two_who_left_leaves_no_role_vacant(patient: Patient) -> None:
    del patient.box.workspace.users["U0SUE0001"]

    report = patient.look()

    assert "nobody Slack knows" in the(report, "@sue").says
    assert wrongs(report) == []
