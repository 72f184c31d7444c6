"""Dependencies: which versions of another product a product works with (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """A dependency of a product on another one."""

    product: str
    constraint: str = ""
    """As the other's scheme writes it, `>=3.2,<4`; empty: any version, but one must be there."""

    def __str__(self) -> str:
        return f"{self.product} {self.constraint}".rstrip()
