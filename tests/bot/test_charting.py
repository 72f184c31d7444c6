"""The chart is drawn in a process of its own, which may fail in every way without taking anything with it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.charting import PNG, CannotDraw, Drawer
from bot.digests import chart_of
from tests.templates.company import COMPANY
from tests.templates.digests import full

SPEC = chart_of(full(), COMPANY).spec


def test_a_chart_is_drawn_and_the_library_never_comes_into_our_process() -> None:
    drawn = Drawer()(SPEC)
    width, height = (int.from_bytes(drawn[place : place + 4], "big") for place in (16, 20))
    assert drawn.startswith(PNG)
    assert (width, height) == (1200, 1260)
    assert len(drawn) < 500_000
    asked = (
        "import sys, bot.compose; print([m for m in ('matplotlib', 'numpy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert found.stdout == "[]\n", found.stderr


@pytest.mark.parametrize(
    ("module", "why"), [("bot.no_such_module", "ended with 1"), ("this", "ended with 0")]
)
def test_a_process_that_draws_nothing_is_told_of(module: str, why: str) -> None:
    with pytest.raises(CannotDraw, match=why):
        Drawer(module)(SPEC)


def test_one_that_takes_too_long_is_ended() -> None:
    drawer = Drawer("http.server", within=0.2)
    with pytest.raises(CannotDraw, match="not drawn within"):
        drawer(SPEC)


def test_stopping_ends_what_is_being_drawn_and_begins_nothing_more() -> None:
    drawer, ended = Drawer("http.server"), list[str]()

    def drawing() -> None:
        try:
            drawer(SPEC)
        except CannotDraw as why:
            ended.append(str(why))

    under_way = threading.Thread(target=drawing)
    under_way.start()
    drawer.stop()
    under_way.join(10)
    assert len(ended) == 1
    with pytest.raises(CannotDraw, match="ending"):
        drawer(SPEC)


def test_what_it_is_told_of_its_surroundings_holds_no_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    (tmp_path / "showing.py").write_text(
        "import os, sys\nsys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n' + repr(dict(os.environ)).encode())\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    shown = Drawer("showing")(SPEC).decode("latin-1")
    assert "secret" not in shown
    assert "PYTHONPATH" in shown


def test_what_is_to_be_drawn_is_plain_json() -> None:
    assert json.loads(json.dumps(SPEC)) == SPEC
