"""How values a person gives become the state Slack sends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from rehearsal.box import Box
from tests.rehearsal.conftest import Caller, modal


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": plain(f"o{n}"), "value": f"v{n}"} for n in range(3)]

FILLED: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    ({"type": "static_select", "options": OPTIONS}, "o1", {"selected_option": OPTIONS[1]}),
    ({"type": "radio_buttons", "options": OPTIONS}, "v2", {"selected_option": OPTIONS[2]}),
    ({"type": "checkboxes", "options": OPTIONS}, ["o0", "v1"], {"selected_options": OPTIONS[:2]}),
    ({"type": "multi_static_select", "options": OPTIONS}, "o0", {"selected_options": OPTIONS[:1]}),
    ({"type": "users_select"}, "sam", {"selected_user": "U0SAM0001"}),
    ({"type": "multi_users_select"}, ["sam"], {"selected_users": ["U0SAM0001"]}),
    ({"type": "channels_select"}, "#releases", {"selected_channel": "C0REL0001"}),
    ({"type": "datepicker"}, date(2026, 11, 24), {"selected_date": "2026-11-24"}),
    ({"type": "timepicker"}, time(9, 30), {"selected_time": "09:30"}),
    (
        {"type": "datetimepicker"},
        datetime(2026, 11, 24, tzinfo=UTC),
        {"selected_date_time": 1795478400},
    ),
    ({"type": "number_input", "is_decimal_allowed": False}, "7", {"value": "7"}),
]


def opened(box: Box, call: Caller, element: dict[str, Any], **more: Any) -> None:
    block = {
        "type": "input",
        "block_id": "b",
        "label": plain("Field"),
        "element": {**element, "action_id": "a"},
        **more,
    }
    trigger = box.workspace.triggers.issue("U0ALICE01")
    assert call("views.open", trigger_id=trigger, view=modal(block)).body["ok"]


@pytest.mark.parametrize(("element", "value", "state"), FILLED)
def test_a_value_becomes_state(
    box: Box, call: Caller, element: dict[str, Any], value: Any, state: dict[str, Any]
) -> None:
    opened(box, call, element)
    box.person("alice").submit(values={"Field": value})
    sent = box.record.deliveries[-1].payload["view"]["state"]["values"]["b"]["a"]
    assert sent == {"type": element["type"], **state}


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "number_input", "is_decimal_allowed": False}, "7.5"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "5"}, "7.5"),
        ({"type": "email_text_input"}, "nobody"),
        ({"type": "url_text_input"}, "nowhere"),
        ({"type": "plain_text_input", "max_length": 3}, "long"),
        ({"type": "plain_text_input"}, ""),
    ],
)
def test_slacks_own_client_refuses_before_sending(
    box: Box, call: Caller, element: dict[str, Any], value: Any
) -> None:
    opened(box, call, element)
    seen = box.person("alice").submit(values={"Field": value})
    assert set(seen.errors) == {"b"}
    assert box.record.deliveries == []


def test_an_optional_field_may_stay_empty_and_is_null(box: Box, call: Caller) -> None:
    opened(box, call, {"type": "plain_text_input"}, optional=True)
    box.person("alice").submit()
    sent = box.record.deliveries[-1].payload["view"]["state"]["values"]["b"]["a"]
    assert sent == {"type": "plain_text_input", "value": None}


def test_what_was_typed_survives_an_update_with_the_same_ids(box: Box, call: Caller) -> None:
    opened(box, call, {"type": "plain_text_input", "initial_value": "first"})
    alice = box.person("alice")
    alice.choose("b", "typed")
    view = alice.modal
    assert view is not None
    again = {key: view.given[key] for key in ("type", "title", "submit", "blocks")}
    call("views.update", view_id=view.id, view=again)
    assert view.state["b"]["a"]["value"] == "typed"


def test_an_option_that_is_not_offered_cannot_be_picked(box: Box, call: Caller) -> None:
    opened(box, call, {"type": "static_select", "options": OPTIONS})
    with pytest.raises(LookupError):
        box.person("alice").submit(values={"Field": "o9"})
