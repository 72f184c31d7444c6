"""Versions compare by their product's scheme, or not at all, and what is asked of them is read by it too."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.versions import SCHEMES, OddConstraint, constraint, newer, satisfies
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


CANONICAL = [
    ("semver", ">= 3.2", ">=3.2"),
    ("semver", ">=3.2,<4", ">=3.2,<4"),
    ("semver", "  < 4 ,  >= 3.2 ", ">=3.2,<4"),
    ("semver", ">=3.2 <4", ">=3.2,<4"),
    ("semver", ">=3.2, >=3.2", ">=3.2"),
    ("semver", "3.2", "=3.2"),
    ("semver", "== v3.2", "=3.2"),
    ("semver", "= 3.2.0+7", "=3.2.0"),
    ("semver", "^3.2", "^3.2"),
    ("semver", "~ 3", "~3"),
    ("semver", ">=3.2.0-rc.1,!=3.3.1", ">=3.2.0-rc.1,!=3.3.1"),
    ("pep440", "= 3.2", "==3.2"),
    ("pep440", "3.2", "==3.2"),
    ("pep440", "~= 3.2", "~=3.2"),
    ("pep440", "==3.*", "==3.*"),
    ("pep440", "<2!4, >=2!1.0rc1", ">=2!1.0rc1,<2!4"),
    ("pep440", ">= v3.2", ">=3.2"),
    ("pep440", "==3.2+local", "==3.2+local"),
    ("opaque", "build-7", "=build-7"),
    ("opaque", "== build-7", "=build-7"),
    ("opaque", "!=2, !=1", "!=1,!=2"),
    *((scheme, text, "") for scheme in SCHEMES for text in ("", "  ", "any", "ANY", "*")),
]


@pytest.mark.parametrize(("scheme", "text", "expected"), CANONICAL)
def test_what_people_ask_of_a_version_has_one_form(scheme: str, text: str, expected: str) -> None:
    assert constraint(scheme, text) == expected
    assert constraint(scheme, expected) == expected


ODD_ONES = [
    ("semver", ">= 3.x", "write it like `>=3.2`"),
    ("semver", ">= 3.2.0.1", "write it like"),
    ("semver", ">=3.2-rc.1", "`>=` can't be asked of `3.2-rc.1`"),
    ("semver", ">=2026-11", "`>=` can't be asked of `2026-11`"),
    ("semver", "~= 3.2", "`~3.2`"),
    ("semver", "===3.2", "write it like"),
    ("semver", "=> 3.2", "can't be `=> 3.2`"),
    ("semver", ">=", "write it like"),
    ("semver", "> =3", "write it like"),
    ("semver", ",", "write it like"),
    ("semver", ">=3,", "write it like"),
    ("semver", "3 4", "write it like"),
    ("semver", "^2 || ^3", "write it like"),
    ("semver", ">=4,<3", "no version is all of that"),
    ("semver", "^3,>=4", "no version is all of that"),
    ("semver", ">3,<3", "no version is all of that"),
    ("semver", ">3,<=3", "no version is all of that"),
    ("semver", "=3,!=3.0.0", "no version is all of that"),
    ("semver", "=3,=4", "no version is all of that"),
    ("semver", "9" * 5000, "longer than 200"),
    ("semver", ">=" + "9" * 190, "write it like"),
    ("semver", ">=3\u0664", "write it like"),
    ("semver", "\x00", "write it like"),
    ("pep440", "^3.2", "write it like `>=3.2`, `>=3.2,<4`, `~=3.2`"),
    ("pep440", "~3.2", "`~=3.2`"),
    ("pep440", ">=3.*", "`>=` can't be asked of `3.*`"),
    ("pep440", "~=3", "write it like"),
    ("pep440", ">=nightly", "write it like"),
    ("pep440", ">=3,<2", "no version is all of that"),
    ("opaque", ">= 3", "opaque versions have no order, so only `=` and `!=` can be asked"),
    ("opaque", "^3", "declare `versions: semver`"),
    ("opaque", "~=3", "declare `versions: semver`"),
    ("opaque", "=", "write it like `=build-7`"),
    ("opaque", "a b", "write it like"),
    ("opaque", "=" + "x" * 65, "write it like"),
    ("opaque", "=1,=2", "no version is all of that"),
    ("opaque", "=1,!=1", "no version is all of that"),
]


@pytest.mark.parametrize(("scheme", "text", "said"), ODD_ONES)
def test_what_cant_be_asked_is_told_with_the_mend(scheme: str, text: str, said: str) -> None:
    with pytest.raises(OddConstraint, match=re.escape(said)) as odd:
        constraint(scheme, text)
    assert len(str(odd.value)) < 250 and "\n" not in str(odd.value)


SATISFIED = [
    ("semver", "3.2.0", ">=3.2", True),
    ("semver", "3.2", ">=3.2.0", True),
    ("semver", "v3.3.1", ">=3.2", True),
    ("semver", "3.10.0", ">=3.9", True),
    ("semver", "3.1.9", ">=3.2", False),
    ("semver", "3.2.0-rc.1", ">=3.2", False),
    ("semver", "3.3.0-rc.1", ">=3.2", True),
    ("semver", "3.2.0-rc.2", ">=3.2.0-rc.1", True),
    ("semver", "3.2.0", ">3.2", False),
    ("semver", "3.2.0", "<=3.2", True),
    ("semver", "4.0.0", ">=3.2,<4", False),
    ("semver", "4.0.0-rc.1", ">=3.2,<4", True),
    ("semver", "3.2.0+7", "=3.2", True),
    ("semver", "3.2.0+7", ">3.2.0+1", False),
    ("semver", "3.2.1", "3.2", False),
    ("semver", "3.2.1", "!=3.2", True),
    ("semver", "3.9.0", "^3.2", True),
    ("semver", "3.1.9", "^3.2", False),
    ("semver", "4.0.0", "^3.2", False),
    ("semver", "4.0.0-rc.1", "^3.2", False),
    ("semver", "0.2.9", "^0.2.3", True),
    ("semver", "0.3.0", "^0.2.3", False),
    ("semver", "0.0.4", "^0.0.3", False),
    ("semver", "0.0.9", "^0.0", True),
    ("semver", "0.1.0", "^0.0", False),
    ("semver", "0.9.0", "^0", True),
    ("semver", "3.2.9", "~3.2", True),
    ("semver", "3.3.0", "~3.2", False),
    ("semver", "3.3.0-rc.1", "~3.2", False),
    ("semver", "3.9.0", "~3", True),
    ("semver", "3.2.0", "~3.2.1", False),
    ("semver", "nightly", ">=3.2", None),
    ("semver", "3.2.0.1", ">=3.2", None),
    ("pep440", "3.2", ">=3.2", True),
    ("pep440", "3.2rc1", ">=3.2", False),
    ("pep440", "3.3rc1", ">=3.2", True),
    ("pep440", "4.0rc1", "<4", False),
    ("pep440", "v3.2.post1", ">=3.2", True),
    ("pep440", "3.2+local", "==3.2", True),
    ("pep440", "3.9", "~=3.2", True),
    ("pep440", "4.0", "~=3.2", False),
    ("pep440", "nightly", ">=3.2", None),
    ("opaque", "build-7", "=build-7", True),
    ("opaque", "build-8", "=build-7", False),
    ("opaque", "build-8", "!=build-7,!=build-6", True),
    ("opaque", "v7", "=7", False),
    *((scheme, "anything goes", "", True) for scheme in SCHEMES),
    # What stands may have been asked before the scheme became another.
    ("opaque", "3.2", ">=3.2", None),
    ("pep440", "3.2", "^3.2", None),
]


@pytest.mark.parametrize(("scheme", "version", "asked", "expected"), SATISFIED)
def test_whether_a_version_would_do(
    scheme: str, version: str, asked: str, expected: bool | None
) -> None:
    assert satisfies(scheme, version, asked) is expected


def test_an_unknown_scheme_is_an_error_to_ask_of() -> None:
    with pytest.raises(ValueError, match="calver"):
        constraint("calver", "any")
    with pytest.raises(ValueError, match="calver"):
        satisfies("calver", "1", "")


def test_asking_the_same_again_is_looked_up() -> None:
    satisfies("semver", "1.2.3", ">=1.2,<2")
    before = satisfies.cache_info().hits
    for _ in range(1000):
        satisfies("semver", "1.2.3", ">=1.2,<2")
    assert satisfies.cache_info().hits == before + 1000


def test_the_libraries_are_not_imported_before_they_are_needed() -> None:
    code = (
        "import sys; from bot.versions import satisfies; satisfies('semver', '1', ''); "
        "print([m for m in ('semver', 'packaging') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@given(st.sampled_from(SCHEMES), st.text("<>=!~^,. v*-+0123ax|", max_size=30))
def test_whatever_is_asked_is_refused_or_has_one_form(scheme: str, text: str) -> None:
    try:
        form = constraint(scheme, text)
    except OddConstraint:
        return
    assert constraint(scheme, form) == form
    assert satisfies(scheme, "1.0.0", form) in (True, False)


@given(st.sampled_from(SCHEMES), st.text(max_size=80), st.from_regex(VERSION, fullmatch=True))
def test_no_text_at_all_breaks_the_comparison(scheme: str, text: str, version: str) -> None:
    assert satisfies(scheme, version, text) in (True, False, None)
