"""What the documents show is true: examples parse, catalogues apply, sums come out, lists are whole."""

from __future__ import annotations

import json
import re

import pytest
from click import Group

from bot.calendars import KEYS as CALENDAR_KEYS
from bot.catalogue import POLICY_KEYS, PRODUCT_KEYS, TOP_KEYS, CatalogueProblems
from bot.cli import main as command_line
from bot.declared import difference
from commands.notices import NOTICES
from commands.spoken import verb_and_rest
from commands.verbs import VERBS
from rehearsal.company import acme
from rehearsal.faults import Faults
from rehearsal.page.guide import STEPS
from rehearsal.page.switches import switches
from rules.product import DEFAULT_CRITERIA
from tests.bot.test_catalogue import read
from tests.house import headings, pages
from tests.tables import ROOT
from tests.worked import FRIDAY, OPEN_AGAIN, SHUT, Span, after_outage, announced, told

DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCS]
IN_CODE = re.compile(r"`(/release[^`\n]*)`|^\s*(/release .*)$", re.MULTILINE)
AT_THE_TERMINAL = re.compile(r"(?:^ *(?:\.venv/bin/)?|`)presumptive ([a-z][^`\n]*)", re.MULTILINE)
FENCED = re.compile(r"^( *)```(?P<kind>[^\n]*)\n(?P<inside>.*?)^\1```", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fenced(name: str, kind: str) -> list[str]:
    """What stands between ``` of one kind, in order."""
    return [found["inside"] for found in FENCED.finditer(text(name)) if found["kind"] == kind]


def commands_in(shown: str) -> list[str]:
    return [one or other for one, other in IN_CODE.findall(shown)]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_shown_begins_with_a_verb_there_is(name: str) -> None:
    for line in commands_in(text(name)):
        verb, _ = verb_and_rest(
            line.removeprefix("/release").replace("…", "").replace("[verb]", "")
        )
        assert verb in VERBS, line


def test_a_command_that_is_no_verb_would_be_noticed() -> None:
    assert commands_in("say `/release stop payments` or\n    /release help\n") == [
        "/release stop payments",
        "/release help",
    ]
    assert "stop" not in VERBS


@pytest.mark.parametrize("name", NAMES)
def test_every_command_of_the_command_line_shown_is_there(name: str) -> None:
    for line in AT_THE_TERMINAL.findall(text(name)):
        word, _, rest = line.partition(" ")
        assert word in command_line.commands, line
        command = command_line.commands[word]
        if isinstance(command, Group) and rest:
            assert rest.split()[0] in command.commands, line
            command = command.commands[rest.split()[0]]
        options = {flag for one in command.params for flag in one.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, line


@pytest.mark.parametrize("name", NAMES)
def test_every_catalogue_shown_can_be_applied(name: str) -> None:
    for shown in fenced(name, "yaml"):
        whole = shown if "channel:" in shown else changed(smallest(), shown)
        assert read(whole).products


def smallest() -> str:
    return fenced("docs/catalogue.md", "yaml")[0]


def changed(catalogue: str, products: str) -> str:
    return catalogue[: catalogue.index("products:")] + products


def test_the_difference_shown_is_what_is_printed() -> None:
    _, _, after, *_ = fenced("docs/catalogue.md", "yaml")
    old, new = read(smallest()), read(changed(smallest(), after))
    lines = difference(old.plain, new.plain)
    said = "\n".join([*lines, f"{len(lines)} changes, not applied.\n"])
    assert said in fenced("docs/catalogue.md", "")


def test_the_errors_shown_are_what_is_printed() -> None:
    (broken,) = fenced("docs/catalogue.md", "yaml broken")
    (errors,) = fenced("docs/catalogue.md", "errors")
    with pytest.raises(CatalogueProblems) as odd:
        read(broken)
    assert odd.value.text("catalogue.yaml") == errors.rstrip("\n")


@pytest.mark.parametrize("key", [*TOP_KEYS, *PRODUCT_KEYS, *CALENDAR_KEYS, *POLICY_KEYS])
def test_every_key_of_a_catalogue_is_explained(key: str) -> None:
    keys = text("docs/catalogue.md").partition("## The keys")[2]
    assert f"`{key}`" in keys


def test_the_default_criteria_are_listed_whole() -> None:
    listed = re.findall(r"^  - (.*)$", text("docs/catalogue.md").partition("### Criteria")[2], re.M)
    assert listed == [one for criteria in DEFAULT_CRITERIA.values() for one in criteria]


def test_the_readmes_example_is_worked_out_by_the_rules() -> None:
    shown = " ".join(text("README.md").split())
    friday = announced("payments", FRIDAY)
    _, back, late = (after_outage(friday, Span(SHUT, end)).release_at for end in OPEN_AGAIN)
    assert told(FRIDAY).startswith("Fri") and told(FRIDAY).endswith("15:00")
    assert told(friday.candidate.release_at) == "Mon 7 Dec 15:15"
    assert "so it goes out on Monday at 15:15. On Monday at 14:50 the bot loses" in shown
    assert (told(SHUT), told(OPEN_AGAIN[1])) == ("Mon 7 Dec 14:50", "Mon 7 Dec 15:40")
    assert (told(back), told(late)) == ("Mon 7 Dec 16:15", "Tue 8 Dec 09:00")
    assert "finds it again at 15:40" in shown and "it goes at 16:15, announced first" in shown
    assert "come back at 16:40" in shown and "it would go on Tuesday at 09:00" in shown


def test_every_permission_is_explained_and_no_other() -> None:
    scopes = json.loads(text("manifest.json"))["oauth_config"]["scopes"]
    section = text("docs/slack.md").partition("## Permissions, and why each")[2].partition("## ")[0]
    rows = "".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    assert sorted(re.findall(r"`([a-z_:]+)`", rows)) == sorted(
        [*scopes["bot"], *scopes["bot_optional"]]
    )
    for event in json.loads(text("manifest.json"))["settings"]["event_subscriptions"]["bot_events"]:
        assert f"`{event}`" in section


def test_every_shortcut_is_named_as_the_manifest_names_it() -> None:
    for shortcut in json.loads(text("manifest.json"))["features"]["shortcuts"]:
        assert f"**{shortcut['name']}**" in text("README.md")
        assert f"**{shortcut['name']}**" in text("docs/slack.md")


def test_everybody_in_the_rehearsal_is_introduced() -> None:
    table = text("docs/rehearsing.md").partition("## The company")[2].partition("## ")[0]
    for user in acme().users:
        assert user.is_bot or user.name.capitalize() in table


def test_the_things_to_try_are_those_of_the_page() -> None:
    section = text("docs/rehearsing.md").partition("### Five things to try")[2].partition("### ")[0]
    assert re.findall(r"^[0-9]\. \*\*(.*)\.\*\*", section, re.MULTILINE) == [s.title for s in STEPS]


def test_the_faults_are_those_of_the_page() -> None:
    table = text("docs/rehearsing.md").partition("### Faults")[2].partition("### ")[0]
    shown = re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE)
    assert shown[1:] == [each["title"] for each in switches(Faults())]


def test_every_kind_of_fact_is_explained_and_no_other() -> None:
    table = text("docs/audit.md").partition("## The facts")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `([a-z_.]+)` \|", table, re.MULTILINE)) == sorted(NOTICES)


def test_every_document_is_in_the_index() -> None:
    index = text("docs/README.md")
    for path in (ROOT / "docs").rglob("*.md"):
        name = path.relative_to(ROOT / "docs").as_posix()
        assert name == "README.md" or f"({name})" in index, name


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(text("README.md").splitlines()) <= 250


def test_every_page_has_one_title() -> None:
    for page in pages(ROOT):
        shown = FENCED.sub("", page.read_text(encoding="utf-8"))
        assert len(re.findall(r"^# ", shown, re.MULTILINE)) == 1, page
        assert headings(page)
