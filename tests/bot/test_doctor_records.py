"""The doctor looks at the database, the messages, the bot at work, its address and its calendars."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.compose import tools
from bot.doctor.files import LITTLE, TOO_LITTLE, room, wal
from bot.doctor.findings import Level
from bot.doctor.times import zones
from bot.render import Renderer
from commands.dispatch import Desk, dispatch
from commands.request import Caller, Request
from rules.facts import CLOCK, Fact
from storage.engine import wal_fault
from storage.inbox import PendingAct
from storage.outbox import Message
from tests.bot.patient import CHANNEL, Patient, all_of, at, now, the, wrongs

ANSWER = Message("answer:1", "answer", "https://hooks.example/secret", None, "U0SAM0001")
CARD = Message("card:payments@1.0.0#1", "card", CHANNEL, "payments@1.0.0#1")
NEWS = Message("news:1", "news", CHANNEL)
WEEK, HOUR = 8 * 86400, 3600


# The file.


def test_a_database_that_is_not_there_is_no_fault_and_is_not_made(patient: Patient) -> None:
    patient.place.unlink()

    report = patient.look()

    assert the(report, "file").level is Level.WARNING and wrongs(report) == []
    assert not patient.place.exists()


def test_a_folder_that_is_not_there_is_wrong(patient: Patient) -> None:
    found = patient.finds("file", database_url="sqlite:////nowhere/at/all.db")

    assert found.level is Level.WRONG and "/nowhere/at" in found.says


@pytest.mark.parametrize("url", ["postgres://me:hush@host/base", "nonsense", "sqlite://"])
def test_an_address_that_can_be_no_database_is_wrong(url: str, patient: Patient) -> None:
    found = patient.finds("DATABASE_URL", database_url=url)

    assert found.level is Level.WRONG and found.mend and "hush" not in str(found)


def test_a_file_that_is_no_database_is_wrong(patient: Patient) -> None:
    patient.place.write_text("notes" * 1000)

    found = patient.finds("readable")

    assert found.level is Level.WRONG and "not a database" in found.says


def test_a_damaged_file_is_wrong(patient: Patient) -> None:
    patient.sql("PRAGMA journal_mode=DELETE")
    whole = patient.place.read_bytes()
    half = len(whole) // 2
    patient.place.write_bytes(whole[:half] + b"\x55" * 20000 + whole[half + 20000 :])

    report = patient.look()

    assert {"integrity", "readable"} & set(wrongs(report))


def test_what_the_quick_check_finds_is_wrong(patient: Patient) -> None:
    with closing(sqlite3.connect(patient.place)) as connection:
        of = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_facts_candidate_id'"
        ((page,),) = connection.execute(of)
        ((size,),) = connection.execute("PRAGMA page_size")
    whole = bytearray(patient.place.read_bytes())
    cells = (page - 1) * size + 8
    whole[cells : cells + 10] = b"\x55" * 10
    patient.place.write_bytes(whole)

    report = patient.look()

    assert "integrity" in wrongs(report)
    assert "the file is damaged" in the(report, "integrity").says


def test_a_file_others_may_read_is_wrong_and_stays_as_it_is(patient: Patient) -> None:
    patient.place.chmod(0o644)

    found = patient.finds("file")

    assert found.level is Level.WRONG and found.mend == f"chmod 600 {patient.place}"
    assert patient.place.stat().st_mode & 0o777 == 0o644


def test_it_leaves_the_file_and_its_folder_as_they_were(patient: Patient) -> None:
    before = patient.place.read_bytes(), patient.place.stat().st_mtime_ns

    patient.look()

    assert (patient.place.read_bytes(), patient.place.stat().st_mtime_ns) == before
    assert list(patient.place.parent.iterdir()) == [patient.place]


def test_it_sees_what_the_running_bot_has_only_logged_ahead(patient: Patient) -> None:
    with patient.writing() as database:
        with database.write(now) as tx:
            tx.note_tick()
        assert patient.place.with_name("bot.db-wal").stat().st_size

        assert patient.finds("tick").level is Level.OK


def test_an_outdated_schema_is_wrong_and_is_not_upgraded(patient: Patient) -> None:
    patient.sql("UPDATE alembic_version SET version_num = '0001'")

    report = patient.look()

    assert wrongs(report) == ["schema"]
    assert "presumptive db upgrade" in str(the(report, "schema").mend)
    assert "at 0001" in patient.finds("schema").says


def test_a_schema_newer_than_the_program_is_wrong(patient: Patient) -> None:
    patient.sql("UPDATE alembic_version SET version_num = '9999'")

    assert "newer" in patient.finds("schema").says


def test_a_file_without_tables_is_a_new_installation(patient: Patient) -> None:
    patient.place.write_bytes(b"")

    report = patient.look()

    assert the(report, "schema").level is Level.WARNING and wrongs(report) == []


def test_a_log_somebody_changed_is_wrong(patient: Patient) -> None:
    patient.sql(
        "DROP TRIGGER facts_no_update",
        "UPDATE facts SET body = replace(body, 'payments', 'pavments') WHERE id > 3",
    )

    found = patient.finds("facts")

    assert found.level is Level.WRONG and "is not what was written" in found.says


def test_a_full_disk_is_told_before_it_is_full() -> None:
    levels = [room(free, Path("/var")).level for free in (LITTLE, LITTLE - 1, TOO_LITTLE - 1)]

    assert levels == [Level.OK, Level.WARNING, Level.WRONG]


def test_an_sqlite_that_can_damage_files_is_a_warning() -> None:
    assert wal(wal_fault((3, 51, 3))).level is Level.OK
    found = wal(wal_fault((3, 40, 1)))
    assert found.level is Level.WARNING and str(found.mend).startswith("Install pysqlite3")


# Messages.


def test_a_dead_letter_is_told_with_what_to_whom_why_and_the_mend(patient: Patient) -> None:
    patient.letter(NEWS, "is_archived")

    found = patient.finds("dead letter")

    assert found.level is Level.WRONG
    assert f"News to {CHANNEL} was refused: is_archived (since 20" in found.says
    assert "Unarchive" in str(found.mend)


def test_what_nothing_rests_on_any_more_is_only_good_to_know(patient: Patient) -> None:
    patient.letter(NEWS, "channel_not_found", ago=WEEK)
    patient.letter(CARD, "not_in_channel")
    patient.letter(ANSWER, "nobody could be answered")
    patient.letter(replace(ANSWER, key="answer:2", person=None), "nobody could be answered")

    found = [f for f in all_of(patient.look()) if f.what == "dead letter"]

    assert [f.level for f in found] == [Level.WARNING] * 4
    assert "The card of payments@1.0.0#1" in found[1].says
    assert "@sam" in found[2].says and "somebody who pressed" in found[3].says
    assert "secret" not in str(found)


def test_of_very_many_dead_letters_the_first_are_told(patient: Patient) -> None:
    with patient.writing() as database, database.write(now) as tx:
        for number in range(60):
            tx.send(Message(f"news:{number}", "news", CHANNEL))
            tx.dead(f"news:{number}", "is_archived")

    found = [f for f in all_of(patient.look()) if f.what.startswith("dead letter")]

    assert len(found) == 51 and found[-1].says == "10 more."


def test_what_waits_too_long_is_told_with_its_reason(patient: Patient) -> None:
    patient.letter(NEWS, ago=HOUR)
    with patient.writing() as database, database.write(now) as tx:
        tx.later(NEWS.key, now(), "http_503", ambiguous=True)

    report = patient.look()

    found = the(report, "unsent")
    assert found.level is Level.WARNING and "60 minutes" in found.says and "http_503" in found.says
    assert "1 unsent message may have arrived" in the(report, "doubtful").says


def test_what_has_just_been_asked_for_only_waits_its_turn(patient: Patient) -> None:
    patient.letter(NEWS)

    assert patient.finds("unsent").level is Level.OK


def test_messages_that_may_stand_there_twice_are_counted(patient: Patient) -> None:
    patient.letter(NEWS)
    with patient.writing() as database, database.write(now) as tx:
        tx.sent(NEWS.key, 1, CHANNEL, "1.1", repeated=True)

    found = patient.finds("repeated")

    assert found.level is Level.WARNING and "1 message may stand in Slack twice" in found.says


# The bot at work.


@pytest.mark.parametrize(
    ("ago", "tick", "door"),
    [
        (5, Level.OK, Level.OK),
        (HOUR, Level.WARNING, Level.WARNING),
        (-HOUR, Level.WARNING, Level.WARNING),
    ],
)
def test_a_bot_that_does_not_tick_is_told(
    ago: float, tick: Level, door: Level, patient: Patient
) -> None:
    patient.at_work(ago)

    report = patient.look()

    assert the(report, "tick").level is tick
    assert the(report, "door").level is door or ago < 0
    assert wrongs(report) == []


def test_a_bot_that_never_ran_is_told(patient: Patient) -> None:
    assert "never ran" in patient.finds("tick").says


def test_a_bot_that_runs_and_hears_nothing_is_wrong(patient: Patient) -> None:
    patient.at_work(HOUR)
    with patient.writing() as database, database.write(now) as tx:
        tx.note_tick()

    found = patient.finds("door")

    assert found.level is Level.WRONG and "no halt could be heard since 20" in found.says


def test_acts_whose_author_is_not_known_are_told(patient: Patient) -> None:
    with patient.writing() as database, database.write(now) as tx:
        tx.pend(PendingAct(0, "k", {}, "U0DAVE001", ("U0DAVE001",), at(HOUR), halts=True))

    found = patient.finds("pending")

    assert found.level is Level.WARNING
    assert "1 act (1 halt) wait" in found.says and "U0DAVE001" in found.says


def test_a_candidate_that_fails_to_be_settled_is_wrong(patient: Patient) -> None:
    with patient.writing() as database:
        desk = Desk(database, now, tools(Renderer("/release")))
        said = dispatch(desk, Request("announce", Caller(None, "command line"), "payments 2.4.1"))
        assert said.ok
        with database.write(now) as tx:
            name = tx.open_candidates()[0].name
            gone = "payments@0.0.1#1"
            for each in (name, gone):
                tx.save_facts(Fact("candidate.parked", tx.now, CLOCK, "payments", each, {}))

    found = patient.finds("parked")

    assert found.level is Level.WRONG and name in found.says and gone not in found.says


# The public address.


class Passing(BaseHTTPRequestHandler):
    """A web server that is no bot."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def somebody_else() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def by_http(patient: Patient, address: str) -> Patient:
    patient.more = {
        "slack_app_token": None,
        "slack_signing_secret": "s",
        "public_url": address,
    }
    return patient


