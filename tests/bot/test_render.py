"""What people typed is shown as typed, pings nobody and breaks no limit of Slack's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render import Rendered
from bot.richtext import (
    LONGEST_TEXT,
    LONGEST_WIRE,
    Leaf,
    Marks,
    cut,
    isolated,
    tidy,
)
from bot.sizes import LONGEST, size
from commands.request import Choice, Reply
from commands.status import NO_WAY
from rehearsal.blockkit import check_blocks, counted
from rehearsal.mrkdwn import pings_of
from rules.candidate import Hotfix
from rules.facts import Actor, Fact
from rules.product import Product
from rules.words import Role, State
from storage.reading import Company, StoredFact
from tests.templates import cases
from tests.templates.cases import HEAD, RENDERER
from tests.templates.company import (
    AS_SAM,
    COMPANY,
    DAVE,
    GROUPS,
    MONDAY,
    PAYMENTS,
    PEOPLE,
    SAM,
    SECURITY_GROUP,
    announced,
    halted,
    standing,
)

OURS = {*PEOPLE, SECURITY_GROUP}

HOSTILE = {
    "a channel": "<!channel> <!here> <!everyone> @channel @here",
    "a person and a group": "<@U0STRANGR1> <!subteam^S0STRANGR>",
    "a disguised link": "<https://evil.example|Approve here>",
    "a date": "<!date^1795515300^{date}|never>",
    "ten thousand letters": "x" * 10_000,
    "ten thousand signs": "<&>" * 3334,
    "ten thousand lines": "\n" * 5000 + "line\n" * 5000,
    "marks": "*bold* _it_ ~no~ `code` ```block``` > quote",
    "emoji codes": ":tada: :white_check_mark: 🎉 👩‍👩‍👧",
    "quotes": "\"double\" 'single' “curly” \\ {{ reason }} {% raw %}",
    "right to left": "שלום עולם \u202etxt.exe\u202c \u2069\u2066",
    "an unclosed override": "\u202e\u2067 abc",
    "our own tokens": "\ue0000\ue001 \ue00099\ue001",
    "template signs": "# header\n- item\n> quote\n~ note\n\nnew section",
    "control characters": "a\x00b\x1b[31mc\x07 \ud800 d",
    "nothing to see": "\x00\x01",
    "white space": "   \n\t ",
    "entities": "&lt;!channel&gt; &amp;",
    "combining marks": "Z" + "\u0301" * 5000,
}


def everything(text: str) -> Iterator[tuple[Rendered, set[str]]]:
    """Messages with `text` wherever somebody could have typed it, and whom each may ping."""
    company = company_of(text)
    criteria = {state: (text, text) for state in State}
    product = replace(company.products["payments"], criteria=criteria)
    stopped = halted(announced(), text)
    marked = replace(
        stopped, commit=text, digest=text, notes=text, hotfix=Hotfix(text, DAVE, MONDAY)
    )
    for candidate in (marked, replace(announced(), notes=text)):
        here = standing(candidate, product)
        yield RENDERER.card(here, company, MONDAY), OURS
        yield RENDERER.ask(here, SAM, (State.SECURITY,), company, MONDAY), OURS
        yield RENDERER.reply(Reply("status", {"standing": here, **NO_WAY}), company, SAM), set()
    for kind, about in facts(text):
        by = Actor(DAVE, (Role.PRODUCT_OWNER,), "slash")
        fact = Fact(kind, MONDAY, by, "payments", stopped.name, about)
        entry = StoredFact(7, fact, "ab" * 32)
        yield RENDERER.thread([entry, entry], company), set()
        if kind in {"candidate.halted", "candidate.withdrawn"}:
            yield RENDERER.outcome(entry, stopped, company, HEAD), set()
        if kind == "halt.forwarded":
            told = {"template": "fact", "fact": 7}
            yield RENDERER.tell(told, entry, stopped, company, MONDAY, SAM), set()
        if kind == "catalogue.applied":
            yield RENDERER.news(entry, company), set()
    choice = Choice(text, f"halt payments@2.4.1#1 {text}", "danger")
    for name, about in replies(text):
        yield RENDERER.reply(Reply(name, about, choices=(choice,)), company, SAM), set()


def company_of(text: str) -> Company:
    """Everybody, and every group, bearing this name."""
    people = {i: replace(p, name=text) for i, p in PEOPLE.items()}
    groups = {i: replace(g, handle=text) for i, g in GROUPS.items()}
    return replace(COMPANY, people=people, groups=groups)


def facts(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    halt = {
        "id": "x",
        "by": SAM,
        "hats": list(AS_SAM.hats),
        "states": ["security"],
        "reason": text,
        "at": MONDAY.isoformat(),
        "review_at": MONDAY.isoformat(),
        "revokes": False,
        "origin": text,
    }
    yield "candidate.halted", {"halt": halt, "revoked": [], "after_release": True, "groups": {}}
    yield "candidate.withdrawn", {"reason": text}
    yield "halt.forwarded", {"reason": text, "late": False, "phase": "halted"}
    yield "catalogue.applied", {"lines": [text] * 100}
    yield "deployment.failed", {"reason": text}


def replies(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "halt-which", {"words": text, "word": text, "why": "unknown-product", "any": True}
    yield "odd-time", {"text": text, "examples": ["thu 14:00"]}
    yield "unknown-product", {"word": text, "near": [text], "products": [text] * 50}
    yield "unknown-candidate", {"word": text, "near": [text]}
    yield "unknown-verb", {"word": text, "near": []}
    yield "odd-version", {"version": text}
    yield "unavailable", {"sentence": text, "halts": False}
    yield "halted", {"halts": list(halted(announced(), text).open_halts) * 20}


def judge(said: Rendered, may_ping: set[str]) -> None:
    """What Slack would say against a message, and what people would."""
    assert check_blocks(said.blocks, "message") == []
    assert pings_of(said.text, said.blocks) <= may_ping
    assert said.text.strip()
    assert len(said.text) <= LONGEST_WIRE + 1
    assert not said.text.endswith(("&", "&l", "&lt", "&g", "&gt", "&a", "&am", "&amp"))
    assert size(said.blocks) <= LONGEST and counted(said.blocks) <= LONGEST
    json.dumps([said.text, said.blocks], ensure_ascii=False).encode()


def leaves(said: Rendered) -> Iterator[dict[str, Any]]:
    for block in said.blocks:
        if block["type"] == "rich_text":
            yield from _within(block["elements"])


def _within(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        if part["type"] in {"text", "link", "user", "usergroup", "channel", "date"}:
            yield part
        else:
            yield from _within(part["elements"])


def shown(said: Rendered) -> str:
    return "".join(str(leaf.get("text", "")) for leaf in leaves(said))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_pings_nobody_and_breaks_nothing(text: str) -> None:
    for said, may_ping in everything(text):
        judge(said, may_ping)


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=4000))
def test_any_text_pings_nobody_and_breaks_nothing(text: str) -> None:
    for said, may_ping in everything(text):
        judge(said, may_ping)


@pytest.mark.parametrize(
    "text",
    [
        *(HOSTILE[key] for key in ("a channel", "a disguised link", "marks", "emoji codes")),
        *(HOSTILE[key] for key in ("quotes", "template signs", "entities", "our own tokens")),
        "one\ntwo",
    ],
)
def test_a_reason_is_shown_as_typed(text: str) -> None:
    said = RENDERER.card(standing(halted(announced(), text)), COMPANY, MONDAY)
    assert text in shown(said)


def test_a_long_reason_is_cut_at_a_word_and_says_so() -> None:
    said = RENDERER.card(standing(halted(announced(), "word " * 2000)), COMPANY, MONDAY)
    assert "word word…" in shown(said)
    assert len(shown(said)) < 2000


@pytest.mark.parametrize(
    ("name", "said"), list(cases.messages()), ids=lambda value: str(value)[:40]
)
def test_everything_said_keeps_to_the_limits(name: str, said: Rendered) -> None:
    quiet = name.startswith(("replies", "facts", "outcomes", "tells", "news"))
    judge(said, set() if quiet else OURS)
    assert "\ue000" not in json.dumps(said.blocks) + said.text


def test_a_message_of_ten_thousand_lines_stays_one_message() -> None:
    products = [replace(PAYMENTS, name=f"product-{n}") for n in range(500)]
    rows = [{"product": p, "roles": cases._roles(p)} for p in products]
    judge(RENDERER.reply(Reply("owners", {"products": rows}), COMPANY), set())
    candidates = [replace(announced(), build=n) for n in range(1, 500)]
    judge(
        RENDERER.reply(Reply("open-candidates", {"candidates": candidates, "roots": []}), COMPANY),
        set(),
    )
    history = [entry for entry, _ in cases.with_candidates()] * 20
    judge(RENDERER.thread(history, COMPANY), set())


def test_a_link_leads_where_it_says_or_is_no_link() -> None:
    for notes, linked in {
        "https://acme.example/changes": True,
        "https://acme.example/a|b>c": False,
        "https://user:secret@evil.example/": True,
        "http://acme.example": False,
        "javascript:alert(1)": False,
        "https://": False,
        "https://acme.example see there": False,
        "https://[": False,
    }.items():
        said = RENDERER.card(standing(replace(announced(), notes=notes)), COMPANY, MONDAY)
        judge(said, OURS)
        found = [leaf for leaf in leaves(said) if leaf["type"] == "link"]
        assert bool(found) is linked, notes
        assert notes in shown(said)


def test_a_word_without_a_filter_is_a_persons_word() -> None:
    from bot.words import environment

    template = environment().from_string("# {{ typed }} and {{ typed|bold }}")
    marks = Marks()
    text = template.render(marks=marks, company=COMPANY, quiet=False, typed="<!channel>\n\n- x")
    ((line,),) = marks.sections(text)
    assert [leaf.text for leaf in line.leaves] == [
        "<!channel>\n\n- x",
        " and ",
        "<!channel>\n\n- x",
    ]
    assert line.kind == "header"


def test_cutting_spares_letters_that_belong_together() -> None:
    assert cut("family 👩‍👩‍👧", 10) == "family…"
    assert cut("e\u0301" * 5, 6).rstrip("…") in {"e\u0301" * 2, "e\u0301" * 3}
    assert cut("short", 5) == "short"


def test_a_direction_does_not_spread() -> None:
    assert isolated("plain") == "plain"
    assert isolated("שלום") == "\u2068שלום\u2069"
    assert isolated("\u2069\u2069 out") == "\u2068 out\u2069"
    assert isolated("\u2067 unclosed") == "\u2068\u2067 unclosed\u2069\u2069"


def test_what_cannot_be_shown_is_left_out() -> None:
    assert tidy("a\x00b\r\nc\ud800") == "ab\nc\ufffd"


def test_the_text_is_cut_before_and_after_escaping() -> None:
    from bot.richtext import Line, text_of

    for letter in "x<&":
        text = text_of([[Line("plain", (Leaf(text=letter * 9000),))]])
        assert len(text) <= LONGEST_WIRE + 1
        assert len(text.rstrip("…")) >= min(LONGEST_TEXT, 3800)


def test_the_command_line_reads_dates_in_its_own_zone() -> None:
    reply = Reply("time-passed", {"at": MONDAY})
    assert "Mon 23 Nov 2026 15:30 Asia/Kolkata" in RENDERER.plain(reply, "Asia/Kolkata", COMPANY)


def test_a_refusal_beside_a_field_is_short_and_plain() -> None:
    reply = Reply("unavailable", {"sentence": "<!channel> " * 500, "halts": False}, ok=False)
    said = RENDERER.error(reply, COMPANY, SAM)
    assert said.startswith("Not done: <!channel>")
    assert len(said) <= 500


def test_the_commands_name_is_the_workspaces() -> None:
    from bot.render import Renderer

    said = Renderer("/ship").reply(Reply("unknown-verb", {"word": "x", "near": []}), COMPANY)
    assert "/ship help" in shown(said)


def test_private_answers_name_people_without_a_ping() -> None:
    said = RENDERER.reply(
        Reply("status", {"standing": standing(announced()), **NO_WAY}), COMPANY, SAM
    )
    assert pings_of(said.text, said.blocks) == set()
    assert "Alice Archer" in shown(said)


def test_a_card_mentions_only_those_whose_word_is_missing() -> None:
    from tests.templates.company import AS_ALICE, AS_OMAR, asserted

    candidate = asserted(announced(), AS_ALICE, AS_OMAR)
    said = RENDERER.card(standing(candidate), COMPANY, MONDAY)
    assert pings_of(said.text, said.blocks) == {SECURITY_GROUP, "U0RITA001"}


def test_a_product_nobody_knows_names_nobody() -> None:
    stranger = replace(announced(), announced_by="U0GONE0001")
    said = RENDERER.card(
        standing(stranger, Product("payments", "C1", "UTC", {})), Company(), MONDAY
    )
    judge(said, set())
    assert "U0GONE0001" in shown(said)
