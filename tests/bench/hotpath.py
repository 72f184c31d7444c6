"""Where the time of a press goes: its statements, the rows they change, and a profile, in this process."""

from __future__ import annotations

import cProfile
import io
import pstats
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from slack_bolt import BoltRequest
from sqlalchemy import Engine, event

from bot.clock import SystemClock
from bot.compose import Bot
from rehearsal.deliver import sign
from storage.database import Database
from tests.bench import copies
from tests.bench.installation import Installation
from tests.bench.presses import assertions
from tests.bench.pressing import announced_once
from tests.bench.report import Measured, spread
from tests.bench.sampling import Samples


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    presses = 80 if quick else 800
    installation = Installation(limits=False)
    found = Measured("hotpath: where the time of a press goes, by Bolt's door in this process")
    try:
        card = announced_once(installation)
        names = copies.announced(installation.file, 1000, presses // 4 + 40)
        database = Database.open(f"sqlite:///{installation.file}")
        bot = Bot(installation.settings(), database, SystemClock())
        secret = installation.box.signing_secret
        requests = [_request(p, secret) for p in assertions(installation, card, names)]
        for request in requests[:40]:
            bot.bolt.dispatch(request)
        plain, profiled = requests[40 : 40 + presses // 2], requests[40 + presses // 2 :]
        found.line("dispatch, nobody watching", spread([_timed(bot, each) for each in plain]))
        with _statements(found):
            bot.bolt.dispatch(profiled.pop())
        say(f"{len(profiled)} presses under the profiler")
        _profile(bot, profiled, found)
        for courier in (False, True):
            say("16 threads, the courier " + ("at work" if courier else "still"))
            more = copies.announced(installation.file, 5000 + 1000 * courier, presses // 2)
            together = [_request(p, secret) for p in assertions(installation, card, more)]
            _together(bot, together, courier, found)
        bot.courier.stop()
        database.close()
    finally:
        installation.close()
    return found


def _request(payload: str, secret: str) -> BoltRequest:
    body = urlencode({"payload": payload})
    stamp = str(int(time.time()))
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": sign(secret, stamp, body.encode()),
    }
    return BoltRequest(body=body, headers=headers)


def _timed(bot: Bot, request: BoltRequest) -> float:
    began = time.perf_counter()
    answer = bot.bolt.dispatch(request)
    took = time.perf_counter() - began
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {answer.body}")
    return took


@contextmanager
def _statements(found: Measured) -> Iterator[None]:
    """Each statement with its time and the rows it changed, as lines."""
    began: list[float] = []

    def before(connection: Any, *_: Any) -> None:
        began.append(time.perf_counter())

    def after(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        took = (time.perf_counter() - began.pop()) * 1e6
        words = " ".join(statement.split())
        kind = words if len(words) < 110 else f"{words[:52]} … {words[-52:]}"
        rows = cursor.rowcount
        changed = f", {rows} rows" if rows >= 0 and not words.startswith("SELECT") else ""
        found.line(f"{took:.0f} µs{changed}", kind)

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", before)
        event.remove(Engine, "after_cursor_execute", after)


def _profile(bot: Bot, requests: list[BoltRequest], found: Measured) -> None:
    profile = cProfile.Profile()
    profile.enable()
    for request in requests:
        bot.bolt.dispatch(request)
    profile.disable()
    for order in ("cumulative", "tottime"):
        out = io.StringIO()
        stats = pstats.Stats(profile, stream=out)
        stats.sort_stats(order).print_stats(60 if order == "cumulative" else 40)
        found.line(order, out.getvalue())


def _together(bot: Bot, requests: list[BoltRequest], courier: bool, found: Measured) -> None:
    """Sixteen threads press; with `courier` what they leave is sent meanwhile."""
    samples = Samples()
    if courier:
        bot.courier.start()
    began = time.perf_counter()
    with samples.taken(), ThreadPoolExecutor(16, "press") as threads:
        list(threads.map(bot.bolt.dispatch, requests))
    rate = len(requests) / (time.perf_counter() - began)
    found.line(f"16 threads, courier {'at work' if courier else 'still'}", f"{rate:.0f}/s")
    found.lines += samples.lines()
