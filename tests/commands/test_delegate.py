"""`delegate`: a role is lent for a time, both people hear of it, and nothing goes out earlier for it."""

from __future__ import annotations

from typing import Any

import pytest

from rules.people import Delegation
from rules.words import Role
from tests.commands.office import MONDAY, Office, announced, at, uid

PO, SA, RC = Role.PRODUCT_OWNER, Role.SECURITY_ARCHITECT, Role.RELEASE_COORDINATOR
FRIDAY = at("2026-11-27 17:00")


def lent(desk: Office, name: str = "payments") -> tuple[Delegation, ...]:
    with desk.database.read() as reader:
        return reader.company().products[name].delegations


def last(desk: Office) -> Any:
    return desk.facts()[-1]


def test_a_holder_lends_their_role_and_both_people_and_the_channel_hear_of_it(desk):
    news = len(desk.messages("news"))
    reply = desk.say("delegate payments product @xena until fri 17:00")
    assert (reply.template, reply.about["products"]) == ("delegated", ["payments"])
    given = Delegation("product-owner-1", PO, uid("alice"), uid("xena"), MONDAY, FRIDAY)
    assert lent(desk) == (given,)
    (fact,) = desk.facts(kind="role.delegated")
    assert {k: fact.about[k] for k in ("id", "role", "behalf", "to")} == {
        "id": "product-owner-1",
        "role": PO,
        "behalf": uid("alice"),
        "to": uid("xena"),
    }
    assert desk.heard_of("role.delegated") == ["alice", "xena"]
    assert len(desk.messages("news")) == news + 1
    announced(desk)
    assert desk.say("assert payments", by="xena").template == "asserted"


def test_without_a_product_it_is_lent_everywhere_with_one_message_of_news(desk):
    news = len(desk.messages("news"))
    line = "delegate security architect @xena from tue 9:00 until 27 nov 2026 17:00 UTC"
    reply = desk.say(line, by="sue")
    assert sorted(reply.about["products"]) == ["ledger", "payments", "web"]
    assert [d.since for d in lent(desk, "web")] == [at("2026-11-24 09:00")]
    assert len(desk.messages("news")) == news + 1


@pytest.mark.parametrize(
    ("line", "by", "reason"),
    [
        ("payments product @xena until 2026-11-20 09:00", "alice", "delegation-over"),
        ("payments product @xena from fri 9:00 until wed 9:00", "alice", "delegation-over"),
        ("payments product @gwen until fri 17:00", "alice", "cannot-delegate-to"),
        ("payments product @rita for @alice until fri 17:00", "rita", "cannot-delegate-to"),
        ("payments security @sam until fri 17:00", "sue", "holds-already"),
        ("payments product @nobody until fri 17:00", "alice", "unknown-person"),
        ("payments product @xena until fri 17:00", "omar", "not-your-role"),
        ("payments product @xena for @alice until fri 17:00", "omar", "not-your-role"),
        ("payments product @xena for @omar until fri 17:00", "rita", "not-a-holder"),
        ("product @xena until fri 17:00", "dave", "not-a-holder"),
        ("payments nonsense @xena until fri 17:00", "alice", "odd-role"),
        ("payments product @xena until whenever", "alice", "odd-time"),
        ("payments product @xena", "alice", "say-whom-to-delegate-to"),
        ("end payments product", "alice", "nothing-delegated"),
    ],
)
def test_what_is_refused_changes_nothing(desk, line, by, reason):
    assert desk.say(f"delegate {line}", by=by).template == reason
    assert lent(desk) == ()


def test_what_is_lent_is_not_lent_on_nor_twice(desk):
    desk.say("delegate payments product @xena until fri 17:00")
    chained = desk.say("delegate payments product @dave until thu 17:00", by="xena")
    assert chained.template == "no-chains"
    assert desk.say("delegate product @dave until thu 17:00", by="xena").template == "no-chains"
    again = desk.say("delegate payments product @dave from thu 9:00 until sat 9:00")
    assert again.template == "already-delegated"
    after = desk.say("delegate payments product @dave from fri 17:00 until sat 9:00")
    assert after.template == "delegated"
    assert [each.id for each in lent(desk)] == ["product-owner-1", "product-owner-2"]


