"""A catalogue is read whole, or every mistake in it is told with its line."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import calendar_from
from bot.catalogue import CatalogueProblems, Problem, read_catalogue
from bot.declared import Declared, Resolved, Unknown
from rehearsal.company import acme
from rules.dependencies import Need
from rules.product import DEFAULT_CRITERIA, Policy
from rules.words import Role, Silence, State
from rules.worktime import Slot

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def directory() -> dict[str, Resolved]:
    """The names of the rehearsal's company, as the directory would resolve them."""
    company = acme()
    known: dict[str, Resolved] = {}
    for user in company.users:
        one = Resolved("user", user.id)
        known |= {user.id: one, f"@{user.name}": one, f"@{user.real_name}": one}
    for group in company.groups:
        known |= dict.fromkeys((group.id, f"@{group.handle}"), Resolved("group", group.id))
    for channel in company.channels:
        known |= dict.fromkeys((channel.id, f"#{channel.name}"), Resolved("channel", channel.id))
    return known


KNOWN = directory()


def resolve(written: str) -> Resolved | Unknown:
    if written == "@gwen":
        return Unknown("is a guest, who may hold no role")
    near = get_close_matches(written, KNOWN, n=1)
    return KNOWN.get(written) or Unknown(nearest=tuple(near))


def read(text: str | bytes) -> Declared:
    return read_catalogue(text, resolve, NOW)


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(CatalogueProblems) as odd:
        read(text)
    return [f"{problem.line}: {problem.sentence}" for problem in odd.value.problems]


def attempted(text: str) -> tuple[Declared | None, list[Problem]]:
    try:
        return read(text), []
    except CatalogueProblems as odd:
        return None, odd.problems


HEAD = """\
channel: "#releases"
zone: Europe/London
roles:
  product-owner: ["@alice"]
  security-architect: ["@sec-arch"]
  operations-coordinator: ["@omar"]
  release-coordinator: "@rita"
"""
"""Seven lines that make a sound beginning."""


def test_the_smallest_catalogue_is_channel_zone_roles_and_a_product() -> None:
    declared = read(HEAD + "products: {payments: }")
    (payments,) = declared.products
    assert (payments.name, payments.channel, payments.zone) == (
        "payments",
        "C0REL0001",
        "Europe/London",
    )
    assert payments.holders[Role.SECURITY_ARCHITECT] == (("group", "S0SECARCH"),)
    assert payments.holders[Role.RELEASE_COORDINATOR] == (("user", "U0RITA001"),)
    assert (payments.policy, payments.slots, payments.scheme) == (Policy(), (), "opaque")
    assert (payments.announcers, payments.anyone_announces, payments.calendar) == ((), False, None)
    assert payments.criteria == DEFAULT_CRITERIA


def test_the_rehearsals_catalogue_fits_the_rehearsals_company() -> None:
    declared = read((ROOT / "rehearsal/catalogue.yaml").read_bytes())
    assert [p.name for p in declared.products] == ["payments", "ledger", "web", "mobile"]
    assert {p.channel for p in declared.products} == {"C0REL0001"}
    assert {p.announcers for p in declared.products} == {("U0DAVE001",)}
    assert declared.people_calendars["U0OMAR001"] == "india"
    assert declared.products[3].policy.silence is Silence.HOLD


def documented() -> str:
    page = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
    example = re.search(r"## A full example\n\n```yaml\n(.*?)```", page, re.DOTALL)
    assert example
    return example[1]


def test_the_example_in_the_docs_is_true() -> None:
    declared = read(documented())
    payments, ledger, web, mobile = declared.products
    assert declared.operator == Resolved("user", "U0ALICE01")
    assert date(2026, 12, 24) in declared.calendars["default"].holidays
    assert date(2026, 8, 31) not in declared.calendars["default"].holidays
    assert (payments.calendar, ledger.calendar) == ("default", "usa")
    assert payments.policy == replace(Policy(), notice_hours=12)
    assert payments.slots[0] == Slot(1, time(10), time(12))
    assert payments.criteria[State.SECURITY][1] == "PCI scan is clean"
    assert payments.criteria[State.PRODUCT] == DEFAULT_CRITERIA[State.PRODUCT]
    assert (ledger.channel, ledger.zone) == ("C0LED0001", "America/New_York")
    assert ledger.anyone_announces
    assert ledger.holders[Role.PRODUCT_OWNER] == (("user", "U0SAM0001"), ("user", "U0SUE0001"))
    assert web.policy == mobile.policy == replace(Policy(), silence=Silence.HOLD, notice_hours=4)
    assert payments.needs == (Need("ledger", ">=3.2"), Need("web"))
    assert payments.environments == ("prod-eu", "prod-us")
    assert declared.environments["prod-eu"].capacity == 2
    assert declared.freezes["year-end"].hard and not declared.freezes["weekend"].hard


