"""Quotes back what people wrote: cut short, listed, or with the right word that is nearest (DESIGN 5)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near(written: str, known: Iterable[str]) -> str | None:
    """`Did you mean …?`, where something is near."""
    by_lower = {word.lower(): word for word in known}
    found = get_close_matches(written.lower(), by_lower, n=1)
    return f"Did you mean `{by_lower[found[0]]}`?" if found else None


def listed(words: Iterable[str], last: str = "and") -> str:
    *first, end = (f"`{word}`" for word in words)
    return f"{', '.join(first)} {last} {end}" if first else end


def cut(written: str) -> str:
    flat = " ".join(written.split())
    return flat if len(flat) <= 60 else f"{flat[:59]}…"
