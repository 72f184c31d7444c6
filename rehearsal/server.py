"""The box's one HTTP server: Web API, response urls, uploads, sockets and the bot's front door."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import struct
import time
from collections.abc import MutableMapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from rehearsal import answers
from rehearsal.api.files import receive
from rehearsal.errors import SlackError
from rehearsal.faults import Fault
from rehearsal.inside import Inside
from rehearsal.page.routes import Page
from rehearsal.record import ApiCall
from rehearsal.webapi import read_arguments

DOOR_SECONDS = 30.0
HOP_HEADERS = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})
Transports = MutableMapping[tuple[str, int], asyncio.Transport]


def protocol_for(transports: Transports) -> type[asyncio.Protocol]:
    """An HTTP protocol that notes its transport, so that a fault can cut the connection."""

    class Noted(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            self._peer = tuple(transport.get_extra_info("peername")[:2])
            if isinstance(transport, asyncio.Transport):
                transports[self._peer] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if transports.get(self._peer) is self.transport:
                del transports[self._peer]

    return Noted


class Server:
    """The routes of the box; `transports` holds the live connections by their peer."""

    def __init__(self, box: Inside) -> None:
        self._box = box
        self.transports: dict[tuple[str, int], asyncio.Transport] = {}
        self._door: anyio.CapacityLimiter | None = None
        self.page = Page(box)
        every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
        self.app = Starlette(
            routes=[
                *self.page.routes(),
                Route("/api/{method}", self.api, methods=["GET", "POST"]),
                Route("/response/{kind}/{token}", self.response_url, methods=["POST"]),
                Route("/upload/{file_id}", self.upload, methods=["POST", "PUT"]),
                Route("/public{path:path}", self.front_door, methods=every),
                WebSocketRoute("/link/", self.link),
            ]
        )

    async def dated(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application, whose answers bear the workspace's own time, as Slack's bear Slack's."""

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                at = format_datetime(self._box.now(), usegmt=True)
                message["headers"] = [*message["headers"], (b"date", at.encode())]
            await send(message)

        await self.app(scope, receive, send_dated)

    async def api(self, request: Request) -> Response:
        started, at = time.monotonic(), self._box.now()
        method = request.path_params["method"]
        arguments, token = await _read(request)
        fault = self._box.faults.next_for(method)
        if fault is not None and not fault.accepts:
            status, body, wait = _failure(fault)
        elif isinstance(arguments, SlackError):
            status, body, wait = 200, arguments.answer(), 0
        else:
            status, body, wait = self._box.api.answer(method, token, arguments)
            await self._accepted(method, arguments, body)
        kept = {} if isinstance(arguments, SlackError) else arguments
        if fault is not None and fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        took, kind = time.monotonic() - started, fault.kind if fault else None
        self._box.record.keep_call(ApiCall(method, kept, body, status, at, took, kind))
        if kind in ("lost", "refused"):
            return self._cut(request, reset=kind == "refused")
        return JSONResponse(body, status, self._box.api.headers(token, wait))

    async def _accepted(self, method: str, arguments: dict[str, Any], body: Any) -> None:
        witness = self._box.faults.on_accept
        if witness is not None and body.get("ok"):
            await run_in_threadpool(witness, method, arguments)

    async def response_url(self, request: Request) -> Response:
        name = "response_url"
        started, at, body = time.monotonic(), self._box.now(), await request.body()
        fault = self._box.faults.next_for(name)
        said, status, text = _parsed(body), 200, "ok"
        if fault is None or fault.accepts:
            try:
                with self._box.workspace.lock:
                    answers.spend(self._box.workspace, request.path_params["token"], said)
            except SlackError as refusal:
                status, text = refusal.status, refusal.error
        else:
            status, failure, _ = _failure(fault)
            text = failure["error"]
            status = 400 if status == 200 else status
        kept = said if isinstance(said, dict) else {}
        if status == 200:
            await self._accepted(name, kept, {"ok": True})
        if fault is not None and fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        answer = {"ok": status == 200, "error": text}
        took, kind = time.monotonic() - started, fault.kind if fault else None
        self._box.record.keep_call(ApiCall(name, kept, answer, status, at, took, kind))
        if kind in ("lost", "refused"):
            return self._cut(request, reset=kind == "refused")
        headers = {"Retry-After": str(int(fault.seconds))} if fault and status == 429 else None
        return PlainTextResponse(text, status, headers)

    async def upload(self, request: Request) -> Response:
        content, kind = await request.body(), request.headers.get("content-type", "")
        try:
            with self._box.workspace.lock:
                size = receive(self._box.workspace, request.path_params["file_id"], kind, content)
        except SlackError as refusal:
            return PlainTextResponse(refusal.error, refusal.status)
        return PlainTextResponse(f"OK - {size}")

    async def link(self, websocket: WebSocket) -> None:
        await self._box.sockets.serve(websocket)

    async def front_door(self, request: Request) -> Response:
        """Passes a request on to the bot's own port, as its owner's reverse proxy would."""
        if self._box.faults.outage or self._box.bot_address is None:
            return PlainTextResponse("Bad Gateway", 502)
        path = request.path_params["path"] or "/"
        target = f"{path}?{request.url.query}" if request.url.query else path
        headers = {k: v for k, v in request.headers.items() if k not in HOP_HEADERS}
        content = await request.body()
        if self._door is None:
            self._door = anyio.CapacityLimiter(200)
        try:
            status, named, body = await anyio.to_thread.run_sync(
                _pass_on,
                self._box.bot_address,
                request.method,
                target,
                content,
                headers,
                limiter=self._door,
            )
        except (OSError, http.client.HTTPException):
            return PlainTextResponse("Bad Gateway", 502)
        return Response(body, status, named)

    def cut(self, connection: HTTPConnection, *, reset: bool = False) -> None:
        """Ends a connection without a word: by RST if `reset`, else by closing it."""
        if connection.client is None:
            return
        transport = self.transports.pop((connection.client.host, connection.client.port), None)
        if transport is None:
            return
        if reset:
            wire = transport.get_extra_info("socket")
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    def _cut(self, request: Request, *, reset: bool) -> Response:
        self.cut(request, reset=reset)
        return Response(status_code=500)


async def _read(request: Request) -> tuple[dict[str, Any] | SlackError, str]:
    """The arguments (or why they cannot be read) and the token, from header or form."""
    content_type = request.headers.get("content-type", "")
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    try:
        name, body = request.path_params["method"], await request.body()
        arguments = read_arguments(name, content_type, body, request.url.query)
    except SlackError as refusal:
        return refusal, ""
    token = arguments.pop("token", "")
    return arguments, bearer.strip() if scheme.lower() == "bearer" else str(token)


def _failure(fault: Fault) -> tuple[int, dict[str, Any], int]:
    if fault.kind == "limited":
        return 429, {"ok": False, "error": "ratelimited"}, int(fault.seconds)
    return 200 if fault.kind == "misshapen" else 500, {"ok": False, "error": fault.error}, 0


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _pass_on(
    address: str, method: str, target: str, content: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.netloc, timeout=DOOR_SECONDS)
    try:
        connection.request(method, target, content or None, headers)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    named = {k: v for k, v in answer.getheaders() if k.lower() not in HOP_HEADERS}
    return answer.status, named, body
