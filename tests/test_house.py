"""The house stays in order: imports run one way, words have their places, the docs point somewhere (DESIGN 3)."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import house
from tests.conftest import NetworkIsOff, is_here, outward

ROOT = Path(__file__).parent.parent

EXCUSED_LENGTH: dict[str, str] = {
    # "rules/example.py": "one table, read from top to bottom",
}

CHECKS: list[Callable[[Path], list[str]]] = [
    house.arrows_to_the_left,
    house.strangers,
    house.clocks,
    house.circles,
    house.patches,
    house.swallowed,
    house.wordless,
    house.vague_names,
    house.dead_links,
    house.version_quarrel,
    house.loose_locks,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_is_in_order(check):
    assert check(ROOT) == []


def test_no_file_is_longer_than_its_reader_likes():
    assert house.too_long(ROOT, EXCUSED_LENGTH) == []


# A check that cannot fail is no check: below, each is shown a house where only its own rule is
# broken, once for each way to break it, and the same house mended.

GOOD = {
    "pyproject.toml": '[project]\nversion = "1.2.0"\ndependencies = ["Slack_Bolt~=1.30"]\noptional-dependencies = {dev = []}\n',
    "requirements.lock": "slack-bolt==1.30.0 \\\n    --hash=sha256:aa\n",
    "CHANGELOG.md": "## [Unreleased]\n\n## [1.2.0] - 2026-11-23\n\n## [1.1.0]\n",
    "README.md": "See [how](docs/how.md#a-click-and-a-timer), [site](https://example.com), `[x](nowhere)`.\n",
    "docs/how.md": "# How\n\n## A click, and a timer\n\n```\n[x](nowhere)\n```\n\n[back](../README.md)\n",
    "rules/__init__.py": '"""The law."""\n',
    "rules/words.py": '"""Words."""\nfrom datetime import datetime, time, timedelta\n',
    "rules/halt.py": '"""Halt."""\nimport typing\nfrom rules import words\nif typing.TYPE_CHECKING:\n    from rules import lift\n',
    "rules/lift.py": '"""Lift."""\nfrom rules.halt import words\n',
    "storage/rows.py": '"""Rows."""\nimport sqlmodel\nfrom rules.words import datetime\n',
    "commands/halt.py": '"""Halt."""\nfrom rules import halt\nfrom storage import rows\n\ndef do(clock):\n    return clock.now()\n',
    "commands/dispatch.py": '"""Dispatch."""\ntry:\n    pass\nexcept Exception:\n    pass\n',
    "bot/cli.py": '"""Command line."""\nimport click\nimport rehearsal.box\nfrom . import clock\n',
    "bot/clock.py": '"""Clock."""\nimport time\ntry:\n    time.time()\nexcept (OSError, ValueError):\n    pass\n',
    "rehearsal/box.py": '"""Box."""\nimport starlette\n',
    "tests/__init__.py": "",
    "tests/test_words.py": '"""Words."""\n\ndef test(monkeypatch):\n    monkeypatch.setenv("A", "b")\n',
}

BROKEN: list[tuple[Callable[[Path], list[str]], str, str]] = [
    (house.arrows_to_the_left, "rules/words.py", '"""W."""\nimport storage.rows\n'),
    (
        house.arrows_to_the_left,
        "storage/rows.py",
        '"""R."""\ndef f():\n    from commands import halt\n',
    ),
    (
        house.arrows_to_the_left,
        "commands/late.py",
        '"""L."""\nimport importlib\nimportlib.import_module("bot.clock")\n',
    ),
    (house.arrows_to_the_left, "bot/clock.py", '"""C."""\nfrom rehearsal import box\n'),
    (house.arrows_to_the_left, "rehearsal/box.py", '"""B."""\nfrom rules.words import datetime\n'),
    (house.arrows_to_the_left, "rehearsal/box.py", '"""B."""\nimport bot.cli as c\n'),
    (house.arrows_to_the_left, "bot/clock.py", '"""C."""\nfrom tests import house\n'),
    (house.strangers, "rules/words.py", '"""W."""\nimport sqlalchemy\n'),
    (house.strangers, "commands/halt.py", '"""H."""\nfrom dateparser import parse\n'),
    (house.strangers, "storage/rows.py", '"""R."""\nfrom slack_sdk import WebClient\n'),
    (house.clocks, "rules/words.py", '"""W."""\nfrom datetime import datetime as dt\ndt.now()\n'),
    (house.clocks, "rules/words.py", '"""W."""\nimport datetime\ndatetime.date.today()\n'),
    (house.clocks, "rules/words.py", '"""W."""\nimport random\n'),
    (house.clocks, "commands/halt.py", '"""H."""\nfrom time import time\ntime()\n'),
    (house.clocks, "storage/rows.py", '"""R."""\nimport time as t\nstamp = t.time\n'),
    (house.clocks, "storage/rows.py", '"""R."""\nfrom sqlalchemy import func\nfunc.now()\n'),
    (house.circles, "rules/words.py", '"""W."""\ndef f():\n    import rules.lift\n'),
    (house.circles, "rules/words.py", '"""W."""\nfrom .lift import x\n'),
    (house.patches, "tests/test_words.py", '"""W."""\nfrom unittest import mock\n'),
    (house.patches, "tests/test_words.py", '"""W."""\nimport unittest.mock\n'),
    (house.patches, "tests/test_words.py", '"""W."""\ndef test(mocker):\n    mocker.patch("x")\n'),
    (
        house.patches,
        "tests/test_words.py",
        '"""W."""\ndef test(it):\n    it.patch.object(x, "y")\n',
    ),
    (house.swallowed, "bot/door.py", '"""C."""\ntry:\n    pass\nexcept Exception:\n    pass\n'),
    (house.swallowed, "rehearsal/box.py", '"""B."""\ntry:\n    pass\nexcept:\n    pass\n'),
    (
        house.swallowed,
        "rules/words.py",
        '"""W."""\ntry:\n    pass\nexcept (OSError, BaseException):\n    pass\n',
    ),
    (
        house.swallowed,
        "bot/door.py",
        '"""C."""\nimport contextlib\ncontextlib.suppress(Exception)\n',
    ),
    (house.wordless, "bot/clock.py", "import time\n"),
    (house.wordless, "rules/__init__.py", ""),
    (house.wordless, "tests/test_words.py", "x = 1\n"),
    (house.vague_names, "bot/utils.py", '"""U."""\n'),
    (house.vague_names, "storage/session_manager.py", '"""S."""\n'),
    (house.vague_names, "commands/helpers/halt.py", '"""H."""\n'),
    (house.vague_names, "tests/test_data.py", '"""D."""\n'),
    (house.dead_links, "README.md", "[gone](docs/gone.md)\n"),
    (house.dead_links, "docs/how.md", "# How\n\n## A click, and a timer\n\n[up](README.md)\n"),
    (house.dead_links, "docs/how.md", "# How\n"),
    (house.dead_links, "README.md", "[a]\n\n[a]: docs/gone.md\n"),
    (house.version_quarrel, "CHANGELOG.md", "## [1.2.1]\n\n## [1.2.0]\n"),
    (house.version_quarrel, "CHANGELOG.md", "## [Unreleased]\n"),
    (
        house.loose_locks,
        "requirements.lock",
        "--find-links dir\nslack-bolt==1.30.0 \\\n    --hash=sha256:aa\n",
    ),
    (house.loose_locks, "requirements.lock", "slack-bolt==1.30.0\n"),
    (
        house.loose_locks,
        "requirements.lock",
        "slack-bolt==1.30.0 \\\n    --hash=sha256:aa\nclick>=8 \\\n    --hash=sha256:aa\n",
    ),
    (house.loose_locks, "requirements.lock", "slack-sdk==3.47.0 \\\n    --hash=sha256:aa\n"),
]


def build(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def test_every_check_is_shown_a_broken_house():
    assert {check for check, _, _ in BROKEN} == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_house_in_order_passes(check, tmp_path):
    assert check(build(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("check", "path", "text"),
    BROKEN,
    ids=[f"{check.__name__}-{n}" for n, (check, _, _) in enumerate(BROKEN)],
)
def test_a_broken_house_fails_its_own_check(check, path, text, tmp_path):
    assert check(build(tmp_path, GOOD | {path: text})) != []


def test_a_long_file_needs_an_excuse_and_an_excuse_needs_a_long_file(tmp_path):
    long = '"""Long."""\n' + "x = 1\n" * house.LONGEST
    build(tmp_path, {"rules/long.py": long, "rules/short.py": '"""Short."""\n'})
    assert house.too_long(tmp_path, {}) == [f"rules/long.py has {house.LONGEST + 1} lines"]
    assert house.too_long(tmp_path, {"rules/long.py": "a table"}) == []
    assert house.too_long(tmp_path, {"rules/long.py": "a table", "rules/short.py": "why"}) != []


# The network ends at this machine (conftest.py).


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: socket.getaddrinfo("slack.com", 443),
        lambda: socket.gethostbyname("slack.com"),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_nothing_reaches_beyond_this_machine(reach):
    with pytest.raises(NetworkIsOff):
        reach()
    assert len(outward) == 1
    outward.clear()


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1]), timeout=5).close()
    assert all(is_here(host) for host in ("::1", "127.8.8.8", "0.0.0.0", "", None, b"localhost"))
    assert not any(is_here(host) for host in ("10.0.0.1", "localhost.example.com", b"slack.com"))


# The manifest asks for no more than the bot uses, and stays within Slack's limits.


def test_the_manifest_says_what_slack_accepts():
    manifest = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    shown, (command,) = manifest["display_information"], manifest["features"]["slash_commands"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert command["should_escape"] is True
    assert "url" not in command
    assert manifest["settings"]["socket_mode_enabled"] is True
    scopes = manifest["oauth_config"]["scopes"]
    history = [scope for scope in scopes["bot"] if scope.endswith(":history")]
    assert history == ["im:history"], "of messages only those written to the bot"
    assert scopes["bot"] == sorted(set(scopes["bot"]) - set(scopes["bot_optional"]))
