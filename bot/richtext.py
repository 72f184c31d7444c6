"""What is said, in leaves: our words, people's words, mentions and dates, kept apart to the last (DESIGN 4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from math import inf
from typing import Any

from bot.sizes import CONTAINER, LONGEST, MOST_BLOCKS, length, shortened, size

OPENS, CLOSES = "\ue000", "\ue001"
"""Around a token; templates hold no such characters, and nothing typed reaches them untokened."""
TOKEN = re.compile(f"{OPENS}([0-9]+){CLOSES}")
ID = re.compile(r"[A-Z0-9]{2,64}")

LONGEST_LEAF = 3000
SPARE = 500
"""Left free in a message, by Slack's count, for the words that say what is not shown, and the courier's."""
SPARE_BLOCKS = 2
"""As many blocks hold those words."""
WORTH_CUTTING = 1000
"""Where a line is cut, so much of it is shown at least; else the whole line is left out."""
LONGEST_TEXT = 3500
"""Characters of the top-level text, counted before escaping."""
LONGEST_WIRE = 3900
"""The same after escaping."""
CUT = "…"

ISOLATE, RELEASE = "\u2068", "\u2069"
ISOLATES = frozenset("\u2066\u2067\u2068")
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "RLI", "LRI", "FSI"})
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
HALF = re.compile("[\ud800-\udfff]")
JOINERS = frozenset("\u200d\ufe0e\ufe0f")


@dataclass(frozen=True)
class Leaf:
    """The smallest thing said. `target` is an id or an address, `form` a Slack date format."""

    kind: str = "text"
    """`text`, `user`, `usergroup`, `channel`, `date` or `link`."""
    text: str = ""
    """What is shown where the leaf itself can't be."""
    target: str = ""
    at: datetime | None = None
    form: str = ""
    style: str = ""
    """`bold`, `code` or nothing."""


@dataclass(frozen=True)
class Line:
    """One line of a section. A `header` and a `note` stand alone, the others run on."""

    kind: str
    """`header`, `note`, `item`, `quote` or `plain`."""
    leaves: tuple[Leaf, ...]


Section = Sequence[Line]
SIGNS = {"# ": "header", "~ ": "note", "- ": "item", "> ": "quote"}
"""How a template's line begins, and what it then is."""


class Safe(str):
    """Text of ours in which everything that people typed is behind tokens."""

    __slots__ = ()


class Marks:
    """The table beside one rendering: what each token in its text stands for."""

    def __init__(self) -> None:
        self._leaves: list[Leaf] = []

    def put(self, leaf: Leaf) -> Safe:
        self._leaves.append(leaf)
        return Safe(f"{OPENS}{len(self._leaves) - 1}{CLOSES}")

    def leaves(self, text: str) -> tuple[Leaf, ...]:
        """The text as leaves, in order."""
        pieces = TOKEN.split(text)
        found = [
            self._leaves[int(piece)] if index % 2 else Leaf(text=piece)
            for index, piece in enumerate(pieces)
        ]
        return tuple(leaf for leaf in found if leaf.kind != "text" or leaf.text)

    def sections(self, text: str) -> list[Section]:
        """The rendered template, taken apart: a blank line begins a new section."""
        paragraphs = re.split(r"\n[ \t]*\n", text.strip())
        found = [
            [self._line(line.strip()) for line in paragraph.split("\n") if line.strip()]
            for paragraph in paragraphs
        ]
        return [section for section in found if section]

    def _line(self, line: str) -> Line:
        kind = SIGNS.get(line[:2])
        return Line(kind or "plain", self.leaves(line[2:].lstrip() if kind else line))


