"""`announce`: a build of a version is presumed to go to production, and goes unless halted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from commands.act import Act
from commands.naming import WORD, last_alike, plain_version, product_named, successors
from commands.record import require_as_recorded
from commands.request import Reply
from rules.announcing import VERSION, Announcement, Others, announce
from rules.candidate import OPEN, Candidate
from rules.product import Product
from rules.words import Refused

ONE_WORD = {"commit", "digest"}
THE_REST = {"notes", "hotfix"}
NAMED = re.compile(r"(?P<product>[^@\s]+)(?:@|\s+)(?P<version>\S+)")


def run(act: Act) -> Reply:
    """Announce a candidate; a missing or too early time becomes the earliest fair one.

    Refuses `row-differs` where a halt that passes on may have been taken out of a row.
    """
    named, said = _said(act)
    product = product_named(act.reader, act.tools, named)
    setting = act.setting(product, None)
    others = _others(act, product, said.version)
    require_as_recorded(act.reader, _halting(others))
    decision = announce(said, others, setting, act.actor(setting), act.now)
    act.save(decision, setting)
    candidate = decision.candidates[-1]
    replaced = [old.name for old in decision.candidates[:-1]]
    about = {"candidate": candidate, "asked": said.release_at, "replaced": replaced}
    return Reply("announced", about)


def _said(act: Act) -> tuple[str, Announcement]:
    if act.request.fields:
        return _from_fields(act, act.request.fields)
    named = NAMED.match(act.request.text)
    if named is None:
        raise Refused("say-what-to-announce", {"text": act.request.text})
    said = _from_words(act, plain_version(named["version"]), act.request.text[named.end() :])
    return named["product"], said


def _from_fields(act: Act, fields: Mapping[str, Any]) -> tuple[str, Announcement]:
    at = fields.get("at")
    said = Announcement(
        version=plain_version((fields.get("version") or "").strip()),
        commit=_or_none(fields.get("commit")),
        notes=_or_none(fields.get("notes")),
        release_at=act.time(at) if at else None,
        rebuild=bool(fields.get("rebuild")),
        hotfix=_or_none(fields.get("hotfix")),
    )
    return str(fields["product"]), said


def _or_none(text: str | None) -> str | None:
    return (text or "").strip() or None


def _from_words(act: Act, version: str, words: str) -> Announcement:
    """Keyed words in any order; `notes` and `hotfix` take all that follows; the rest is the time."""
    said: dict[str, Any] = {}
    time_words: list[str] = []
    while match := WORD.match(words):
        word, words = match.group(1), words[match.end() :]
        keyword = word.casefold().rstrip(":")
        if keyword in THE_REST:
            said[keyword], words = _needed(words.strip(), keyword), ""
        elif keyword in ONE_WORD:
            value = WORD.match(words)
            said[keyword] = _needed(value and value.group(1), keyword)
            words = words[value.end() :] if value else ""
        elif keyword == "rebuild":
            said["rebuild"] = True
        elif keyword != "at" or time_words:
            time_words.append(word)
    at = act.time(" ".join(time_words)) if time_words else None
    return Announcement(version=version, release_at=at, **said)


def _needed(said: str | None, keyword: str) -> str:
    if not said:
        raise Refused("word-missing", {"after": keyword})
    return said


def _others(act: Act, product: Product, version: str) -> Others:
    if not VERSION.fullmatch(version):
        return Others()
    builds = act.reader.builds(product.name, version)
    older = [
        c
        for c in act.reader.open_candidates(product.name)
        if c.version != version and c.phase in OPEN and _replaces(act, product, version, c)
    ]
    alike = last_alike(act.reader, act.tools, product, version)
    after = tuple(successors(act.reader, alike)) if alike else ()
    return Others(builds, older, alike, after)


def _halting(others: Others) -> list[Candidate]:
    """Those whose open halts may pass on."""
    alike = () if others.alike is None else (others.alike,)
    return list(
        {c.name: c for c in (*others.older_open, *others.same_version[-1:], *alike)}.values()
    )


def _replaces(act: Act, product: Product, version: str, other: Candidate) -> bool:
    """All but a newer one: of equal rank, or in no scheme, the one announced later (DESIGN 2.5)."""
    return act.tools.newer(product.scheme, other.version, version) is not True
