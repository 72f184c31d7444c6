"""A catalogue's environments, resources, freezes and dependencies are read whole, or told with their lines."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.catalogue import CatalogueProblems, read_catalogue
from bot.declared import Declared
from rules.dependencies import Need
from rules.environments import Environment, Prepared
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.product import DEFAULT_CRITERIA, Product
from rules.resources import Resource, Use
from rules.words import State
from storage.company import Company
from tests.bot.test_catalogue import HEAD, NOW, attempted, read, resolve

ROOT = Path(__file__).parents[2]
HALF = timedelta(minutes=30)
WHOLE = """\
environments:
  prod-eu: {capacity: 2, occupies: 45m}
  prod-us:
resources:
  dba: {capacity: 2, what: the  database administrators}
  load-test:
freezes:
  year-end: {kind: hard, from: 2026-12-18 17:00, until: 2027-01-04 08:00, reason: Nobody is in}
  weekend:
    kind: soft
    every: fri 16:00 - mon 08:00
    products: payments
    environments: [prod-eu]
    zone: America/New_York
products:
  payments:
    versions: semver
    environments: [prod-us, prod-eu, prod-us]
    needs: {web: any, ledger: ">= 3.2"}
    resources: {load-test: , dba: {before: 30m, for: 2h}}
    occupies: 1h 30m
  ledger: {versions: semver, needs: ["web = build-7"], resources: [dba before 1h], environments: prod-eu}
  web:
