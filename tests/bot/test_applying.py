"""A catalogue's text becomes rows and facts; what was edited in Slack is what the next one is compared with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.applying import apply_text, as_catalogue, read_declaration
from bot.catalogue import CatalogueProblems
from bot.declared import Resolved
from bot.directory import Directory
from commands.apply import Declaration
from rules.dependencies import Need
from rules.environments import Environment, Prepared
from rules.freezes import Freeze
from rules.product import Product
from rules.resources import Use
from storage.company import Company
from tests.commands.office import Office

HEAD = """\
channel: C1
zone: Europe/London
roles:
  product-owner: UALICE
  security-architect: SARCH
  operations-coordinator: UOMAR
  release-coordinator: URITA
"""
ESTATE = """\
environments:
  prod-eu: {capacity: 2, occupies: 45m}
resources:
  dba: {what: database administrators}
freezes:
  year-end: {kind: hard, from: 2026-12-18 17:00, until: 2027-01-04 08:00}
products:
  payments:
    versions: semver
    environments: [prod-eu]
    needs: {ledger: ">= 3.2"}
    resources: {dba: {before: 30m, for: 2h}}
    occupies: 30m
  ledger: {versions: semver}
"""
SAID = HEAD + ESTATE


class Phonebook:
    """A directory that knows everybody by their id, and reads nobody."""

    def resolve(self, written: str) -> Resolved:
        return Resolved({"U": "user", "S": "group", "C": "channel"}[written[0]], written)

    def read_now(self, *ids: str) -> int:
        return len(ids)


PHONEBOOK = cast(Directory, Phonebook())


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office in which the catalogue was applied, to be copied."""
    folder = tmp_path_factory.mktemp("office")
    office = Office.opened(folder / "opened.db")
    apply_text(office.desk, PHONEBOOK, SAID.encode())
    office.copied_to(folder / "copy.db")
    return folder / "copy.db"


