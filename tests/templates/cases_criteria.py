"""What the bot says about criteria and separate duties, and the form in which the criteria are edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot import modals
from rules.words import State
from storage.reading import StoredFact
from tests.templates import cases_delegation, cases_estate
from tests.templates.company import AS_RITA, PAYMENTS, set_up

LINES = (
    "payments: security criteria - Potential exploits evaluated",
    "payments: security criteria + The PCI scan is clean",
)
LONG = replace(PAYMENTS, criteria={**PAYMENTS.criteria, State.SECURITY: ("x" * 290,) * 12})
"""A product with a list that is too long for a form."""


def _lists() -> list[dict[str, Any]]:
    return [
        {"state": s, "version": 1 + (s is State.SECURITY), "criteria": PAYMENTS.criteria[s]}
        for s in State
    ]


def news(applied: StoredFact) -> Iterator[tuple[str, StoredFact]]:
    """The facts of which the channel is told: of a catalogue, of the first form, of edited criteria."""
    yield "catalogue.applied", applied
    yield "set up", set_up(applied)
    about = {"lines": list(LINES)}
    made = replace(
        applied.fact, kind="product.changed", by=AS_RITA, product="payments", about=about
    )
    yield "criteria", replace(applied, fact=made)
    yield "delegation", replace(applied, fact=replace(made, about=cases_delegation.NEWS))
    yield from cases_estate.news(applied)


FORMS: Mapping[str, Any] = {
    "setup": modals.setup_view("Europe/London"),
    "criteria": modals.criteria_view(PAYMENTS),
    "criteria, one too long": modals.criteria_view(LONG),
}


REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "criteria": lambda: [{"product": PAYMENTS, "states": _lists()}],
    "criteria-edited": lambda: [
        {"product": PAYMENTS, "lines": LINES},
        {"product": PAYMENTS, "lines": ()},
    ],
    "criteria-empty": lambda: [{"state": State.SECURITY}],
    "criteria-too-many": lambda: [{"state": State.SECURITY, "count": 31, "most": 30}],
    "criterion-too-long": lambda: [{"state": State.SECURITY, "text": "x" * 301, "most": 300}],
    "criterion-twice": lambda: [{"state": State.SECURITY, "text": "The PCI scan is clean"}],
    "criteria-changed-meanwhile": lambda: [{"product": "payments", "states": [State.SECURITY]}],
    "which-product": lambda: [{"verb": "criteria", "products": ["ledger", "payments"]}],
    "announcer-asserts-nothing": lambda: [{"candidate": "payments@2.4.1#1"}],
    "one-state-each": lambda: [
        {"candidate": "payments@2.4.1#1", "held": [], "states": [State.PRODUCT, State.SECURITY]},
        {"candidate": "payments@2.4.1#1", "held": [State.PRODUCT], "states": [State.SECURITY]},
    ],
}
