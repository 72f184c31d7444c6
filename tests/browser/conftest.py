"""Fixtures of the browser's tests: one Chromium, a workspace with its clock going, people at their screens."""

from __future__ import annotations

import gc
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser

from bot.manifest import manifest
from commands.verbs import VERBS
from tests.browser.screen import ABSENT, CHROMIUM, Screen, chromium
from tests.end_to_end.workplace import Workplace, company

Looking = Callable[..., Screen]
WORDS = [(verb.word, verb.summary, verb.usage) for verb in VERBS.values() if verb.word]
HURRIED = re.sub(rb"notice_hours: \d+", b"notice_hours: 1", company())
"""The small company, content with an hour's notice: its Monday goes by faster."""


@contextmanager
def at_work(catalogue: bytes = HURRIED) -> Iterator[Workplace]:
    """The small company with the real bot, as `presumptive rehearse` starts it: payments 2.4.1 announced."""
    with ExitStack() as stack:
        work = Workplace.open(
            stack, catalogue, transport="socket", manifest=manifest(), words=WORDS
        )
        work.box.hands = work.bot
        work.announce("payments 2.4.1 commit abc123 notes Refunds in one step")
        work.bot.come_alive()
        yield work
    with warnings.catch_warnings():
        # slack_sdk's client forgets its sockets and leaves them to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(ABSENT)
    with chromium() as found:
        yield found


@pytest.fixture
def live(browser: Browser) -> Iterator[Workplace]:
    with at_work() as work:
        yield work


@pytest.fixture
def looking(browser: Browser, live: Workplace) -> Iterator[Looking]:
    """Opens a screen for somebody; afterwards nothing may have gone wrong on any of them."""
    screens: list[Screen] = []

    def look(who: str = "alice", **options: object) -> Screen:
        screens.append(Screen(browser, live.box.url, who, **options))
        return screens[-1]

    yield look
    wrong = [line for screen in screens for line in screen.wrong]
    asked = {origin for screen in screens for origin in screen.asked}
    for screen in screens:
        screen.page.close()
    assert not wrong
    assert {origin.rstrip("/").partition("/?")[0] for origin in asked} <= {live.box.url}