def test_the_docs_name_every_key() -> None:
    from bot import calendars, catalogue, estate, freezes, series

    page = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
    keys = (*catalogue.TOP_KEYS, *catalogue.PRODUCT_KEYS, *catalogue.POLICY_KEYS, *calendars.KEYS)
    keys += (*estate.ENVIRONMENT_KEYS, *estate.RESOURCE_KEYS, *estate.USE_KEYS, *freezes.KEYS)
    keys += series.MEETING_KEYS
    assert [key for key in keys if f"`{key}`" not in page] == []


def test_a_product_overrides_the_defaults_one_by_one() -> None:
    text = HEAD + (
        "announcers: ['@dave']\n"
        "policy: {notice_hours: 12, hotfix_minutes: 30}\n"
        "products:\n"
        "  a: {policy: {notice_hours: 2.5}}\n"
        "  b: {announcers: anyone, roles: {product-owner: ['@sue']}}\n"
    )
    a, b = read(text).products
    assert a.policy == Policy(notice_hours=2.5, hotfix_minutes=30)
    assert (a.announcers, b.anyone_announces) == (("U0DAVE001",), True)
    assert b.holders[Role.PRODUCT_OWNER] == (("user", "U0SUE0001"),)
    assert b.holders[Role.OPERATIONS_COORDINATOR] == a.holders[Role.OPERATIONS_COORDINATOR]


def test_a_declared_calendar_can_be_made_again_next_year() -> None:
    declared = read("calendars: {us: {holidays: US, days: sun-thu, hours: 09:00-13:00}}")
    said = json.loads(json.dumps(declared.calendars_declared["us"]))
    assert calendar_from(said, NOW, "us") == declared.calendars["us"]


def test_what_is_not_declared_is_none() -> None:
    declared = read("policy: {silence: hold}")
    assert (declared.channel, declared.zone, declared.operator) == (None, None, None)
    assert declared.products == ()
    parts = ("calendars", "people", "environments", "resources", "freezes", "series", "products")
    assert declared.plain == {part: {} for part in parts}


def test_norway_and_numbers_are_read_as_written() -> None:
    declared = read("calendars: {norway: {holidays: NO}}")
    assert date(2026, 5, 17) in declared.calendars["norway"].holidays


