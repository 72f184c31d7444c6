"""The trace as a page: why a version went out, who, in which role, on what evidence, what was presumed (DESIGN 4, 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from bot.audit.answers import evidence, fault, in_a_sentence, states
from bot.audit.people import actor, roles, when, who
from bot.render import plain, rendered
from bot.words import label, source, woven
from commands.trace import address, links
from rules.candidate import Candidate
from storage.auditing import Asked, Sent, WrittenFact
from storage.reading import Company

ZONE = "UTC"
WEIGHT = {
    **dict.fromkeys(("candidate.announced", "candidate.released", "state.asserted"), "loud"),
    **dict.fromkeys(("candidate.halted", "fault.recorded", "deployment.failed"), "alarm"),
}
"""What stands out in the order of events."""


@dataclass(frozen=True)
class Case:
    """All there is about one version: its builds, its facts, and what was sent."""

    builds: Sequence[Candidate]
    facts: Sequence[WrittenFact]
    sent: Sequence[Sent]
    asked: Sequence[Asked]
    head: tuple[int, str]
    company: Company

    @property
    def title(self) -> str:
        return self.builds[-1].title


@cache
def pages() -> Environment:
    """Every value is escaped: the page shows what people typed to a browser."""
    return Environment(
        loader=FunctionLoader(source),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def summary(case: Case) -> str:
    """The page as HTML that needs no other file."""
    return pages().get_template("audit/summary.html.j2").render(_about(case))


def _about(case: Case) -> dict[str, Any]:
    told_at = links(case.sent)
    return {
        "title": case.title,
        "head": case.head,
        "builds": [_build(case, candidate) for candidate in case.builds],
        "facts": [_fact(each, case.company, told_at) for each in case.facts],
        "asked": [_asked(each, case.company) for each in case.asked],
        "sent": [_sent(each, case.company) for each in case.sent],
    }


def _build(case: Case, candidate: Candidate) -> dict[str, Any]:
    shown = states(candidate, [each.fact for each in case.facts], case.company)
    return {
        "answer": in_a_sentence(candidate, shown),
        "name": candidate.name,
        "phase": label(candidate.phase),
        "announced_by": who(candidate.announced_by, case.company),
        "announced_at": when(candidate.announced_at),
        "commit": candidate.commit,
        "digest": candidate.digest,
        "notes": candidate.notes,
        "hotfix": candidate.hotfix.reason if candidate.hotfix else None,
        "planned_at": when(candidate.release_at),
        "released_at": when(candidate.released_at),
        "superseded_by": candidate.superseded_by,
        "states": shown,
        "evidence": [evidence(each, case.company) for each in candidate.evidence],
        "faults": [fault(each, shown, case.company) for each in candidate.faults],
        "halts": [_halt(halt, case.company) for halt in candidate.halts],
    }


def _halt(halt: Any, company: Company) -> dict[str, Any]:
    return {
        "by": who(halt.by, company),
        "roles": roles(halt.hats),
        "at": when(halt.at),
        "states": ", ".join(label(state) for state in halt.states),
        "reason": halt.reason,
        "revokes": halt.revokes,
        "lifted": halt.lifted,
        "lifted_by": who(halt.lifted_by, company) if halt.lifted else None,
        "lifted_at": when(halt.lifted_at),
        "lifted_why": halt.lifted_why,
    }


def _fact(written: WrittenFact, company: Company, told_at: Mapping[int, str]) -> dict[str, Any]:
    fact = written.fact
    return {
        "id": written.id,
        "at": when(fact.at),
        "kind": fact.kind,
        "about": fact.candidate or fact.product or "",
        "who": actor(fact.by, company),
        "roles": roles(fact.by.hats),
        "door": fact.by.door,
        "what": told(written, company),
        "hash": written.hash,
        "link": told_at.get(written.id),
        "weight": WEIGHT.get(fact.kind, ""),
    }


def told(written: WrittenFact, company: Company) -> str:
    """A fact in the words of a candidate's history."""
    fact = written.fact
    about = {"fact": fact, "about": fact.about, "by": fact.by, "quiet": True}
    sections = woven(f"facts/{fact.kind.replace('.', '-')}.md.j2", about, company)
    return " ".join(plain(rendered(sections), ZONE, company).split())


def _asked(asked: Asked, company: Company) -> dict[str, Any]:
    return {
        "candidate": asked.candidate,
        "who": who(asked.person, company),
        "state": label(asked.state),
        "at": when(asked.delivered_at),
    }


def _sent(sent: Sent, company: Company) -> dict[str, Any]:
    return {
        "kind": sent.kind,
        "candidate": sent.candidate,
        "to": who(sent.to, company),
        "fact": sent.about.get("fact"),
        "state": sent.state,
        "versions": sent.sent,
        "wanted_at": when(sent.wanted_at),
        "delivered_at": when(sent.delivered_at),
        "link": address(sent),
    }