def tidy(text: str) -> str:
    """What a person typed, without what can't be shown: control characters and half characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return HALF.sub("\ufffd", CONTROL.sub("", lines))


def cut(text: str, limit: int, lines: int = 12) -> str:
    """At most `limit` characters and so many lines, at a word where one is near, and `…`."""
    rows = text.split("\n")
    if len(rows) > lines:
        text = "\n".join(rows[:lines]) + CUT
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > limit // 2 and (unicodedata.combining(text[end]) or _joined(text, end)):
        end -= 1
    space = text.rfind(" ", max(end - 30, 0), end)
    return text[: space if space > 0 else end].rstrip() + CUT


def _joined(text: str, end: int) -> bool:
    return text[end] in JOINERS or text[end - 1] in JOINERS


def isolated(text: str) -> str:
    """Each line that runs right to left, or turns the direction, set apart from what surrounds it."""
    return "\n".join(_isolated(line) for line in text.split("\n"))


def _isolated(line: str) -> str:
    if not any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT or c == RELEASE for c in line):
        return line
    kept, depth = [], 0
    for character in line:
        if character == RELEASE and depth == 0:
            continue
        depth += (character in ISOLATES) - (character == RELEASE)
        kept.append(character)
    return ISOLATE + "".join(kept) + RELEASE * (depth + 1)


def utc(at: datetime) -> str:
    """An instant where nobody's zone is known: `Tue 24 Nov 2026 14:00 UTC`."""
    return f"{at.astimezone(UTC):%a} {at.astimezone(UTC).day} {at.astimezone(UTC):%b %Y %H:%M} UTC"


def plain(leaves: Iterable[Leaf]) -> str:
    """The leaves as text that nobody parses."""
    return "".join(leaf.text for leaf in leaves)


# Blocks: nothing in a text leaf is parsed (slack-platform 6.2, 7.3).


