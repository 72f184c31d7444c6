"""Block Kit's smaller pieces, each cut to its limit, so that no text can break a message (slack-platform 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.richtext import CUT, tidy
from bot.sizes import shortened

Block = dict[str, Any]

MOST_ACTIONS = 25
MOST_IN_MENU = 5
MOST_OPTIONS = 100
MOST_BOXES = 10
LONGEST_LABEL = 75
LONGEST_VALUE = 2000
LONGEST_OPTION_VALUE = 150


def short(text: str, limit: int) -> str:
    """One line of at most `limit` characters, never empty."""
    line = " ".join(tidy(text).split()) or CUT
    return line if len(line) <= limit else line[: limit - 1].rstrip() + CUT


def plain(text: str, limit: int) -> Block:
    """A plain text object; emoji codes stay as typed."""
    return {"type": "plain_text", "text": short(text, limit), "emoji": False}


def brief(text: str, limit: int) -> Block:
    """The same for messages, whose length Slack counts as escaped: `limit` holds for that too."""
    return plain(shortened(short(text, limit), limit), limit)


def header(text: str) -> Block:
    """A heading, at most one a message."""
    return {"type": "header", "text": brief(text, 150)}


def context(text: str) -> Block:
    """A line of secondary facts."""
    return {"type": "context", "elements": [brief(text, 2000)]}


def button(
    label: str,
    action_id: str,
    value: str,
    *,
    style: str | None = None,
    about: str = "",
    confirm: Block | None = None,
) -> Block:
    """A button that says `value`, a typed command. `about` names its object for screen readers."""
    made: Block = {
        "type": "button",
        "text": brief(label, LONGEST_LABEL),
        "action_id": short(action_id, 255),
        "value": short(value, LONGEST_VALUE),
    }
    if style in {"primary", "danger"}:
        made["style"] = style
    if about:
        made["accessibility_label"] = short(f"{label} {about}", LONGEST_LABEL)
    if confirm:
        made["confirm"] = confirm
    return made


def confirm(title: str, text: str, verb: str, *, danger: bool = False) -> Block:
    """A dialog that names the object; its buttons repeat the verb."""
    made: Block = {
        "title": brief(title, 100),
        "text": brief(text, 300),
        "confirm": plain(verb, 30),
        "deny": plain("Go back", 30),
    }
    if danger:
        made["style"] = "danger"
    return made


def option(label: str, value: str, description: str = "") -> Block:
    """One thing to choose, in a menu or a form."""
    made: Block = {
        "text": plain(label, LONGEST_LABEL),
        "value": short(value, LONGEST_OPTION_VALUE),
    }
    if description:
        made["description"] = plain(description, LONGEST_LABEL)
    return made


def overflow(options: Sequence[tuple[str, str]]) -> Block:
    """The menu of lesser acts: label and typed command."""
    offered = [option(label, value) for label, value in options[:MOST_IN_MENU]]
    return {"type": "overflow", "action_id": "menu", "options": offered}


def actions(elements: Iterable[Block]) -> list[Block]:
    """A row of buttons; no row where there are none."""
    row = list(elements)[:MOST_ACTIONS]
    return [{"type": "actions", "elements": row}] if row else []


def field(
    name: str, label: str, element: Mapping[str, Any], *, optional: bool = False, hint: str = ""
) -> Block:
    """An input of a form; block and element are both called `name`."""
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, 2000),
        "element": {**element, "action_id": name},
        "optional": optional,
    }
    if hint:
        made["hint"] = plain(hint, 2000)
    return made


def text_input(
    initial: str = "", *, multiline: bool = False, longest: int = 3000, placeholder: str = ""
) -> Block:
    """A field to type in."""
    made: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": longest}
    if initial:
        kept = initial if len(initial) <= longest else initial[: longest - 1].rstrip() + CUT
        made["initial_value"] = kept
    if placeholder:
        made["placeholder"] = plain(placeholder, 150)
    return made


def checkboxes(options: Sequence[Block], chosen: Iterable[str] = ()) -> Block:
    """Boxes to tick; `chosen` are the values ticked from the start."""
    wanted = set(chosen)
    offered = list(options)[:MOST_BOXES]
    ticked = [each for each in offered if each["value"] in wanted]
    made: Block = {"type": "checkboxes", "options": offered}
    if ticked:
        made["initial_options"] = ticked
    return made


def multi_select(groups: Mapping[str, Sequence[Block]], placeholder: str = "") -> Block:
    """A list to choose several from, in groups with a name each; a group holds 100 at most."""
    made: Block = {"type": "multi_static_select", "option_groups": _grouped(groups)}
    if placeholder:
        made["placeholder"] = plain(placeholder, 150)
    return made


def grouped_select(groups: Mapping[str, Sequence[Block]], chosen: str) -> Block:
    """A list to choose one from, in groups with a name each; one is chosen from the start."""
    offered = _grouped(groups)
    made: Block = {"type": "static_select", "option_groups": offered}
    every = (each for group in offered for each in group["options"])
    first = next((each for each in every if each["value"] == chosen), None)
    return made if first is None else {**made, "initial_option": first}


def _grouped(groups: Mapping[str, Sequence[Block]]) -> list[Block]:
    return [
        {"label": plain(name, LONGEST_LABEL), "options": list(options)[:MOST_OPTIONS]}
        for name, options in groups.items()
    ]


def select(options: Sequence[Block], chosen: str | None = None, placeholder: str = "") -> Block:
    """A list to choose one from."""
    offered = list(options)[:MOST_OPTIONS]
    made: Block = {"type": "static_select", "options": offered}
    first = next((each for each in offered if each["value"] == chosen), None)
    if first:
        made["initial_option"] = first
    if placeholder:
        made["placeholder"] = plain(placeholder, 150)
    return made
