"""Gives blocks and elements the ids Slack would generate where the bot left them out."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from rehearsal.blockkit import elements_of


def with_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A copy of the blocks in which every block_id and action_id is present."""
    found = copy.deepcopy(blocks)
    for block in found:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for element in elements_of(block):
            if element["type"] != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4))
    return found
