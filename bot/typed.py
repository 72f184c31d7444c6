"""What people typed: Slack's escapes undone, so that it is stored and shown as they wrote it (DESIGN 5)."""

from __future__ import annotations

import re
from collections.abc import Callable

TOKEN = re.compile(r"<([^<>\s][^<>]*)>")
SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " ")


def typed(text: str, name_of: Callable[[str], str | None], *, places: bool = False) -> str:
    """Undo `should_escape`: links, mentions and the three entities; `name_of` knows ids' names.

    `<@U1>` becomes `@name`, `<#C1|releases>` `#releases`, or with `places` `#C1`, `<https://x>` the
    address. What the person typed as `<` arrives as `&lt;` and is therefore never taken for a token.
    """
    undone = TOKEN.sub(lambda found: _token(found.group(1), name_of, places), text)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        undone = undone.replace(entity, sign)
    return undone.translate(SPACES).strip()


def _token(inside: str, name_of: Callable[[str], str | None], places: bool) -> str:
    target, _, label = inside.partition("|")
    if places and target.startswith("#"):
        return target
    if target.startswith("@"):
        return "@" + (label.lstrip("@") or name_of(target[1:]) or target[1:])
    if target.startswith("#"):
        return "#" + (label or name_of(target[1:]) or target[1:])
    if target.startswith("!subteam^"):
        group = target.removeprefix("!subteam^")
        return "@" + (label.lstrip("@") or name_of(group) or group)
    if target.startswith("!"):
        return "@" + target[1:].partition("^")[0]
    if label and label != target and not target.endswith(label):
        return f"{label} ({target})"
    return target