def test_an_address_that_does_not_answer_is_wrong_once_the_bot_runs(patient: Patient) -> None:
    by_http(patient, patient.box.public_url)
    assert patient.finds("answers").level is Level.WARNING

    patient.at_work()
    found = patient.finds("answers")
    assert found.level is Level.WRONG and "502" in found.says


def test_an_address_that_somebody_else_answers_is_wrong(patient: Patient) -> None:
    with somebody_else() as address:
        by_http(patient, address).at_work()
        found = patient.finds("answers")

    assert found.level is Level.WRONG and "answers 501" in found.says


# Time.


def test_a_zone_this_machine_does_not_know_is_wrong() -> None:
    found = zones(["Europe/London", "Mars/Olympus"])

    assert (
        found.level is Level.WRONG and "Mars/Olympus" in found.says and "tzdata" in str(found.mend)
    )


def holidays(patient: Patient, *days: date) -> None:
    """Give the calendar `default` these holidays, whatever the country has."""
    listed = ",".join(f'"{day}"' for day in days)
    patient.sql(
        "UPDATE calendars SET changed = changed + 1, "
        f"doc = json_set(doc, '$.holidays', json('[{listed}]')) WHERE name = 'default'"
    )


def test_holidays_that_run_out_are_a_warning(patient: Patient) -> None:
    holidays(patient, date(2020, 12, 25))

    found = patient.finds("calendar default")

    assert found.level is Level.WARNING and "GB-ENG are known only until 2020" in found.says


def test_a_calendar_without_a_working_day_is_wrong(patient: Patient) -> None:
    today = now().date()
    holidays(patient, *(today + timedelta(days=number) for number in range(-1, 62)))

    found = patient.finds("calendar default")

    assert found.level is Level.WRONG and "nothing can go out" in found.says


def test_the_holidays_ahead_are_counted(patient: Patient) -> None:
    ahead = now().date() + timedelta(days=30)
    holidays(patient, ahead, ahead + timedelta(days=400))

    assert f"1 holiday within 60 days, next {ahead}" in patient.finds("calendar default").says
