"""`python -m tests.bench [ROW ...] [--quick]`: measures the rows named, or all, and prints a table and its bars."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping

from storage.engine import DRIVER
from tests.bench import (
    auditing,
    cold,
    colliding,
    crowded,
    editing,
    hotpath,
    meeting,
    pressing,
    settling,
    storm,
)
from tests.bench.report import Bar, Measured, table

Row = Callable[[bool, Callable[[str], None]], Measured]

ROWS: Mapping[str, Row] = {
    "press": pressing.measure,
    "crowded": crowded.measure,
    "storm": storm.measure,
    "edit": editing.measure,
    "settle": settling.measure,
    "collide": colliding.measure,
    "meeting": meeting.measure,
    "audit": auditing.measure,
    "cold": cold.measure,
}
"""The rows of DESIGN 8 that are measured here, in its order."""
ASIDE: Mapping[str, Row] = {"hotpath": hotpath.measure}
"""Measured only when named: where the time of a press goes."""


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    words.add_argument("rows", nargs="*", choices=[*ROWS, *ASIDE, []], metavar="ROW")
    words.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    asked = words.parse_args()
    print(_machine(), flush=True)
    bars: list[Bar] = []
    for name in asked.rows or ROWS:
        began = time.monotonic()
        measured = ({**ROWS, **ASIDE})[name](asked.quick, _say)
        print(f"\n{table(measured)}\n  ({time.monotonic() - began:.0f} s)", flush=True)
        bars += measured.bars
    print("\n" + "\n".join(str(bar) for bar in bars))


def _machine() -> str:
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return (
        f"Python {platform.python_version()}, SQLite {DRIVER.sqlite_version}, {cores} cores, "
        f"load {load:.1f} at the beginning"
    )


def _say(what: str) -> None:
    print(f"  … {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
