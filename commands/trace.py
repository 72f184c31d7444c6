"""`trace`: why a candidate went out: every fact in order, who was told, on what evidence, what was waived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from commands.act import Act
from commands.history import whole
from commands.naming import meant
from commands.request import Reply
from commands.standing import stand
from rules.faulting import went_out
from storage.auditing import Asked, Sent

SHOWN = 40
ADDRESS = "https://slack.com/app_redirect?channel={channel}&message_ts={ts}"
"""Leads to a message in whichever workspace the reader is signed in to."""


@dataclass(frozen=True)
class Told:
    """Somebody who was asked for their word: on which states, and since when they know."""

    person: str
    states: tuple[str, ...]
    at: datetime | None


def run(act: Act) -> Reply:
    """All about one candidate, as much of it as a message holds; the last facts of many."""
    found = meant(act.reader, act.tools, act.request.text, known=True, fits=went_out)
    name = found.candidate.name
    entries = whole(act.reader, name)
    sent = act.reader.sent_about([name])
    about = {
        "standing": stand(act.reader, found.candidate, act.now),
        "candidate": found.candidate,
        "facts": entries[-SHOWN:],
        "left_out": max(0, len(entries) - SHOWN),
        "asked": told(act.reader.asked_about([name])),
        "links": links(sent),
        "card": next((address(m) for m in sent if m.kind == "card"), None),
    }
    return Reply("trace", about)


def told(asked: Iterable[Asked]) -> list[Told]:
    """Who was asked, each person once, with every state."""
    found: dict[str, Told] = {}
    for each in asked:
        before = found.get(each.person)
        states = (*(before.states if before else ()), each.state)
        at = each.delivered_at or (before.at if before else None)
        found[each.person] = Told(each.person, tuple(dict.fromkeys(states)), at)
    return list(found.values())


def links(sent: Iterable[Sent]) -> dict[int, str]:
    """Where in Slack each fact was told, by the fact's number; direct messages left out."""
    outcomes = (m for m in sent if m.kind == "outcome" and m.about.get("fact"))
    return {int(m.about["fact"]): found for m in outcomes if (found := address(m))}


def address(message: Sent) -> str | None:
    """A link to a message that Slack has accepted."""
    if message.channel is None or message.ts is None:
        return None
    return ADDRESS.format(channel=message.channel, ts=message.ts)
