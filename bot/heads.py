"""Where the head of the log is seen outside the database: beside its file, and in the release channels (DESIGN 6)."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.audit.verifying import HEAD, read_head
from bot.settings import Misconfigured
from bot.slackcalls import Away, Sent, SlackCalls, TryLater, Unknown
from storage.heads import COPY, FILE, Head

log = logging.getLogger(__name__)

SHOWN = 3
MOST = 100
"""Messages of a channel that are looked through, newest first."""


def file_of(place: Path) -> Path:
    """The file beside a database in which its head stands: `presumptive.db.head`."""
    return place.with_name(f"{place.name}.head")


def read_file(place: Path) -> Head | None:
    """The head in the file beside the database; None where there is no such file, or nothing in it."""
    file = file_of(place)
    try:
        number, sealed = read_head(file.read_text(encoding="ascii"))
        at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, Misconfigured) as odd:
        log.warning("%s can't be read and counts for nothing: %s", file, odd)
        return None
    return Head(FILE, number, sealed, at)


def write_file(place: Path, number: int, sealed: str) -> None:
    """Write the head beside the database, for its owner only, whole or not at all. Logs what goes wrong."""
    file = file_of(place)
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(f"{number}:{sealed}\n")
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError as lost:
        log.warning("%s could not be written: %s", file, lost.strerror)
        draft.unlink(missing_ok=True)


def put_back(lost: Sequence[Head]) -> str:
    """What heads that are not in the log mean, the beginning of a sentence."""
    told = ", ".join(head.told for head in lost[:SHOWN])
    if all(head.place == COPY for head in lost):
        return f"the database is a backup that was put back, made at audit head {told}"
    return f"the log does not hold audit head {told}: an older copy of the database was put back"


def posted(calls: SlackCalls, channel: str) -> Head | TryLater | Away | Unknown | None:
    """The highest head among our last posts in a channel; None: there is none, or we may not look.

    Else why Slack did not say: it can be asked again.
    """
    if calls.reads_history(channel) is False:
        return None
    page = calls.call("conversations.history", channel=channel, limit=MOST)
    if isinstance(page, (TryLater, Away, Unknown)):
        return page
    said = page.body.get("messages") or [] if isinstance(page, Sent) else []
    found = [head for each in said for head in _heads(each, calls.user_id, channel)]
    return max(found, key=lambda head: head.number, default=None)


def _heads(said: Mapping[str, Any], ours: str | None, channel: str) -> Iterator[Head]:
    """The head in the small print of a post of ours; what people are quoted with is no small print."""
    if ours is None or said.get("user") != ours:
        return
    blocks = said.get("blocks") or []
    prints = [e for b in blocks if b.get("type") == "context" for e in b.get("elements") or []]
    lines = [str(each.get("text") or "") for each in prints]
    if not blocks:
        lines = str(said.get("text") or "").splitlines()[-1:]
    at = datetime.fromtimestamp(float(said["ts"]), UTC)
    for line in lines:
        if line.startswith("audit head") and HEAD.fullmatch(line):
            yield Head(f"channel {channel}", *read_head(line), at)
