"""How two catalogues differ, in lines a person reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.catalogue import read_catalogue
from bot.declared import Declared, Resolved, difference, laid_over

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HEAD = """\
channel: C0REL0001
zone: Europe/London
roles:
  product-owner: U0ALICE01
  security-architect: S0SECARCH
  operations-coordinator: U0OMAR001
  release-coordinator: U0RITA001
"""


def by_id(written: str) -> Resolved:
    return Resolved({"U": "user", "S": "group", "C": "channel"}[written[0]], written)


def read(text: str) -> Declared:
    return read_catalogue(text, by_id, NOW)


def plain(more: str = "") -> dict[str, Any]:
    return json.loads(json.dumps(read(HEAD + more).plain))


def named(id: str) -> str:
    return {"U0ALICE01": "@alice", "U0SUE0001": "@sue", "U0SAM0001": "@sam"}.get(id, id)


def test_the_same_catalogue_twice_is_no_difference() -> None:
    more = "calendars: {uk: {holidays: GB}}\npeople: {U0SAM0001: {calendar: uk}}\nproducts: {a: }"
    assert difference(plain(more), plain(more)) == []


def test_another_spelling_of_the_same_is_no_difference() -> None:
    assert difference(plain(), plain("policy: {silence: presume}")) == []
    own_zone = HEAD.replace("zone: Europe/London\n", "") + "products: {a: {zone: europe/london}}"
    assert difference(plain("products: {a: }"), read(own_zone).plain) == []


def test_the_first_catalogue_is_all_new() -> None:
    lines = difference({}, plain("calendars: {uk: {holidays: GB}}\nproducts: {a: , b: }"))
    assert lines == [
        "+ channel C0REL0001",
        "+ zone Europe/London",
        "+ calendar uk",
        "+ product a",
        "+ product b",
    ]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("{}", "{policy: {notice_hours: 12}}", ["payments: notice_hours 8 → 12"]),
        ("{}", "{policy: {silence: hold}}", ["payments: silence presume → hold"]),
        ("{}", "{slots: tue 10:00-12:00}", ["payments: slots none → tue 10:00-12:00"]),
        ("{versions: semver}", "{}", ["payments: versions semver → opaque"]),
        ("{}", "{announcers: anyone}", ["payments: announcers none → anyone"]),
        (
            "{policy: {separate_duties: false}}",
            "{policy: {separate_duties: true}}",
            ["payments: separate_duties false → true"],
        ),
        ("{}", "{zone: UTC}", ["payments: zone Europe/London → UTC"]),
        (
            "{}",
            "{roles: {product-owner: [U0SAM0001, U0SUE0001]}}",
            ["payments: product-owner @alice → @sam, @sue"],
        ),
        (
            "{criteria: {security: [x, y]}}",
            "{criteria: {security: [y, z]}}",
            ["payments: security criteria - x", "payments: security criteria + z"],
        ),
        (
            "{criteria: {security: [x, y]}}",
            "{criteria: {security: [y, x]}}",
            ["payments: security criteria in another order"],
        ),
        ("{}", "{}", []),
    ],
)
def test_a_changed_product_is_told_line_by_line(before: str, after: str, lines: list[str]) -> None:
    old, new = (plain(f"products: {{payments: {product}}}") for product in (before, after))
    assert difference(old, new, named) == lines


def test_a_catalogue_applied_before_duties_could_be_separate_is_no_difference() -> None:
    old, new = plain("products: {a: }"), plain("products: {a: }")
    del old["products"]["a"]["policy"]["separate_duties"]
    assert difference(old, new) == []


def test_changed_calendars_and_people_are_told() -> None:
    old = plain("calendars: {uk: {holidays: GB}}")
    new = plain(
        "calendars: {uk: {holidays: GB, days: mon-thu}}\npeople: {U0SAM0001: {calendar: uk}}"
    )
    assert difference(old, new, named) == [
        "calendar uk: days mon-fri → mon-thu",
        "@sam: calendar none → uk",
    ]


def test_what_is_not_declared_is_left_alone() -> None:
    old, new = plain("products: {a: , b: }"), plain("products: {b: {versions: semver}}")
    assert difference(old, new) == ["b: versions opaque → semver"]
    stands: Mapping[str, Any] = laid_over(old, new)
    assert set(stands["products"]) == {"a", "b"}
    assert difference(stands, old) == ["b: versions semver → opaque"]
    assert difference(old, read("policy: {silence: hold}").plain) == []
