"""`apply`: a catalogue goes in whole or not at all, with facts, and never hastens anything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from commands.apply import Declaration, apply
from rules.product import DEFAULT_CRITERIA, Policy
from rules.words import Role, Silence
from rules.worktime import Calendar
from storage.database import Database
from tests.commands.office import FAIR, MONDAY, Office, all_assert, announced, at, product, user


def company(desk):
    with desk.database.read() as reader:
        return reader.company()


def test_a_catalogue_without_a_difference_writes_nothing(desk):
    before = desk.written()
    assert apply(desk.desk, Declaration(products=(product("payments"),))) == ()
    assert desk.written() == before


def test_what_changes_is_facts_and_one_message_of_news(desk):
    before = len(desk.facts())
    told = len(desk.messages("news"))
    lines = ("payments: silence presume → hold", "+ product payments-api", "calendar payments: x")
    hold = product("payments", policy=Policy(silence=Silence.HOLD))
    assert desk.apply(hold, product("payments-api"), lines=lines) == lines
    facts = desk.facts()[before:]
    assert [(f.kind, f.product) for f in facts] == [
        ("product.changed", "payments"),
        ("product.declared", "payments-api"),
        *[("holders.changed", "payments-api")] * 4,
        ("catalogue.applied", None),
    ]
    assert facts[0].about == {"lines": [lines[0]]}
    lists = {state: list(said) for state, said in DEFAULT_CRITERIA.items()}
    assert facts[1].about == {"lines": [lines[1]], "criteria": lists}
    assert facts[-1].about == {"lines": list(lines)}
    assert {f.by.door for f in facts} == {"command line"}
    (news,) = desk.messages("news")[told:]
    assert (news.target, news.about) == ("C1", {"fact": len(desk.facts())})


def test_hands_that_change_are_a_fact_of_their_own(desk):
    holders = {**product("payments").holders, Role.PRODUCT_OWNER: (user("xena"),)}
    desk.apply(product("payments", holders=holders))
    fact = desk.facts(kind="holders.changed")[-1]
    assert fact.about == {"role": Role.PRODUCT_OWNER, "from": ["UALICE"], "to": ["UXENA"]}
    announced(desk)
    assert desk.say("assert payments", by="alice").template == "not-your-state"
    assert desk.say("assert payments", by="xena").template == "asserted"


def test_who_held_a_role_before_has_held_it_since_then(desk):
    desk.wait(hours=3)
    now = desk.now
    kept, new = user("alice", now), user("xena", now)
    holders = {**product("payments").holders, Role.PRODUCT_OWNER: (kept, new)}
    desk.apply(product("payments", holders=holders))
    assert company(desk).products["payments"].holders[Role.PRODUCT_OWNER] == (user("alice"), new)


def test_what_is_not_declared_is_left_alone(desk):
    desk.apply(product("payments", scheme="pep440"), zone="Europe/Paris")
    after = company(desk)
    assert set(after.products) == {"payments", "ledger", "web"}
    assert after.installation.channel == "C1"
    assert after.installation.operator == "UOPERATOR"
    assert after.installation.zone == "Europe/Paris"


def test_all_or_nothing(desk):
    before = desk.written()
    criteria: Any = {"security": object()}
    broken = product("zed", criteria=criteria)
    with pytest.raises(Exception, match="serialize"):
        desk.apply(product("payments", scheme="pep440"), product("new"), broken)
    assert desk.written() == before
    assert set(company(desk).products) == {"payments", "ledger", "web"}
    assert company(desk).products["payments"].scheme == "semver"
    again = Database.open(f"sqlite:///{desk.file}")
    with again.read() as reader:
        assert set(reader.company().products) == {"payments", "ledger", "web"}
    again.close()


def test_a_stricter_policy_delays_an_open_candidate(desk):
    announced(desk)
    desk.apply(product("payments", policy=Policy(notice_hours=16)))
    after = desk.candidate()
    assert after.policy.notice_hours == 16
    assert after.release_at > FAIR
    assert desk.kinds() == ["candidate.announced", "policy.tightened"]


def test_a_laxer_policy_hastens_nothing(desk):
    announced(desk, "payments 2.4.1 fri 14:00")
    desk.apply(product("payments", policy=Policy(notice_hours=1, resume_hours=0)))
    assert desk.candidate().policy == Policy()
    assert desk.candidate().release_at == at("2026-11-27 14:00")
    desk.say("reschedule payments 12:00", by="rita")
    assert desk.candidate().release_at >= FAIR - timedelta(minutes=15)


def test_silence_that_comes_to_hold_holds_what_is_open(desk):
    announced(desk)
    desk.apply(product("payments", policy=Policy(silence=Silence.HOLD)))
    desk.until(FAIR)
    desk.tick()
    assert desk.candidate().waiting
    desk.apply(product("payments"))
    desk.tick()
    assert desk.candidate().waiting


def test_what_is_released_is_not_touched(desk):
    announced(desk)
    all_assert(desk)
    desk.say("go payments", by="rita")
    before = desk.candidate()
    desk.apply(product("payments", policy=Policy(notice_hours=16)))
    assert desk.candidate() == before


def test_nobody_new_is_asked_about_what_is_released(desk):
    announced(desk)
    desk.until(FAIR)
    desk.tick()
    assert desk.candidate().phase == "released"
    holders = {**product("payments").holders, Role.PRODUCT_OWNER: (user("xena", desk.now),)}
    desk.apply(product("payments", holders=holders))
    assert desk.messages("ask", to="xena") == []


def test_a_new_holder_is_asked_and_their_notice_begins_now(desk):
    announced(desk)
    desk.until("2026-11-24 09:00")
    holders = {**product("payments").holders, Role.PRODUCT_OWNER: (user("xena", desk.now),)}
    desk.apply(product("payments", holders=holders))
    assert [m.states for m in desk.messages("ask", to="xena")] == [("product",)]
    assert desk.candidate().release_at >= at("2026-11-25 09:00")


def test_a_role_made_vacant_makes_the_candidate_wait(desk):
    announced(desk)
    holders = {**product("payments").holders, Role.OPERATIONS_COORDINATOR: (user("gwen"),)}
    desk.apply(product("payments", holders=holders))
    assert desk.candidate().waiting
    assert desk.candidate().why == ("vacant:operation",)


def test_a_calendar_drawn_anew_reaches_the_products_that_use_it(desk):
    named = Calendar("uk")
    desk.apply(product("payments", calendar=named), calendars={"uk": named})
    announced(desk)
    tuesday_off = Calendar("uk", holidays=frozenset({date(2026, 11, 24)}))
    desk.apply(lines=("calendar uk: holidays",), calendars={"uk": tuesday_off})
    assert company(desk).products["payments"].calendar == tuesday_off
    assert desk.candidate().release_at >= at("2026-11-25 09:00")
    desk.apply(product("ledger", calendar=named), lines=("ledger: calendar none → uk",))
    assert company(desk).products["payments"].calendar == tuesday_off


def test_people_get_the_calendar_the_catalogue_gives_them(desk):
    desk.apply(
        lines=("alice: calendar none → uk",),
        calendars={"uk": Calendar("uk")},
        people_calendars={"UALICE": "uk"},
    )
    assert company(desk).people["UALICE"].calendar == "uk"
    desk.wait(minutes=1)
    assert company(desk).people["UALICE"].calendar == "uk"


def test_without_a_channel_of_the_whole_the_news_goes_to_the_products_own(tmp_path):
    office = Office(tmp_path / "new.db", MONDAY)
    office.database.upgrade()
    office.apply(product("payments"), product("ledger"))
    assert [f.kind for f in office.facts()][-1] == "catalogue.applied"
    assert [(m.kind, m.target) for m in office.messages()] == [("news", "C1")]
    office.database.close()
