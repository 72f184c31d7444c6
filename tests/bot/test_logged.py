"""What is logged at the most talkative level: never a reason, an address for answers, a ticket or a token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rehearsal.box import Box
from rehearsal.person import Person
from tests.bot.serving import run, serving
from tests.end_to_end.workplace import QUICK

REASON = "refunds-are-paid-twice"
TYPED = "the-books-are-lost"


@pytest.mark.parametrize("transport", ["http", "socket"])
def test_debugging_tells_no_secret(tmp_path: Path, transport: Any) -> None:
    with Box(transport=transport, limits=False) as box:
        catalogue = tmp_path / "catalogue.yaml"
        catalogue.write_text(QUICK)
        run(tmp_path, "db", "upgrade", box=box)
        applied = run(tmp_path, "apply", str(catalogue), box=box)
        assert applied.code == 0, applied
        with serving(tmp_path, box) as bot:
            bot.start(LOG_LEVEL="DEBUG", SLACK_APP_TOKEN=_app(box, transport))
            alice = box.person("alice")
            assert "announced" in box.person("dave").command("/release announce payments 1").text
            assert box.wait_for(lambda: pressable_by(alice), 10)
            seen = alice.press("Halt")
            assert seen.modal is not None
            alice.submit(values={"reason": REASON})
            alice.command(f"/release halt payments {TYPED}")
            alice.command("/release lift payments all is well")
            alice.press("Details")
            box.faults.server_error("views.open")
            alice.press("Halt")
            box.wait_for(lambda: box.record.count("response_url"), 10)
            bot.end()
            log = bot.log()
    assert "DEBUG" in log or "INFO" in log
    assert any(call.method == "response_url" for call in box.record.calls)
    for secret in (REASON, TYPED, "/response/", "ticket=", box.bot_token, box.app_token):
        assert secret not in log, [line for line in log.splitlines() if secret in line][:3]
    assert box.signing_secret not in log


def pressable_by(alice: Person) -> bool:
    return any("Extend a day" in str(message.blocks) for message in alice.dms())


def _app(box: Box, transport: str) -> str | None:
    return box.app_token if transport == "socket" else None
