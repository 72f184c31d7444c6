"""Says which of two versions is newer, by the scheme its product declares (DESIGN 2.5)."""

from __future__ import annotations

import re

SCHEMES = ("semver", "pep440", "opaque")
"""How a product's versions may compare: semver.org, Python's PEP 440, or not at all."""

_LEADING_V = re.compile(r"^[vV](?=[0-9])")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+){0,2}")


def newer(scheme: str, a: str, b: str) -> bool | None:
    """Whether `a` is newer than `b`; False where they rank alike; None where they don't compare.

    A leading `v` is left aside. `opaque` versions never compare, nor does one that is not
    written by its scheme's rules. Raises ValueError for an unknown scheme.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"no such scheme: {scheme}")
    a, b = (_LEADING_V.sub("", version, count=1) for version in (a, b))
    if scheme == "semver":
        return _by_semver(a, b)
    return _by_pep440(a, b) if scheme == "pep440" else None


def _by_semver(a: str, b: str) -> bool | None:
    """By semver.org, with `2.4` read as `2.4.0`; build metadata (`+7`) does not count.

    Only numbers may be left out: `2026-11` is a month to its writer, not a pre-release of 2026.
    """
    from semver import Version

    try:
        one, other = (
            Version.parse(v, optional_minor_and_patch=bool(_NUMBERS.fullmatch(v))) for v in (a, b)
        )
    except ValueError:
        return None
    return one.compare(other) > 0


def _by_pep440(a: str, b: str) -> bool | None:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(a) > Version(b)
    except InvalidVersion:
        return None
