"""Who all lead to each other, and the library for it only where somebody does."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.groups import groups

CASES: list[tuple[dict[str, list[str]], list[set[str]]]] = [
    ({}, []),
    ({"a": ["b"]}, []),
    ({"a": ["b"], "b": ["c"], "c": []}, []),
    ({"a": ["a"]}, []),
    ({"a": ["b"], "b": ["a"]}, [{"a", "b"}]),
    ({"a": ["b"], "b": ["c"], "c": ["a"]}, [{"a", "b", "c"}]),
    ({"a": ["b", "x"], "b": ["a"], "x": ["y"], "y": ["x"]}, [{"a", "b"}, {"x", "y"}]),
    ({"y": ["x"], "x": ["y"], "b": ["a"], "a": ["b"]}, [{"a", "b"}, {"x", "y"}]),
    ({"a": ["b"], "b": ["a", "c"], "c": ["b"]}, [{"a", "b", "c"}]),
    ({"a": ["b", "gone"], "b": ["a"]}, [{"a", "b"}]),
]


@pytest.mark.parametrize(("edges", "expected"), CASES)
def test_who_leads_to_each_other(edges: dict[str, list[str]], expected: list[set[str]]) -> None:
    assert groups(edges) == expected


NAMES = st.sampled_from("abcdefg")


@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=4)))
def test_it_is_those_who_reach_each_other(edges: dict[str, list[str]]) -> None:
    reach = {name: reached(name, edges) for name in "abcdefg"}
    for group in groups(edges):
        assert all(other in reach[one] for one in group for other in group)
    together = {name for group in groups(edges) for name in group}
    for one in "abcdefg":
        mutual = {other for other in reach[one] if one in reach[other]} - {one}
        assert (one in together) == bool(mutual)


def reached(start: str, edges: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = list(edges.get(start, ()))
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead.extend(edges.get(name, ()))
    return seen


def test_a_long_chain_is_followed_to_its_end() -> None:
    chain = {str(n): [str(n + 1)] for n in range(5000)}
    assert groups(chain) == []
    (whole,) = groups({**chain, "5000": ["0"]})
    assert len(whole) == 5001


def test_the_library_is_imported_only_where_a_way_leads_back() -> None:
    code = (
        "import sys; from bot.groups import groups\n"
        "groups({}), groups({'a': ['b'], 'b': ['c']}); print('networkx' in sys.modules)\n"
        "groups({'a': ['b'], 'b': ['a']}); print('networkx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
