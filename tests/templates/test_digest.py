"""The digest as it is read: its words, its file, and what its chart says to those who don't see it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from bot.digests import COLUMNS, Illustrated, Plain, chart_of, drawn, numbers
from bot.render import Rendered
from rehearsal.blockkit import check_blocks
from rules.digest import Digest
from tests.templates.company import COMPANY
from tests.templates.digests import empty, full, quiet
from tests.templates.test_snapshots import compare, seen

COMMAND = "/release"


def words(digest: Digest, missing: str = "", *, weekly: bool = True, late: bool = False) -> Plain:
    found = drawn(digest, COMPANY, COMMAND, weekly=weekly, late=late)
    if not isinstance(found, Illustrated):
        return found
    return found.words(None if missing else "F0FILE0001", missing)


def said() -> Iterator[tuple[str, Plain]]:
    yield "a full week", words(full(), late=True)
    yield "asked for, without its chart", words(full(), "scope", weekly=False)
    yield "Slack did not take the chart", words(full(), "refused")
    yield "nothing to draw", words(quiet())
    yield "nothing to say", words(empty())


def shown(plain: Plain) -> str:
    """A message as text, its picture as what is read aloud."""
    parts = []
    for block in plain.blocks:
        if block["type"] == "image":
            parts.append(f"(image: {block['alt_text']})")
        else:
            parts.append(seen(Rendered("", [dict(block)])))
    return "\n\n".join(parts)


def test_the_words_are_those_reviewed() -> None:
    compare("digests", "\n\n".join(f"=== {name}\n\n{shown(each)}" for name, each in said()))


def test_slack_takes_every_form_of_it() -> None:
    for name, each in said():
        assert check_blocks(list(each.blocks), "message") == [], name
        assert 0 < len(each.text) <= 3900
        assert "\n" not in each.text or name != "nothing to say"


def test_a_digest_of_many_is_cut_and_still_taken() -> None:
    much = full()
    long = [replace(each, name=f"{'x' * 40}@{'1' * 64}#1") for each in much.ahead] * 50
    crowded = replace(
        much,
        ahead=long,
        halts=list(much.halts) * 50,
        faults=list(much.faults) * 50,
        failed=[each.name for each in long],
        rolled_back=[each.name for each in long],
    )
    each = words(crowded)
    assert check_blocks(list(each.blocks), "message") == []
    assert len(each.blocks) <= 50


def test_the_file_has_a_row_for_each_release_halt_and_fault() -> None:
    content = numbers(full(), COMPANY, COMMAND)
    assert content.name == "digest-2026-11-16-to-2026-11-24.csv"
    rows = list(csv.DictReader(io.StringIO(content.content.decode())))
    assert tuple(rows[0]) == COLUMNS
    assert [row["what"] for row in rows] == ["release"] * 3 + ["halt"] * 6 + ["fault"] * 3
    release, halt, fault = rows[1], rows[3], rows[9]
    assert (release["how"], release["hours"], release["security_hours"]) == (
        "waived",
        "50.00",
        "20.00",
    )
    assert (rows[2]["operation_how"], rows[2]["operation_hours"]) == ("presumed", "")
    assert (halt["how"], halt["until"], halt["states"]) == ("stands", "", "security product")
    assert (fault["how"], fault["by"]) == ("security", "Omar Ojha")


def test_no_spreadsheet_runs_what_somebody_typed() -> None:
    digest = full()
    fault = replace(digest.faults[0].fault, what='=HYPERLINK("https://evil.example")')
    typed = replace(digest, faults=[replace(digest.faults[0], fault=fault)])
    rows = csv.DictReader(io.StringIO(numbers(typed, COMPANY, COMMAND).content.decode()))
    assert list(rows)[-1]["words"].startswith("'=")


def test_the_chart_says_in_a_sentence_what_it_shows() -> None:
    chart = chart_of(full(), COMPANY)
    assert len(chart.alt) <= 1000
    assert chart.spec["weeks"][-1] == {"label": "24 Nov", "asserted": 1, "waived": 1, "presumed": 1}
    assert [row["label"] for row in chart.spec["times"]["rows"]][:2] == ["to release", "Product"]
    assert chart.spec["times"]["rows"][3]["now"] is None
    assert chart.spec["times"]["now"] == "this time"
    weekly = replace(full(), until=full().since + (full().until - full().since) * 7 / 8)
    assert chart_of(weekly, COMPANY).spec["times"]["now"] == "this week"
