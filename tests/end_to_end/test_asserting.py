"""Criteria are ticked or waived in two forms, and a word is carried into a rebuild, over the wire."""

from __future__ import annotations

import pytest

from rules.words import State
from tests.end_to_end.workplace import Workplace

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""

EXPLOITS, SECURED = "Potential exploits evaluated", "Target environment secured"
WITHOUT_TWO = ["0", "2", "3"]


def waive_two(work: Workplace) -> None:
    """Sam ticks three criteria of Security, waives the two others, and says why."""
    work.press("sam", "Assert ready")
    asked = work.fill(
        "sam", **{"met:security:0": WITHOUT_TWO, "waive": ["security:1", "security:4"]}
    )
    assert asked.error is None and not asked.errors
    reasons = {"why:security:1": "unchanged <!channel>", "why:security:4": "on Friday"}
    done = work.fill("sam", **reasons)
    assert done.error is None and not done.errors


def test_a_waiver_takes_two_forms_and_shows_on_the_card(work: Workplace) -> None:
    work.announce()
    waive_two(work)
    assert work.person("sam").modal is None
    waived = {w.criterion: w.reason for w in work.candidate().waived(State.SECURITY)}
    assert waived == {EXPLOITS: "unchanged <!channel>", SECURED: "on Friday"}
    assert "with 2 waivers" in work.reads() and f"{SECURED}: on Friday (sam)" in work.reads()
    assert work.facts("state.asserted") == ["state.asserted"]
    assert not work.pings() & {"channel", "here", "everyone"}
    assert not work.box.record.failures()


def test_what_is_neither_ticked_nor_waived_is_said_beside_its_field(work: Workplace) -> None:
    work.announce()
    work.press("sam", "Assert ready")
    nothing = work.fill("sam")
    assert list(nothing.errors) == ["met:security:0"]
    some = work.fill("sam", **{"met:security:0": WITHOUT_TWO, "waive": ["security:1"]})
    assert SECURED in some.errors["met:security:0"] and EXPLOITS not in some.errors
    both = work.fill("sam", **{"met:security:0": ["0", "1", "2", "3", "4"]})
    assert EXPLOITS in both.errors["met:security:0"]
    assert not work.facts("state.asserted")
    assert not work.fill("sam", waive=None).errors
    assert "asserted by sam" in work.reads() and work.candidate().waivers == ()


def test_an_empty_reason_is_refused_beside_its_field(work: Workplace) -> None:
    work.announce()
    work.press("sam", "Assert ready")
    work.fill("sam", **{"met:security:0": ["0", "2", "3", "4"], "waive": ["security:1"]})
    refused = work.fill("sam", **{"why:security:1": "   "})
    assert list(refused.errors) == ["why:security:1"]
    assert not work.facts("criterion.waived")


def test_a_word_and_its_waivers_are_carried_into_a_rebuild_by_a_button(work: Workplace) -> None:
    work.announce()
    waive_two(work)
    work.announce("payments 2.4.1 commit def456 rebuild")
    new = "payments@2.4.1#2"
    assert work.candidate(new).waivers == () and work.candidate(new).assertions == {}
    assert "was asserted: Security by sam" in work.reads()
    asked = work.person("sam").dms()[-1]
    said = work.person("sam").read(asked)
    assert "abc123" in said and "def456" in said and EXPLOITS in said
    seen = work.press("sam", "Carry over", on=asked)
    assert seen.error is None and "2 waivers" in str(seen.confirmed)
    word = work.candidate(new).assertions[State.SECURITY]
    assert (word.carried_from, len(work.candidate(new).waivers)) == ("payments@2.4.1#1", 2)
    assert "with 2 waivers" in work.reads()
