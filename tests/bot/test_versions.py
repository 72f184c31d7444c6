"""Versions compare by their product's scheme, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.versions import SCHEMES, newer
from rules.announcing import VERSION

CASES = [
    ("semver", "2.4.1", "2.4.0", True),
    ("semver", "2.4.0", "2.4.1", False),
    ("semver", "2.10.0", "2.9.0", True),
    ("semver", "2.10", "2.9.3", True),
    ("semver", "v2.4.1", "2.4.0", True),
    ("semver", "2.4.1", "2.4.1", False),
    ("semver", "1.0.0", "1.0.0-rc.1", True),
    ("semver", "1.0.0-rc.10", "1.0.0-rc.9", True),
    ("semver", "1.0.0+2", "1.0.0+1", False),
    ("semver", "1.0.0+1", "1.0.0+2", False),
    ("semver", "2026-11-build7", "1.0.0", None),
    ("semver", "2.4.1", "nightly", None),
    ("semver", "2.4.1.1", "2.4.1", None),
    ("pep440", "1.0", "1.0rc1", True),
    ("pep440", "1.0.post1", "1.0", True),
    ("pep440", "1.0.dev1", "1.0a1", False),
    ("pep440", "1.0", "1.0.0", False),
    ("pep440", "v1.1", "1.0", True),
    ("pep440", "2!1.0", "1999.1", True),
    ("pep440", "1.0", "nightly", None),
    ("opaque", "2", "1", None),
    ("opaque", "same", "same", None),
]


@pytest.mark.parametrize(("scheme", "a", "b", "expected"), CASES)
def test_which_of_two_versions_is_newer(scheme: str, a: str, b: str, expected: bool | None) -> None:
    assert newer(scheme, a, b) is expected


def test_an_unknown_scheme_is_an_error() -> None:
    with pytest.raises(ValueError, match="calver"):
        newer("calver", "1", "2")


@given(
    st.sampled_from(SCHEMES),
    st.from_regex(VERSION, fullmatch=True),
    st.from_regex(VERSION, fullmatch=True),
)
def test_any_two_versions_get_an_answer_and_never_both_are_newer(
    scheme: str, a: str, b: str
) -> None:
    one, other = newer(scheme, a, b), newer(scheme, b, a)
    assert not (one and other)
    assert (one is None) == (other is None)
