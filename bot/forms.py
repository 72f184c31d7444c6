"""Which form a press opens, drawn from what is: nobody is shown one they could not use (DESIGN 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from bot import modals
from bot.render import Renderer
from commands.act import Act
from commands.criteria import product_meant
from commands.delegate import delegable
from commands.dispatch import Desk
from commands.fault import NUMBERED
from commands.freeze import declarable
from commands.naming import meant, meant_to_halt, open_successor
from commands.request import Caller, Reply, Request
from commands.standing import Standing, build_before, standing_in
from rules.beginning import may_begin
from rules.candidate import OPEN, UNRELEASED, Candidate
from rules.facts import Actor
from rules.faulting import went_out
from rules.product import Setting
from rules.rights import MAY, require_lifter
from rules.words import Refused, Role
from storage.reading import Reader

WORDS = re.compile(r"[\w.-]+")
RECENT = 60
"""How many of the last candidates are looked through for those that went out."""
ADDS = frozenset({("freeze", "add"), ("agenda", "add"), ("action", "add")})
"""What is typed to be asked for the rest by a form."""
MEETING_FORMS = {"agenda": modals.topic_view, "action": modals.action_view}
View = Mapping[str, Any]


class Forms:
    """The modals, by verb. None where typing the verb would be refused anyway: then that is said."""

    WITHOUT_CANDIDATE: ClassVar[frozenset[str]] = frozenset({"announce", "delegate", "setup", ""})

    def __init__(self, desk: Desk, renderer: Renderer) -> None:
        self._desk, self._renderer = desk, renderer

    def knows(self, caller: Caller) -> bool:
        """Whether the caller's row is fresh enough to say which form is theirs."""
        with self._desk.database.read() as reader:
            now = self._desk.clock()
            return not reader.unknown(caller.person, reader.company().groups_named, now)

    def at_once(self, verb: str, caller: Caller, text: str = "") -> View | None:
        """The form that a word alone opens; nothing but the command's name is the first one's."""
        if verb == "criteria" or (verb == "fault" and text):
            return self.view(verb, text, caller)
        if (verb, text.strip()) in ADDS:
            return self.view(verb, text, caller)
        if not text and verb in self.WITHOUT_CANDIDATE:
            return self.view(verb or "setup", "", caller)
        return None

    def view(self, verb: str, text: str, caller: Caller, said: str = "") -> View | None:
        """The form for `verb` on the candidate that `text` names; `said` are words it may begin with."""
        with self._desk.database.read() as reader:
            company = reader.company()
            now = self._desk.clock()
            person = company.people.get(caller.person or "")
            if person is not None and not person.able:
                return None
            zone = person.zone if person else company.installation.zone
            if verb == "setup":
                begins = may_begin(person) and not company.products
                return modals.setup_view(zone) if begins else None
            if verb == "announce":
                products = list(company.products.values())
                return modals.announce_view(products, zone, now) if products else None
            if verb == "criteria":
                return self._criteria(reader, text, caller, now)
            if verb == "delegate":
                return self._delegate(reader, caller)
            if verb == "freeze":
                return self._freeze(reader, caller)
            if verb in MEETING_FORMS:
                return MEETING_FORMS[verb]()
            if verb == "halt":
                return self._halt(reader, text, caller, said)
            if verb == "fault":
                return self._fault(reader, text, caller, said)
            found = self._found(reader, text, caller)
            if found is None:
                return None
            setting, standing, hats = found
            return _VIEWS[verb](setting, standing, hats, zone, now) if verb in _VIEWS else None

    def follow_up(self, reply: Reply, request: Request) -> View | None:
        """The form that asks for what is still lacking: why criteria are waived; None: a refusal is enough."""
        if reply.template != "waiver-reason-needed":
            return None
        if any(name.startswith(reply.field_name or "why") for name in request.fields):
            return None
        with self._desk.database.read() as reader:
            found = self._found(reader, request.text, request.caller)
            return None if found is None else modals.reasons_view(found[1], request.fields)

    def _delegate(self, reader: Reader, caller: Caller) -> View | None:
        """The roles that somebody may delegate; None for those who may none."""
        act = Act(reader, Request("delegate", caller), self._desk.tools, self._desk.clock())
        roles, products, for_others = delegable(act)
        return modals.delegate_view(roles, products, for_others=for_others) if roles else None

    def _freeze(self, reader: Reader, caller: Caller) -> View | None:
        """A freeze of what somebody coordinates; None for those who coordinate nothing."""
        act = Act(reader, Request("freeze", caller), self._desk.tools, self._desk.clock())
        products, environments, every = declarable(act)
        return modals.freeze_view(products, environments, all_=every) if products else None

    def _fault(self, reader: Reader, text: str, caller: Caller, said: str) -> View | None:
        """A fault of what is meant, or what let one through that was recorded already."""
        try:
            found = meant(reader, self._desk.tools, text, known=True, fits=went_out)
        except Refused:
            out = [] if text else [c for c in reader.recent(limit=RECENT) if went_out(c)]
            return modals.fault_which_view(out, said) if out else None
        if not went_out(found.candidate):
            return None
        _, standing, hats = self._standing(reader, found.candidate, caller)
        adds = Role.RELEASE_COORDINATOR in hats
        number = NUMBERED.match(found.rest)
        if number is not None:
            known = any(each.id == number["id"] for each in found.candidate.faults)
            view = modals.fault_view(standing, adds=adds, fault_id=number["id"])
            return view if known else None
        return modals.fault_view(standing, found.rest or said, adds=adds)

    def _criteria(self, reader: Reader, text: str, caller: Caller, now: datetime) -> View | None:
        """The criteria of the product named, or of the only one, for its Release Coordinator."""
        try:
            product = product_meant(reader, self._desk.tools, text)
        except Refused:
            return None
        hats = reader.setting(product, None, now).hats(caller.person or "")
        return modals.criteria_view(product) if MAY["criteria"] & set(hats) else None

    def _halt(self, reader: Reader, text: str, caller: Caller, said: str) -> View | None:
        """The halt of what is meant, or of what took its place (DESIGN 2.3)."""
        try:
            asked = meant_to_halt(reader, self._desk.tools, text).candidate
        except Refused:
            return None if text else _halt_which(reader, said)
        candidate = asked
        if asked.phase not in OPEN:
            candidate = open_successor(reader, self._desk.tools, asked)
        if candidate.phase not in OPEN:
            return None
        _, standing, hats = self._standing(reader, candidate, caller)
        moved = None if candidate.name == asked.name else asked.name
        owned = tuple(hat.state for hat in hats)
        return modals.halt_view(standing, owned, said, asked_for=moved)

    def _found(
        self, reader: Reader, text: str, caller: Caller
    ) -> tuple[Setting, Standing, tuple[Role, ...]] | None:
        try:
            candidate = meant(reader, self._desk.tools, text).candidate
        except Refused:
            return None
        return self._standing(reader, candidate, caller)

    def _standing(
        self, reader: Reader, candidate: Candidate, caller: Caller
    ) -> tuple[Setting, Standing, tuple[Role, ...]]:
        now = self._desk.clock()
        product = reader.company().products[candidate.product]
        setting = reader.setting(product, candidate, now)
        standing = standing_in(setting, candidate, now, build_before(reader, candidate))
        return setting, standing, setting.hats(caller.person or "")


