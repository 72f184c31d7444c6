"""An ask whose answer was lost while its candidate moved on: it keeps no live buttons."""

from __future__ import annotations

import pytest

from bot.doctor.records import read_records
from rehearsal.messages import Message
from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import Workplace, key_of

POST = "chat.postMessage"


def lose_asks(work: Workplace, kind: str, times: int = 5) -> None:
    """Loses so many of the messages that are posted next, to people and in channels."""
    work.box.faults.on_accept = None
    getattr(work.box.faults, kind)(POST, times=times)


def asks(work: Workplace, name: str) -> list[Message]:
    return [m for m in work.person(name).dms() if key_of(m).startswith("ask:")]


def unsure(work: Workplace) -> int:
    with work.bot.database.read() as reader:
        return read_records(reader, work.clock.now()).unsure


@pytest.mark.parametrize(
    "ended", ["withdraw payments wrong branch", "halt payments books are lost"]
)
def test_an_ask_that_arrived_unheard_is_mended_once_its_candidate_has_moved_on(
    opened: Opened, ended: str
) -> None:
    work = opened()
    people = ("alice", "sam", "omar", "rita")
    lose_asks(work, "lose_answer")
    work.person("dave").command("/release announce payments 2.4.1", channel="releases")
    work.box.wait_for(lambda: all(asks(work, name) for name in people), 10)
    work.person("rita").command(f"/release {ended}", channel="releases")
    assert work.eventually(lambda: not unsure(work))
    work.later(hours=1)

    for name in people:
        (message,) = asks(work, name)
        if ended.startswith("withdraw"):
            assert "open:halt" not in str(message.blocks), name
            assert "open:assert" not in str(message.blocks), name


def test_an_ask_that_never_arrived_is_not_posted_when_its_candidate_has_moved_on(
    work: Workplace,
) -> None:
    lose_asks(work, "server_error", times=100)
    work.person("dave").command("/release announce payments 2.4.1", channel="releases")
    work.box.wait_for(lambda: work.box.record.count(POST) > 2, 10)
    work.person("rita").command("/release withdraw payments wrong branch", channel="releases")
    work.box.faults.calm()

    assert work.eventually(lambda: not unsure(work))
    work.later(hours=1)
    assert not [m for n in ("alice", "sam", "omar", "rita") for m in asks(work, n)]
