"""What is said of faults and of the way back to what let them through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot import modals
from commands.trace import Told
from rules.apply import apply
from rules.candidate import Candidate, Evidence, Waiver
from rules.facts import fact
from rules.faulting import Attribution
from rules.words import Phase, Role, State
from tests.templates import cases_assert, cases_delegation, cases_estate
from tests.templates.company import (
    AS_ALICE,
    AS_DAVE,
    AS_SAM,
    DAVE,
    EVIDENCE_REPLIES,
    HOUR,
    MONDAY,
    SAM,
    announced,
    asserted,
    halted,
    released,
    standing,
    with_candidates,
)

TESTS = "Unit tests passed"
LATER = MONDAY + 30 * HOUR
LINK = "https://slack.com/app_redirect?channel=C0REL0001&message_ts=1.2"


def with_all() -> Candidate:
    """Out, with a waiver, red evidence, and a fault that was traced back and one that was not."""
    waived = Waiver(State.SECURITY, TESTS, "nothing reachable changed", SAM, MONDAY)
    red = Evidence(
        State.PRODUCT,
        TESTS,
        "junit",
        "red",
        "2 of 412 tests failed",
        MONDAY,
        DAVE,
        changes=("3 tests added",),
    )
    here = replace(asserted(announced(), AS_ALICE, AS_SAM), waivers=(waived,), evidence=(red,))
    out = released(here)
    for number, what in (("1", "Refunds are paid twice"), ("2", "Totals are slow")):
        out = apply(out, fact("fault.recorded", out, AS_DAVE, LATER, id=number, what=what))
    named = {"id": "1", "state": State.PRODUCT, "criterion": TESTS}
    return apply(out, fact("fault.attributed", out, AS_ALICE, LATER, **named))


def _trace(candidate: Candidate, **more: Any) -> dict[str, Any]:
    entries = [entry for entry, _ in with_candidates() if entry.fact.candidate]
    return {
        "standing": standing(candidate),
        "candidate": candidate,
        "facts": entries,
        "left_out": 0,
        "asked": [],
        "links": {},
        "card": None,
        **more,
    }


FORMS: Mapping[str, Any] = {
    **cases_estate.FORMS,
    "delegate": modals.delegate_view(list(Role), ["ledger", "payments"], for_others=True),
    "delegate, one's own": modals.delegate_view([Role.PRODUCT_OWNER], [], for_others=False),
    "fault": modals.fault_view(standing(with_all()), "Refunds are paid twice"),
    "fault, by the Release Coordinator": modals.fault_view(standing(with_all()), adds=True),
    "fault, what let it through": modals.fault_view(standing(with_all()), fault_id="2"),
    "fault, of which": modals.fault_which_view([with_all()], "Refunds are paid twice"),
    "fault, once halted": modals.fault_view(
        standing(replace(halted(announced()), phase=Phase.FAILED))
    ),
}
REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    **EVIDENCE_REPLIES,
    **cases_assert.REPLIES,
    **cases_delegation.REPLIES,
    **cases_estate.REPLIES,
    "fault-recorded": lambda: [
        {"candidate": with_all(), "through": None, "added": None},
        {"candidate": with_all(), "through": Attribution(), "added": None},
        {"candidate": with_all(), "through": Attribution(State.SECURITY), "added": "Pen test"},
        {"candidate": with_all(), "through": Attribution(State.PRODUCT, TESTS), "added": None},
    ],
    "not-out-yet": lambda: [{"candidate": "payments@2.4.1#1", "phase": "announced"}],
    "fault-needed": lambda: [{"candidate": "payments@2.4.1#1"}],
    "unknown-fault": lambda: [{"candidate": "payments@2.4.1#1", "id": "7"}],
    "fault-unattributed": lambda: [{"candidate": "payments@2.4.1#1"}],
    "trace": lambda: [
        _trace(
            with_all(), asked=[Told(SAM, ("security",), MONDAY), Told(DAVE, ("product",), None)]
        ),
        _trace(announced(), left_out=3, links={1: LINK}, card=LINK),
        _trace(announced()) | {"standing": None},
    ],
}