class Budget:
    """What is left of a message, as Slack counts it, beside blocks that stand in it anyhow.

    Once a line is left out, all lines after it are: `lost` says how many, so that the message can.
    """

    def __init__(self, standing: Sequence[Mapping[str, Any]] = ()) -> None:
        self.left: float = LONGEST - SPARE - size(standing)
        self.blocks: float = MOST_BLOCKS - SPARE_BLOCKS - len(standing)
        self.lost = 0

    @classmethod
    def endless(cls) -> Budget:
        """For what Slack never sees."""
        made = cls()
        made.left = made.blocks = inf
        return made

    @property
    def opens(self) -> bool:
        """Whether one more block has room, with a word in it."""
        return not self.lost and self.blocks > 0 and self.left > CONTAINER

    def spend(self, block: Mapping[str, Any]) -> bool:
        """Take the room of a finished block; False: there is none, and it is a lost line."""
        cost = size([block])
        if not self.opens or cost > self.left:
            self.lost += 1
            return False
        self.left, self.blocks = self.left - cost, self.blocks - 1
        return True

    def line(self, leaves: Iterable[Leaf]) -> list[dict[str, Any]]:
        """One line's elements; a long one is cut where it must be, and counts as lost where it is."""
        elements = [element for leaf in leaves for element in _elements(leaf, leaf.text)]
        cost = length(elements) + 1
        if not self.lost and cost <= self.left:
            self.left -= cost
            return elements
        whole, self.lost = not self.lost, self.lost + 1
        return list(self._cut(elements)) if whole and self.left > WORTH_CUTTING else []

    def _cut(self, elements: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for element in elements:
            if length(element) > self.left - 1:
                if element["type"] == "text":
                    yield {**element, "text": shortened(element["text"], int(self.left) - 1)}
                self.left = 0
                return
            self.left -= length(element)
            yield element


def _elements(leaf: Leaf, text: str) -> Iterator[dict[str, Any]]:
    style = {"style": {leaf.style: True}} if leaf.style else {}
    if leaf.kind == "text":
        for start in range(0, len(text), LONGEST_LEAF):
            yield {"type": "text", "text": text[start : start + LONGEST_LEAF], **style}
    elif leaf.kind == "user":
        yield {"type": "user", "user_id": leaf.target, **style}
    elif leaf.kind == "usergroup":
        yield {"type": "usergroup", "usergroup_id": leaf.target, **style}
    elif leaf.kind == "channel":
        yield {"type": "channel", "channel_id": leaf.target, **style}
    elif leaf.kind == "link":
        yield {"type": "link", "url": leaf.target, "text": leaf.text, **style}
    elif leaf.at is not None:
        moment = int(leaf.at.timestamp())
        yield {
            "type": "date",
            "timestamp": moment,
            "format": leaf.form,
            "fallback": leaf.text,
            **style,
        }


def blocks_of(
    sections: Iterable[Section], header: Any, context: Any, budget: Budget | None = None
) -> list[dict[str, Any]]:
    """The sections as blocks; `header` and `context` make theirs from plain text.

    `budget` is what is left of the message; None: all of it.
    """
    budget = budget or Budget()
    found: list[dict[str, Any]] = []
    for section in sections:
        for alone, lines in groupby(section, key=lambda line: line.kind in {"header", "note"}):
            if alone:
                made = [(header if e.kind == "header" else context)(plain(e.leaves)) for e in lines]
                found += [block for block in made if budget.spend(block)]
            elif elements := _paragraph(list(lines), budget):
                found.append({"type": "rich_text", "elements": elements})
    return found


def _paragraph(lines: Sequence[Line], budget: Budget) -> list[dict[str, Any]]:
    """What a block of rich text holds; nothing where there is no room for one."""
    if not budget.opens:
        budget.lost += len(lines)
        return []
    budget.left, budget.blocks = budget.left - CONTAINER, budget.blocks - 1
    return list(_rich(lines, budget))


def _rich(lines: Iterable[Line], budget: Budget) -> Iterator[dict[str, Any]]:
    for kind, run in groupby(lines, key=lambda line: line.kind):
        rows = [budget.line(line.leaves) for line in run]
        rows = [row for row in rows if row]
        if not rows:
            continue
        if kind == "item":
            items = [{"type": "rich_text_section", "elements": row} for row in rows]
            yield {"type": "rich_text_list", "style": "bullet", "elements": items}
        else:
            name = "rich_text_quote" if kind == "quote" else "rich_text_section"
            yield {"type": name, "elements": _joined_by_newlines(rows)}


def _joined_by_newlines(rows: Sequence[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    joined: list[dict[str, Any]] = []
    for row in rows:
        if joined:
            joined.append({"type": "text", "text": "\n"})
        joined.extend(row)
    return joined


# The top-level text: what notifications show and screen readers read (slack-platform 6.4).


def text_of(sections: Iterable[Section]) -> str:
    """The whole message as mrkdwn, people's words escaped, cut where it grows too long."""
    kept: list[str] = []
    raw = wire = 0
    for leaf in _read_aloud(sections):
        shown, sent = leaf.text, _wire(leaf)
        if raw + len(shown) > LONGEST_TEXT or wire + len(sent) > LONGEST_WIRE:
            if leaf.kind == "text":
                kept.append(_fitting(shown, LONGEST_TEXT - raw, LONGEST_WIRE - wire))
            return "".join(kept).rstrip() + CUT
        kept.append(sent)
        raw, wire = raw + len(shown), wire + len(sent)
    return "".join(kept).strip()


def _read_aloud(sections: Iterable[Section]) -> Iterator[Leaf]:
    """Every leaf in order; a header runs on into the first line, so that it stands alone as news."""
    between = ""
    for section in sections:
        for line in section:
            if between:
                yield Leaf(text=between)
            if line.kind == "item":
                yield Leaf(text="• ")
            yield from line.leaves
            between = ": " if line.kind == "header" else "\n"


def _fitting(text: str, shown: int, sent: int) -> str:
    """As much of the text as fits, escaped; never half an entity."""
    kept = ""
    for character in text[: max(shown, 0)]:
        more = escape(character)
        if len(kept) + len(more) > sent:
            break
        kept += more
    return kept


def _wire(leaf: Leaf) -> str:
    if leaf.kind == "user":
        return f"<@{leaf.target}>"
    if leaf.kind == "usergroup":
        return f"<!subteam^{leaf.target}>"
    if leaf.kind == "channel":
        return f"<#{leaf.target}>"
    if leaf.kind == "date" and leaf.at is not None:
        return f"<!date^{int(leaf.at.timestamp())}^{leaf.form}|{escape(leaf.text)}>"
    if leaf.kind == "link":
        return f"<{escape(leaf.target)}|{escape(leaf.text)}>"
    return escape(leaf.text)


def escape(text: str) -> str:
    """The three characters that Slack parses (slack-platform 7.1)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
