"""The command line, as a process: what is wrong is one sentence with the mend, never a traceback."""

from __future__ import annotations

import resource
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rehearsal.box import SCOPES, Box
from tests.bot.serving import Said, environment, free_port, run, run_apart, serving
from tests.end_to_end.workplace import QUICK


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with Box(limits=False) as found:
        yield found


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, box: Box) -> Path:
    """A folder with a database to which a catalogue was applied; tests here only read it."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "catalogue.yaml").write_text(QUICK)
    said = run(folder, "apply", "catalogue.yaml", box=box)
    assert said.code == 0 and "applied." in said.out, said
    return folder


WRONG: dict[str, tuple[dict[str, str | None], tuple[str, ...]]] = {
    "no token": ({"SLACK_BOT_TOKEN": None}, ("SLACK_BOT_TOKEN is missing", "copy")),
    "a token of another kind": ({"SLACK_BOT_TOKEN": "xapp-1"}, ("SLACK_BOT_TOKEN", "xoxb-")),
    "an app token of another kind": ({"SLACK_APP_TOKEN": "xoxb-1"}, ("SLACK_APP_TOKEN", "xapp-")),
    "a token Slack refuses": ({"SLACK_BOT_TOKEN": "xoxb-other"}, ("refuses SLACK_BOT_TOKEN",)),
    "an app token Slack refuses": (
        {"SLACK_APP_TOKEN": "xapp-other"},
        ("refuses SLACK_APP_TOKEN",),
    ),
    "no secret": ({"SLACK_SIGNING_SECRET": None}, ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")),
    "no address": ({"PUBLIC_URL": None}, ("PUBLIC_URL is missing",)),
    "an odd address": ({"PUBLIC_URL": "bot.example"}, ("PUBLIC_URL", "https://")),
    "an odd Slack": ({"SLACK_API_URL": "slack.com/api"}, ("SLACK_API_URL", "https://")),
    "an odd port": ({"PORT": "http"}, ("PORT", "http")),
    "an odd level": ({"LOG_LEVEL": "loud"}, ("LOG_LEVEL",)),
    "a folder that is not there": (
        {"DATABASE_URL": "sqlite:////nowhere/at/all/bot.db"},
        ("/nowhere/at/all", "does not exist"),
    ),
    "another database": ({"DATABASE_URL": "mysql://x/y"}, ("DATABASE_URL", "sqlite")),
    "Heroku's disk": ({"DYNO": "web.1"}, ("Heroku", "SQLite")),
}


@pytest.fixture(scope="module")
def refusals(box: Box, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Said]:
    """What `serve` says of each; all of them at once, for starting a process takes its time."""
    folder = tmp_path_factory.mktemp("refusals")
    begun = {
        what: subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve"],
            cwd=folder,
            env=environment(folder, box, **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for what, (settings, _) in WRONG.items()
    }
    said = {}
    for what, process in begun.items():
        try:
            out, err = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        said[what] = Said(process.returncode, out, err)
    return said


@pytest.mark.parametrize("what", WRONG)
def test_serve_says_in_one_sentence_what_is_wrong_and_how_to_mend_it(
    what: str, refusals: dict[str, Said]
) -> None:
    said = refusals[what]
    assert said.code == 2, said
    assert "Traceback" not in said.err and said.out == ""
    told = said.err.strip().splitlines()
    assert len(told) == 1 and told[0].startswith("presumptive: "), said.err
    for word in WRONG[what][1]:
        assert word in told[0], told
    assert "xoxb-other" not in said.err and "xapp-other" not in said.err


def test_a_missing_scope_is_named(tmp_path: Path) -> None:
    with Box(limits=False, scopes=SCOPES - {"users:read"}) as poor:
        said = run_apart(tmp_path, "serve", box=poor)
    assert said.code == 2 and "users:read" in said.err and "Traceback" not in said.err


def test_a_port_in_use_is_named(box: Box, tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = run_apart(tmp_path, "serve", box=box, PORT=port)
    assert said.code == 2, said
    assert port in said.err and "PORT" in said.err and "Traceback" not in said.err


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("dear diary " * 100)
    said = run(tmp_path, "db", "upgrade")
    assert said.code == 2 and "bot.db" in said.err and "Traceback" not in said.err
    assert (tmp_path / "bot.db").read_text() == "dear diary " * 100


def test_a_catalogue_s_mistakes_come_with_their_lines_and_nothing_is_applied(
    box: Box, tmp_path: Path
) -> None:
    good = QUICK.replace("Europe/London", "Europe/Londonn").replace("semver", "semverr")
    (tmp_path / "catalogue.yaml").write_text(good)
    said = run(tmp_path, "apply", "catalogue.yaml", box=box)
    assert said.code == 2 and "Traceback" not in said.err
    assert "3" in said.err and "Londonn" in said.err and "semverr" in said.err
    assert "Nothing is open" in run(tmp_path, "status").out or run(tmp_path, "owners").code == 1
    for name, text in {
        "tabs.yaml": "a:\n\t- b",
        "bytes.yaml": "\x00\x01",
        "none.yaml": None,
    }.items():
        if text is not None:
            (tmp_path / name).write_text(text)
        said = run(tmp_path, "apply", name, box=box)
        assert said.code == 2 and name in said.err and "Traceback" not in said.err, said
    (tmp_path / "latin.yaml").write_bytes(b"channel: \xe9")
    said = run(tmp_path, "apply", "latin.yaml", box=box)
    assert said.code == 2 and "latin.yaml" in said.err and "Traceback" not in said.err
    said = run(tmp_path, "apply", ".", box=box)
    assert said.code == 2 and "Traceback" not in said.err


def test_applying_shows_first_what_would_change_and_the_second_time_nothing(
    box: Box, tmp_path: Path
) -> None:
    (tmp_path / "catalogue.yaml").write_text(QUICK)
    dry = run(tmp_path, "apply", "--dry-run", "catalogue.yaml", box=box)
    assert dry.code == 0 and "not applied" in dry.out and "payments" in dry.out
    real = run(tmp_path, "apply", "catalogue.yaml", box=box)
    assert real.code == 0 and real.out.splitlines()[:-1] == dry.out.splitlines()[:-1]
    again = run(tmp_path, "apply", "catalogue.yaml", box=box)
    assert (again.code, again.out) == (0, "Nothing to change.\n")
    away = run(tmp_path, "apply", "catalogue.yaml", box=box, SLACK_API_URL=dead_address())
    assert away.code == 2 and "Traceback" not in away.err, away


def dead_address() -> str:
    return f"http://127.0.0.1:{free_port()}/api/"


def test_a_backup_is_made_once_and_never_over_another(installed: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    first = run(installed, "backup", str(target))
    assert first.code == 0 and str(target) in first.out
    assert target.stat().st_mode & 0o777 == 0o600
    second = run(installed, "backup", str(target))
    assert second.code == 2 and "exists already" in second.err
    nowhere = run(installed, "backup", "/nowhere/copy.db")
    assert nowhere.code == 2 and "Traceback" not in nowhere.err


def test_the_schema_is_brought_up_to_date_once(tmp_path: Path) -> None:
    first, second = run(tmp_path, "db", "upgrade"), run(tmp_path, "db", "upgrade")
    assert first.code == 0 and first.out.startswith("Upgraded: ")
    assert (second.code, second.out) == (0, "The schema is up to date.\n")


def test_dropped_triggers_are_put_back_and_that_is_a_fact(installed: Path, tmp_path: Path) -> None:
    target = tmp_path / "bot.db"
    assert run(installed, "backup", str(target)).code == 0
    with closing(sqlite3.connect(target)) as database, database:
        database.execute("DROP TRIGGER facts_no_update")
        database.execute(
            "CREATE TRIGGER odd BEFORE INSERT ON facts BEGIN SELECT RAISE(IGNORE); END"
        )
    assert run(tmp_path, "audit", "verify").code == 1
    said = run(tmp_path, "db", "upgrade")
    assert said.code == 0 and "Put back what keeps the facts" in said.out
    assert "facts_no_update, odd" in said.out
    assert run(tmp_path, "audit", "verify").code == 0
    assert "guards.restored" in run(tmp_path, "audit", "export", "--jsonl").out


def test_a_row_changed_by_hand_is_put_back_from_its_facts(installed: Path, tmp_path: Path) -> None:
    target = tmp_path / "bot.db"
    assert run(installed, "backup", str(target)).code == 0
    run(tmp_path, "announce", "payments", "2.4.1")
    run(tmp_path, "halt", "payments", "CVE-1")
    fits = run(tmp_path, "db", "replay", "payments@2.4.1")
    assert (fits.code, "nothing to put back" in fits.out) == (0, True)
    with closing(sqlite3.connect(target)) as database, database:
        database.execute(
            "UPDATE candidates SET phase = 'announced', doc = json_set(doc, '$.halts', json('[]'))"
        )
    said = run(tmp_path, "db", "replay", "payments@2.4.1")
    assert said.code == 0 and "payments@2.4.1#1 was put back" in said.out, said
    assert "phase is announced in its row, and halted by its facts" in said.out
    assert "halted" in run(tmp_path, "status", "payments").out.casefold()
    assert run(tmp_path, "audit", "verify").code == 0
    unknown = run(tmp_path, "db", "replay", "payments@9")
    assert unknown.code == 2 and "No fact names payments@9#1" in unknown.err


def test_the_day_slack_is_down_the_operator_announces_reads_and_halts(
    installed: Path, tmp_path: Path
) -> None:
    target = tmp_path / "bot.db"
    assert run(installed, "backup", str(target)).code == 0
    said = run(tmp_path, "announce", "payments", "2.4.1", "commit", "abc")
    assert said.code == 0 and "payments@2.4.1#1 is announced" in said.out
    said = run(tmp_path, "halt", "payments", "it's", "<b>", "--", "-x", "CVE-1")
    assert said.code == 0, said
    said = run(tmp_path, "status", "payments")
    assert said.code == 0 and "it's <b>" in said.out and "operator" in said.out.lower()
    assert "halted by the operator" in run(tmp_path, "history", "payments").out
    assert "Release Coordinator" in run(tmp_path, "owners", "payments").out
    said = run(tmp_path, "status", "paymnts")
    assert said.code == 1 and "payments" in said.out + said.err and "Traceback" not in said.err


def test_in_a_folder_without_a_database_nothing_is_said_of_any_release(tmp_path: Path) -> None:
    for words in (("status",), ("halt", "payments", "CVE-1")):
        ran = run(tmp_path, *words)
        assert ran.code == 2 and "there is no database at" in ran.err
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.parametrize("verb", ["assert", "lift", "go", "revoke", "nonsense"])
def test_the_command_line_proves_nobody_s_identity_and_so_has_no_such_verb(
    verb: str, installed: Path
) -> None:
    said = run(installed, verb, "payments")
    assert said.code == 2 and "Traceback" not in said.err and verb in said.err


def test_serve_ends_quickly_and_well_when_it_is_told_to(box: Box, tmp_path: Path) -> None:
    with serving(tmp_path, box) as bot:
        bot.start()
        assert bot.get("/healthz") == 200
        code, seconds = bot.end()
    assert code == 0, bot.log()
    assert seconds < 5 and "Traceback" not in bot.log(), bot.log()
    assert box.bot_token not in bot.log() and box.signing_secret not in bot.log()


def test_serve_starts_while_slack_is_away_and_works_when_it_is_back(tmp_path: Path) -> None:
    with Box(limits=False) as box:
        (tmp_path / "catalogue.yaml").write_text(QUICK)
        assert run(tmp_path, "apply", "catalogue.yaml", box=box).code == 0
        box.faults.outage = True
        with serving(tmp_path, box) as bot:
            bot.start(ready=False)
            assert box.wait_for(lambda: bot.get("/healthz") == 200, 20), bot.log()
            assert bot.get("/readyz") == 503
            box.faults.outage = False
            assert box.wait_for(lambda: bot.get("/readyz") == 200, 30), bot.log()
            dave = box.person("dave")
            seen = dave.command("/release announce payments 2.4.1 commit abc", channel="releases")
            assert "is announced" in seen.text
            card = box.wait_for(lambda: [m for m in dave.messages("releases") if m.blocks], 20)
            assert card, bot.log()


def test_a_full_disk_is_told_in_a_sentence_and_nothing_is_half_written(
    installed: Path, tmp_path: Path
) -> None:
    """The process may write no file larger than this: what the file system says is EFBIG or full."""
    target = tmp_path / "bot.db"
    assert run(installed, "backup", str(target)).code == 0
    before = run(tmp_path, "history", "payments")

    def little() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    full = subprocess.run(
        [sys.executable, "-m", "bot.cli", "announce", "payments", "2.4.1"],
        cwd=tmp_path,
        env=environment(tmp_path, PYTHONDONTWRITEBYTECODE="1"),  # it would be cut short, too
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=little,
    )
    assert full.returncode in (1, 2), full
    told = full.stdout + full.stderr
    assert "Traceback" not in told and "disk" in told.lower(), told
    assert run(tmp_path, "history", "payments").out == before.out
    assert run(tmp_path, "announce", "payments", "2.4.1").code == 0


@pytest.mark.parametrize("words", [("db", "upgrade"), ("serve",), ("backup", "copy.db")])
@pytest.mark.parametrize("there", [False, True])
def test_a_full_disk_at_the_start_is_one_sentence(
    installed: Path, tmp_path: Path, words: tuple[str, ...], there: bool
) -> None:
    """No file may grow beyond this, whether there is a database already or not."""
    if there:
        assert run(installed, "backup", str(tmp_path / "bot.db")).code == 0
        outdated(tmp_path / "bot.db")

    def little() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    with Box(limits=False) as box:
        full = subprocess.run(
            [sys.executable, "-m", "bot.cli", *words],
            cwd=tmp_path,
            env=environment(tmp_path, box, PYTHONDONTWRITEBYTECODE="1", PORT="0"),
            capture_output=True,
            text=True,
            timeout=60,
            preexec_fn=little,
        )
    told = full.stdout + full.stderr
    assert full.returncode == 2, told
    assert "Traceback" not in told, told
    (sentence,) = [line for line in told.splitlines() if line.startswith("presumptive: ")]
    assert "disk" in sentence or "There is no database" in sentence, told


def outdated(place: Path) -> None:
    """Takes the newest migration back, so that a start has something to do."""
    with closing(sqlite3.connect(place, isolation_level=None)) as file:
        file.execute("ALTER TABLE door DROP COLUMN ended")
        file.execute("UPDATE alembic_version SET version_num = '0007'")
