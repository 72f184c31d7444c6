"""Modals and home tabs: their hash, their stack and what has been filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rehearsal.blockkit import elements_of

State = dict[str, dict[str, dict[str, Any]]]

# How the value of each kind of element is called in its initial form and in the state.
VALUES: dict[str, tuple[str, str]] = {
    "plain_text_input": ("initial_value", "value"),
    "email_text_input": ("initial_value", "value"),
    "url_text_input": ("initial_value", "value"),
    "number_input": ("initial_value", "value"),
    "static_select": ("initial_option", "selected_option"),
    "external_select": ("initial_option", "selected_option"),
    "radio_buttons": ("initial_option", "selected_option"),
    "multi_static_select": ("initial_options", "selected_options"),
    "multi_external_select": ("initial_options", "selected_options"),
    "checkboxes": ("initial_options", "selected_options"),
    "users_select": ("initial_user", "selected_user"),
    "multi_users_select": ("initial_users", "selected_users"),
    "channels_select": ("initial_channel", "selected_channel"),
    "multi_channels_select": ("initial_channels", "selected_channels"),
    "conversations_select": ("initial_conversation", "selected_conversation"),
    "multi_conversations_select": ("initial_conversations", "selected_conversations"),
    "datepicker": ("initial_date", "selected_date"),
    "timepicker": ("initial_time", "selected_time"),
    "datetimepicker": ("initial_date_time", "selected_date_time"),
    "file_input": ("initial_files", "files"),
}
LISTS = frozenset({"selected_options", "files"} | {v for _, v in VALUES.values() if v[-1] == "s"})


def initial_entry(element: dict[str, Any]) -> dict[str, Any]:
    initial, current = VALUES[element["type"]]
    empty: Any = [] if current in LISTS else None
    return {"type": element["type"], current: element.get(initial, empty)}


def is_empty(entry: dict[str, Any]) -> bool:
    return not entry.get(VALUES[entry["type"]][1])


def fields_of(blocks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each element that holds a value, with its block."""
    return [(b, e) for b in blocks for e in elements_of(b) if e["type"] in VALUES]


def initial_state(blocks: list[dict[str, Any]], before: State | None = None) -> State:
    """The state of freshly shown blocks; entries of `before` survive where both ids stayed."""
    state: State = {}
    for block, element in fields_of(blocks):
        entry = (before or {}).get(block["block_id"], {}).get(element["action_id"])
        if entry is None or entry["type"] != element["type"]:
            entry = initial_entry(element)
        state.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return state


@dataclass
class View:
    """One modal or home tab of one person, with the values they have put in."""

    id: str
    user: str
    given: dict[str, Any]
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    state: State = field(default_factory=dict)

    @property
    def type(self) -> str:
        return str(self.given["type"])

    @property
    def callback_id(self) -> str:
        return str(self.given.get("callback_id") or "")

    @property
    def external_id(self) -> str:
        return str(self.given.get("external_id") or "")

    @property
    def private_metadata(self) -> str:
        return str(self.given.get("private_metadata") or "")

    @property
    def title(self) -> str:
        return str((self.given.get("title") or {}).get("text", ""))

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return list(self.given["blocks"])

    def show(self, given: dict[str, Any], new_hash: str) -> None:
        """Replaces what is shown, keeping what was typed where both ids stayed (section 5)."""
        self.given, self.hash = given, new_hash
        self.state = initial_state(given["blocks"], self.state)

    def wire(self, team_id: str, app_id: str, bot_id: str) -> dict[str, Any]:
        """The view object of payloads and of the answers of the views methods."""
        keys = ("title", "submit", "close", "clear_on_close", "notify_on_close")
        return {
            "id": self.id,
            "team_id": team_id,
            "type": self.type,
            **{key: self.given.get(key) for key in keys},
            "clear_on_close": bool(self.given.get("clear_on_close")),
            "notify_on_close": bool(self.given.get("notify_on_close")),
            "submit_disabled": False,
            "callback_id": self.callback_id,
            "external_id": self.external_id,
            "private_metadata": self.private_metadata,
            "blocks": self.blocks,
            "state": {"values": self.state},
            "hash": self.hash,
            "root_view_id": self.root_view_id,
            "previous_view_id": self.previous_view_id,
            "app_id": app_id,
            "app_installed_team_id": team_id,
            "bot_id": bot_id,
        }
