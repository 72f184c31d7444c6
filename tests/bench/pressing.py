"""The press: a signed press that durably records an assertion, beside the same door writing as many rows bare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfile

from rehearsal.messages import Message
from tests.bench import copies
from tests.bench.installation import Installation, Server, free_port
from tests.bench.load import Loaded, press
from tests.bench.presses import OWNERS, assertions
from tests.bench.report import Measured, percentile, spread


@dataclass
class Side:
    """One of the two servers that are compared, and what its rounds came to."""

    name: str
    server: Server
    file: Path
    next_copy: int = 1000
    rounds: dict[str, list[Loaded]] = field(default_factory=lambda: defaultdict(list))

    def round(
        self,
        installation: Installation,
        card: Message,
        kind: str,
        presses: int,
        connections: int,
        rate: float | None = None,
    ) -> None:
        """New candidates, so many presses on them, and all cleared away again."""
        count = presses // len(OWNERS)
        names = copies.announced(self.file, self.next_copy, count)
        self.next_copy += count
        bodies = assertions(installation, card, names)
        before = copies.counts(self.file)["facts"]
        secret = installation.box.signing_secret
        try:
            loaded = press(self.server.port, secret, bodies, connections, rate)
        except RuntimeError as wrong:
            raise RuntimeError(f"{self.name}: {wrong}; {self.server.log.read_text()}") from wrong
        written = copies.counts(self.file)["facts"] - before
        copies.clear(self.file)
        if written < len(bodies):
            raise RuntimeError(f"{self.name}: {len(bodies)} presses wrote {written} facts")
        self.rounds[kind].append(loaded)

    def latencies(self, kind: str) -> list[float]:
        return [second for loaded in self.rounds[kind] for second in loaded.latencies]

    def p50(self, kind: str) -> float:
        return percentile(self.latencies(kind), 0.5)

    def p99(self, kind: str) -> float:
        return percentile(self.latencies(kind), 0.99)

    def rate(self, kind: str) -> float:
        """Presses a second over all rounds."""
        seconds = sum(loaded.seconds for loaded in self.rounds[kind])
        return len(self.latencies(kind)) / seconds


def announced_once(installation: Installation) -> Message:
    """The candidate that the copies are of, announced through a bot that then ends."""
    with installation.serving():
        card = installation.announce()
    copies.clear(installation.file)
    return card


def reference(installation: Installation, file: Path) -> Server:
    environment = installation.environment(free_port(), file)
    return Server(["tests.bench.reference", str(file)], environment, installation.folder)


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    rounds, presses = (1, 80) if quick else (5, 400)
    installation = Installation(limits=False)
    try:
        card = announced_once(installation)
        other = installation.folder / "reference.db"
        copyfile(installation.file, other)
        with installation.serve() as mine, reference(installation, other) as bare:
            ours = Side("ours", mine.ready(), installation.file)
            theirs = Side("reference", bare.ready(), other)
            for side in (ours, theirs):
                side.round(installation, card, "warm-up", 80, 4)
            for number in range(rounds):
                say(f"round {number + 1} of {rounds}")
                for side in (ours, theirs):
                    side.round(installation, card, "1", presses, 1)
                    side.round(installation, card, "16", 2 * presses, 16)
                    side.round(installation, card, "50/s", presses, 16, rate=50)
    finally:
        installation.close()
    return _told(ours, theirs)


def _told(ours: Side, theirs: Side) -> Measured:
    found = Measured("press: a signed press that durably records an assertion")
    for side in (ours, theirs):
        found.line(f"{side.name}, 1 connection", spread(side.latencies("1")))
        sixteen = spread(side.latencies("16"))
        found.line(f"{side.name}, 16 connections", f"{side.rate('16'):.0f}/s, {sixteen}")
        found.line(f"{side.name}, 50/s offered", spread(side.latencies("50/s")))
    found.bar("press-1-p50-times-reference", ours.p50("1") / theirs.p50("1"), 2)
    share = ours.rate("16") / theirs.rate("16")
    found.bar("press-16-share-of-reference", share, 0.5, at_most=False)
    found.bar("press-50/s-p99-ms", ours.p99("50/s") * 1e3, 100)
    return found
