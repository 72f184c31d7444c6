"""Shows messages and views as plain text, the way the person who looks at them would see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from rehearsal.messages import Message
from rehearsal.mrkdwn import date_text, shown
from rehearsal.views import VALUES, View
from rehearsal.workspace import Workspace

Block = dict[str, Any]


class Viewer(Protocol):
    """Whoever looks: the workspace they are in, and the zone they read times in."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def zone(self) -> str: ...


def render(message: Message, viewer: Viewer) -> str:
    """The blocks of a message, or its text where it has none."""
    if message.blocks:
        lines = [_block(block, viewer, {}) for block in message.blocks]
    else:
        lines = [_mrkdwn(message.text, viewer)]
    lines += [f"[file: {file['title']}]" for file in message.files]
    return "\n".join(line for line in lines if line)


def render_view(view: View, viewer: Viewer) -> str:
    lines = [_block(block, viewer, view.state) for block in view.blocks]
    title = [f"== {view.title} =="] if view.title else []
    buttons = [view.given.get(key, {}).get("text") for key in ("submit", "close")]
    foot = " ".join(f"[{text}]" for text in buttons if text)
    return "\n".join(line for line in [*title, *lines, foot] if line)


def transcript(messages: Iterable[Message], viewer: Viewer) -> str:
    """A channel's messages with author and time, replies indented below their parent."""
    return "\n".join(_entry(message, viewer) for message in messages)


def _entry(message: Message, viewer: Viewer) -> str:
    seconds = datetime.fromtimestamp(int(message.ts.partition(".")[0]), UTC)
    when = seconds.astimezone(ZoneInfo(viewer.zone)).strftime("%a %d %b %H:%M")
    author = viewer.workspace.user_name(message.user) or message.user
    notes = " (only visible to you)" if message.ephemeral_to else ""
    indent = "    " if message.is_reply and not message.broadcast else ""
    body = render(message, viewer).replace("\n", f"\n{indent}    ")
    return f"{indent}{when}  {author}{notes}\n{indent}    {body}"


def _mrkdwn(text: str, viewer: Viewer) -> str:
    return shown(text, viewer.workspace, viewer.zone, viewer.workspace.now())


def _text(text: Block | None, viewer: Viewer) -> str:
    if not text:
        return ""
    return _mrkdwn(text["text"], viewer) if text["type"] == "mrkdwn" else str(text["text"])


def _block(block: Block, viewer: Viewer, state: dict[str, Any]) -> str:
    draw = _BLOCKS.get(block["type"])
    return draw(block, viewer, state) if draw else f"({block['type']})"


def _section(block: Block, viewer: Viewer, state: dict[str, Any]) -> str:
    parts = [_text(block.get("text"), viewer)]
    parts += [_text(each, viewer) for each in block.get("fields") or []]
    lines = "\n".join(part for part in parts if part)
    accessory = block.get("accessory")
    return f"{lines} {_element(accessory, block, state)}" if accessory else lines


def _context(block: Block, viewer: Viewer, state: dict[str, Any]) -> str:
    parts = [
        _element(e, block, state) if e["type"] == "image" else _text(e, viewer)
        for e in block["elements"]
    ]
    return " · ".join(parts)


def _actions(block: Block, viewer: Viewer, state: dict[str, Any]) -> str:
    return " ".join(_element(each, block, state) for each in block["elements"])


def _input(block: Block, viewer: Viewer, state: dict[str, Any]) -> str:
    label = block["label"]["text"] + (" (optional)" if block.get("optional") else "")
    hint = (block.get("hint") or {}).get("text")
    line = f"{label}: {_element(block['element'], block, state)}"
    return f"{line}\n  {hint}" if hint else line


def _element(element: Block, block: Block, state: dict[str, Any]) -> str:
    kind = element["type"]
    if kind == "button":
        return f"[{element['text']['text']}]"
    if kind == "overflow":
        return f"[… {' | '.join(o['text']['text'] for o in element['options'])}]"
    if kind == "image":
        return f"(image: {element['alt_text']})"
    entry = state.get(block.get("block_id", ""), {}).get(element.get("action_id", ""))
    initial, current = VALUES[kind]
    value = entry[current] if entry else element.get(initial)
    if kind in ("checkboxes", "radio_buttons"):
        return _ticks(element, value)
    return f"[{_value(value) or (element.get('placeholder') or {}).get('text', '')}]"


def _ticks(element: Block, value: Any) -> str:
    chosen = value if isinstance(value, list) else [value]
    marks = (("(x)" if o in chosen else "( )", o["text"]["text"]) for o in element["options"])
    return "".join(f"\n  {mark} {text}" for mark, text in marks)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if isinstance(value, dict):
        return str(value["text"]["text"])
    return "" if value is None else str(value)


def _rich_text(block: Block, viewer: Viewer, state: dict[str, Any]) -> str:
    return "\n".join(_rich(each, viewer) for each in block["elements"])


def _rich(part: Block, viewer: Viewer) -> str:
    if part["type"] == "rich_text_list":
        ordered = part["style"] == "ordered"
        items = [_leaves(each["elements"], viewer) for each in part["elements"]]
        marks = [f"{i}." if ordered else "•" for i in range(1, len(items) + 1)]
        pad = "  " * part.get("indent", 0)
        return "\n".join(f"{pad}{mark} {item}" for mark, item in zip(marks, items, strict=True))
    quoted = "> " if part["type"] == "rich_text_quote" else ""
    return quoted + _leaves(part["elements"], viewer)


def _leaves(leaves: list[Block], viewer: Viewer) -> str:
    return "".join(_leaf(leaf, viewer) for leaf in leaves)


def _leaf(leaf: Block, viewer: Viewer) -> str:
    names, kind = viewer.workspace, leaf["type"]
    if kind == "user":
        return f"@{names.user_name(leaf['user_id']) or leaf['user_id']}"
    if kind == "usergroup":
        return f"@{names.group_handle(leaf['usergroup_id']) or leaf['usergroup_id']}"
    if kind == "channel":
        return f"#{names.channel_name(leaf['channel_id']) or leaf['channel_id']}"
    if kind == "date":
        return date_text(leaf["timestamp"], leaf["format"], viewer.zone, names.now())
    if kind == "link":
        return f"{leaf['text']} ({leaf['url']})" if leaf.get("text") else str(leaf["url"])
    if kind == "emoji":
        return f":{leaf['name']}:"
    return f"@{leaf['range']}" if kind == "broadcast" else str(leaf.get("text", ""))


def _table(block: Block, viewer: Viewer, state: dict[str, Any]) -> str:
    return "\n".join(" | ".join(_cell(c, viewer) for c in row) for row in block["rows"])


def _cell(cell: Block, viewer: Viewer) -> str:
    if cell["type"] == "rich_text":
        return "".join(_rich(each, viewer) for each in cell["elements"])
    return str(cell.get("text", cell.get("value", "")))


_BLOCKS: dict[str, Callable[[Block, Viewer, dict[str, Any]], str]] = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "table": _table,
    "header": lambda block, viewer, state: f"# {block['text']['text']}",
    "divider": lambda block, viewer, state: "---",
    "image": lambda block, viewer, state: f"(image: {block['alt_text']})",
    "markdown": lambda block, viewer, state: str(block["text"]),
    "alert": lambda block, viewer, state: f"! {_text(block['text'], viewer)}",
}
