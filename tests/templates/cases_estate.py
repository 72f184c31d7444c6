"""What is said of products, environments, resources and freezes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from bot import modals
from rules.dependencies import Need
from rules.facts import Fact
from rules.freezes import Freeze
from rules.product import Product
from rules.resources import Use
from rules.words import Role
from rules.worktime import Slot, Span
from rules.world import InProduction
from storage.reading import StoredFact
from tests.templates.company import (
    AS_RITA,
    HOUR,
    MONDAY,
    PAYMENTS,
    announced,
    halted,
    released,
)
from tests.templates.estate import (
    DBA,
    EU,
    LAB,
    MONTHLY,
    NOT_READY,
    US,
    USE,
    WEEKEND,
    YEAR_END,
    YEARLY,
)

AHEAD = Span(MONDAY + 4 * 24 * HOUR, MONDAY + 6 * 24 * HOUR)
FULL = replace(
    PAYMENTS,
    environments=("prod-eu", "prod-us"),
    needs=(Need("ledger", ">=3.2,<4"), Need("web")),
    uses=(USE, Use("lab")),
    scheme="semver",
    slots=(Slot(1, time(9), time(11)), Slot(3, time(9), time(11, 30))),
)
THERE = InProduction("2.4.0", (), "payments@2.4.0#1", MONDAY - 24 * HOUR)
GONE = InProduction(None, rolled_back="2.3.9")
NOWHERE = {"word": "", "near": [], "known": []}

Abouts = Callable[[], list[dict[str, Any]]]


def _product(product: Product = FULL, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"needed_by": [], "together": [], "freezes": []}
    bare = {"name": None, "environment": None, "there": None}
    takes = timedelta(minutes=45)
    return {"product": product, "places": [bare], "takes": takes, **empty, **more}


def _places() -> list[dict[str, Any]]:
    return [
        {"name": "prod-eu", "environment": EU, "there": THERE},
        {"name": "prod-us", "environment": None, "there": GONE},
    ]


def _of_environment(**more: Any) -> dict[str, Any]:
    return {"environment": US, "products": [], "there": [], "next": [], **more}


def _row(freeze: Freeze, span: Span | None = AHEAD, *, now: bool = False) -> dict[str, Any]:
    return {"freeze": freeze, "span": span, "now": now}


def _needed(use: Use | None = None, **more: Any) -> dict[str, Any]:
    kept = {"product": "payments", "candidate": None, "changed": True, "always": False}
    return {**kept, "resource": DBA, "use": use, **more}


PRODUCTS: Mapping[str, Abouts] = {
    "products": lambda: [{"products": [PAYMENTS, FULL]}, {"products": [PAYMENTS] * 41}],
    "product": lambda: [
        _product(PAYMENTS),
        _product(
            places=_places(),
            needed_by=[("web", Need("payments", ">=2.4")), ("mail", Need("payments"))],
            together=["ledger"],
            freezes=[{"freeze": YEAR_END, "span": AHEAD}],
        ),
    ],
    "product-needs": lambda: [
        {
            "product": FULL,
            "other": "ledger",
            "constraint": asked,
            "together": ["ledger", "web"][: number % 3],
            "changed": changed,
        }
        for number, (asked, changed) in enumerate(
            [(">=3.2", True), ("", True), (">=3.2", True), (None, True), ("", False), (None, False)]
        )
    ],
    "product-goes": lambda: [
        {"product": FULL, "changed": True},
        {"product": FULL, "changed": False},
        {"product": PAYMENTS, "changed": True},
    ],
    "product-takes": lambda: [
        {"product": replace(FULL, occupies=HOUR * 1.5), "changed": True},
        {"product": FULL, "changed": True},
        {"product": FULL, "changed": False},
    ],
    "needs-itself": lambda: [{"product": "payments"}],
    "odd-constraint": lambda: [
        {
            "product": "ledger",
            "text": ">=3",
            "scheme": "opaque",
            "why": "can't be `>=3`: opaque versions have no order; ask only `=` and `!=`",
        },
        {"text": ">=x", "scheme": "semver", "why": "can't be `>=x`; write it like `>=3.2`"},
    ],
    "say-what-to-edit": lambda: [{"product": "payments", "text": "is nice"}],
}
ENVIRONMENTS: Mapping[str, Abouts] = {
    "environments": lambda: [
        {
            "rows": [
                {"environment": EU, "next": [announced()]},
                {"environment": US, "next": []},
                {"environment": NOT_READY, "next": [halted(announced())]},
            ]
        }
    ],
    "environment": lambda: [
        _of_environment(),
        _of_environment(
            environment=NOT_READY,
            there=[("payments", THERE), ("ledger", None), ("web", GONE)],
            next=[
                released(announced()),
                announced(),
                halted(announced()),
                replace(announced(), release_at=None),
            ],
        ),
        _of_environment(environment=EU, there=[("payments", THERE)]),
    ],
    "environment-declared": lambda: [
        {"environment": EU, "products": [], "new": True, "changed": True},
        {"environment": EU, "products": ["payments"], "new": False, "changed": True},
        {"environment": US, "products": ["payments"], "new": False, "changed": False},
    ],
    "environment-prepared": lambda: [
        {"environment": each, "changed": changed}
        for each in (US, NOT_READY)
        for changed in (True, False)
    ],
    "unknown-environment": lambda: [
        {"word": "prod-ue", "near": ["prod-eu"], "known": ["prod-eu", "prod-us"]},
        {"word": "zzz", "near": [], "known": ["prod-eu", "prod-us"]},
    ],
    "no-environments": lambda: [{**NOWHERE}, {**NOWHERE, "word": "prod-asia"}],
    "say-what-of-environment": lambda: [
        {"text": "prod-us is nice", "name": "prod-us"},
        {"text": "", "name": ""},
    ],
    "unprepared-reason-needed": lambda: [{"environment": "prod-eu"}],
}
RESOURCES: Mapping[str, Abouts] = {
    "resources": lambda: [
        {
            "rows": [
                {"resource": DBA, "products": ["ledger", "payments"]},
                {"resource": LAB, "products": []},
            ]
        }
    ],
    "resource": lambda: [
        {"resource": LAB, "products": [], "bookings": []},
        {
            "resource": DBA,
            "products": [("payments", USE), ("ledger", Use("dba"))],
            "bookings": [{"candidate": "payments@2.4.1#1", "start": AHEAD.start, "end": AHEAD.end}],
        },
    ],
    "resource-declared": lambda: [
        {"resource": DBA, "new": True, "changed": True},
        {"resource": LAB, "new": False, "changed": True},
        {"resource": LAB, "new": False, "changed": False},
    ],
    "resource-needed": lambda: [
        _needed(USE),
        _needed(Use("dba"), changed=False),
        _needed(),
        _needed(changed=False),
        _needed(USE, candidate="payments@2.4.1#1"),
        _needed(candidate="payments@2.4.1#1", changed=False, always=True),
    ],
    "unknown-resource": lambda: [
        {"word": "dbs", "near": ["dba"], "known": ["dba"]},
        {"word": "zzz", "near": [], "known": ["dba", "lab"]},
    ],
    "no-resources": lambda: [{**NOWHERE}, {**NOWHERE, "word": "dba"}],
    "say-what-of-resource": lambda: [
        {"text": "dba is busy", "name": "dba"},
        {"text": "add", "name": None},
    ],
}
FREEZES: Mapping[str, Abouts] = {
    "freezes": lambda: [
        {"rows": []},
        {
            "rows": [
                _row(WEEKEND, now=True),
                _row(MONTHLY),
                _row(YEARLY),
                _row(YEAR_END),
            ]
        },
    ],
    "freeze": lambda: [
        {**_row(YEAR_END), "products": ["ledger", "payments"]},
        {**_row(WEEKEND, now=True), "products": ["payments"]},
        {**_row(WEEKEND), "products": []},
        {**_row(YEAR_END, None), "products": []},
        {**_row(replace(YEAR_END, lifted_at=MONDAY), None), "products": []},
    ],
    "freeze-declared": lambda: [
        {**_row(YEAR_END), "products": ["ledger", "payments"], "changed": True},
        {**_row(YEAR_END), "products": ["ledger", "payments"], "changed": False},
        {**_row(WEEKEND, now=True), "products": ["payments"], "changed": True},
        {**_row(WEEKEND), "products": [], "changed": True},
    ],
    "freeze-lifted": lambda: [
        {"freeze": YEAR_END, "products": ["payments"], "changed": True, "catalogue": False},
        {"freeze": WEEKEND, "products": ["payments"], "changed": True, "catalogue": True},
        {
            "freeze": replace(YEAR_END, lifted_at=MONDAY),
            "products": [],
            "changed": False,
            "catalogue": False,
        },
        {"freeze": YEAR_END, "products": [], "changed": False, "catalogue": False},
    ],
    "freeze-overridden": lambda: [
        {
            "candidate": announced(),
            "freeze": YEAR_END,
            "reason": "customers can't pay",
            "changed": changed,
        }
        for changed in (True, False)
    ],
    "unknown-freeze": lambda: [
        {"word": "year-ent", "near": ["year-end"], "known": ["year-end"]},
        {"word": "zzz", "near": [], "known": ["year-end"]},
    ],
    "no-freezes": lambda: [{**NOWHERE}, {**NOWHERE, "word": "year-end"}],
    "say-what-to-freeze": lambda: [
        {"text": "x"},
        {"text": "payments data loss", "words": "payments data loss"},
    ],
    "freeze-ends-first": lambda: [_untimely(AHEAD.end, AHEAD.start)],
    "freeze-past": lambda: [_untimely(MONDAY - 48 * HOUR, MONDAY - HOUR)],
    "freeze-does-not-bind": lambda: [
        {"candidate": "payments@2.4.1#1", "freeze": "year-end", "over": over}
        for over in (True, False)
    ],
    "override-reason-needed": lambda: [
        {"candidate": "payments@2.4.1#1", "freeze": "year-end"},
    ],
    "odd-recurring": lambda: [
        {"text": "sometimes", "why": "can't be `sometimes`; write it like `fri 16:00 - mon 08:00`"}
    ],
    "freeze-without-time": lambda: [{"field": "until"}],
    "not-of-every-product": lambda: [
        {
            "verb": verb,
            "roles": [Role.RELEASE_COORDINATOR],
            "products": products,
            "yours": ["payments", "web"],
        }
        for verb, products in (
            ("freeze", ["ledger"]),
            ("environment", ["payments", "ledger"]),
            ("freeze", [f"p{number}" for number in range(12)]),
        )
    ],
    "odd-name": lambda: [{"word": "Prod EU"}],
    "odd-capacity": lambda: [{"text": "0", "most": 1000}],
}
REPLIES: Mapping[str, Abouts] = {**PRODUCTS, **ENVIRONMENTS, **RESOURCES, **FREEZES}


def _untimely(starts: Any, ends: Any) -> dict[str, Any]:
    return {"starts": starts, "ends": ends, "nearest": (AHEAD.start, AHEAD.end)}


def news(applied: StoredFact) -> Iterator[tuple[str, StoredFact]]:
    """The facts of edits, each of which its channels are told."""
    for kind, product, about in EDITS:
        made = Fact(kind, MONDAY, AS_RITA, product, None, about)
        yield f"{kind} {about.get('edit', '')}".strip(), replace(applied, fact=made)


def _edit(edit: str, **about: Any) -> tuple[str, str | None, dict[str, Any]]:
    return "product.changed", "payments", {"lines": [], "edit": edit, **about}


EDITS: list[tuple[str, str | None, dict[str, Any]]] = [
    _edit("needs", needs=[], other="ledger", constraint=">=3.2", was=">=3"),
    _edit("needs", needs=[], other="ledger", constraint="", was=None),
    _edit("needs", needs=[], other="ledger", constraint=None, was=""),
    _edit("environments", environments=["prod-eu", "prod-us"], was=["prod-eu"]),
    _edit("environments", environments=[], was=["prod-eu"]),
    _edit("occupies", occupies=5400, was=None),
    _edit("occupies", occupies=None, was=5400),
    _edit("uses", uses=[], resource="dba", use=USE.about(), was=None),
    _edit("uses", uses=[], resource="dba", use=Use("dba").about(), was=USE.about()),
    _edit("uses", uses=[], resource="dba", use=None, was=USE.about()),
    ("environment.declared", None, EU.about()),
    ("environment.changed", None, US.about() | {"was": EU.about()}),
    ("resource.declared", None, DBA.about()),
    ("resource.changed", None, LAB.about() | {"was": DBA.about()}),
    ("freeze.declared", None, YEAR_END.about()),
    ("freeze.changed", None, WEEKEND.about() | {"was": YEAR_END.about()}),
    ("freeze.lifted", None, {"freeze": "year-end", "reason": "the auditors are gone"}),
    ("freeze.lifted", None, {"freeze": "year-end", "reason": None}),
]


FORMS: Mapping[str, Any] = {
    "freeze, of everything": modals.freeze_view(["ledger", "payments"], ["prod-eu"], all_=True),
    "freeze, of some": modals.freeze_view(["payments"], [], all_=False),
}
