"""A report's bytes as XML or JSON: bounded, without entities, and with the line of what is wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from bot.reports.report import DEEPEST, MOST_BYTES, Unreadable

MOST_ELEMENTS = 500_000
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


def read(path: Path) -> tuple[bytes, str]:
    """A file's bytes and their SHA-256 in hex. Raises Unreadable."""
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise Unreadable(f"{path} is a folder: name the report's file.")
        if size > MOST_BYTES:
            raise Unreadable(
                f"{path} has {size / 2**20:.0f} MiB; a report may have {MOST_BYTES // 2**20}."
            )
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as lost:
        raise Unreadable(f"{path} can't be read: {lost.strerror}.") from None
    if len(data) > MOST_BYTES:
        raise Unreadable(f"{path} is longer than the {MOST_BYTES // 2**20} MiB a report may have.")
    if not data.strip():
        raise Unreadable(f"{path} is empty.")
    if data.startswith(ARCHIVES):
        raise Unreadable(f"{path} is an archive: unpack it, and name the report inside.")
    return data, hashlib.sha256(data).hexdigest()


class _Bounded(TreeBuilder):
    """Builds no tree that is too deep or has too many parts."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, *given: Any) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST:
            raise Unreadable(f"its elements stand within one another more than {DEEPEST} deep")
        if self._count > MOST_ELEMENTS:
            raise Unreadable(f"it has more than {MOST_ELEMENTS:,} elements")
        return super().start(*given)

    def end(self, *given: Any) -> Element:
        self._depth -= 1
        return super().end(*given)


def as_xml(data: bytes) -> Element:
    """The root element. Raises Unreadable; declarations of types and entities are refused."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException:
        raise Unreadable("it declares a document type or entities, which no report needs") from None
    except ParseError as wrong:
        line, column = wrong.position
        raise Unreadable(f"line {line}, column {column + 1}: it is no XML") from None
    except (LookupError, ValueError):
        raise Unreadable("its encoding is unknown") from None
    return root


def as_json(data: bytes) -> dict[str, Any]:
    """The object that the file holds. Raises Unreadable."""
    try:
        held = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Unreadable("it is not written in UTF-8") from None
    except json.JSONDecodeError as wrong:
        raise Unreadable(f"line {wrong.lineno}, column {wrong.colno}: it is no JSON") from None
    except RecursionError:
        raise Unreadable(f"its parts stand within one another more than {DEEPEST} deep") from None
    except ValueError as wrong:
        raise Unreadable(str(wrong)) from None
    if not isinstance(held, dict):
        raise Unreadable("line 1: it is no JSON object")
    _refuse_deep(held)
    return held


def _no_number(word: str) -> None:
    raise ValueError(f"it holds {word}, which is no number")


def _refuse_deep(held: Any) -> None:
    level = [held]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise Unreadable(f"its parts stand within one another more than {DEEPEST} deep")
