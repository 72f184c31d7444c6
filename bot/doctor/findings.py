"""What a look at an installation finds: ok, a warning or wrong, each in a sentence with its mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

Clock = Callable[[], datetime]
"""Gives now, aware UTC."""


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line: how `what` is. What is not ok has a `mend`, what to do about it."""

    level: Level
    what: str
    says: str
    mend: str | None = None


@dataclass(frozen=True)
class Section:
    """What was found in one place, under its heading."""

    heading: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Report:
    """All that was found."""

    sections: tuple[Section, ...]

    def count(self, level: Level) -> int:
        return sum(finding.level is level for part in self.sections for finding in part.findings)

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong; there may be warnings."""
        return not self.count(Level.WRONG)

    def plain(self) -> Mapping[str, object]:
        """The report as plain data, for `--json`."""
        return {
            "healthy": self.healthy,
            "wrong": self.count(Level.WRONG),
            "warnings": self.count(Level.WARNING),
            "findings": [
                {
                    "section": part.heading,
                    "level": finding.level.value,
                    "what": finding.what,
                    "says": finding.says,
                    "mend": finding.mend,
                }
                for part in self.sections
                for finding in part.findings
            ],
        }


def ok(what: str, says: str) -> Finding:
    """All is well here."""
    return Finding(Level.OK, what, says)


def warning(what: str, says: str, mend: str) -> Finding:
    """It works, or may do so later; somebody should know."""
    return Finding(Level.WARNING, what, says, mend)


def wrong(what: str, says: str, mend: str) -> Finding:
    """It does not work until somebody mends it."""
    return Finding(Level.WRONG, what, says, mend)


def mended(what: str, sentence: str) -> Finding:
    """Something wrong, from a sentence such as the settings' own: what is wrong, a colon, the mend."""
    says, colon, mend = sentence.removeprefix(f"{what} ").partition(": ")
    says = says if says.endswith((".", "?", "!")) else f"{says}."
    return wrong(what, says, said(mend) if colon else "Mend that, and look again.")


def said(words: str) -> str:
    """A sentence: with a capital where it is a word, and its full stop."""
    first = words.split(" ")[0]
    begun = words[:1].upper() + words[1:] if first.isalpha() else words
    return begun if begun.endswith((".", "?", "!")) else f"{begun}."


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names as a sentence lists them; of many, the first few."""
    every = list(names)
    shown, rest = every[:most], len(every) - most
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def ago(span: timedelta) -> str:
    """A stretch of time as one says it: `40 seconds`, `3 hours`, `2 days`."""
    seconds = int(abs(span.total_seconds()))
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def many(count: int, thing: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def moment(at: datetime) -> str:
    """An instant for a person at a terminal: UTC, to the minute."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