@pytest.fixture
def office(opened: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copyfile(opened, tmp_path / "office.db")
    office = Office(tmp_path / "office.db")
    yield office
    office.database.close()


def apply(office: Office, text: str) -> list[str]:
    return list(apply_text(office.desk, PHONEBOOK, text.encode()))


def read(office: Office, text: str) -> Declaration:
    return read_declaration(text.encode(), PHONEBOOK, office.desk)


def company(office: Office) -> Company:
    with office.database.read() as reader:
        return reader.company()


def put(office: Office, **things: Any) -> None:
    """Rows that somebody edited in Slack; what the catalogue said stays as it was."""
    with office.database.write(office.desk.clock) as tx:
        tx.put_company(
            products=things.pop("products", ()),
            calendars=(),
            installation=tx.company().installation,
            people_calendars={},
            **things,
        )


def test_what_is_declared_stands(office: Office) -> None:
    stands = company(office)
    payments = stands.products["payments"]
    assert payments.environments == ("prod-eu",)
    assert payments.needs == (Need("ledger", ">=3.2"),)
    assert payments.uses == (Use("dba", timedelta(minutes=30), timedelta(hours=2)),)
    assert payments.occupies == timedelta(minutes=30)
    assert stands.environments["prod-eu"].capacity == 2
    assert stands.resources["dba"].what == "database administrators"
    assert stands.freezes["year-end"].hard


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    before = office.written()
    assert apply(office, SAID) == []
    assert office.written() == before
    assert read(office, SAID).lines == ()


def test_a_change_is_one_line_and_what_it_leaves_out_stays(office: Office) -> None:
    text = HEAD + 'products: {payments: {versions: semver, needs: {ledger: ">=3.3"}}}'
    assert apply(office, text) == ["payments: needs ledger >=3.2 → >=3.3"]
    stands = company(office)
    assert stands.products["payments"].environments == ("prod-eu",)
    assert set(stands.environments) == {"prod-eu"}
    assert apply(office, text) == []
    assert apply(office, SAID) == ["payments: needs ledger >=3.3 → >=3.2"]


def test_a_circle_is_told_when_it_is_new_and_never_again(office: Office) -> None:
    text = SAID.replace(
        "ledger: {versions: semver}", "ledger: {versions: semver, needs: {payments: any}}"
    )
    assert apply(office, text) == [
        "ledger: needs + payments",
        "ledger and payments depend on each other: when each needs the other's new version they go"
        " out together",
    ]
    assert apply(office, text) == []
    further = text.replace("occupies: 30m", "occupies: 1h")
    assert apply(office, further) == ["payments: occupies 30m → 1h"]


def test_a_mistake_leaves_everything_as_it_is(office: Office) -> None:
    before = office.written()
    text = SAID.replace("capacity: 2", "capacity: 3").replace('ledger: ">= 3.2"', "lodger: any")
    with pytest.raises(CatalogueProblems, match="Did you mean `ledger`"):
        apply(office, text)
    assert office.written() == before
    assert company(office).environments["prod-eu"].capacity == 2


def test_an_environment_stays_prepared_when_it_is_declared_again(office: Office) -> None:
    prepared = Prepared(True, "UOMAR", office.now)
    put(office, environments=[replace(company(office).environments["prod-eu"], prepared=prepared)])
    text = SAID.replace("capacity: 2", "capacity: 3")
    assert apply(office, text) == ["environment prod-eu: capacity 2 → 3"]
    stands = company(office).environments["prod-eu"]
    assert (stands.capacity, stands.prepared) == (3, prepared)


EDITS: list[tuple[str, Callable[[Company], dict[str, Any]], list[str]]] = [
    (
        "needs",
        lambda c: {"products": [replace(c.products["payments"], needs=(Need("web"),))]},
        ["payments: needs - web", "payments: needs + ledger >=3.2"],
    ),
    (
        "occupies",
        lambda c: {"products": [replace(c.products["payments"], occupies=None)]},
        ["payments: occupies none → 30m"],
    ),
    (
        "environment",
        lambda c: {"environments": [Environment("prod-eu", 4, timedelta(minutes=45))]},
        ["environment prod-eu: capacity 4 → 2"],
    ),
    (
        "freeze",
        lambda c: {"freezes": [replace(c.freezes["year-end"], hard=False, by="URITA")]},
        ["freeze year-end: kind soft → hard"],
    ),
    (
        "lift",
        lambda c: {
            "freezes": [replace(c.freezes["year-end"], lifted_at=c.freezes["year-end"].ends)]
        },
        ["freeze year-end: holds again, though it was lifted"],
    ),
]


@pytest.mark.parametrize(("edit", "lines"), [pytest.param(e, x, id=i) for i, e, x in EDITS])
def test_what_was_edited_in_slack_is_what_a_catalogue_is_compared_with(
    office: Office, edit: Callable[[Company], dict[str, Any]], lines: list[str]
) -> None:
    before = company(office)
    put(office, **edit(before))
    assert apply(office, SAID) == lines
    assert apply(office, SAID) == []
    after = company(office)
    assert after.products["payments"] == before.products["payments"]
    assert after.environments == before.environments
    assert after.freezes["year-end"].says(before.freezes["year-end"])
    assert after.freezes["year-end"].lifted_at is None


def test_what_was_edited_in_slack_and_is_not_declared_stays(office: Office) -> None:
    payments = replace(company(office).products["payments"], needs=(Need("web", "=7"),))
    added = Environment("prod-us", 3)
    put(office, products=[payments], environments=[added])
    text = HEAD + "products: {payments: {versions: semver, policy: {notice_hours: 12}}}"
    assert apply(office, text) == ["payments: notice_hours 8 → 12"]
    stands = company(office)
    assert stands.products["payments"].needs == (Need("web", "=7"),)
    assert stands.environments["prod-us"] == added


def test_what_is_said_in_another_order_is_no_change(office: Office) -> None:
    payments = company(office).products["payments"]
    put(office, products=[replace(payments, needs=(Need("web"), *payments.needs))])
    two = SAID.replace('{ledger: ">= 3.2"}', '{ledger: ">= 3.2", web: any}')
    assert apply(office, two) == []
    assert apply(office, two.replace("capacity: 2", "capacity: 3")) != []
    assert [f.kind for f in office.facts()][-2:] == ["environment.changed", "catalogue.applied"]
    assert company(office).products["payments"].needs == (Need("web"), *payments.needs)


def test_a_freeze_declared_in_slack_in_the_same_words_stays_that_persons(office: Office) -> None:
    put(office, freezes=[replace(company(office).freezes["year-end"], by="URITA")])
    assert apply(office, SAID) == []
    assert apply(office, SAID.replace("capacity: 2", "capacity: 3")) != []
    assert company(office).freezes["year-end"].by == "URITA"


def test_the_first_product_is_declared_as_a_catalogue_would(office: Office) -> None:
    web: Product = replace(
        company(office).products["payments"], name="shop", needs=(Need("ledger", ">=3"),)
    )
    plain, lines = as_catalogue(web, "UALICE", company(office))
    assert "+ product shop" in lines
    assert plain["products"]["shop"]["needs"] == {"ledger": ">=3"}
    assert plain["freezes"]["year-end"]["kind"] == "hard"


MEETS = SAID.replace("freezes:\n", "meeting: {day: thu, at: 10:00, every: 2 weeks}\nfreezes:\n")


def test_a_meeting_declared_again_in_the_same_words_keeps_its_weeks(office: Office) -> None:
    assert apply(office, MEETS) == ["+ meeting: thu 10:00 Europe/London every 2 weeks"]
    before = company(office).series["meeting"]
    assert [fact.kind for fact in office.facts()][-2:] == [
        "schedule.declared",
        "catalogue.applied",
    ]
    office.now += timedelta(days=7)
    assert apply(office, MEETS) == []
    assert apply(office, MEETS.replace("capacity: 2", "capacity: 3")) != []
    assert company(office).series["meeting"] == before
    assert apply(office, MEETS.replace("10:00", "11:00"))[-1] == "meeting: at 10:00 → 11:00"
    assert company(office).series["meeting"].effective > before.effective


def test_a_meeting_changed_in_slack_is_what_a_catalogue_is_compared_with(office: Office) -> None:
    apply(office, MEETS)
    declared = company(office).series["meeting"]
    put(office, series=[replace(declared, minutes=60, days=(4,), by="URITA")])
    assert apply(office, MEETS) == ["meeting: day fri → thu"]
    stands = company(office).series["meeting"]
    assert (stands.days, stands.minutes, stands.by) == ((3,), 60, None)
    assert apply(office, SAID) == []
    assert apply(office, MEETS.replace("{day: thu, at: 10:00, every: 2 weeks}", "off")) == [
        "meeting: comes no more"
    ]
    assert company(office).series["meeting"].off
    with office.database.read() as reader:
        told = [line for line in reader.differing() if not line.startswith("series meeting: ")]
    assert told == []


def test_each_freeze_reaches_the_declaration_whole(office: Office) -> None:
    text = SAID.replace("freezes:\n", "freezes:\n  w: {kind: soft, every: fri 16:00 - mon 08:00}\n")
    declared = read(office, text)
    assert {f.name: type(f) for f in declared.freezes} == {"w": Freeze, "year-end": Freeze}
    assert declared.lines == ("+ freeze w: soft, fri 16:00 - mon 08:00 Europe/London",)
    assert {e.name for e in declared.environments} == {"prod-eu"}
    assert {r.name for r in declared.resources} == {"dba"}
