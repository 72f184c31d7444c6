"""Who may set up an installation, and what a first product must be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.beginning import Beginning, admins, begin, may_begin
from rules.people import Holder
from rules.words import Refused, Role
from tests.rules.cases import MONDAY, PEOPLE, person

ROOT = person("root", admin=True)
ALL = {
    **PEOPLE,
    "root": ROOT,
    "guest": person("guest", guest=True),
    "bot": person("bot", bot=True),
    "stranger": person("stranger", stranger=True),
    "gone": person("gone", deactivated=True),
}
SAID = Beginning("payments", "C1", "Europe/London", dict.fromkeys(Role, ("pat",)))


def refusal(said: Beginning, by: str = "root", products: tuple[str, ...] = ()) -> Refused:
    with pytest.raises(Refused) as refused:
        begin(said, products, ALL, by, MONDAY)
    return refused.value


def test_an_admin_begins_and_the_roles_are_held_from_now_on() -> None:
    held = {**SAID.holders, Role.PRODUCT_OWNER: ("pat", "sam", "pat")}
    product = begin(replace(SAID, holders=held), (), ALL, "root", MONDAY)
    assert (product.name, product.channel, product.zone) == ("payments", "C1", "Europe/London")
    assert product.holders[Role.PRODUCT_OWNER] == (
        Holder("user", "pat", MONDAY),
        Holder("user", "sam", MONDAY),
    )
    assert all(product.holders[role] for role in Role)


@pytest.mark.parametrize("by", ["pat", "guest", "nobody"])
def test_only_an_admin_may(by: str) -> None:
    refused = refusal(SAID, by)
    assert (refused.reason, refused.lack_of_right) == ("not-an-admin", True)
    assert refused.about["admins"] == ["root"]
    assert refusal(SAID, by, ("ledger",)).reason == "not-an-admin"


@pytest.mark.parametrize("lack", ["guest", "bot", "stranger", "deactivated"])
def test_an_admin_who_is_not_able_may_not(lack: str) -> None:
    lacking: dict[str, Any] = {lack: True}
    unable = replace(ROOT, **lacking)
    assert may_begin(ROOT) and not may_begin(unable)
    assert admins({"root": unable}) == []


def test_it_is_done_once() -> None:
    refused = refusal(SAID, products=("payments",))
    assert (refused.reason, refused.lack_of_right) == ("already-set-up", False)


@pytest.mark.parametrize(
    "name", ["", "Payments", "our shop", "-payments", "p" * 41, "payments\n", "payments@1", "päy"]
)
def test_a_product_has_a_name_that_can_be_typed(name: str) -> None:
    refused = refusal(replace(SAID, product=name))
    assert (refused.reason, refused.about["field"]) == ("odd-product", "product")


def test_a_channel_is_needed() -> None:
    refused = refusal(replace(SAID, channel=None))
    assert (refused.reason, refused.about["field"]) == ("channel-needed", "channel")


@pytest.mark.parametrize("role", Role)
def test_no_role_begins_vacant(role: Role) -> None:
    refused = refusal(replace(SAID, holders={**SAID.holders, role: ()}))
    assert (refused.reason, refused.about["field"]) == ("holder-needed", role.value)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("who", ["guest", "bot", "stranger", "gone", "nobody"])
def test_only_full_members_hold_roles(role: Role, who: str) -> None:
    refused = refusal(replace(SAID, holders={**SAID.holders, role: ("pat", who)}))
    assert (refused.reason, refused.about["field"]) == ("cannot-hold", role.value)
    assert refused.about["id"] == who
