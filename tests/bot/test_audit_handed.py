"""`presumptive audit export` and `pack`: what is handed over is whole, harmless, and can be checked by anybody."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.audit.records import COLUMNS, harmless
from storage.chain import link
from tests.bot.audited import ESCAPED, head, sql
from tests.bot.serving import run
from tests.commands.office import at


def exported(folder: Path, *words: str) -> list[dict[str, object]]:
    said = run(folder, "audit", "export", "--jsonl", *words)
    assert said.code == 0, said
    return [json.loads(line) for line in said.out.splitlines()]


def test_every_fact_is_exported_in_both_forms_with_the_same_columns(folder: Path) -> None:
    number, sealed = head(folder)
    lines = exported(folder)
    assert [line["id"] for line in lines] == list(range(1, number + 1))
    assert all(tuple(line) == COLUMNS for line in lines)
    assert lines[-1]["hash"] == sealed and str(lines[-1]["at"]).endswith("+00:00")
    for line in lines:
        assert link(str(line["prev_hash"]), str(line["body"])) == line["hash"]
    said = run(folder, "audit", "export", "--csv", "facts.csv")
    assert said.code == 0 and said.out == f"{number} facts written to facts.csv.\n"
    with (folder / "facts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == COLUMNS and len(rows) == number + 1
    assert rows[-1][rows[0].index("hash")] == sealed
    assert (folder / "facts.csv").stat().st_mode & 0o777 == 0o600


def test_what_is_exported_never_goes_over_another_file(folder: Path) -> None:
    (folder / "facts.csv").write_text("mine")
    said = run(folder, "audit", "export", "--csv", "facts.csv")
    assert said.code == 2 and "exists already" in said.err
    assert (folder / "facts.csv").read_text() == "mine"
    said = run(folder, "audit", "export", "--csv", "nowhere/facts.csv")
    assert said.code == 2 and "can't be written" in said.err
    said = run(folder, "audit", "export", "--csv", "--product", "paymens", "new.csv")
    assert said.code == 2 and not (folder / "new.csv").exists()
    assert run(folder, "audit", "export").code == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "＝1"])
def test_no_cell_begins_a_formula(text: str) -> None:
    assert harmless(text) == "'" + text
    assert harmless("a" + text) == "a" + text


def test_a_persons_name_is_no_formula_in_a_spreadsheet(folder: Path) -> None:
    sql(folder, "UPDATE people SET name = '=cmd()' WHERE id = 'USUE'", "SELECT 1")
    said = run(folder, "audit", "export", "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert {row["name"] for row in rows if row["person"] == "USUE"} == {"'=cmd()"}


def test_an_export_is_bounded_by_dates_and_product(folder: Path) -> None:
    everything = exported(folder)

    def kept(*words: str) -> list[object]:
        return [line["id"] for line in exported(folder, *words)]

    def ids(since: str = "2000-01-01 00:00", until: str = "2100-01-01 00:00") -> list[object]:
        begin, end = at(since).isoformat(), at(until).isoformat()
        return [x["id"] for x in everything if begin <= str(x["at"]) < end]

    assert kept("--since", "2026-11-24") == ids(since="2026-11-24 00:00")
    assert kept("--until", "2026-11-23") == ids(until="2026-11-24 00:00")
    assert kept("--as-of", "2026-11-23", "--until", "2026-11-25") == ids(until="2026-11-24 00:00")
    early = ids(until="2026-11-23 08:01")
    assert 0 < len(early) < len(everything)
    assert kept("--until", "2026-11-23 08:00") == early
    assert kept("--until", "2026-11-23 09:00 Europe/Paris") == early
    assert kept("--until", "2026-11-23T13:30:00+05:30") == early
    assert kept("--since", "2026-11-25T12:00Z") == ids(since="2026-11-25 12:00")
    web = [x["id"] for x in everything if x["product"] == "web"]
    assert kept("--product", "Web") == web != []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--since", "yesterday"), "2026-11-23 14:00"),
        (("--since", "2026-02-30"), "the nearest day is 2026-02-28"),
        (("--until", "2026-11-23 25:00"), "25:00 is no time of day"),
        (("--as-of", "2026-11-23 14:00 Europe/Pariss"), "Europe/Paris"),
        (("--as-of", "2026-11-23Z"), "lacks its time of day"),
        (("--product", "paymens"), "payments"),
    ],
)
def test_what_can_not_be_made_out_is_answered_with_the_nearest(
    words: tuple[str, ...], told: str, folder: Path
) -> None:
    said = run(folder, "audit", "export", "--csv", *words)
    assert said.code == 2 and told in said.err and said.out == "", said
    assert len(said.err.splitlines()) == 1


@pytest.fixture(scope="module")
def packed(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack, unpacked."""
    place = tmp_path_factory.mktemp("packed")
    shutil.copyfile(lived, place / "bot.db")
    said = run(place, "audit", "pack", "payments@2.4.1", "pack.zip")
    assert said.code == 0 and "payments@2.4.1" in said.out, said
    with zipfile.ZipFile(place / "pack.zip") as archive:
        archive.extractall(place / "out")
    return place / "out"


