"""No candidate goes out on a row that its facts did not make, and the operator can put it back (DESIGN 2.7)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.audit.verifying import verify
from commands.presume import resume_due, settle_due
from commands.replay import replay
from rules.words import Role, State
from storage import tables
from storage.faults import Unavailable
from storage.hands import OF
from tests.commands.office import FAIR, Office, all_assert, announced, quiet
from tests.commands.test_together import both_ways

NAME = "payments@2.4.1#1"


def forge(desk: Office, name: str = NAME, **fields: object) -> None:
    """What a hand with the file open writes into a candidate's row; the columns go along."""
    table = tables.candidates
    product = name.partition("@")[0]
    with desk.database.write(desk.desk.clock) as tx:
        row = table.c.product == product
        stored = tx._connection.execute(table.select().where(row)).one()
        doc = json.loads(stored.doc) | fields
        columns = {k: v for k, v in fields.items() if k == "phase"}
        if fields.get("phase") == "announced":
            columns["due_at"] = stored.release_at
        tx._connection.execute(update(table).where(row).values(doc=json.dumps(doc), **columns))


def run(desk: Office, *statements: str) -> None:
    with desk.database.write(desk.desk.clock) as tx:
        for statement in statements:
            tx._connection.exec_driver_sql(statement)


def settled(desk: Office) -> str:
    quiet(settle_due, desk.desk)
    return str(desk.candidate().phase)


def word(by: str) -> dict[str, object]:
    return {"by": by, "hats": [], "at": "2026-11-23T09:00:00Z"}


def test_a_halt_taken_out_of_the_row_is_put_back_from_the_facts_and_stands(desk):
    announced(desk)
    desk.say("halt payments CVE-1 is open", by="sam")
    forge(desk, phase="announced", halts=[])
    desk.until(FAIR)
    assert settled(desk) == "announced"
    held = desk.candidate()
    assert (held.release_at, held.why) == (None, ("row-differs",))
    assert desk.told("row-differs") == ["operator"]
    assert desk.heard_of("release.waiting") == ["rita"]
    assert "phase is announced" in desk.facts(kind="release.waiting")[0].about["differs"]
    assert resume_due(desk.desk) == 0
    assert any("halts" in each for each in replay(desk.desk, NAME))
    back = desk.candidate()
    assert (back.phase, back.release_at) == ("halted", FAIR)
    assert [halt.reason for halt in back.open_halts] == ["CVE-1 is open"]
    assert replay(desk.desk, NAME) == ()
    assert desk.kinds()[-1] == "candidate.replayed"
    with desk.database.read() as reader:
        assert verify(reader, None).well
    desk.wait(hours=30)
    assert settled(desk) == "halted"


@pytest.mark.parametrize("line", ["2.4.1 rebuild", "2.4.1+7", "2.5.0"])
def test_a_halt_taken_out_of_the_row_is_not_shaken_off_by_announcing_anew(desk, line):
    announced(desk)
    desk.say("halt payments CVE-1 is open", by="sam")
    forge(desk, phase="announced", halts=[])
    refused = desk.say(f"announce payments {line}", by="dave")
    assert (refused.template, refused.about["candidate"]) == ("row-differs", NAME)
    replay(desk.desk, NAME)
    reply = desk.say(f"announce payments {line}", by="dave")
    assert [halt.reason for halt in reply.about["candidate"].open_halts] == ["CVE-1 is open"]


def test_nor_by_withdrawing_it_first(desk):
    announced(desk)
    desk.say("halt payments CVE-1 is open", by="sam")
    forge(desk, phase="announced", halts=[])
    desk.say("withdraw payments", by="rita")
    assert desk.say("announce payments 2.4.1", by="dave").template == "row-differs"


FORGED = [
    {"assertions": {state: word("UALICE") for state in State}},
    {"policy": {"silence": "presume", "notice_hours": 0}},
    {"notice_from": "2026-11-20T09:00:00Z"},
    {"announced_by": "USAM"},
]


@pytest.mark.parametrize("fields", FORGED, ids=lambda fields: next(iter(fields)))
def test_whatever_differs_it_waits_and_goes_on_once_it_is_put_back(desk, fields):
    announced(desk)
    forge(desk, **fields)
    desk.until(FAIR)
    assert settled(desk) == "announced"
    assert desk.candidate().why == ("row-differs",)
    desk.wait(hours=1)
    assert resume_due(desk.desk) == 0
    assert replay(desk.desk, NAME)
    assert resume_due(desk.desk) == 1
    again = desk.candidate().release_at
    assert again is not None
    assert again >= desk.now + timedelta(hours=2), "the resume notice"
    desk.deliver()
    desk.until(again)
    assert settled(desk) == "released"


