"""Reports by real tools are reduced to a verdict; hostile files get a sentence with the line, in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.reports.comparing import compare
from bot.reports.reading import read_report
from bot.reports.report import MOST_BYTES, Report, Unreadable

BIN = Path(sys.executable).parent
SUITE = """
import pytest

def test_adds(): pass
def test_refunds(): assert {answer} == 2
@pytest.mark.skip
def test_later(): pass
"""
LOG = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": []}]}
BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "version": 1,
    "components": [{"type": "library", "name": "requests", "version": "2.31"}],
}


def run(*words: object, cwd: Path) -> None:
    subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, check=False)


def by_pytest(folder: Path, answer: int = 2) -> Report:
    (folder / "test_small.py").write_text(SUITE.format(answer=answer))
    run(
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--junitxml=r.xml",
        cwd=folder,
    )
    return read_report("junit", folder / "r.xml")


def test_what_pytest_writes(tmp_path: Path) -> None:
    well = by_pytest(tmp_path)
    assert (well.verdict, well.summary) == ("green", "2 tests passed, 1 skipped")
    assert len(well.digest) == 64
    ill = by_pytest(tmp_path, answer=3)
    assert (ill.verdict, ill.summary) == ("red", "1 of 2 tests failed, 1 skipped")
    assert compare("junit", ill.items, well.items) == (
        "1 test failing that passed: test_small.test_refunds",
    )
    assert compare("junit", well.items, ill.items) == ("1 test mended",)


def test_what_bandit_writes(tmp_path: Path) -> None:
    shell = "import subprocess\nsubprocess.call('ls ' + input(), shell=True)\n"
    (tmp_path / "shell.py").write_text(shell)
    run(BIN / "bandit", "-q", "-f", "sarif", "-o", "r.sarif", "shell.py", cwd=tmp_path)
    found = read_report("sarif", tmp_path / "r.sarif")
    assert found.verdict == "red"
    assert "B602 in shell.py:2" in found.items
    (tmp_path / "shell.py").write_text("x = 1\n")
    run(BIN / "bandit", "-q", "-f", "sarif", "-o", "r.sarif", "shell.py", cwd=tmp_path)
    clean = read_report("sarif", tmp_path / "r.sarif")
    assert (clean.verdict, clean.summary) == ("green", "no findings")
    assert any("fixed" in said for said in compare("sarif", clean.items, found.items))


@pytest.mark.parametrize("form", ["JSON", "XML"])
def test_what_cyclonedx_py_writes(tmp_path: Path, form: str) -> None:
    (tmp_path / "requirements.txt").write_text("requests==2.31.0\nclick==8.1.7\n")
    cyclonedx = (
        BIN / "cyclonedx-py",
        "requirements",
        "--of",
        form,
        "-o",
        "bom",
        "requirements.txt",
    )
    run(*cyclonedx, cwd=tmp_path)
    before = read_report("cyclonedx", tmp_path / "bom")
    assert (before.verdict, before.summary) == ("none", "2 components")
    (tmp_path / "requirements.txt").write_text("requests==2.32.0\nclick==8.1.7\n")
    run(*cyclonedx, cwd=tmp_path)
    now = read_report("cyclonedx", tmp_path / "bom")
    assert compare("cyclonedx", now.items, before.items) == (
        "1 component changed: requests 2.31.0 → 2.32.0",
    )


@pytest.mark.parametrize(
    ("state", "verdict"),
    [(None, "red"), ("exploitable", "red"), ("in_triage", "red"), ("not_affected", "green")],
)
def test_a_vulnerability_counts_unless_an_analysis_takes_it_away(
    tmp_path: Path, state: str | None, verdict: str
) -> None:
    analysis = {"analysis": {"state": state}} if state else {}
    found = {"id": "CVE-2026-1", "ratings": [{"severity": "high"}], **analysis}
    (tmp_path / "bom").write_text(json.dumps(BOM | {"vulnerabilities": [found]}))
    assert read_report("cyclonedx", tmp_path / "bom").verdict == verdict


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        ({"level": "error"}, "red"),
        ({"level": "warning"}, "green"),
        ({}, "green"),
        ({"properties": {"security-severity": "9.1"}}, "red"),
        ({"level": "error", "suppressions": [{"kind": "inSource"}]}, "green"),
        ({"level": "error", "kind": "pass"}, "green"),
    ],
)
def test_a_finding_is_red_where_it_is_an_error_or_severe_and_not_suppressed(
    tmp_path: Path, result: dict, verdict: str
) -> None:
    results = [{"ruleId": "R1", "message": {"text": "x"}, **result}]
    run_ = {"tool": {"driver": {"name": "x"}}, "results": results}
    (tmp_path / "r").write_text(json.dumps(LOG | {"runs": [run_]}))
    assert read_report("sarif", tmp_path / "r").verdict == verdict


def test_a_suite_without_tests_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("<testsuites/>")
    assert read_report("junit", tmp_path / "r").verdict == "none"


def test_names_are_only_ever_text_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "r").write_text(
        '<testsuite><testcase classname="../../etc" name="a&#10;b\u202e&lt;!channel&gt;"/></testsuite>'
    )
    assert list(read_report("junit", tmp_path / "r").items) == ["../../etc.a b <!channel>"]


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><testsuite name="&b;"/>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite name="&a;"/>'


@pytest.mark.parametrize(
    ("source", "content", "said"),
    [
        ("junit", BOMB, "declares a document type or entities"),
        ("junit", OUTSIDE, "declares a document type or entities"),
        ("junit", b"<testsuite>\n<testcase>\n</testsuite>", "line 3, column 3"),
        ("junit", b"<html/>", "not how a JUnit report begins"),
        ("junit", b"<a>" * 200 + b"</a>" * 200, "more than 100 deep"),
        (
            "junit",
            b"<testsuite>" + b"<a/>" * 600_000 + b"</testsuite>",
            "more than 500,000 elements",
        ),
        ("junit", b'<?xml version="1.0" encoding="klingon"?><testsuite/>', "can't be read"),
        ("junit", b"\x00\x01\x02", "line 1"),
        ("sarif", b"{\n  oops", "line 2, column 3"),
        ("sarif", b"[1]", "no JSON object"),
        ("sarif", b'{"a": NaN}', "NaN"),
        ("sarif", b'{"version": "1.0"}', "no SARIF 2.1 log"),
        ("sarif", b'{"version": "2.1.0", "runs": [{"results": 5}]}', "not as SARIF 2.1"),
        ("sarif", b'{"version": "2.1.0", "runs": [7]}', "not as SARIF 2.1"),
        ("sarif", b"\xff\xfe\x00", "not written in UTF-8"),
        ("sarif", b'{"a":' * 200 + b"1" + b"}" * 200, "more than 100 deep"),
        ("sarif", b"[" * 100_000, "deep"),
        ("cyclonedx", b'{"a": 1}', "no CycloneDX"),
        ("cyclonedx", b'{"bomFormat": "CycloneDX", "components": 5}', "no CycloneDX"),
        ("cyclonedx", b"<bom/>", "no CycloneDX"),
        ("junit", b"PK\x03\x04zip", "archive"),
        ("junit", b"  \n ", "is empty"),
    ],
)
def test_what_is_no_report_gets_a_sentence(
    tmp_path: Path, source: str, content: bytes, said: str
) -> None:
    (tmp_path / "r").write_bytes(content)
    with pytest.raises(Unreadable, match=said):
        read_report(source, tmp_path / "r")


def test_a_folder_nothing_and_too_much_are_refused_before_they_are_read(tmp_path: Path) -> None:
    for path, said in ((tmp_path, "folder"), (tmp_path / "none", "can't be read")):
        with pytest.raises(Unreadable, match=said):
            read_report("junit", path)
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(100 * 2**20)
    with pytest.raises(Unreadable, match="100 MiB; a report may have 16"):
        read_report("junit", tmp_path / "huge")


WORST = """
import resource, sys
from pathlib import Path
from bot.reports.reading import read_report
from bot.reports.report import Unreadable
try:
    read_report(sys.argv[1], Path(sys.argv[2]))
except Unreadable:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.parametrize(("source", "part"), [("junit", b"<a/>"), ("sarif", b"[],")])
def test_the_worst_that_fits_takes_bounded_memory(tmp_path: Path, source: str, part: bytes) -> None:
    begin, end = (b"<testsuite>", b"</testsuite>") if source == "junit" else (b'{"a":[', b"1]}")
    room = MOST_BYTES - len(begin) - len(end)
    (tmp_path / "r").write_bytes(begin + part * (room // len(part)) + end)
    words = [sys.executable, "-c", WORST, source, str(tmp_path / "r")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 700