"""


def onto(standing: Company, text: str) -> Declared:
    return read_catalogue(HEAD + text, resolve, NOW, standing)


def problems(text: str, standing: Company | None = None) -> list[str]:
    with pytest.raises(CatalogueProblems) as odd:
        read_catalogue(HEAD + text, resolve, NOW, standing)
    return [f"{problem.line}: {problem.sentence}" for problem in odd.value.problems]


def test_the_estate_is_read_whole() -> None:
    declared = read(HEAD + WHOLE)
    assert declared.environments == {
        "prod-eu": Environment("prod-eu", 2, timedelta(minutes=45)),
        "prod-us": Environment("prod-us"),
    }
    assert declared.resources == {
        "dba": Resource("dba", 2, "the database administrators"),
        "load-test": Resource("load-test"),
    }
    assert declared.freezes == {
        "year-end": Freeze(
            "year-end",
            True,
            "Europe/London",
            datetime(2026, 12, 18, 17, tzinfo=UTC),
            datetime(2027, 1, 4, 8, tzinfo=UTC),
            reason="Nobody is in",
        ),
        "weekend": Freeze(
            "weekend",
            False,
            "America/New_York",
            recurring=Recurring(Every.WEEK, Mark(4, time(16)), Mark(0, time(8))),
            products=("payments",),
            environments=("prod-eu",),
        ),
    }


def test_what_products_need_is_read_in_both_ways_of_writing_it() -> None:
    payments, ledger, web = read(HEAD + WHOLE).products
    assert payments.environments == ("prod-us", "prod-eu")
    assert payments.needs == (Need("ledger", ">=3.2"), Need("web"))
    assert payments.uses == (Use("dba", HALF, timedelta(hours=2)), Use("load-test"))
    assert payments.occupies == timedelta(minutes=90)
    assert ledger.needs == (Need("web", "=build-7"),)
    assert ledger.uses == (Use("dba", timedelta(hours=1)),)
    assert (web.environments, web.needs, web.uses, web.occupies) == ((), (), (), None)


@pytest.mark.parametrize(
    "written",
    ['{ledger: ">= 3.2"}', '["ledger >= 3.2"]', "ledger >=3.2", '{ledger: ">=3.2, >=3.2"}'],
)
def test_a_dependency_is_the_same_however_it_is_written(written: str) -> None:
    text = f"products: {{a: {{needs: {written}}}, ledger: {{versions: semver}}}}"
    assert read(HEAD + text).products[0].needs == (Need("ledger", ">=3.2"),)


@pytest.mark.parametrize("written", ["{ledger: any}", "{ledger: }", "[ledger]", "[ledger any]"])
def test_any_version_may_be_asked_for_by_any_of_these(written: str) -> None:
    text = f"products: {{a: {{needs: {written}}}, ledger: {{versions: semver}}}}"
    assert read(HEAD + text).products[0].needs == (Need("ledger", ""),)


def standing() -> Company:
    """What a company has before: two products that need something, in an environment that is prepared."""
    prepared = Prepared(True, "U0OMAR001", NOW)
    criteria = {**DEFAULT_CRITERIA, State.SECURITY: ("PCI scan is clean",)}
    payments = Product(
        "payments",
        "C0REL0001",
        "UTC",
        {},
        scheme="semver",
        criteria=criteria,
        environments=("prod-eu",),
        needs=(Need("ledger", ">=3.2"),),
        uses=(Use("dba", HALF),),
        occupies=HALF,
    )
    return Company(
        products={
            "payments": payments,
            "ledger": Product("ledger", "C0REL0001", "UTC", {}, scheme="semver"),
        },
        environments={"prod-eu": Environment("prod-eu", 2, HALF, prepared)},
        resources={"dba": Resource("dba", 2, "the DBAs")},
    )


def test_a_product_keeps_what_it_does_not_declare() -> None:
    (payments,) = onto(standing(), "products: {payments: {versions: semver}}").products
    assert payments.environments == ("prod-eu",)
    assert payments.needs == (Need("ledger", ">=3.2"),)
    assert (payments.uses, payments.occupies) == ((Use("dba", HALF),), HALF)
    assert payments.criteria[State.SECURITY] == ("PCI scan is clean",)


def test_a_product_loses_what_it_declares_to_be_nothing() -> None:
    text = "products: {payments: {environments: [], needs: {}, resources: [], occupies: none}}"
    (payments,) = onto(standing(), text).products
    assert (payments.environments, payments.needs, payments.uses, payments.occupies) == (
        (),
        (),
        (),
        None,
    )


def test_an_environment_keeps_what_is_not_said_and_whether_it_is_prepared() -> None:
    text = "environments: {prod-eu: {occupies: 1h}}\nresources: {dba: {capacity: 3}}"
    declared = onto(standing(), text)
    assert declared.environments["prod-eu"] == Environment(
        "prod-eu", 2, timedelta(hours=1), Prepared(True, "U0OMAR001", NOW)
    )
    assert declared.resources["dba"] == Resource("dba", 3, "the DBAs")


def test_what_stands_already_may_be_referred_to() -> None:
    text = (
        "freezes: {f: {kind: hard, every: fri 16:00 - mon 08:00, products: [payments],"
        " environments: [prod-eu]}}\n"
        'products: {web: {environments: prod-eu, needs: {payments: ">=1"}, resources: dba}}'
    )
    declared = onto(standing(), text)
    assert declared.products[0].needs == (Need("payments", ">=1"),)
    assert declared.freezes["f"].products == ("payments",)


def test_the_scheme_declared_here_is_what_a_constraint_is_read_by() -> None:
    text = 'products: {payments: {needs: {ledger: "~=3.2"}, versions: semver}, ledger: {versions: pep440}}'
    assert onto(standing(), text).products[0].needs == (Need("ledger", "~=3.2"),)


def test_a_scheme_cant_become_another_under_what_stands() -> None:
    (problem,) = problems("products:\n  ledger:\n    slots: []\n    versions: opaque", standing())
    assert problem.startswith("11: The versions of `ledger` can't become opaque while payments")
    assert "needs it `>=3.2`; declare what payments needs as well." in problem
    (problem,) = problems("products:\n  ledger:", standing())
    assert problem.startswith("9: The versions of `ledger` can't become opaque")
    both = "products: {ledger: {versions: opaque}, payments: {needs: {ledger: build-7}}}"
    assert onto(standing(), both).products[1].needs == (Need("ledger", "=build-7"),)


A = "products:\n  a:\n    "
"""A product on line 9, with what follows on line 10."""
F = "freezes:\n  f:\n    "
ODD = [
    (
        A + "needs: {ledgr: any}\n  ledger:",
        10,
        "no product `ledgr`, which a would need. Did you mean",
    ),
    (A + "needs: {zzz: any}", 10, "Declared are `a`."),
    (A + "needs: {a: any}", 10, "a can't need itself"),
    (A + 'needs: ["a >= 1"]', 10, "a can't need itself"),
    (
        A + 'needs:\n      b: any\n      c: ">=x"\n  b:\n  c: {versions: semver}',
        12,
        "write it like",
    ),
    (A + 'needs: {b: ">=3"}\n  b:', 10, "opaque versions have no order"),
    (A + "needs: {b: ^3}\n  b: {versions: pep440}", 10, "`~=3.2`"),
    (A + "needs: [b any, b any]\n  b:", 10, "needs `b` twice"),
    (A + "needs: {b: any, b: any}\n  b:", 10, "second time"),
    (A + "needs:", 10, "or `{}` for nothing"),
    (A + "needs: [[b]]", 10, "must be one word"),
    (A + "needs: {b: [any]}\n  b:", 10, "must be one word"),
    (A + "needs:\n      b: >3\n  b: {versions: semver}", 11, "put what begins with > in quotes"),
    (A + "needs: ['>= 3']", 10, "ledger >= 3.2"),
    (A + "environments: [prod]\nenvironments: {prod-eu: }", 10, "Did you mean `prod-eu`?"),
    (A + "environments: prod", 10, "Declare it under `environments`."),
    (A + "environments:", 10, "is empty"),
    (A + "environments: {prod: }\nenvironments: {prod: }", 10, "must be one word"),
    (A + "resources: [dbb]\nresources: {dba: }", 10, "Did you mean `dba`?"),
    (A + "resources: {DBA: }\nresources: {dba: }", 10, "Did you mean `dba`?"),
    (A + "resources: zzz", 10, "Declare it under `resources`."),
    (A + "resources: {dba: {befor: 1h}}\nresources: {dba: }", 10, "Did you mean `before`?"),
    (A + "resources:\n      dba:\n        for: ages\nresources: {dba: }", 12, "`30m`, `2h`"),
    (A + "resources: [dba for 1h, dba]\nresources: {dba: }", 10, "needs `dba` twice"),
    (A + "resources: [dba forever]\nresources: {dba: }", 10, "dba before 30m for 2h"),
    (A + "occupies: 45", 10, "`1 day`, or `none`."),
    (A + "occupies: 0m", 10, "can't be `0m`"),
    (A + "occupies: [1h]", 10, "must be one word"),
    (A + "ocupies: 1h", 10, "Did you mean `occupies`?"),
    ("environments: [prod]", 8, "must be names with a colon"),
    ("environments: {prod: 2}", 8, "must consist of keys, such as `capacity:`"),
    ("environments: {Prod: }", 8, "small letters"),
    ("environments: {'': }", 8, "small letters"),
    ("environments: {add: }", 8, "a word of the command"),
    ("environments:\n  prod:\n    capacity: 0", 10, "above 0 and up to 1000"),
    ("environments:\n  prod:\n    capacity: ''", 10, "is empty"),
    ("environments:\n  prod:\n    occupies: soon", 10, "`30m`, `2h`"),
    ("environments: {prod: {capcity: 2}}", 8, "Did you mean `capacity`?"),
    ("resources:\n  dba:\n    capacity: 0", 10, "above 0 and up to 1000"),
    ("resources: {dba: {wat: x}}", 8, "Did you mean `what`?"),
    ("resources: {D B A: }", 8, "small letters"),
    (F + "kind: hard", 9, "write `from` and `until`, or else `every`"),
    (F + "every: fri 16:00 - mon 08:00", 9, "`kind` is missing"),
    (F + "kind: hrd\n    every: fri 16:00 - mon 08:00", 10, "write `hard` or `soft`"),
    (F + "kind: hard\n    every: fridays", 11, "write it like `fri 16:00 - mon 08:00`"),
    (F + "kind: hard\n    from: 2026-12-18 17:00", 9, "`until` is missing"),
    (F + "kind: hard\n    until: 2026-12-18 17:00", 9, "`from` is missing"),
    (
        F + "kind: hard\n    from: 2026-12-18 17:00\n    until: 2026-12-18 16:00",
        12,
        "is before it begins",
    ),
    (
        F + "kind: hard\n    from: 2026-12-18 17:00\n    until: 2026-12-18 17:00",
        12,
        "is when it begins",
    ),
    (
        F + "kind: hard\n    from: tomorrow 9:00\n    until: 2027-01-01 00:00",
        11,
        "2026-12-18 17:00",
    ),
    (
        F + "{kind: hard, from: 2026-12-18 17:00, every: fri 16:00 - mon 08:00}",
        10,
        "keep the one or the other",
    ),
    (
        F + "kind: hard\n    every: fri 16:00 - mon 08:00\n    zone: Europe/Lodnon",
        12,
        "no IANA time zone; write one like `Europe/London`",
    ),
    (
        F + "kind: hard\n    every: fri 16:00 - mon 08:00\n    products: [b]",
        12,
        "There is no product `b`, which freeze `f` would bind.",
    ),
    (
        F + "kind: hard\n    every: fri 16:00 - mon 08:00\n    environments: prod",
        12,
        "There is no environment `prod`, which freeze `f` would bind.",
    ),
    (
        F + "kind: hard\n    every: fri 16:00 - mon 08:00\n    products: []",
        12,
        "name one or leave it out",
    ),
    ("freezes: {lift: {kind: hard, every: fri 16:00 - mon 08:00}}", 8, "a word of the command"),
    ("freezes: {f: {knd: hard, every: fri 16:00 - mon 08:00}}", 8, "Did you mean `kind`?"),
    ("freezes: {f: {kind: hard, every: month 30 18:00 - 31 08:00}}", 8, "in a shorter month"),
    (f"freezes: {{f: {{kind: hard, every: '{'x' * 300}'}}}}", 8, "…`; write it like"),
]


@pytest.mark.parametrize(("text", "line", "said"), ODD)
def test_a_mistake_is_told_with_its_line_and_the_mend(text: str, line: int, said: str) -> None:
    found = problems(text)
    assert any(p.startswith(f"{line}: ") and said in p for p in found), found
    assert len(found) <= 2
    assert not any("\n" in problem for problem in found)


def test_a_freeze_needs_a_zone_of_its_own_or_of_the_catalogue() -> None:
    text = "freezes: {f: {kind: hard, every: fri 16:00 - mon 08:00}}"
    _, (problem,) = attempted(text)
    assert problem.sentence == "Freeze `f` has no zone; add `zone` to it or at the top."
    # What stands at the top wrongly is told once, there.
    _, (problem,) = attempted(f"zone: Nowhere\n{text}")
    assert (problem.line, "no IANA time zone" in problem.sentence) == (1, True)


def test_all_that_is_wrong_with_the_estate_is_told_at_once() -> None:
    found = problems(
        "environments:\n  prod: {capacity: 0, occupies: x}\n"
        "freezes:\n  f: {kind: x, from: y, zone: a/b}\n"
        'products:\n  a: {needs: {b: any, c: ">=1"}, resources: [dba], occupies: z}\n  c:\n'
    )
    lines = [int(problem.split(":")[0]) for problem in found]
    assert [lines.count(n) for n in (9, 11, 13)] == [2, 4, 4]


def test_many_names_are_not_listed_when_one_is_missed() -> None:
    products = "".join(f"  p{n}:\n" for n in range(50))
    (problem,) = problems(f"products:\n{products}  a: {{needs: {{zzzzzz: any}}}}\n")
    assert problem.endswith("Declare it under `products`.")


def test_a_part_taken_over_from_another_product_is_judged_where_it_lands() -> None:
    text = "products:\n  a: &a {needs: {b: any}}\n  b: {<<: *a}\n"
    (problem,) = problems(text)
    assert problem == "9: b can't need itself; remove it."


def sections() -> list[str]:
    """The worked examples of the page: a block of YAML for needs, the estate and freezes each."""
    page = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
    found = []
    for title in ("Needs", "Environments and resources", "Freezes"):
        section = page.partition(f"\n### {title}\n")[2]
        found.append(section.partition("```yaml\n")[2].partition("```")[0])
    return found


def test_the_worked_examples_in_the_docs_mean_what_they_say() -> None:
    needs, estate, freezes = (read(HEAD + text) for text in sections())
    assert needs.products[0].needs == (Need("ledger", ">=3.2"), Need("web"))
    assert needs.products[1].needs == (Need("ledger", "^3.1"),)
    assert estate.environments["prod-eu"] == Environment("prod-eu", 2, timedelta(minutes=45))
    assert estate.environments["prod-us"] == Environment("prod-us", 1, timedelta(hours=1))
    payments, ledger = estate.products
    assert payments.uses == (Use("dba", HALF, timedelta(hours=2)), Use("load-test"))
    assert ledger.uses == (Use("dba", timedelta(hours=1)), Use("load-test"))
    assert ledger.occupies == timedelta(hours=2)
    assert [f.recurring and f.recurring.every for f in freezes.freezes.values()] == [
        None,
        Every.WEEK,
        Every.MONTH,
        Every.YEAR,
    ]
    assert freezes.freezes["christmas"].zone == "America/New_York"
