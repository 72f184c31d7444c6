"""The press with a long past stored, against an empty database, in interleaved rounds."""

from __future__ import annotations

from collections.abc import Callable
from shutil import copyfile

from tests.bench import copies
from tests.bench.installation import Installation
from tests.bench.pressing import Side, announced_once
from tests.bench.report import Measured, spread

CANDIDATES, FACTS = 100_000, 1_000_000


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    candidates, facts = (1000, 10_000) if quick else (CANDIDATES, FACTS)
    rounds, presses = (2, 80) if quick else (8, 400)
    installation = Installation(limits=False)
    try:
        card = announced_once(installation)
        full = installation.folder / "full.db"
        copyfile(installation.file, full)
        say(f"storing {facts} facts of {candidates} candidates")
        copies.past(full, candidates, facts)
        stored = copies.counts(full)
        size = full.stat().st_size / 1e6
        with installation.serve() as first, installation.serve(full) as second:
            sides = (
                Side("empty", first.ready(), installation.file),
                Side("full", second.ready(), full),
            )
            for side in sides:
                side.round(installation, card, "warm-up", 80, 1)
            for number in range(rounds):
                say(f"round {number + 1} of {rounds}")
                for side in sides if number % 2 else reversed(sides):
                    side.round(installation, card, "1", presses, 1)
    finally:
        installation.close()
    empty, crowded = sides
    found = Measured("crowded: the same press with a long past stored")
    rows = ", ".join(f"{many} {table}" for table, many in stored.items())
    found.line("stored", f"{rows}, {size:.0f} MB")
    for side in sides:
        found.line(f"{side.name}, 1 connection", spread(side.latencies("1")))
    found.bar("crowded-p50-times-empty", crowded.p50("1") / empty.p50("1"), 1.2)
    found.bar("crowded-p99-times-empty", crowded.p99("1") / empty.p99("1"), 1.5)
    return found
