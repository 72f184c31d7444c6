"""What a workspace's admins and the app's owner have chosen, and what Slack refuses because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from rehearsal.blockkit import LONGEST


@dataclass
class Settings:
    """Choices that may be changed at any time; the first morning's are those of a paid plan.

    `edit_window` is how long a message may be edited, None for ever. `largest_file` is in bytes.
    `looks_through` is how many seconds of real time a new file can't be shown by a block.
    `longest_blocks` is what the blocks of one message may count (`blockkit.counted`).
    """

    paid: bool = True
    home_tab: bool = True
    messages_tab: bool = True
    writable_tab: bool = True
    edit_window: timedelta | None = None
    largest_file: int = 1_000_000_000
    looks_through: float = 0.2
    longest_blocks: int = LONGEST
    most_pins: int = 100
    most_bookmarks: int = 100
