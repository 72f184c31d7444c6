"""What the box's own Block Kit checker takes and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.blockkit import check_blocks, check_view
from tests.rehearsal.conftest import CONFIRM, button, field, modal, section


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def options(count: int) -> list[dict[str, Any]]:
    return [{"text": plain(f"o{n}"), "value": f"v{n}"} for n in range(count)]


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": options(2), **more}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    part = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [part]}


def table(rows: int, width: int = 2, text: str = "x") -> dict[str, Any]:
    cell = {"type": "raw_text", "text": text}
    return {"type": "table", "rows": [[cell] * width] * rows}


FITS: list[tuple[str, list[dict[str, Any]]]] = [
    ("message", [section("x" * 3000)]),
    ("message", [{"type": "section", "fields": [plain("x" * 2000)] * 10}]),
    ("message", [section("x", accessory=button("Go", "go", url="https://acme.example"))]),
    ("message", [actions(*[button("b", f"a{n}") for n in range(25)])]),
    ("message", [actions(button("Halt", "h", style="danger", confirm=CONFIRM))]),
    ("message", [actions({"type": "overflow", "action_id": "o", "options": options(5)})]),
    ("message", [{"type": "context", "elements": [plain("x")] * 10}, {"type": "divider"}]),
    ("message", [{"type": "header", "text": plain("x" * 150)}]),
    ("message", [rich({"type": "text", "text": "<!channel>", "style": {"bold": True}})]),
    ("message", [rich({"type": "date", "timestamp": 1, "format": "{date}"})]),
    ("message", [{"type": "markdown", "text": "x" * 12_000}]),
    ("message", [table(100, 20, "x")]),
    ("message", [{"type": "image", "image_url": "https://a.example/a.png", "alt_text": "a"}]),
    ("message", [{"type": "image", "slack_file": {"id": "F0FILE0001"}, "alt_text": "a"}]),
    ("message", [field()]),
    ("modal", [{**field(), "element": {"type": "number_input", "is_decimal_allowed": True}}]),
    ("modal", [{**field(), "element": select(initial_option=options(1)[0])}]),
    ("modal", [{**field(), "element": {"type": "checkboxes", "options": options(10)}}]),
    ("modal", [section("x")] * 100),
    ("home", [actions({"type": "datepicker", "initial_date": "2026-11-24"})]),
]

BREAKS: list[tuple[str, list[Any], str]] = [
    ("message", [section("")], "/blocks/0/text/text"),
    ("message", [section("x" * 3001)], "/blocks/0/text/text"),
    ("message", [{"type": "section"}], "/blocks/0]"),
    ("message", [{"type": "section", "fields": []}], "/blocks/0/fields"),
    ("message", [{"type": "section", "fields": [plain("x")] * 11}], "/blocks/0/fields"),
    ("message", [{"type": "section", "fields": [plain("x" * 2001)]}], "/fields/0/text"),
    ("message", [section("x", color="red")], "invalid additional property: color"),
    ("message", [section("x", accessory=None)], "/accessory"),
    ("message", [section("x", block_id="x" * 256)], "/block_id"),
    ("message", [section("x", block_id="a"), section("y", block_id="a")], "already exists: a"),
    ("message", [actions(button("a", "x"), button("b", "x"))], "already exists: x"),
    ("message", [section("x")] * 51, "no more than 50 items"),
    ("modal", [section("x")] * 101, "no more than 100 items"),
    ("message", [{"type": "nonsense"}], "unsupported type: nonsense"),
    ("message", ["text"], "unsupported type"),
    ("modal", [{"type": "markdown", "text": "x"}], "unsupported type: markdown"),
    ("message", [{"type": "alert", "text": plain("x")}], "unsupported type: alert"),
    ("message", [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/text/type"),
    ("message", [{"type": "header", "text": plain("x" * 151)}], "/text/text"),
    ("message", [{"type": "context", "elements": []}], "/elements"),
    ("message", [{"type": "context", "elements": [plain("x")] * 11}], "/elements"),
    ("message", [actions()], "/elements"),
    ("message", [actions(*[button("b", f"a{n}") for n in range(26)])], "/elements"),
    ("message", [actions(button("x" * 76, "a"))], "/text/text"),
    ("message", [actions(button("", "a"))], "/text/text"),
    ("message", [actions(button("x", "a", value="x" * 2001))], "/value"),
    ("message", [actions(button("x", "a", style="default"))], "/style"),
    ("message", [actions(button("x", "a", url="javascript:x"))], "/url"),
    ("message", [actions(button("x", "a" * 256))], "/action_id"),
    ("message", [actions(button("x", "a", confirm={**CONFIRM, "deny": plain("x" * 31)}))], "deny"),
    ("message", [actions(button("x", "a", confirm={"title": plain("x")}))], "field: text"),
    ("message", [actions({"type": "overflow", "options": []})], "/options"),
    ("message", [actions({"type": "overflow", "options": options(6)})], "/options"),
    ("message", [actions(select(options=[]))], "/options"),
    ("message", [actions(select(options=options(101)))], "/options"),
    ("message", [actions(select(option_groups=[]))], "exactly one of"),
    ("message", [actions(select(initial_option=options(3)[2]))], "initial option"),
    ("message", [actions(select(placeholder=plain("x" * 151)))], "/placeholder/text"),
    ("message", [actions(select(options=[{"text": plain("x")}]))], "field: value"),
    ("message", [actions({"type": "plain_text_input"})], "unsupported type for actions"),
    ("message", [actions({"type": "multi_users_select"})], "unsupported type for actions"),
    ("message", [section("x", accessory={"type": "datetimepicker"})], "for section element"),
    ("message", [{**field(), "element": {"type": "email_text_input"}}], "for input element"),
    ("modal", [field(max_length=3001)], "/max_length"),
    ("modal", [field(min_length=5, max_length=4)], "min_length"),
    ("modal", [{**field(), "label": plain("x" * 2001)}], "/label/text"),
    ("modal", [{**field(), "label": {"type": "mrkdwn", "text": "x"}}], "/label/type"),
    ("modal", [{**field(), "element": {"type": "checkboxes", "options": options(11)}}], "/options"),
    ("modal", [{**field(), "element": {"type": "timepicker", "initial_time": "25:00"}}], "HH:mm"),
    ("modal", [field(focus_on_load=True), field("b", focus_on_load=True)], "focus_on_load"),
    ("message", [rich({"type": "text", "text": ""})], "/elements/0/text"),
    ("message", [rich({"type": "mrkdwn", "text": "x"})], "rich text element: mrkdwn"),
    ("message", [{"type": "markdown", "text": "x" * 7000}] * 2, "12001 characters in all"),
    ("message", [table(101)], "/rows"),
    ("message", [table(1, 21)], "/rows/0"),
    ("message", [table(2), table(2)], "only_one_table_allowed"),
    ("message", [table(100, 2, "x" * 60)], "10001 characters in all"),
    ("message", [{"type": "image", "image_url": "https://a.example/a.png"}], "field: alt_text"),
    ("message", [{"type": "image", "alt_text": "a"}], "exactly one of"),
    ("message", [{"type": "image", "slack_file": {"id": "f1"}, "alt_text": "a"}], "id of a file"),
    ("message", [{"type": "image", "slack_file": {}, "alt_text": "a"}], "exactly one of"),
]


@pytest.mark.parametrize(("surface", "blocks"), FITS)
def test_what_fits_is_taken(surface: str, blocks: list[Any]) -> None:
    assert check_blocks(blocks, surface) == []


@pytest.mark.parametrize(("surface", "blocks", "said"), BREAKS)
def test_what_breaks_a_rule_is_pointed_at(surface: str, blocks: list[Any], said: str) -> None:
    problems = check_blocks(blocks, surface)
    assert any(said in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (modal(title=plain("x" * 25)), "/view/title/text"),
        (modal(title={"type": "mrkdwn", "text": "x"}), "/view/title/type"),
        (modal(submit=plain("")), "/view/submit/text"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(callback_id="x" * 256), "/view/callback_id"),
        (modal(color="red"), "invalid additional property: color"),
        ({k: v for k, v in modal(field()).items() if k != "submit"}, "field: submit"),
        ({k: v for k, v in modal(field()).items() if k != "title"}, "field: title"),
        ({**modal(), "type": "home"}, "/view/type"),
        ([], "/view/type"),
    ],
)
def test_a_bad_modal_is_pointed_at(view: Any, said: str) -> None:
    problems = check_view(view, "modal")
    assert any(said in problem for problem in problems), problems


def test_a_good_modal_and_a_good_home_are_taken() -> None:
    assert check_view(modal(field()), "modal") == []
    assert check_view({"type": "home", "blocks": [section("x"), field()]}, "home") == []