ODD = [
    # what follows the sound beginning, the line, and what its sentence must say
    ("polcy: {}", 8, "Did you mean `policy`?"),
    ("xyzzy: {}", 8, "It may have `channel`, `zone`"),
    ("zone: UTC", 8, "second time, first on line 2"),
    ("policy: {notice_hour: 3}", 8, "Did you mean `notice_hours`?"),
    ("policy: {notice_hours: 0}", 8, "above 0 and up to 200"),
    ("policy: {notice_hours: 201}", 8, "above 0 and up to 200"),
    ("policy: {notice_hours: -1}", 8, "can't be `-1`"),
    ("policy: {notice_hours: .inf}", 8, "can't be `.inf`"),
    ("policy: {notice_hours: nan}", 8, "can't be `nan`"),
    ("policy: {hotfix_minutes: 1.5}", 8, "whole number"),
    ("policy: {hotfix_minutes: [1]}", 8, "must be one word"),
    ("policy: {silence: hodl}", 8, "Did you mean `hold`?"),
    ("policy: {silence: yes}", 8, "`presume` or `hold`"),
    ("policy: strict", 8, "must consist of keys, such as `silence:`"),
    ("operator: '@sec-arch'", 8, "is a user group; name a person or a channel"),
    ("operator: [a]", 8, "must be one word"),
    ("operator: #ops", 8, "in quotes if it begins with #"),
    ("operator: @alice", 8, 'must be in quotes: "@alice"'),
    ("announcers: ['@alise']", 8, "Did you mean `@alice`?"),
    ("announcers: [everybody]", 8, "is nobody and nothing in this workspace"),
    ("announcers: ['#releases']", 8, "is a channel; name a person or a user group"),
    ("people: ['@sam']", 8, "must be names with a colon"),
    ("people: {'@sam': }", 8, "needs a `calendar`"),
    ("people: {'@sam': {calendar: us}}", 8, "no calendar `us`. Declare it"),
    ("people: {'@sec-arch': {calendar: us}}\ncalendars: {us: }", 8, "name a person"),
    (
        "calendars: {us: }\npeople:\n  '@sam': {calendar: us}\n  U0SAM0001: {calendar: us}",
        11,
        "twice",
    ),
    ("calendars: {UK: {}}", 8, "small letters"),
    ("calendars:\n  uk:\n    holidays: XX", 10, "no country `XX`"),
    ("calendars:\n  uk:\n    hours: 9-5", 10, "like 09:00-17:00"),
    ("calendars:\n  uk:\n    days: [mon, tues day]", 10, "no weekday"),
    ("calendars:\n  uk:\n    extra: [soon]", 10, "no date"),
    ("calendars:\n  uk:\n    hours: [09:00-17:00]", 10, "not a list"),
    ("calendars:\n  uk:\n    holiday: GB", 10, "Did you mean `holidays`?"),
    ("calendars: {us: }\nproducts: {a: {calendar: uz}}", 9, "Declared are `us`."),
    ("products: {Payments: }", 8, "small letters, digits"),
    ("products: {a b: }", 8, "small letters, digits"),
    (f"products: {{{'a' * 41}: }}", 8, "40 characters at most"),
    ("products: [payments]", 8, "must be names with a colon"),
    ("products: {a: {chanel: '#x'}}", 8, "Did you mean `channel`?"),
    ("products: {a: {channel: '#relaeses'}}", 8, "Did you mean `#releases`?"),
    ("products: {a: {channel: '@alice'}}", 8, "name a channel"),
    ("products: {a: {zone: Europe/Lodnon}}", 8, "Did you mean `Europe/London`?"),
    ("products: {a: {zone: CET}}", 8, "is no IANA time zone"),
    ("products: {a: {zone: ../../etc/passwd}}", 8, "is no IANA time zone"),
    ("products: {a: {versions: semvr}}", 8, "Did you mean `semver`?"),
    ("products:\n  a:\n    slots: [tue 10:00-12:00,\n      tue 12]", 11, "two times"),
    ("products: {a: {slots: tue 10:00-10:05}}", 8, "shorter than 15 minutes"),
    ("products: {a: {criteria: {securty: [x]}}}", 8, "Did you mean `security`?"),
    ("products: {a: {criteria: {security: []}}}", 8, "empty list"),
    ("products: {a: {criteria: {security: [x, x]}}}", 8, "`x` twice"),
    ("products: {a: {criteria: {security: [{x: y}]}}}", 8, "must be one word"),
    ("products: {a: {roles: {product-onwer: ['@sam']}}}", 8, "Did you mean `product-owner`?"),
    ("products: {a: {roles: {product-owner: []}}}", 8, "is held by nobody"),
    ("products: {a: {roles: {product-owner: }}}", 8, "is held by nobody"),
    ("products: {a: {roles: {product-owner: ['@gwen']}}}", 8, "is a guest"),
    ("products: {a: {roles: {product-owner: ['@presumptve']}}}", 8, "`@presumptive`?"),
    ("products:\n\ta:", 9, "indent with spaces"),
    ("products: {a: *b}", 8, "define it first"),
    ("products: {a: !!python/name:os.system x}", 8, "Tags such as"),
    ("products: {a: &a {channel: *a}}", 8, "inside its own anchor"),
    ("products: {<<: x}", 8, "needs an alias"),
    ("products: {[a]: x}", 8, "A key must be a word"),
    ("products: {a: {", 8, "no YAML"),
    ("---\nzone: UTC", 8, "several documents"),
    (f"operator: '{'x' * 400}'", 8, "longer than 300"),
    ("products: " + "[" * 3000, 1, "deep"),
]


