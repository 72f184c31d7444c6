"""What 100 presses on one card within ten seconds cost of Slack's calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from rehearsal.messages import Message
from rehearsal.record import ApiCall
from tests.bench.installation import NAME, Installation, wait_for
from tests.bench.load import press
from tests.bench.presses import OWNERS, distinct, pressed
from tests.bench.report import Measured

PRESSES, SECONDS = 100, 10.0
SETTLED = 6.0
"""Seconds without a call after which everything has been said."""


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    installation = Installation()
    try:
        with installation.serving() as server:
            card = installation.announce()
            time.sleep(2 if quick else 15)  # so that the announcement's calls are not counted
            before = installation.box.record.count()
            say(f"{PRESSES} presses in {SECONDS:.0f} s")
            secret, rate = installation.box.signing_secret, PRESSES / SECONDS
            press(server.port, secret, presses(installation, card), 4, rate)
            wait_for(lambda: _silent(installation, SETTLED), 120, 0.2)
            calls = installation.box.record.calls
    finally:
        installation.close()
    return _told(calls, calls[before:], card)


def presses(installation: Installation, card: Message) -> list[str]:
    """Every quarter another owner asserts; the others lift halts that are not there, which mends the card."""
    quarter = PRESSES // len(OWNERS)
    found = []
    for owner in OWNERS:
        verbs = ["assert"] + ["lift"] * (quarter - 1)
        found += [distinct(pressed(installation, card, owner, verb, NAME)) for verb in verbs]
    return found


def _silent(installation: Installation, seconds: float) -> bool:
    """Whether the last call was so long ago."""
    last = installation.box.record.calls[-1]
    return (installation.box.now() - last.at).total_seconds() > seconds


def _told(every: Sequence[ApiCall], since: Sequence[ApiCall], card: Message) -> Measured:
    found = Measured(
        f"storm: Slack's calls for {PRESSES} presses on one card within {SECONDS:.0f} s"
    )
    of_card = [c for c in since if c.method == "chat.update" and c.arguments.get("ts") == card.ts]
    thread = [c for c in since if _in_thread(c, card)]
    posts = [c for c in every if _is_card(c, card)]
    others: dict[str, int] = {}
    for call in since:
        if call not in of_card and call not in thread:
            name = call.method + ("" if call.ok else f" ({call.answer.get('error')})")
            others[name] = others.get(name, 0) + 1
    last = str(of_card[-1].arguments.get("blocks")) if of_card else ""
    states = last.count("asserted")
    found.line("edits of the card", str(len(of_card)))
    found.line("posts in its thread", str(len(thread)))
    found.line("other calls (edits of direct messages, private answers)", str(others))
    found.bar("storm-card-posts", len(posts), 1)
    found.bar("storm-card-edits", len(of_card), 5)
    found.bar("storm-thread-posts", len(thread), 5)
    found.bar("storm-states-on-the-last-edit", states, 4, at_most=False)
    return found


def _in_thread(call: ApiCall, card: Message) -> bool:
    return call.method == "chat.postMessage" and call.arguments.get("thread_ts") == card.ts


def _is_card(call: ApiCall, card: Message) -> bool:
    return call.method == "chat.postMessage" and call.ok and call.answer.get("ts") == card.ts
