"""Whether the log is what was written, and the candidates what it makes them: one sentence either way (DESIGN 2.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.settings import Misconfigured
from storage.auditing import Extent
from storage.reading import Reader

SHOWN = 12
"""Characters of a hash that an outcome's post carries."""
HEAD = re.compile(rf"(?:audit head )?#?(\d{{1,18}})[: ]([0-9a-f]{{{SHOWN},64}})", re.IGNORECASE)


@dataclass(frozen=True)
class Verdict:
    """What was found: a sentence for a person, and whether all is well."""

    text: str
    well: bool


def read_head(written: str) -> tuple[int, str]:
    """`12:3fd1…` or `audit head #12 3fd1…`, as posted, as number and hash. Raises Misconfigured."""
    found = HEAD.fullmatch(" ".join(written.split()))
    if found is None:
        raise Misconfigured(
            f"{written!r} is no head: write it as it was posted, number and at least {SHOWN} letters"
            " of the hash, for example --head 12:3fd1c09a77be."
        )
    return int(found[1]), found[2].casefold()


def verify(reader: Reader, head: tuple[int, str] | None) -> Verdict:
    """Look at everything there is, until something differs. Raises Unavailable."""
    for complaint in _complaints(reader, head):
        return Verdict(f"{_begun(complaint)}.", False)
    return Verdict(_well(reader.extent(), reader.head(), head), True)


def _begun(complaint: str) -> str:
    """With a capital letter, unless it begins with a candidate's name."""
    named = "@" in complaint.partition(" ")[0]
    return complaint if named else f"{complaint[:1].upper()}{complaint[1:]}"


def _complaints(reader: Reader, head: tuple[int, str] | None) -> Iterator[str]:
    yield from reader.broken_links()
    if head is not None:
        yield from _lost(reader, *head)
    yield from reader.differing()
    yield from reader.unguarded()


def _lost(reader: Reader, number: int, posted: str) -> Iterator[str]:
    """What is wrong with the chain beside a head that was posted."""
    last, _ = reader.head()
    sealed = reader.hash_at(number)
    if sealed is None:
        ends = f"the log ends at fact {last}" if last else "the log is empty"
        yield f"the head #{number} {posted[:SHOWN]} was posted, but {ends}: its tail was cut off"
    elif not sealed.startswith(posted):
        differs = f"fact {number} now has {sealed[:SHOWN]}"
        yield f"the head #{number} {posted[:SHOWN]} is not in the chain: {differs}"


def _well(extent: Extent, head: tuple[int, str], posted: tuple[int, str] | None) -> str:
    if extent.first is None or extent.last is None:
        return "There are no facts yet, and no candidates: nothing to compare."
    count = "1 fact" if extent.facts == 1 else f"{extent.facts:,} facts"
    span = f"from {extent.first:%Y-%m-%d %H:%M} to {extent.last:%Y-%m-%d %H:%M} UTC"
    lines = [
        f"{count}, {span}: all as they were written, and every candidate as they make it.",
        f"audit head #{head[0]} {head[1][:SHOWN]}",
    ]
    if posted is None:
        lines.append("A cut tail shows only beside the head last posted: give it with --head.")
    else:
        lines.append(f"The head posted at #{posted[0]} is still in the chain.")
    return "\n".join(lines)
