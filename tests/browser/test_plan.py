"""The page of the plan in a real Chromium: nothing a person is kept from, by screen, keyboard or reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.plan_page import page as drawn
from tests.bot import plans

SCREENS: dict[str, dict[str, Any]] = {
    "projected": {"viewport": {"width": 1400, "height": 900}},
    "in the dark": {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"},
    "a phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.fixture
def asked() -> list[str]:
    """What the page asked for, itself aside."""
    return []


@pytest.fixture(params=SCREENS)
def plan(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest, asked: list[str]
) -> Iterator[Page]:
    file = tmp_path / "plan.html"
    file.write_text(drawn(plans.ahead(plans.forty()), "Europe/London"), encoding="utf-8")
    # axe is a script, and the page allows none.
    page = browser.new_page(**SCREENS[request.param], bypass_csp=True, reduced_motion="reduce")
    page.on("request", lambda each: asked.append(each.url))
    page.goto(file.as_uri())
    yield page
    page.close()


def test_nobody_is_kept_out_and_nobody_is_asked(plan: Page, asked: list[str]) -> None:
    assert asked == [plan.url]
    assert plan.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(plan).response["violations"]
    assert not [(each["id"], each["nodes"][0]["html"]) for each in found]


def test_a_bar_is_reached_by_the_keyboard_and_leads_to_its_row(plan: Page) -> None:
    bar = plan.locator(".mark a").first
    name = (bar.get_attribute("aria-label") or "").partition(",")[0]
    bar.focus()
    plan.keyboard.press("Enter")
    expect(plan.locator("tr:target")).to_contain_text(name)
    expect(plan.locator("tr:target")).to_be_in_viewport()


def test_no_words_of_one_bar_cover_another_bar(plan: Page) -> None:
    covered = plan.evaluate(
        """() => [...document.querySelectorAll(".track ul")].flatMap(list => {
          const seen = [...list.querySelectorAll(":scope > .mark .words")].map(w => w.getBoundingClientRect());
          return seen.flatMap((a, i) => seen.slice(i + 1).filter(b =>
            a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
        }).length"""
    )
    assert covered == 0
