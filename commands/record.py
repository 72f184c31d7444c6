"""Before a release a candidate's row is held against its facts (DESIGN 2.7)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from commands.notices import operator, telling
from rules.candidate import Candidate
from rules.facts import Decision
from rules.replanning import Member
from rules.settling import ODD, wait_for_record
from rules.words import Refused
from storage import hands
from storage.reading import Reader
from storage.replaying import difference
from storage.writing import Transaction

log = logging.getLogger(__name__)


class Record:
    """What the facts of some candidates make of them, read in one query."""

    def __init__(self, reader: Reader, names: Sequence[str]) -> None:
        self._reader = reader
        self._made = reader.made(names) if names else {}
        self._products: dict[str, str | None] = {}

    def differing(self, candidates: Sequence[Candidate]) -> dict[str, str]:
        """By name, what the rows of these, or who holds their products' roles in theirs, say otherwise
        than the facts; nothing where all is well.

        One that has changed since, or was not asked for before, is looked up by itself.
        """
        changed = [each.name for each in candidates if not self._knows(each)]
        made = {**self._made, **self._reader.made(changed)} if changed else self._made
        found = {
            each.name: difference(each, made.get(each.name)) or self._of_product(each.product)
            for each in candidates
        }
        return {name: sentence for name, sentence in found.items() if sentence is not None}

    def _of_product(self, name: str) -> str | None:
        """In what a product's row differs from its facts; asked once."""
        if name not in self._products:
            product = self._reader.company().products[name]
            self._products[name] = hands.difference(product, self._reader.hands(name))
        return self._products[name]

    def _knows(self, candidate: Candidate) -> bool:
        made = self._made.get(candidate.name)
        return isinstance(made, Candidate) and made.seq == candidate.seq


def hold_odd(tx: Transaction, of_set: Sequence[Member], odd: Mapping[str, str]) -> Decision:
    """Those of a set that are due wait for the record of one to be put back; the operator hears of it."""
    for name, sentence in odd.items():
        log.error("%s is not released, its row differs from its facts: %s", name, sentence)
        for target in operator(tx):
            tx.send(telling(target, "row-differs", name, day=f"{tx.now:%Y-%m-%d}"))
    return wait_for_record([candidate for candidate, _ in of_set], odd, tx.now)


def require_as_recorded(reader: Reader, candidates: Sequence[Candidate]) -> None:
    """Whether the rows of these are what their facts make them (DESIGN 2.7). Refuses: row-differs."""
    odd = Record(reader, [each.name for each in candidates]).differing(candidates)
    if odd:
        raise Refused("row-differs", {"candidate": next(iter(odd))})


def still_odd(reader: Reader, candidates: Sequence[Candidate]) -> bool:
    """Whether one of these waits for its record, and that still differs."""
    waits = [each for each in candidates if ODD in each.why]
    return bool(waits) and bool(Record(reader, [each.name for each in waits]).differing(waits))
