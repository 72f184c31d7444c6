"""Reads what people write of environments, resources and dependencies, in a catalogue or in Slack, and writes it back (DESIGN 2.6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

from bot.quoted import cut
from bot.times import duration
from rules.announcing import PRODUCT
from rules.declaring import LONGEST, MOST
from rules.environments import Environment
from rules.resources import Resource, Use
from rules.words import Refused

ENVIRONMENT_KEYS = ("capacity", "occupies")
RESOURCE_KEYS = ("capacity", "what")
USE_KEYS = ("before", "for")
WORDS = frozenset({"add"})
"""What can be no environment's or resource's name: `environment add` is a command."""

_WHOLE = re.compile(r"[0-9]{1,5}")
_NEED = re.compile(r"(?P<product>[^\s<>=!~^,]+)\s*(?P<constraint>.*)", re.DOTALL)
_USE = re.compile(r"\s(before|for)\s")

T = TypeVar("T")
Words = Mapping[str, Any]
"""What was written under each key; what is absent or empty was not said."""


@dataclass
class OddWords(ValueError):
    """What is wrong under each key, and the mend, each as the end of a sentence: `can't be …; write …`."""

    wrong: Mapping[str, str]

    def __str__(self) -> str:
        return "; ".join(f"`{key}` {what}" for key, what in self.wrong.items())


@dataclass
class Reading:
    """Reads words key by key, so that everything wrong with them is told at once."""

    words: Words
    wrong: dict[str, str] = field(default_factory=dict)

    def said(self, key: str) -> str:
        """What stands under a key; empty: nothing does."""
        return str(self.words.get(key) or "").strip()

    def part(self, key: str, read: Callable[[str], T], default: T) -> T:
        """What stands under a key, or else `default`."""
        written = self.said(key)
        try:
            return read(written) if written else default
        except ValueError as odd:
            self.wrong[key] = str(odd)
            return default

    def name(self, written: str, taken: Collection[str] = ()) -> str:
        """The name, which can't be left out, nor be one of the words that mean something else."""
        try:
            if written in taken:
                raise ValueError(f"can't be `{written}`, a word of the command; use another")
            return name_from(written)
        except ValueError as odd:
            self.wrong["name"] = str(odd)
            return written

    def done(self) -> None:
        """Raises OddWords where anything was wrong."""
        if self.wrong:
            raise OddWords(self.wrong)


def environment_from(name: str, words: Words, standing: Environment | None = None) -> Environment:
    """The environment that `capacity` and `occupies` describe; what is not said is as it stands.

    Raises OddWords.
    """
    reading = Reading(words)
    known = standing or Environment(name)
    environment = replace(
        known,
        name=reading.name(name, WORDS),
        capacity=reading.part("capacity", capacity_from, known.capacity),
        occupies=reading.part("occupies", length_from, known.occupies),
    )
    reading.done()
    return environment


def resource_from(name: str, words: Words, standing: Resource | None = None) -> Resource:
    """The resource that `capacity` and `what` describe; what is not said is as it stands.

    Raises OddWords.
    """
    reading = Reading(words)
    known = standing or Resource(name)
    resource = replace(
        known,
        name=reading.name(name, WORDS),
        capacity=reading.part("capacity", capacity_from, known.capacity),
        what=reading.part("what", sentence_from, known.what),
    )
    reading.done()
    return resource


def use_from(resource: str, words: Words) -> Use:
    """That a release needs a resource from `before` its time on, `for` so long.

    Whether there is such a resource is for the caller to know. Raises OddWords.
    """
    reading = Reading(words)
    before = reading.part("before", length_from, timedelta())
    use = Use(resource, before, reading.part("for", length_from, None))
    reading.done()
    return use


def use_typed(text: str) -> Use:
    """The use of a resource in a line: `dba`, `dba before 30m`, `dba before 30m for 2h`. Raises OddWords."""
    name, *rest = _USE.split(f"{' '.join(text.split())} ")
    keys, values = rest[::2], rest[1::2]
    if len(name.split()) != 1 or len(set(keys)) < len(keys) or not all(map(str.strip, values)):
        raise OddWords({"name": f"can't be `{cut(text)}`; write it like `dba before 30m for 2h`"})
    return use_from(name.strip(), dict(zip(keys, values, strict=True)))


def use_text(use: Use) -> str:
    """A use as `use_typed` reads it."""
    return f"{use.resource} {use_words(use)}".rstrip()


def use_words(use: Use) -> str:
    """From when and how long a resource is used: `before 30m for 2h`; empty: while it is deployed."""
    before = [f"before {length_text(use.before)}"] if use.before else []
    length = [] if use.length is None else [f"for {length_text(use.length)}"]
    return " ".join(before + length)


def need_typed(text: str) -> tuple[str, str]:
    """A dependency in a line, `ledger >= 3.2` or `ledger` alone: the product, and what is asked of it.

    Whether there is such a product, and whether that can be asked of it, is for the caller to know.
    Raises ValueError where it names no product.
    """
    found = _NEED.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"can't be `{cut(text)}`; write it like `ledger >= 3.2`")
    return found["product"], found["constraint"]


def name_from(written: str) -> str:
    """A name as products, environments, resources and freezes may have it. Raises ValueError."""
    if not PRODUCT.fullmatch(written):
        raise ValueError(f"can't be `{cut(written)}`; {NAMES}")
    return written


NAMES = "use small letters, digits and . _ -, 40 characters at most, a letter or digit first"


def capacity_from(written: str) -> int:
    """How many at once. Raises ValueError."""
    if not (_WHOLE.fullmatch(written) and 0 < int(written) <= MOST):
        raise ValueError(
            f"can't be `{cut(written)}`; write a whole number above 0 and up to {MOST}"
        )
    return int(written)


def sentence_from(written: str) -> str:
    """A few words for people, on one line. Raises ValueError."""
    flat = " ".join(written.split())
    if len(flat) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters; shorten it")
    return flat


def length_from(written: str) -> timedelta:
    """A stretch of time in whole minutes, as people write it. Raises ValueError."""
    try:
        length = duration(written)
    except Refused as refused:
        examples = ", ".join(f"`{example}`" for example in refused.about["examples"])
        raise ValueError(
            f"can't be `{cut(written)}`; write a stretch of time: {examples}"
        ) from None
    if length % timedelta(minutes=1):
        raise ValueError(f"can't be `{cut(written)}`; write whole minutes")
    return length


def length_text(length: timedelta) -> str:
    """A stretch of time as `length_from` reads it: `45m`, `1h 30m`, `2d`."""
    minutes, seconds = divmod(length // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return " ".join(f"{number}{unit}" for number, unit in parts if number)
