"""Says which of two versions is newer, and which versions would do, by the scheme their product declares (DESIGN 2.5, 2.6)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.quoted import cut
from rules.announcing import VERSION

if TYPE_CHECKING:
    from packaging.version import Version as Pep440
    from semver import Version as Semver

SCHEMES = ("semver", "pep440", "opaque")
"""How a product's versions may compare: semver.org, Python's PEP 440, or not at all."""
LONGEST = 200
"""Characters in a constraint."""
ANY = frozenset({"", "any", "*"})
"""What asks for any version."""

_LEADING_V = re.compile(r"^[vV](?=[0-9])")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+){0,2}")
_BETWEEN = re.compile(r" ?, ?|(?<![<>=!~^]) (?=[<>=!~^])")
"""What stands between two conditions: a comma, or a space alone."""
_CONDITION = re.compile(r"(?P<sign>===|~=|==|!=|>=|<=|[=<>^~])? ?(?P<version>[^ <>=!~^][^ <>=~^]*)")
_ORDER = ("=", "==", "===", "^", "~", "~=", ">=", ">", "<=", "<", "!=")
"""In which order conditions are written, whatever theirs was."""
_SIGNS = {
    "semver": ("=", "^", "~", ">=", ">", "<=", "<", "!="),
    "pep440": ("==", "===", "~=", ">=", ">", "<=", "<", "!="),
    "opaque": ("=", "!="),
}
_EXAMPLES = {
    "semver": "`>=3.2`, `>=3.2,<4`, `^3.2`, `~3.2`, `=3.2` or `any`",
    "pep440": "`>=3.2`, `>=3.2,<4`, `~=3.2`, `==3.2` or `any`",
    "opaque": "`=build-7`, `!=build-7` or `any`",
}
_COMPARED: dict[str, Callable[[Semver, Semver], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}


class OddConstraint(ValueError):
    """Why a constraint can't be asked, and the mend, as the end of a sentence: `can't be `…`; write …`."""


def newer(scheme: str, a: str, b: str) -> bool | None:
    """Whether `a` is newer than `b`; False where they rank alike; None where they don't compare.

    A leading `v` is left aside. `opaque` versions never compare, nor does one that is not
    written by its scheme's rules. Raises ValueError for an unknown scheme.
    """
    _known(scheme)
    if scheme == "semver":
        one, other = _semver(a), _semver(b)
        return None if one is None or other is None else one > other
    if scheme == "pep440":
        left, right = _pep440(a), _pep440(b)
        return None if left is None or right is None else left > right
    return None


def constraint(scheme: str, text: str) -> str:
    """The one form of what people write to say which versions would do; empty: any version.

    Conditions are joined by commas and must all hold; a version alone is that version exactly.
    `semver`: `=`, `!=`, `>`, `>=`, `<`, `<=`; `^3.2` is 3.2 or a later 3, `~3.2` a 3.2; neither takes
    a pre-release of what it ends before. `pep440`: all of PEP 440, `=` read as `==`. `opaque`: `=`
    and `!=`. A leading `v` and build metadata are left aside.
    Raises OddConstraint, and ValueError for an unknown scheme.
    """
    _known(scheme)
    flat = " ".join(text.split())
    if len(flat) > LONGEST:
        raise OddConstraint(f"is longer than {LONGEST} characters; shorten it")
    if flat.lower() in ANY:
        return ""
    said = {_condition(scheme, part, flat) for part in _BETWEEN.split(flat)}
    whole = sorted(said, key=lambda pair: (_ORDER.index(pair[0]), pair[1]))
    if _contradictory(scheme, whole):
        raise OddConstraint(
            f"can't be `{cut(flat)}`: no version is all of that; leave some of it out"
        )
    return ",".join(sign + version for sign, version in whole)


@lru_cache(maxsize=16384)
def satisfies(scheme: str, version: str, asked: str) -> bool | None:
    """Whether a version would do; None where it, or what is asked, is not written by the scheme's rules.

    Pre-releases count by precedence, build metadata does not; `2.4` is 2.4.0, and a leading `v` is left
    aside. Raises ValueError for an unknown scheme.
    """
    _known(scheme)
    test = _test(scheme, asked)
    return None if test is None else test(version)


def _known(scheme: str) -> None:
    if scheme not in SCHEMES:
        raise ValueError(f"no such scheme: {scheme}")


@lru_cache(maxsize=4096)
def _semver(version: str) -> Semver | None:
    """By semver.org, with `2.4` read as `2.4.0`; build metadata (`+7`) does not count.

    Only numbers may be left out: `2026-11` is a month to its writer, not a pre-release of 2026.
    """
    from semver import Version

    plain = _LEADING_V.sub("", version, count=1)
    try:
        short = bool(_NUMBERS.fullmatch(plain.partition("+")[0]))
        return Version.parse(plain, optional_minor_and_patch=short)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _pep440(version: str) -> Pep440 | None:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(_LEADING_V.sub("", version, count=1))
    except InvalidVersion:
        return None


def _condition(scheme: str, part: str, whole: str) -> tuple[str, str]:
    """One condition as its sign and its version. Raises OddConstraint, naming the whole."""
    found = _CONDITION.fullmatch(part)
    if found is None:
        raise _unreadable(scheme, whole)
    equal = "==" if scheme == "pep440" else "="
    sign = equal if found["sign"] in (None, "=", "==") else found["sign"]
    if scheme == "opaque" and sign not in _SIGNS["opaque"]:
        raise OddConstraint(
            f"can't be `{cut(whole)}`: opaque versions have no order, so only `=` and `!=` can be asked;"
            " ask so, or declare `versions: semver` for that product"
        )
    version = found["version"] if scheme == "opaque" else _bare(scheme, found["version"])
    if sign not in _SIGNS[scheme]:
        raise _unreadable(scheme, whole)
    if not _sound(scheme, sign, version):
        raise _unreadable(scheme, whole, f": `{sign}` can't be asked of `{cut(version)}`")
    return sign, version


def _bare(scheme: str, version: str) -> str:
    """A version without what does not count."""
    plain = _LEADING_V.sub("", version, count=1)
    return plain.partition("+")[0] if scheme == "semver" else plain


def _sound(scheme: str, sign: str, version: str) -> bool:
    if scheme == "semver":
        return bool(VERSION.fullmatch(version)) and _semver(version) is not None
    if scheme == "opaque":
        return bool(VERSION.fullmatch(version))
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return bool(SpecifierSet(sign + version))
    except InvalidSpecifier:
        return False


def _unreadable(scheme: str, whole: str, why: str = "") -> OddConstraint:
    return OddConstraint(f"can't be `{cut(whole)}`{why}; write it like {_EXAMPLES[scheme]}")


def _contradictory(scheme: str, said: Sequence[tuple[str, str]]) -> bool:
    """Whether no version at all could do."""
    if scheme == "pep440":
        from packaging.specifiers import SpecifierSet

        return SpecifierSet(",".join(map("".join, said))).is_unsatisfiable()
    if scheme == "opaque":
        asked = [version for sign, version in said if sign == "="]
        return len(asked) > 1 or bool(asked and ("!=", asked[0]) in said)
    ends = [end for sign, version in said for end in _ends(sign, version)]
    lows = [(v, sign == ">") for sign, v in ends if sign in ("=", ">", ">=")]
    highs = [(v, sign == "<") for sign, v in ends if sign in ("=", "<", "<=")]
    never = [v for sign, v in ends if sign == "!="]
    return any(
        low > high or (low == high and (above or below or low in never))
        for low, above in lows
        for high, below in highs
    )


def _ends(sign: str, written: str) -> Iterable[tuple[str, Semver]]:
    """A condition on semantic versions as plain comparisons."""
    version = _semver(written)
    if version is None:
        raise ValueError(written)
    if sign not in ("^", "~"):
        return [(sign, version)]
    numbers = written.count(".") + 1 if _NUMBERS.fullmatch(written) else 3
    return [(">=", version), ("<", _end(sign, version, numbers))]


def _end(sign: str, version: Semver, numbers: int) -> Semver:
    """Where `^` and `~` end: before the first pre-release of what may break.

    `~` keeps the major and minor numbers; `^` the leftmost number above 0, or the last one written.
    """
    from semver import Version

    major, minor, patch = version.major, version.minor, version.patch
    if numbers == 1 or (sign == "^" and major):
        return Version(major + 1, prerelease="0")
    if numbers == 2 or sign == "~" or minor:
        return Version(major, minor + 1, prerelease="0")
    return Version(major, minor, patch + 1, "0")


@lru_cache(maxsize=1024)
def _test(scheme: str, asked: str) -> Callable[[str], bool | None] | None:
    """What tells whether a version would do; None where what is asked can't be read."""
    try:
        said = constraint(scheme, asked)
    except OddConstraint:
        return None
    if not said:
        return lambda version: True
    if scheme == "semver":
        return _semver_test(said)
    return _pep440_test(said) if scheme == "pep440" else _opaque_test(said)


def _semver_test(said: str) -> Callable[[str], bool | None]:
    conditions = (_condition("semver", part, said) for part in said.split(","))
    ends = [(_COMPARED[sign], v) for pair in conditions for sign, v in _ends(*pair)]

    def test(version: str) -> bool | None:
        found = _semver(version)
        return None if found is None else all(holds(found, end) for holds, end in ends)

    return test


def _pep440_test(said: str) -> Callable[[str], bool | None]:
    from packaging.specifiers import SpecifierSet

    asked = SpecifierSet(said)

    def test(version: str) -> bool | None:
        found = _pep440(version)
        return None if found is None else asked.contains(found, prereleases=True)

    return test


def _opaque_test(said: str) -> Callable[[str], bool | None]:
    conditions = [_condition("opaque", part, said) for part in said.split(",")]

    def test(version: str) -> bool | None:
        return all((version == other) is (sign == "=") for sign, other in conditions)

    return test
