"""Which form a press opens, drawn from what is: nobody is shown one they could not use (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from bot import modals
from bot.render import Renderer
from commands.dispatch import Desk
from commands.naming import meant
from commands.request import Caller
from commands.standing import Standing, standing_in
from rules.candidate import OPEN, UNRELEASED
from rules.facts import Actor
from rules.product import Setting
from rules.rights import MAY, require_lifter
from rules.words import Refused, Role
from storage.reading import Reader

View = Mapping[str, Any]


class Forms:
    """The modals, by verb. None where typing the verb would be refused anyway: then that is said."""

    WITHOUT_CANDIDATE: ClassVar[frozenset[str]] = frozenset({"announce"})

    def __init__(self, desk: Desk, renderer: Renderer) -> None:
        self._desk, self._renderer = desk, renderer

    def knows(self, caller: Caller) -> bool:
        """Whether the caller's row is fresh enough to say which form is theirs."""
        with self._desk.database.read() as reader:
            now = self._desk.clock()
            return not reader.unknown(caller.person, reader.company().groups_named, now)

    def view(self, verb: str, text: str, caller: Caller) -> View | None:
        """The form for `verb` on the candidate that `text` names."""
        with self._desk.database.read() as reader:
            company = reader.company()
            now = self._desk.clock()
            person = company.people.get(caller.person or "")
            if person is not None and not person.able:
                return None
            if person is not None and not person.able:
                return None
            zone = person.zone if person else company.installation.zone
            if verb == "announce":
                products = list(company.products.values())
                return modals.announce_view(products, zone, now) if products else None
            found = self._found(reader, text, caller)
            if found is None:
                return None
            setting, standing, hats = found
            return _VIEWS[verb](setting, standing, hats, zone, now) if verb in _VIEWS else None

    def _found(
        self, reader: Reader, text: str, caller: Caller
    ) -> tuple[Setting, Standing, tuple[Role, ...]] | None:
        try:
            candidate = meant(reader, self._desk.tools, text).candidate
        except Refused:
            return None
        now = self._desk.clock()
        product = reader.company().products[candidate.product]
        setting = reader.setting(product, candidate, now)
        return setting, standing_in(setting, candidate, now), setting.hats(caller.person or "")


def _assert(setting: Setting, standing: Standing, hats: tuple[Role, ...], *_: Any) -> View | None:
    states = standing.candidate.owes(hats)
    if standing.candidate.phase not in UNRELEASED or not states:
        return None
    return modals.assert_view(standing, states)


def _halt(setting: Setting, standing: Standing, hats: tuple[Role, ...], *_: Any) -> View | None:
    if standing.candidate.phase not in OPEN:
        return None
    return modals.halt_view(standing, tuple(hat.state for hat in hats))


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
    "halt": _halt,
    "lift": _lift,
    "reschedule": _reschedule,
    "withdraw": _withdraw,
}
