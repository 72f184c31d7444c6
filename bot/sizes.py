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
LENGTHENED = {"&": 4, "<": 3, ">": 3}
"""How many characters more each of these is once escaped."""
COUNTED = (
    "text",
    "fallback",
    "format",
    "url",
    "user_id",
    "usergroup_id",
    "channel_id",
    "alt_text",
)
"""The keys under which stands what is shown or read; what a button says to us is not counted."""


def escaped(text: str) -> int:
    """How many characters a text is once `&`, `<` and `>` are escaped (slack-platform 7.1)."""
    return len(text) + sum(more * text.count(sign) for sign, more in LENGTHENED.items())


def size(blocks: Sequence[Mapping[str, Any]]) -> int:
    """What a message's blocks count: every text as escaped, and a sum for each block."""
    return sum(CONTAINER + length(block) for block in blocks)


def length(part: Any) -> int:
    """What the texts in a block, or in any piece of one, count."""
    if isinstance(part, Mapping):
        own = sum(escaped(part[key]) for key in COUNTED if isinstance(part.get(key), str))
        return own + sum(length(each) for each in part.values() if not isinstance(each, str))
    return sum(map(length, part)) if isinstance(part, list | tuple) else 0


def shortened(text: str, limit: int, ending: str = "…") -> str:
    """The beginning of a text that is at most `limit` characters once escaped."""
    if escaped(text) <= limit:
        return text
    lengths = accumulate(1 + LENGTHENED.get(character, 0) for character in text)
    kept = sum(total <= limit - len(ending) for total in lengths)
    return text[:kept].rstrip() + ending