def _halt_which(reader: Reader, said: str) -> View | None:
    """The halt of a candidate yet to be named: those open, and the one the words name first."""
    opened = [c for c in reader.open_candidates() if c.phase in OPEN]
    words = set(WORDS.findall(said.casefold()))
    named = [c for c in opened if c.product in words]
    meant_one = (named or opened)[0] if len(named or opened) == 1 else None
    return modals.halt_which_view(opened, meant_one, said) if opened else None


def _assert(setting: Setting, standing: Standing, hats: tuple[Role, ...], *_: Any) -> View | None:
    states = standing.candidate.owes(hats)
    if standing.candidate.phase not in UNRELEASED or not states:
        return None
    return modals.assert_view(standing, states)


def _lift(setting: Setting, standing: Standing, hats: tuple[Role, ...], *_: Any) -> View | None:
    mine = []
    for halt in standing.candidate.open_halts:
        try:
            require_lifter(halt, Actor(None, hats))
        except Refused:
            continue
        if not halt.revokes:
            mine.append(halt)
    return modals.lift_view(standing, mine) if mine else None


def _reschedule(
    setting: Setting, standing: Standing, hats: tuple[Role, ...], zone: str, now: Any
) -> View | None:
    if standing.candidate.phase not in UNRELEASED or not MAY["reschedule"] & set(hats):
        return None
    return modals.reschedule_view(standing, zone, now)


def _withdraw(setting: Setting, standing: Standing, hats: tuple[Role, ...], *_: Any) -> View | None:
    return modals.withdraw_view(standing) if standing.candidate.phase in OPEN else None


_VIEWS = {
    "assert": _assert,
    "lift": _lift,
    "reschedule": _reschedule,
    "withdraw": _withdraw,
}