def test_go_is_refused_while_the_row_differs(desk):
    announced(desk)
    forge(desk, assertions={state: word("UALICE") for state in State})
    assert desk.say("go payments", by="rita").template == "row-differs"
    replay(desk.desk, NAME)
    assert desk.say("go payments", by="rita").template == "still-silent"
    desk.tick()
    all_assert(desk)
    assert desk.say("go payments", by="rita").template == "gone"


def test_what_is_put_back_before_it_was_due_has_the_resume_notice(desk):
    announced(desk)
    desk.until(FAIR - timedelta(minutes=10))
    forge(desk, notes="another")
    assert replay(desk.desk, NAME)
    after = desk.candidate().release_at
    assert after is not None
    assert after >= desk.now + timedelta(hours=2)


def test_the_others_of_a_batch_go_out(desk):
    announced(desk)
    announced(desk, "ledger 7")
    forge(desk, announced_by="USAM")
    desk.until(FAIR)
    assert settled(desk) == "announced"
    assert desk.candidate("ledger@7#1").phase == "released"


def test_a_changed_fact_of_it_holds_it_too_and_can_not_be_put_back(desk):
    announced(desk)
    drop = "DROP TRIGGER facts_no_update"
    change = "UPDATE facts SET body = replace(body, 'UDAVE', 'USAM') WHERE candidate = '%s'"
    run(desk, drop, change % NAME)
    forge(desk, announced_by="USAM")
    desk.until(FAIR)
    assert settled(desk) == "announced"
    with pytest.raises(Unavailable, match="can't be relied on either"):
        replay(desk.desk, NAME)


def test_a_lost_or_unreadable_row_is_put_back(desk):
    announced(desk)
    for statement in (
        "DELETE FROM candidates",
        "UPDATE candidates SET doc = '{'",
        "UPDATE candidates SET phase = 'released', due_at = NULL",
    ):
        run(desk, statement)
        assert replay(desk.desk, NAME)
        assert desk.candidate().phase == "announced"
        with desk.database.read() as reader:
            assert verify(reader, None).well


def test_nobody_can_put_back_what_no_fact_names(desk):
    with pytest.raises(Unavailable, match="No fact names payments@9#1"):
        replay(desk.desk, "payments@9#1")


def test_one_of_a_set_whose_row_differs_holds_the_others(plant):
    one, two = both_ways(plant)
    forge(plant, one, announced_by="USAM")
    at = max(plant.candidate(name).release_at for name in (one, two))
    plant.until(at)
    quiet(settle_due, plant.desk)
    assert plant.candidate(one).why == ("row-differs",)
    assert plant.candidate(two).why == (f"held:{one}",)
    plant.wait(minutes=5)
    assert resume_due(plant.desk) == 0
    replay(plant.desk, one)
    assert resume_due(plant.desk) >= 1
    assert plant.candidate(one).release_at == plant.candidate(two).release_at is not None


TAKEN_OVER = (
    "UPDATE products SET doc = replace(doc, 'UALICE', 'UXENA') WHERE name = 'payments'",
    "UPDATE products SET changed = (SELECT counter + 1 FROM changes) WHERE name = 'payments'",
    "UPDATE changes SET counter = counter + 1",
)


def test_a_role_taken_over_in_the_products_row_lets_nothing_out(desk):
    announced(desk)
    run(desk, *TAKEN_OVER)
    assert desk.say("assert payments", by="xena").template == "asserted", (
        "the row is believed so far"
    )
    for who in ("sue", "omar", "rita"):
        desk.say("assert payments", by=who)
    assert desk.say("go payments", by="rita").template == "row-differs"
    desk.until(FAIR)
    assert settled(desk) == "announced"
    assert desk.candidate().why == ("row-differs",)
    with desk.database.read() as reader:
        said = verify(reader, None).text
    assert "Product Owner is UXENA in its row, and UALICE by its facts" in said
    desk.wait(minutes=2)
    assert resume_due(desk.desk) == 0
    assert "Product Owner is UXENA" in replay(desk.desk, NAME)[0]
    assert replay(desk.desk, NAME) == ()
    assert desk.facts(kind="holders.restored")[0].product == "payments"
    assert resume_due(desk.desk) == 1
    with desk.database.read() as reader:
        (alice,) = reader.company().products["payments"].holders[Role.PRODUCT_OWNER]
        assert verify(reader, None).well
    assert (alice.id, alice.kind, alice.since) == ("UALICE", "user", desk.now)
    assert desk.say("go payments", by="xena").template == "not-your-role"


def test_hands_are_found_by_their_index(desk):
    with desk.database.read() as reader:
        plan = reader._connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {OF.compile()}", {"product": "payments"}
        ).all()
    assert "ix_facts_hands" in str(plan)
