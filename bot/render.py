"""Everything the bot says, drawn from what is: words from the templates, structure from here (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import cards, meeting_cards
from bot.blocks import Block, context, header
from bot.richtext import Budget, Section, blocks_of, cut, text_of
from bot.words import SHARES, known_as, woven
from commands.request import Reply
from commands.standing import Standing
from rules.candidate import UNRELEASED, Candidate, Halt
from rules.halts import halt_from
from rules.words import State
from storage.reading import Company, StoredFact

LONGEST_ERROR = 500
"""Characters beside a form's field."""


@dataclass(frozen=True)
class Rendered:
    """A message: the whole of it as mrkdwn, and as blocks, in JSON's own types."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


class Renderer:
    """Draws every message. `command` is the slash command's name in this workspace.

    `hears` says whether words typed in a direct message reach the bot; None: nobody knows.
    """

    def __init__(
        self, command: str = "/release", hears: Callable[[], bool | None] = lambda: None
    ) -> None:
        self._command, self._hears = command, hears

    @property
    def command(self) -> str:
        """The slash command's name in this workspace."""
        return self._command

    def card(self, standing: Standing, company: Company, now: datetime) -> Rendered:
        """A candidate's card as it stands; when it is over, a line of record without buttons."""
        about = standing_about(standing) | {"now": now}
        return self._drawn("card", about, company, cards.on_card(standing))

    def thread(self, entries: Sequence[StoredFact], company: Company) -> Rendered:
        """Gathered history: one line a fact."""
        return self._drawn("thread", {"entries": entries}, company)

    def outcome(
        self,
        entry: StoredFact,
        candidate: Candidate | None,
        company: Company,
        head: tuple[int, str],
    ) -> Rendered:
        """What an outcome posts in the channel, with the head of the audit chain (DESIGN 2.7)."""
        about = fact_about(entry, candidate) | {"head": head}
        return self._drawn(f"outcomes/{_file(entry.fact.kind)}", about, company)

    def ask(
        self,
        standing: Standing,
        person: str,
        states: Sequence[State],
        company: Company,
        now: datetime,
    ) -> Rendered:
        """The direct message that asks for a word on `states`; a line of record once none is owed."""
        return self._asked("asks/ask", standing, person, states, company, mark=None)

    def remind(
        self,
        standing: Standing,
        person: str,
        mark: int,
        company: Company,
        now: datetime,
    ) -> Rendered:
        """The reminder `mark` hours before the release time, which may have moved since."""
        owed, at = standing.owing.get(person, ()), standing.candidate.release_at
        near = at is not None and timedelta() < at - now <= timedelta(hours=mark)
        left = mark if near else None
        return self._asked("asks/remind", standing, person, owed, company, mark=left)

    def _asked(
        self,
        template: str,
        standing: Standing,
        person: str,
        states: Sequence[State],
        company: Company,
        mark: int | None,
    ) -> Rendered:
        owed = standing.owing.get(person, ())
        about = standing_about(standing) | {
            "person": person,
            "asked": tuple(states),
            "owed": owed,
            "mark": mark,
            "heard": self._hears(),
            "mine": [h for h in standing.candidate.open_halts if h.by == person],
        }
        buttons = cards.on_ask_of(standing, person)
        return self._drawn(template if owed else "asks/record", about, company, buttons)

    def tell(
        self,
        about: Mapping[str, Any],
        entry: StoredFact | None,
        candidate: Candidate | None,
        company: Company,
        now: datetime,
        person: str | None = None,
    ) -> Rendered:
        """A direct message: `about` is the outbox row's, with the `template` and what it is about."""
        template = str(about["template"])
        if template == "fact" and entry is not None:
            template = _file(entry.fact.kind)
        told: dict[str, Any] = {"fact": None, "candidate": candidate, "halt": None}
        if entry is not None:
            told |= fact_about(entry, candidate)
        told |= {key: value for key, value in about.items() if key not in {"template", "fact"}}
        halt_id = about.get("halt")
        if candidate is not None and halt_id:
            told["halt"] = next((h for h in candidate.halts if h.id == halt_id), None)
        told |= {"person": person, "now": now}
        buttons = cards.on_tell(template, candidate, halt_id, about.get("apply"))
        buttons = buttons or meeting_cards.on_tell(template, told)
        return self._drawn(f"tells/{template}", told, company, buttons)

    def news(self, entry: StoredFact, company: Company) -> Rendered:
        """What an applied catalogue has changed, for the channel."""
        return self._drawn("news", fact_about(entry, None), company)

    def reply(self, reply: Reply, company: Company, viewer: str | None = None) -> Rendered:
        """A private answer; its choices are buttons."""
        weave, about = self._reply(reply, company, viewer)
        return fitted(weave, cards.choices(reply.choices), left_out(about, self._command))

    def _reply(
        self, reply: Reply, company: Company, viewer: str | None
    ) -> tuple[Weave, Mapping[str, Any]]:
        about = self._answered(reply, viewer)
        return self._woven(f"replies/{reply.template}", about, company, quiet=True), about

    def error(self, reply: Reply, company: Company, viewer: str | None = None) -> str:
        """A refusal as plain text beside a form's field, times in the viewer's zone."""
        person = company.people.get(viewer or "")
        zone = person.zone if person else company.installation.zone
        said = self.plain(Reply(reply.template, reply.about, reply.ok), zone, company, viewer)
        return field_error(said)

    def plain(
        self,
        said: Rendered | Reply,
        zone: str,
        company: Company | None = None,
        viewer: str | None = None,
    ) -> str:
        """A message for the command line: dates in `zone`, names for people, choices as commands."""
        company = company or Company()
        if isinstance(said, Reply):
            weave, _ = self._reply(said, company, viewer)
            said = rendered(weave(1), cards.choices(said.choices))
        return plain(said, zone, company)

    def _answered(self, reply: Reply, viewer: str | None) -> dict[str, Any]:
        about = dict(reply.about)
        standing = about.get("standing")
        if isinstance(standing, Standing):
            about |= standing_about(standing)
        return about | {"ok": reply.ok, "viewer": viewer}

    def _drawn(
        self,
        template: str,
        about: Mapping[str, Any],
        company: Company,
        buttons: Iterable[Block] = (),
    ) -> Rendered:
        weave = self._woven(template, about, company)
        return fitted(weave, list(buttons), left_out(about, self._command))

    def _woven(
        self, template: str, about: Mapping[str, Any], company: Company, *, quiet: bool = False
    ) -> Weave:
        more = {"quiet": quiet, "command": self._command}
        return lambda share: woven(f"{template}.md.j2", about, company, share, **more)


