"""Answers one Web API call: token, scope and rate first, then the method itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from rehearsal.api import chat, connections, conversations, directory, files, views
from rehearsal.api.call import METHODS, Answer, Call, Method
from rehearsal.errors import SlackError
from rehearsal.limits import Limits
from rehearsal.workspace import Workspace

FAMILIES = (chat, connections, conversations, directory, files, views)


@dataclass
class WebApi:
    """Every method of the table, for one app with one bot token and one app-level token."""

    workspace: Workspace
    limits: Limits
    bot_token: str
    app_token: str
    scopes: frozenset[str]
    base_url: Callable[[], str]
    socket_address: Callable[[], str]

    def answer(self, name: str, token: str, arguments: dict[str, Any]) -> tuple[int, Answer, int]:
        """The HTTP status, the body, and the seconds of Retry-After if there are any."""
        try:
            return 200, {"ok": True, **self._run(name, token, arguments)}, 0
        except SlackError as refusal:
            return refusal.status, refusal.answer(), refusal.retry_after

    def _run(self, name: str, token: str, arguments: dict[str, Any]) -> Answer:
        found = METHODS.get(name)
        if found is None:
            raise SlackError("unknown_method", req_method=name)
        self._authorise(found, token)
        call = Call(
            name,
            arguments,
            self.workspace,
            self.limits,
            self.scopes,
            self.base_url(),
            self.socket_address,
        )
        if found.scope:
            call.need(found.scope)
        with self.workspace.lock:
            self.limits.spend(name, found.tier)
            return found.run(call)

    def _authorise(self, found: Method, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token not in (self.bot_token, self.app_token):
            raise SlackError("invalid_auth")
        if (token == self.app_token) != found.app_level:
            raise SlackError("not_allowed_token_type")


def read_arguments(content_type: str, body: bytes, query: str) -> dict[str, Any]:
    """The arguments of a call, as JSON or as a form; raises SlackError for neither."""
    asked: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if content_type.startswith("application/json"):
        return {**asked, **_from_json(body)}
    try:
        return {**asked, **dict(parse_qsl(body.decode(), keep_blank_values=True))}
    except UnicodeDecodeError:
        raise SlackError("invalid_form_data") from None


def _from_json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(found, dict):
        raise SlackError("json_not_object")
    found.pop("token", None)
    return found
