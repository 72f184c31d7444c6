"""The digest as a message: its words, what its chart shows, and the file of its numbers (DESIGN 4)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.audit.records import harmless
from bot.blocks import Block, short
from bot.render import LeftOut, Weave, composed, left_out
from bot.richtext import plain, text_of
from bot.words import known_as, woven
from rules.digest import HOW, Digest, Halted, Took, Went
from rules.facts import iso
from rules.words import State
from storage.reading import Company

LONGEST_ALT = 1000
"""Characters; an upload takes no more."""
COLUMNS = (
    "what",
    "candidate",
    "product",
    "from",
    "until",
    "hours",
    "how",
    "hotfix",
    "phase",
    *(f"{state}_{part}" for state in State for part in ("how", "hours")),
    "by",
    "states",
    "words",
)
"""In this order for good: a new one goes to the end."""


@dataclass(frozen=True)
class Chart:
    """What is to be drawn, in JSON's own types, and how it is called and read aloud."""

    spec: Mapping[str, Any]
    title: str
    alt: str
    name: str


@dataclass(frozen=True)
class Illustrated:
    """Words with a place for a picture: under the counts, above the lists."""

    above: Weave
    below: Mapping[str, Weave]
    """By what the picture is missing for; ``: it is not."""
    chart: Chart
    rest: LeftOut

    def words(self, file_id: str | None, missing: str = "") -> Plain:
        """The message with the picture of this file, or saying why there is none."""
        picture = [] if file_id is None else [self._picture(file_id)]
        said = composed([(self.above, picture), (self.below[missing], [])], self.rest)
        return Plain(said.text, said.blocks)

    def _picture(self, file_id: str) -> Block:
        return {"type": "image", "slack_file": {"id": file_id}, "alt_text": self.chart.alt}

    @property
    def text(self) -> str:
        return self.words(None).text

    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]:
        return self.words(None).blocks


@dataclass(frozen=True)
class Plain:
    """Words without a picture."""

    text: str
    blocks: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Attached:
    """A file, and the words above it."""

    text: str
    name: str
    title: str
    content: bytes
    blocks: Sequence[Mapping[str, Any]] = ()


def drawn(
    digest: Digest, company: Company, command: str, *, weekly: bool = True, late: bool = False
) -> Illustrated | Plain:
    """A digest as a message, with a chart where there is anything to draw. `weekly`: nobody asked for it."""
    about = {"digest": digest, "weekly": weekly, "late": late}
    rest = left_out({}, command)

    def part(name: str, quiet: bool = True, **more: Any) -> Weave:
        told = {**about, **more, "quiet": quiet, "command": command}
        return lambda share: woven(f"digest/{name}.md.j2", told, company, share)

    if digest.empty:
        said = composed([(part("nothing", quiet=False), [])], rest)
        return Plain(said.text, said.blocks)
    above = part("head")
    if not digest.drawn:
        said = composed([(above, []), (part("body", missing=""), [])], rest)
        return Plain(said.text, said.blocks)
    ways = {why: part("body", missing=why) for why in ("", "drawing", "scope", "refused")}
    return Illustrated(above, ways, chart_of(digest, company), rest)


def chart_of(digest: Digest, company: Company) -> Chart:
    """What the chart shows: the releases of the last weeks, and the times beside those before."""
    zone = ZoneInfo(company.installation.zone)
    days = {week.end: _day(week.end.astimezone(zone)) for week in digest.weeks}
    weekly = abs((digest.until - digest.since).total_seconds() / 86400 - 7) < 1
    said = _named(company, {"digest": digest, "days": days, "weekly": weekly})
    spec = {
        "title": said["title"],
        "hows": {how: said[how] for how in HOW},
        "weeks": [{"label": days[week.end], **week.went} for week in digest.weeks],
        "times": {
            "title": said["times"],
            "now": said["now"],
            "before": said["before"],
            "rows": [_row(took, said) for took in digest.times],
        },
    }
    alt = short(said["alt"], LONGEST_ALT)
    return Chart(spec, said["file"], alt, f"digest-{_dates(digest)}.png")


def _row(took: Took, said: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "label": said[took.what],
        "now": None if took.now is None else took.now.total_seconds(),
        "now_text": said[f"{took.what}-now"],
        "before": None if took.before is None else took.before.total_seconds(),
        "before_text": said[f"{took.what}-before"],
    }


def _named(company: Company, about: Mapping[str, Any]) -> Mapping[str, str]:
    """The words of the chart, by what they are for."""
    sections = woven("digest/chart.md.j2", about, company, quiet=True)
    lines = (plain(line.leaves) for section in sections for line in section)
    return {name: words for name, _, words in (line.partition(": ") for line in lines)}


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b}"


def _dates(digest: Digest) -> str:
    return f"{digest.since:%Y-%m-%d}-to-{digest.until:%Y-%m-%d}"


def numbers(digest: Digest, company: Company, command: str) -> Attached:
    """The numbers as a file that spreadsheets read: every release, halt and fault, one a row."""
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, restval="")
    rows.writeheader()
    for told in _told(digest, company):
        rows.writerow({name: harmless(str(value)) for name, value in told.items()})
    said = woven("digest/numbers.md.j2", {}, company, quiet=True, command=command)
    name = f"digest-{_dates(digest)}.csv"
    return Attached(text_of(said), name, name, out.getvalue().encode())


def _told(digest: Digest, company: Company) -> Iterator[Mapping[str, object]]:
    yield from (_release(each) for each in digest.went)
    yield from (_halt(each, digest, company) for each in digest.halts)
    for charged in digest.faults:
        fault, at = charged.fault, iso(charged.fault.at)
        who = known_as(company, fault.by or "") if fault.by else ""
        yield {
            **_of("fault", charged.name),
            "from": at,
            "how": charged.through,
            "by": who,
            "words": fault.what,
        }


def _release(each: Went) -> Mapping[str, object]:
    found: dict[str, object] = {
        **_of("release", each.name),
        "from": iso(each.announced_at),
        "until": iso(each.at),
        "hours": _hours(each.announced_at, each.at),
        "how": each.how,
        "hotfix": "yes" if each.hotfix else "no",
        "phase": each.phase.value,
    }
    for state in State:
        found[f"{state}_how"] = each.outcome.get(state, "")
        if state in each.asserted:
            found[f"{state}_hours"] = _hours(each.announced_at, each.asserted[state])
    return found


def _halt(each: Halted, digest: Digest, company: Company) -> Mapping[str, object]:
    halt = each.halt
    return {
        **_of("halt", each.name),
        "from": iso(halt.at),
        "until": iso(each.ended_at) or "",
        "hours": _hours(halt.at, each.ended_at or digest.until),
        "how": each.ended or "stands",
        "by": known_as(company, halt.by) if halt.by else "",
        "states": " ".join(halt.states),
        "words": halt.reason or "",
    }


def _of(what: str, name: str) -> dict[str, object]:
    return {"what": what, "candidate": name, "product": name.partition("@")[0]}


def _hours(start: datetime, end: datetime) -> str:
    return f"{(end - start).total_seconds() / 3600:.2f}"