Weave = Callable[[float], Sequence[Section]]
"""The sections of a message, in as many words as a share of SHARES allows."""
LeftOut = Callable[[int], list[Block]]
"""The words, as blocks, that say how many lines are not shown and where they stand."""


def fitted(weave: Weave, row: Sequence[Block], rest: LeftOut) -> Rendered:
    """Sections, and the rows of buttons under them, as one message that Slack does not refuse.

    What does not fit is said in fewer words, the more of them the less room there is; what does
    not fit even so is counted in its last line. The buttons always stay.
    """
    for share in SHARES:
        sections, budget = weave(share), Budget(row)
        made = rendered(sections, row, budget)
        if not budget.lost:
            break
    return Rendered(made.text, [*made.blocks, *rest(budget.lost)])


def composed(parts: Sequence[tuple[Weave, Sequence[Block]]], rest: LeftOut) -> Rendered:
    """Several sections one under another, each with its rows of buttons, as one such message."""
    rows = [block for _, under in parts for block in under]
    for share in SHARES:
        budget, blocks, spoken = Budget(rows), list[Block](), list[Section]()
        for weave, under in parts:
            sections = weave(share)
            spoken += sections
            blocks += [*blocks_of(sections, header, context, budget), *under]
        if not budget.lost:
            break
    return Rendered(text_of(spoken), [*blocks, *rest(budget.lost)])


def left_out(about: Mapping[str, Any], command: str) -> LeftOut:
    """What is said of lines that did not fit into a message about this."""
    candidate = about.get("candidate")
    name = candidate if isinstance(candidate, str) else getattr(candidate, "name", None)

    def said(lost: int) -> list[Block]:
        if not lost:
            return []
        told = {"lost": lost, "called": name}
        return blocks_of(woven("left-out.md.j2", told, Company(), command=command), header, context)

    return said


