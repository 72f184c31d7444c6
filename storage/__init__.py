"""Memory: the only code that speaks SQL; it returns the rules' own dataclasses (DESIGN 2.7, 3, 6)."""

from storage.faults import Stale, Unavailable

__all__ = ["Stale", "Unavailable"]
