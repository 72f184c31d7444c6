"""`presumptive plan`: a page written once and never over another file, or the calendar in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bot.reading import read
from tests.bot.serving import run
from tests.commands.office import Office, announced, product


def estate(folder: Path, *lines: str) -> Path:
    office = Office.opened(folder / "made.db")
    office.apply(product("payments", environments=("prod-eu",)))
    for line in lines:
        announced(office, line)
    office.copied_to(folder / "bot.db")
    return folder


@pytest.fixture
def at_home(tmp_path: Path) -> Path:
    """An installation; nobody knows where in time the machine that tests it is."""
    return estate(tmp_path, "payments 2.4.1 2026-11-25 14:00", "ledger 7 2026-11-26 09:00")


def test_plan_writes_a_page_once_and_never_over_another_file(at_home: Path) -> None:
    before = (at_home / "bot.db").read_bytes()
    said = run(at_home, "plan", "--html", "plan.html", "--days", "7")
    assert said.code == 0 and re.fullmatch(
        r"The plan of 7 days, \d releases?, was written to plan.html.\n", said.out
    ), said
    root = read((at_home / "plan.html").read_text(encoding="utf-8"))
    assert len([*next(root.all("div", "days")).all("b")]) == 7
    assert "All times are UTC" in root.text and "prod-eu" in [h.text for h in root.all("h3")]
    assert (at_home / "plan.html").stat().st_mode & 0o777 == 0o600
    again = run(at_home, "plan", "--html", "plan.html")
    assert again.code == 2 and "exists already" in again.err
    assert (at_home / "bot.db").read_bytes() == before


def test_plan_prints_the_page_where_no_file_is_named(at_home: Path) -> None:
    said = run(at_home, "plan", "--html", "-")
    assert (
        said.code == 0 and said.out.startswith("<!DOCTYPE html>") and said.out.endswith("</html>\n")
    )


def test_plan_from_a_date_begins_at_that_days_midnight(at_home: Path) -> None:
    said = run(at_home, "plan", "--html", "-", "--days", "2", "--from", "2098-12-01 15:00")
    assert "Mon 1 Dec 2098 to Tue 2 Dec 2098" in read(said.out).text
    past, now = (
        run(at_home, "plan", "--html", "-", *more) for more in (("--from", "2001-01-01"), ())
    )
    (heading,) = read(past.out).all("title")
    assert "2001" not in heading.text and heading.text == next(read(now.out).all("title")).text


@pytest.mark.parametrize("odd", ["someday", "2026-02-31", ""])
def test_plan_from_an_odd_date_is_answered_in_a_sentence_and_writes_nothing(
    at_home: Path, odd: str
) -> None:
    said = run(at_home, "plan", "--html", "odd.html", "--from", odd)
    assert said.code == 2 and said.err.startswith("presumptive: "), said
    assert "is not a time I can read" in said.err or "A time is missing" in said.err
    assert "Traceback" not in said.err and not (at_home / "odd.html").exists()


def test_plan_without_a_page_tells_the_calendar_in_words(at_home: Path) -> None:
    said = run(at_home, "plan", "--days", "3")
    assert said.code == 0 and said.out.startswith("Calendar\n\n"), said
    said = run(at_home, "plan", "--from", "2098-12-01")
    assert said.code == 0 and "Mon 1 Dec 2098 00:00" in said.out and "Mon 15 Dec 2098" in said.out
    assert run(at_home, "plan", "--from", "someday").code == 1
    assert run(at_home, "plan", "--days", "0").code == 2


def test_plan_needs_an_installation(tmp_path: Path) -> None:
    assert run(tmp_path, "plan", "--html", "plan.html").code == 2
    assert not [*tmp_path.iterdir()]
