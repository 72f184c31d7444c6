"""The page itself: accessible in every dress, honest when the bot is gone, and quick to tell what went over the wire."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from bot.manifest import manifest
from rehearsal.box import Box
from tests.bot.serving import run, serving
from tests.browser.conftest import Looking
from tests.browser.screen import Screen
from tests.end_to_end.workplace import QUICK

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""
SERIOUS = ("serious", "critical")
PHONE = {"width": 390, "height": 844}


def faults(screen: Screen) -> list[str]:
    """What axe finds that is serious, with where."""
    found = Axe().run(screen.page).response["violations"]
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE])
def test_a_checker_finds_no_serious_accessibility_fault(
    looking: Looking, scheme: str, viewport: dict[str, int]
) -> None:
    alice = looking("alice", color_scheme=scheme, viewport=viewport)
    assert faults(alice) == []
    for tool in ("Try this", "Clock", "Traffic", "Faults"):
        alice.tool(tool)
        assert faults(alice) == [], tool
    alice.page.locator("#panels-close").click()
    alice.press("Halt")
    expect(alice.modal).to_be_visible()
    assert faults(alice) == []
    alice.page.keyboard.press("Escape")
    alice.type("/release announce")
    expect(alice.field("Version")).to_be_visible()
    assert faults(alice) == []


def test_a_phone_shows_everything_without_scrolling_sideways(looking: Looking) -> None:
    alice = looking("alice", viewport=PHONE)
    wide = alice.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    alice.press("Assert ready")
    expect(alice.modal.get_by_role("button", name="Assert ready")).to_be_in_viewport()


def test_the_traffic_shows_what_was_sent_and_answered(looking: Looking) -> None:
    alice = looking("alice")
    alice.tool("Traffic")
    alice.type("/release status")
    panel = alice.page.locator("#panel-traffic")
    expect(panel).to_contain_text("/release status")
    expect(panel).to_contain_text("chat.postMessage")
    expect(panel).to_contain_text(re.compile(r"\d+(\.\d+)? ms"))


def test_an_outage_is_switched_on_and_off_and_the_release_waits(looking: Looking) -> None:
    alice = looking("alice")
    alice.tool("Faults")
    switch = alice.page.locator("#panel-faults").get_by_role(
        "switch", name=re.compile("Slack is down")
    )
    switch.click()
    expect(switch).to_be_checked()
    alice.type("/release status")
    expect(alice.page.get_by_text(re.compile("failed|trouble", re.I)).first).to_be_visible()
    switch.click()
    expect(switch).not_to_be_checked()


def test_the_page_outlives_the_bot_and_finds_it_again(browser: Browser, tmp_path: Path) -> None:
    with ExitStack() as stack:
        box = stack.enter_context(Box(limits=False, history=True, manifest=manifest()))
        (tmp_path / "catalogue.yaml").write_text(QUICK)
        assert run(tmp_path, "apply", "catalogue.yaml", box=box).code == 0
        bot = stack.enter_context(serving(tmp_path, box))
        bot.start()
        alice = Screen(browser, box.url, "alice")
        stack.callback(alice.page.close)
        alice.type("/release announce payments 2.4.1")
        expect(alice.card).to_contain_text("payments@2.4.1")

        bot.kill()
        alice.press("Halt")
        expect(
            alice.page.get_by_text(re.compile("did not|failed|trouble|no answer", re.I)).first
        ).to_be_visible()
        expect(alice.card).to_contain_text("unless halted")

        bot.start()
        alice.press("Halt")
        alice.field("Why").fill("after the fall")
        alice.submitted("Halt")
        expect(alice.card).to_contain_text("after the fall")


def test_a_box_that_is_gone_is_said_so(browser: Browser) -> None:
    with Box(limits=False) as box:
        alice = Screen(browser, box.url, "alice")
    expect(alice.page.locator("#away")).to_be_visible()
    alice.page.close()
