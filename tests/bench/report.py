"""What a row hands back: lines of a table and bars, and how both are printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bar:
    """One limit of DESIGN 8 and what was measured. `at_most` False: the value must reach the limit."""

    name: str
    value: float
    limit: float
    at_most: bool = True

    @property
    def holds(self) -> bool:
        return self.value <= self.limit if self.at_most else self.value >= self.limit

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        verdict = "ok" if self.holds else "SHORT"
        return f"bar {self.name} {self.value:.4g} {sign}{self.limit:g} {verdict}"


@dataclass
class Measured:
    """The outcome of one row: `lines` are (what, value) for the table."""

    row: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def line(self, what: str, value: str) -> None:
        self.lines.append((what, value))

    def bar(self, name: str, value: float, limit: float, *, at_most: bool = True) -> None:
        self.bars.append(Bar(name, value, limit, at_most))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def spread(seconds: Sequence[float]) -> str:
    """Latencies in milliseconds, for a line of the table."""
    p50, p99 = percentile(seconds, 0.5), percentile(seconds, 0.99)
    return f"p50 {p50 * 1e3:.2f} ms, p99 {p99 * 1e3:.2f} ms, n {len(seconds)}"


def table(measured: Measured) -> str:
    """One row of DESIGN 8 as text."""
    wide = max((len(what) for what, _ in measured.lines), default=0)
    told = [f"  {what:<{wide}}  {value}" for what, value in measured.lines]
    return "\n".join([measured.row, *told, *(str(bar) for bar in measured.bars)])
