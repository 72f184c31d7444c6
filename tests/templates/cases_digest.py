"""What is answered when somebody asks for a digest; the digest itself is in `test_digest`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from rules.series import DIGEST, Series
from tests.templates.company import HOUR, MONDAY
from tests.templates.digests import empty, full

WEEKLY = Series(DIGEST, (0,), time(9), "Europe/London", "C0REL0001", MONDAY)

REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "digest": lambda: [
        {"digest": full(), "sent": True, "series": WEEKLY},
        {"digest": full(), "sent": False, "series": replace(WEEKLY, off=True)},
        {"digest": empty(), "sent": False, "series": None},
    ],
    "say-what-of-digest": lambda: [
        {"text": "sinc mon", "near": ["since"]},
        {"text": "1 nov", "near": []},
    ],
    "digest-ahead": lambda: [{"at": MONDAY + HOUR, "near": "2026-11-16"}],
    "digest-too-long": lambda: [{"at": MONDAY, "near": "2026-08-24", "days": 92}],
}
