"""The door's watch: open by HTTP only if it is really us, by socket only if Slack was heard (DESIGN 2.4)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient

from bot.clock import SharedClock
from bot.door import DoorWatch, SocketEar, http_door
from rehearsal.box import Box
from storage.database import Database

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    database = Database.open(f"sqlite:///{tmp_path / 'presumptive.db'}")
    database.upgrade()
    yield database
    database.close()


def test_an_open_door_is_recorded_and_a_shut_one_is_not(database, caplog):
    clock, ajar = SharedClock(START), [True]
    watch = DoorWatch(lambda: ajar[0], database, clock.now, "one")
    for _ in range(5):
        watch.tick()
        clock.advance(timedelta(seconds=15))
    ajar[0] = False
    for _ in range(8):
        watch.tick()
        clock.advance(timedelta(seconds=15))
    assert not watch.open
    assert caplog.text.count("the door is shut") == 1
    with database.read() as reader:
        door = reader.door(START)
    assert [(s.start, s.end) for s in door.open] == [(START, START + timedelta(seconds=60))]
    assert door.open_since(clock.now()) is None


# By HTTP.


class Web:
    """A public address that answers as a test wants."""

    def __init__(self) -> None:
        web = self
        self.status, self.headers = 200, {"X-Presumptive-Replica": "one"}
        self.asked: list[str] = []

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append(self.path)
                self.send_response(web.status if self.path == "/healthz" else 200)
                for name, value in web.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.01])
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.stop()


def test_the_door_is_open_where_our_own_address_answers_as_us(web):
    assert http_door(f"{web.url}/", "one")()
    assert web.asked == ["/healthz"]


def test_another_process_at_our_address_is_not_us(web):
    assert not http_door(web.url, "two")()


def test_an_address_that_leads_elsewhere_is_not_ours(web):
    web.status, web.headers = 302, {"Location": f"{web.url}/elsewhere"}
    assert not http_door(web.url, "one")()
    assert web.asked == ["/healthz"]


def test_an_address_that_fails_or_does_not_answer_is_a_shut_door(web):
    web.status = 502
    assert not http_door(web.url, "one")()
    nobody = http_door("http://127.0.0.1:1", "one")
    assert not nobody()


def test_a_public_url_that_is_none_is_refused():
    with pytest.raises(ValueError, match="PUBLIC_URL"):
        http_door("example.com", "one")


# By socket.


@dataclass
class Session:
    session_id: str = "s1"
    last_ping_pong_time: float | None = None


@dataclass
class Client:
    """What the ear looks at in slack_sdk's client."""

    current_session: Session | None = field(default_factory=Session)
    connected: bool = True

    def is_connected(self) -> bool:
        return self.connected

    def hear(self, pong: float) -> None:
        assert self.current_session is not None
        self.current_session.last_ping_pong_time = pong


class Hands:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_connection_is_open_for_thirty_seconds_after_a_pong_by_the_monotonic_clock():
    real, client = Hands(), Client()
    ear = SocketEar(lambda: [client], real)
    assert not ear.is_open()
    heard = []
    for pong in (10.0, 20.0, 30.0, 30.0, 30.0, 30.0):
        real.at += 10
        client.hear(pong)
        heard.append(ear.is_open())
    assert heard == [True, True, True, True, True, False]


def test_a_wall_clock_that_jumps_neither_opens_nor_shuts_the_door():
    real, client = Hands(), Client()
    ear = SocketEar(lambda: [client], real)
    ear.is_open()
    for pong in (10.0, 99_999.0, 5.0):
        real.at += 10
        client.hear(pong)
        assert ear.is_open()
    real.at += 40
    assert not ear.is_open()


def test_one_connection_of_several_is_enough_and_a_closed_one_does_not_count():
    real, first, second = Hands(), Client(), Client(Session("s2"))
    ear = SocketEar(lambda: [first, second], real)
    ear.is_open()
    real.at += 5
    second.hear(1.0)
    assert ear.is_open()
    second.connected = False
    assert not ear.is_open()
    second.current_session = None
    assert not ear.is_open()


def test_a_real_connection_is_heard_and_a_dropped_one_is_not():
    with Box(transport="socket") as box:
        web_client = WebClient(box.bot_token, base_url=box.api_url, retry_handlers=[])
        client = SocketModeClient(
            box.app_token, web_client=web_client, ping_interval=0.2, auto_reconnect_enabled=False
        )
        ear = SocketEar(lambda: [client])
        assert not ear.is_open()
        client.connect()
        assert box.wait_for(ear.is_open)
        client.disconnect()
        assert not ear.is_open()
        client.close()
