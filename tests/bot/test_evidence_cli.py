"""A pipeline hands in a report at the command line: what it says is a fact, beside the last release's."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.candidate import Evidence
from tests.bot.serving import Said, run
from tests.commands.office import Office, announced

UNIT = "Unit tests passed"


def report(folder: Path, **tests: str) -> None:
    inner = {"passed": "", "failed": "<failure/>"}
    cases = "".join(
        f'<testcase classname="t" name="{name}">{inner[how]}</testcase>'
        for name, how in tests.items()
    )
    (folder / "r.xml").write_text(f"<testsuite>{cases}</testsuite>")


def handed_in(folder: Path, candidate: str, *more: str) -> Said:
    words = ("--junit", "r.xml", "--state", "product", *more)
    return run(folder, "evidence", candidate, *words)


def evidence(office: Office, name: str) -> list[Evidence]:
    return list(office.candidate(name).evidence)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office.opened(tmp_path / "bot.db")
    announced(made, "payments 2.4.1")
    return made


def test_a_report_is_a_fact_with_its_verdict_its_words_and_its_digest(
    office: Office, tmp_path: Path
) -> None:
    report(tmp_path, adds="passed", refunds="failed")
    said = handed_in(tmp_path, "payments@2.4.1", "--criterion", "unit")
    assert said.code == 0, said
    assert "1 of 2 tests failed" in said.out
    (found,) = evidence(office, "payments@2.4.1#1")
    assert (found.verdict, found.criterion, found.by) == ("red", UNIT, None)
    assert len(found.digest or "") == 64
    (fact,) = office.facts(kind="evidence.added")
    assert fact.about["first_red"] is True
    assert handed_in(tmp_path, "payments@2.4.1", "--criterion", "unit").code == 0
    assert len(office.facts(kind="evidence.added")) == 1


def test_it_is_compared_with_the_last_release(office: Office, tmp_path: Path) -> None:
    report(tmp_path, adds="passed", refunds="passed")
    handed_in(tmp_path, "payments@2.4.1", "--criterion", "unit")
    for who in ("alice", "sue", "omar", "rita"):
        office.say("assert payments", by=who)
    office.say("go payments", by="rita")
    office.say("deploying payments", by="omar")
    announced(office, "payments 2.5.0")
    report(tmp_path, adds="passed", refunds="failed", totals="passed")
    said = handed_in(tmp_path, "payments@2.5.0", "--criterion", "unit")
    assert "Other than payments@2.4.1#1" in said.out
    (found,) = evidence(office, "payments@2.5.0#1")
    assert found.against == "payments@2.4.1#1"
    assert found.changes == ("1 test added", "1 test failing that passed: t.refunds")


def test_a_link_is_evidence_too(office: Office, tmp_path: Path) -> None:
    words = ("--link", "https://ci.example/7", "--verdict", "green", "--state", "security")
    assert run(tmp_path, "evidence", "payments@2.4.1", *words).code == 0
    (found,) = evidence(office, "payments@2.4.1#1")
    assert (found.source, found.verdict, found.url) == ("link", "green", "https://ci.example/7")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("payments@2.4.1", "--junit", "none.xml", "--state", "product"), 1, "can't be read"),
        (("payments@2.4.1", "--junit", "r.xml", "--state", "nonsense"), 1, "nonsense"),
        (("payments@9", "--junit", "r.xml", "--state", "product"), 1, "payments@9"),
        (
            ("payments@2.4.1", "--junit", "r.xml", "--state", "product", "--criterion", "moon"),
            1,
            "There is no criterion",
        ),
        (("payments@2.4.1", "--state", "product"), 2, "name one report"),
        (("payments@2.4.1", "--link", "javascript:x", "--state", "product"), 2, "is no link"),
    ],
)
def test_what_can_not_be_taken_is_said_and_nothing_is_stored(
    office: Office, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    report(tmp_path, adds="passed")
    told = run(tmp_path, "evidence", *words)
    assert told.code == code, told
    assert said in told.out + told.err
    assert not office.facts(kind="evidence.added")


def test_the_trace_is_written_as_a_page_and_told_in_words(office: Office, tmp_path: Path) -> None:
    report(tmp_path, adds="passed", refunds="failed")
    handed_in(tmp_path, "payments@2.4.1", "--criterion", "unit")
    assert run(tmp_path, "trace", "payments", "--html", "trace.html").code == 0
    page = (tmp_path / "trace.html").read_text(encoding="utf-8")
    assert "1 of 2 tests failed" in page and "http-equiv" in page and "<script" not in page
    assert run(tmp_path, "trace", "payments", "--html", "trace.html").code != 0
    told = run(tmp_path, "trace", "payments")
    assert told.code == 0 and "1 of 2 tests failed" in told.out
