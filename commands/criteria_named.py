"""Which criterion is meant: by its number, its words, or a part that only one of them has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from commands.request import Tools
from rules.words import Refused

QUOTED = re.compile(r"""\s*["'“”„«‘’](?P<words>[^"“”„«»]+?)["'“”»‘’](?=\s|$)""")
"""Words in quotes of any kind, as keyboards and phones make them."""


def criterion_named(tools: Tools, known: Sequence[str], word: str) -> str:
    """The criterion meant. Refuses: unknown-criterion, with the nearest and all there are."""
    said = " ".join(word.split()).casefold()
    if said.isdigit() and 0 < int(said) <= len(known):
        return known[int(said) - 1]
    exact = [c for c in known if c.casefold() == said]
    found = exact or [c for c in known if said and said in c.casefold()]
    if len(found) == 1:
        return found[0]
    near = found or tools.near(word, list(known))
    raise Refused("unknown-criterion", {"word": word, "near": near, "criteria": list(known)})


def quoted(text: str) -> tuple[str | None, str]:
    """The words in quotes that a text begins with, and the text after them; None: it does not."""
    match = QUOTED.match(text)
    if match is None:
        return None, text
    return match["words"].strip(), text[match.end() :].lstrip()
