"""Slack's door: each command, press and form becomes one request, and its reply the answer (DESIGN 3, 6)."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from typing import Any, Protocol

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.awaited import Awaited
from bot.forms import Forms
from bot.heard import is_ours, key_of, said_in
from bot.manifest import SHORTCUTS
from bot.modals import values
from bot.payloads import ODD
from bot.render import Renderer
from bot.slackcalls import answers_at
from bot.typed import typed
from commands.answers import BY_MESSAGE, drawn
from commands.dispatch import Desk, dispatch
from commands.hearing import hear
from commands.request import Caller, Reply, Request
from commands.spoken import PLACED, may_halt, verb_and_rest
from commands.unopened import undrawn, unopened
from rules.words import Role
from storage.company import Company
from storage.faults import Unavailable

log = logging.getLogger(__name__)

OPENS_WITHIN = 1.5
"""Seconds `views.open` may take: it and the acknowledgement share Slack's three."""
STORED_WITHIN = 1.5
"""Seconds from a request's arrival in which it is written, or answered that it could not be."""
ARRIVED = "arrived"
"""The name in Bolt's context under which stands when a request arrived, by the monotonic clock."""
PRESSES = r"^(do:|open:|menu)"
"""The action ids of our buttons and menus: what they do stands in their values."""
BESIDE = {
    **dict.fromkeys(("odd-version", "already-announced", "already-out", "superseded"), "version"),
    **dict.fromkeys(("no-products", "unknown-product", "not-an-announcer"), "product"),
    **dict.fromkeys(("odd-time", "time-passed", "no-earlier"), "at"),
    **dict.fromkeys(
        ("odd-state", "not-your-state", "one-state-each", "announcer-asserts-nothing"), "states"
    ),
    "reason-needed": "reason",
    "not-out-yet": "what",
    **dict.fromkeys(("cannot-delegate-to", "holds-already"), "to"),
    **dict.fromkeys(("delegation-over", "already-delegated"), "until"),
    **dict.fromkeys(("no-chains", "not-a-holder"), "role"),
    **dict.fromkeys(("person-left", "unknown-person"), "who"),
    **dict.fromkeys(("topic-needed",), "topic"),
    **dict.fromkeys(("action-needed",), "what"),
}
"""The field of a form beside which a refusal belongs."""
Payload = Mapping[str, Any]


class Listens(Protocol):
    """Who wants to hear of changes to people and groups."""

    def on_event(self, event: Mapping[str, Any]) -> None: ...

    def want(self, ids: Iterable[str]) -> None: ...


