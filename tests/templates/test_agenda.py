"""Agendas, meetings and minutes: the words as reviewed, inside Slack's limits, each button an ordinary verb."""

from __future__ import annotations

import pytest

from bot.render import Rendered
from bot.sizes import LONGEST, size
from commands import minutes as kept
from commands.minutes import Minutes, Taken
from commands.verbs import VERBS
from rehearsal.blockkit import check_blocks
from rules.agenda import NEXT_PAGES, pages
from tests.templates import cases_agenda as cases
from tests.templates.test_snapshots import compare, seen
from tests.templates.test_templates import typed

SAID = dict(cases.said())


def elements(said: Rendered) -> list[dict]:
    rows = [block for block in said.blocks if block["type"] == "actions"]
    return [element for row in rows for element in row["elements"]]


def test_the_words_are_those_reviewed() -> None:
    compare("meetings", "\n\n".join(f"=== {name}\n\n{seen(said)}" for name, said in SAID.items()))


@pytest.mark.parametrize("name", SAID)
def test_it_fits_into_a_message(name: str) -> None:
    said = SAID[name]
    assert check_blocks(said.blocks, "message") == []
    assert 0 < len(said.text) <= 4000


@pytest.mark.parametrize("name", SAID)
def test_every_button_says_a_verb(name: str) -> None:
    for element in elements(SAID[name]):
        for value in typed(element):
            assert value.split()[0] in VERBS, value


def test_a_button_that_could_be_anybodys_names_its_object_for_screen_readers() -> None:
    for said in SAID.values():
        rows = [block["elements"] for block in said.blocks if block["type"] == "actions"]
        pressed = [e for row in rows for e in row if e["type"] == "button"]
        labels = [e.get("accessibility_label") or e["text"]["text"] for e in pressed]
        assert len(set(labels)) == len(labels)


def test_the_longest_items_fit_whole_and_nothing_is_left_out() -> None:
    agenda = cases.crowded(100)
    messages = [cases.WORDS.agenda(agenda, pages(agenda.items))]
    messages += [cases.WORDS.page(items) for items in pages(agenda.items)[1:]]
    for said in messages:
        assert check_blocks(said.blocks, "message") == []
        assert len(said.blocks) <= 50
        assert size(said.blocks) <= LONGEST
    lifts = [
        e["value"] for said in messages for e in elements(said) if "lift" in e.get("value", "")
    ]
    assert sorted(lifts) == sorted(f"lift {key}" for key in agenda.keys)


def test_a_week_of_hundreds_fits_the_longest_first() -> None:
    quiet = [cases.candidate(f"product-{n}", "1.0", cases.AS_ALICE) for n in range(300)]
    agenda = cases.draw_up(cases.material(*quiet), cases.MEETING)
    shown = pages(agenda.items)
    assert len(agenda.items) == 300 and not agenda.contested
    assert sum(map(len, shown)) == 300 and max(map(len, shown)) == NEXT_PAGES
    head = cases.WORDS.agenda(agenda, shown)
    assert check_blocks(head.blocks, "message") == []
    assert "288 more items" in head.text


def test_long_minutes_go_on_in_their_thread() -> None:
    one = cases.minutes()
    taken = tuple(Taken(one.taken[0].item, "done", None, one.taken[0].facts * 4) for _ in range(60))
    long = Minutes(one.meeting, taken, one.consent, one.given * 20, one.carried * 20)
    shown = kept.pages(long)
    messages = [cases.WORDS.minutes(long, shown)]
    messages += [cases.WORDS.minutes_page(long.meeting, page) for page in shown[1:]]
    assert sum(map(len, shown)) == 60 and kept.minutes_pages(long) == len(messages) - 1
    for said in messages:
        assert check_blocks(said.blocks, "message") == []
        assert size(said.blocks) <= LONGEST


def letters(value: object) -> int:
    """How many characters of text blocks hold, dates and names by what stands in for them."""
    if isinstance(value, dict):
        own = [value[key] for key in ("text", "fallback") if isinstance(value.get(key), str)]
        return sum(map(len, own)) + sum(
            letters(v) for v in value.values() if not isinstance(v, str)
        )
    return sum(map(letters, value)) if isinstance(value, list) else 0
