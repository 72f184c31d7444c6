"""`owners`: who owns which state."""

from __future__ import annotations

from rules.words import Role


def test_owners_says_who_owns_what_and_what_is_vacant(desk):
    desk.meet("omar", deactivated=True)
    reply = desk.say("owners payments", by="xena")
    (shown,) = reply.about["products"]
    assert [(r["role"], r["owners"], r["vacant"]) for r in shown["roles"]] == [
        (Role.PRODUCT_OWNER, ("UALICE",), False),
        (Role.SECURITY_ARCHITECT, ("!SARCH",), False),
        (Role.OPERATIONS_COORDINATOR, ("UOMAR",), True),
        (Role.RELEASE_COORDINATOR, ("URITA",), False),
    ]
    assert len(desk.say("owners").about["products"]) == 3
    assert desk.say("owners paymets").template == "unknown-product"
    assert desk.say("owners payments@2.4.1").ok
