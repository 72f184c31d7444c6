"""Greetings: whose app a socket is, and whether somebody else listens with its token (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from bot.clock import SharedClock
from bot.hellos import Greetings, OneApp, Others
from bot.slackcalls import SlackCalls
from rehearsal.box import Box
from storage.database import Database

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Real:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def hello(many: int, app: str = "A0RELBOT1") -> dict[str, object]:
    return {"type": "hello", "num_connections": many, "connection_info": {"app_id": app}}


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    database = Database.open(f"sqlite:///{tmp_path / 'presumptive.db'}")
    database.upgrade()
    yield database
    database.close()


def calls(box: Box) -> SlackCalls:
    return SlackCalls(WebClient(box.bot_token, base_url=box.api_url, retry_handlers=[]))


def test_tokens_of_one_app_are_told_from_those_of_two():
    with Box(transport="socket") as box:
        greetings = Greetings(2)
        one = OneApp(greetings, calls(box))
        assert one.look() is None, "nobody was greeted yet"
        greetings.greeted(0, hello(1))
        assert one.look() is None
        greetings.greeted(1, hello(2, "A0OTHER01"))
        assert "A0OTHER01" in (one.look() or "") and "A0RELBOT1" in (one.look() or "")
        greetings.greeted(1, hello(2))
        assert one.look() is None


def test_while_slack_does_not_say_whose_the_bots_token_is_the_door_is_shut():
    with Box(transport="socket") as box:
        greetings = Greetings(2)
        one = OneApp(greetings, calls(box))
        greetings.greeted(0, hello(1))
        box.faults.server_error("bots.info")
        assert "not yet said" in (one.look() or "")
        assert one.look() is None


def test_where_slack_will_never_say_it_nothing_is_shut_for_that():
    with Box(transport="socket") as box:
        greetings = Greetings(2)
        greetings.greeted(0, hello(1))
        box.api.scopes = frozenset({"chat:write"})
        one = OneApp(greetings, calls(box))
        one.look()
        assert one.look() is None


def test_old_connections_that_linger_are_not_others(database):
    real, told = Real(), list[int]()
    greetings = Greetings(2, real)
    others = Others(greetings, database, SharedClock(START).now, lambda many, at: told.append(many))
    for many in (1, 2, 3, 4):
        greetings.greeted(many % 2, hello(many))
        others.look()
    assert not told and not greetings.dubious()
    real.at += 60
    assert greetings.dubious()
    greetings.greeted(0, hello(2))
    others.look()
    assert not told and not greetings.dubious()


def test_connections_that_are_counted_again_a_minute_later_are_told_of_once(database):
    real, told = Real(), list[int]()
    greetings = Greetings(2, real)
    others = Others(greetings, database, SharedClock(START).now, lambda many, at: told.append(many))
    greetings.greeted(0, hello(3))
    greetings.greeted(1, hello(4))
    for _ in range(3):
        real.at += 60
        greetings.greeted(0, hello(4))
        others.look()
    assert told == [2]
    with database.read() as reader:
        assert "2 connections" in reader.hearing("warning")["others"].said
    real.at += 600
    greetings.greeted(0, hello(2))
    others.look()
    with database.read() as reader:
        assert not reader.hearing("warning")
