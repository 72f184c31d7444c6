"""The pictures in docs/pictures, taken of the rehearsal's page in Chromium: `make pictures`.

`python -m tests.pictures agenda floor` takes only these, in both dresses, and leaves the others as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, expect

from bot.audit.packing import case_of
from bot.audit.summary import summary
from bot.plan_page import page as plan_page
from commands.calendar import ahead
from rehearsal.stage import Stage
from rehearsal.stories import audit
from tests import pictures_meeting
from tests.browser.conftest import at_work
from tests.browser.screen import ABSENT, CHROMIUM, Screen, chromium
from tests.end_to_end.workplace import Workplace, company

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
DRESSES = {"": "light", "-dark": "dark"}
PHASES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("announced", ()),
    ("asserted", (("alice", "assert payments"), ("omar", "assert payments"))),
    ("halted", (("sam", "halt payments security CVE-2026-1 is open in the refund form"),)),
    ("superseded", (("dave", "announce payments 2.4.1 commit def456 rebuild"),)),
    ("withdrawn", (("alice", "withdraw payments not this week"),)),
)
"""What people say, one after the other, to bring a card into each phase before its release."""
DEPLOYED = (
    ("released", ("rita", "go payments")),
    ("deploying", ("omar", "deploying payments")),
    ("failed", ("omar", "failed payments the disk is full")),
    ("rolled-back", ("omar", "rolled-back payments")),
)


What = Locator | Screen | Callable[[Path], object]
"""An element, the whole screen, or what takes the picture itself."""
Shot = Callable[[What, str], str]
"""Takes a picture under a name without its dress; its file, or nothing where it is not wanted."""
Scene = Callable[[Browser, Any, Shot], Iterator[str]]


def main() -> None:
    """Takes the pictures named on the command line (`agenda` is both its dresses), or every one."""
    if CHROMIUM is None:
        sys.exit(f"make pictures: {ABSENT}")
    wanted = frozenset(sys.argv[1:]) or EVERY
    if unknown := wanted - EVERY:
        sys.exit(f"make pictures: no {', '.join(sorted(unknown))} among {', '.join(sorted(EVERY))}")
    FOLDER.mkdir(exist_ok=True)
    with chromium() as browser:
        for name in filter(None, _taken(browser, wanted)):
            sys.stdout.write(f"docs/pictures/{name}\n")


def _taken(browser: Browser, wanted: frozenset[str]) -> Iterator[str]:
    """Plays only the scenes in which something wanted is seen."""
    for suffix, scheme in DRESSES.items():
        for scene, names in SCENES.items():
            if wanted & names:
                yield from scene(browser, scheme, _shot_of(wanted, suffix))
    if wanted & pictures_meeting.NAMES:
        yield from pictures_meeting.pictures(browser, DRESSES, _shot_of(wanted))


def _shot_of(wanted: frozenset[str], suffix: str = "") -> Shot:
    def shot(what: What, name: str) -> str:
        if name.removesuffix("-dark") not in wanted:
            return ""
        _shoot(what, FOLDER / f"{name}{suffix}.png")
        return f"{name}{suffix}.png"

    return shot


def _releasing(browser: Browser, scheme: Any, shot: Shot) -> Iterator[str]:
    """The page, its forms, a direct message, and a card in each phase."""
    with at_work(company()) as work:
        alice, sam = (
            Screen(browser, work.box.url, who, color_scheme=scheme) for who in ("alice", "sam")
        )
        yield shot(alice, "page")
        phone = Screen(
            browser,
            work.box.url,
            "alice",
            color_scheme=scheme,
            viewport={"width": 390, "height": 844},
        )
        yield shot(phone, "phone")
        yield from _forms(alice, sam, shot)
        yield from _direct_message(alice, shot)
        yield from _cards(work, alice, shot)


COLLIDING = (
    ("rita", "product payments needs ledger >= 3.2"),
    ("rita", "resource payments needs dba before 30m for 2h"),
    ("rita", "resource mobile needs dba for 2h"),
    ("dave", "announce payments 2.5.0 fri 10:00 UTC notes Refunds in one step"),
    ("dave", "announce ledger 3.2.0 fri 10:00 UTC notes Totals per currency"),
    ("dave", "announce web 1.8.0 mon 11:00 UTC"),
    ("dave", "announce mobile 5.0.0 fri 11:00 UTC"),
    ("rita", "freeze add audit hard for web from tue 8:00 until thu 12:00 because of the auditors"),
    ("rita", "freeze add weekends soft every fri 16:00 - mon 08:00"),
)
"""What people say to bring plans into each other's way."""


