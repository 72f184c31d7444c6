"""What the operator is told of the door: each cause, that it is gone, and who else listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rules.candidate import Candidate

SINCE, UNTIL = "2026-11-23T09:00:00+00:00", "2026-11-23T09:20:00+00:00"
CAUSES = ("address", "secret", "connection", "app", "clock", "echo", "another")
TOLD: Mapping[str, Callable[[], tuple[Candidate | None, Mapping[str, Any]]]] = {
    "door-shut": lambda: (None, {"cause": "secret", "since": SINCE}),
    "door-open": lambda: (None, {"cause": "secret", "since": SINCE, "until": UNTIL}),
    "another-listens": lambda: (None, {"many": 2, "since": SINCE}),
}


def told() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each cause, come and gone."""
    for cause in CAUSES:
        about = {"cause": cause, "since": SINCE}
        shut, mended = {"template": "door-shut"}, {"template": "door-open", "until": UNTIL}
        for name, more in (("door-shut", shut), ("door-open", mended)):
            yield f"{name}, {cause}", {**more, **about}
