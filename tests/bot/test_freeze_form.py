"""The form for a freeze offers what its presser may freeze, and no longer lists than Slack takes."""

from __future__ import annotations

from typing import Any

from bot.freeze_form import fields_of
from rehearsal.blockkit import check_blocks


def by_name(*given: Any, **more: Any) -> dict[str, Any]:
    fields = fields_of(*given, **more)
    assert check_blocks(fields, "modal") == []
    return {each["block_id"]: each for each in fields}


def test_whoever_coordinates_everything_may_leave_the_products_out():
    fields = by_name(["ledger", "payments"], ["prod-eu"], all_=True)
    assert list(fields) == [
        "name",
        "how",
        "since",
        "until",
        "every",
        "products",
        "environments",
        "reason",
    ]
    assert fields["products"]["optional"] is True
    assert fields["products"]["hint"]["text"] == "Empty: every product."
    assert [o["value"] for o in fields["how"]["element"]["options"]] == ["hard", "soft"]


def test_whoever_coordinates_some_must_choose_among_those():
    fields = by_name(["payments"], [], all_=False)
    assert (fields["products"]["optional"], "hint" in fields["products"]) == (False, False)
    assert [o["value"] for o in fields["products"]["element"]["options"]] == ["payments"]
    assert "environments" not in fields


def test_a_list_is_no_longer_than_slack_takes():
    many = [f"p{number}" for number in range(140)]
    fields = by_name(many, many, all_=False)
    for name in ("products", "environments"):
        assert len(fields[name]["element"]["options"]) == 100
