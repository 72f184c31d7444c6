"""A program that presses: from a process of its own, over kept connections, counting from when each press was due."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

import uvloop

from rehearsal.deliver import sign
from tests.bench.installation import ROOT


@dataclass(frozen=True)
class Plan:
    """`rate` presses a second are due (an open loop); None: each connection presses as fast as it can."""

    port: int
    secret: str
    connections: int
    payloads: str
    """A file with one payload a line."""
    rate: float | None = None
    path: str = "/slack/events"


@dataclass(frozen=True)
class Loaded:
    """What came of it. `latencies` in seconds, in no order; `begun` by the wall clock."""

    begun: float
    seconds: float
    latencies: list[float]
    statuses: dict[str, int]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


def press(
    port: int, secret: str, payloads: Sequence[str], connections: int, rate: float | None = None
) -> Loaded:
    """Send these payloads from another process. Raises RuntimeError unless every answer is 200."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(f"{payload}\n" for payload in payloads)
        file.flush()
        plan = json.dumps(asdict(Plan(port, secret, connections, file.name, rate)))
        command = [sys.executable, "-m", "tests.bench.load"]
        done = subprocess.run(command, input=plan, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    loaded = Loaded(**json.loads(done.stdout))
    if set(loaded.statuses) != {"200"}:
        raise RuntimeError(f"presses were answered {loaded.statuses}")
    return loaded


class Load:
    """The presses of one plan, shared out among the connections in their order."""

    def __init__(self, plan: Plan, bodies: Sequence[bytes]) -> None:
        self._plan, self._bodies = plan, bodies
        self._latencies: list[float] = []
        self._statuses: Counter[str] = Counter()
        self._begun = 0.0

    async def run(self) -> Loaded:
        streams = [
            await asyncio.open_connection("127.0.0.1", self._plan.port)
            for _ in range(self._plan.connections)
        ]
        begun, self._begun = time.time(), time.perf_counter()
        turns = iter(range(len(self._bodies)))
        await asyncio.gather(*(self._press(turns, *stream) for stream in streams))
        seconds = time.perf_counter() - self._begun
        for _, writer in streams:
            writer.close()
        return Loaded(begun, seconds, self._latencies, dict(self._statuses))

    async def _press(
        self, turns: Iterator[int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        for turn in turns:
            due = time.perf_counter()
            if self._plan.rate is not None:
                due = self._begun + turn / self._plan.rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(self._request(self._bodies[turn]))
            status = await _status(reader)
            self._latencies.append(time.perf_counter() - due)
            self._statuses[status] += 1

    def _request(self, body: bytes) -> bytes:
        stamp = str(int(time.time()))
        head = (
            f"POST {self._plan.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nAccept: application/json,*/*\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\n"
            f"X-Slack-Signature: {sign(self._plan.secret, stamp, body)}\r\n\r\n"
        )
        return head.encode() + body


async def _status(reader: asyncio.StreamReader) -> str:
    """Read one answer whole; its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines if line)
    await reader.readexactly(int(fields.get("content-length", "0")))
    return first.split()[1]


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    with open(plan.payloads) as lines:
        bodies = [urlencode({"payload": line.rstrip("\n")}).encode() for line in lines]
    json.dump(asdict(uvloop.run(Load(plan, bodies).run())), sys.stdout)


if __name__ == "__main__":
    main()
