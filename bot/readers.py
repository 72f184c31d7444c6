"""What people type about plans, read as a catalogue reads it and refused as a verb refuses (DESIGN 3)."""

from __future__ import annotations

from bot import freezes, versions
from rules.freezes import Recurring
from rules.words import Refused


def constraint(scheme: str, text: str) -> str:
    """Which versions are asked for, in one form. Refuses: odd-constraint, with the mend."""
    try:
        return versions.constraint(scheme, text)
    except ValueError as odd:
        raise Refused("odd-constraint", {"why": str(odd), "scheme": scheme}) from None


def recurring(text: str) -> Recurring:
    """When a freeze comes again, `fri 16:00 - mon 08:00`. Refuses: odd-recurring, with the mend."""
    try:
        return freezes.recurring_from(text)
    except ValueError as odd:
        raise Refused("odd-recurring", {"why": str(odd)}) from None