def rendered(
    sections: Sequence[Section], buttons: Iterable[Block] = (), budget: Budget | None = None
) -> Rendered:
    """Sections, and the rows of buttons under them; without a budget as long as they are."""
    row = list(buttons)
    shown = blocks_of(sections, header, context, budget or Budget.endless())
    notes = [b for b in shown if b["type"] == "context"]
    above = [b for b in shown if b["type"] != "context"]
    return Rendered(text_of(sections), [*above, *row, *notes])


def standing_about(standing: Standing) -> dict[str, Any]:
    """How a candidate stands, as templates see it."""
    candidate = standing.candidate
    return {
        "standing": standing,
        "candidate": candidate,
        "product": standing.product,
        "states": standing.states,
        "halts": candidate.open_halts,
        "presumptive": standing.presumptive,
        "on_its_way": candidate.phase in UNRELEASED,
        "why": candidate.why,
    }


def fact_about(entry: StoredFact, candidate: Candidate | None) -> dict[str, Any]:
    """A fact as templates see it; a halt in it as a halt."""
    fact = entry.fact
    return {
        "entry": entry,
        "fact": fact,
        "about": fact.about,
        "by": fact.by,
        "name": fact.candidate or fact.product or "",
        "candidate": candidate,
        "halt": _halt(entry, candidate),
        "why": tuple(fact.about.get("why", candidate.why if candidate else ())),
        "at": _planned(entry, candidate),
    }


def _planned(entry: StoredFact, candidate: Candidate | None) -> Any:
    """The release time after a fact: the one it carries, else the one that stood and still stands."""
    if "release_at" in entry.fact.about:
        return entry.fact.about["release_at"]
    return candidate.release_at if candidate is not None else None


def _halt(entry: StoredFact, candidate: Candidate | None) -> Halt | None:
    about = entry.fact.about
    if "halt" in about:
        return halt_from(about["halt"])
    if candidate is None or "id" not in about:
        return None
    return next((h for h in candidate.halts if h.id == about["id"]), None)


def _file(kind: str) -> str:
    return kind.replace(".", "-")


def field_error(said: str) -> str:
    """Words that fit beside a field."""
    return cut(said, LONGEST_ERROR) or "This can't be done."


def plain(said: Rendered, zone: str, company: Company) -> str:
    """A message's blocks as text for a terminal."""
    paragraphs = [_plain_block(block, zone, company) for block in said.blocks]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _plain_block(block: Block, zone: str, company: Company) -> str:
    if block["type"] == "header":
        return str(block["text"]["text"])
    if block["type"] == "context":
        return "\n".join(str(element["text"]) for element in block["elements"])
    if block["type"] == "actions":
        return "\n".join(f"  {b['value']}" for b in block["elements"] if b["type"] == "button")
    return "\n".join(_plain_part(part, zone, company) for part in block["elements"])


def _plain_part(part: Block, zone: str, company: Company) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(f"- {_plain_part(item, zone, company)}" for item in part["elements"])
    said = "".join(_plain_leaf(leaf, zone, company) for leaf in part["elements"])
    if part["type"] == "rich_text_quote":
        return "\n".join(f"> {line}" for line in said.split("\n"))
    return said


def _plain_leaf(leaf: Block, zone: str, company: Company) -> str:
    if leaf["type"] == "date":
        at = datetime.fromtimestamp(leaf["timestamp"], ZoneInfo(zone))
        return f"{at:%a} {at.day} {at:%b %Y %H:%M} {zone}"
    if leaf["type"] == "user":
        return "@" + known_as(company, leaf["user_id"])
    if leaf["type"] == "usergroup":
        return known_as(company, leaf["usergroup_id"])
    if leaf["type"] == "channel":
        return str(leaf["channel_id"])
    if leaf["type"] == "link" and leaf["text"] != leaf["url"]:
        return f"{leaf['text']} <{leaf['url']}>"
    return str(leaf["text"])