def script(packed: Path) -> str:
    """What README.txt says to run."""
    lines = (packed / "README.txt").read_text(encoding="utf-8").splitlines()
    return "\n".join(
        line.strip() if line[4:5] != " " else line[4:] for line in lines if line[:4] == "    "
    )


def checked(packed: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-I", "-W", "ignore", "-c", script(packed)]
    return subprocess.run(words, cwd=packed, capture_output=True, text=True, timeout=30)


def test_a_third_party_can_check_a_pack_by_its_ten_lines(packed: Path, folder: Path) -> None:
    assert len(script(packed).splitlines()) <= 10
    done = checked(packed)
    assert done.returncode == 0 and "are as they were written" in done.stdout, done
    number, sealed = head(folder)
    assert str(number) in done.stdout and sealed in done.stdout
    for name, old, new in (
        ("summary.html", "released", "Released"),
        ("facts.jsonl", "fixed", "broken"),
        ("messages.jsonl", "ask", "axe"),
    ):
        whole = (packed / name).read_text(encoding="utf-8")
        (packed / name).write_text(whole.replace(old, new, 1), encoding="utf-8")
        done = checked(packed)
        (packed / name).write_text(whole, encoding="utf-8")
        assert done.returncode == 1 and f"AssertionError: {name}" in done.stderr, done


def test_facts_changed_together_with_the_manifest_still_show(packed: Path) -> None:
    files = [packed / "facts.jsonl", packed / "manifest.json"]
    before = [file.read_bytes() for file in files]
    files[0].write_bytes(before[0].replace(b"aaa111", b"aaa112"))
    old, new = (hashlib.sha256(f).hexdigest() for f in (before[0], files[0].read_bytes()))
    files[1].write_bytes(before[1].replace(old.encode(), new.encode()))
    done = checked(packed)
    for file, content in zip(files, before, strict=True):
        file.write_bytes(content)
    assert done.returncode == 1 and "AssertionError" in done.stderr


def test_a_pack_answers_who_in_which_role_when_what_was_presumed_and_what_halted(
    packed: Path,
) -> None:
    page = (packed / "summary.html").read_text(encoding="utf-8")
    for word in ("payments@2.4.1#1", "payments@2.4.1#2", "Product Owner", "presumed", "asserted"):
        assert word in page, word
    assert "alice (UALICE)" in page and "Security Architect" in page
    assert ESCAPED in page and "<script" not in page
    assert "hours of notice" in page and "2026-11-23 09:00:00 UTC" in page
    assert "http-equiv" in page and "src=" not in page and "@import" not in page
    facts = [json.loads(x) for x in (packed / "facts.jsonl").read_text().splitlines()]
    assert {f["candidate"] for f in facts} == {None, "payments@2.4.1#1", "payments@2.4.1#2"}
    assert {f["product"] for f in facts} == {"payments"}
    assert facts[-1]["kind"] == "act.refused"
    messages = [json.loads(x) for x in (packed / "messages.jsonl").read_text().splitlines()]
    asked = [m for m in messages if m["kind"] == "ask" and m["to"] == "UALICE"]
    assert asked and asked[0]["name"] == "alice" and asked[0]["delivered_at"]
    notices = [json.loads(x) for x in (packed / "notices.jsonl").read_text().splitlines()]
    assert {"operation", "organization", "security"} <= {n["state"] for n in notices}


def test_a_pack_holds_no_address_to_answer_at(folder: Path) -> None:
    sql(
        folder,
        "UPDATE outbox SET kind = 'answer', target = 'https://hooks.slack.test/secret'"
        " WHERE id = (SELECT min(id) FROM outbox WHERE kind = 'outcome')",
    )
    assert run(folder, "audit", "pack", "payments@2.4.1", "pack.zip").code == 0
    assert b"hooks.slack" not in (folder / "pack.zip").read_bytes()


def test_the_same_database_gives_the_same_pack_and_never_over_another_file(folder: Path) -> None:
    for name in ("a.zip", "b.zip"):
        assert run(folder, "audit", "pack", "payments@2.4.1", name).code == 0
    before = (folder / "a.zip").read_bytes()
    assert before == (folder / "b.zip").read_bytes()
    with zipfile.ZipFile(folder / "a.zip") as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    said = run(folder, "audit", "pack", "payments@2.4.1#1", "a.zip")
    assert said.code == 2 and "exists already" in said.err
    assert (folder / "a.zip").read_bytes() == before
    said = run(folder, "audit", "pack", "payments@2.4.2", "c.zip")
    assert said.code == 2 and "payments@2.4.2" in said.err and not (folder / "c.zip").exists()
