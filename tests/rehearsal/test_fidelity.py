"""The box refuses what Slack refuses, in Slack's words: every row of the tables, over the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from rehearsal.api.call import METHODS
from rehearsal.box import Box
from rehearsal.limits import Rate
from tests.rehearsal.cases import CASES, Case
from tests.rehearsal.conftest import Caller
from tests.rehearsal.scopes import OPEN, SCOPED, UNSCOPED
from tests.rehearsal.world import EVERY_SCOPE, World, a_world

CLOSED = sorted(set(METHODS) - OPEN)


def named(case: Case) -> str:
    return f"{case.method}: {case.what}"


@pytest.fixture(scope="module")
def open_world() -> Iterator[World]:
    """One for all rows, since a refused call changes nothing."""
    with a_world() as world:
        yield world


@pytest.fixture(scope="module")
def strict_world() -> Iterator[World]:
    with a_world(forbidding=True) as world:
        yield world


@pytest.fixture(scope="module")
def bare_world() -> Iterator[World]:
    """Where the bot was granted everything when it posted, and nothing since."""
    with a_world() as world:
        world.box.api.scopes = frozenset()
        yield world


def token_for(world: World, method: str) -> str:
    return world.box.app_token if METHODS[method].app_level else world.box.bot_token


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_bad_call_gets_slacks_own_error(
    open_world: World, strict_world: World, case: Case
) -> None:
    world = strict_world if case.strict else open_world
    arguments = world.filled(case.arguments)
    for name in ("files", "blocks", "view", "attachments", "message"):
        if METHODS[case.method].form_only and name in arguments:
            arguments[name] = json.dumps(arguments[name])
    reply = world.call(case.method, token_for(world, case.method), **arguments)
    assert (reply.status, reply.body["ok"], reply.error) == (200, False, case.error)
    assert case.says in json.dumps(reply.body)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_the_sdk_is_told_the_same(open_world: World, strict_world: World, case: Case) -> None:
    world = strict_world if case.strict else open_world
    client = WebClient(token_for(world, case.method), world.box.api_url, retry_handlers=[])
    arguments = world.filled(case.arguments)
    way = "params" if METHODS[case.method].form_only else "json"
    with pytest.raises(SlackApiError) as refusal:
        client.api_call(case.method, **{way: arguments})
    assert refusal.value.response["error"] == case.error
    assert case.says in json.dumps(refusal.value.response.data)


# Web API, ground rules: whose token it is comes before anything that is asked for.


@pytest.mark.parametrize("method", CLOSED)
def test_a_token_is_asked_for_and_checked(open_world: World, method: str) -> None:
    call, box = open_world.call, open_world.box
    other = box.bot_token if METHODS[method].app_level else box.app_token
    assert call(method, token="").error == "not_authed"
    assert call(method, token="xoxb-invented").error == "invalid_auth"
    assert call(method, token=other).error == "not_allowed_token_type"


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "token_expired"])
def test_a_token_taken_back_is_good_for_nothing_more(error: str) -> None:
    with a_world() as world:
        world.box.revoke_token(error)
        for method in CLOSED:
            reply = world.call(method, world.box.bot_token)
            assert (reply.status, reply.error) == (200, error), method
            assert "x-oauth-scopes" not in reply.headers
        assert world.call("apps.connections.open", world.box.app_token).body["ok"]


@pytest.mark.parametrize("method", sorted(OPEN))
def test_what_is_open_to_all_asks_for_no_token(open_world: World, method: str) -> None:
    assert open_world.call(method, token="", message="{}").body["ok"]


# Web API, ground rules: missing_scope comes with needed and provided.


@pytest.mark.parametrize(
    ("method", "arguments", "needed"), SCOPED, ids=[f"{m}: {needed}" for m, _, needed in SCOPED]
)
def test_a_missing_scope_is_named(
    bare_world: World, method: str, arguments: dict[str, Any], needed: str
) -> None:
    bare_world.box.api.scopes = EVERY_SCOPE - {needed}
    reply = bare_world.call(method, **bare_world.filled(arguments))
    bare_world.box.api.scopes = frozenset()
    assert (reply.error, reply.body.get("needed")) == ("missing_scope", needed)
    assert reply.body["provided"].split(",") == sorted(EVERY_SCOPE - {needed})
    assert reply.headers["x-oauth-scopes"] == reply.body["provided"]


@pytest.mark.parametrize("method", sorted(UNSCOPED))
def test_some_methods_need_a_token_and_no_scope(bare_world: World, method: str) -> None:
    reply = bare_world.call(method, token_for(bare_world, method))
    assert reply.error != "missing_scope"


def test_without_any_scope_nothing_that_needs_one_is_done(bare_world: World) -> None:
    for method, arguments, _ in SCOPED:
        reply = bare_world.call(method, **bare_world.filled(arguments))
        assert reply.error == "missing_scope", method


# Web API, ground rules: 429 with Retry-After, for that method only.


@pytest.fixture(scope="module")
def limited_box() -> Iterator[Box]:
    with Box(scopes=EVERY_SCOPE) as box:
        yield box


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_has_its_limit(limited_box: Box, method: str) -> None:
    box, call = limited_box, Caller(limited_box)
    token = box.app_token if METHODS[method].app_level else box.bot_token
    box.limits.rates[method] = Rate(per_minute=4, burst=1)
    assert call(method, token).status == 200
    limited = call(method, token)
    assert (limited.status, limited.body) == (429, {"ok": False, "error": "ratelimited"})
    assert 1 <= int(limited.headers["retry-after"]) <= 15
    with pytest.raises(SlackApiError) as refusal:
        WebClient(token, box.api_url, retry_handlers=[]).api_call(method)
    assert refusal.value.response.status_code == 429
    assert int(refusal.value.response.headers["retry-after"]) >= 1
    del box.limits.rates[method]
    box.limits._buckets.clear()
    assert call(method, token).status == 200


# The tables leave no method out.


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_has_its_rows(method: str) -> None:
    scoped = {name for name, _, _ in SCOPED}
    assert [method in scoped, method in UNSCOPED, method in OPEN].count(True) == 1
    declared = METHODS[method].scope
    assert declared is None or (method, declared) in {(name, needed) for name, _, needed in SCOPED}
    # Nothing but its token can be wrong with auth.test.
    assert method == "auth.test" or any(case.method == method for case in CASES)


def test_no_row_is_for_a_method_that_is_not_there() -> None:
    names = {case.method for case in CASES} | {name for name, _, _ in SCOPED} | UNSCOPED | OPEN
    assert names == set(METHODS)
    assert len({named(case) for case in CASES}) == len(CASES)