@pytest.mark.parametrize(("text", "line", "said"), ODD)
def test_a_mistake_is_told_with_its_line_and_the_mend(text: str, line: int, said: str) -> None:
    found = problems(HEAD + text)
    assert any(p.startswith(f"{line}: ") and said in p for p in found), found
    assert len(found) <= 2
    assert not any("\n" in problem for problem in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: The file is empty"),
        ("# nothing\n", "1: The file is empty"),
        ("- a\n- b", "1: The catalogue must consist of keys, such as `channel:`."),
        ("word", "1: The catalogue must consist of keys"),
        (b"zone: UTC\nchannel: \xff", "2: This line is not UTF-8 (byte 0xff)"),
        ("zone: \x00", "1: The character U+0000"),
        ("a: " + "x" * 1_000_001, "1: The file is larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_catalogue_gets_one_sentence(text: str | bytes, said: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(said)


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    (problem,) = problems("\n".join(lines))
    assert "more than 100,000 parts" in problem


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines() -> None:
    found = problems(
        "chanel: x\n"
        "zone: Nowhere\n"
        "policy: {notice_hours: many}\n"
        "roles:\n"
        "  product-owner: ['@nobody at all']\n"
        "calendars:\n"
        "  uk: {holidays: XX, hours: 9-5}\n"
        "products:\n"
        "  payments:\n"
    )
    lines = [int(problem.split(":")[0]) for problem in found]
    assert lines == sorted(lines)
    assert set(lines) == {1, 2, 3, 5, 7, 9}
    assert sum(problem.startswith("7:") for problem in found) == 2
    missing = [problem for problem in found if problem.startswith("9:")]
    assert len(missing) == 4  # three roles, and a channel


def test_a_product_without_four_roles_is_refused_with_its_line() -> None:
    found = problems("channel: '#releases'\nzone: UTC\nproducts:\n  a:\n    versions: semver\n")
    assert [p.split(";")[0] for p in found] == [
        f"4: Product `a` has no {role.label}" for role in Role
    ]


def test_problems_are_printed_as_compilers_print_them() -> None:
    with pytest.raises(CatalogueProblems) as odd:
        read("zone: Nowhere\npolcy: x")
    first, second = odd.value.text("teams/catalogue.yaml").splitlines()
    assert first.startswith("teams/catalogue.yaml:1: `Nowhere` is no IANA time zone.")
    assert second.startswith("teams/catalogue.yaml:2: ")


def test_merge_keys_take_over_and_may_be_overridden() -> None:
    text = HEAD + (
        "products:\n"
        "  a: &a {versions: semver, policy: {notice_hours: 3}}\n"
        "  b: {<<: *a, versions: pep440}\n"
    )
    a, b = read(text).products
    assert (a.scheme, b.scheme) == ("semver", "pep440")
    assert a.policy == b.policy


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    declared, told = attempted(HEAD + text)
    assert declared or told


ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 300),
    st.sampled_from(["@alice", "#releases", "UTC", "hold", "a", "mon-fri", "09:00-17:00", "GB"]),
    st.sampled_from(
        ["hard", "30m", "2026-12-18 17:00", "fri 16:00 - mon 08:00", "any", ">=3", "a"]
    ),
)
KEYS = st.sampled_from(
    [
        "channel",
        "zone",
        "operator",
        "calendars",
        "people",
        "roles",
        "announcers",
        "policy",
        "products",
        "slots",
        "versions",
        "a",
        "criteria",
        "security",
        "product-owner",
        "holidays",
        "extra",
        "days",
        "hours",
        "notice_hours",
        "silence",
        "environments",
        "resources",
        "freezes",
        "needs",
        "occupies",
        "capacity",
        "kind",
        "from",
        "until",
        "every",
        "before",
        "for",
    ]
)
TREES = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, TREES, max_size=5))
def test_nothing_of_the_wrong_shape_breaks_the_reader(tree: dict[str, Any]) -> None:
    declared, told = attempted(json.dumps(tree))
    assert all(problem.line >= 1 and problem.sentence for problem in told)
    if declared:
        json.dumps(declared.plain)
    else:
        assert told
