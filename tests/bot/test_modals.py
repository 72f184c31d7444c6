"""The forms fit Slack's limits for any words, and what was filled in comes back by name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import modals
from rehearsal.blockkit import check_view
from rehearsal.views import initial_state
from rules.product import DEFAULT_CRITERIA
from rules.words import State
from tests.templates import cases
from tests.templates.company import MONDAY, PAYMENTS, announced, halted, standing

ZONE = "Europe/London"
LISTS = {f"{state}-criteria": "\n".join(DEFAULT_CRITERIA[state]) for state in State}


def views(text: str) -> list[dict]:
    """Every form, with `text` wherever somebody could have typed it."""
    product = replace(PAYMENTS, criteria={state: (text,) * 40 for state in State})
    stopped = halted(announced(), text)
    several = [replace(stopped.halts[0], id=f"2.4.1#1-{n}") for n in range(1, 120)]
    here, there = standing(announced(), product), standing(stopped, product)
    products = [replace(PAYMENTS, name=f"product-{n}") for n in range(150)]
    given = {"version": text, "notes": text, "commit": text, "hotfix": text, "product": "product-9"}
    return [
        modals.assert_view(here, tuple(State)),
        modals.assert_view(here, ()),
        modals.halt_view(here, (State.SECURITY,), text),
        modals.lift_view(there, several),
        modals.lift_view(there, ()),
        modals.reschedule_view(here, ZONE, MONDAY),
        modals.withdraw_view(there),
        modals.announce_view(products, ZONE, MONDAY, given),
        modals.setup_view(text),
        *filter(
            None, [modals.criteria_view(replace(product, criteria=dict.fromkeys(State, (text,))))]
        ),
    ]


@pytest.mark.parametrize(("name", "view"), list(cases.forms()), ids=lambda value: str(value)[:12])
def test_every_form_is_accepted(name: str, view: dict) -> None:
    assert check_view(view, "modal") == []
    assert len(view["private_metadata"]) <= 3000


@pytest.mark.parametrize("text", ["<!channel>", "x" * 10_000, "\n" * 4000 + "x", "\x00", "שלום"])
def test_hostile_words_break_no_form(text: str) -> None:
    for view in views(text):
        assert check_view(view, "modal") == []


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=4000))
def test_any_words_break_no_form(text: str) -> None:
    for view in views(text):
        assert check_view(view, "modal") == []
        json.dumps(view, ensure_ascii=False).encode()


def test_what_stands_in_a_form_from_the_start_comes_back_by_name() -> None:
    forms = {name: initial_state(view["blocks"]) for name, view in cases.forms()}
    found = {name: modals.values(state) for name, state in forms.items()}
    assert found == {
        "assert": {"met:product:0": [], "met:security:0": [], "waive": []},
        "halt": {"states": ["security"], "reason": "CVE-2026-1234 is open"},
        "halt without a role": {"states": []},
        "lift": {"halt": "2.4.1#1-2"},
        "reschedule": {"at": "2026-11-24T10:15:00+00:00"},
        "withdraw": {},
        "announce": {"product": "payments", "rebuild": []},
        "delegate": {"product": "every"},
        "delegate, one's own": {"product": "every", "role": "product-owner"},
        "fault": {"through": "unknown", "what": "Refunds are paid twice"},
        "fault, by the Release Coordinator": {"through": "unknown", "instead": []},
        "fault, of which": {"what": "Refunds are paid twice"},
        "fault, once halted": {"through": "unknown"},
        "fault, what let it through": {"through": "unknown"},
        "freeze, of everything": {"how": "hard", "products": [], "environments": []},
        "freeze, of some": {"how": "hard", "products": []},
        "agenda": {"minutes": "5"},
        "action": {},
        "setup": {
            "zone": "Europe/London",
            "product-owner": [],
            "security-architect": [],
            "operations-coordinator": [],
            "release-coordinator": [],
        },
        "criteria": LISTS,
        "criteria, one too long": {k: v for k, v in LISTS.items() if k != "security-criteria"},
    }


def test_an_instant_comes_back_as_utc() -> None:
    at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    entry = {"type": "datetimepicker", "selected_date_time": int(at.timestamp())}
    assert modals.values({"at": {"at": entry}}) == {"at": "2026-11-26T09:30:00+00:00"}


def test_nothing_chosen_is_absent() -> None:
    state = {
        "at": {"at": {"type": "datetimepicker", "selected_date_time": None}},
        "product": {"product": {"type": "static_select", "selected_option": None}},
        "notes": {"notes": {"type": "plain_text_input", "value": None}},
    }
    assert modals.values(state) == {}


def test_the_candidate_travels_with_the_form() -> None:
    view = modals.withdraw_view(standing(announced()))
    assert json.loads(view["private_metadata"])["text"] == "payments@2.4.1#1"
    assert view["callback_id"] == "submit:withdraw"


def test_a_chosen_product_is_offered_however_many_there_are() -> None:
    products = [replace(PAYMENTS, name=f"product-{n:03}") for n in range(150)]
    view = modals.announce_view(products, ZONE, MONDAY, {"product": "product-149"})
    assert modals.values(initial_state(view["blocks"]))["product"] == "product-149"


def test_the_versions_that_were_read_travel_with_the_criteria() -> None:
    view = modals.criteria_view(replace(PAYMENTS, earlier_criteria={State.SECURITY: (("x",),)}))
    assert view is not None
    assert json.loads(view["private_metadata"])["text"] == "payments 1.2.1.1"


def test_where_no_list_fits_into_a_field_there_is_no_form() -> None:
    long = ("x" * 290,) * 12
    assert modals.criteria_view(replace(PAYMENTS, criteria=dict.fromkeys(State, long))) is None
