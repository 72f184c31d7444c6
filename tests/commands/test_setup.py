"""`setup`: the first minutes, from an empty installation to a first candidate."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from commands.dispatch import Desk
from commands.pending import settle_pending
from commands.request import Reply
from rules.words import Role
from tests.commands.office import ANSWER_URL, MONDAY, Office, tools, uid

EVERYBODY = ("alice", "sam", "omar", "rita", "gwen", "xena")


@pytest.fixture(scope="module")
def unused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and nothing in them."""
    office = Office(tmp_path_factory.mktemp("unused") / "unused.db")
    office.database.upgrade()
    office.database.close()
    return office.file


@pytest.fixture
def desk(unused: Path, tmp_path: Path) -> Iterator[Office]:
    """Nothing is set up; the directory knows everybody, and that alice and rita are admins."""
    shutil.copyfile(unused, tmp_path / "desk.db")
    office = Office(tmp_path / "desk.db")
    for name in EVERYBODY:
        office.meet(name, admin=name in {"alice", "rita"})
    yield office
    office.database.close()


def form(**other: Any) -> dict[str, Any]:
    """The form as alice fills it in."""
    holders = dict(zip((r.value for r in Role), ("alice", "sam", "omar", "rita"), strict=True))
    filled = {role: [uid(name)] for role, name in holders.items()}
    return {"channel": "C1", "zone": "europe/london", "product": "payments", **filled, **other}


def test_an_admin_sets_up_and_the_first_candidate_is_announced(desk):
    reply = desk.fill_in("setup", "", "alice", **form())
    assert reply.template == "set-up"
    assert reply.about["product"].name == "payments"
    assert reply.about["roles"][1] == {"role": Role.SECURITY_ARCHITECT, "owners": ("USAM",)}
    assert desk.say("announce payments 1.0.0", by="omar").template == "announced"


def test_it_does_what_a_catalogue_would_and_says_who_did_it(desk):
    desk.fill_in("setup", "", "alice", **form())
    facts = desk.facts()
    assert [fact.kind for fact in facts] == [
        "product.declared",
        *["holders.changed"] * 4,
        "catalogue.applied",
    ]
    assert {fact.by.person for fact in facts} == {"UALICE"}
    assert facts[-1].about["lines"] == [
        "+ channel C1",
        "+ zone Europe/London",
        "+ operator @alice",
        "+ product payments",
    ]
    assert [(m.kind, m.target) for m in desk.messages("news")] == [("news", "C1")]
    with desk.database.read() as reader:
        installed = reader.company().installation
    assert (installed.channel, installed.zone) == ("C1", "Europe/London")
    assert installed.operator == "UALICE"
    assert installed.declared["products"]["payments"]["roles"]["security-architect"] == ["USAM"]
    assert installed.declared["products"]["payments"]["policy"]["notice_hours"] == 8


def test_one_person_may_hold_all_four_roles(desk):
    alone = {role.value: ["UALICE"] for role in Role}
    assert desk.fill_in("setup", "", "alice", **form(**alone)).ok


