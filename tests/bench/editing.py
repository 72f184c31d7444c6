"""From a press to its card's first edit, with no limit in the way."""

from __future__ import annotations

import time
from collections.abc import Callable

from rehearsal.record import ApiCall
from tests.bench import copies
from tests.bench.installation import NAME, Installation, Server, wait_for
from tests.bench.load import press
from tests.bench.presses import pressed, renamed
from tests.bench.pressing import announced_once
from tests.bench.report import Measured, percentile, spread

EVERY = 1.7
"""Seconds between presses: an edit is allowed every 1.5 s, a post in a channel every 1.05 s."""


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    """Each press is on another candidate, of which there is only the card: no other edit is in the way."""
    samples = 5 if quick else 100
    installation = Installation(limits=False)
    try:
        card = announced_once(installation)
        with installation.serving() as server:
            names = copies.announced(installation.file, 1000, samples + 1, asks=False)
            template = pressed(installation, card, "alice", "assert", NAME)
            say(f"{samples} presses, one every {EVERY} s")
            took = []
            for name in names:
                time.sleep(EVERY)
                took.append(_one(installation, server, renamed(template, name)))
    finally:
        installation.close()
    del took[0]  # the first one warms everything up
    found = Measured("edit: from a press to the card's first edit")
    edited, acknowledged = [each[0] for each in took], [each[1] for each in took]
    slowest = [f"{e * 1e3:.0f} ({a * 1e3:.0f})" for e, a in sorted(took)[-5:]]
    found.line("sent until Slack has the edit", spread(edited))
    found.line("sent until acknowledged", spread(acknowledged))
    found.line("slowest edits (their acknowledgements), ms", ", ".join(slowest))
    found.bar("edit-p99-ms", percentile(edited, 0.99) * 1e3, 300)
    return found


def _one(installation: Installation, server: Server, payload: str) -> tuple[float, float]:
    """Seconds from one press to the edit that follows it, and to its acknowledgement."""
    record, secret = installation.box.record, installation.box.signing_secret
    before = record.count("chat.update")
    loaded = press(server.port, secret, [payload], 1)
    edit = wait_for(lambda: record.of("chat.update")[before:])[0]
    return _arrived(edit) - loaded.begun, loaded.latencies[0]


def _arrived(call: ApiCall) -> float:
    """When the box had the call, by the wall clock which both processes share."""
    return call.at.timestamp()
