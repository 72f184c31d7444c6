"""What people write of environments, resources and dependencies, and how it is written back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.estate import (
    OddWords,
    environment_from,
    length_from,
    length_text,
    need_typed,
    resource_from,
    use_from,
    use_text,
    use_typed,
)
from rules.environments import Environment, Prepared
from rules.resources import Resource, Use

HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)


def test_an_environment_has_room_for_one_for_an_hour_unless_it_says_otherwise() -> None:
    assert environment_from("prod-eu", {}) == Environment("prod-eu", 1, HOUR)
    said = environment_from("prod-eu", {"capacity": "2", "occupies": "1h 30m"})
    assert said == Environment("prod-eu", 2, HOUR + HALF)


def test_what_is_not_said_of_what_stands_stays() -> None:
    prepared = Prepared(True, "U0OMAR001", datetime(2026, 11, 24, tzinfo=UTC))
    stands = Environment("prod-eu", 2, HALF, prepared)
    assert environment_from("prod-eu", {"capacity": ""}, stands) == stands
    assert environment_from("prod-eu", {"capacity": "3"}, stands) == Environment(
        "prod-eu", 3, HALF, prepared
    )
    resource = Resource("dba", 2, "database administrators")
    assert resource_from("dba", {}, resource) == resource
    assert resource_from("dba", {"what": "  the   DBAs\n"}, resource) == Resource(
        "dba", 2, "the DBAs"
    )


def test_everything_wrong_is_told_at_once_each_under_its_key() -> None:
    with pytest.raises(OddWords) as odd:
        environment_from("Prod EU", {"capacity": "0", "occupies": "soon"})
    assert set(odd.value.wrong) == {"name", "capacity", "occupies"}
    assert "`capacity` can't be `0`; write a whole number above 0 and up to 1000" in str(odd.value)


@pytest.mark.parametrize("name", ["", "Prod", "a b", " prod", "-x", "a" * 41, "prod\n", "ü", "add"])
def test_a_name_is_as_a_products_and_no_word_of_the_command(name: str) -> None:
    for read in (environment_from, resource_from):
        with pytest.raises(OddWords, match="name"):
            read(name, {})


@pytest.mark.parametrize("written", ["0", "-1", "1.5", "1001", "many", "٣", "1e3", "9" * 500])
def test_a_capacity_is_a_whole_number(written: str) -> None:
    for read in (environment_from, resource_from):
        with pytest.raises(OddWords, match="above 0 and up to 1000"):
            read("a", {"capacity": written})


def test_what_a_resource_is_fits_a_few_words() -> None:
    with pytest.raises(OddWords, match="longer than 300"):
        resource_from("dba", {"what": "x" * 301})


USES = [
    ("dba", Use("dba")),
    ("dba before 30m", Use("dba", HALF)),
    ("dba for 2h", Use("dba", timedelta(), 2 * HOUR)),
    ("dba before 30m for 2h", Use("dba", HALF, 2 * HOUR)),
    ("dba before 1d for 1h 30m", Use("dba", timedelta(days=1), HOUR + HALF)),
]


@pytest.mark.parametrize(("text", "use"), USES)
def test_a_use_is_read_and_written_back(text: str, use: Use) -> None:
    assert use_typed(text) == use
    assert use_text(use) == text


def test_a_use_may_be_typed_in_another_order() -> None:
    assert use_typed("  dba  for 2 hours before 30 min ") == Use("dba", HALF, 2 * HOUR)
    assert use_from("dba", {"for": "2h"}) == Use("dba", timedelta(), 2 * HOUR)


@pytest.mark.parametrize(
    "text",
    ["", "before 30m", "dba forever", "dba before", "dba for 1h for 2h", "a b"],
)
def test_a_use_without_its_shape_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(OddWords, match="dba before 30m for 2h"):
        use_typed(text)


def test_a_use_with_an_odd_length_names_its_key() -> None:
    with pytest.raises(OddWords) as odd:
        use_typed("dba before soon for 30")
    assert set(odd.value.wrong) == {"before", "for"}
    assert "`30m`, `2h`" in odd.value.wrong["for"]


@pytest.mark.parametrize(
    ("text", "product", "asked"),
    [
        ("ledger >= 3.2", "ledger", ">= 3.2"),
        ("ledger>=3.2,<4", "ledger", ">=3.2,<4"),
        ("ledger", "ledger", ""),
        ("ledger any", "ledger", "any"),
        ("ledger !=3", "ledger", "!=3"),
        (" my-app.v2 = build-7 ", "my-app.v2", "= build-7"),
    ],
)
def test_a_dependency_in_a_line_is_a_product_and_what_is_asked(
    text: str, product: str, asked: str
) -> None:
    assert need_typed(text) == (product, asked)


@pytest.mark.parametrize("text", ["", ">= 3.2", ", x"])
def test_a_dependency_on_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"ledger >= 3\.2"):
        need_typed(text)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(1, "1m"), (45, "45m"), (60, "1h"), (90, "1h 30m"), (1440, "1d"), (1505, "1d 1h 5m")],
)
def test_a_length_is_written_as_it_is_read(minutes: int, text: str) -> None:
    assert length_text(timedelta(minutes=minutes)) == text
    assert length_from(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("written", ["", "0m", "-5m", "45", "soon", "0.01h", "400 days", "1h 1h"])
def test_an_odd_length_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="can't be"):
        length_from(written)


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_readers(text: str) -> None:
    for read in (use_typed, need_typed, length_from):
        assert read_or_told(read, text)


def read_or_told(read: Callable[[str], object], text: str) -> object:
    try:
        return read(text)
    except ValueError as odd:
        return str(odd)
