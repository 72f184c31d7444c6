"""`extend`: one working day more, once per person and role, and nobody undoes it."""

from __future__ import annotations

from rules.words import Role
from tests.commands.office import announced, at, product, user


def test_each_person_extends_once_by_a_working_day(desk):
    announced(desk)
    reply = desk.say("extend payments", by="sam")
    assert reply.template == "extended-by-you"
    assert reply.about["candidate"].release_at == at("2026-11-25 09:15")
    again = desk.say("extend payments", by="sam")
    assert (again.template, again.about["until"]) == ("already-extended", at("2026-11-25 09:15"))
    assert desk.say("extend payments", by="sue").about["candidate"].release_at == at(
        "2026-11-26 09:15"
    )


def test_somebody_with_two_roles_extends_twice(desk):
    holders = {**product("payments").holders, Role.OPERATIONS_COORDINATOR: (user("alice"),)}
    desk.apply(product("payments", holders=holders))
    announced(desk)
    assert desk.say("extend payments").ok
    assert desk.say("extend payments").ok
    assert desk.say("extend payments").template == "already-extended"
    assert desk.candidate().release_at == at("2026-11-26 09:15")


def test_a_friday_is_followed_by_monday(desk):
    announced(desk, "payments 2.4.1 fri 14:00")
    assert desk.say("extend payments").about["candidate"].release_at == at("2026-11-30 14:00")


def test_a_later_reschedule_cannot_undo_it(desk):
    announced(desk)
    desk.say("extend payments", by="omar")
    desk.until("2026-11-24 08:00")
    reply = desk.say("reschedule payments today 12:00", by="rita")
    assert reply.template == "no-earlier"
    assert desk.candidate().release_at == at("2026-11-25 09:15")


def test_it_takes_a_role(desk):
    announced(desk)
    for who in ("dave", "xena"):
        reply = desk.say("extend payments", by=who)
        assert (reply.template, reply.about["roles"]) == ("not-your-role", list(Role))
