"""How Slack counts a message's blocks, and where ours stop, so that none is refused for its length (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

LONGEST = 8000
"""Where our messages stop. Slack names no number; by this count it was seen to refuse at about 13,200."""
CONTAINER = 100
"""What Slack adds, about, for each block beside the texts in it."""
MOST_BLOCKS = 50
COUNTED = frozenset(
    ("text", "alt_text", "fallback", "format", "url", "user_id", "usergroup_id", "channel_id")
)
"""The keys under which stands what is shown or read; what a button says to us is not counted."""


def escaped(text: str) -> int:
    """How many characters a text is once `&`, `<` and `>` are escaped (slack-platform 7.1)."""
    return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def size(blocks: Sequence[Mapping[str, Any]]) -> int:
    """What a message's blocks count: every text as escaped, and a sum for each block."""
    return sum(CONTAINER + length(block) for block in blocks)


def length(part: Any) -> int:
    """What the texts in a block, or in any piece of one, count."""
    total = 0
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str):
                total += escaped(value) if key in COUNTED else 0
            elif isinstance(value, dict | list):
                total += length(value)
    else:
        for each in part:
            total += length(each)
    return total


def shortened(text: str, limit: int, ending: str = "…") -> str:
    """The beginning of a text that is at most `limit` characters once escaped."""
    if escaped(text) <= limit:
        return text
    lengths = accumulate(map(escaped, text))
    kept = sum(total <= limit - len(ending) for total in lengths)
    return text[:kept].rstrip() + ending
