"""Every fact, refusal, reply and direct message has its words, and no words wait in vain."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.words import TAG, environment
from commands.notices import NOTICES
from commands.verbs import VERBS
from rules.apply import APPLY, NOTED
from rules.phases import ENDED
from tests.templates import cases
from tests.templates.company import with_candidates

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
KINDS = {"candidate.announced", *APPLY, *NOTED}


def named(folder: str) -> set[str]:
    return {path.name.removesuffix(".md.j2") for path in (TEMPLATES / folder).glob("*.md.j2")}


def files(kinds: set[str]) -> set[str]:
    return {kind.replace(".", "-") for kind in kinds}


def calls(*folders: str) -> Iterator[ast.Call]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield node


def strings(call: ast.Call, place: int) -> set[str]:
    """The constants an argument may be, both arms of `a if b else c` included."""
    if len(call.args) <= place:
        return set()
    found = [call.args[place]]
    if isinstance(found[0], ast.IfExp):
        found = [found[0].body, found[0].orelse]
    return {n.value for n in found if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def said_in_source() -> set[str]:
    """The names of all replies and refusals the source can make."""
    found: set[str] = set(ENDED.values())
    for call in calls("rules", "commands", "bot"):
        called = ast.unparse(call.func).rpartition(".")[2]
        if called in {"Reply", "Refused"}:
            found |= strings(call, 0)
    return found


# Chosen by an expression in commands/review.py and rules/announcing.py.
CHOSEN = {"reviewed", "halt-kept", "already-announced", "already-out"}


def test_every_reply_and_refusal_has_its_words_and_none_is_left_over() -> None:
    assert named("replies") == said_in_source() | CHOSEN


def test_every_reply_and_refusal_is_tried() -> None:
    assert named("replies") == set(cases.REPLIES)


def test_every_kind_of_fact_has_its_line_and_none_is_left_over() -> None:
    assert named("facts") == files(KINDS)
    assert {entry.fact.kind for entry, _ in with_candidates()} == KINDS


def test_every_outcome_has_its_words_and_none_is_left_over() -> None:
    assert named("outcomes") == files({kind for kind in NOTICES if NOTICES[kind].outcome})


def test_every_direct_message_has_its_words_and_none_is_left_over() -> None:
    telling = {
        name
        for call in calls("commands")
        if ast.unparse(call.func) == "telling"
        for name in strings(call, 1) - {"fact"}
    }
    kinds = files({kind for kind in NOTICES if NOTICES[kind].tell})
    assert named("tells") == telling | kinds
    assert telling == set(cases.TOLD_BY_TEMPLATE)


def test_every_form_is_tried() -> None:
    assert named("forms") == {
        view["callback_id"].removeprefix("submit:") for _, view in cases.forms()
    }


def test_every_part_is_included_somewhere() -> None:
    sources = "\n".join(p.read_text(encoding="utf-8") for p in TEMPLATES.rglob("*.j2"))
    for part in named("parts"):
        assert f'include "parts/{part}.md.j2"' in sources, part


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.j2")), ids=lambda path: path.name)
def test_every_template_can_be_read(path: Path) -> None:
    environment().get_template(path.relative_to(TEMPLATES).as_posix())
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not any("\ue000" <= letter <= "\uf8ff" for letter in TAG.sub("", text))


OF_NO_CANDIDATE = {"announce", "setup", "meeting", "agenda", "action", "environment"}
"""Verbs whose buttons name something else than a candidate and its build."""


def test_every_button_says_a_verb() -> None:
    for name, said in cases.messages():
        for block in said.blocks:
            for element in block["elements"] if block["type"] == "actions" else ():
                for value in typed(element):
                    assert value.split()[0] in VERBS, (name, value)
                    assert "@" in value or value.split()[0] in OF_NO_CANDIDATE, (name, value)


def typed(element: dict) -> list[str]:
    if element["type"] == "overflow":
        return [each["value"].removeprefix("open ") for each in element["options"]]
    return [element["value"].removeprefix("open ")]
