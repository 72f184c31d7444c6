"""Judges blocks and views as strictly as Slack does, independently of any Slack library."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from rehearsal.checks import (
    Check,
    Findings,
    anything,
    boolean,
    by_type,
    exactly_one,
    list_of,
    one_of,
    shape,
    string,
    whole,
)
from rehearsal.elements import element_in, identifier, plain, slack_file, text, web_address
from rehearsal.richtext import rich_text_elements

LONGEST = 13_200
"""What a message's blocks may count in all: Slack names no number, this is where it was seen to refuse."""
BLOCK = 100
SHOWN = (
    *("text", "fallback", "format", "alt_text", "url"),
    *("user_id", "usergroup_id", "channel_id"),
)
"""The fields of which the count is made, wherever they sit."""
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
KIND = {"type": anything}
ID = {"block_id": identifier}


def _text_or_fields(block: dict[str, Any], path: str, findings: Findings) -> None:
    if "text" not in block and "fields" not in block:
        findings.add("must have text or fields", path)


def _no_dispatch_on_files(block: dict[str, Any], path: str, findings: Findings) -> None:
    element = block.get("element")
    kind = element.get("type") if isinstance(element, dict) else None
    if block.get("dispatch_action") and kind == "file_input":
        findings.add("dispatch_action is not allowed with file_input", path)
    replying = isinstance(element, dict) and element.get("response_url_enabled")
    if replying and findings.surface != "modal":
        findings.add("response_url_enabled is only available in modals", path)


def _context_element(value: Any, path: str, findings: Findings) -> None:
    if isinstance(value, dict) and value.get("type") in ("plain_text", "mrkdwn"):
        text(3000)(value, path, findings)
    else:
        element_in("context")(value, path, findings)


_cell = by_type(
    {
        "raw_text": shape({**KIND, "text": string()}, {}),
        "raw_number": shape({**KIND, "value": anything}, {"text": string()}),
        "rich_text": shape({**KIND, "elements": rich_text_elements}, ID),
    },
    "table cell",
)


def _column(value: Any, path: str, findings: Findings) -> None:
    if value is not None:
        fields = {"align": one_of("left", "center", "right"), "is_wrapped": boolean}
        shape({}, fields)(value, path, findings)


BLOCKS: dict[str, tuple[Check, frozenset[str]]] = {}


def _block(kind: str, check: Check, *surfaces: str) -> None:
    BLOCKS[kind] = (check, frozenset(surfaces or ("message", "modal", "home")))


