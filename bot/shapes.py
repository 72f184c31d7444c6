"""Checks the shapes of marked data, noting what does not fit in sentences that name the mend (DESIGN 5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

from bot.declared import Resolve, Resolved, Unknown
from bot.estate import NAMES, OddWords
from bot.marked import Marked, Problem
from bot.quoted import cut, listed, near
from rules.announcing import PRODUCT

LONGEST_WORD = 300
MOST_LISTED = 10
WITH_HUNDREDTHS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2})?")
WHOLE = re.compile(r"[0-9]{1,5}")

_KINDS = {"user": "a person", "group": "a user group", "channel": "a channel"}

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Shapes:
    """Takes marked data apart. Whatever does not fit is noted, and something given to go on with."""

    resolve: Resolve
    now: datetime
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, Resolved | Unknown] = field(default_factory=dict)

    def wrong(self, line: int, sentence: str) -> None:
        problem = Problem(line, sentence)
        if problem not in self.problems:
            self.problems.append(problem)

    def keys(self, part: Marked | None, where: str, known: Iterable[str]) -> dict[str, Marked]:
        """The known keys of a mapping."""
        known = [str(key) for key in known]
        if part is None or part.value is None:
            return {}
        if not isinstance(part.value, dict):
            self.wrong(part.line, f"{where} must consist of keys, such as `{known[0]}:`.")
            return {}
        for key in part.value.keys() - set(known):
            mend = near(key, known) or f"It may have {listed(known)}."
            self.wrong(part.key_lines[key], f"{where} can't have the key `{cut(key)}`. {mend}")
        return {key: inner for key, inner in part.value.items() if key in known}

    def entries(self, part: Marked | None, where: str) -> list[tuple[str, int, Marked]]:
        """The entries of a mapping whose keys are names: name, line, and what it says."""
        if part is None or part.value is None:
            return []
        if not isinstance(part.value, dict):
            self.wrong(part.line, f"{where} must be names with a colon each, not a list or a word.")
            return []
        return [(name, part.key_lines[name], inner) for name, inner in part.value.items()]

    def optional(
        self, keys: Mapping[str, Marked], key: str, read: Callable[[Marked], T]
    ) -> T | None:
        return read(keys[key]) if key in keys else None

    def word(self, part: Marked, where: str) -> str | None:
        if part.value is None:
            self.wrong(
                part.line,
                f"{where} is empty; write it after the colon, in quotes if it begins with #.",
            )
            return None
        if not isinstance(part.value, str):
            self.wrong(part.line, f"{where} must be one word, not a list or keys.")
            return None
        if len(part.value) > LONGEST_WORD:
            self.wrong(part.line, f"{where} is longer than {LONGEST_WORD} characters; shorten it.")
            return None
        return part.value.strip()

    def words(self, part: Marked, where: str) -> list[tuple[int, str]]:
        """A list of words, or one alone, each with its line."""
        items = part.value if isinstance(part.value, list) else [part]
        found = ((item.line, self.word(item, where)) for item in items)
        return [(line, word) for line, word in found if word is not None]

    def one_of(self, part: Marked, where: str, allowed: Iterable[str]) -> str:
        allowed = [str(word) for word in allowed]
        written = self.word(part, where)
        if written is not None and written not in allowed:
            mend = near(written, allowed) or f"Write {listed(allowed, 'or')}."
            self.wrong(part.line, f"{where} can't be `{cut(written)}`. {mend}")
        return written if written in allowed else allowed[0]

    def number(self, part: Marked, where: str, shape: re.Pattern[str], most: int) -> float:
        written = self.word(part, where)
        if written is None:
            return 1
        if shape.fullmatch(written) and 0 < float(written) <= most:
            return float(written)
        kind = "whole number" if shape is WHOLE else "number"
        self.wrong(
            part.line,
            f"{where} can't be `{cut(written)}`; write a {kind} above 0 and up to {most}.",
        )
        return 1

    def named(self, part: Marked, where: str, kinds: tuple[str, ...]) -> Resolved | None:
        """Whom or what a written name means, if that is of one of `kinds`."""
        written = self.word(part, where)
        if not written:
            return None
        if written not in self.seen:
            self.seen[written] = self.resolve(written)
        found = self.seen[written]
        if isinstance(found, Unknown):
            hint = f" Did you mean {listed(found.nearest, 'or')}?" if found.nearest else ""
            self.wrong(part.line, f"{where}: `{cut(written)}` {found.why}.{hint}")
            return None
        if found.kind not in kinds:
            wanted = " or ".join(_KINDS[kind] for kind in kinds)
            self.wrong(
                part.line, f"{where}: `{cut(written)}` is {_KINDS[found.kind]}; name {wanted}."
            )
            return None
        return found

    def name(self, written: str, line: int, what: str) -> None:
        if not PRODUCT.fullmatch(written):
            self.wrong(line, f"`{cut(written)}` can't be a {what}'s name; {NAMES}.")

    def known(
        self, line: int, written: str, names: Iterable[str], what: str, extra: str = ""
    ) -> bool:
        """Whether what is referred to is there; `extra` is the rest of the sentence that says it is not."""
        names = list(names)
        if written in names:
            return True
        some = 0 < len(names) <= MOST_LISTED
        there = f"Declared are {listed(names)}." if some else f"Declare it under `{what}s`."
        mend = near(written, names) or there
        self.wrong(line, f"There is no {what} `{cut(written)}`{extra}. {mend}")
        return False

    def said(self, keys: Mapping[str, Marked], where: str) -> dict[str, str]:
        """The words under some keys."""
        found = {key: self.word(part, f"{where}: `{key}`") for key, part in keys.items()}
        for key in (key for key, word in found.items() if word == ""):
            self.wrong(keys[key].line, f"{where}: `{key}` is empty; write it after the colon.")
        return {key: word for key, word in found.items() if word}

    def made(
        self,
        where: str,
        line: int,
        keys: Mapping[str, Marked],
        make: Callable[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T | None:
        """What is made of some keys; None where some were odd, each told at its own line."""
        try:
            return make(*args, **kwargs)
        except OddWords as odd:
            for key, what in odd.wrong.items():
                self.wrong(keys[key].line if key in keys else line, f"{where}: `{key}` {what}.")
            return None
