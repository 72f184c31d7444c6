"""The form in which a freeze is declared: what it is called, when it is, whom it binds and why (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import Block, field, option, select, text_input
from rules.declaring import LONGEST

KINDS = (
    option("Hard: nothing goes out", "hard", "What is planned in it moves to after it"),
    option("Soft: it only shows", "soft", "Nothing is moved"),
)
MOST = 100
"""As many names as a list to choose from can hold."""


def fields_of(products: Sequence[str], environments: Sequence[str], *, all_: bool) -> list[Block]:
    """`products` are those the presser may freeze; `all_`: that is every product there is."""
    again = text_input(longest=100, placeholder="fri 16:00 - mon 08:00")
    fields = [
        field("name", "Name", text_input(longest=40, placeholder="year-end")),
        field("how", "How strict", select(KINDS, "hard")),
        field("since", "From", _picker(), optional=True, hint="Empty: from now on."),
        field("until", "Until", _picker(), optional=True, hint="From that moment on it is over."),
        field("every", "Or again and again", again, optional=True, hint="In your own zone."),
        field(
            "products",
            "For these products only",
            _several(products),
            optional=all_,
            hint="Empty: every product." if all_ else "",
        ),
    ]
    if environments:
        where = _several(environments)
        hint = "Empty: everywhere."
        fields.append(
            field("environments", "In these environments only", where, optional=True, hint=hint)
        )
    why = text_input(multiline=True, longest=LONGEST)
    return [*fields, field("reason", "Why", why, optional=True)]


def _picker() -> Block:
    return {"type": "datetimepicker"}


def _several(names: Sequence[str]) -> Block:
    offered = [option(name, name) for name in names[:MOST]]
    return {"type": "multi_static_select", "options": offered}
