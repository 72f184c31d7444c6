"""Plans are looked at again whenever something they rest on changed: what collides, what goes together, what moves (DESIGN 2.6)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from commands.notices import coordinator, telling
from commands.planning import MOST_TOLD, members, save_each, setting_of, world_of
from commands.request import Tools
from rules.candidate import UNRELEASED
from rules.colliding import Colliding
from rules.collision import Collision
from rules.facts import Decision
from rules.product import Setting
from rules.replanning import align, out_of_freeze, replan
from rules.way_out import concerned
from storage.writing import Transaction

log = logging.getLogger(__name__)

ROUNDS = 8
"""How often what has just moved is looked at again; every round moves times only later."""
MOST_MESSAGES = 3
"""As many messages as one look sends to one person about groups of their own."""


def replan_all(tx: Transaction, tools: Tools, first: Colliding | None = None) -> int:
    """Write what collides now and move what must move, until nothing more follows; how many facts.

    `first` is a look already taken at plans that are the same still.
    """
    looks = _Looks(tx, tools, first)
    for _ in range(ROUNDS):
        if not looks.once_more():
            break
    else:
        log.warning("plans still move after %d rounds; they are looked at again", ROUNDS)
    looks.tell()
    tx.plans_seen(tx.planning().changed, looks.last.next_at if looks.last else None)
    return looks.written


def finds_nothing(look: Colliding) -> bool:
    """Whether all is stored as one look finds it, and nothing has to move."""
    return not _differing(look) and not _to_move(look)


def _differing(look: Colliding) -> list[str]:
    """The candidates whose collisions, or whose set, are not what is stored of them."""
    return [
        each.name
        for each in look.world.planned
        if _bare(look.found.get(each.name, ())) != _bare(each.collisions)
        or (each.phase in UNRELEASED and look.land.together.get(each.name, ()) != each.together)
    ]


def _bare(collisions: Sequence[Collision]) -> dict[str, Collision]:
    """Collisions as they are found, whoever waived one."""
    return {
        each.key: each if each.waived_by is None else replace(each, waived_by=None)
        for each in collisions
    }


def _to_move(look: Colliding) -> list[tuple[str, ...]]:
    """What may have to move: sets whose times differ, and what lies under a hard freeze."""
    frozen = [
        (name,)
        for name, found in look.found.items()
        if any(each.kind == "freeze" and each.why == "hard" for each in found)
    ]
    units = {each.name: unit for unit in look.course.units.values() for each in unit[:1]}
    apart = [
        tuple(member.name for member in unit)
        for unit in units.values()
        if len({member.at for member in unit if member.at is not None}) > 1
    ]
    return frozen + apart


@dataclass
class _Looks:
    """One look after another in one transaction, and what is to be told at the end of them."""

    tx: Transaction
    tools: Tools
    first: Colliding | None = None
    written: int = 0
    news: dict[str, None] = field(default_factory=dict)
    """The candidates on which a collision opened."""

    last: Colliding | None = None

    def once_more(self) -> bool:
        """Write what one look finds; whether a time moved, so that another look is due."""
        look = self.first or Colliding(world_of(self.tx, self.tools, self.tx.now))
        self.first, self.last = None, look
        moved = [self._replan(name, look) for name in _differing(look)]
        moved += [self._move(names) for names in _to_move(look)]
        return any(moved)

    def _replan(self, name: str, look: Colliding) -> bool:
        candidate = self.tx.candidate(name)
        if candidate is None:
            return False
        found, together = look.found.get(name, ()), look.land.together.get(name, ())
        decision = replan(candidate, found, together, self.tx.now)
        if any(each.kind == "collision.opened" for each in decision.facts):
            self.news[name] = None
        return self._save(decision, {name: setting_of(self.tx, candidate, self.tx.now)})

    def _move(self, names: Sequence[str]) -> bool:
        """Out of a freeze one, a set to its latest time."""
        found = members(self.tx, names, self.tx.now)
        settings = {candidate.name: setting for candidate, setting in found}
        if len(found) == 1:
            decision = out_of_freeze(*found[0], self.tx.now)
        else:
            decision = align(found, self.tx.now)
        return self._save(decision, settings)

    def _save(self, decision: Decision, settings: Mapping[str, Setting]) -> bool:
        save_each(self.tx, decision, settings)
        self.written += len(decision.facts)
        return any("release_at" in each.about for each in decision.facts)

    def tell(self) -> None:
        """A message to each Release Coordinator for what newly hangs together; of very much, one for the rest."""
        if self.last is None or not self.news:
            return
        groups = list(self._groups(self.last))
        rest = tuple(name for group in groups[MOST_MESSAGES:] for name in group)
        for names in groups[:MOST_MESSAGES]:
            self._tell_about(names)
        if rest:
            self._tell_about(rest)

    def _groups(self, look: Colliding) -> Iterator[tuple[str, ...]]:
        """What newly collides, with the nearest of all that it hangs together with."""
        told: set[str] = set()
        for name in self.news:
            if name not in told and look.found.get(name):
                group = concerned(
                    look.world, name, look.found, together=look.land.together, most=MOST_TOLD
                )
                told |= set(group)
                yield group or (name,)

    def _tell_about(self, names: Sequence[str]) -> None:
        """What collides, and a way out, is looked up when the message is sent: it may be no more by then."""
        head, _ = self.tx.head()
        about = {
            "template": "collisions",
            "names": list(names[:MOST_TOLD]),
            "more": max(0, len(names) - MOST_TOLD),
        }
        targets = dict.fromkeys(
            target
            for candidate, setting in members(self.tx, names, self.tx.now)
            for target in coordinator(setting, self.tx)
        )
        for target in targets:
            self.tx.send(replace(telling(target, "collisions", names[0], head=head), about=about))
