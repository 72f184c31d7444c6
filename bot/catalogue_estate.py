"""Reads what a catalogue says of environments, resources, freezes, meetings, and of what products need (DESIGN 2.6, 4, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

from bot.estate import (
    ENVIRONMENT_KEYS,
    RESOURCE_KEYS,
    USE_KEYS,
    OddWords,
    environment_from,
    length_from,
    need_typed,
    resource_from,
    use_from,
    use_typed,
)
from bot.freezes import KEYS as FREEZE_KEYS
from bot.freezes import freeze_from
from bot.marked import Marked
from bot.quoted import cut
from bot.series import keys_of, series_from
from bot.shapes import Shapes
from bot.versions import SCHEMES, OddConstraint, constraint
from rules.dependencies import Need
from rules.environments import Environment
from rules.freezes import Freeze
from rules.product import Product
from rules.resources import Resource, Use
from rules.series import DIGEST, MEETING, Series
from storage.company import Company

LISTS = ("products", "environments")
SEVERAL = frozenset({"day", "reminders"})
"""The keys of a series that may be lists."""
OFF = "off"
NEEDS_LIKE = 'write products with a colon each, like `ledger: ">= 3.2"`, or a list'

T = TypeVar("T")


@dataclass
class Estate(Shapes):
    """Walks the marked data of the estate. What is referred to must be declared, or stand already."""

    standing: Company = field(default_factory=Company)
    """What stands before the catalogue is applied. A product's needs and the like that it does not
    declare stay as they are there, and so do an environment's and a resource's keys."""
    environment_names: frozenset[str] = frozenset()
    resource_names: frozenset[str] = frozenset()
    schemes: dict[str, str] = field(default_factory=dict)
    """The scheme of each product there is, or will be."""

    def survey(self, top: Mapping[str, Marked]) -> None:
        """Note which names there will be, so that they may be referred to before they are declared."""
        self.environment_names = frozenset(self.standing.environments) | _names(top, "environments")
        self.resource_names = frozenset(self.standing.resources) | _names(top, "resources")
        self.schemes = {name: product.scheme for name, product in self.standing.products.items()}
        products = top["products"].value if "products" in top else None
        for name, part in products.items() if isinstance(products, dict) else ():
            self.schemes[name] = _scheme(part)

    def environments(self, part: Marked | None) -> dict[str, Environment]:
        found: dict[str, Environment] = {}
        for name, line, inner in self.entries(part, "The environments"):
            where, known = f"Environment `{cut(name)}`", self.standing.environments.get(name)
            keys = self.keys(inner, where, ENVIRONMENT_KEYS)
            said = self.said(keys, where)
            if made := self.made(where, line, keys, environment_from, name, said, known):
                found[name] = made
        return found

    def resources(self, part: Marked | None) -> dict[str, Resource]:
        found: dict[str, Resource] = {}
        for name, line, inner in self.entries(part, "The resources"):
            where, known = f"Resource `{cut(name)}`", self.standing.resources.get(name)
            keys = self.keys(inner, where, RESOURCE_KEYS)
            said = self.said(keys, where)
            if made := self.made(where, line, keys, resource_from, name, said, known):
                found[name] = made
        return found

    def freezes(
        self, part: Marked | None, zone: str | None, *, has_zone: bool
    ) -> dict[str, Freeze]:
        """Each in its own zone or else this one; with `has_zone` the catalogue's may be mistaken, but is there."""
        found: dict[str, Freeze] = {}
        for name, line, inner in self.entries(part, "The freezes"):
            where = f"Freeze `{cut(name)}`"
            keys = self.keys(inner, where, FREEZE_KEYS)
            if not has_zone and "zone" not in keys:
                self.wrong(line, f"{where} has no zone; add `zone` to it or at the top.")
            said: dict[str, Any] = self.said(
                {k: v for k, v in keys.items() if k not in LISTS}, where
            )
            said |= {"name": name, **self.bound(name, keys)}
            if made := self.made(where, line, keys, freeze_from, said, zone or "UTC", None):
                found[name] = made
        return found

    def series(
        self,
        root: Marked,
        top: Mapping[str, Marked],
        calendars: Iterable[str],
        zone: str | None,
        channel: str | None,
    ) -> dict[str, Series]:
        """When the meeting and the digest come; `zone` and `channel` are the catalogue's, None where it has none."""
        found: dict[str, Series] = {}
        names = frozenset(self.standing.calendars).union(calendars)
        # A zone or channel that was mistaken has been told of; here it only must not be missing.
        zone = zone or ("UTC" if "zone" in top else None)
        channel = channel or ("?" if "channel" in top else None)
        for name in (name for name in (MEETING, DIGEST) if name in top):
            line, part, standing = root.key_lines[name], top[name], self.standing.series.get(name)
            if part.value == OFF:
                if standing is not None:
                    found[name] = replace(standing, by=None, off=True)
            elif made := self._series(name, line, part, (zone, channel), names, standing):
                found[name] = made
        return found

    def _series(
        self,
        name: str,
        line: int,
        part: Marked,
        defaults: tuple[str | None, str | None],
        calendars: frozenset[str],
        standing: Series | None,
    ) -> Series | None:
        where = f"The {name}"
        if isinstance(part.value, str):
            self.wrong(part.line, f"{where} can't be `{cut(part.value)}`; write keys, or `{OFF}`.")
            return None
        keys = self.keys(part, where, keys_of(name))
        if isinstance(part.value, list):
            return None
        words = {key: self._word(where, key, inner) for key, inner in keys.items()}
        said = {key: word for key, word in words.items() if word is not None}
        try:
            return series_from(said, name, *defaults, self.now, calendars, standing)
        except OddWords as odd:
            for key, what in odd.wrong.items():
                if key in said or key not in keys:
                    at = keys[key].line if key in keys else line
                    self.wrong(at, f"{where}: `{key}` {what}.")
            return None

    def _word(self, where: str, key: str, part: Marked) -> str | list[str] | None:
        """What stands under a key of a series, a channel as its id; None where it was told to be wrong."""
        if key == "channel":
            found = self.named(part, f"{where}: `{key}`", ("channel",))
            return found.id if found else None
        if key in SEVERAL and isinstance(part.value, list):
            words = [word for _, word in self.words(part, f"{where}: `{key}`")]
            return words if len(words) == len(part.value) else None
        return self.said({key: part}, where).get(key)

    def bound(self, freeze: str, keys: Mapping[str, Marked]) -> dict[str, tuple[str, ...]]:
        """Which products and environments a freeze binds."""
        names = {"products": self.schemes, "environments": self.environment_names}
        found = {}
        for key in (key for key in LISTS if key in keys):
            where, part = f"Freeze `{cut(freeze)}`: `{key}`", keys[key]
            if part.value == []:
                self.wrong(part.line, f"{where} is an empty list; name one or leave it out.")
            extra = f", which freeze `{cut(freeze)}` would bind"
            found[key] = self.all_known(self.words(part, where), names[key], key[:-1], extra)
        return found

    def all_known(
        self, said: Iterable[tuple[int, str]], names: Iterable[str], what: str, extra: str
    ) -> tuple[str, ...]:
        """Those of the words that are known names, each once."""
        known = [word for line, word in said if self.known(line, word, names, what, extra)]
        return tuple(dict.fromkeys(known))

    def goes_to(self, product: str, part: Marked | None) -> tuple[str, ...]:
        """The environments of a product."""
        standing = self.standing.products.get(product)
        was = standing.environments if standing else ()
        if part is None:
            return was
        said = self.words(part, f"The environments of {cut(product)}")
        extra = f", where {cut(product)} would go"
        return _kept(was, self.all_known(said, self.environment_names, "environment", extra))

    def occupies(self, product: str, part: Marked | None) -> timedelta | None:
        """How long a product's releases occupy an environment; `none`: as long as the environment says."""
        standing = self.standing.products.get(product)
        if part is None:
            return standing.occupies if standing else None
        where = f"Product `{cut(product)}`: `occupies`"
        written = self.word(part, where)
        if written in (None, "none"):
            return None
        try:
            return length_from(written or "")
        except ValueError as odd:
            self.wrong(part.line, f"{where} {odd}, or `none`.")
            return None

    def needs(self, product: str, part: Marked | None) -> tuple[Need, ...]:
        """What a product depends on, by name."""
        standing = self.standing.products.get(product)
        was = standing.needs if standing else ()
        if part is None:
            return was
        found: dict[str, Need] = {}
        for line, other, asked in self._asked(product, part):
            if other in found:
                self.wrong(
                    line, f"{cut(product)} needs `{cut(other)}` twice; keep one, like `>=3.2,<4`."
                )
            elif need := self._need(product, line, other, asked):
                found[other] = need
        return _kept(was, tuple(found[name] for name in sorted(found)))

    def _asked(self, product: str, part: Marked) -> Iterator[tuple[int, str, str]]:
        """Line, product and constraint of each dependency, written as a mapping or as a list."""
        where = f"What {cut(product)} needs"
        if part.value is None:
            self.wrong(part.line, f"{where} is empty; {NEEDS_LIKE}, or `{{}}` for nothing.")
        elif isinstance(part.value, dict):
            for other, inner in part.value.items():
                asked = self._constraint(f"{where} of {cut(other)}", inner)
                if asked is not None:
                    yield part.key_lines[other], other, asked
        else:
            for line, word in self.words(part, where):
                try:
                    yield line, *need_typed(word)
                except ValueError as odd:
                    self.wrong(line, f"{where} {odd}.")

    def _constraint(self, where: str, part: Marked) -> str | None:
        """What is asked of a product; nothing after the colon asks for any version.

        To YAML `>3` without quotes is an empty text: that must not become any version.
        """
        asked = "" if part.value is None else self.word(part, where)
        if asked == "" and part.value is not None:
            mend = "write `any`, or put what begins with > in quotes"
            self.wrong(part.line, f"{where} is empty; {mend}.")
            return None
        return asked

    def _need(self, product: str, line: int, other: str, asked: str) -> Need | None:
        if other == product:
            self.wrong(line, f"{cut(product)} can't need itself; remove it.")
        elif self.known(line, other, self.schemes, "product", f", which {cut(product)} would need"):
            try:
                return Need(other, constraint(self.schemes[other], asked))
            except OddConstraint as odd:
                self.wrong(line, f"What {cut(product)} needs of {cut(other)} {odd}.")
        return None

    def uses(self, product: str, part: Marked | None) -> tuple[Use, ...]:
        """The resources a product's releases need, by name."""
        standing = self.standing.products.get(product)
        was = standing.uses if standing else ()
        if part is None:
            return was
        found: dict[str, Use] = {}
        extra = f", which {cut(product)} would need"
        for line, use in self._used(product, part):
            if use.resource in found:
                self.wrong(line, f"{cut(product)} needs `{cut(use.resource)}` twice; keep one.")
            elif self.known(line, use.resource, self.resource_names, "resource", extra):
                found[use.resource] = use
        return _kept(was, tuple(found[name] for name in sorted(found)))

    def _used(self, product: str, part: Marked) -> Iterator[tuple[int, Use]]:
        """Each use with its line, written as a mapping or as a list."""
        where = f"A resource of {cut(product)}"
        if isinstance(part.value, dict):
            for name, inner in part.value.items():
                keys = self.keys(inner, f"{where}, `{cut(name)}`,", USE_KEYS)
                line, said = part.key_lines[name], self.said(keys, f"{where}, `{cut(name)}`")
                use = self.made(f"{where}, `{cut(name)}`", line, keys, use_from, name, said)
                if use:
                    yield line, use
        else:
            for line, word in self.words(part, where):
                try:
                    yield line, use_typed(word)
                except OddWords as odd:
                    self.wrong(line, f"{where}: {odd}.")

    def quarrels(self, said: Mapping[str, Marked]) -> None:
        """A product's scheme may not become another while what stands asks what it can't answer.

        `said` are the products declared, by name; those that declare their needs were judged by them.
        """
        for product in self.standing.products.values():
            own = said[product.name].value if product.name in said else None
            if not (isinstance(own, dict) and "needs" in own):
                for need in product.needs:
                    if need.product in said:
                        self._quarrel(product, need, said[need.product])

    def _quarrel(self, product: Product, need: Need, part: Marked) -> None:
        scheme = self.schemes[need.product]
        try:
            constraint(scheme, need.constraint)
        except OddConstraint:
            own = part.value.get("versions") if isinstance(part.value, dict) else None
            line = own.line if own else part.line
            self.wrong(
                line,
                f"The versions of `{cut(need.product)}` can't become {scheme} while {product.name}"
                f" needs it `{need.constraint}`; declare what {product.name} needs as well.",
            )


def _kept(was: tuple[T, ...], said: tuple[T, ...]) -> tuple[T, ...]:
    """What stands, where the same is said, whatever its order."""
    return was if set(was) == set(said) else said


def _names(top: Mapping[str, Marked], key: str) -> frozenset[str]:
    part = top[key].value if key in top else None
    return frozenset(part) if isinstance(part, dict) else frozenset()


def _scheme(part: Marked) -> str:
    """The scheme a product declares; where that is mistaken, the one it is then read with."""
    said = part.value.get("versions") if isinstance(part.value, dict) else None
    if said is None:
        return "opaque"
    written = said.value.strip() if isinstance(said.value, str) else ""
    return written if written in SCHEMES else SCHEMES[0]
