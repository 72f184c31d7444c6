"""What is said of schedules that can't be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "odd-schedule": lambda: [
        {
            "series": "meeting",
            "why": "the weekday can't be `thurzday`; write `thu`",
            "near": "thu 10:00 every 2 weeks",
            "field": "day",
        },
        {
            "series": "meeting",
            "why": "the zone can't be `Mars/Olympus`; write an IANA time zone, like `Europe/London`",
            "near": None,
            "field": "zone",
        },
        {
            "series": "digest",
            "why": "the channel can't be `#releases`; pick it from the list that `#` opens",
            "near": None,
            "field": "channel",
        },
    ],
}
