"""Apply a catalogue: all of it in one transaction, with facts, or nothing (DESIGN 5)."""

from __future__ import annotations

from commands.declare import OPERATOR, Declaration, declare
from commands.dispatch import Desk

__all__ = ["OPERATOR", "Declaration", "apply"]


def apply(desk: Desk, declared: Declaration) -> tuple[str, ...]:
    """Write it, or nothing at all. The lines that say what changed; none where nothing did."""
    if not declared.lines:
        return ()
    with desk.database.write(desk.clock) as tx:
        declare(tx, declared)
    return declared.lines
