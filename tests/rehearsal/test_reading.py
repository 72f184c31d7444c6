"""What people read, and whom a message notifies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rehearsal.box import Box
from rehearsal.mrkdwn import date_text, pings_of
from rehearsal.transcript import transcript
from tests.rehearsal.conftest import Caller, button, field, modal, section

REL = "C0REL0001"
DATE = "<!date^1795521600^{date_short_pretty} {time}|24 Nov 12:00 UTC>"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    part = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [part]}


PINGS: list[tuple[str, list[Any], set[str]]] = [
    ("hello <@U0SAM0001>", [], {"U0SAM0001"}),
    ("<!channel> <!here|here> <!everyone>", [], {"channel", "here", "everyone"}),
    ("<!subteam^S0SECARCH|@sec-arch>", [], {"S0SECARCH"}),
    ("&lt;!channel&gt; @channel @sam", [], set()),
    ("<#C0REL0001|releases> <https://a.example|<b>", [], set()),
    ("x", [section("<@U0SAM0001|sam>")], {"U0SAM0001"}),
    ("x", [section("ask @here")], {"here"}),
    ("x", [section("mail a@channel.example or x/@here")], set()),
    (
        "x",
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": "@here", "verbatim": True}]}],
        set(),
    ),
    ("x", [{"type": "header", "text": plain("<!channel>")}], set()),
    ("x", [rich({"type": "text", "text": "<!channel>"})], set()),
    ("x", [rich({"type": "broadcast", "range": "channel"})], {"channel"}),
    ("x", [rich({"type": "usergroup", "usergroup_id": "S0SECARCH"})], {"S0SECARCH"}),
    ("x", [{"type": "markdown", "text": "<!channel>"}], {"channel"}),
    ("<!channel>", [section("quiet")], {"channel"}),
]


@pytest.mark.parametrize(("text", "blocks", "expected"), PINGS)
def test_pings_are_found_wherever_slack_parses(
    text: str, blocks: list[Any], expected: set[str]
) -> None:
    assert pings_of(text, blocks) == expected


def test_bare_names_ping_only_where_links_are_asked_for() -> None:
    assert pings_of("@channel", [], link_names=True) == {"channel"}
    assert pings_of("<!channel>", [], mrkdwn=False) == set()


def test_a_ping_stays_recorded_when_an_edit_takes_it_back(box: Box, call: Caller) -> None:
    ts = call("chat.postMessage", channel=REL, text="<!here> now").body["ts"]
    call("chat.update", channel=REL, ts=ts, text="quiet")
    assert box.person("sam").messages("releases")[-1].pings == {"here"}


def test_what_a_person_types_shows_literally(box: Box) -> None:
    said = box.person("dave").say("<!channel> & @sam see #releases", "releases")
    assert said.pings == {"U0SAM0001"}
    assert box.person("sam").read(said) == "<!channel> & @sam see #releases"


def test_each_reads_the_same_message_in_their_own_zone(box: Box, call: Caller) -> None:
    call(
        "chat.postMessage",
        channel=REL,
        text="x",
        blocks=[
            {"type": "header", "text": plain("payments 2.4.1 & more")},
            section(f"Goes out {DATE} unless halted; ask <!subteam^S0SECARCH> in <#{REL}>"),
            {"type": "section", "fields": [plain("*Security*"), plain("no word yet")]},
            section(
                "<https://a.example/x?a=1&amp;b=2|notes>",
                accessory={
                    "type": "overflow",
                    "action_id": "more",
                    "options": [{"text": plain("Details"), "value": "d"}],
                },
            ),
            rich(
                {"type": "user", "user_id": "U0SAM0001"},
                {"type": "text", "text": " <!channel> "},
                {"type": "link", "url": "https://a.example"},
            ),
            {"type": "divider"},
            {"type": "context", "elements": [plain("build 3"), plain("abc123")]},
            {"type": "actions", "elements": [button("Assert ready", "a"), button("Halt", "h")]},
        ],
    )
    message = box.person("omar").messages("releases")[-1]
    assert box.person("omar").read(message) == "\n".join(
        [
            "# payments 2.4.1 & more",
            "Goes out tomorrow 17:30 unless halted; ask @sec-arch in #releases",
            "*Security*",
            "no word yet",
            "notes (https://a.example/x?a=1&b=2) [… Details]",
            "@sam <!channel> https://a.example",
            "---",
            "build 3 · abc123",
            "[Assert ready] [Halt]",
        ]
    )
    assert "tomorrow 04:00" in box.person("dave").read(message)


def test_a_transcript_indents_replies_and_names_authors(box: Box, call: Caller) -> None:
    parent = call("chat.postMessage", channel=REL, text="parent").body["ts"]
    call("chat.postMessage", channel=REL, text="one\ntwo", thread_ts=parent)
    alice = box.person("alice")
    top = alice.messages("releases")[0]
    assert transcript([top, *alice.thread(top)], alice) == "\n".join(
        [
            "Mon 23 Nov 09:00  presumptive",
            "    parent",
            "    Mon 23 Nov 09:00  presumptive",
            "        one",
            "        two",
        ]
    )


def test_a_modal_shows_its_fields_with_what_is_filled_in(box: Box, call: Caller) -> None:
    criteria = {
        "type": "input",
        "block_id": "criteria",
        "label": plain("Criteria"),
        "optional": True,
        "element": {
            "type": "checkboxes",
            "action_id": "met",
            "options": [{"text": plain(f"c{n}"), "value": f"{n}"} for n in range(2)],
        },
    }
    trigger = box.workspace.triggers.issue("U0ALICE01")
    call("views.open", trigger_id=trigger, view=modal(field(initial_value="CVE"), criteria))
    alice = box.person("alice")
    assert alice.modal is not None
    alice.choose("Criteria", ["c1"])
    assert alice.read(alice.modal) == "\n".join(
        ["== Halt ==", "Why: [CVE]", "Criteria (optional): ", "  ( ) c0", "  (x) c1", "[Halt]"]
    )


def test_how_long_ago_is_measured_in_real_time_over_a_change_of_the_clocks() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    after = datetime(2026, 10, 25, 2, 30, tzinfo=UTC)

    assert date_text(int(before.timestamp()), "{ago}", "Europe/Berlin", after) == "2 hours ago"
