"""What the calendar says: everything at once, nothing at all, one place, and too much for a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from commands.calendar import told
from tests.bot import plans


def of(name: str = "", world: str = "four", **narrowed: str) -> dict[str, Any]:
    """What the verb hands over in one of the hand-made worlds."""
    seen = plans.ahead(plans.WORLDS[world](), plans.NOW, plans.UNTIL, **narrowed)
    return {"name": name, **told(seen, name, "Europe/London")}


REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "calendar": lambda: [
        of(),
        of("prod-eu", environment="prod-eu"),
        of("web", product="web"),
        of(world="quiet"),
        of(world="empty"),
        of(world="hostile"),
        of(world="thousand"),
    ],
    "unknown-place": lambda: [
        {"word": "prod-ue", "near": ["prod-eu"], "known": ["payments", "prod-eu"]},
        {"word": "zzz", "near": [], "known": ["payments", "prod-eu"]},
        {"word": "zzz", "near": [], "known": []},
    ],
}
