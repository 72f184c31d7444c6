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


ESTATE = """\
environments:
  prod-eu: {capacity: 2, occupies: 45m}
resources:
  dba: {capacity: 2, what: database administrators}
freezes:
  year-end: {kind: hard, from: 2026-12-18 17:00, until: 2027-01-04 08:00, reason: Nobody is in}
  weekend: {kind: soft, every: fri 16:00 - mon 08:00, products: [payments]}
products:
  payments:
    versions: semver
    environments: [prod-eu]
    needs: {ledger: ">= 3.2", web: any}
    resources: {dba: {before: 30m}}
    occupies: 30m
  ledger: {versions: semver}
  web:
"""


def test_the_estate_applied_again_is_no_difference() -> None:
    assert difference(plain(ESTATE), plain(ESTATE)) == []
    other = ESTATE.replace('{ledger: ">= 3.2", web: any}', '["web", "ledger >=3.2"]')
    other = other.replace("45m", "45 minutes").replace("fri 16:00 - mon", "Friday 16:00-Monday")
    assert difference(plain(ESTATE), plain(other)) == []


def test_a_new_estate_is_told_with_what_a_freeze_is_about() -> None:
    assert difference(plain(), plain(ESTATE)) == [
        "+ environment prod-eu",
        "+ resource dba",
        "+ freeze year-end: hard, 2026-12-18 17:00 - 2027-01-04 08:00 Europe/London",
        "+ freeze weekend: soft, fri 16:00 - mon 08:00 Europe/London",
        "+ product payments",
        "+ product ledger",
        "+ product web",
    ]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (">= 3.2", ">=3.3", ["payments: needs ledger >=3.2 → >=3.3"]),
        ('">= 3.2"', "any", ["payments: needs ledger >=3.2 → any version"]),
        (
            ", web: any",
            ", mobile: any",
            ["payments: needs - web", "payments: needs + mobile", "+ product mobile"],
        ),
        ('ledger: ">= 3.2", ', "", ["payments: needs - ledger >=3.2"]),
        ("web: any", "web: =7", ["payments: needs web any version → =7"]),
        (
            "{dba: {before: 30m}}",
            "{dba: {for: 2h}}",
            ["payments: resources dba before 30m → for 2h"],
        ),
        (
            "{dba: {before: 30m}}",
            "dba",
            ["payments: resources dba before 30m → while it is deployed"],
        ),
        ("{dba: {before: 30m}}", "{}", ["payments: resources - dba before 30m"]),
        ("[prod-eu]", "[]", ["payments: environments prod-eu → none"]),
        ("occupies: 30m", "occupies: none", ["payments: occupies 30m → none"]),
        ("occupies: 45m", "occupies: 1h", ["environment prod-eu: occupies 45m → 1h"]),
        ("prod-eu: {capacity: 2", "prod-eu: {capacity: 3", ["environment prod-eu: capacity 2 → 3"]),
        (
            "what: database administrators",
            "what: the DBAs",
            ["resource dba: what database administrators → the DBAs"],
        ),
        (
            "2027-01-04",
            "2027-01-05",
            ["freeze year-end: until 2027-01-04 08:00 → 2027-01-05 08:00"],
        ),
        ("kind: hard", "kind: soft", ["freeze year-end: kind hard → soft"]),
        (", reason: Nobody is in", "", ["freeze year-end: reason Nobody is in → none"]),
        ("products: [payments]", "environments: prod-eu", None),
        (
            "every: fri 16:00 - mon 08:00",
            "every: fri 18:00 - mon 08:00",
            ["freeze weekend: every fri 16:00 - mon 08:00 → fri 18:00 - mon 08:00"],
        ),
    ],
)
def test_a_changed_estate_is_told_line_by_line(
    before: str, after: str, lines: list[str] | None
) -> None:
    assert before in ESTATE
    new = ESTATE.replace(before, after) + ("  mobile:\n" if after == ", mobile: any" else "")
    lines = lines or [
        "freeze weekend: products payments → all",
        "freeze weekend: environments all → prod-eu",
    ]
    assert difference(plain(ESTATE), plain(new)) == lines


def test_a_zone_that_changes_is_told_though_the_wall_shows_the_same() -> None:
    new = ESTATE.replace("{kind: soft,", "{kind: soft, zone: America/New_York,")
    assert difference(plain(ESTATE), plain(new)) == [
        "freeze weekend: zone Europe/London → America/New_York"
    ]


def test_a_lifted_freeze_declared_again_is_told() -> None:
    old = plain(ESTATE)
    old["freezes"]["year-end"]["lifted"] = True
    assert difference(old, plain(ESTATE)) == ["freeze year-end: holds again, though it was lifted"]


def test_a_catalogue_applied_before_there_was_an_estate_is_no_difference() -> None:
    old, new = plain("products: {a: }"), plain("products: {a: }")
    for key in ("environments", "needs", "resources", "occupies"):
        del old["products"]["a"][key]
    for part in ("environments", "resources", "freezes"):
        del old[part]
    assert difference(old, new) == []
    assert set(laid_over(old, plain(ESTATE))["environments"]) == {"prod-eu"}


CIRCLE = "products: {{a: {{needs: {{{a}}}}}, b: {{needs: {{{b}}}}}, c: {{needs: {{{c}}}}}}}"


def circle(a: str = "", b: str = "", c: str = "") -> dict[str, Any]:
    return plain(CIRCLE.format(a=a, b=b, c=c))


def test_products_that_come_to_depend_on_each_other_are_told_once() -> None:
    apart, two = circle(a="b: any"), circle(a="b: any", b="a: any")
    said = (
        "a and b depend on each other: when each needs the other's new version they go out together"
    )
    assert difference(apart, two) == ["b: needs + a", said]
    assert difference({}, two)[-1] == said
    assert difference(two, two) == []
    three = circle(a="b: any", b="a: any, c: any", c="a: any")
    assert difference(two, three)[-1] == (
        "a, b and c depend on each other: when each needs another's new version they go out together"
    )
    # A circle that grows smaller is none that is new.
    assert difference(three, two) == ["b: needs - c", "c: needs - a"]


def test_a_circle_may_be_closed_by_a_product_another_file_declared() -> None:
    old = plain("products: {a: {needs: {b: any}}, b: }")
    new = plain("products: {b: {needs: {a: any}}, a: {needs: {b: any}}}")
    del new["products"]["a"]
    assert difference(old, new)[-1].startswith("a and b depend on each other")
