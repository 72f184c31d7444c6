"""The one web application: Slack over HTTP, health, readiness and metrics (DESIGN 6)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

import anyio
from slack_bolt import App
from slack_bolt.response import BoltResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.guard import MOST_BYTES, Guard
from bot.knocking import KNOCK
from bot.manifest import REQUEST_PATH
from bot.payloads import dispatched, http_request
from bot.slack import ARRIVED

THREADS = 32
"""How many presses are worked on at once; SQLite has one writer anyway."""
FEW = 2


class Hears(Protocol):
    """Who wants to know what came to Slack's request URL."""

    def accepted(self, body: Mapping[str, Any]) -> None:
        """Signed with our secret; what Bolt makes of it."""

    def refused(self, body: bytes) -> None:
        """Not signed with our secret, whoever sent it."""

    def knocked(self, body: bytes) -> str | None:
        """Signed with our secret, by a replica; the answer, if it is one of ours."""


class Web:
    """Routes over the parts the composition root has made."""

    def __init__(
        self,
        bolt: App,
        guard: Guard | None,
        hears: Hears,
        replica: str,
        ready: Callable[[], Mapping[str, Any]],
        metrics: Callable[[], str],
    ) -> None:
        """`guard` is None in Socket Mode, where nothing of Slack's comes in by HTTP.

        `hears` hears what came in, and answers our own knocks.
        """
        self._bolt, self._guard, self._replica = bolt, guard, replica
        self._hears = hears
        self._ready, self._metrics = ready, metrics
        self._threads: anyio.CapacityLimiter | None = None
        self._few: anyio.CapacityLimiter | None = None

    def app(self) -> Starlette:
        routes = [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._show_metrics),
        ]
        if self._guard is not None:
            routes.append(Route(REQUEST_PATH, self._slack, methods=["POST"]))
        return Starlette(routes=routes)

    async def _slack(self, request: Request) -> Response:
        """Slack's one request URL. 401 with nothing parsed where the guard does not admit it."""
        assert self._guard is not None
        body = await _read(request)
        if body is not None and b"ssl_check=1" in body.split(b"&"):
            return PlainTextResponse("")  # Slack looks at our certificate; nothing is done
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if body is None or not self._guard.admits(body, stamp, signature):
            if body is not None and not self._guard.signed(body, stamp, signature):
                await anyio.to_thread.run_sync(self._hears.refused, body, limiter=self._aside())
            return JSONResponse({"error": "invalid request"}, status_code=401)
        if KNOCK in request.headers:
            return await self._knocked(body)
        answer = await anyio.to_thread.run_sync(
            self._dispatch, body, dict(request.headers), time.monotonic(), limiter=self._limiter()
        )
        headers = {name: values[0] for name, values in answer.headers.items()}
        return Response(answer.body, answer.status, headers)

    def _dispatch(self, body: bytes, headers: Mapping[str, str], arrived: float) -> BoltResponse:
        context = {ARRIVED: arrived}
        read = partial(http_request, body, headers, context)
        return dispatched(self._bolt, read, self._hears.accepted)

    async def _knocked(self, body: bytes) -> Response:
        """Our own public path, tried by a replica: answered only by one that shares its database."""
        answer = await anyio.to_thread.run_sync(self._hears.knocked, body, limiter=self._aside())
        if answer is None:
            return PlainTextResponse("another installation's", status_code=409)
        return PlainTextResponse(answer)

    def _aside(self) -> anyio.CapacityLimiter:
        """A thread or two for what is no press, so that a flood of it holds up none."""
        if self._few is None:
            self._few = anyio.CapacityLimiter(FEW)
        return self._few

    def _limiter(self) -> anyio.CapacityLimiter:
        """Bolt's own threads: the default forty are shared with whatever else runs."""
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(THREADS)
        return self._threads

    async def _healthz(self, request: Request) -> Response:
        """The process lives; the header says which one, so that the door's check knows itself."""
        return PlainTextResponse("ok\n", headers={"x-presumptive-replica": self._replica})

    async def _readyz(self, request: Request) -> Response:
        state = await anyio.to_thread.run_sync(self._ready)
        return JSONResponse(dict(state), status_code=200 if state["ready"] else 503)

    async def _show_metrics(self, request: Request) -> Response:
        text = await anyio.to_thread.run_sync(self._metrics)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


async def _read(request: Request) -> bytes | None:
    """The raw body; None as soon as it is larger than anything Slack sends."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)
