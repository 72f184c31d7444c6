"""What the bot says, as a person sees it, kept in files small enough to review in a diff.

After a change that is meant: `REWRITE=1 python -m pytest tests/templates`, then read the diff.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.render import Rendered
from tests.templates import cases
from tests.templates.company import COMPANY

SNAPSHOTS = Path(__file__).parent / "snapshots"
ZONE = "Europe/London"


def seen(said: Rendered) -> str:
    """A message with its buttons: `[Halt] open:halt:1 halt payments@2.4.1#1`."""
    rows = [b for b in said.blocks if b["type"] == "actions"]
    words = Rendered(said.text, [b for b in said.blocks if b["type"] != "actions"])
    shown = [cases.RENDERER.plain(words, ZONE, COMPANY)]
    shown += [
        "\n".join(line for element in row["elements"] for line in pressed(element)) for row in rows
    ]
    return "\n\n".join(shown)


def pressed(element: dict[str, Any]) -> Iterator[str]:
    if element["type"] == "overflow":
        for each in element["options"]:
            yield f"[… {each['text']['text']}] {element['action_id']} {each['value']}"
        return
    style = f" ({element['style']})" if "style" in element else ""
    asked = f" “{element['confirm']['title']['text']}”" if "confirm" in element else ""
    yield f"[{element['text']['text']}]{style} {element['action_id']} {element['value']}{asked}"


def form(view: dict[str, Any]) -> str:
    """A form with its fields and what stands in them."""
    words = Rendered("", [b for b in view["blocks"] if b["type"] != "input"])
    lines = [f"{view['title']['text']} → {view['submit']['text']} {view['callback_id']}"]
    lines += [view["private_metadata"], "", cases.RENDERER.plain(words, ZONE, COMPANY), ""]
    for block in (b for b in view["blocks"] if b["type"] == "input"):
        element = block["element"]
        initial = [v for k, v in element.items() if k.startswith("initial")]
        offered = [each["value"] for each in element.get("options", ())]
        lines.append(f"[{block['label']['text']}] {element['type']} {element['action_id']}")
        lines += [f"    optional: {block['optional']}"]
        lines += [f"    {block['hint']['text']}"] if "hint" in block else []
        lines += [f"    offers {', '.join(offered)}"] if offered else []
        lines += [f"    begins with {chosen(value)}" for value in initial]
    return "\n".join(lines)


def chosen(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(each["value"] for each in value)
    return str(value["value"] if isinstance(value, dict) else value)


@pytest.mark.parametrize(
    "say",
    [cases.cards, cases.asks, cases.outcomes, cases.facts, cases.tells, cases.news, cases.replies],
    ids=lambda say: say.__name__,
)
def test_the_words_are_those_reviewed(say: Callable[[], cases.Said]) -> None:
    compare(say.__name__, "\n\n".join(f"=== {name}\n\n{seen(said)}" for name, said in say()))


def test_the_forms_are_those_reviewed() -> None:
    compare("forms", "\n\n".join(f"=== {name}\n\n{form(view)}" for name, view in cases.forms()))


def test_the_top_level_text_says_it_all() -> None:
    compare("texts", "\n\n".join(f"=== {name}\n\n{said.text}" for name, said in cases.cards()))


def compare(name: str, text: str) -> None:
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("REWRITE"):
        path.write_text(text + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text + "\n"
