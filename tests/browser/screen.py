"""The rehearsal's page in a real Chromium: what one person sees of it and does with it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
ABSENT = "there is no Chromium on this machine (Debian: apt-get install chromium)"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS = 15_000
"""Milliseconds within which what should come must have come."""

expect.set_options(timeout=SECONDS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        yield browser
        browser.close()


class Screen:
    """One page on which somebody acts. It notes what went wrong on it, and whom it asked."""

    def __init__(self, browser: Browser, url: str, who: str = "alice", **options: Any) -> None:
        self.page: Page = browser.new_page(
            viewport=options.pop("viewport", {"width": 1440, "height": 900}),
            reduced_motion="reduce",
            **options,
        )
        self.page.set_default_timeout(SECONDS)
        self.wrong: list[str] = []
        self.asked: set[str] = set()
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", lambda request: self.asked.add(request.url.split("/page/")[0]))
        self.url = url
        self.page.goto(f"{url}/?as={who}&place=releases")
        expect(self.page.locator("#act-as")).to_contain_text("Acting as")

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    # What is seen.

    @property
    def card(self) -> Locator:
        """The newest card: the last message that has buttons or a line of record under a heading."""
        return self.messages.filter(has=self.page.get_by_role("heading", level=3)).last

    @property
    def messages(self) -> Locator:
        return self.page.locator("#messages > .message")

    @property
    def modal(self) -> Locator:
        return self.page.get_by_role("dialog").last

    def place(self, name: str) -> Locator:
        return self.page.locator("#places").get_by_role("link", name=re.compile(name))

    def field(self, label: str) -> Locator:
        return self.modal.get_by_label(re.compile(f"^{re.escape(label)}"))

    def step(self, number: int) -> Locator:
        """A step of the first minute."""
        return self.page.locator("#panel-guide ol > li").nth(number - 1)

    # What is done.

    def act_as(self, real_name: str) -> None:
        self.page.locator("#act-as button").click()
        self.page.get_by_role("menuitemradio", name=re.compile(real_name)).click()
        expect(self.page.locator("#act-as")).to_contain_text(real_name)

    def type(self, line: str) -> None:
        """Types into the channel's composer and sends it."""
        box = self.page.locator("#foot textarea")
        box.click()
        box.fill(line)
        self.page.locator("#foot").get_by_role("button", name="Send").click()

    def press(self, label: str, on: Locator | None = None) -> None:
        (on or self.card).get_by_role("button", name=re.compile(f"^{label}")).click()

    def submit(self, label: str) -> None:
        self.modal.get_by_role("button", name=label, exact=True).click()

    def submitted(self, label: str) -> None:
        """Sends the form and sees it close."""
        self.submit(label)
        expect(self.page.get_by_role("dialog")).to_have_count(0)

    def assert_all(self) -> None:
        """Ticks every criterion of the open form, sends it and sees it close."""
        expect(self.modal.get_by_role("checkbox").first).to_be_visible()
        for box in self.modal.get_by_role("checkbox").all():
            box.check()
        self.submitted("Assert ready")

    def tool(self, name: str) -> None:
        """Opens one of the panels: Try this, Clock, Traffic, Faults."""
        panels = self.page.locator("#panels")
        if panels.is_hidden():
            self.page.locator("#open-panels").click()
        self.page.get_by_role("tab", name=name).click()

    def move(self, label: str) -> None:
        """Moves the clock by one of its buttons, and waits until it has arrived."""
        self.tool("Clock")
        button = self.page.locator("#panel-clock").get_by_role("button", name=re.compile(label))
        button.click()
        expect(button).not_to_have_attribute("title", "The clock is moving", timeout=60_000)
