"""The door's watch: open by HTTP only if it is really us, by socket only if Slack was heard (DESIGN 2.4)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient

from bot.clock import SharedClock
from bot.door import DoorWatch, SocketEar
from bot.guard import Guard
from bot.knocking import Address, Knocker, answered
from bot.withheld import Withheld
from rehearsal.box import Box
from storage.database import Database, Unavailable
from storage.engine import DRIVER

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    database = Database.open(f"sqlite:///{tmp_path / 'presumptive.db'}")
    database.upgrade()
    yield database
    database.close()


def test_an_open_door_is_recorded_and_a_shut_one_is_not(database, caplog):
    clock = SharedClock(START)
    wrong: list[str | None] = [None]
    watch = DoorWatch({"connection": lambda: wrong[0]}, database, clock.now, "one")
    assert not watch.open
    for _ in range(5):
        watch.tick()
        clock.advance(timedelta(seconds=15))
    wrong[0] = "the line is dead"
    for _ in range(8):
        watch.tick()
        clock.advance(timedelta(seconds=15))
    assert not watch.open
    assert caplog.text.count("the door is shut") == 1 and "the line is dead" in caplog.text
    with database.read() as reader:
        door = reader.door(START)
        shut = reader.hearing("shut")
    assert [(s.start, s.end) for s in door.open] == [(START, START + timedelta(seconds=60))]
    assert door.open_since(clock.now()) is None
    assert shut["connection"].said == "the line is dead"
    wrong[0] = None
    assert watch.tick()
    with database.read() as reader:
        assert not reader.hearing("shut")


class Watched:
    """A door with one cause, and what is told of it."""

    def __init__(self, database: Database, cause: str) -> None:
        self.clock, self.database, self.cause = SharedClock(START), database, cause
        self.why: str | None = None
        self.told: list[tuple[str, bool]] = []
        self.withheld = Withheld()
        self.watch = self.anew()

    def anew(self) -> DoorWatch:
        self.watch = DoorWatch(
            {self.cause: lambda: self.why},
            self.database,
            self.clock.now,
            "one",
            withheld=self.withheld,
            tell=lambda cause, since, until: self.told.append((cause, until is not None)),
        )
        return self.watch

    def goes(self, seconds: int) -> None:
        for _ in range(seconds // 15):
            self.clock.advance(timedelta(seconds=15))
            self.watch.tick()


def test_a_gap_is_not_told_and_holds_nothing_back_but_a_longer_one_is_told_once(database):
    door = Watched(database, "connection")
    door.watch.tick()
    door.why = "no line"
    door.goes(90)
    assert not door.told and not door.withheld()
    door.goes(300)
    assert door.told == [("connection", False)]
    door.why = None
    door.goes(30)
    assert door.told == [("connection", False), ("connection", True)]


def test_a_grave_cause_is_told_at_once_and_nothing_is_settled_by_the_marks_from_before(database):
    door = Watched(database, "secret")
    door.watch.tick()
    door.why = "another secret"
    door.goes(15)
    assert door.told == [("secret", False)]
    assert door.withheld() == {"door": "another secret"}
    door.goes(90)
    assert not door.withheld(), "by now the law knows of it"
    with database.read() as reader:
        assert reader.door(START, door.clock.now()).open_since(door.clock.now()) is None


def test_a_grave_cause_found_while_nothing_can_be_written_holds_releases_back_at_once(database):
    door = Watched(database, "secret")
    door.watch.tick()
    door.why = "another secret"
    database.patience = 0.05
    with closing(DRIVER.connect(database.place, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable):
            door.goes(15)
        assert not door.watch.open
    assert door.withheld() == {"door": "another secret"}
    door.why = None
    door.goes(15)
    assert not door.withheld()


def test_what_is_found_between_two_looks_counts_at_once(database):
    door = Watched(database, "secret")
    door.watch.tick()
    door.watch.hurry("secret", "a press was refused")
    assert not door.watch.open and "door" in door.withheld()
    door.why = "a press was refused"
    door.goes(15)
    assert "door" in door.withheld()


def test_a_door_that_was_shut_before_a_restart_is_not_told_of_again(database):
    door = Watched(database, "app")
    door.why = "two apps"
    door.goes(30)
    door.anew()
    door.goes(90)
    assert door.told == [("app", False)]
    door.anew()
    door.goes(30)
    door.why = None
    door.anew()
    door.goes(15)
    assert door.told == [("app", False), ("app", True)]


# By HTTP: the public path.


class Web:
    """A public address that answers a knock as a test wants."""

    def __init__(self) -> None:
        web = self
        self.status = 200
        self.headers: dict[str, str] = {}
        self.says: Callable[[bytes], str | None] = lambda body: None
        self.asked: list[tuple[str, bytes]] = []
        self.judged: list[bool] = []
        guard = Guard(SECRET, lambda: datetime.now(UTC))

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                web.asked.append((self.path, body))
                stamp = self.headers["X-Slack-Request-Timestamp"]
                web.judged.append(guard.admits(body, stamp, self.headers["X-Slack-Signature"]))
                said = web.says(body)
                self.send_response(web.status if said is not None else 409)
                for name, value in web.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write((said or "").encode())

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


def address(database: Database, url: str, replica: str = "one") -> Address:
    clock = SharedClock(START)
    knocker = Knocker(url, SECRET, lambda: datetime.now(UTC))
    return Address(knocker, database, clock.now, replica)


def test_the_path_is_open_where_a_replica_of_this_installation_answers(database, web):
    web.says = lambda body: answered(database, SECRET, body)
    one, two = address(database, f"{web.url}/", "one"), address(database, web.url, "two")
    assert one.look() is None and two.look() is None
    assert {path for path, _ in web.asked} == {"/slack/events"}
    assert all(web.judged), "knocks are signed as Slack signs"
    assert len({body for _, body in web.asked}) == 2


def test_a_bot_with_another_database_is_not_us_though_it_has_the_secret(database, web, tmp_path):
    other = Database.open(f"sqlite:///{tmp_path / 'other.db'}")
    other.upgrade()
    web.says = lambda body: answered(other, SECRET, body)
    assert "409" in (address(database, web.url).look() or "")
    other.close()


def test_whoever_answers_everything_is_not_us(database, web):
    web.says = lambda body: "ok"
    assert "not by a bot of this installation" in (address(database, web.url).look() or "")


def test_who_has_not_our_secret_is_not_us(database, web):
    web.says = lambda body: answered(database, "another secret", body)
    assert address(database, web.url).look() is not None


def test_an_address_that_leads_elsewhere_is_not_ours(database, web):
    web.says = lambda body: answered(database, SECRET, body)
    web.status, web.headers = 307, {"Location": f"{web.url}/elsewhere"}
    assert "307" in (address(database, web.url).look() or "")
    assert len(web.asked) == 1


def test_an_address_that_fails_or_does_not_answer_is_a_shut_door(database, web):
    web.says, web.status = lambda body: "", 502
    assert "502" in (address(database, web.url).look() or "")
    assert "does not answer" in (address(database, "http://127.0.0.1:1").look() or "")


def test_a_public_url_that_is_none_is_refused(database):
    with pytest.raises(ValueError, match="PUBLIC_URL"):
        address(database, "example.com")


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
