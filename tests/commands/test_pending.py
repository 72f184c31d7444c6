"""Acts of people not known yet: kept with the time of their press, and no halt among them lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.pending import settle_pending
from commands.presume import settle_due
from rules.people import Holder
from rules.words import Role
from tests.commands.office import (
    FAIR,
    MONDAY,
    Office,
    all_assert,
    announced,
    at,
    product,
    quiet,
)


def waiting(desk: Office):
    with desk.database.read() as reader:
        return reader.pending(desk.now)


def with_bob(desk: Office) -> None:
    """bob may act for Product, but nobody has read his row."""
    holders = dict(product("payments").holders)
    holders[Role.PRODUCT_OWNER] += (Holder("user", "UBOB", MONDAY),)
    desk.apply(product("payments", holders=holders))


def test_an_unknown_persons_act_waits_and_is_done_as_of_its_press(desk):
    with_bob(desk)
    announced(desk)
    reply = desk.say("assert payments", by="bob")
    assert (reply.template, reply.ok) == ("looking-you-up", True)
    assert desk.candidate().assertions == {}
    assert settle_pending(desk.desk) == 0
    pressed = desk.now
    desk.wait(minutes=3)
    desk.meet("bob")
    assert settle_pending(desk.desk) == 1
    assert [a.by for a in desk.candidate().assertions.values()] == ["UBOB"]
    (fact,) = desk.facts(kind="state.asserted")
    assert fact.about["pressed_at"] == pressed.isoformat(timespec="microseconds")
    assert waiting(desk) == ()
    assert settle_pending(desk.desk) == 0


def test_the_answer_comes_later_and_lapses_half_an_hour_after_the_press(desk):
    announced(desk)
    pressed = desk.now
    desk.say("go payments", by="bob")
    desk.wait(minutes=3)
    desk.meet("bob")
    settle_pending(desk.desk)
    (answer,) = desk.messages("answer")
    assert answer.about["text"] == "not-your-role"
    assert answer.expires_at == pressed + timedelta(minutes=30)


def test_reading_waits_too(desk):
    announced(desk)
    assert desk.say("status payments", by="bob").template == "looking-you-up"
    desk.meet("bob")
    settle_pending(desk.desk)
    assert [m.about["text"] for m in desk.messages("answer")] == ["status"]


def test_a_row_older_than_half_an_hour_is_as_good_as_none(desk):
    announced(desk)
    desk.wait(minutes=30, mirror=False)
    assert desk.say("assert payments").template == "asserted"
    desk.wait(seconds=1, mirror=False)
    assert desk.say("assert payments", by="omar").template == "looking-you-up"


def test_a_stale_group_holds_up_acts_but_not_reading(desk):
    announced(desk)
    desk.wait(minutes=31, mirror=False)
    desk.meet("rita")
    assert desk.say("status payments", by="rita").ok
    assert desk.say("extend payments", by="rita").template == "looking-you-up"


def test_another_products_lost_group_holds_up_nobody(desk):
    holders = {**product("ledger").holders, Role.PRODUCT_OWNER: (Holder("group", "SGONE", MONDAY),)}
    desk.apply(product("ledger", holders=holders))
    announced(desk)
    assert desk.say("extend payments", by="rita").template == "extended-by-you"
    assert desk.say("announce ledger 7", by="dave").template == "looking-you-up"


def test_the_same_key_pends_once(desk):
    announced(desk)
    assert desk.say("halt payments no", by="bob", key="k").template == "looking-you-up"
    assert desk.say("halt payments no", by="bob", key="k").template == "seen-before"
    assert len(waiting(desk)) == 1


def test_a_pending_halt_blocks_release_and_stands_once_its_author_is_known(desk):
    with_bob(desk)
    announced(desk)
    desk.until(FAIR - timedelta(minutes=5))
    desk.say("halt payments wait for me", by="bob")
    desk.until(FAIR + timedelta(minutes=2))
    settle_due(desk.desk)
    assert desk.candidate().phase == "announced"
    desk.meet("bob")
    desk.tick()
    assert desk.candidate().phase == "halted"
    assert desk.candidate().open_halts[0].reason == "wait for me"


def test_a_pending_halt_blocks_go(desk):
    announced(desk)
    all_assert(desk)
    desk.say("halt payments wait", by="bob")
    assert desk.say("go payments", by="rita").template == "halt-pending"


def test_a_halt_pending_on_another_product_blocks_nothing(desk):
    announced(desk)
    all_assert(desk)
    announced(desk, "ledger 7")
    desk.say("halt ledger wait", by="bob")
    assert desk.say("go payments", by="rita").template == "gone"


def test_a_halt_pending_on_one_of_two_open_versions_blocks_that_product_only(desk):
    announced(desk, "payments 2.4.1")
    announced(desk, "payments 2.4.0")
    announced(desk, "ledger 7")
    all_assert(desk, "ledger")
    desk.say("halt payments wait", by="bob")
    assert [(act.product, act.candidate) for act in waiting(desk)] == [("payments", None)]
    assert desk.say("go ledger", by="rita").template == "gone"


def test_a_halt_pending_on_one_version_blocks_no_other(desk):
    announced(desk, "payments 2.4.1")
    announced(desk, "payments 2.4.0")
    all_assert(desk, "payments@2.4.0")
    desk.say("halt payments@2.4.1 wait", by="bob")
    assert desk.say("go payments@2.4.0", by="rita").template == "gone"


def test_a_pending_halt_on_nobody_knows_what_blocks_everything(desk):
    announced(desk)
    all_assert(desk)
    desk.say("halt paymnts wait", by="bob")
    assert desk.say("go payments", by="rita").template == "halt-pending"


def test_found_to_be_a_guests_a_halt_is_refused_and_blocks_no_longer(desk):
    announced(desk)
    desk.until(FAIR - timedelta(minutes=5))
    desk.say("halt payments ha", by="bob")
    desk.until(FAIR)
    assert settle_due(desk.desk) == 1
    assert desk.candidate().phase == "announced"
    desk.meet("bob", guest=True)
    desk.tick()
    assert [m.about["text"] for m in desk.messages("answer")] == ["outsider"]
    assert [f.about["reason"] for f in desk.facts(kind="act.refused")] == ["outsider"]
    desk.wait(minutes=1)
    settle_due(desk.desk)
    assert desk.candidate().phase == "released"


def test_a_halt_unresolved_after_a_quarter_of_an_hour_goes_to_all_four_once(desk):
    announced(desk)
    desk.until(FAIR - timedelta(minutes=5))
    desk.say("halt payments the totals are wrong", by="bob")
    desk.wait(minutes=14, seconds=59)
    desk.tick()
    assert desk.heard_of("halt.unresolved") == []
    desk.wait(seconds=1)
    desk.tick()
    assert desk.heard_of("halt.unresolved") == ["alice", "omar", "rita", "sam", "sue"]
    (fact,) = desk.facts(kind="halt.unresolved")
    assert fact.about["reason"] == "payments the totals are wrong"
    after = desk.candidate()
    assert after.phase == "announced"
    assert after.release_at is not None
    assert after.release_at >= desk.now + timedelta(hours=2)
    moved = after.release_at
    desk.wait(hours=1)
    desk.say("halt payments still wrong", by="bob")
    desk.wait(minutes=15)
    desk.tick()
    assert desk.candidate().release_at == moved
    assert len(desk.facts(kind="halt.unresolved")) == 1


def test_an_unresolved_halt_on_a_build_since_replaced_goes_to_those_of_the_new_one(desk):
    announced(desk)
    desk.say("halt payments wrong", by="bob")
    announced(desk, "payments 2.4.1 rebuild")
    desk.wait(minutes=15)
    desk.tick()
    assert "halt.unresolved" in desk.kinds("payments@2.4.1#2")


def test_an_unresolved_halt_by_a_form_passes_on_its_reason(desk):
    announced(desk)
    desk.fill_in("halt", "payments@2.4.1#1", "bob", reason="two\nlines", states=[])
    desk.wait(minutes=15)
    desk.tick()
    assert desk.facts(kind="halt.unresolved")[0].about["reason"] == "two\nlines"


def test_an_unresolved_choice_passes_on_the_words_that_were_kept(desk):
    announced(desk)
    reply = desk.say("halt paymnts totals wrong", by="xena")
    desk.press(reply.choices[0].command, by="bob")
    desk.wait(minutes=15)
    desk.tick()
    assert desk.facts(kind="halt.unresolved")[0].about["reason"] == "paymnts totals wrong"


def test_those_who_must_go_on_waiting_stand_in_nobodys_way(desk):
    announced(desk)
    for number in range(5):
        desk.say("status", by=f"nobody{number}")
    desk.say("halt payments wrong", by="bob")
    desk.wait(minutes=15)
    assert settle_pending(desk.desk, limit=1) == 1
    assert desk.heard_of("halt.unresolved") != []


def test_an_act_that_fails_by_our_fault_holds_up_no_other(desk):
    with_bob(desk)
    announced(desk)
    desk.fill_in("assert", "payments@2.4.1#1", "bob", drawn={"odd": [1]})
    desk.fill_in("halt", "payments@2.4.1#1", "bob", states=["odd"], reason="wrong totals")
    desk.say("extend payments", by="bob")
    desk.meet("bob")
    assert quiet(settle_pending, desk.desk) == 3
    told = [m.about["text"] for m in desk.messages("answer")]
    assert [text for text in told if text != "looking-you-up"] == [
        "fault",
        "fault",
        "extended-by-you",
    ]
    assert desk.heard_of("halt.unresolved") == ["alice", "bob", "omar", "rita", "sam", "sue"]


@pytest.mark.parametrize("phase", ["superseded", "withdrawn"])
def test_a_pending_act_on_what_has_ended_is_refused_with_the_true_state(desk, phase):
    with_bob(desk)
    announced(desk)
    desk.say("assert payments@2.4.1#1", by="bob")
    if phase == "superseded":
        announced(desk, "payments 2.4.1 rebuild")
    else:
        desk.say("withdraw payments", by="alice")
    desk.meet("bob")
    settle_pending(desk.desk)
    answer = desk.messages("answer")[0]
    assert answer.about["text"] in {"superseded", "already-withdrawn"}


def test_a_pending_release_time_is_read_in_the_zone_of_its_author(desk):
    with_bob(desk)
    announced(desk)
    desk.say("reschedule payments 2026-11-26 09:30", by="bob")
    desk.meet("bob", zone="Asia/Kolkata")
    settle_pending(desk.desk)
    assert desk.candidate().release_at == at("2026-11-26 04:00")


def test_an_unresolved_halt_is_placed_all_the_same_when_its_author_is_known_at_last(desk):
    with_bob(desk)
    announced(desk)
    desk.say("halt payments the totals are wrong", by="bob")
    desk.wait(minutes=16)
    desk.tick()
    assert desk.candidate().phase == "announced"
    desk.meet("bob")
    desk.tick()
    assert desk.candidate().open_halts[0].reason == "the totals are wrong"
    desk.tick()
    assert len(desk.candidate().halts) == 1


def test_any_other_act_is_given_up_after_a_quarter_of_an_hour_and_its_author_told(desk):
    with_bob(desk)
    announced(desk)
    desk.say("assert payments", by="bob")
    desk.wait(minutes=15)
    desk.tick()
    assert [m.about["text"] for m in desk.messages("answer")] == ["not-looked-up"]
    desk.meet("bob")
    desk.tick()
    assert desk.candidate().assertions == {}


def test_what_is_revoked_while_its_author_is_looked_up_blocks_and_is_not_given_up(desk):
    announced(desk)
    all_assert(desk)
    desk.until(FAIR - timedelta(minutes=5), mirror=False)
    assert desk.say("revoke payments CVE-1 is open", by="alice").template == "looking-you-up"
    desk.until(FAIR, mirror=False)
    desk.tick()
    assert desk.candidate().phase == "announced"
    desk.wait(minutes=20, mirror=False)
    desk.tick()
    assert desk.candidate().phase == "announced"
    desk.wait(minutes=1)
    desk.tick()
    assert [halt.reason for halt in desk.candidate().open_halts] == ["CVE-1 is open"]
