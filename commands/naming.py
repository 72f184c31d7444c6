"""Which candidate is meant: by its whole name, by product and version, or by product alone (DESIGN 5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from commands.request import Tools
from rules.candidate import OPEN, Candidate
from rules.product import Product
from rules.words import Refused
from storage.reading import Reader

WORD = re.compile(r"\s*(\S+)")
NAME = re.compile(r"(?P<product>[^@\s]+)@(?P<version>[^#\s]+)(?:#(?P<build>[0-9]{1,9}))?")
ENDS = ",:;.!?"
"""What may follow a name without being part of it."""
LEADING_V = re.compile(r"[vV](?=[0-9])")
RECENT = 10
"""How many of a product's last candidates are looked through for one that fits."""
Fits = Callable[[Candidate], bool]


@dataclass(frozen=True)
class Meant:
    """The candidate meant and the words after it. `build` is the one named, None: not named."""

    candidate: Candidate
    rest: str
    build: int | None = None


def meant(
    reader: Reader, tools: Tools, text: str, *, known: bool = False, fits: Fits | None = None
) -> Meant:
    """The candidate that `text` begins with. Asks nothing of people who name a product with one open.

    A second word is a version only where it matches an open candidate, or with `known` any
    candidate there is. A product alone means what `fits` the verb, where anything does.
    Refuses: which-candidate, unknown-candidate, unknown-product, nothing-open.
    """
    first = WORD.match(text)
    if first is None:
        raise Refused("which-candidate", {"open": list(reader.open_candidates()), "word": ""})
    word, rest = first.group(1).rstrip(ENDS), text[first.end() :].lstrip()
    whole = NAME.fullmatch(word)
    if whole:
        return _by_name(reader, tools, whole, rest)
    product = product_named(reader, tools, word).name
    second = WORD.match(rest)
    if second:
        found = _version(reader, product, second.group(1).rstrip(ENDS), known=known)
        if found:
            return Meant(found, rest[second.end() :].lstrip())
    return Meant(_only(reader, product, fits, known=known), rest)


def _by_name(reader: Reader, tools: Tools, name: re.Match[str], rest: str) -> Meant:
    product = product_named(reader, tools, name["product"]).name
    builds = reader.builds(product, plain_version(name["version"]))
    number = int(name["build"]) if name["build"] else None
    for build in builds:
        if build.build == number:
            return Meant(build, rest, number)
    if not builds:
        near = tools.near(name.group(0), [c.title for c in reader.open_candidates()])
        raise Refused("unknown-candidate", {"word": name.group(0), "near": near})
    if number is not None:
        near = [b.name for b in builds[-3:]]
        raise Refused("unknown-candidate", {"word": name.group(0), "near": near})
    return Meant(max(builds, key=lambda c: c.build), rest)


def plain_version(word: str) -> str:
    """A version without the `v` that people put before a number."""
    return LEADING_V.sub("", word, count=1)


def product_at_head(reader: Reader, text: str) -> Product | None:
    """The product that a text begins with, as far as can be told without looking further."""
    first = WORD.match(text)
    word = first.group(1).partition("@")[0].rstrip(ENDS) if first else ""
    return reader.company().products.get(word.casefold())


def product_named(reader: Reader, tools: Tools, word: str) -> Product:
    """The product of that name. Refuses: no-products, unknown-product, with the nearest."""
    products = reader.company().products
    name = word.casefold()
    if name in products:
        return products[name]
    if not products:
        raise Refused("no-products", {})
    near = tools.near(name, list(products))
    raise Refused("unknown-product", {"word": word, "near": near, "products": sorted(products)})


def _version(reader: Reader, product: str, word: str, *, known: bool) -> Candidate | None:
    version, _, build = plain_version(word).partition("#")
    found = [c for c in reader.builds(product, version) if not build or str(c.build) == build]
    usable = [c for c in found if known or c.phase in OPEN]
    return max(usable, key=lambda c: c.build, default=None)


def _only(reader: Reader, product: str, fits: Fits | None, *, known: bool) -> Candidate:
    """The one that fits the verb, else the one still open, else the one not ended."""
    living = reader.open_candidates(product)
    fitting = [c for c in living if fits and fits(c)]
    opened = [c for c in living if c.phase in OPEN]
    for found in (fitting, _past(reader, product, fits), opened, living):
        if found:
            return _single(found, product)
    if known:
        for candidate in reader.recent(product, limit=1):
            return candidate
    raise Refused("nothing-open", {"product": product})


def _past(reader: Reader, product: str, fits: Fits | None) -> list[Candidate]:
    """The last of the candidates that are over which fits; none where nothing need fit."""
    if fits is None:
        return []
    return [c for c in reader.recent(product, limit=RECENT) if fits(c)][:1]


def _single(found: Sequence[Candidate], product: str) -> Candidate:
    if len(found) == 1:
        return found[0]
    raise Refused("which-candidate", {"open": list(found), "word": product})


def last_alike(reader: Reader, tools: Tools, product: Product, version: str) -> Candidate | None:
    """The last announced of a version or of another that ranks as it does: `4.0.0+17`, `4.0.0+18`."""

    def ranks(other: str) -> bool:
        pairs = ((other, version), (version, other))
        return all(tools.newer(product.scheme, *pair) is False for pair in pairs)

    known = reader.versions(product.name)
    return reader.last_of(product.name, [v for v in known if v == version or ranks(v)])


def successors(reader: Reader, candidate: Candidate) -> Iterator[Candidate]:
    """What took a superseded candidate's place, and what took that one's, to the end."""
    seen = {candidate.name}
    while candidate.superseded_by and candidate.superseded_by not in seen:
        seen.add(candidate.superseded_by)
        after = reader.candidate(candidate.superseded_by)
        if after is None:
            return
        yield after
        candidate = after


def meant_to_halt(reader: Reader, tools: Tools, text: str) -> Meant:
    """As `meant`; a version that nobody announced means the open one of equal rank: `4.0.0` is
    `4.0.0+18` where that is open. Refuses as `meant` does."""
    try:
        return meant(reader, tools, text)
    except Refused as unclear:
        alike = _alike_to_unknown(reader, tools, text, unclear)
        if alike is None:
            raise
        return alike


def _alike_to_unknown(reader: Reader, tools: Tools, text: str, unclear: Refused) -> Meant | None:
    first = WORD.match(text)
    name = first and NAME.fullmatch(first.group(1).rstrip(ENDS))
    if unclear.reason != "unknown-candidate" or not first or not name:
        return None
    product, version = product_named(reader, tools, name["product"]), plain_version(name["version"])
    alike = last_alike(reader, tools, product, version)
    if alike is None or alike.version == version or alike.phase not in OPEN:
        return None
    return Meant(alike, text[first.end() :].lstrip())


def open_successor(reader: Reader, tools: Tools, candidate: Candidate) -> Candidate:
    """What took an ended candidate's place: what superseded it, else what was announced after it
    of equal rank and is open (DESIGN 2.3)."""
    *_, last = (candidate, *successors(reader, candidate))
    if last.phase in OPEN:
        return last
    product = reader.company().products.get(last.product)
    alike = product and last_alike(reader, tools, product, last.version)
    return alike if alike and alike.phase in OPEN else last
