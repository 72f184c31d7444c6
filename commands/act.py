"""One act on its way through a verb: what was asked, who asks, what is, and the way to save (DESIGN 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from commands.notices import announce_facts
from commands.request import Request, Tools
from rules.candidate import Candidate
from rules.facts import Actor, Decision, iso
from rules.people import Seat, group_snapshot
from rules.product import Product, Setting
from rules.words import Refused, Role, State
from storage.company import Company
from storage.reading import Reader
from storage.writing import Transaction

LEADING = re.compile(r"(?:\s|[,;:&]|\band\b)*(?P<word>[a-z]+)(?![^\s,;:&.!?])", re.IGNORECASE)
"""The next word of a list: `security, product and operation: why`."""
STATE_WORDS = {
    "product": State.PRODUCT,
    "security": State.SECURITY,
    "operation": State.OPERATION,
    "operations": State.OPERATION,
    "organization": State.ORGANIZATION,
    "organisation": State.ORGANIZATION,
}


@dataclass(frozen=True)
class Act:
    """A request inside its transaction. `now` (aware UTC) was read once, after the lock."""

    reader: Reader
    request: Request
    tools: Tools
    now: datetime

    @property
    def tx(self) -> Transaction:
        """The write transaction; a verb that only reads has none."""
        if not isinstance(self.reader, Transaction):
            raise TypeError(f"{self.request.verb} only reads")
        return self.reader

    @property
    def person(self) -> str | None:
        return self.request.caller.person

    @property
    def company(self) -> Company:
        return self.reader.company()

    @property
    def zone(self) -> str:
        """The caller's own zone, else the installation's; an IANA name."""
        person = self.company.people.get(self.person or "")
        return person.zone if person else self.company.installation.zone

    def product_of(self, candidate: Candidate) -> Product:
        return self.company.products[candidate.product]

    def setting(self, product: Product, candidate: Candidate | None) -> Setting:
        return self.reader.setting(product, candidate, self.now)

    def actor(self, setting: Setting) -> Actor:
        """The caller with every hat they wear for this product, looked up now (DESIGN 2.1)."""
        person, door = self.request.caller.person, self.request.caller.door
        if person is None:
            return Actor(None, (), door)
        seated = {role: s for role in Role if (s := _seat(setting, role, person)) is not None}
        own = tuple(role for role, seat in seated.items() if seat.behalf is None)
        behalf = {role: seat.behalf for role, seat in seated.items() if seat.behalf is not None}
        members = group_snapshot(own, setting.product.holders, setting.groups)
        return Actor(person, tuple(seated), door, members, behalf)

    def save(self, decision: Decision, setting: Setting) -> Decision:
        """Write state, facts and messages; what changed nothing writes nothing."""
        if not decision:
            return decision
        decision = self.timed(decision)
        stored = self.tx.save(decision)
        announce_facts(self.tx, stored, decision, setting)
        return decision

    def timed(self, decision: Decision) -> Decision:
        """A decision whose facts keep when it was asked for, where it had to wait."""
        at = self.request.pressed_at
        return decision if at is None else _pressed(decision, at)

    def time(self, text: str) -> datetime:
        """A time as the caller writes it, in their own zone. Refuses: odd-time."""
        return self.tools.when(text, self.zone, self.now)


def _seat(setting: Setting, role: Role, person: str) -> Seat | None:
    """The seat somebody acts from: their own before one delegated to them."""
    return next((seat for seat in setting.seats(role) if seat.person.id == person), None)


def _pressed(decision: Decision, at: datetime) -> Decision:
    """A pending act keeps the time of its press (DESIGN 3)."""
    facts = tuple(replace(f, about={**f.about, "pressed_at": iso(at)}) for f in decision.facts)
    return replace(decision, facts=facts)


def leading_states(words: str) -> tuple[tuple[State, ...], str]:
    """The state names a text begins with, however they are joined, and the text after them."""
    states: list[State] = []
    rest = words.strip()
    while match := LEADING.match(rest):
        state = STATE_WORDS.get(match["word"].casefold())
        if state is None:
            break
        states.append(state)
        rest = rest[match.end() :]
    return tuple(dict.fromkeys(states)), rest.lstrip(" \t\r\n,;:") if states else rest


def state_list(words: str) -> tuple[State, ...]:
    """States named one after another; `all` and nothing mean whatever the actor owns.

    Refuses: odd-state.
    """
    states, rest = leading_states(words)
    if rest.casefold() in {"", "all", "ready"}:
        return states
    raise Refused("odd-state", {"word": rest.split()[0], "states": list(State)})
