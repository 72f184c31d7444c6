"""Every verb of the page, acted on a real Bolt bot, does what a person at Slack would do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from rehearsal.box import Box
from rehearsal.person import TROUBLE
from tests.rehearsal.browser import Browser, at_work
from tests.rehearsal.conftest import Bot, Caller, Clock, button, field, modal, section


@pytest.fixture
def bot(clock: Clock) -> Iterator[Bot]:
    with at_work(clock) as found:
        yield found


@pytest.fixture
def sam(bot: Bot) -> Browser:
    Browser(bot.box, "dave").done("command", line="/release card", place="releases")
    return Browser(bot.box, "sam")


def last_payload(bot: Bot) -> Any:
    return bot.box.record.deliveries[-1].payload


def option(value: str, text: str | None = None) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text or value}, "value": value}


def shown_to_sam(box: Box, *blocks: dict[str, Any]) -> str:
    """Opens a modal with these blocks for Sam, and says its id."""
    with box.workspace.lock:
        return box.workspace.modals.open("U0SAM0001", modal(*blocks)).id


def test_a_command_is_answered_where_it_was_typed(bot: Bot) -> None:
    alice = Browser(bot.box)
    alice.done("command", line="  /release halt @sam  ", place="general")
    assert last_payload(bot)["text"] == "halt <@U0SAM0001>"
    assert [m["text"] for m in alice.messages("general")] == ["done: halt <@U0SAM0001>"]


def test_slacks_own_failures_are_told(bot: Bot) -> None:
    alice, before = Browser(bot.box), len(bot.box.record.deliveries)
    answer = alice.act("command", line="/nothing", place="releases")
    assert (answer["ok"], answer["error"]) == (False, "unknown_command")
    assert len(bot.box.record.deliveries) == before
    answer = alice.act("command", line="/broken", place="releases")
    assert answer["error"] == "invalid_command_response"
    bot.box.faults.outage = True
    assert alice.act("command", line="/release", place="releases")["error"] == "dispatch_failed"


def test_messages_are_posted_in_places_and_threads(bot: Bot) -> None:
    alice = Browser(bot.box)
    alice.done("say", place="releases", text="Is it *ready*, @sam?")
    (said,) = alice.messages()
    assert (said["user"], said["text"]) == ("U0ALICE01", "Is it *ready*, <@U0SAM0001>?")
    alice.done("say", place="releases", text="I mean it", thread=said["ts"])
    thread = alice.state(thread=said["ts"])["place"]["thread"]
    assert [m["text"] for m in thread["replies"]] == ["I mean it"]


def test_a_button_opens_a_modal_that_is_filled_in_and_sent(bot: Bot, sam: Browser) -> None:
    sam.done("press", **sam.on_card("halt"))
    (view,) = sam.state()["modals"]
    answer = sam.act("submit", view=view["id"], values={"why": {"text": ""}})
    assert (answer["ok"], answer["errors"]) == (
        False,
        {"why": "Please complete this required field."},
    )
    answer = sam.act("submit", view=view["id"], values={"why": {"text": "bad"}})
    assert answer["errors"] == {"why": "say more"}
    assert sam.state()["modals"][0]["state"]["why"]["text"]["value"] == "bad"
    assert (
        sam.act("submit", view=view["id"], values={"why": {"text": "astray"}})["error"] == TROUBLE
    )
    sam.done("submit", view=view["id"], values={"why": {"text": "CVE-1"}})
    assert sam.state()["modals"] == []
    assert last_payload(bot)["view"]["state"]["values"]["why"]["text"]["value"] == "CVE-1"


def test_modals_stack_and_close(bot: Bot, sam: Browser) -> None:
    sam.done("press", **sam.on_card("halt"))
    view = sam.state()["modals"][0]["id"]
    sam.done("submit", view=view, values={"why": {"text": "next"}})
    stack = sam.state()["modals"]
    assert (len(stack), stack[0]["id"]) == (2, view)
    sam.done("close", view=stack[-1]["id"])
    assert [each["id"] for each in sam.state()["modals"]] == [view]
    sam.done("close", view=view)
    assert last_payload(bot)["type"] == "view_closed"
    assert sam.try_to("close", view=view).status == 404


def test_an_overflow_option_is_pressed_by_its_value(bot: Bot, sam: Browser) -> None:
    sam.done("press", **sam.on_card("more", value="details"))
    assert bot.box.wait_for(lambda: sam.messages()[-1]["text"] == "picked details")
    assert sam.messages()[-1]["ephemeral"] is True
    assert sam.try_to("press", **sam.on_card("more", value="Details")).status == 404
    assert sam.try_to("press", **sam.on_card("more")).status == 404


def test_a_stale_press_says_what_was_on_the_screen(bot: Bot, sam: Browser) -> None:
    drawn = sam.on_card("halt")
    message = bot.box.channel("releases").messages[drawn["ts"]]
    with bot.box.workspace.lock:
        newer = {"type": "actions", "block_id": "new", "elements": [button("Stop", "stop")]}
        bot.box.workspace.edit(message, "payments 2.4.2", [newer])
    sam.done("press", **drawn)
    sent = last_payload(bot)
    assert sent["actions"][0]["value"] == "payments@2.4.1#1"
    assert sent["message"]["text"] == "payments 2.4.1"
    assert sam.try_to("press", **{**drawn, "version": 1}).status == 404
    assert sam.try_to("press", **{**drawn, "version": 2}).status == 404


def test_a_choice_reports_at_once_and_is_kept_for_its_person(bot: Bot) -> None:
    pick = {
        "type": "section",
        "block_id": "b",
        "text": {"type": "mrkdwn", "text": "Which?"},
        "accessory": {
            "type": "static_select",
            "action_id": "pick",
            "options": [option("1", "2"), option("2", "1")],
        },
    }
    Caller(bot.box)("chat.postMessage", channel="C0REL0001", text="pick", blocks=[pick])
    sam = Browser(bot.box, "sam")
    sam.done("choose", **sam.on_card("pick", value="2"))
    assert last_payload(bot)["actions"][0]["selected_option"]["value"] == "2"
    assert sam.messages()[0]["state"]["b"]["pick"]["selected_option"]["value"] == "2"
    other = Browser(bot.box, "sue").messages()[0]["state"]["b"]["pick"]
    assert other["selected_option"] is None
    assert sam.try_to("choose", **sam.on_card("pick", value="3")).status == 404


ELEMENTS: list[tuple[dict[str, Any], Any, Any]] = [
    ({"type": "plain_text_input"}, "why", "why"),
    ({"type": "plain_text_input"}, "", None),
    ({"type": "number_input", "is_decimal_allowed": False}, "3", "3"),
    ({"type": "static_select", "options": [option("a"), option("b")]}, "b", option("b")),
    ({"type": "radio_buttons", "options": [option("a")]}, None, None),
    ({"type": "checkboxes", "options": [option("a"), option("b")]}, ["b"], [option("b")]),
    ({"type": "multi_static_select", "options": [option("a")]}, [], []),
    ({"type": "users_select"}, "U0SUE0001", "U0SUE0001"),
    ({"type": "multi_users_select"}, ["U0SUE0001"], ["U0SUE0001"]),
    ({"type": "channels_select"}, "C0GEN0001", "C0GEN0001"),
    ({"type": "multi_conversations_select"}, ["C0GEN0001"], ["C0GEN0001"]),
    ({"type": "datepicker"}, "2026-11-24", "2026-11-24"),
    ({"type": "timepicker"}, "09:30", "09:30"),
    ({"type": "datetimepicker"}, 1795424400, 1795424400),
    ({"type": "datetimepicker"}, None, None),
]


def one_input(element: dict[str, Any]) -> dict[str, Any]:
    made = field(**element)
    made["element"] = {**element, "action_id": "text"}
    return {**made, "optional": True}


@pytest.mark.parametrize(("element", "simple", "kept"), ELEMENTS)
def test_plain_values_become_what_slack_sends(
    box: Box, element: dict[str, Any], simple: Any, kept: Any
) -> None:
    view = shown_to_sam(box, one_input(element))
    Browser(box, "sam").act("submit", view=view, values={"why": {"text": simple}})
    (entry,) = box.record.deliveries[-1].payload["view"]["state"]["values"]["why"].values()
    assert entry.pop("type") == element["type"]
    assert list(entry.values()) == [kept]


@pytest.mark.parametrize(
    ("element", "simple", "status"),
    [
        ({"type": "plain_text_input"}, 3, 400),
        ({"type": "plain_text_input"}, {"a": 1}, 400),
        ({"type": "checkboxes", "options": [option("a")]}, "a", 400),
        ({"type": "checkboxes", "options": [option("a")]}, ["b"], 404),
        ({"type": "users_select"}, "U0NOBODY1", 404),
        ({"type": "datepicker"}, "tomorrow", 400),
        ({"type": "timepicker"}, "25:00", 400),
        ({"type": "datetimepicker"}, "now", 400),
        ({"type": "datetimepicker"}, True, 400),
        ({"type": "file_input"}, None, 400),
    ],
)
def test_odd_values_are_refused_and_nothing_is_sent(
    box: Box, element: dict[str, Any], simple: Any, status: int
) -> None:
    view, sam = shown_to_sam(box, one_input(element)), Browser(box, "sam")
    assert sam.try_to("submit", view=view, values={"why": {"text": simple}}).status == status
    assert box.record.deliveries == []


def test_shortcuts_run_from_everywhere_and_from_a_message(bot: Bot, sam: Browser) -> None:
    sam.done("shortcut", callback_id="announce")
    assert len(sam.state()["modals"]) == 1
    card = sam.on_card("halt")
    sam.done("message_shortcut", callback_id="record", channel=card["channel"], ts=card["ts"])
    assert bot.box.wait_for(lambda: sam.messages()[-1]["text"] == "recorded")
    hidden = sam.messages()[-1]
    on_hidden = {"callback_id": "record", "channel": hidden["channel"], "ts": hidden["ts"]}
    assert sam.try_to("message_shortcut", **on_hidden).status == 403


def test_opening_the_home_tab_asks_the_bot_for_it(bot: Bot) -> None:
    sam = Browser(bot.box, "sam")
    sam.done("home")
    assert bot.box.wait_for(lambda: sam.state()["home"])
    assert sam.state()["home"]["blocks"][0]["text"]["text"] == "Nothing needs you"


def test_a_press_in_a_modal_takes_along_what_has_been_typed_there(bot: Bot) -> None:
    look = section("who", block_id="b", accessory=button("Look", "lift"))
    view = shown_to_sam(bot.box, look, field("why"))
    Browser(bot.box, "sam").act(
        "press",
        view=view,
        block_id="b",
        action_id="lift",
        values={"why": {"text": "half a sent"}},
    )
    state = last_payload(bot)["view"]["state"]["values"]
    assert state["why"]["text"]["value"] == "half a sent"


def test_a_button_in_a_modal_is_pressed_by_its_view(bot: Bot) -> None:
    accessory = button("Record", "lift")
    view = shown_to_sam(bot.box, section("who", block_id="b", accessory=accessory))
    sam = Browser(bot.box, "sam")
    answer = sam.act("press", view=view, block_id="b", action_id="lift")
    assert last_payload(bot)["container"] == {"type": "view", "view_id": view}
    assert answer["errors"] == {}
    pressed = {"view": view, "block_id": "b", "action_id": "lift"}
    assert Browser(bot.box, "sue").try_to("press", **pressed).status == 404


def test_the_page_lives_while_acts_wait_for_the_bot(bot: Bot) -> None:
    box, go_on, arrived = bot.box, threading.Event(), threading.Semaphore(0)

    class Slow:
        def send(self, kind: str, payload: Any, attempt: int, reason: str) -> Any:
            arrived.release()
            assert go_on.wait(10)
            return send(kind, payload, attempt, reason)

    send, box.deliveries.transport = box.deliveries.transport.send, Slow()
    alice = Browser(box)
    acts = [
        threading.Thread(target=alice.act, args=["command"], kwargs=line)
        for line in [{"line": "/release status", "place": "general"}] * 10
    ]
    for act in acts:
        act.start()
    assert all(arrived.acquire(timeout=5) for _ in acts)
    assert alice.messages("general") == []
    go_on.set()
    for act in acts:
        act.join(10)
    assert len(alice.messages("general")) == len(acts)
