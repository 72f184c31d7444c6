"""The page's addresses: what a browser may ask of the workspace, and how it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import resources
from pathlib import PurePath
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from rehearsal.inside import Inside
from rehearsal.page.acts import Acts
from rehearsal.page.asking import Refused, asked, iso, must_be_here, number_of, text_of
from rehearsal.page.guide import Guide
from rehearsal.page.live import Live, Told
from rehearsal.page.mover import Mover
from rehearsal.page.places import Marks
from rehearsal.page.shapes import image_type
from rehearsal.page.snapshot import Snapshot
from rehearsal.page.switches import switch, switches
from rehearsal.page.traffic import traffic
from rehearsal.person import Person

MOST_AT_ONCE = 40
"""How many acts wait for the bot at the same time; further ones wait their turn."""
POLICY = (
    "default-src 'self'; img-src 'self' data: https:; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
)
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
Endpoint = Callable[[Request], Awaitable[Response]]
Got = TypeVar("Got")


def guarded(endpoint: Endpoint) -> Endpoint:
    """The endpoint for this machine's browsers only; what it refuses is told in JSON."""

    async def guard(request: Request) -> Response:
        try:
            must_be_here(request)
            response = await endpoint(request)
        except Refused as refused:
            response = _wrong(refused.status, refused.sentence)
        except LookupError as unknown:
            if type(unknown) is not LookupError:
                raise
            response = _wrong(404, str(unknown))
        except PermissionError as forbidden:
            response = _wrong(403, str(forbidden))
        except ValueError as odd:
            response = _wrong(400, str(odd))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return guard


def _wrong(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status)


class Page:
    """One workspace's page; whatever may wait does so in threads, beside the server's loop."""

    def __init__(self, box: Inside) -> None:
        self._box = box
        self._mover, self._marks = Mover(box), Marks()
        self._snapshot = Snapshot(box, self._mover, self._marks, Guide(box))
        self._acts = Acts(box, self._marks)
        self.live = Live(self._told, lambda: self._mover.moving)
        self._acting: anyio.CapacityLimiter | None = None
        box.pulse.listeners.append(self.live.wake)

    def routes(self) -> list[Route]:
        asking = {
            "/": self._index,
            "/page/static/{name}": self._static,
            "/page/state": self._state,
            "/page/live": self._live,
            "/page/traffic": self._traffic,
            "/page/file/{file_id}": self._file,
        }
        telling = {"/page/act": self._act, "/page/clock": self._clock, "/page/fault": self._fault}
        return [
            *(Route(path, guarded(each), methods=["GET"]) for path, each in asking.items()),
            *(Route(path, guarded(each), methods=["POST"]) for path, each in telling.items()),
        ]

    def _told(self) -> Told:
        """Where things stand: what every open page hears."""
        return {
            "revision": self._box.pulse.revision,
            "now": iso(self._box.now()),
            "moving": self._mover.moving,
        }

    def _person(self, name: object) -> Person:
        """The person to act as, by name or id; without one the first there is."""
        users = self._box.workspace.users
        wanted = str(name) if name else next(iter(users))
        user = self._box.workspace.user(wanted)
        if user.is_bot:
            raise LookupError(f"{user.name} acts for itself")
        return Person(self._box, user.id)

    # The page itself.

    async def _index(self, request: Request) -> Response:
        return _packaged("index.html")

    async def _static(self, request: Request) -> Response:
        return _packaged(request.path_params["name"])

    async def _file(self, request: Request) -> Response:
        found = self._box.workspace.files.get(request.path_params["file_id"])
        if found is None or found["content"] is None:
            raise LookupError("there is no such file")
        kind = image_type(found["name"])
        headers = {"Content-Security-Policy": FILE_POLICY}
        if kind is None:
            headers["Content-Disposition"] = "attachment"
        return Response(found["content"], 200, headers, kind or "application/octet-stream")

    # Looking.

    async def _state(self, request: Request) -> Response:
        query = request.query_params
        person = self._person(query.get("as"))
        place, thread_ts = query.get("place") or None, query.get("thread") or None
        return await _aside(lambda: JSONResponse(self._snapshot.of(person, place, thread_ts)), None)

    async def _live(self, request: Request) -> Response:
        return StreamingResponse(self.live.stream(), media_type="text/event-stream")

    async def _traffic(self, request: Request) -> Response:
        after = number_of(request.query_params.get("after", "0"), "after")
        limit = number_of(request.query_params.get("limit", "200"), "limit")
        return await _aside(
            lambda: JSONResponse(traffic(self._box.record, self._box.workspace, after, limit)), None
        )

    # Doing.

    async def _act(self, request: Request) -> Response:
        said = await asked(request)
        person = self._person(text_of(said, "as"))
        if self._acting is None:
            self._acting = anyio.CapacityLimiter(MOST_AT_ONCE)
        return JSONResponse(await _aside(lambda: self._acts.do(person, said), self._acting))

    async def _clock(self, request: Request) -> Response:
        said = await asked(request)
        person, to = self._person(text_of(said, "as")), text_of(said, "to")
        target = await _aside(lambda: self._mover.start(to, person.user), None)
        return JSONResponse({"target": iso(target)}, 202)

    async def _fault(self, request: Request) -> Response:
        said = await asked(request)
        name, on = text_of(said, "set"), said.get("on")
        if not isinstance(on, bool):
            raise Refused(400, "on is true or false.")
        await _aside(lambda: switch(self._box.faults, name, on), None)
        return JSONResponse({"faults": switches(self._box.faults)})


async def _aside(work: Callable[[], Got], limiter: anyio.CapacityLimiter | None) -> Got:
    """Does what may wait in a thread, so that the loop lives; a server that stops waits for none."""
    return await anyio.to_thread.run_sync(work, limiter=limiter, abandon_on_cancel=True)


def _packaged(name: str) -> Response:
    """A file that came with the page; raises LookupError where there is none."""
    if PurePath(name).name != name or name.startswith("."):
        raise LookupError("there is no such file")
    found: Any = resources.files("rehearsal.page").joinpath("static", name)
    if not found.is_file():
        raise LookupError("there is no such file")
    kind = TYPES.get(PurePath(name).suffix, "application/octet-stream")
    return Response(found.read_bytes(), 200, {"Cache-Control": "no-cache"}, kind)