@pytest.mark.parametrize(
    ("wrong", "template", "field"),
    [
        ({"zone": "Berlin"}, "odd-zone", "zone"),
        ({"zone": ""}, "odd-zone", "zone"),
        ({"product": "Our Shop"}, "odd-product", "product"),
        ({"channel": None}, "channel-needed", "channel"),
        ({"operations-coordinator": []}, "holder-needed", "operations-coordinator"),
        ({"product-owner": ["UALICE", "UGWEN"]}, "cannot-hold", "product-owner"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_set_up(desk, wrong, template, field):
    reply = desk.fill_in("setup", "", "alice", **form(**wrong))
    assert (reply.template, reply.field_name, reply.ok) == (template, field, False)
    assert desk.written() == (0, 0)
    assert desk.fill_in("setup", "", "alice", **form()).ok


def test_a_wrong_zone_is_told_its_nearest(desk):
    assert desk.fill_in("setup", "", "alice", **form(zone="Berlin")).about["near"] == [
        "Europe/Berlin"
    ]


def test_only_an_admin_may_as_looked_up_at_the_press(desk):
    desk.meet("alice", admin=False)
    reply = desk.fill_in("setup", "", "alice", **form())
    assert reply.template == "not-an-admin"
    assert reply.about["admins"] == ["URITA"]
    (fact,) = desk.facts()
    assert (fact.kind, fact.by.person) == ("act.refused", "UALICE")
    assert desk.fill_in("setup", "", "gwen", **form()).template == "outsider"
    assert desk.fill_in("setup", "", "rita", **form()).ok


def test_who_comes_second_is_refused(desk):
    assert desk.fill_in("setup", "", "alice", **form()).ok
    before = desk.written()
    reply = desk.fill_in("setup", "", "rita", **form(product="ledger"))
    assert (reply.template, reply.about["products"]) == ("already-set-up", ["payments"])
    strange = form(product="ledger", **{"product-owner": ["UBOB"]})
    assert desk.fill_in("setup", "", "rita", **strange).template == "already-set-up"
    assert desk.say("setup", by="rita").template == "already-set-up"
    assert desk.written() == before


def test_a_form_sent_twice_is_done_once(desk):
    assert desk.fill_in("setup", "", "alice", key="view:V1", **form()).template == "set-up"
    before = desk.written()
    assert desk.fill_in("setup", "", "alice", key="view:V1", **form()).template == "seen-before"
    assert desk.written() == before


def test_whom_nobody_has_read_yet_is_looked_up_first_and_the_press_keeps_its_time(desk):
    strange = form(**{"product-owner": ["UBOB"]})
    reply = desk.fill_in("setup", "", "alice", **strange)
    assert (reply.template, reply.ok, reply.about["you"]) == ("looking-you-up", True, False)
    assert settle_pending(desk.desk) == 0
    desk.now = MONDAY.replace(minute=2)
    desk.meet("bob")
    assert settle_pending(desk.desk) == 1
    (fact,) = desk.facts(kind="catalogue.applied")
    assert fact.about["pressed_at"] == "2026-11-23T09:00:00.000000+00:00"
    assert desk.messages("answer")[-1].about["text"] == "set-up"
    assert settle_pending(desk.desk) == 0


def test_somebody_looked_up_who_cannot_hold_is_refused_and_the_form_can_be_opened_again(desk):
    drawn: list[Reply] = []

    def draw(reply: Reply, *_: Any) -> dict[str, Any]:
        drawn.append(reply)
        return {"text": "", "blocks": []}

    desk.desk = Desk(desk.database, lambda: desk.now, replace(tools(), draw=draw))
    desk.fill_in("setup", "", "alice", **form(**{"product-owner": ["UBOB"]}))
    desk.meet("bob", bot=True)
    settle_pending(desk.desk)
    assert [c.command for c in drawn[-1].choices] == ["open setup"]
    assert drawn[-1].template == "cannot-hold"
    assert not desk.facts()


@pytest.mark.parametrize(
    "line", ["", "announce payments 1.0.0", "announce", "status", "halt x", "owners", "history x"]
)
def test_until_then_everybody_hears_how_to_begin(desk, line):
    reply = desk.say(line, by="xena")
    assert (reply.template, reply.about["admins"]) == ("not-set-up", ["UALICE", "URITA"])
    assert (reply.about["may_begin"], reply.choices) == (False, ())
    assert [c.command for c in desk.say(line, by="alice").choices] == ["open setup"]
    assert desk.say(line, by="gwen").template == "outsider"
    assert not desk.facts(kind="product.declared")


def test_help_is_given_before_anything_is_set_up(desk):
    assert desk.say("help", by="xena").template == "help"
    assert desk.say("help setup", by="xena").template == "help-verb"
    assert desk.say("setup", by="alice").template == "not-set-up"
    assert desk.say("setup", by="xena").template == "not-an-admin"


def test_at_most_five_admins_are_named(desk):
    for number in range(6):
        desk.meet(f"root{number}", admin=True)
    about = desk.say("", by="xena").about
    assert (len(about["admins"]), about["more"]) == (5, 3)


def test_the_operator_at_the_command_line_is_told_of_the_catalogue(desk):
    assert desk.say("announce payments 1.0.0", by=None).template == "no-products"
    assert desk.say("setup", by=None).template == "not-at-the-command-line"


def test_news_that_cannot_be_posted_is_told_to_the_admin(desk):
    desk.fill_in("setup", "", "alice", **form())
    with desk.database.write(desk.desk.clock) as tx:
        for message in tx.claim(100):
            if message.kind == "news":
                tx.dead(message.key, "not_in_channel")
            else:
                tx.sent(message.key, message.want, message.target, "1.0")
    desk.tick()
    desk.tick()
    assert desk.told("dead-letter") == ["alice"]


def test_the_answer_goes_to_the_admin_privately(desk):
    desk.fill_in("setup", "", "alice", **form())
    (answer,) = desk.messages("answer")
    assert (answer.target, answer.person) == (ANSWER_URL, "UALICE")
