"""People at their screens: a release from its announcement to silence, refused, halted and lifted on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Looking
from tests.end_to_end.workplace import Workplace

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""
REASON = "CVE-2026-1 is open\nIt is “exploited” & <loud>\n\nSee the tracker"


def test_five_people_take_a_candidate_from_its_announcement_to_its_release(
    looking: Looking, live: Workplace
) -> None:
    dave, sam = looking("dave"), looking("sam")
    dave.type("/release announce")
    dave.field("Product").click()
    dave.page.get_by_role("option", name="ledger").click()
    dave.field("Version").fill("3.0.0")
    dave.field("What changed").fill("https://notes.example/3")
    dave.submitted("Announce")
    expect(dave.card).to_contain_text("ledger@3.0.0")
    expect(sam.card).to_contain_text("ledger@3.0.0")

    dave.press("Assert ready")
    expect(dave.messages.last).to_contain_text("Only visible to you")
    expect(sam.page.get_by_text("Only visible to you")).to_have_count(0)

    sam.press("Halt")
    sam.field("Why").fill(REASON)
    sam.submitted("Halt")
    expect(sam.card).to_contain_text("“exploited” & <loud>")
    expect(dave.card).to_contain_text("CVE-2026-1 is open")
    (halt,) = live.candidate("ledger@3.0.0#1").open_halts
    assert halt.reason == REASON

    sam.press("Lift")
    sam.field("Why it can go on").fill("patched")
    sam.submitted("Lift")
    expect(dave.card).to_contain_text("unless halted")

    for who, state in (("alice", "Product"), ("omar", "Operation"), ("rita", "Organization")):
        owner = looking(who)
        owner.press("Assert ready")
        expect(owner.modal).to_contain_text(state)
        owner.assert_all()
        expect(dave.card).to_contain_text(f"asserted by {who}")

    while live.candidate("ledger@3.0.0#1").phase == "announced":
        dave.move("Next thing due")
    expect(dave.card).to_contain_text("presumed")
    assert live.candidate("ledger@3.0.0#1").phase == "released"


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(looking: Looking) -> None:
    dave = looking("dave")
    dave.type("/release announce")
    dave.submit("Announce")
    expect(dave.field("Version")).to_have_attribute("aria-invalid", "true")

    dave.field("Product").click()
    dave.page.get_by_role("option", name="ledger").click()
    dave.field("Version").fill("3 0;0")
    dave.field("What changed").fill("Bookings in one step")
    dave.submit("Announce")
    version = dave.field("Version")
    expect(version).to_have_attribute("aria-invalid", "true")
    expect(version).to_be_focused()
    expect(dave.field("What changed")).to_have_value("Bookings in one step")

    version.fill("3.0.0")
    dave.submitted("Announce")
    expect(dave.card).to_contain_text("Bookings in one step")


def test_a_shortcut_on_a_message_halts_with_what_it_says(looking: Looking, live: Workplace) -> None:
    omar = looking("omar")
    omar.type("payments loses refunds")
    message = omar.messages.filter(has_text="payments loses refunds").last
    message.hover()
    message.get_by_role("button", name=re.compile("More|shortcut", re.I)).click()
    omar.page.get_by_role("menuitem", name=re.compile("Halt a release")).click()
    expect(omar.field("Why")).to_have_value("payments loses refunds")
    omar.submitted("Halt")

    expect(omar.card).to_contain_text("payments loses refunds")
    assert live.candidate().open_halts


def test_a_direct_message_is_unread_until_it_is_read_and_its_button_works(
    looking: Looking,
) -> None:
    rita = looking("rita")
    bot = rita.place("Presumptive").first
    expect(bot).to_contain_text("unread")
    bot.click()
    asked = rita.messages.filter(has_text="your word is asked").first
    rita.press("Assert ready", on=asked)
    rita.assert_all()
    expect(asked.or_(rita.messages.filter(has_text="asserted")).first).to_contain_text("asserted")
    rita.place("releases").click()
    expect(rita.card).to_contain_text("asserted by rita")
    expect(bot).not_to_contain_text("unread")


def test_a_guest_sees_the_release_and_may_do_nothing(looking: Looking, live: Workplace) -> None:
    gwen = looking("gwen")
    gwen.press("Halt")
    expect(gwen.messages.last).to_contain_text("Only visible to you")
    assert not live.candidate().open_halts
    expect(gwen.place("board")).to_have_count(0)


def test_a_card_is_pressed_with_the_keyboard_alone(looking: Looking, live: Workplace) -> None:
    alice = looking("alice")
    halt = alice.card.get_by_role("button", name=re.compile("^Halt"))
    halt.focus()
    alice.page.keyboard.press("Enter")
    expect(alice.modal).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
    expect(halt).to_be_focused()

    expect(halt).not_to_have_attribute("aria-busy", "true")
    alice.page.keyboard.press("Enter")
    alice.field("Why").focus()
    alice.page.keyboard.type("by hand")
    for _ in range(6):
        alice.page.keyboard.press("Tab")
        if alice.page.evaluate("document.activeElement.textContent").strip() == "Halt":
            break
    alice.page.keyboard.press("Enter")
    expect(alice.card).to_contain_text("by hand")
    assert [h.reason for h in live.candidate().open_halts] == ["by hand"]


def test_the_first_minute_ticks_itself(looking: Looking, live: Workplace) -> None:
    alice = looking("alice")
    alice.tool("Try this")
    expect(alice.page.locator("#panel-guide")).to_contain_text("0 of 5")

    alice.press("Assert ready")
    alice.assert_all()
    expect(alice.page.locator("#panel-guide")).to_contain_text("1 of 5")

    alice.act_as("Dave Dunn")
    alice.press("Assert ready")
    expect(alice.page.locator("#panel-guide")).to_contain_text("2 of 5")

    alice.act_as("Sam Silva")
    alice.press("Halt")
    alice.field("Why").fill("wait")
    alice.submitted("Halt")
    expect(alice.page.locator("#panel-guide")).to_contain_text("3 of 5")

    alice.type("/release lift payments fixed")
    expect(alice.page.locator("#panel-guide")).to_contain_text("4 of 5")

    while live.candidate().phase == "announced":
        alice.move("Next thing due")
    alice.tool("Try this")
    expect(alice.page.locator("#panel-guide")).to_contain_text("5 of 5")