def _collisions(browser: Browser, scheme: Any, shot: Shot) -> Iterator[str]:
    """A card whose plan collides, what its Release Coordinator is sent, and the plan as a page."""
    with at_work(company()) as work:
        rita = Screen(browser, work.box.url, "rita", color_scheme=scheme)
        for who, line in COLLIDING:
            work.say(who, line)
        found = rita.page.locator(".message", has_text="payments@2.5.0 · build 1").first
        expect(found).to_contain_text("Collisions")
        yield _settled(work, found, "card-collides", shot)
        rita.place("Presumptive").first.click()
        sent = rita.messages.filter(has_text="A way out").last
        expect(sent).to_be_visible()
        yield _settled(work, sent, "way-out", shot)
        desk = work.bot.bot.desk
        with work.bot.database.read() as reader:
            now = desk.clock()
            seen = ahead(
                reader, desk.tools, now, now - timedelta(hours=9), now + timedelta(days=14)
            )
            written = plan_page(seen, "Europe/London")
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page.set_content(written)
    yield shot(lambda path: page.screenshot(path=path, full_page=True), "plan")
    page.close()


def unheard(line: str) -> None:
    """The transcript, which the pictures need not show."""


def _tracing(browser: Browser, scheme: Any, shot: Shot) -> Iterator[str]:
    """The page that says why a version went out, of the story in which a fault is traced back."""
    with at_work(company()) as work:
        bot = work.bot
        audit.play(Stage(work.box, work.clock.now, bot.advance, bot.quiet, unheard, records=bot))
        with bot.database.read() as reader:
            written = summary(case_of(reader, "payments@2.4.1"))
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1200, "height": 1300})
    page.set_content(written)
    yield shot(lambda path: page.screenshot(path=path), "trace")
    page.close()


def _forms(alice: Screen, sam: Screen, shot: Shot) -> Iterator[str]:
    alice.press("Assert ready")
    expect(alice.modal).to_be_visible()
    yield shot(alice.modal, "assert")
    alice.page.keyboard.press("Escape")
    sam.press("Assert ready")
    boxes = sam.modal.get_by_role("checkbox")
    expect(boxes.first).to_be_visible()
    for place in (0, 2, 3, 4):
        boxes.nth(place).check()
    sam.field("Waive instead").click()
    sam.page.get_by_role("option", name="Potential exploits evaluated").click()
    sam.page.keyboard.press("Escape")
    sam.submit("Assert ready")
    sam.field("Security: Potential exploits").fill("Nothing an attacker can reach has changed")
    yield shot(sam.modal, "waive")
    sam.page.keyboard.press("Escape")
    sam.press("Halt")
    sam.field("Why").fill("CVE-2026-1 is open in the refund form.\nFixed in the next build.")
    yield shot(sam.modal, "halt")
    sam.page.keyboard.press("Escape")


def _direct_message(alice: Screen, shot: Shot) -> Iterator[str]:
    alice.place("Presumptive").first.click()
    expect(alice.messages.last).to_contain_text("your word is asked")
    yield shot(alice.messages.last, "direct-message")
    alice.place("releases").click()


def _cards(work: Workplace, alice: Screen, shot: Shot) -> Iterator[str]:
    """The card in each phase; the first is the one shown when nothing else is said."""
    expect(alice.card).to_contain_text("payments@2.4.1")
    yield shot(alice.card, "card")
    for phase, lines in PHASES:
        before = work.card()
        for who, line in lines:
            work.say(who, line)
        shown = alice.page.locator(f'[data-ts="{before.ts}"]')
        yield _settled(work, shown, f"card-{phase}", shot)
    work.announce("payments 2.5.0 commit abc789 notes Refunds in one step")
    for who in ("alice", "sam", "omar", "rita"):
        work.say(who, "assert payments")
    for phase, (who, line) in DEPLOYED:
        work.say(who, line)
        shown = alice.page.locator(f'[data-ts="{work.card().ts}"]')
        yield _settled(work, shown, f"card-{phase}", shot)
        if phase == "failed":
            work.say("omar", "deploying payments")
            work.say("omar", "deployed payments")
            yield _settled(work, shown, "card-deployed", shot)


def _settled(work: Workplace, shown: Locator, name: str, shot: Shot) -> str:
    work.bot.quiet()
    shown.page.wait_for_timeout(700)
    return shot(shown, name)


def _shoot(what: What, path: Path) -> None:
    if isinstance(what, Screen):
        what.page.wait_for_timeout(500)
        what.page.screenshot(path=path)
    elif isinstance(what, Locator):
        what.scroll_into_view_if_needed()
        what.page.wait_for_timeout(300)
        what.screenshot(path=path)
    else:
        what(path)


SCENES: Mapping[Scene, frozenset[str]] = {
    _releasing: frozenset(
        {"page", "phone", "assert", "waive", "halt", "direct-message", "card", "card-deployed"}
        | {f"card-{phase}" for phase, _ in (*PHASES, *DEPLOYED)}
    ),
    _tracing: frozenset({"trace"}),
    _collisions: frozenset({"card-collides", "way-out", "plan"}),
}
"""Which pictures are taken in which; those of the meeting are taken in both dresses at once."""
EVERY = pictures_meeting.NAMES.union(*SCENES.values())


if __name__ == "__main__":
    main()
