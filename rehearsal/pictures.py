"""The files that blocks show as pictures: which of them Slack takes, and which not yet."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.blockkit import elements_of

KINDS = (".png", ".jpg", ".jpeg", ".gif")


def strange(blocks: Any, files: Mapping[str, Mapping[str, Any]], seconds: float) -> list[str]:
    """What Slack would say against the files that these blocks show.

    They must be images that the app has completed, `seconds` of real time ago: until then Slack looks
    them through, and does not know them.
    """
    return [
        f"[ERROR] invalid slack file [json-pointer:{path}/slack_file]"
        for path, file in _shown(blocks)
        if not _known(file, files, seconds)
    ]


def _shown(blocks: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        inside = [block, *elements_of(block), *(block.get("elements") or [])]
        for each in inside:
            if isinstance(each, dict) and each.get("type") == "image" and "slack_file" in each:
                yield f"/blocks/{index}", each["slack_file"]


def _known(file: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]], seconds: float) -> bool:
    found = files.get(str(file.get("id")))
    if found is None or not found["complete"] or not found["name"].lower().endswith(KINDS):
        return False
    return time.monotonic() - float(found["completed"]) >= seconds
