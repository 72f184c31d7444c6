"""The forms in which a topic is added to the agenda, and an action is recorded (DESIGN 4)."""

from __future__ import annotations

from bot.blocks import Block, field, option, select, text_input
from rules.declaring import LONGEST

MINUTES = (2, 5, 10, 15, 30)
"""How long a topic may be said to take; others can be typed."""


def topic_fields() -> list[Block]:
    """What to talk about, and for how long."""
    offered = [option(f"{number} minutes", str(number)) for number in MINUTES]
    return [
        field(
            "topic", "Topic", text_input(longest=LONGEST, placeholder="Who is on call at Easter?")
        ),
        field("minutes", "Time it needs", select(offered, "5")),
    ]


def action_fields() -> list[Block]:
    """Who will do what, and by when."""
    due: Block = {"type": "datetimepicker"}
    return [
        field("who", "Who", {"type": "users_select"}),
        field("what", "What", text_input(longest=LONGEST)),
        field("due", "By when", due),
    ]
