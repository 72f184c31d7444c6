"""`/release` alone: what needs me, and what is going out."""

from __future__ import annotations

from rules.words import State
from tests.commands.office import announced, product, released, uid


def test_home_shows_what_needs_me_and_what_is_going_out(desk):
    announced(desk)
    announced(desk, "ledger 7")
    desk.say("assert payments", by="sam")
    reply = desk.say("", by="sam")
    assert reply.template == "home"
    assert [(m["candidate"].name, m["states"]) for m in reply.about["mine"]] == [
        ("ledger@7#1", (State.SECURITY,))
    ]
    assert [c.name for c in reply.about["open"]] == ["payments@2.4.1#1", "ledger@7#1"]
    assert [c.command for c in reply.choices] == ["assert ledger@7#1", "halt ledger@7#1"]
    assert reply.about["products"] == ["ledger", "payments", "web"]


def test_home_asks_nothing_of_those_without_a_role_or_of_what_is_released(desk):
    released(desk)
    assert desk.say("", by="sam").about["mine"] == []
    announced(desk, "ledger 7")
    assert desk.say("", by="xena").about["mine"] == []
    assert desk.say("", by=None).about["mine"] == []


def test_an_empty_installation_says_so(desk):
    desk.apply(product("solo"))
    assert "solo" in desk.say("").about["products"]


def test_somebody_nobody_has_set_up_hears_who_could_give_them_a_part(desk):
    announced(desk)
    reply = desk.say("", by="xena")
    assert (reply.template, reply.about["coordinators"]) == ("home", ["URITA"])
    assert [c.name for c in reply.about["open"]] == ["payments@2.4.1#1"]


def test_whoever_has_a_part_is_told_nothing_of_how_to_begin(desk):
    for name in ("alice", "sam", "dave", None):
        assert desk.say("", by=name).about["coordinators"] is None
    announced(desk)
    assert desk.say("", by="sam").about["coordinators"] is None
    desk.apply(product("solo", announcers=("SARCH",)), product("own", anyone_announces=True))
    assert desk.say("", by="xena").about["coordinators"] is None
    desk.apply(product("own", anyone_announces=False, announcers=(uid("xena"),)))
    assert desk.say("", by="xena").about["coordinators"] is None
