"""The doctor beside a bot at work: over the wire, as a process of its own, while both have the database open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.box import Box
from tests.bot.serving import Said, Serving, run, run_apart, serving
from tests.end_to_end.workplace import QUICK

CARD = "The card of payments@2.4.1#1 to C0REL0001 was refused: not_in_channel"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    """A bot that serves, with Alice owning everything."""
    (tmp_path / "catalogue.yaml").write_text(QUICK)
    with Box(limits=False, history=True) as box:
        said = run(tmp_path, "apply", "catalogue.yaml", box=box)
        assert said.code == 0, said
        with serving(tmp_path, box) as bot:
            bot.start()
            yield bot


def look(bot: Serving) -> tuple[int, list[dict[str, Any]]]:
    """The exit code, and all that is not ok."""
    said = run_apart(bot.folder, "doctor", "--json", box=bot.box)
    assert said.err == "", said
    found = json.loads(said.out)["findings"]
    return said.code, [each for each in found if each["level"] != "ok"]


def announce(bot: Serving) -> Said:
    return run(bot.folder, "announce", "payments", "2.4.1", box=bot.box)


def test_a_dead_letter_is_told_beside_its_cause_and_both_go_once_it_is_mended(
    served: Serving,
) -> None:
    code, found = look(served)
    assert code == 0
    assert {each["what"] for each in found} <= {"PUBLIC_URL", "operator", "scope im:write"}

    served.box.leave("releases", "presumptive")
    assert announce(served).code == 0
    assert served.box.wait_for(lambda: "dead letter" in served.log(), 20), served.log()

    code, found = look(served)
    told = {each["what"]: each for each in found if each["level"] == "wrong"}
    assert code == 1
    assert set(told) == {"#releases (the installation and payments)", "dead letter"}
    assert told["dead letter"]["says"].startswith(CARD)
    assert "/invite @presumptive" in told["dead letter"]["mend"]

    served.box.join("releases", "presumptive")
    served.kill()
    served.start()  # a start looks at once whether what could not be posted can be now
    assert served.box.wait_for(lambda: served.box.channel("releases").messages, 20), served.log()
    assert served.box.wait_for(lambda: look(served)[0] == 0, 20)


def test_a_bot_that_was_killed_is_told_and_its_records_are_left_alone(served: Serving) -> None:
    assert announce(served).code == 0
    served.kill()
    beside = sorted(path.name for path in served.folder.glob("bot.db*"))
    kept = [(served.folder / name).read_bytes() for name in beside if not name.endswith("-shm")]

    code, found = look(served)

    assert code == 1  # its last tick is so fresh that it should answer
    assert [each["what"] for each in found if each["level"] == "wrong"] == ["answers"]
    assert sorted(path.name for path in served.folder.glob("bot.db*")) == beside
    after = [(served.folder / name).read_bytes() for name in beside if not name.endswith("-shm")]
    assert after == kept
    served.start()
