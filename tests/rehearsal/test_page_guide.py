"""The guide ticks itself from what the real bot really did, in any order, and from nothing less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.end_to_end.workplace import Workplace, company
from tests.rehearsal.browser import Browser


@pytest.fixture
def work() -> Iterator[Workplace]:
    with ExitStack() as stack:
        found = Workplace.open(stack)
        found.box.hands = found.bot
        found.announce()
        yield found


def done(work: Workplace) -> set[str]:
    return {step["id"] for step in Browser(work.box).state()["guide"] if step["done"]}


def press(work: Workplace, who: str, label: str) -> Browser:
    """Presses a button of the card by its label, as the page does."""
    page, card = Browser(work.box, who), work.card()
    for block in card.blocks:
        for element in block.get("elements", []):
            if element.get("text", {}).get("text") == label:
                page.done(
                    "press",
                    channel=card.channel,
                    ts=card.ts,
                    version=card.edits,
                    block_id=block["block_id"],
                    action_id=element["action_id"],
                )
                return page
    raise LookupError(label)


def fill(page: Browser, **texts: str) -> None:
    """Ticks every box of the open modal, writes the texts, and sends it."""
    view = page.state()["modals"][-1]
    values: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        if element.get("type") == "checkboxes":
            every = [option["value"] for option in element["options"]]
            values[block["block_id"]] = {element["action_id"]: every}
        elif element.get("type") == "plain_text_input" and block["block_id"] in texts:
            values[block["block_id"]] = {element["action_id"]: texts[block["block_id"]]}
    page.done("submit", view=view["id"], values=values)


def test_every_step_ticks_itself_as_it_is_told(work: Workplace) -> None:
    assert done(work) == set()
    alice = press(work, "alice", "Assert ready")
    assert done(work) == set()
    fill(alice)
    assert work.eventually(lambda: done(work) == {"assert"})
    press(work, "dave", "Assert ready")
    assert work.eventually(lambda: done(work) == {"assert", "refused"})
    fill(press(work, "sam", "Halt"), reason="CVE-1 is open")
    assert work.eventually(lambda: done(work) == {"assert", "refused", "halt"})
    Browser(work.box, "sam").done("command", line="/release lift payments fixed", place="releases")
    assert work.eventually(lambda: done(work) == {"assert", "refused", "halt", "lift"})
    for _ in range(20):
        if "silence" in done(work):
            break
        Browser(work.box).post("/page/clock", **{"as": "alice", "to": "due"})
        assert work.box.wait_for(
            lambda: not Browser(work.box).state()["clock"]["moving"], seconds=60
        )
    assert done(work) == {"assert", "refused", "halt", "lift", "silence"}


def test_typed_words_count_and_the_order_is_free(work: Workplace) -> None:
    def say(who: str, words: str) -> None:
        line = f"/release {words}"
        Browser(work.box, who).done("command", line=line, place="releases")

    say("sam", "halt payments CVE-1 is open")
    assert work.eventually(lambda: done(work) == {"halt"})
    say("dave", "assert payments")
    assert work.eventually(lambda: done(work) == {"halt", "refused"})
    say("sam", "lift payments fixed")
    say("omar", "assert payments")
    assert work.eventually(lambda: done(work) == {"halt", "refused", "lift", "assert"})


def test_what_had_no_effect_ticks_nothing(work: Workplace) -> None:
    gwen, dave = Browser(work.box, "gwen"), Browser(work.box, "dave")
    gwen.done("command", line="/release halt payments because", place="releases")
    dave.done("command", line="/release lift payments because", place="releases")
    gwen.done("say", place="releases", text="asserted by gwen, halted by gwen, lifted by gwen")
    dave.done("say", place="releases", text="payments is released: presumed")
    work.bot.quiet()
    assert done(work) == set()


def test_a_press_that_opens_a_form_is_no_refusal() -> None:
    daves = company().replace(b'product-owner: ["@alice"]', b'product-owner: ["@dave"]')
    with ExitStack() as stack:
        work = Workplace.open(stack, daves)
        work.announce()
        press(work, "dave", "Assert ready")
        work.bot.quiet()
        assert Browser(work.box, "dave").state()["modals"]
        assert done(work) == set()
