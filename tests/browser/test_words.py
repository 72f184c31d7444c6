"""Words typed on the page: to the bot in its direct message, and to it in a channel."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Looking
from tests.end_to_end.workplace import Workplace

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
SIZES = pytest.mark.parametrize(
    "viewport", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
)


@SIZES
def test_a_halt_typed_in_the_direct_message_shows_on_the_card(
    live: Workplace, looking: Looking, viewport: dict[str, int]
) -> None:
    sam = looking("sam", viewport=viewport)
    dm = live.box.workspace.dm(live.person("sam").id)
    sam.page.goto(f"{sam.url}/?as=sam&place={dm.id}")
    box = sam.page.locator("textarea.composer-box").first
    expect(box).to_have_attribute("placeholder", "Write to Presumptive, or type /")
    box.fill("halt payments refunds are broken")
    box.press("Enter")
    expect(sam.messages.last).to_contain_text("halt payments refunds are broken")
    expect(sam.messages.last).to_contain_text("1 reply")
    sam.messages.last.get_by_text("1 reply").click()
    expect(sam.page.locator(".thread-scroll")).to_contain_text("You halted payments@2.4.1")
    assert [h.reason for h in live.candidate().open_halts] == ["refunds are broken"]


def test_a_mention_in_the_channel_is_answered_in_its_thread(
    live: Workplace, looking: Looking
) -> None:
    sam = looking("sam")
    sam.type("@presumptive don't ship this")
    expect(sam.messages.last).to_contain_text("1 reply")
    sam.messages.last.get_by_text("1 reply").click()
    thread = sam.page.locator(".thread-scroll")
    expect(thread).to_contain_text("Nothing is halted yet.")
    thread.get_by_role("button", name="Halt payments@2.4.1").click()
    live.box.wait_for(lambda: live.candidate().open_halts)
    assert [h.reason for h in live.candidate().open_halts] == ["don't ship this"]


def test_where_the_tab_is_read_only_nobody_can_type_there(
    live: Workplace, looking: Looking
) -> None:
    live.box.workspace.settings.writable_tab = False
    sam = looking("sam")
    dm = live.box.workspace.dm(live.person("sam").id)
    sam.page.goto(f"{sam.url}/?as=sam&place={dm.id}")
    expect(
        sam.page.get_by_text("Sending messages to this app has been turned off.")
    ).to_be_visible()
    expect(sam.page.locator("textarea.composer-box").first).to_be_hidden()
