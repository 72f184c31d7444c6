"""Fixtures of the rehearsal's own tests: a box, a way to call it, and a small real Bolt bot."""

from __future__ import annotations

import gc
import http.client
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import uvicorn
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rehearsal.api.call import METHODS
from rehearsal.box import Box


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass(frozen=True)
class Reply:
    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def error(self) -> str:
        return str(self.body.get("error", "")) if self.body else ""


class Caller:
    """Calls the Web API plainly, without any Slack library; in JSON wherever Slack takes it."""

    def __init__(self, box: Box) -> None:
        self.box = box

    def __call__(self, name: str, /, token: str | None = None, **arguments: Any) -> Reply:
        where = urlsplit(self.box.api_url)
        with closing(http.client.HTTPConnection(where.netloc, timeout=10)) as connection:
            headers = {"Content-Type": "application/json; charset=utf-8"}
            given = self.box.bot_token if token is None else token
            if given:
                headers["Authorization"] = f"Bearer {given}"
            body = json.dumps(arguments)
            if name in METHODS and METHODS[name].form_only:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                body = urlencode(arguments)
            connection.request("POST", where.path + name, body, headers)
            answer = connection.getresponse()
            body = json.loads(answer.read())
            return Reply(answer.status, body, dict(answer.getheaders()))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(clock: Clock) -> Iterator[Box]:
    with Box(now=clock.now, history=True, limits=False) as found:
        yield found


@pytest.fixture
def call(box: Box) -> Caller:
    return Caller(box)


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action_id: str, **more: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": text}
    return {"type": "button", "text": label, "action_id": action_id, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    plain = {"type": "plain_text", "text": "Halt"}
    found = {"type": "modal", "callback_id": "halt", "title": plain, "blocks": list(blocks)}
    return {**found, "submit": plain, **more}


def field(block_id: str = "why", **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": "Why"},
        "element": {"type": "plain_text_input", "action_id": "text", **more},
    }


CONFIRM = {
    "title": {"type": "plain_text", "text": "Sure?"},
    "text": {"type": "plain_text", "text": "It goes back to announced."},
    "confirm": {"type": "plain_text", "text": "Lift"},
    "deny": {"type": "plain_text", "text": "Keep"},
}


def small_bot(box: Box) -> App:
    """A bot that has one of everything, written with the real Bolt."""
    app = App(
        client=WebClient(box.bot_token, base_url=box.api_url, retry_handlers=[]),
        signing_secret=box.signing_secret,
        process_before_response=True,
    )
    app.command("/release")(_on_command)
    app.command("/late")(_on_late)
    app.command("/broken")(lambda ack: ack(blocks=[{"type": "nonsense"}], text="x"))
    app.command("/loud")(lambda ack: ack(text="for all", response_type="in_channel"))
    app.action("halt")(_on_halt)
    app.action("lift")(_on_lift)
    app.action("more")(lambda ack, respond, action: (ack(), respond(_picked(action))))
    app.action("pick")(lambda ack, respond, action: (ack(), respond(_picked(action))))
    app.view("halt")(_on_submit)
    app.view_closed("halt")(lambda ack: ack())
    app.shortcut("announce")(_on_shortcut)
    app.shortcut("record")(lambda ack, respond, shortcut: (ack(), respond("recorded")))
    for kind in ("user_change", "subteam_members_changed", "app_home_opened"):
        app.event(kind)(_on_home if kind == "app_home_opened" else _on_event)
    app.event("app_mention")(_on_event)
    app.event("member_joined_channel")(_on_event)
    return app


def _on_late(ack: Any) -> None:
    time.sleep(3.5)
    ack()


def _picked(action: dict[str, Any]) -> str:
    return f"picked {action['selected_option']['value']}"


def _on_command(ack: Any, command: dict[str, Any], client: WebClient) -> None:
    if command["text"] == "card":
        options = [{"text": {"type": "plain_text", "text": "Details"}, "value": "details"}]
        client.chat_postMessage(
            channel=command["channel_id"],
            text="payments 2.4.1",
            blocks=[
                section("*payments 2.4.1*"),
                {
                    "type": "actions",
                    "elements": [
                        button("Halt", "halt", style="danger", value="payments@2.4.1#1"),
                        button("Lift", "lift", confirm=CONFIRM),
                        {"type": "overflow", "action_id": "more", "options": options},
                    ],
                },
            ],
        )
    ack(f"done: {command['text']}")


def _on_halt(ack: Any, body: dict[str, Any], client: WebClient) -> None:
    client.views_open(trigger_id=body["trigger_id"], view=modal(field(), notify_on_close=True))
    ack()


def _on_lift(ack: Any, respond: Any) -> None:
    ack()
    respond("lifted, says the bot", replace_original=False)


def _on_submit(ack: Any, view: dict[str, Any]) -> None:
    answers: dict[str, dict[str, Any]] = {
        "bad": {"response_action": "errors", "errors": {"why": "say more"}},
        "astray": {"response_action": "errors", "errors": {"nowhere": "say more"}},
        "change": {"response_action": "update", "view": modal(section("thanks"))},
        "next": {"response_action": "push", "view": modal(field("again"))},
        "clear": {"response_action": "clear"},
    }
    ack(**answers.get(view["state"]["values"].get("why", {}).get("text", {}).get("value"), {}))


def _on_shortcut(ack: Any, shortcut: dict[str, Any], client: WebClient) -> None:
    client.views_open(trigger_id=shortcut["trigger_id"], view=modal(field()))
    ack()


def _on_home(event: dict[str, Any], client: WebClient) -> None:
    client.views_publish(
        user_id=event["user"], view={"type": "home", "blocks": [section("Nothing needs you")]}
    )


def _on_event(event: dict[str, Any]) -> None:
    """Answers 200 and does nothing more."""


@dataclass
class Bot:
    box: Box
    app: App
    stop: Callable[[], None]


def over_http(box: Box) -> Bot:
    app = small_bot(box)

    async def door(request: Request) -> Response:
        body = (await request.body()).decode()
        asked = BoltRequest(body=body, headers=dict(request.headers))
        said = await run_in_threadpool(app.dispatch, asked)
        return Response(said.body, said.status, {k: v[0] for k, v in said.headers.items()})

    async def healthy(request: Request) -> Response:
        return Response("well")

    routes = [Route("/slack/events", door, methods=["POST"]), Route("/healthz", healthy)]
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes), port=0, log_config=None, lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert box.wait_for(lambda: server.started)
    box.bot_address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    def stop() -> None:
        server.should_exit = True
        thread.join(10)

    return Bot(box, app, stop)


def over_socket(box: Box) -> Bot:
    app = small_bot(box)
    handler = SocketModeHandler(app, box.app_token, ping_interval=0.3)
    handler.connect()
    assert box.wait_for(lambda: box.sockets.connections)

    def stop() -> None:
        # The client notices that it was closed only when its blocking reads return, up to 3 s
        # later: a cut wakes the one on the socket, an empty message the one on its queue.
        handler.client.auto_reconnect_enabled = False
        box.sockets.drop()
        closer = threading.Thread(target=handler.close)
        closer.start()
        while closer.is_alive():
            handler.client.message_queue.put("{}")
            closer.join(0.02)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    return Bot(box, app, stop)


@pytest.fixture(params=["http", "socket"])
def bot(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Bot]:
    with Box(now=clock.now, history=True, limits=False, transport=request.param) as found:
        running = over_http(found) if request.param == "http" else over_socket(found)
        yield running
        running.stop()
