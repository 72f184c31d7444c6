"""The readable page of an auditor's pack: who, in which role, when, what was presumed, what halted it (DESIGN 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from bot.render import plain, rendered
from bot.words import known_as, label, source, woven
from rules.candidate import Candidate
from rules.facts import Actor
from rules.words import OWNER, Role, State
from storage.auditing import Asked, Sent, WrittenFact
from storage.reading import Company

ZONE = "UTC"


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
    return {
        "title": case.title,
        "head": case.head,
        "builds": [_build(case, candidate) for candidate in case.builds],
        "facts": [_fact(each, case.company) for each in case.facts],
        "asked": [_asked(each, case.company) for each in case.asked],
        "sent": [_sent(each, case.company) for each in case.sent],
    }


def _build(case: Case, candidate: Candidate) -> dict[str, Any]:
    return {
        "name": candidate.name,
        "phase": label(candidate.phase),
        "announced_by": _who(candidate.announced_by, case.company),
        "announced_at": _when(candidate.announced_at),
        "commit": candidate.commit,
        "digest": candidate.digest,
        "notes": candidate.notes,
        "hotfix": candidate.hotfix.reason if candidate.hotfix else None,
        "planned_at": _when(candidate.release_at),
        "released_at": _when(candidate.released_at),
        "superseded_by": candidate.superseded_by,
        "states": [_state(case, candidate, state) for state in State],
        "halts": [_halt(halt, case.company) for halt in candidate.halts],
    }


def _state(case: Case, candidate: Candidate, state: State) -> dict[str, Any]:
    word = candidate.assertions.get(state)
    how = _outcome(case, candidate).get(state.value, {})
    judged = candidate.outcome.get(state) or ("asserted" if word else "no word")
    notice = None
    if how.get("person"):
        notice = f"{_who(how['person'], case.company)} had {how['hours']:g} hours of notice"
    return {
        "state": label(state),
        "owner": OWNER[state].label,
        "how": judged,
        "by": _who(word.by, case.company) if word else None,
        "roles": _roles(word.hats) if word else "",
        "at": _when(word.at) if word else None,
        "notice": notice,
    }


def _outcome(case: Case, candidate: Candidate) -> Mapping[str, Any]:
    """What its last release said of each state."""
    for each in reversed(case.facts):
        fact = each.fact
        if fact.kind == "candidate.released" and fact.candidate == candidate.name:
            states: Mapping[str, Any] = fact.about["states"]
            return states
    return {}


def _halt(halt: Any, company: Company) -> dict[str, Any]:
    return {
        "by": _who(halt.by, company),
        "roles": _roles(halt.hats),
        "at": _when(halt.at),
        "states": ", ".join(label(state) for state in halt.states),
        "reason": halt.reason,
        "revokes": halt.revokes,
        "lifted": halt.lifted,
        "lifted_by": _who(halt.lifted_by, company) if halt.lifted else None,
        "lifted_at": _when(halt.lifted_at),
        "lifted_why": halt.lifted_why,
    }


def _fact(written: WrittenFact, company: Company) -> dict[str, Any]:
    fact = written.fact
    return {
        "id": written.id,
        "at": _when(fact.at),
        "kind": fact.kind,
        "about": fact.candidate or fact.product or "",
        "who": _actor(fact.by, company),
        "roles": _roles(fact.by.hats),
        "door": fact.by.door,
        "what": told(written, company),
        "hash": written.hash,
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
        "who": _who(asked.person, company),
        "state": label(asked.state),
        "at": _when(asked.delivered_at),
    }


def _sent(sent: Sent, company: Company) -> dict[str, Any]:
    return {
        "kind": sent.kind,
        "candidate": sent.candidate,
        "to": _who(sent.to, company),
        "fact": sent.about.get("fact"),
        "state": sent.state,
        "versions": sent.sent,
        "wanted_at": _when(sent.wanted_at),
        "delivered_at": _when(sent.delivered_at),
    }


def _actor(by: Actor, company: Company) -> str:
    if by.person is None:
        return "the operator" if by.is_operator else "Presumptive"
    return _who(by.person, company)


def _who(person: str | None, company: Company) -> str:
    if person is None:
        return "the operator"
    name = known_as(company, person)
    return person if name == person else f"{name} ({person})"


def _roles(hats: Sequence[Role]) -> str:
    return ", ".join(hat.label for hat in hats)


def _when(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
