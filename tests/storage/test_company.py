"""The company is read once and kept until somebody, anywhere, changes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from rules.dependencies import Need
from rules.environments import Environment, Prepared
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.people import FRESH, Group, Holder, Person
from rules.product import Policy
from rules.resources import Resource, Use
from rules.words import Role, Silence
from rules.worktime import Calendar, Slot
from storage.company import Installation
from storage.database import Database
from storage.writing import Transaction
from tests.storage.sample import (
    MONDAY,
    announced,
    elsewhere,
    fresh,
    monday,
    outcomes,
    person,
    product,
    settle_in,
)

MINUTE = timedelta(minutes=1)
RENAMER = """
import sys
from dataclasses import replace
from storage.database import Database
from tests.storage.sample import monday, person
database = Database.open(f"sqlite:///{sys.argv[1]}")
with database.write(monday) as tx:
    tx.put_people([person("U1", name="renamed elsewhere")])
database.close()
"""


class Broken(Exception):
    """Something went wrong halfway."""


def rename_and_break(tx: Transaction) -> None:
    tx.put_people([person("U1", name="never")])
    assert tx.company().people["U1"].name == "never"
    raise Broken


def test_everything_declared_comes_back_as_it_was(database: Database) -> None:
    declared = product(
        "search",
        calendar=Calendar("uk", holidays=frozenset({date(2026, 12, 25)}), closes=time(0)),
        policy=Policy(silence=Silence.HOLD, notice_hours=4.5),
        announcers=("U7", "S9"),
        slots=(Slot(1, time(9), time(11)),),
        scheme="semver",
    )
    installation = Installation("C9", "Asia/Tokyo", "U3", {"products": {"search": {"x": [1]}}})
    with database.write(monday) as tx:
        tx.put_company(
            products=[declared],
            calendars=[declared.calendar],
            installation=installation,
            people_calendars={},
        )
    with database.read() as reader:
        company = reader.company()
    assert company.products["search"] == declared
    assert company.products["payments"] == product()
    assert company.calendars["uk"] == declared.calendar
    assert company.installation == installation
    assert company.groups_named == ("S9",)


WEEKEND = Recurring(Every.WEEK, Mark(4, time(16)), Mark(0, time(8, 30)))
ESTATE = {
    "environments": [
        Environment("prod-eu", 2, timedelta(minutes=45), Prepared(False, "U3", MONDAY, "no disk"))
    ],
    "resources": [Resource("dba", 2, "database administrators")],
    "freezes": [
        Freeze("year-end", True, "UTC", MONDAY, MONDAY + MINUTE, None, ("payments",), (), "rest"),
        Freeze("weekend", False, "Asia/Tokyo", recurring=WEEKEND, by="U3", lifted_at=MONDAY),
    ],
}
GOES = product(
    environments=("prod-eu",),
    needs=(Need("ledger", ">=3.2,<4"), Need("web")),
    uses=(Use("dba", MINUTE, 2 * MINUTE), Use("dba")),
    occupies=timedelta(minutes=90),
)


def declare(tx: Transaction, **more: object) -> None:
    tx.put_company(
        products=[GOES],
        calendars=(),
        installation=tx.company().installation,
        people_calendars={},
        **more,  # type: ignore[arg-type]
    )


def test_what_releases_go_to_and_need_comes_back_as_it_was(database: Database) -> None:
    with database.write(monday) as tx:
        declare(tx, **ESTATE)
        assert tx.company().environments["prod-eu"].prepared
    with database.read() as reader:
        company = reader.company()
    assert list(company.environments.values()) == ESTATE["environments"]
    assert list(company.resources.values()) == ESTATE["resources"]
    assert list(company.freezes.values()) == ESTATE["freezes"]
    assert company.products["payments"] == GOES


def test_only_what_is_named_is_written_and_read_again(database: Database) -> None:
    with database.write(monday) as tx:
        declare(tx, **ESTATE)
    with database.read() as reader:
        before = reader.company()
    with database.write(monday) as tx:
        declare(tx, resources=[Resource("dba", 3), Resource("lab")])
    with database.read() as reader:
        after = reader.company()
    assert after.freezes is before.freezes and after.environments is before.environments
    assert {r.name: r.capacity for r in after.resources.values()} == {"dba": 3, "lab": 1}


def test_an_edit_undone_leaves_nothing(database: Database) -> None:
    def broken(tx: Transaction) -> None:
        declare(tx, **ESTATE)
        raise Broken

    with pytest.raises(Broken), database.write(monday) as tx:
        broken(tx)
    with database.read() as reader:
        assert not reader.company().freezes
    with database.write(monday) as tx:
        assert not tx.company().environments


def test_a_naive_time_in_a_freeze_can_not_be_stored(database: Database) -> None:
    naive = Freeze("f", True, "UTC", MONDAY.replace(tzinfo=None), MONDAY)
    with pytest.raises(ValueError, match="naive"), database.write(monday) as tx:
        declare(tx, freezes=[naive])


def test_an_empty_installation_has_nothing_and_says_so(tmp_path: Path) -> None:
    empty = Database.open(f"sqlite:///{tmp_path}/empty.db")
    empty.upgrade()
    with empty.read() as reader:
        assert reader.company().installation == Installation()
        assert not reader.company().products
    empty.close()


def test_a_company_that_did_not_change_is_the_same_object(database: Database) -> None:
    with database.read() as reader:
        before = reader.company()
    with database.write(monday) as tx:
        announced(tx)
        assert tx.company() is before


def test_a_change_in_another_process_is_seen_at_once(database: Database, place: Path) -> None:
    with database.read() as reader:
        before = reader.company()
        assert before.people["U1"].name == "u1"
        outcomes([elsewhere(RENAMER, place)])
        assert reader.company() is before
    with database.read() as reader:
        after = reader.company()
        assert after.people["U1"].name == "renamed elsewhere"
        assert after.people["U2"] is before.people["U2"]


def test_a_change_undone_leaves_no_trace_in_the_cache(database: Database) -> None:
    with pytest.raises(Broken), database.write(monday) as tx:
        rename_and_break(tx)
    with database.write(monday) as tx:
        tx.put_people([person("U2", name="second")])
        assert tx.company().people["U1"].name == "u1"
    with database.read() as reader:
        assert reader.company().people["U1"].name == "u1"
        assert reader.company().people["U2"].name == "second"


def test_an_older_snapshot_keeps_its_own_company(database: Database) -> None:
    with database.read() as old:
        assert old.head() == (0, "0" * 64)
        with database.write(monday) as tx:
            tx.put_people([person("U1", name="newer")])
        with database.read() as new:
            assert new.company().people["U1"].name == "newer"
        assert old.company().people["U1"].name == "u1"
    with database.read() as new:
        assert new.company().people["U1"].name == "newer"


def test_every_write_in_one_transaction_is_seen_by_it(database: Database) -> None:
    with database.write(monday) as tx:
        for name in ("first", "second"):
            tx.put_people([person("U1", name=name)])
            assert tx.company().people["U1"].name == name
        tx.put_calendars_of({"U1": "uk"})
        assert tx.company().people["U1"].calendar == "uk"


def test_reading_somebody_anew_keeps_the_calendar_the_catalogue_gave(database: Database) -> None:
    with database.write(monday) as tx:
        tx.put_company(
            products=[],
            calendars=[],
            installation=Installation(),
            people_calendars={"U1": "uk", "U8": "uk"},
        )
        assert "U8" not in tx.company().people
        tx.put_people([person("U1", guest=True), person("U8")])
        people = tx.company().people
    assert (people["U1"].calendar, people["U1"].guest) == ("uk", True)
    assert people["U8"].calendar == "uk"


def test_a_member_keeps_the_time_they_were_first_seen_in_a_group(database: Database) -> None:
    later = MONDAY + 5 * MINUTE
    with database.write(monday) as tx:
        tx.put_group(Group("S1", "sec", MONDAY, {"U1": MONDAY, "U2": MONDAY}))
        tx.put_group(Group("S1", "sec-team", later, {"U1": later, "U3": later}))
        group = tx.company().groups["S1"]
        assert group == Group("S1", "sec-team", later, {"U1": MONDAY, "U3": later})
        tx.put_group(Group("S1", "sec-team", later, {"U2": later}))
        assert tx.company().groups["S1"].members == {"U2": later}


def test_rows_missing_or_older_than_half_an_hour_are_unknown(database: Database) -> None:
    with database.write(monday) as tx:
        tx.put_group(Group("S1", "sec", MONDAY, {}))
        assert tx.unknown("U1", ["S1"], MONDAY + FRESH) == ()
        assert tx.unknown("U1", ["S1", "S2"], MONDAY + FRESH + MINUTE) == ("U1", "S1", "S2")
        assert tx.unknown(None, [], MONDAY + FRESH + MINUTE) == ()
        assert tx.unknown("U99", [], MONDAY) == ("U99",)


def test_open_candidates_holders_are_read_again_first(tmp_path: Path) -> None:
    holders = {role: (Holder("group", "S1", MONDAY),) for role in Role}
    database = fresh(tmp_path / "new.db")
    with database.write(monday) as tx:
        settle_in(tx, product("a", holders=holders, announcers=("UA", "S2")), product())
        tx.put_group(Group("S1", "sec", MONDAY - 9 * MINUTE, {"U7": MONDAY}))
        assert tx.stale_people(MONDAY, 5 * MINUTE) == ("U7", "UA")
        assert tx.stale_groups(MONDAY, 5 * MINUTE) == ("S1", "S2")
        late = MONDAY + 6 * MINUTE
        assert tx.stale_people(late, 5 * MINUTE)[0] == "U7"
        announced(tx)
        assert tx.stale_people(late, 5 * MINUTE) == ("U0", "U1", "U2", "U3", "U7", "UA")
    database.close()


def test_who_was_unable_is_able_only_since_they_are_again(database: Database) -> None:
    first = monday()
    sam = Person("U9", "sam", "Europe/London", first)
    later = first + timedelta(hours=4)
    with database.write(monday) as tx:
        tx.put_people([sam])
        tx.put_people([replace(sam, deactivated=True)])
    with database.write(monday) as tx:
        tx.put_people([replace(sam, fetched_at=later)])
        tx.put_people([replace(sam, fetched_at=later + timedelta(hours=1))])
    with database.read() as reader:
        assert reader.company().people["U9"].able_since == later
