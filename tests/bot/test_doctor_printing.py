"""How the doctor's report looks, and the command: its exit codes, its JSON, and no token anywhere."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bot.doctor.findings import Report, Section, ago, listed, mended, ok, warning, wrong
from bot.doctor.printing import printed
from tests.bot.patient import Patient
from tests.bot.serving import environment, run

LONG = "the bot is not a member of it, which is why nothing that is announced there arrives at all"
REPORT = Report(
    (
        Section("Slack", (ok("reachable", "Slack answers."),)),
        Section(
            "Channels",
            (
                wrong("#releases", LONG, "Invite the bot."),
                wrong("#web", LONG, "Invite the bot."),
                warning("operator", "nobody hears.", "Name one."),
            ),
        ),
    )
)
SPANS = [timedelta(seconds=seconds) for seconds in (1, 119, 120, 47 * 3600)]
SHOWN = """\
Slack
  ok       reachable: Slack answers.

Channels
  wrong    #releases: the bot is not a member of it, which is why nothing that
           is announced there arrives at all
  wrong    #web: the bot is not a member of it, which is why nothing that is
           announced there arrives at all
           → Invite the bot.
  warning  operator: nobody hears.
           → Name one.

2 things wrong; 1 warning."""


def test_levels_stand_in_a_column_and_a_mend_below_what_it_mends() -> None:
    assert printed(REPORT, 80, coloured=False) == SHOWN


@pytest.mark.parametrize(("columns", "most"), [(20, 60), (80, 80), (90, 90), (300, 100)])
def test_no_line_is_wider_than_the_terminal(columns: int, most: int) -> None:
    lines = printed(REPORT, columns, coloured=False).splitlines()

    assert max(map(len, lines)) <= most


def test_colours_change_no_word() -> None:
    coloured = printed(REPORT, 80, coloured=True)

    assert "\x1b[31m\x1b[1mwrong" in coloured
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m"):
        coloured = coloured.replace(code, "")
    assert coloured == SHOWN


def test_a_setting_s_own_sentence_becomes_a_finding_and_its_mend() -> None:
    found = mended("PUBLIC_URL", "PUBLIC_URL is missing: over HTTP it is needed")

    assert (found.says, found.mend) == ("is missing.", "Over HTTP it is needed.")


def test_long_lists_and_spans_are_said_as_people_say_them() -> None:
    assert listed("abc") == "a, b and c"
    assert listed("abcdefg", 2) == "a, b and 5 more"
    assert [ago(at) for at in SPANS] == ["1 second", "119 seconds", "2 minutes", "47 hours"]


# The command.


def settings(patient: Patient, **more: str) -> Mapping[str, str | None]:
    ours: dict[str, str | None] = {"SLACK_APP_TOKEN": patient.box.app_token}
    return {**ours, "DATABASE_URL": f"sqlite:///{patient.place}", **more}


def test_it_ends_with_0_where_nothing_is_wrong_whatever_the_warnings(patient: Patient) -> None:
    said = run(patient.place.parent, "doctor", box=patient.box, **settings(patient))

    assert said.code == 0 and said.err == ""
    assert said.out.endswith("Nothing is wrong; 2 warnings.\n")  # it never ran


def test_it_ends_with_1_where_something_is_wrong(patient: Patient) -> None:
    patient.box.channel("releases").archived = True

    said = run(patient.place.parent, "doctor", box=patient.box, **settings(patient))

    assert said.code == 1 and "1 thing wrong" in said.out


def test_it_ends_with_2_where_the_settings_can_t_be_read(patient: Patient) -> None:
    more = settings(patient, PORT="http")
    said = run(patient.place.parent, "doctor", "--json", box=patient.box, **more)

    assert said.code == 2 and said.out == "" and "PORT" in said.err


def test_scripts_get_the_same_as_json(patient: Patient) -> None:
    patient.box.channel("releases").archived = True

    said = run(patient.place.parent, "doctor", "--json", box=patient.box, **settings(patient))

    told = json.loads(said.out)
    assert said.code == 1
    assert (told["healthy"], told["wrong"], told["warnings"]) == (False, 1, 2)
    (bad,) = [each for each in told["findings"] if each["level"] == "wrong"]
    assert bad["section"] == "Channels" and bad["what"].startswith("#releases")
    assert "archived" in bad["says"] and "Unarchive" in bad["mend"]


def test_no_token_is_printed_whatever_is_wrong(patient: Patient) -> None:
    box = patient.box
    box.revoke_token()
    secrets = {
        "SLACK_BOT_TOKEN": box.bot_token,
        "SLACK_APP_TOKEN": "xoxb-in-the-wrong-place",
        "SLACK_SIGNING_SECRET": box.signing_secret,
    }
    for words in (["doctor"], ["doctor", "--json"]):
        said = run(patient.place.parent, *words, box=box, **settings(patient, **secrets))

        assert said.code == 1
        assert [each for each in secrets.values() if each in said.out + said.err] == []


@pytest.mark.parametrize(("no_color", "coloured"), [(None, True), ("1", False)])
def test_colours_are_for_terminals_and_not_with_no_color(
    no_color: str | None, coloured: bool, patient: Patient
) -> None:
    patient.box.faults.outage = True
    more = {**settings(patient), "TERM": "xterm", "NO_COLOR": no_color}

    shown = at_a_terminal(environment(patient.place.parent, patient.box, **more))

    assert "Slack does not answer" in shown
    assert ("\x1b[" in shown) is coloured


def at_a_terminal(ours: dict[str, str]) -> str:
    """What the command writes where its output is a terminal."""
    here, there = pty.openpty()
    done = subprocess.Popen([sys.executable, "-m", "bot.cli", "doctor"], env=ours, stdout=there)
    os.close(there)
    shown = b""
    try:
        while part := os.read(here, 65536):
            shown += part
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(here)
    assert done.wait(30) == 1
    return shown.decode()
