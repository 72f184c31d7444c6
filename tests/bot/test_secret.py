"""The signing secret: Slack was heard by it, and nothing of Slack's own was refused (DESIGN 2.4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from bot.clock import SharedClock
from bot.secret import TURNED_AWAY, UNHEARD, Secret
from storage.database import Database

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OURS = {"token": "xyzz0WbapA4vBCDEFasx0q6G", "api_app_id": "A0RELBOT1", "text": "halt payments"}


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    database = Database.open(f"sqlite:///{tmp_path / 'presumptive.db'}")
    database.upgrade()
    yield database
    database.close()


def secret(database: Database, of: str = "first") -> Secret:
    return Secret(of, database, SharedClock(START).now)


def press(**other: str) -> bytes:
    return urlencode({"payload": json.dumps(OURS | other)}).encode()


def test_in_a_new_installation_the_first_signed_request_opens_the_door(database):
    ours = secret(database)
    assert ours.look() == UNHEARD
    ours.accepted({"type": "url_verification", "challenge": "x"})
    assert ours.look() is None and ours.look() is None


def test_a_secret_by_which_slack_was_heard_is_known_after_a_restart(database):
    ours = secret(database)
    ours.accepted(OURS)
    ours.look()
    assert secret(database).look() is None


def test_another_secret_has_to_be_heard_by_first(database):
    ours = secret(database)
    ours.accepted(OURS)
    ours.look()
    mistyped = secret(database, "frist")
    assert mistyped.look() == UNHEARD
    back = secret(database)
    assert back.look() is None, "it never was another's"
    mistyped.accepted(OURS)
    assert mistyped.look() is None
    assert back.look() == UNHEARD, "since then it is the other by which Slack signs"


@pytest.mark.parametrize(
    "body",
    [
        urlencode(OURS).encode(),
        press(),
        json.dumps(OURS | {"type": "event_callback"}).encode(),
    ],
    ids=["a command", "a press", "an event"],
)
def test_a_request_of_slacks_own_that_is_refused_shuts_the_door_until_one_is_accepted(
    database, body
):
    ours = secret(database)
    ours.accepted(OURS)
    ours.look()
    told: list[str] = []
    ours.on_refused = told.append
    assert ours.refused(body) and told == [TURNED_AWAY]
    assert ours.look() == TURNED_AWAY
    assert secret(database).look() == TURNED_AWAY, "after a restart too"
    ours.accepted(OURS)
    assert ours.look() is None and secret(database).look() is None


@pytest.mark.parametrize(
    "body",
    [
        urlencode(OURS | {"token": "guessed"}).encode(),
        urlencode(OURS | {"api_app_id": "A0STRANGER"}).encode(),
        press(token="guessed"),
        urlencode({"text": "halt payments"}).encode(),
        b"payload=" + b"[" * 100_000,
        b"{" * 200_000,
        b'{"a":' * 50_000,
        json.dumps(OURS | {"text": "x" * 400_000}).encode(),
        b"&".join(b"a=1" for _ in range(5000)),
        b"\xff\xfe\x00",
        b"[]",
        b'{"token": {}, "api_app_id": []}',
        b"",
    ],
)
def test_a_stranger_shuts_nothing_whatever_is_sent(database, body):
    ours = secret(database)
    ours.accepted(OURS)
    ours.look()
    told: list[str] = []
    ours.on_refused = told.append
    assert not ours.refused(body) and not told
    assert ours.look() is None


def test_before_any_request_of_slacks_nobody_is_known(database):
    ours = secret(database)
    assert not ours.refused(press())


def test_what_came_last_counts(database):
    ours = secret(database)
    ours.accepted(OURS)
    ours.refused(press())
    assert ours.look() == TURNED_AWAY
    ours.refused(press())
    ours.accepted(OURS)
    assert ours.look() is None


def test_neither_the_secret_nor_the_token_stands_in_the_database(database):
    ours = secret(database, "8f742231b10e8888abcd99yyyzzz85a5")
    ours.accepted(OURS)
    ours.look()
    with database.read() as reader:
        known = str({t: reader.hearing(t) for t in ("secret", "sender", "knock")})
    for word in ("8f742231b10e8888abcd99yyyzzz85a5", OURS["token"], OURS["api_app_id"]):
        assert word not in known
