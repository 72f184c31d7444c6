"""The one exception by which the workspace says no, in Slack's own words."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """A refusal with Slack's error name, the fields beside it and the HTTP status."""

    def __init__(self, error: str, *, status: int = 200, retry_after: int = 0, **fields: Any):
        super().__init__(error)
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.fields = fields

    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.error, **self.fields}


def refuse_blocks(problems: list[str], error: str = "invalid_blocks") -> None:
    """Raises with every problem in response_metadata.messages, if there is any."""
    if problems:
        raise SlackError(error, response_metadata={"messages": problems})
