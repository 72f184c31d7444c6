"""The form in which a role is delegated: which, of what, to whom, from when until when (DESIGN 2.1)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.blocks import Block, field, option, select
from commands.delegate import EVERY
from rules.words import Role


def fields_of(roles: Sequence[Role], products: Sequence[str], *, for_others: bool) -> list[Block]:
    """`roles` and `products` are those the presser may delegate; `for_others`: for absent holders too."""
    offered = [option("Every product", EVERY), *(option(name, name) for name in products[:99])]
    only = roles[0].value if len(roles) == 1 else None
    chosen = select([option(r.label, r.value) for r in roles], only, "Choose one")
    fields = [
        field("role", "Role", chosen),
        field("product", "Product", select(offered, EVERY)),
        field("to", "To whom", {"type": "users_select"}),
    ]
    if for_others:
        absent = {"type": "users_select"}
        hint = "For a holder who is absent. Empty: for yourself."
        fields.append(field("behalf", "On behalf of", absent, optional=True, hint=hint))
    begins: Block = {"type": "datetimepicker"}
    fields.append(field("since", "From", begins, optional=True, hint="Empty: from now on."))
    ends: Block = {"type": "datetimepicker"}
    fields.append(field("until", "Until", ends, hint="From that moment on they hold it no more."))
    return fields
