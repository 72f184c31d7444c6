"""The documents say what the code does: tables as generated, every command and setting named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.cli import main as command_line
from bot.settings import Settings
from bot.slack import PRESSES
from commands.verbs import VERBS
from tests.tables import ROOT, TABLES, manifest_file, with_tables

BUTTON = re.compile(r"^(?:do|open):(?P<verb>[a-z-]+):")
SAYS = re.compile(r"^(?:open )?(?P<verb>[a-z-]+) $")


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_in_a_document_are_as_generated(name: str) -> None:
    text = (ROOT / name).read_text()

    assert text == with_tables(text, TABLES[name]), "run: python -m tests.tables"


def test_the_manifest_in_the_repository_is_the_one_for_socket_mode() -> None:
    assert (ROOT / "manifest.json").read_text() == manifest_file(), "run: python -m tests.tables"


def test_a_table_that_is_out_of_date_is_noticed() -> None:
    text = (ROOT / "README.md").read_text().replace("`halt CANDIDATE", "`stop CANDIDATE")

    assert text != with_tables(text, TABLES["README.md"])


@pytest.mark.parametrize("name", sorted(command_line.commands))
def test_every_command_of_the_command_line_is_documented_and_has_help(name: str) -> None:
    documents = "".join(path.read_text() for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")])

    assert f"presumptive {name}" in documents
    assert command_line.commands[name].help


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_readme(name: str) -> None:
    assert f"`{name.upper()}`" in (ROOT / "README.md").read_text()


def test_every_button_says_a_verb() -> None:
    said = {verb for path in ROOT.glob("bot/*.py") for verb in _verbs_on_buttons(path)}

    assert {"assert", "halt", "lift", "extend", "snooze", "withdraw", "history"} <= said
    assert said <= set(VERBS) | {"choice"}


def test_every_press_is_heard() -> None:
    for action in ("do:halt:1", "open:assert:0", "do:choice:3", "menu"):
        assert re.search(PRESSES, action)
    assert not re.search(PRESSES, "link:1")


def _verbs_on_buttons(path: Path) -> set[str]:
    """The verbs in action ids, and those that begin the commands buttons say."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            text = str(node.values[0].value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        match = BUTTON.match(text) or (SAYS.match(text) if path.name == "cards.py" else None)
        if match:
            found.add(match["verb"])
    return found
