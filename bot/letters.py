"""Which words each message is made of: from a row of the outbox to a call of the renderer (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from bot.digests import drawn, numbers
from bot.meeting_letters import KINDS, MeetingLetters, told
from commands.digest_now import digest_of
from commands.notices import NOTICES
from commands.planning import collisions_told
from commands.request import Tools
from commands.standing import Standing, stand
from rules.candidate import UNRELEASED, Candidate
from storage.outbox import Message
from storage.reading import Reader, StoredFact

if TYPE_CHECKING:
    from bot.render import Renderer

TWICE = "Its first answer was lost, so this message may stand here twice."
"""Added to a message that was repeated without knowing whether the first one arrived."""


class Words(Protocol):
    """What a message says: plain text, and Block Kit blocks in JSON's own types."""

    @property
    def text(self) -> str: ...

    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True)
class Drawn:
    """Words that were drawn already."""

    text: str
    blocks: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Letters:
    """Calls the renderer with what a message needs, from a snapshot taken now."""

    renderer: Renderer
    tools: Tools

    def __call__(self, reader: Reader, message: Message, now: datetime) -> Words | None:
        """What the message has to say now; None: nothing any more."""
        if message.kind == "answer":
            return Drawn(str(message.about["text"]), message.about.get("blocks") or ())
        if message.kind == "news":
            entry = _fact(reader, message.about["fact"])
            return None if entry is None else self.renderer.news(entry, reader.company())
        if message.kind in ("digest", "numbers"):
            return self._digest(reader, message, now)
        if message.kind in KINDS:
            return MeetingLetters(self.renderer.command)(reader, message, now)
        candidate = reader.candidate(message.candidate or "")
        if message.kind == "tell" and (candidate is not None or message.candidate is None):
            return self._tell(reader, message, candidate, now)
        if candidate is None:
            return None
        if message.kind == "thread":
            return self._thread(reader, message, candidate)
        if message.kind == "outcome":
            return self._outcome(reader, message, candidate)
        standing = stand(reader, candidate, now)
        return None if standing is None else self._standing(reader, message, standing, now)

    def _digest(self, reader: Reader, message: Message, now: datetime) -> Words:
        about, company = message.about, reader.company()
        since, until = (datetime.fromisoformat(about[end]) for end in ("since", "until"))
        digest = digest_of(reader, since, until, now)
        if message.kind == "numbers":
            return numbers(digest, company, self.renderer.command)
        told = {"weekly": bool(about["slots"]), "late": bool(about["late"])}
        return drawn(digest, company, self.renderer.command, **told)

    def _standing(
        self, reader: Reader, message: Message, standing: Standing, now: datetime
    ) -> Words | None:
        """A card or a direct message about a candidate, which follow how it stands."""
        company = reader.company()
        if message.kind == "card":
            return self.renderer.card(standing, company, now)
        person = message.person or message.target
        if message.ts is None and standing.candidate.phase not in UNRELEASED:
            return None
        if message.kind == "ask":
            return self.renderer.ask(standing, person, message.states, company, now)
        if message.ts is None and person not in standing.owing:
            return None
        return self.renderer.remind(standing, person, message.about["mark"], company, now)

    def _thread(self, reader: Reader, message: Message, candidate: Candidate) -> Words | None:
        """The lines not posted yet: `want` and `sent` count the facts that make a line."""
        facts = _all_facts(reader, candidate.name)
        lines = [entry for entry in facts if NOTICES[entry.fact.kind].thread]
        fresh = lines[message.sent : message.want]
        return self.renderer.thread(fresh, reader.company()) if fresh else None

    def _outcome(self, reader: Reader, message: Message, candidate: Candidate) -> Words | None:
        entry = _fact(reader, message.about["fact"])
        if entry is None:
            return None
        return self.renderer.outcome(entry, candidate, reader.company(), reader.head())

    def _tell(
        self, reader: Reader, message: Message, candidate: Candidate | None, now: datetime
    ) -> Words | None:
        about, company = message.about, reader.company()
        entry = _fact(reader, about["fact"]) if "fact" in about else None
        if about.get("template") == "collisions":
            found = collisions_told(reader, self.tools, about["names"], now)
            if found is None:
                return None
            about = {**about, **found}
        if message.candidate is None and entry is None:
            known = told(reader, about, now)
            if known is None:
                return None
            about = known
        return self.renderer.tell(about, entry, candidate, company, now, message.target)


def _fact(reader: Reader, number: int) -> StoredFact | None:
    found = reader.facts(after=int(number) - 1, limit=1)
    return found[0] if found and found[0].id == int(number) else None


def _all_facts(reader: Reader, candidate: str) -> list[StoredFact]:
    facts: list[StoredFact] = []
    while page := reader.facts(candidate, after=facts[-1].id if facts else 0):
        facts += page
    return facts
