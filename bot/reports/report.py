"""What a report is reduced to, and what can't be taken for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MOST_BYTES = 16 * 1024 * 1024
MOST_NAMES = 50_000
"""How many tests, findings or components are kept for the next comparison."""
DEEPEST = 100
"""How far parts of a report may stand within parts."""


class Unreadable(Exception):
    """A sentence that says why a file is no report, with the line where there is one."""


@dataclass(frozen=True)
class Report:
    """A report, reduced. `items` are names and how each stands, in words of its kind."""

    source: str
    """`junit`, `sarif` or `cyclonedx`."""
    verdict: str
    """`green`, `red` or `none`: it says nothing either way."""
    summary: str
    items: Mapping[str, str]
    digest: str = ""
    """SHA-256 of the file, in hex."""


def kept(items: Mapping[str, str]) -> dict[str, str]:
    """As many as are kept, names on one line and cut."""
    found = list(items.items())[:MOST_NAMES]
    return {on_a_line(name): how for name, how in found}


def on_a_line(text: str, longest: int = 200) -> str:
    """Text of somebody's report as one line without control characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def counted(many: int, one: str, several: str | None = None) -> str:
    """`1 test`, `412 tests`."""
    return f"{many:,} {one if many == 1 else several or one + 's'}"
