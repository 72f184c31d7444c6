"""From a file to a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bot.reports.cyclonedx import read_cyclonedx
from bot.reports.junit import read_junit
from bot.reports.parsing import read
from bot.reports.report import Report, Unreadable
from bot.reports.sarif import read_sarif

READERS: Mapping[str, Callable[[bytes], Report]] = {
    "junit": read_junit,
    "sarif": read_sarif,
    "cyclonedx": read_cyclonedx,
}


def read_report(source: str, path: Path) -> Report:
    """The report in a file, by what wrote it: a key of READERS. Raises Unreadable, a whole sentence."""
    data, digest = read(path)
    try:
        return replace(READERS[source](data), digest=digest)
    except Unreadable as wrong:
        raise Unreadable(f"{path} can't be read as {source}: {wrong}.") from None
