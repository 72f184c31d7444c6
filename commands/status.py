"""`status`: how one candidate stands, or every open one."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from commands.standing import stand


def run(act: Act) -> Reply:
    """The state of the candidate named; with none named, of all that are open."""
    text = act.request.text.strip()
    if text in {"", "all"}:
        opened = act.reader.open_candidates()
        return Reply("open-candidates", {"candidates": list(opened)})
    found = meant(act.reader, act.tools, text, known=True)
    return Reply("status", {"standing": stand(act.reader, found.candidate, act.now)})
