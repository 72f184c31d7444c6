"""Every fact, streamed into a file or to standard output, as CSV or JSON Lines."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.audit.records import COLUMNS, as_cells, as_line, record
from bot.settings import Misconfigured
from storage.reading import Reader


@dataclass(frozen=True)
class Wanted:
    """Which facts: from `since` to `until` (aware UTC, both included), of one product or of all."""

    since: datetime | None = None
    until: datetime | None = None
    product: str | None = None


def export(reader: Reader, wanted: Wanted, form: str, out: TextIO) -> int:
    """Write the facts wanted as `csv` or `jsonl`; how many they were."""
    company, count = reader.company(), 0
    rows = csv.writer(out)
    if form == "csv":
        rows.writerow(COLUMNS)
    for written in reader.log(wanted.since, wanted.until, wanted.product):
        told = record(written, company)
        if form == "csv":
            rows.writerow(as_cells(told))
        else:
            out.write(as_line(told))
        count += 1
    return count


@contextmanager
def opened(target: Path | None) -> Iterator[TextIO]:
    """A new file that its owner alone may read, or standard output; what fails leaves no file behind.

    Raises Misconfigured where the file is there already or can't be written.
    """
    if target is None:
        yield sys.stdout
        return
    with new_file(target) as handle, open(handle, "w", encoding="utf-8", newline="") as out:
        yield out


@contextmanager
def new_file(target: Path) -> Iterator[int]:
    """The descriptor of a new file, mode 0600; the caller closes it. Raises Misconfigured."""
    try:
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise Misconfigured(f"{target} exists already: name a new file.") from None
    except OSError as error:
        raise Misconfigured(f"{target} can't be written: {error.strerror}.") from None
    done = False
    try:
        yield handle
        done = True
    except OSError as error:
        raise Misconfigured(f"{target} can't be written: {error.strerror}.") from None
    finally:
        if not done:
            target.unlink(missing_ok=True)
