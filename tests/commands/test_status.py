"""`status`: how a candidate stands, state by state."""

from __future__ import annotations

from rules.words import State
from tests.commands.office import announced, at, released


def test_status_shows_how_each_state_stands(desk):
    announced(desk)
    desk.say("assert payments")
    desk.say("halt payments CVE-1", by="sam")
    desk.say("halt payments operation is not told", by="rita")
    standing = desk.say("status payments", by="xena").about["standing"]
    assert {s.state: s.how for s in standing.states} == {
        "product": "asserted",
        "security": "halted",
        "operation": "contested",
        "organization": "silent",
    }
    assert standing.states[1].owners == ("!SARCH",)
    assert standing.owing == {
        "UOMAR": (State.OPERATION,),
        "URITA": (State.ORGANIZATION,),
    }
    assert standing.presumptive


def test_status_says_what_is_vacant_presumed_and_not_presumptive(desk):
    announced(desk, "web 1")
    desk.meet("omar", deactivated=True)
    standing = desk.say("status web").about["standing"]
    assert not standing.presumptive
    assert standing.states[2].how == "vacant"
    desk.meet("omar")
    released(desk)
    standing = desk.say("status payments").about["standing"]
    assert {s.how for s in standing.states} == {"asserted"}


def test_status_alone_lists_all_that_is_open(desk):
    announced(desk)
    announced(desk, "ledger 7")
    for line in ("status", "status all"):
        names = [c.name for c in desk.say(line).about["candidates"]]
        assert names == ["payments@2.4.1#1", "ledger@7#1"]


def test_status_says_from_when_silence_counts_where_that_matters(desk):
    announced(desk)
    desk.say("assert payments")
    desk.say("halt payments CVE-1", by="sam")
    standing = desk.say("status payments").about["standing"]
    assert {s.state: s.fair_at for s in standing.states} == {
        "product": None,
        "security": None,
        "operation": at("2026-11-24 09:00"),
        "organization": at("2026-11-24 09:00"),
    }
