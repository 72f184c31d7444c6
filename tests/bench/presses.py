"""Presses as Slack sends them, ready to be signed, each a real payload of the box's with another candidate in it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

from rehearsal import payloads
from rehearsal.messages import Message
from rehearsal.tickets import ResponseUrl
from tests.bench.installation import NAME, VERSION, Installation

OWNERS = ("alice", "sam", "omar", "rita")
_numbers = itertools.count(1)


def assertions(installation: Installation, card: Message, names: Sequence[str]) -> list[str]:
    """Each of the four owners asserts each of these candidates: payloads as JSON text."""
    found = []
    for owner in OWNERS:
        template = pressed(installation, card, owner, "assert", NAME)
        for name in names:
            found.append(renamed(template, name))
    return found


def pressed(installation: Installation, card: Message, who: str, verb: str, name: str) -> str:
    """One button of a card pressed: a payload as JSON text."""
    workspace = installation.box.workspace
    action = {
        "type": "button",
        "action_id": f"do:{verb}:0",
        "block_id": "acts",
        "text": {"type": "plain_text", "text": verb.capitalize(), "emoji": True},
        "value": f"{verb} {name}",
    }
    with workspace.lock:
        user = workspace.user(who)
        ticket = ResponseUrl(user.id, card.channel, workspace.now(), "bench", source=card.ts)
        url = f"{installation.box.url}/response/actions/{workspace.response_urls.issue(ticket)}"
        return json.dumps(payloads.press_in_message(workspace, user, card, action, {}, url))


def renamed(template: str, name: str) -> str:
    """The same press on another candidate, at another instant."""
    version = name.partition("@")[2].partition("#")[0]
    return distinct(template.replace(VERSION, version))


def distinct(template: str) -> str:
    """The same press at another instant, so that it is no replay."""
    payload = json.loads(template)
    number = next(_numbers)
    payload["actions"][0]["action_ts"] = f"1795000000.{number:06d}"
    payload["trigger_id"] += f".{number}"
    return json.dumps(payload)
