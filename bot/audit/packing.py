"""An auditor's pack: all about one version in one archive, with what a third party needs to check it (DESIGN 6)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.audit.exporting import new_file
from bot.audit.naming import candidate as candidate_named
from bot.audit.records import as_line, record
from bot.audit.summary import Case, pages, summary
from bot.words import known_as
from rules.facts import iso
from storage.reading import Reader

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in it, so that the same database gives the same bytes."""
UNIX = 3
FORMAT = 1
"""Of the manifest; it rises when a program that reads it must read it otherwise."""


def pack(reader: Reader, written: str, target: Path) -> tuple[str, int]:
    """Write the archive; the version's name and how many facts are in it. Raises Misconfigured."""
    case = case_of(reader, written)
    with new_file(target) as handle, os.fdopen(handle, "wb") as out:
        out.write(archive(case))
    return case.title, len(case.facts)


def case_of(reader: Reader, written: str) -> Case:
    """All builds of the version that is named, and everything about them. Raises Misconfigured."""
    found = candidate_named(reader, written)
    builds = reader.builds(found.product, found.version)
    names = [build.name for build in builds]
    return Case(
        builds=builds,
        facts=tuple(reader.written_about(found.product, names)),
        sent=reader.sent_about(names),
        asked=reader.asked_about(names),
        head=reader.head(),
        company=reader.company(),
    )


def archive(case: Case) -> bytes:
    """The pack's bytes: the same for the same case, on any machine, for nothing in it is compressed."""
    files = {
        "README.txt": pages().get_template("audit/README.txt.j2").render(title=case.title),
        "summary.html": summary(case),
        "facts.jsonl": "".join(as_line(record(each, case.company)) for each in case.facts),
        "messages.jsonl": _lines(case, case.sent, "to"),
        "notices.jsonl": _lines(case, case.asked, "person"),
    }
    held = {name: text.encode() for name, text in files.items()}
    manifest = json.dumps(_manifest(case, held), indent=1, sort_keys=True) + "\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, content in {**held, "manifest.json": manifest.encode()}.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = UNIX, 0o644 << 16
            packed.writestr(entry, content)
    return out.getvalue()


def _manifest(case: Case, files: Mapping[str, bytes]) -> dict[str, Any]:
    number, sealed = case.head
    return {
        "format": FORMAT,
        "candidates": [build.name for build in case.builds],
        "head": {"fact": number, "hash": sealed},
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in files.items()
        },
        "links": [[each.id, each.prev_hash, each.hash] for each in case.facts],
    }


def _lines(case: Case, rows: Sequence[Any], whom: str) -> str:
    """Dataclasses as JSON Lines; beside the id of `whom` it is about, what they are called now."""
    told = []
    for row in rows:
        line = {name: _plain(value) for name, value in asdict(row).items()}
        line["name"] = known_as(case.company, line[whom])
        told.append(as_line(line))
    return "".join(told)


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value
