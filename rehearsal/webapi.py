"""Answers one Web API call: token, scope and rate first, then the method itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from rehearsal.api import (
    blocks,
    bookmarks,
    chat,
    connections,
    conversations,
    directory,
    files,
    groups,
    pins,
    reactions,
    views,
)
from rehearsal.api.call import METHODS, Answer, Call, Method
from rehearsal.errors import SlackError
from rehearsal.limits import Limits
from rehearsal.multipart import parts
from rehearsal.workspace import Workspace

FAMILIES = (
    blocks,
    bookmarks,
    chat,
    connections,
    conversations,
    directory,
    files,
    groups,
    pins,
    reactions,
    views,
)
APP_SCOPES = frozenset({"connections:write"})
MULTIPART = "multipart/form-data"
FORMS = ("application/x-www-form-urlencoded", "text/plain", MULTIPART)


@dataclass
class WebApi:
    """Every method of the table, for one app with one bot token and one app-level token.

    `refused` says for a token why it is no longer good: `token_revoked`, `account_inactive` ...
    """

    workspace: Workspace
    limits: Limits
    bot_token: str
    app_token: str
    scopes: frozenset[str]
    base_url: Callable[[], str]
    socket_address: Callable[[], str]

    def __post_init__(self) -> None:
        self.refused: dict[str, str] = {}

    def answer(self, name: str, token: str, arguments: dict[str, Any]) -> tuple[int, Answer, int]:
        """The HTTP status, the body, and the seconds of Retry-After if there are any."""
        try:
            return 200, {"ok": True, **self._run(name, token, arguments)}, 0
        except SlackError as refusal:
            return refusal.status, refusal.answer(), refusal.retry_after

    def headers(self, token: str, retry_after: int = 0) -> dict[str, str]:
        """What stands beside a body: the scopes of a token that is good, and how long to wait."""
        of = {self.bot_token: self.scopes, self.app_token: APP_SCOPES}
        good = token in of and token not in self.refused
        found = {"X-OAuth-Scopes": ",".join(sorted(of[token]))} if good else {}
        return found | ({"Retry-After": str(retry_after)} if retry_after else {})

    def _run(self, name: str, token: str, arguments: dict[str, Any]) -> Answer:
        found = METHODS.get(name)
        if found is None:
            raise SlackError("unknown_method", req_method=name)
        if not found.open_to_all:
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
            return _warned(found.run(call), call.warnings)

    def _authorise(self, found: Method, token: str) -> None:
        if not token:
            raise SlackError("not_authed")
        if token in self.refused:
            raise SlackError(self.refused[token])
        if token not in (self.bot_token, self.app_token):
            raise SlackError("invalid_auth")
        if (token == self.app_token) != found.app_level:
            raise SlackError("not_allowed_token_type")


def _warned(answer: Answer, warnings: list[str]) -> Answer:
    """The answer with its warnings, said twice as Slack does (slack-platform 9.1)."""
    if not warnings:
        return answer
    more = {**answer.get("response_metadata", {}), "warnings": warnings}
    return {**answer, "warning": ",".join(warnings), "response_metadata": more}


def read_arguments(name: str, content_type: str, body: bytes, query: str) -> dict[str, Any]:
    """The arguments of a call, as JSON or as a form; raises SlackError for neither.

    A method that takes forms only doesn't look into a JSON body (slack-platform 9.1).
    """
    asked: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        found, method = _from_json(body), METHODS.get(name)
        return asked if method is not None and method.form_only else {**asked, **found}
    if body and kind not in FORMS:
        raise SlackError("invalid_post_type" if kind else "missing_post_type")
    try:
        if kind == MULTIPART:
            found = {key: part.decode() for key, part in parts(content_type, body).items()}
        else:
            found = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return {**asked, **found}
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