_block(
    "section",
    shape(
        KIND,
        {
            **ID,
            "text": text(3000),
            "fields": list_of(text(2000), 1, 10),
            "accessory": element_in("section"),
            "expand": boolean,
        },
        _text_or_fields,
    ),
)
_block("header", shape({**KIND, "text": plain(150)}, {**ID, "level": whole(1, 4)}))
_block("divider", shape(KIND, ID))
_block("context", shape({**KIND, "elements": list_of(_context_element, 1, 10)}, ID))
_block("actions", shape({**KIND, "elements": list_of(element_in("actions"), 1, 25)}, ID))
_block(
    "image",
    shape(
        {**KIND, "alt_text": string(1, 2000)},
        {**ID, "image_url": web_address, "slack_file": slack_file, "title": plain(2000)},
        exactly_one("image_url", "slack_file"),
    ),
)
_block(
    "input",
    shape(
        {**KIND, "label": plain(2000), "element": element_in("input")},
        {**ID, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        _no_dispatch_on_files,
    ),
)
_block("rich_text", shape({**KIND, "elements": rich_text_elements}, ID))
_block("markdown", shape({**KIND, "text": string(1, 12_000)}, ID), "message")
_block(
    "table",
    shape(
        {**KIND, "rows": list_of(list_of(_cell, 1, 20), 1, 100)},
        {**ID, "column_settings": list_of(_column, 0, 20)},
    ),
    "message",
    "home",
)
_block(
    "alert",
    shape(
        {**KIND, "text": text(200)},
        {**ID, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    "modal",
)


def elements_of(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every interactive element of a block, wherever it sits."""
    places = [block.get("accessory"), block.get("element")]
    if block.get("type") == "actions":
        places += block.get("elements") or []
    yield from (each for each in places if isinstance(each, dict) and "type" in each)


def _check_block(value: Any, path: str, findings: Findings) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    row = BLOCKS.get(kind) if isinstance(kind, str) else None
    if row is None or findings.surface not in row[1]:
        findings.add(f"unsupported type: {kind}", f"{path}/type")
    else:
        row[0](value, path, findings)


def _letters(value: Any) -> int:
    """How many characters of text a table shows, however deep they sit."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(_letters(each) for each in value.values())
    return sum(map(_letters, value)) if isinstance(value, list) else 0


def _twice(values: list[Any]) -> set[str]:
    named = [value for value in values if isinstance(value, str)]
    return {value for value in named if named.count(value) > 1}


def _check_together(blocks: list[dict[str, Any]], path: str, findings: Findings) -> None:
    """The rules that span blocks: unique ids, one focus, and what is counted over all."""
    for each in sorted(_twice([block.get("block_id") for block in blocks])):
        findings.add(f"block_id already exists: {each}", path)
    for index, block in enumerate(blocks):
        for each in sorted(_twice([e.get("action_id") for e in elements_of(block)])):
            findings.add(f"action_id already exists: {each}", f"{path}/{index}")
    focused = [e for block in blocks for e in elements_of(block) if e.get("focus_on_load")]
    if len(focused) > 1:
        findings.add("only one element can have focus_on_load", path)
    markdown = [str(b.get("text", "")) for b in blocks if b.get("type") == "markdown"]
    if sum(map(len, markdown)) > 12_000:
        findings.add("markdown text must be less than 12001 characters in all", path)
    tables = [block for block in blocks if block.get("type") == "table"]
    if len(tables) > 1:
        findings.add("only_one_table_allowed", path)
    if sum(map(_letters, tables)) > 10_000:
        findings.add("table text must be less than 10001 characters in all", path)


def counted(blocks: Any) -> int:
    """How long Slack counts a message's blocks: what is shown, escaped, and about 100 for each block."""
    return sum(BLOCK + _counted(block) for block in blocks)


def _counted(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_counted, value))
    if not isinstance(value, dict):
        return 0
    own = [value[key] for key in SHOWN if isinstance(value.get(key), str)]
    signs = (len(str(html.escape(text, quote=False))) for text in own)
    return sum(signs) + sum(_counted(each) for each in value.values())


def check_blocks(blocks: Any, surface: str, path: str = "/blocks") -> list[str]:
    """Says what Slack would say against these blocks; an empty list means they are accepted."""
    findings = Findings(surface)
    most = MOST_BLOCKS[surface]
    list_of(_check_block, 0, most)(blocks, path, findings)
    if isinstance(blocks, list):
        _check_together([b for b in blocks if isinstance(b, dict)], path, findings)
    return findings.problems


_common = {
    **KIND,
    "blocks": anything,
}
_view_more = {
    "callback_id": string(0, 255),
    "private_metadata": string(0, 3000),
    "external_id": string(0, 255),
}
_VIEWS: dict[str, Check] = {
    "modal": shape(
        {**_common, "title": plain(24)},
        {
            **_view_more,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": shape(
        _common,
        {**_view_more, "title": anything, "submit": anything, "close": anything},
    ),
}


def check_view(view: Any, kind: str) -> list[str]:
    """Says what Slack would say against a view that must be of this kind (modal or home)."""
    findings = Findings(kind)
    by_type({kind: _VIEWS[kind]}, "view")(view, "/view", findings)
    if findings.problems or not isinstance(view, dict):
        return findings.problems
    blocks = view["blocks"]
    findings.problems += check_blocks(blocks, kind, "/view/blocks")
    inputs = [b for b in blocks if isinstance(b, dict) and b.get("type") == "input"]
    if kind == "modal" and inputs and "submit" not in view:
        findings.add("missing required field: submit", "/view")
    return findings.problems
