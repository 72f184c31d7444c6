"""What a verb is: a word people type, the function behind it, and all that help says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from commands.act import Act
from commands.request import Reply


@dataclass(frozen=True)
class Verb:
    """A word people type, and all that help says of it."""

    word: str
    run: Callable[[Act], Reply]
    usage: str
    summary: str
    who: str
    examples: tuple[str, ...] = ()
    reads: bool = False
    """Changes nothing: no key is spent, no lock taken."""
    operator: bool = False
    """May be said at the command line, which proves nobody's identity (DESIGN 2.1)."""
    at_first: bool = False
    """Means something while nothing is set up."""
    named: Callable[[Act], tuple[str, ...]] = lambda act: ()
    """Whom else an act rests on: ids of people whose rows must be known before it is judged."""