@dataclass(frozen=True)
class SlackDoor:
    """Everything a press needs, and the Bolt application that brings it."""

    desk: Desk
    renderer: Renderer
    client: WebClient
    signing_secret: str
    directory: Listens
    wake: Callable[[], None]
    """Called after each act, so that the courier sends what it left in the outbox."""
    aside: Callable[[Caller, Mapping[str, Any]], None]
    """Answers a press past the outbox, for when the database can't take the answer."""
    echo: Callable[[Mapping[str, Any]], None] = lambda event: None
    """Called with each event of a message of the bot's own: that it comes back shows an open door."""
    awaited: Awaited = field(default_factory=Awaited)
    """What was typed and could not be stored, until Slack has sent it again."""
    threads: int = 32

    def bolt(self) -> App:
        """The application. It calls nobody: tokens are verified by whoever starts it."""
        token = self.client.token
        logging.getLogger("slack_bolt.App").addFilter(_is_news)
        app = App(
            client=self.client,
            signing_secret=self.signing_secret,
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token),
            process_before_response=True,
            listener_executor=ThreadPoolExecutor(self.threads, "bolt"),
            ssl_check_enabled=False,
            request_verification_enabled=False,  # the guard has, by a clock that is right
            ignoring_self_events_enabled=False,
        )
        app.command(re.compile(".*"))(self._command)
        app.action(re.compile(PRESSES))(self._action)
        app.action(re.compile("^({})$".format("|".join(Role))))(self._chosen)
        app.action(re.compile(".*"))(lambda ack: ack())
        for verb, *_ in SHORTCUTS:
            app.shortcut(verb)(self._shortcut)
        app.shortcut(re.compile(".*"))(lambda ack: ack())
        app.view(re.compile("^submit:"))(self._view)
        for kind in ("user_change", "subteam_members_changed", "subteam_updated"):
            app.event(kind)(self._event)
        for kind in ("message", "app_mention"):
            app.event(kind)(self._said)
        return app

    def _command(self, ack: Ack, command: Payload, context: Payload) -> None:
        """A typed command; the answer goes back in the acknowledgement."""
        text = command.get("text") or ""
        verb, rest = verb_and_rest(typed(text, self._name_of))
        if verb in PLACED:
            _, rest = verb_and_rest(typed(text, self._name_of, places=True))
        caller = self._caller(command["user_id"], "slash", command.get("channel_id"), command)
        trigger = command.get("trigger_id", "")
        view = self._form_at_once(verb, caller, rest)
        request = Request(verb, caller, rest, key=f"command:{trigger}", until=_until(context))
        if view is not None and self._opened(trigger, view):
            ack()
            return
        reply = self._dispatch(request) if view is None else self._unopened(request)
        self._answer(ack, reply, caller)

    def _form_at_once(self, verb: str, caller: Caller, rest: str) -> Mapping[str, Any] | None:
        try:
            return self._forms().at_once(verb, caller, rest)
        except Unavailable:
            return None

    def _action(self, ack: Ack, body: Payload, action: Payload, context: Payload) -> None:
        """A press: a typed command that came with a button or a menu."""
        ack()
        words = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        opens = action["action_id"].startswith("open:")
        if words.startswith("open "):
            opens, words = True, words.removeprefix("open ")
        verb, rest = verb_and_rest(words)
        request = replace(self._pressed(body, action, verb, rest), until=_until(context))
        if opens:
            self._open(request, body.get("trigger_id", ""))
            return
        self._press(request)

    def _press(self, request: Request) -> None:
        """What came by a press is answered from the outbox, and past it where nothing was stored."""
        reply = self._dispatch(request)
        if not reply.stored:
            self._say_aside(request.caller, reply)

    def _say_aside(self, caller: Caller, reply: Reply) -> None:
        self.aside(caller, drawn(self.desk.tools, reply, self._company(), caller.person))

    def _company(self) -> Company:
        """Everybody we know; nobody where the database can't be read."""
        try:
            with self.desk.database.read() as reader:
                return reader.company()
        except Unavailable:
            return Company()

    def _shortcut(self, ack: Ack, body: Payload, shortcut: Payload, context: Payload) -> None:
        """A shortcut opens the form of the verb it is called by; one on a message knows which."""
        ack()
        user, verb = body["user"]["id"], shortcut["callback_id"]
        where, message = (body.get("channel") or {}).get("id"), body.get("message") or {}
        caller = self._caller(user, "shortcut", where, body)
        key = f"shortcut:{user}:{shortcut.get('action_ts', '')}"
        try:
            name = self._candidate_at(where, message)
        except Unavailable as lost:
            return self._say_aside(caller, undrawn(Request(verb, caller), lost))
        ours = bool(name) and "bot_id" in message
        fields = {} if ours or not message else {"said": self._said_in(message)}
        request = Request(verb, caller, name or "", fields, key=key, until=_until(context))
        self._open(request, body.get("trigger_id", ""))

    def _candidate_at(self, channel: str | None, message: Payload) -> str | None:
        """The candidate a message of ours, or the thread it stands in, is about."""
        if channel is None or not message:
            return None
        with self.desk.database.read() as reader:
            return reader.candidate_at(channel, message["ts"], message.get("thread_ts"))

    def _said_in(self, message: Payload) -> str:
        return typed(str(message.get("text") or ""), self._name_of)

    def _open(self, request: Request, trigger: str) -> None:
        """Open the form; whoever may not use it is answered as if they had typed it."""
        forms = self._forms()
        try:
            known = forms.knows(request.caller)
            words = self._words(request)
            view = forms.view(request.verb, request.text, request.caller, words) if known else None
        except Unavailable as lost:
            self._say_aside(request.caller, undrawn(request, lost))
            return
        if not known:
            self._not_known(request)
        elif view is None:
            self._press(request)
        elif not self._opened(trigger, view):
            self._unopened(request)

    def _not_known(self, request: Request) -> None:
        """Nobody can say yet which form is theirs; a halt needs none, and is offered at once."""
        if request.verb == "halt":
            self.directory.want([request.caller.person or ""])
            self._unopened(request)
            return
        self._press(_as(request, "status"))

    def _words(self, request: Request) -> str:
        """What was said where the form was asked for, also when it is asked for again."""
        kept = request.fields.get("kept")
        if not kept:
            return str(request.fields.get("said", ""))
        with self.desk.database.read() as reader:
            return reader.kept(kept) or ""

    def _opened(self, trigger: str, view: Mapping[str, Any]) -> bool:
        try:
            self.client.views_open(trigger_id=trigger, view=dict(view))
        except SlackApiError as refused:
            log.warning("a form could not be opened: %s", refused.response.get("error"))
            return False
        except (SlackClientError, HTTPException, OSError, ValueError) as lost:
            log.warning("a form could not be opened: %s", type(lost).__name__)
            return False
        return True

    def _unopened(self, request: Request) -> Reply:
        reply = unopened(self.desk, request)
        self.wake()
        if not reply.stored and request.caller.door in BY_MESSAGE:
            self._say_aside(request.caller, reply)
        return reply

    def _view(self, ack: Ack, body: Payload, view: Payload, context: Payload) -> None:
        """A form: closed by an act that was done, else the refusal stands beside its field."""
        verb = view["callback_id"].removeprefix("submit:")
        meta = json.loads(view.get("private_metadata") or "{}")
        caller = self._caller(body["user"]["id"], "modal", meta.get("channel"), meta)
        fields = {**meta.get("fields", {}), **values(view["state"]["values"])}
        text = meta.get("text") or fields.pop("candidate", "")
        key = f"view:{view['id']}"
        request = Request(verb, caller, text, fields, key=key, until=_until(context))
        reply = self._dispatch(request)
        asks = not reply.ok and reply.stored
        following = self._forms().follow_up(reply, request) if asks else None
        if reply.ok:
            ack()
            return
        if following is not None:
            ack(response_action="update", view=dict(following))
            return
        said = self._plain(reply, caller)
        ack(response_action="errors", errors={_field(view, reply): said})

    def _caller(self, person: str, door: str, channel: str | None, said: Payload) -> Caller:
        """Who asks. An address for answers that is not Slack's is not kept: it would be told too much."""
        url = said.get("response_url")
        ours = bool(url) and answers_at(str(url), self.client.base_url)
        return Caller(person, door, channel, url if ours else None)

    def _pressed(self, body: Payload, action: Payload, verb: str, rest: str) -> Request:
        """A press as a request: the key stops replays, the rule stops the second press (stack 6)."""
        container = body.get("container") or {}
        where = container.get("message_ts") or container.get("view_id") or ""
        user = body["user"]["id"]
        caller = self._caller(user, "button", container.get("channel_id"), body)
        words, _, kept = f" {rest}".partition(" kept:")
        words = words.strip()
        fields = {"kept": kept} if kept else {}
        key = f"press:{user}:{where}:{action['action_id']}:{action.get('action_ts', '')}"
        return Request(verb, caller, words, fields, key=key, card=words.partition(" ")[0] or None)

    def _chosen(self, ack: Ack, action: Payload) -> None:
        """Holders being chosen in a form: they are read by the time it is sent off."""
        ack()
        self.directory.want(action.get("selected_users") or ())

    def _event(self, ack: Ack, event: Payload) -> None:
        ack()
        try:
            self.directory.on_event(event)
        except ODD as odd:
            log.warning("an event could not be read: %s", type(odd).__name__)
        self.wake()

    def _said(self, ack: Ack, body: Payload, event: Payload) -> BoltResponse | None:
        """Words: a command, in the channel or the direct message. Our own are only an echo (DESIGN 4).

        What could not be stored is not acknowledged: Slack sends it again.
        """
        if is_ours(body, event):
            ack()
            self.echo(event)
            return None
        if not self._heard(body, event):
            return BoltResponse(status=503, body="not stored: to be sent again")
        ack()
        return None

    def _heard(self, body: Payload, event: Payload) -> bool:
        """Whether this was heard, or is nothing to be heard; False where it must come again."""
        try:
            said = said_in(body, event, self._name_of, self.renderer.command)
        except Unavailable as lost:
            log.error("not heard, the database said: %s", lost)
            self.awaited.missed(key_of(event.get("channel"), event.get("ts")))
            return False
        if said is None:
            return True
        reply = hear(self.desk, said, self._brings_form)
        if reply.stored or reply.template == "halt-not-stored":
            self.awaited.stored(said.key)
        elif may_halt(said.text, self.desk.tools.near, said.command):
            self.awaited.missed(said.key)
        self.wake()
        return reply.stored

    def _brings_form(self, verb: str, caller: Caller, rest: str) -> bool:
        return self._forms().at_once(verb, caller, rest) is not None

    def _dispatch(self, request: Request) -> Reply:
        reply = dispatch(self.desk, request)
        self.wake()
        return reply

    def _answer(self, ack: Ack, reply: Reply, caller: Caller) -> None:
        answer = drawn(self.desk.tools, reply, self._company(), caller.person)
        ack(response_type="ephemeral", text=answer["text"], blocks=answer["blocks"])

    def _plain(self, reply: Reply, caller: Caller) -> str:
        return self.renderer.error(reply, self._company(), caller.person)

    def _forms(self) -> Forms:
        return Forms(self.desk, self.renderer)

    def _name_of(self, slack_id: str) -> str | None:
        company = self._company()
        known = company.people.get(slack_id)
        if known is not None:
            return known.name
        group = company.groups.get(slack_id)
        return group.handle if group else None


def _is_news(record: logging.LogRecord) -> bool:
    """Bolt warns at each start that it leaves the token to `authorize`, which is what is meant."""
    return "will be ignored" not in record.getMessage()


def _as(request: Request, verb: str, text: str | None = None) -> Request:
    caller = request.caller
    words = request.text if text is None else text
    return Request(verb, caller, words, key=request.key, until=request.until)


def _until(context: Payload) -> float:
    """When a request's write gives up. What came by a socket counts from when a thread takes it."""
    return float(context.get(ARRIVED) or time.monotonic()) + STORED_WITHIN


def _field(view: Payload, reply: Reply) -> str:
    """The input a refusal belongs beside, else the last one people fill in."""
    inputs = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
    named = reply.field_name or BESIDE.get(reply.template)
    return named if named is not None and named in inputs else str(inputs[-1])
