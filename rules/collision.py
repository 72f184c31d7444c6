"""A collision: two plans that cannot both hold, as one candidate sees it (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

VIOLATIONS = frozenset({"needs", "breaks"})
"""The kinds that are dependency violations: while one is open Organization can't be presumed."""


@dataclass(frozen=True)
class Collision:
    """What one candidate's plan collides with. It is the same one as long as its `key` is.

    `kind`: `needs` (a version that is neither in production nor deployed before it), `breaks` (a
    product that depends on it), `older` (than what is in production), `environment`, `resource`
    (more at once than there is room for), `freeze`.
    """

    kind: str
    of: str
    """The product needed or broken, the environment, the resource or the freeze."""
    why: str
    """Of a violation, why it can't be in time: `not-announced`, `halted`, `waiting`, `blocked`,
    `later`, `replaced`, `overdue`, `failed`, `rolled-back` or `incomparable`; of a freeze `hard` or `soft`;
    of the others `at-once` or `older`."""
    constraint: str | None = None
    """Of a violation: which versions would do."""
    version: str | None = None
    """Of a violation or `older`: the version that is there instead; None: none is."""
    others: tuple[str, ...] = ()
    """The candidates it collides with; of a violation the one it waits for, if there is one."""
    roots: tuple[str, ...] = ()
    """Of a violation: what is at the bottom of it, candidates, or a product nobody has announced."""
    until: datetime | None = None
    """From when on it would be none, as far as is known."""
    rolled_back: bool = False
    """Of a violation: what would have done was rolled back after the candidate was announced."""
    waived_by: str | None = None
    """Who asserted Organization in spite of it; it counts as long as that assertion stands."""

    @property
    def key(self) -> str:
        """What stays the same as long as it is the same collision: `needs:ledger`."""
        return f"{self.kind}:{self.of}"

    @property
    def violates(self) -> bool:
        """Whether it is a dependency violation that nobody has waived."""
        return self.kind in VIOLATIONS and self.waived_by is None

    def about(self) -> dict[str, Any]:
        """The collision as facts carry it."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        plain.pop("waived_by")
        until = plain.pop("until")
        return {
            **plain,
            "others": list(self.others),
            "roots": list(self.roots),
            "until": until and until.isoformat(timespec="microseconds"),
        }

    @classmethod
    def of_about(cls, about: Any) -> Collision:
        """A collision as a fact carries it."""
        until = about["until"]
        return cls(
            kind=about["kind"],
            of=about["of"],
            why=about["why"],
            constraint=about["constraint"],
            version=about["version"],
            others=tuple(about["others"]),
            roots=tuple(about["roots"]),
            until=None if until is None else datetime.fromisoformat(until),
            rolled_back=about["rolled_back"],
        )
