"""Messages stop where Slack might refuse them: what people typed grows short, lists too; buttons never go (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import choices
from bot.digests import Illustrated, drawn
from bot.meeting_words import MeetingWords
from bot.render import Rendered, composed, fitted, left_out
from bot.richtext import Leaf, Line
from bot.sizes import LONGEST, MOST_BLOCKS, escaped, shortened, size
from commands.planning import MOST_TOLD
from commands.request import Choice, Reply
from commands.status import NO_WAY
from commands.trace import Told
from rehearsal.blockkit import check_blocks, counted
from rules.agenda import draw_up, pages
from rules.candidate import Candidate, Fault, Waiver
from rules.collision import Collision
from rules.facts import Actor, Fact
from rules.words import Phase, Role, State
from storage.reading import Company, StoredFact
from tests.bot.test_render import HOSTILE, OURS, company_of, judge
from tests.templates import cases, cases_agenda, cases_plans, digests
from tests.templates.cases import HEAD, RENDERER
from tests.templates.company import (
    ALICE,
    COMPANY,
    DAVE,
    HOUR,
    MONDAY,
    OMAR,
    PAYMENTS,
    RITA,
    SAM,
    announced,
    halted,
    standing,
    stored,
)

HUGE = {
    **{name: HOSTILE[name] for name in ("ten thousand signs", "ten thousand lines")},
    "right to left": HOSTILE["right to left"] * 60,
    "ands": "& " * 1500,
    "wide": "決済" * 1500,
    "words": "the scan found something " * 120,
}


def huge(text: str) -> Candidate:
    """30 collisions, 20 halts of 3,000 characters, as many waivers, and long notes."""
    one = halted(announced(), text)
    (halt,) = one.open_halts
    by = (ALICE, SAM, OMAR, RITA, DAVE)
    halts = tuple(replace(halt, id=f"h{n}", by=by[n % 5], reason=text) for n in range(20))
    why = ("halted", "waiting", "not-announced")
    collisions = tuple(
        Collision("needs", f"{n}".ljust(40, "n"), why[n % 3], ">=7", "9" * 64, (f"x@{n}#1",) * 10)
        for n in range(30)
    )
    waivers = tuple(Waiver(State.SECURITY, text, text, SAM, MONDAY) for _ in range(30))
    faults = tuple(Fault(f"f{n}", text, DAVE, MONDAY) for n in range(30))
    return replace(
        one, halts=halts, collisions=collisions, waivers=waivers, notes=text, faults=faults
    )


def everything(text: str, company: Company) -> Iterator[tuple[str, Rendered, int]]:
    """Every kind of message about such a candidate: its name, itself, and how many buttons halt."""
    product = replace(PAYMENTS, criteria={state: (text,) * 60 for state in State})
    candidate = huge(text)
    here = standing(candidate, product)
    waiting = replace(candidate, halts=(), phase=Phase.ANNOUNCED)
    asked = standing(waiting, product)
    yield "card", RENDERER.card(here, company, MONDAY), 1
    yield "card of one that goes out", RENDERER.card(asked, company, MONDAY), 1
    yield "ask", RENDERER.ask(asked, SAM, tuple(State), company, MONDAY), 1
    yield "remind", RENDERER.remind(asked, SAM, 4, company, MONDAY), 1
    facts = [
        Fact(
            "halt.inherited",
            MONDAY,
            Actor(DAVE, tuple(Role), "slash"),
            "payments",
            candidate.name,
            {"halt": _told(candidate, text), "revoked": [], "after_release": True, "groups": {}},
        )
        for _ in range(40)
    ]
    entries = stored(facts)
    yield "thread", RENDERER.thread(entries, company), 0
    about = {"candidate": candidate, "facts": entries, "left_out": 7}
    yield "history", RENDERER.reply(Reply("history", about), company, SAM), 0
    status = {"standing": here, **NO_WAY}
    yield "status", RENDERER.reply(Reply("status", status), company, SAM), 0
    told = [Told(DAVE, tuple(State), MONDAY)] * 30
    trace = {**about, "standing": here, "asked": told, "links": {}, "card": None}
    yield "trace", RENDERER.reply(Reply("trace", trace), company, SAM), 0
    which = {"words": text, "word": text, "why": "unknown-product", "any": True}
    choices = tuple(Choice(text, f"halt payments@{n}#1 kept:{n}", "danger") for n in range(25))
    yield "choice", RENDERER.reply(Reply("halt-which", which, choices=choices), company, SAM), 25
    outcome = StoredFact(7, replace(facts[0], kind="candidate.halted"), "ab" * 32)
    yield "outcome", RENDERER.outcome(outcome, candidate, company, HEAD), 0
    forwarded = replace(
        facts[0], kind="halt.forwarded", about={"reason": text, "late": False, "phase": "announced"}
    )
    tell = StoredFact(7, forwarded, "ab" * 32)
    yield "tell", RENDERER.tell({"template": "fact"}, tell, waiting, company, MONDAY, SAM), 1
    yield from meetings(text, company, candidate)


def meetings(
    text: str, company: Company, candidate: Candidate
) -> Iterator[tuple[str, Rendered, int]]:
    many = [replace(candidate, build=number, collisions=()) for number in range(1, 40)]
    failed = [replace(each, phase=Phase.FAILED, halts=(), ended_why=text) for each in many[:15]]
    for name, there in (("halted", many), ("failed", failed)):
        agenda = draw_up(cases_agenda.material(*there), cases_agenda.MEETING)
        shown = pages(agenda.items)
        words = MeetingWords(replace(cases_agenda.WORDS.company, people=company.people))
        halting = len(shown[0]) if name == "halted" else 0
        yield f"agenda, {name}", words.agenda(agenda, shown), halting
        for page in shown[1:]:
            yield f"page, {name}", words.page(page), len(page) if name == "halted" else 0


def _told(candidate: Candidate, text: str) -> dict[str, Any]:
    at = MONDAY.isoformat()
    return {
        **{"id": "x", "by": SAM, "hats": list(Role), "states": ["security"], "reason": text},
        **{"at": at, "review_at": (MONDAY + HOUR).isoformat(), "revokes": False},
        "origin": candidate.name,
    }


def halting(said: Rendered) -> int:
    rows = [block for block in said.blocks if block["type"] == "actions"]
    return sum(str(e.get("value", "")).startswith("halt ") for row in rows for e in row["elements"])


def shown(said: Rendered) -> str:
    return str(said.blocks)


def judged(text: str, company: Company) -> None:
    for name, said, buttons in everything(text, company):
        assert check_blocks(said.blocks, "message") == [], name
        assert counted(said.blocks) == size(said.blocks) <= LONGEST, name
        assert len(said.blocks) < MOST_BLOCKS, name
        assert halting(said) == buttons, name


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
def test_nothing_is_refused_however_huge_and_every_button_stays(text: str) -> None:
    judged(text, company_of(text[:200]))


@settings(deadline=None, max_examples=5)
@given(st.text(max_size=300), st.sampled_from("&<>x\n\u202e\u0301"))
def test_nothing_is_refused_whatever_was_typed(text: str, more: str) -> None:
    judged(text + more * (3000 - len(text)), COMPANY)


@pytest.mark.parametrize("text", ["& " * 1500, "the scan found something " * 120])
def test_a_huge_card_still_says_what_happens_and_how_each_state_stands(text: str) -> None:
    product = replace(PAYMENTS, criteria={state: (text,) * 60 for state in State})
    said = shown(RENDERER.card(standing(huge(text), product), COMPANY, MONDAY))
    assert "Halted by " in said
    for state in State:
        assert f"'{state.value.capitalize()}'" in said
    assert "Open halts" in said and "Collisions" in said
    assert said.count("and ") >= 3 and " more'" in said
    assert "not fit here" not in said, "shorter words are enough"


def test_what_is_left_out_is_counted_and_stands_elsewhere() -> None:
    products = [replace(PAYMENTS, name=f"{n}".ljust(40, "p")) for n in range(500)]
    rows = [{"product": p, "roles": cases._roles(p)} for p in products]
    said = RENDERER.reply(Reply("owners", {"products": rows}), company_of("&" * 80))
    last = said.blocks[-1]["elements"][0]["text"]
    assert "lines do not fit here" in last and "/release status" in last
    judge(said, OURS)

    entries = stored([cases.with_candidates()[0][0].fact] * 300)
    text = shown(RENDERER.thread(entries, company_of("&" * 80)))
    assert "lines do not fit here" in text


def test_of_too_many_blocks_the_buttons_and_the_count_stay() -> None:
    short = [Line("plain", (Leaf(text="word"),))]
    row = choices([Choice("Halt", f"halt payments@{n}#1") for n in range(25)])
    for said in (
        fitted(lambda share: [short] * 80, row, left_out({}, "/release")),
        composed([(lambda share: [short] * 20, row[:1])] * 5, left_out({}, "/release")),
    ):
        assert check_blocks(said.blocks, "message") == [] and len(said.blocks) < MOST_BLOCKS
        assert halting(said) == 25
        assert "lines do not fit here" in shown(said)


@pytest.mark.parametrize("text", ["& " * 1500, "the scan found something " * 120])
def test_a_huge_digest_fits_with_its_picture(text: str) -> None:
    digest = digests.full()
    (one, *_) = digest.halts
    long = replace(one, halt=replace(one.halt, reason=text))
    faults = [replace(each, fault=replace(each.fault, what=text)) for each in digest.faults]
    grown = replace(digest, halts=(long,) * 30, faults=tuple(faults * 30))
    made = drawn(grown, company_of(text), "/release")
    assert isinstance(made, Illustrated)
    for missing in made.below:
        said = made.words("F0PICTURE" if not missing else None, missing)
        assert check_blocks(said.blocks, "message") == [] and counted(said.blocks) <= LONGEST
        assert len(said.blocks) < MOST_BLOCKS
        assert ("image" in {block["type"] for block in said.blocks}) == (not missing)


def test_what_a_button_applies_is_always_shown_above_it() -> None:
    """The way out stands at the end, under more collisions than a message holds."""
    candidate, about = cases_plans.told()
    (one,) = about["found"]
    every = [{**each, "others": ("x" * 80,) * 10} for each in one["collisions"] * 6]
    many = [{**one, "collisions": every}] * MOST_TOLD
    told = {"template": "collisions", **about, "found": many, "apply": "reschedule a@1 fri 10:00"}
    said = RENDERER.tell(told, None, candidate, company_of("&" * 80), MONDAY, SAM)
    assert check_blocks(said.blocks, "message") == [] and counted(said.blocks) <= LONGEST
    assert "A way out" in shown(said) and "'Apply'" in shown(said)
    assert all(move["candidate"] in shown(said) for move in about["moves"])


def test_of_a_long_history_the_latest_stay() -> None:
    entries = stored([each.fact for each, _ in cases.with_candidates()] * 2)[-40:]
    about = {"candidate": announced(), "facts": entries, "left_out": 3}
    said = shown(RENDERER.reply(Reply("history", about), company_of("&" * 80)))
    assert "earlier ones left out" in said
    assert "not fit here" not in said


def test_sizes_are_counted_as_slack_does() -> None:
    words = {"type": "section", "text": {"type": "mrkdwn", "text": "a<b>&"}}
    assert size([words]) == 100 + len("a&lt;b&gt;&amp;")
    button = {"type": "button", "text": {"type": "plain_text", "text": "Halt"}, "value": "x" * 2000}
    assert size([{"type": "actions", "elements": [button]}]) == 104
    assert escaped(shortened("&" * 100, 50)) <= 50
    assert shortened("short", 5) == "short"


def test_the_command_line_is_told_all_of_it() -> None:
    status = Reply("status", {"standing": standing(huge("word " * 600)), **NO_WAY})
    said = RENDERER.plain(status, "UTC", COMPANY)
    assert said.count("word word word") >= 15 and "not fit here" not in said
    assert len(said) > LONGEST
