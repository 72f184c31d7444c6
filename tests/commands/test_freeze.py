"""`freeze`: declared, lifted and overridden by those whom it binds, listed for anybody, and never a halt lost."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from commands.act import Act
from commands.freeze import declarable
from commands.request import Caller, Request
from rules.environments import Environment
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.words import Role
from tests.commands.office import Office, announced, at, product, uid, user

RC, OC, PO = Role.RELEASE_COORDINATOR, Role.OPERATIONS_COORDINATOR, Role.PRODUCT_OWNER
YEAR_END = "freeze add year-end hard from 18 dec 18:00 until 4 jan 8:00 because nobody is here"
FRIDAY = "freeze add friday hard for payments from fri 16:00 until mon 9:00"


def freezes(desk: Office) -> dict[str, Freeze]:
    with desk.database.read() as reader:
        return dict(reader.company().freezes)


def of_xena(name: str) -> Any:
    """A product whose Release Coordinator is Xena, and nobody else."""
    return product(name, holders={**product(name).holders, RC: (user("xena"),)})


def test_a_freeze_is_a_row_a_fact_and_one_message_in_each_channel(desk):
    news = len(desk.messages("news"))
    reply = desk.say(YEAR_END, by="rita")
    assert (reply.template, reply.about["changed"]) == ("freeze-declared", True)
    starts, ends = at("2026-12-18 17:00"), at("2027-01-04 07:00")
    assert freezes(desk) == {
        "year-end": Freeze(
            "year-end", True, "Europe/Berlin", starts, ends, reason="nobody is here", by="URITA"
        )
    }
    (fact,) = desk.facts(kind="freeze.declared")
    assert (fact.by.person, fact.by.hats, fact.product) == ("URITA", (RC,), None)
    assert {k: fact.about[k] for k in ("freeze", "hard", "products", "reason", "starts")} == {
        "freeze": "year-end",
        "hard": True,
        "products": [],
        "reason": "nobody is here",
        "starts": "2026-12-18T17:00:00.000000+00:00",
    }
    (told,) = desk.messages("news")[news:]
    assert (told.target, told.about) == ("C1", {"fact": len(desk.facts())})


def test_the_same_again_changes_nothing_and_other_words_change_it(desk):
    desk.say(YEAR_END, by="rita")
    before = desk.written()
    again = desk.say(YEAR_END, by="rita")
    assert (again.template, again.about["changed"]) == ("freeze-declared", False)
    assert desk.written() == before
    assert desk.say(YEAR_END.replace("hard", "soft"), by="rita").about["changed"]
    (fact,) = desk.facts(kind="freeze.changed")
    assert (fact.about["hard"], fact.about["was"]["hard"]) == (False, True)


def test_one_that_begins_now_begins_once(desk):
    line = "freeze add incident hard until tue 12:00"
    assert desk.say(line, by="rita").about["freeze"].starts == desk.now
    desk.wait(hours=1)
    again = desk.say(line, by="rita")
    assert (again.about["changed"], again.about["now"]) == (False, True)


def test_it_may_come_again_and_again_in_the_zone_of_whoever_says_it(desk):
    reply = desk.say("freeze add weekend hard every fri 16:00 - mon 08:00", by="rita")
    held = freezes(desk)["weekend"]
    assert held.recurring == Recurring(Every.WEEK, Mark(4, time(16)), Mark(0, time(8)))
    assert (held.zone, held.starts) == ("Europe/Berlin", None)
    assert reply.about["span"].start == at("2026-11-27 15:00")
    refused = desk.say("freeze add weekend hard every fri - mon", by="rita")
    assert refused.template == "odd-recurring"
    assert freezes(desk)["weekend"] == held


@pytest.mark.parametrize("by", ["alice", "sue", "omar", "dave", "xena", "gwen"])
def test_nobody_but_the_release_coordinator_declares_or_lifts(desk, by):
    expected = "outsider" if by == "gwen" else "not-your-role"
    assert desk.say(FRIDAY, by=by).template == expected
    assert (freezes(desk), desk.facts()[-1].kind) == ({}, "act.refused")
    assert desk.say(FRIDAY, by="rita").template == "freeze-declared"
    assert desk.say("freeze lift friday", by=by).template == expected
    assert freezes(desk)["friday"].lifted_at is None
    assert desk.say("freeze lift friday", by="rita").template == "freeze-lifted"


def test_who_coordinates_some_of_the_products_is_told_how_to_freeze_those(desk):
    desk.apply(of_xena("ledger"), of_xena("web"))
    line = "freeze add audit hard until wed 9:00"
    reply = desk.say(line, by="rita")
    assert (reply.template, reply.about["products"], reply.about["yours"]) == (
        "not-of-every-product",
        ["ledger", "web"],
        ["payments"],
    )
    assert freezes(desk) == {}
    assert desk.say(line.replace("hard", "hard for payments"), by="rita").ok
    both = desk.say("freeze add x hard for ledger, payments until wed 9:00", by="xena")
    assert (both.template, both.about["products"]) == ("not-of-every-product", ["payments"])
    assert desk.say("freeze add x hard for ledger and web until wed 9:00", by="xena").ok
    assert desk.say("freeze lift x", by="rita").template == "not-your-role"


def test_changing_one_takes_the_word_of_those_it_bound_so_far(desk):
    desk.apply(of_xena("ledger"))
    assert desk.say("freeze add x hard for ledger until wed 9:00", by="xena").ok
    taken = desk.say("freeze add x soft for payments until wed 9:00", by="rita")
    assert (taken.template, taken.about["products"]) == ("not-of-every-product", ["ledger"])
    assert freezes(desk)["x"].products == ("ledger",)
    desk.say("freeze lift x", by="xena")
    assert desk.say("freeze add x soft for payments until wed 9:00", by="rita").ok


def test_two_roles_do_not_add_up_to_a_third(desk):
    holders = {**product("payments").holders, PO: (user("omar"),), OC: (user("omar"),)}
    desk.apply(product("payments", holders=holders))
    assert desk.say(FRIDAY, by="omar").template == "not-your-role"
    holders[RC] = (user("omar"),)
    desk.apply(product("payments", holders=holders))
    assert desk.say(FRIDAY, by="omar").template == "freeze-declared"
    assert desk.facts(kind="freeze.declared")[0].by.hats == (PO, OC, RC)


def test_where_it_binds_is_where_products_go(desk):
    places = (Environment("prod-eu"), Environment("prod-us"))
    desk.apply(
        product("payments", environments=("prod-eu",)), of_xena("ledger"), environments=places
    )
    reply = desk.say("freeze add eu hard in prod-eu until wed 9:00", by="rita")
    assert (reply.template, reply.about["products"]) == ("freeze-declared", ["payments"])
    away = desk.say("freeze add us hard for payments in prod-us until wed 9:00", by="rita")
    assert (away.about["products"], away.about["changed"]) == ([], True)
    theirs = desk.say("freeze add x hard for payments in prod-us until wed 9:00", by="xena")
    assert theirs.template == "not-your-role"
    nobody = desk.say("freeze add none soft in prod-us until wed 9:00", by="xena")
    assert nobody.template == "freeze-declared"
    assert desk.say("freeze add no soft in prod-us until wed 9:00", by="dave").template == (
        "not-your-role"
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("freeze add x hard from fri 17:00 until wed 9:00", "freeze-ends-first"),
        ("freeze add x hard from 2 nov 9:00 until 6 nov 9:00", "freeze-past"),
        ("freeze add x hard from whenever until wed 9:00", "odd-time"),
        ("freeze add x hard for paymets until wed 9:00", "unknown-product"),
        ("freeze add x hard in prod-eu until wed 9:00", "no-environments"),
        ("freeze add x hard for web for ledger until wed 9:00", "say-what-to-freeze"),
        ("freeze add x hard", "say-what-to-freeze"),
        ("freeze add x until wed 9:00", "say-what-to-freeze"),
        ("freeze add", "say-what-to-freeze"),
        ("freeze add lift hard until wed 9:00", "odd-name"),
        ("freeze add Größe hard until wed 9:00", "odd-name"),
        (f"freeze add x hard until wed 9:00 because {'x' * 301}", "words-too-long"),
        ("freeze lift year-ent", "unknown-freeze"),
        ("freeze year-ent", "unknown-freeze"),
    ],
)
def test_what_is_refused_changes_nothing(desk, line, reason):
    desk.say(YEAR_END, by="rita")
    before = desk.written()
    reply = desk.say(line, by="rita")
    assert reply.template == reason
    assert desk.written() == before
    assert set(freezes(desk)) == {"year-end"}


def test_a_freeze_that_would_stop_nothing_is_answered_with_the_nearest_that_would(desk):
    first = desk.say("freeze add x hard from fri 17:00 until wed 9:00", by="rita")
    assert first.about["nearest"] == (at("2026-11-27 16:00"), at("2026-12-02 08:00"))
    past = desk.say("freeze add x hard from 2 nov 9:00 until 6 nov 9:00", by="rita")
    assert past.about["nearest"] == (at("2026-11-23 08:00"), at("2026-11-27 08:00"))


@pytest.mark.parametrize("by", ["rita", "alice", "xena", "dave", None])
def test_anybody_lists_those_ahead_with_their_next_stretch(desk, by):
    assert desk.say("freeze", by=by).about["rows"] == []
    desk.say(FRIDAY, by="rita")
    desk.say("freeze add weekly soft every wed 10:00 - wed 12:00", by="rita")
    desk.say("freeze add today hard for web until 20:00", by="rita")
    reply = desk.say("freeze", by=by)
    offered = ["open freeze add"] if by == "rita" else []
    assert [choice.command for choice in reply.choices] == offered
    rows = reply.about["rows"]
    assert [(r["freeze"].name, r["now"]) for r in rows] == [
        ("today", True),
        ("weekly", False),
        ("friday", False),
    ]
    desk.say("freeze lift weekly", by="rita")
    desk.until("2026-12-05 10:00")
    assert desk.say("freeze", by=by).about["rows"] == []
    assert desk.say("freeze weekly", by=by).template == "freeze"


def test_what_looks_like_a_halt_is_offered_as_one_with_its_words(desk):
    announced(desk)
    reply = desk.say("freeze payments data loss in eu")
    assert reply.template == "say-what-to-freeze"
    assert [(c.command, c.style) for c in reply.choices] == [
        ("halt payments data loss in eu", "danger")
    ]
    assert desk.candidate().phase == "announced"
    desk.press(reply.choices[0].command, "alice")
    assert desk.candidate().phase == "halted"


# Lifting.


def test_lifting_says_why_moves_nothing_back_and_is_done_once(desk):
    desk.say(FRIDAY, by="rita")
    news = len(desk.messages("news"))
    reply = desk.say("freeze lift friday because the auditors are gone", by="rita")
    assert (reply.template, reply.about["changed"], reply.about["catalogue"]) == (
        "freeze-lifted",
        True,
        False,
    )
    (fact,) = desk.facts(kind="freeze.lifted")
    assert (fact.about["freeze"], fact.about["reason"]) == ("friday", "the auditors are gone")
    assert freezes(desk)["friday"].lifted_at == desk.now
    assert len(desk.messages("news")) == news + 1
    before = desk.written()
    assert desk.say("freeze lift friday", by="rita").about["changed"] is False
    assert desk.written() == before


def test_a_lifted_one_binds_no_more_until_it_is_declared_again(desk):
    def hard() -> tuple[str, ...]:
        with desk.database.read() as reader:
            payments = reader.company().products["payments"]
            return tuple(f.name for f in reader.setting(payments, None, desk.now).freezes)

    desk.say(FRIDAY, by="rita")
    desk.say("freeze add soft-one soft for payments until fri 9:00", by="rita")
    desk.say("freeze add other hard for web until fri 9:00", by="rita")
    assert hard() == ("friday",)
    desk.say("freeze lift friday", by="rita")
    assert hard() == ()
    desk.say(FRIDAY, by="rita")
    assert (hard(), len(desk.facts(kind="freeze.declared"))) == (("friday",), 4)


def test_the_operator_declares_and_lifts_what_the_catalogue_says_and_no_person_s(desk):
    ahead = Freeze("stop", True, "UTC", at("2026-12-01 00:00"), at("2026-12-02 00:00"))
    desk.apply(freezes=(ahead,), lines=("+ freeze stop",))
    desk.say(FRIDAY, by="rita")
    assert desk.say("freeze lift friday", by=None).template == "not-your-role"
    assert desk.say("freeze lift stop", by=None).about["catalogue"] is True
    assert desk.say(YEAR_END, by=None).template == "freeze-declared"
    assert freezes(desk)["year-end"].by is None


# Overriding.

OVERRIDE = "freeze override payments@2.4.1 friday because customers can't pay"


def test_the_release_coordinator_overrides_one_for_a_candidate_with_a_reason(desk):
    desk.say(FRIDAY, by="rita")
    planned = announced(desk).release_at
    for by in ("alice", "omar", "dave", "xena"):
        assert desk.say(OVERRIDE, by=by).template == "not-your-role"
    assert desk.candidate().overrides == ()
    reply = desk.say(OVERRIDE, by="rita")
    assert (reply.template, reply.about["changed"]) == ("freeze-overridden", True)
    (each,) = desk.candidate().overrides
    assert (each.freeze, each.reason, each.by) == ("friday", "customers can't pay", uid("rita"))
    assert desk.candidate().release_at == planned
    before = desk.written()
    assert desk.say(OVERRIDE, by="rita").about["changed"] is False
    assert desk.written() == before


@pytest.mark.parametrize(
    ("line", "by", "reason"),
    [
        ("payments@2.4.1 friday", "rita", "override-reason-needed"),
        ("payments@2.4.1 friday because", "rita", "override-reason-needed"),
        ("payments@2.4.1 fryday because x", "rita", "unknown-freeze"),
        ("payments@2.4.1 of-web because x", "rita", "freeze-does-not-bind"),
        ("payments@2.4.1 gone because x", "rita", "freeze-does-not-bind"),
        ("payments@9 friday because x", "rita", "unknown-candidate"),
        ("payments@2.4.1 friday because x", None, "not-your-role"),
    ],
)
def test_what_can_not_be_overridden(desk, line, by, reason):
    desk.say(FRIDAY, by="rita")
    desk.say("freeze add of-web hard for web until fri 9:00", by="rita")
    desk.say("freeze add gone hard for payments until fri 9:00", by="rita")
    desk.say("freeze lift gone", by="rita")
    announced(desk)
    assert desk.say(f"freeze override {line}", by=by).template == reason
    assert desk.candidate().overrides == ()
    assert desk.say(OVERRIDE, by="rita").ok


def test_what_has_gone_out_is_not_overridden_for(desk):
    desk.say(FRIDAY, by="rita")
    announced(desk)
    desk.say("withdraw payments", by="rita")
    assert desk.say(OVERRIDE, by="rita").template == "already-withdrawn"


# The form.

FORM = {"name": "Year-End", "how": "hard", "until": "2027-01-04T07:00:00+00:00"}


def test_the_form_declares_as_the_line_does(desk):
    since = {"since": "2026-12-18T17:00:00+00:00", "reason": "nobody is here"}
    reply = desk.fill_in("freeze", "", "rita", **FORM, **since)
    assert reply.template == "freeze-declared"
    assert desk.say(YEAR_END, by="rita").about["changed"] is False
    again = desk.fill_in(
        "freeze", "", "rita", name="we", how="soft", every="fri 16:00 - mon 8:00", products=["web"]
    )
    assert (again.about["freeze"].products, again.about["freeze"].hard) == (("web",), False)


@pytest.mark.parametrize(
    ("fields", "reason", "beside"),
    [
        ({"name": "a b"}, "odd-name", "name"),
        ({"until": ""}, "freeze-without-time", "until"),
        ({"every": "sometimes"}, "odd-recurring", "every"),
        ({"until": "2026-11-20T07:00:00+00:00"}, "freeze-ends-first", "until"),
        ({"reason": "x" * 301}, "words-too-long", "reason"),
    ],
)
def test_what_is_wrong_in_the_form_is_told_beside_its_field(desk, fields, reason, beside):
    reply = desk.fill_in("freeze", "", "rita", **{**FORM, **fields})
    assert (reply.template, reply.field_name) == (reason, beside)
    assert [choice.command for choice in reply.choices] == ["open freeze add"]
    assert freezes(desk) == {}
    assert desk.fill_in("freeze", "", "rita", **FORM).ok


def test_the_form_offers_what_the_presser_may_freeze(desk):
    desk.apply(of_xena("ledger"), environments=(Environment("prod-eu"),))
    assert offered(desk, "rita") == (["payments", "web"], ["prod-eu"], False)
    assert offered(desk, "xena") == (["ledger"], ["prod-eu"], False)
    assert offered(desk, "omar") == ([], ["prod-eu"], False)
    desk.apply(product("ledger"))
    assert offered(desk, "rita") == (["ledger", "payments", "web"], ["prod-eu"], True)


def offered(desk: Office, who: str) -> Any:
    with desk.database.read() as reader:
        caller = Caller(uid(who), "slash")
        return declarable(Act(reader, Request("freeze", caller), desk.desk.tools, desk.now))
