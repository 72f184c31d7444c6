"""`presumptive audit verify` and `show`, against a real file: what was tampered with shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.engine import DRIVER
from tests.bot.audited import head, resealed, sql, unlocked, verified
from tests.bot.serving import Said, run
from tests.commands.office import Office, all_assert, announced, at


def test_a_log_that_was_left_alone_is_said_to_be_whole_with_its_head(folder: Path) -> None:
    number, sealed = head(folder)
    before = (folder / "bot.db").read_bytes()
    said = verified(folder)
    assert said.code == 0, said
    assert said.out.startswith(f"{number} facts, from 2026-11-23 08:00 to 2026-11-25 12:00 UTC")
    assert f"audit head #{number} {sealed[:12]}\n" in said.out and "--head" in said.out
    assert (folder / "bot.db").read_bytes() == before and not [*folder.glob("bot.db-*")]


EDIT = "UPDATE facts SET body = replace(body, 'aaa111', 'aaa112') WHERE body LIKE '%aaa111%'"
SWAP = (
    "CREATE TABLE two AS SELECT * FROM facts WHERE id IN (4, 5)",
    "DELETE FROM facts WHERE id IN (4, 5)",
    "UPDATE two SET id = 9 - id",
    "INSERT INTO facts SELECT * FROM two ORDER BY id",
    "DROP TABLE two",
)
TAMPERING: dict[str, tuple[tuple[str, ...], str]] = {
    "a fact edited": ((EDIT,), "is not what was written"),
    "a fact deleted": (("DELETE FROM facts WHERE id = 5",), "Fact 5 is missing"),
    "the first deleted": (("DELETE FROM facts WHERE id < 3",), "Facts 1 to 2 are missing"),
    "a fact replaced": (
        ("INSERT OR REPLACE INTO facts SELECT id, 'act.refused', at, person, product, candidate,"
         " law, replace(body, 'U', 'V'), prev_hash, hash FROM facts WHERE id = 5",),
        "Fact 5 (act.refused",
    ),
    "two swapped": (SWAP, "does not follow the one before it"),
    "a fact before the first": (
        ("INSERT INTO facts SELECT -3, kind, at, person, product, candidate, law, body, 'x', 'y'"
         " FROM facts WHERE id = 1",),
        "Fact -3",
    ),
    "a column changed": (
        ("UPDATE facts SET person = 'UXENA' WHERE kind = 'candidate.halted'",),
        "a column differs from what its body says: person is 'UXENA', in the body 'USUE'",
    ),
    "a time that is none": (("UPDATE facts SET at = 'noon' WHERE id = 5",), "at is 'noon'"),
    "a body that is none": (("UPDATE facts SET body = x'ff00' WHERE id = 5",), "Fact 5"),
    "a candidate's phase": (
        ("UPDATE candidates SET phase = 'halted' WHERE version = '2.4.1' AND build = 2",),
        "payments@2.4.1#2: phase is halted in its row, and released by its facts",
    ),
    "a candidate's document": (
        ("UPDATE candidates SET doc = json_set(doc, '$.commit', 'ccc') WHERE build = 2",),
        "payments@2.4.1#2: commit is ccc in its row, and bbb222 by its facts",
    ),
    "a candidate's time": (
        ("UPDATE candidates SET release_at = '2026-11-23 09:30:00.000000' WHERE product = 'web'",),
        "web@1.0#1: release_at is 2026-11-23 09:30",
    ),
    "the clock's hint": (
        ("UPDATE candidates SET due_at = NULL WHERE product = 'web'",),
        "web@1.0#1: due_at is missing",
    ),
    "a candidate removed": (
        ("DELETE FROM candidates WHERE product = 'web'",),
        "names web@1.0#1, a candidate that has no row",
    ),
    "a candidate made up": (
        ("INSERT INTO candidates (product, version, build, phase, seq, doc) SELECT product, '9', 1,"
         " phase, seq, doc FROM candidates WHERE product = 'web'",),
        "web@9#1 has a row and no facts",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERING)
def test_whatever_is_tampered_with_is_named(what: str, folder: Path) -> None:
    statements, complaint = TAMPERING[what]
    unlocked(folder, *statements)
    said = verified(folder)
    assert said.code == 1 and complaint in said.err and said.out == "", said
    assert len(said.err.splitlines()) == 1 and "Traceback" not in said.err


@pytest.mark.parametrize("name", ["facts_no_update", "facts_no_delete", "facts_no_replace"])
def test_a_trigger_that_is_gone_or_was_blunted_is_named(name: str, folder: Path) -> None:
    sql(folder, f"DROP TRIGGER {name}")
    said = verified(folder)
    assert said.code == 1 and f"trigger {name}" in said.err and "missing" in said.err
    sql(folder, f"CREATE TRIGGER {name} BEFORE UPDATE ON facts BEGIN SELECT 1; END")
    said = verified(folder)
    assert said.code == 1 and f"trigger {name} is not the one" in said.err


def test_a_chain_made_anew_does_not_hide_an_edit_from_replay_or_from_the_head(folder: Path) -> None:
    number, posted = head(folder)
    unlocked(folder, EDIT)
    resealed(folder)
    said = verified(folder)
    assert said.code == 1 and "commit is aaa111 in its row, and aaa112 by its facts" in said.err
    said = verified(folder, "--head", f"{number}:{posted[:12]}")
    assert said.code == 1 and f"#{number} {posted[:12]} is not in the chain" in said.err


def test_facts_that_can_not_follow_each_other_are_named(folder: Path) -> None:
    change = "replace(body, 'halt.lifted', 'candidate.released')"
    unlocked(
        folder,
        f"UPDATE facts SET kind = 'candidate.released', body = {change} WHERE kind = 'halt.lifted'",
    )
    resealed(folder)
    said = verified(folder)
    assert said.code == 1 and "can't be applied to payments@2.4.1#2" in said.err, said


def test_a_cut_tail_shows_beside_the_head_last_posted(folder: Path) -> None:
    number, posted = head(folder)
    assert verified(folder, "--head", f"{number}:{posted[:12]}").code == 0
    assert verified(folder, "--head", f"audit head #{number} {posted[:12]}").code == 0
    earlier = verified(folder, "--head", f"{number}:{posted}")
    assert earlier.code == 0 and f"#{number} is still in the chain" in earlier.out
    unlocked(
        folder,
        "DELETE FROM facts WHERE candidate = 'web@1.0#1'",
        "DELETE FROM candidates WHERE product = 'web'",
        "DELETE FROM planned WHERE name LIKE 'web@%'",
    )
    assert verified(folder).code == 0, "without the head nothing tells"
    said = verified(folder, "--head", f"{number}:{posted[:12]}")
    assert said.code == 1 and f"#{number} {posted[:12]} was posted" in said.err
    assert f"ends at fact {number - 1}" in said.err


@pytest.mark.parametrize("odd", ["12", "12:abc", "x:3fd1c09a77be", "12:3fd1c09a77bg", ""])
def test_a_head_that_is_none_is_answered_with_an_example(odd: str, folder: Path) -> None:
    said = verified(folder, "--head", odd)
    assert said.code == 2 and "--head 12:3fd1c09a77be" in said.err


def test_an_empty_database_is_well_unless_a_head_was_posted(tmp_path: Path) -> None:
    assert verified(tmp_path).code == 2 and not [*tmp_path.iterdir()]
    assert run(tmp_path, "db", "upgrade").code == 0
    said = verified(tmp_path)
    assert said.code == 0 and "no facts yet" in said.out
    said = verified(tmp_path, "--head", "3:3fd1c09a77be")
    assert said.code == 1 and "#3 3fd1c09a77be" in said.err and "the log is empty" in said.err


def test_an_older_schema_is_left_as_it_is_and_said_to_be_one(folder: Path) -> None:
    sql(folder, "UPDATE alembic_version SET version_num = '0001'")
    before = (folder / "bot.db").read_bytes()
    for words in (["verify"], ["export", "--csv"], ["show", "payments"], ["pack", "x@1", "x.zip"]):
        said = run(folder, "audit", *words)
        assert said.code == 2 and "presumptive db upgrade" in said.err, said
    assert (folder / "bot.db").read_bytes() == before
    (folder / "bot.db").unlink()
    DRIVER.connect(str(folder / "bot.db")).close()
    said = verified(folder)
    assert said.code == 2 and "no tables yet" in said.err


def shown(folder: Path, *words: str) -> Said:
    return run(folder, "audit", "show", "payments@2.4.1#2", *words)


def test_a_candidate_is_shown_as_it_stood_at_an_instant(folder: Path) -> None:
    announced_at = at("2026-11-23 09:00")
    early = shown(folder, "--as-of", "2026-11-23 08:59")
    assert early.code == 1 and "was not announced yet" in early.err
    then = shown(folder, "--as-of", announced_at.isoformat())
    assert then.code == 0 and "Announced" in then.out and "Planned for" in then.out, then
    later = shown(folder, "--as-of", "2026-11-25")
    assert later.code == 0 and "Released" in later.out and "presumed" in later.out
    assert shown(folder).out.splitlines()[-4:] == later.out.splitlines()[-4:]
    first = run(folder, "audit", "show", "payments@2.4.1#1")
    assert "Superseded" in first.out and "asserted by alice (Product Owner)" in first.out
    assert "Halted by sue" in first.out
    odd = run(folder, "audit", "show", "paymens")
    assert odd.code == 2 and "payments" in odd.err


def test_every_transcript_of_the_law_replays(tmp_path: Path) -> None:
    office = Office.opened(tmp_path / "bot.db")
    announced(office, "payments 1 commit a")
    office.say("extend payments", by="omar")
    office.say("reschedule payments 2026-12-01 14:00", by="rita")
    office.say("hotfix payments login fails", by="dave")
    office.say("hotfix payments", by="alice")
    office.say("snooze payments 1h", by="omar")
    office.say("halt payments", by="xena")
    office.say("halt payments", by="alice")
    office.say("halt payments really", by="alice")
    office.say("lift payments done", by="alice")
    all_assert(office)
    office.say("revoke payments because", by="omar")
    office.say("assert payments", by="omar")
    office.until("2026-12-02 12:00")
    office.say("go payments", by="rita")
    office.say("deploying payments", by="omar")
    office.say("failed payments disk", by="omar")
    office.say("deploying payments", by="omar")
    office.say("deployed payments", by="omar")
    office.say("rolled-back payments errors", by="omar")
    kinds = set(office.kinds("payments@1#1"))
    assert {"hotfix.confirmed", "deployment.rolled_back", "halt.lifted"} <= kinds
    office.database.close()
    said = verified(tmp_path)
    assert said.code == 0, said
