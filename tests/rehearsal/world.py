"""The two worlds in which refusals are played: one that holds everything, and one that forbids."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from starlette.websockets import WebSocket

from rehearsal.box import HISTORY, SCOPES, Box
from rehearsal.channels import Channel
from rehearsal.people import UserGroup
from rehearsal.sockets import MOST_CONNECTIONS, Connection
from tests.rehearsal.cases import ALICE, BOOK, GONE, LOCKED, OLD, REL, SAM
from tests.rehearsal.conftest import Caller, field, modal

EVERY_SCOPE = (
    SCOPES
    | HISTORY
    | {
        "bookmarks:read",
        "bookmarks:write",
        "channels:join",
        "files:read",
        "mpim:read",
        "mpim:write",
        "pins:read",
        "pins:write",
        "reactions:write",
    }
)


class World:
    """A box and what its rows call by a name that begins with `$`."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.call = Caller(box)
        self.things: dict[str, str | Callable[[], str]] = {}
        self._furnish()

    def filled(self, arguments: Any) -> Any:
        """The arguments with every `$name` replaced by what it stands for."""
        if isinstance(arguments, dict):
            return {key: self.filled(value) for key, value in arguments.items()}
        if isinstance(arguments, list):
            return [self.filled(value) for value in arguments]
        if isinstance(arguments, str) and arguments.startswith("$"):
            found = self.things[arguments[1:]]
            return found if isinstance(found, str) else found()
        return arguments

    def ok(self, method: str, **arguments: Any) -> dict[str, Any]:
        reply = self.call(method, **arguments)
        assert reply.body["ok"], reply.body
        return reply.body

    def post(self, channel: str = REL, **more: Any) -> str:
        return str(self.ok("chat.postMessage", channel=channel, text="x", **more)["ts"])

    def trigger(self, user: str) -> str:
        return self.box.workspace.triggers.issue(user)

    def send(self, path: str, body: bytes, kind: str = "") -> tuple[int, str]:
        """Posts bytes to a path or address of the box; status and text."""
        where = urlsplit(path)
        place = urlsplit(self.box.url).netloc
        headers = {"Content-Type": kind} if kind else {}
        with closing(http.client.HTTPConnection(place, timeout=10)) as connection:
            connection.request("POST", where.path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def _furnish(self) -> None:
        workspace = self.box.workspace
        workspace.users[GONE].deleted = True
        bot = workspace.bot_id
        workspace.channels[OLD] = Channel(OLD, "old", members=[ALICE, bot])
        workspace.channels[LOCKED] = Channel(LOCKED, "locked", members=[ALICE, bot])
        workspace.channels[LOCKED].restricted = "restricted_action_read_only_channel"
        workspace.groups["S0IDLE001"] = UserGroup("S0IDLE001", "idle", "Idle", disabled=True)
        self._messages()
        self._modals()
        self._files()
        workspace.channels[OLD].archived = True

    def _messages(self) -> None:
        mine, things = self.post(), self.things
        things["mine"], things["pinned"], things["old"] = mine, self.post(), self.post(OLD)
        things["reply"] = self.post(thread_ts=mine)
        things["theirs"] = self.box.person("alice").say("mine", "releases").ts
        hidden = self.ok("chat.postEphemeral", channel=REL, user=ALICE, text="x")
        things["hidden"] = hidden["message_ts"]
        things["dm"] = self.ok("conversations.open", users=ALICE)["channel"]["id"]
        self.ok("pins.add", channel=REL, timestamp=things["pinned"])
        self.ok("reactions.add", channel=REL, timestamp=mine, name="seen")
        things["bookmark"] = self.ok("bookmarks.add", **BOOK)["bookmark"]["id"]
        for name, method in (("users", "users.list"), ("channels", "conversations.list")):
            page = self.ok(method, limit=1)
            things[f"{name}_cursor"] = page["response_metadata"]["next_cursor"]

    def _modals(self) -> None:
        triggers, things = self.box.workspace.triggers, self.things
        view = modal(field(), external_id="known")
        things["spent"] = self.trigger(ALICE)
        opened = self.ok("views.open", trigger_id=things["spent"], view=view)
        things["view"] = opened["view"]["id"]
        things["expired"] = expired = self.trigger(ALICE)
        triggers._issued[expired].issued -= 3.1
        things["fresh"] = lambda: self.trigger(ALICE)
        things["deep"] = lambda: self.trigger(SAM)
        things["bare"] = lambda: self.trigger("U0OMAR001")
        self.ok("views.open", trigger_id=self.trigger(SAM), view=modal())
        for _ in range(2):
            self.ok("views.push", trigger_id=self.trigger(SAM), view=modal())
        dave = self.box.person("dave")
        closed = self.ok("views.open", trigger_id=self.trigger(dave.id), view=modal())
        things["closed"] = closed["view"]["id"]
        dave.close()
        self.ok("views.publish", user_id=ALICE, view={"type": "home", "blocks": []})

    def _files(self) -> None:
        for name in ("asked", "sent", "shared"):
            asked = self.ok("files.getUploadURLExternal", filename="a.csv", length=3)
            self.things[name] = asked["file_id"]
            if name != "asked":
                assert self.send(asked["upload_url"], b"a,b") == (200, "OK - 3")
        self.ok("files.completeUploadExternal", files=[{"id": self.things["shared"]}])


def forbid(world: World) -> None:
    """Lets admins, plan and app forbid all they can."""
    settings = world.box.workspace.settings
    settings.paid = settings.home_tab = settings.messages_tab = False
    settings.edit_window = timedelta(0)
    settings.largest_file = 10
    settings.most_pins = settings.most_bookmarks = 1
    nobody = cast(WebSocket, None)
    world.box.sockets.connections.extend(Connection(nobody) for _ in range(MOST_CONNECTIONS))


@contextmanager
def a_world(scopes: frozenset[str] = EVERY_SCOPE, *, forbidding: bool = False) -> Iterator[World]:
    with Box(scopes=scopes, limits=False) as box:
        world = World(box)
        if forbidding:
            forbid(world)
        yield world
        box.sockets.connections.clear()