def test_the_release_coordinator_lends_for_somebody_absent(desk):
    reply = desk.say("delegate payments product @xena for @alice until fri 17:00", by="rita")
    assert reply.template == "delegated"
    assert lent(desk)[0].behalf == uid("alice")
    assert desk.heard_of("role.delegated") == ["alice", "xena"]


@pytest.mark.parametrize("by", ["alice", "xena", "rita"])
def test_it_ends_at_once_by_the_word_of_either_or_the_release_coordinator(desk, by):
    desk.say("delegate payments product @xena until fri 17:00")
    desk.wait(hours=1)
    assert desk.say("delegate end payments product", by="omar").template == "not-your-role"
    reply = desk.say("delegate end payments product @xena", by=by)
    assert (reply.template, reply.about["people"]) == ("delegation-ended", [uid("xena")])
    assert lent(desk)[0].until == at("10:00")
    assert desk.heard_of("delegation.ended") == ["alice", "xena"]
    announced(desk)
    assert desk.say("assert payments", by="xena").template == "not-your-state"


def test_a_delegate_is_asked_for_what_is_open_and_nothing_goes_out_earlier(desk):
    planned = announced(desk).release_at
    desk.say("delegate payments product @xena until fri 17:00")
    assert [m.states for m in desk.messages("ask", "xena")] == [("product",)]
    assert desk.candidate().release_at == planned
    assert last(desk).kind != "release.rescheduled"


def test_what_a_delegate_says_is_said_on_the_holder_s_behalf(desk):
    desk.say("delegate payments security @xena until fri 17:00", by="sam")
    announced(desk)
    desk.say("assert payments", by="xena")
    (fact,) = desk.facts(kind="state.asserted")
    assert (fact.by.hats, dict(fact.by.behalf)) == ((SA,), {SA: uid("sam")})
    assert fact.by.groups == {}
    (assertion,) = desk.candidate().assertions.values()
    assert (assertion.by, assertion.behalf) == (uid("xena"), uid("sam"))
    desk.say("halt payments a flaw", by="sam")
    assert desk.facts(kind="candidate.halted")[-1].by.behalf == {}


def test_the_first_of_two_delegations_to_one_person_is_their_seat(desk):
    desk.say("delegate payments security @xena until fri 17:00", by="sam")
    desk.say("delegate payments security @xena until fri 17:00", by="sue")
    (row,) = (r for r in _roles_as(desk, "sue") if r["role"] is SA)
    assert [(s.person.id, s.behalf) for s in row["delegates"]] == [(uid("xena"), uid("sam"))]


def test_a_deactivated_holder_is_stood_for_until_the_delegation_ends(desk):
    desk.say("delegate payments product @xena for @alice until tue 9:00", by="rita")
    desk.meet("alice", deactivated=True)
    announced(desk)
    (row,) = (r for r in _roles_as(desk, "rita") if r["role"] is PO)
    assert (row["vacant"], [s.until for s in row["delegates"]]) == (
        False,
        [at("2026-11-24 08:00")],
    )
    assert desk.say("", by="xena").template == "home"
    assert desk.say("assert payments", by="xena").template == "asserted"


def _roles_as(desk: Office, by: str) -> Any:
    return desk.say("owners payments", by=by).about["products"][0]["roles"]


def test_the_form_delegates_as_the_line_does_and_refusals_name_their_field(desk):
    filled = {"role": "security-architect", "product": "payments", "to": "UXENA"}
    until = {"until": "2026-11-27T17:00:00+00:00"}
    assert desk.fill_in("delegate", "", "sue", **filled, **until).template == "delegated"
    (fact,) = desk.facts(kind="role.delegated")
    assert (fact.product, fact.about["behalf"], fact.about["to"]) == ("payments", "USUE", "UXENA")
    again = desk.fill_in("delegate", "", "sue", **filled, **until)
    assert again.template == "already-delegated"
    guest = desk.fill_in("delegate", "", "sam", **{**filled, "to": "UGWEN"}, **until)
    assert guest.template == "cannot-delegate-to"


def test_what_begins_in_the_past_begins_now(desk):
    desk.say("delegate payments security @xena from 2026-11-20 9:00 until fri 17:00", by="sue")
    (fact,) = desk.facts(kind="role.delegated")
    assert fact.about["since"] == "2026-11-23T09:00:00.000000+00:00"
