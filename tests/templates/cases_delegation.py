"""What is said of roles that are lent for a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from commands.standing import mentions
from rules.delegating import Lending
from rules.facts import iso
from rules.people import Delegation, Seat
from rules.product import Product
from rules.words import Role
from tests.templates.company import COMPANY, DAVE, HOUR, MONDAY, OMAR, SAM

OC = Role.OPERATIONS_COORDINATOR
UNTIL = MONDAY + 48 * HOUR
ABOUT = {"product": "payments", "role": OC, "person": DAVE}
LENT = {"id": "operations-coordinator-1", "role": OC, "behalf": OMAR, "to": DAVE}
TIMES = {"since": iso(MONDAY), "until": iso(UNTIL)}
NEWS: Mapping[str, Any] = {
    "lines": ["payments: Operations Coordinator delegated by omar to dave"],
    "delegations": [
        {**LENT, **TIMES, "product": "payments", "kind": "role.delegated"},
        {**LENT, "product": "ledger", "kind": "delegation.ended"},
    ],
}

REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "delegated": lambda: [
        {
            "products": ["payments", "ledger"],
            "asked": Lending(OC, OMAR, DAVE, MONDAY, UNTIL),
        }
    ],
    "delegation-ended": lambda: [
        {"products": ["payments"], "role": OC, "people": [DAVE]},
        {"products": ["payments", "ledger"], "role": OC, "people": [DAVE, SAM]},
    ],
    "delegation-over": lambda: [{"since": MONDAY, "until": MONDAY}],
    "cannot-delegate-to": lambda: [{**ABOUT, "yourself": yours} for yours in (True, False)],
    "holds-already": lambda: [{**ABOUT}],
    "no-chains": lambda: [{**ABOUT}],
    "not-a-holder": lambda: [{**ABOUT}, {**ABOUT, "product": None}],
    "already-delegated": lambda: [
        {"product": "payments", "delegation": Delegation("d-1", OC, OMAR, DAVE, MONDAY, UNTIL)}
    ],
    "nothing-delegated": lambda: [{"role": OC, "person": None}, {"role": OC, "person": DAVE}],
    "odd-role": lambda: [
        {"text": "payments", "roles": list(Role)},
        {"text": "", "roles": list(Role)},
    ],
    "say-whom-to-delegate-to": lambda: [{"text": "product"}],
    "unknown-person": lambda: [
        {"word": "sem", "several": False},
        {"word": "sam", "several": True},
    ],
}


def of_role(product: Product, role: Role) -> dict[str, Any]:
    """A role as `owners` shows it; Operations is lent."""
    lent = Seat(COMPANY.people[DAVE], MONDAY, behalf=OMAR, until=UNTIL)
    delegates = [lent] if role is OC else []
    return {
        "role": role,
        "owners": mentions(product, role),
        "vacant": False,
        "delegates": delegates,
    }
