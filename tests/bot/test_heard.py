"""Which messages are the bot's own, whatever Slack says of them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.heard import is_ours

BODY = {
    "api_app_id": "A0RELBOT1",
    "authorizations": [{"user_id": "U0RELBOT1", "is_bot": True}],
}
OURS = {"type": "message", "user": "U0RELBOT1", "app_id": "A0RELBOT1", "bot_id": "B0RELBOT1"}
HERS = {"type": "message", "user": "U0ALICE01", "text": "halt payments"}


@pytest.mark.parametrize(
    ("event", "ours"),
    [
        (OURS, True),
        ({**OURS, "user": "U0OTHER01"}, True),
        ({"type": "message", "user": "U0RELBOT1"}, True),
        ({"type": "message", "subtype": "message_changed", "message": OURS}, True),
        ({"type": "message", "subtype": "message_deleted", "previous_message": OURS}, True),
        (HERS, False),
        ({"type": "message", "subtype": "message_changed", "message": HERS}, False),
        ({"type": "message", "bot_id": "B0OTHER01", "app_id": "A0OTHER01"}, False),
        ({"type": "message", "subtype": "message_changed", "message": "odd"}, False),
    ],
)
def test_our_own_messages_are_known(event: dict[str, Any], *, ours: bool) -> None:
    assert is_ours(BODY, event) is ours


def test_a_body_that_names_nobody_makes_nobody_ours() -> None:
    assert not is_ours({}, HERS)
    assert not is_ours({"authorizations": None}, {"type": "message"})
