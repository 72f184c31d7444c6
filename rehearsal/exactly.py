"""Acts on exactly one element of what is drawn, with plain values: what a page at a screen sends."""

from __future__ import annotations

import re
from typing import Any

from rehearsal.blockkit import elements_of
from rehearsal.filling import offered
from rehearsal.messages import Message
from rehearsal.views import LISTS, VALUES, View
from rehearsal.workspace import Workspace

Part = dict[str, Any]
Simple = str | int | list[str] | None
"""A text, number, date, time, id or option's value; a list where several may be chosen."""

FORMS = {"selected_date": r"\d{4}-\d\d-\d\d", "selected_time": r"([01]\d|2[0-3]):[0-5]\d"}


def part_at(place: Message | View, block_id: str, action_id: str) -> tuple[Part, Part]:
    """The block and element with both ids; raises LookupError where they are not shown."""
    for block in place.blocks:
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    raise LookupError("what you pressed is not here any more")


def option_of(element: Part, value: object) -> Part:
    """The option with exactly this value; raises LookupError where it is not offered."""
    for each in offered(element):
        if each.get("value") == value:
            return each
    raise LookupError("this is not one of the options")


def entry_of(element: Part, simple: Simple, workspace: Workspace) -> Part:
    """The state entry for a plain value; raises ValueError for one of another kind."""
    kind = element["type"]
    if kind not in VALUES:
        raise ValueError(f"a {kind} holds no value")
    key = VALUES[kind][1]
    if key == "files":
        raise ValueError("files can't be chosen here")
    if key in LISTS:
        return {"type": kind, key: [_one(element, key, each, workspace) for each in _list(simple)]}
    empty = simple is None or simple == ""
    return {"type": kind, key: None if empty else _one(element, key, simple, workspace)}


def _list(simple: Simple) -> list[str]:
    if simple is None:
        return []
    if not isinstance(simple, list):
        raise ValueError("a list is expected")
    return simple


def _one(element: Part, key: str, simple: object, workspace: Workspace) -> Any:
    """One chosen thing; `key` says of which kind."""
    if key == "selected_date_time":
        if type(simple) is not int:
            raise ValueError("a whole number of seconds is expected")
        return simple
    if not isinstance(simple, str):
        raise ValueError("a text is expected")
    if key in ("selected_option", "selected_options"):
        return option_of(element, simple)
    if key.startswith("selected_user"):
        return _known(simple, workspace.users)
    if key.startswith(("selected_channel", "selected_conversation")):
        return _known(simple, workspace.channels)
    if key in FORMS and not re.fullmatch(FORMS[key], simple):
        raise ValueError(f"{simple!r} is not a {key.removeprefix('selected_')}")
    return simple


def _known(found: str, known: Any) -> str:
    if found not in known:
        raise LookupError("nobody and nothing here has this id")
    return found
