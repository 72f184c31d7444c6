"""How a report looks at a terminal: levels in a column, sentences wrapped beside it, the mend below."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterator

import click

from bot.doctor.findings import Finding, Level, Report, many

COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.WRONG: "red"}
MARGIN = "  "
COLUMN = max(len(level) for level in Level) + 2
NARROW, WIDE = 60, 100


def as_text(report: Report) -> str:
    """The report for this terminal: as wide as it is, in colours unless NO_COLOR says otherwise."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return printed(report, shutil.get_terminal_size((90, 24)).columns, coloured=coloured)


def printed(report: Report, width: int, *, coloured: bool) -> str:
    """The report for a terminal of so many columns, colours only if `coloured`."""
    room = min(max(width, NARROW), WIDE)
    lines: list[str] = []
    for part in report.sections:
        lines += [_bold(part.heading, coloured=coloured)]
        for finding, following in zip(part.findings, [*part.findings[1:], None], strict=True):
            again = following is not None and following.mend == finding.mend
            lines += _lines(finding, room, again=again, coloured=coloured)
        lines.append("")
    return "\n".join([*lines, _summary(report, coloured=coloured)])


def _lines(finding: Finding, room: int, *, again: bool, coloured: bool) -> Iterator[str]:
    """A finding; its mend is left to the next one, where that has the same."""
    level = finding.level.value.ljust(COLUMN)
    if coloured:
        level = click.style(
            level, fg=COLOURS[finding.level], bold=finding.level is Level.WRONG or None
        )
    indent = " " * (len(MARGIN) + COLUMN)
    first, *rest = _wrapped(f"{finding.what}: {finding.says}", room - len(indent))
    yield f"{MARGIN}{level}{first}"
    yield from (indent + line for line in rest)
    if finding.mend and not again:
        first, *rest = _wrapped(finding.mend, room - len(indent) - 2)
        yield f"{indent}→ {first}"
        yield from (f"{indent}  {line}" for line in rest)


def _wrapped(text: str, room: int) -> list[str]:
    """Lines of at most so many columns; an address or a path is never broken."""
    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]


def _summary(report: Report, *, coloured: bool) -> str:
    wrongs, warnings = report.count(Level.WRONG), report.count(Level.WARNING)
    told = f"{many(wrongs, 'thing')} wrong" if wrongs else "Nothing is wrong"
    whole = f"{told}; {many(warnings, 'warning')}." if warnings else f"{told}."
    return _bold(whole, coloured=coloured)


def _bold(text: str, *, coloured: bool) -> str:
    return click.style(text, bold=True) if coloured else text
