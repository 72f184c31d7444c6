"""Messages: one row each, the version wanted and the version sent, claimed before they are sent."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from rules.words import State
from storage.database import Database
from storage.outbox import LEASE, Message
from tests.storage.sample import MONDAY, monday, person

CARD = Message("card:payments@1#1", "card", "C1", candidate="payments@1#1")


def send(database: Database, *messages: Message, at: datetime = MONDAY) -> None:
    with database.write(lambda: at) as tx:
        for message in messages:
            tx.send(message)


def claim(database: Database, at: datetime = MONDAY, limit: int = 50) -> tuple[Message, ...]:
    with database.write(lambda: at) as tx:
        return tx.claim(limit)


def sent(database: Database, message: Message, at: datetime = MONDAY) -> None:
    with database.write(lambda: at) as tx:
        tx.sent(message.key, message.want, "C1", "1700000000.000100")


def look(database: Database, key: str = CARD.key) -> Message:
    with database.read() as reader:
        found = reader.message(key)
    assert found is not None
    return found


def test_a_storm_of_one_message_is_one_row_and_one_sending(database: Database) -> None:
    for _ in range(40):
        send(database, CARD, CARD)
    (claimed,) = claim(database)
    assert claimed.want == 80
    sent(database, claimed)
    assert look(database).state == "sent"
    assert claim(database) == ()


def test_what_is_asked_for_while_it_is_sent_is_sent_afterwards(database: Database) -> None:
    send(database, CARD)
    (first,) = claim(database)
    send(database, Message(CARD.key, "card", "C1", about={"words": "newer"}))
    assert claim(database) == ()
    sent(database, first)
    (second,) = claim(database)
    assert (second.want, second.sent, second.ts) == (2, 1, "1700000000.000100")
    assert second.about == {"words": "newer"}
    assert second.attempts == 1


def test_a_message_said_once_is_left_alone_when_asked_for_again(database: Database) -> None:
    send(database, Message("tell:1", "tell", "U1", about={"a": 1}, once=True))
    send(database, Message("tell:1", "tell", "U2", about={"a": 2}, once=True))
    (claimed,) = claim(database)
    assert (claimed.want, claimed.about, claimed.target) == (1, {"a": 1}, "U1")
    sent(database, claimed)
    send(database, Message("tell:1", "tell", "U1", once=True))
    assert claim(database) == ()


def test_messages_are_claimed_in_the_order_they_were_first_asked_for(database: Database) -> None:
    keys = [f"k{number}" for number in range(10)]
    send(database, *(Message(key, "tell", "U1") for key in keys))
    send(database, Message("k0", "tell", "U1"))
    taken = [claim(database, limit=4) for _ in range(4)]
    assert [[m.key for m in some] for some in taken] == [keys[:4], keys[4:8], keys[8:], []]


def test_asks_and_others_keep_the_order_in_which_they_were_sent(database: Database) -> None:
    ask = Message("ask", "ask", "U1", person="U1", states=(State.PRODUCT,))
    send(database, CARD, ask, Message("tell", "tell", "U1"))
    assert [m.key for m in claim(database)] == [CARD.key, "ask", "tell"]


def test_one_put_off_is_not_claimed_before_its_time(database: Database) -> None:
    send(database, CARD)
    claim(database)
    later = MONDAY + timedelta(seconds=30)
    with database.write(monday) as tx:
        tx.later(CARD.key, later, "ratelimited")
        assert tx.next_message_at() == later
    assert claim(database, later - timedelta(microseconds=1)) == ()
    (again,) = claim(database, later)
    assert (again.error, again.attempts, again.ambiguous) == ("ratelimited", 2, False)
    assert again.first_tried_at == MONDAY


def test_a_new_wish_does_not_hasten_one_put_off(database: Database) -> None:
    send(database, CARD)
    claim(database)
    with database.write(monday) as tx:
        tx.later(CARD.key, MONDAY + timedelta(seconds=30), "ratelimited")
        tx.send(CARD)
    assert claim(database, MONDAY + timedelta(seconds=29)) == ()


def test_a_crash_between_claim_and_outcome_makes_the_next_try_ambiguous(
    database: Database,
) -> None:
    send(database, CARD)
    claim(database)
    assert claim(database, MONDAY + LEASE - timedelta(seconds=1)) == ()
    (again,) = claim(database, MONDAY + LEASE)
    assert again.ambiguous
    sent(database, again)
    assert not look(database).ambiguous


def test_a_courier_that_starts_again_recovers_what_was_being_sent(database: Database) -> None:
    send(database, CARD, Message("tell", "tell", "U1"))
    claim(database, limit=1)
    with database.write(monday) as tx:
        assert tx.recover() == 1
    assert [(m.key, m.ambiguous) for m in claim(database)] == [(CARD.key, True), ("tell", False)]


def test_a_lost_answer_stays_ambiguous_over_later_tries(database: Database) -> None:
    send(database, CARD)
    for ambiguous in (True, False):
        claim(database)
        with database.write(monday) as tx:
            tx.later(CARD.key, MONDAY, "timeout", ambiguous=ambiguous)
    (again,) = claim(database)
    assert again.ambiguous
    with database.write(monday) as tx:
        tx.sent(CARD.key, 1, "C1", "1.1", repeated=True)
    assert look(database).repeated


def test_a_dead_letter_is_kept_until_it_is_revived(database: Database) -> None:
    send(database, CARD)
    claim(database)
    with database.write(monday) as tx:
        tx.dead(CARD.key, "channel_not_found")
        tx.send(CARD)
    assert claim(database) == ()
    with database.read() as reader:
        (letter,) = reader.dead_letters()
        assert (letter.error, letter.want) == ("channel_not_found", 2)
        assert reader.backlog().dead == 1
    with database.write(monday) as tx:
        tx.revive(CARD.key)
        assert tx.dead_letters() == ()
    assert [m.key for m in claim(database)] == [CARD.key]


def test_a_dead_letter_sent_elsewhere_is_tried_again(database: Database) -> None:
    send(database, CARD)
    with database.write(monday) as tx:
        tx.dead(CARD.key, "is_archived")
    send(database, Message(CARD.key, "card", "C2", candidate=CARD.candidate))
    (again,) = claim(database)
    assert again.target == "C2"


def test_what_has_expired_is_no_dead_letter(database: Database) -> None:
    soon = MONDAY + timedelta(minutes=30)
    send(database, Message("answer", "answer", "https://hooks", expires_at=soon))
    (late,) = claim(database, soon + timedelta(hours=1))
    assert late.expires_at == soon
    with database.write(monday) as tx:
        tx.expire("answer")
        assert tx.dead_letters() == ()
    assert claim(database) == ()


def test_a_touch_asks_again_only_for_messages_that_exist(database: Database) -> None:
    ask = Message("ask:1", "ask", "U1", candidate="payments@1#1", once=True)
    send(database, CARD, ask)
    for message in claim(database):
        sent(database, message)
    with database.write(monday) as tx:
        tx.touch("payments@1#1", "ask")
        tx.touch("payments@2#1", "ask")
    assert [(m.key, m.want) for m in claim(database)] == [("ask:1", 2)]


def test_the_first_delivery_is_what_counts_as_delivered(database: Database) -> None:
    send(database, CARD)
    sent(database, claim(database)[0])
    later = MONDAY + timedelta(hours=1)
    send(database, CARD, at=later)
    sent(database, claim(database, later)[0], at=later)
    assert look(database).delivered_at == MONDAY


def test_a_version_nobody_wanted_cant_have_been_sent(database: Database) -> None:
    send(database, CARD)
    with pytest.raises(IntegrityError), database.write(monday) as tx:
        tx.sent(CARD.key, 2, "C1", "1.1")


def test_the_backlog_says_since_when_the_oldest_waits(database: Database) -> None:
    send(database, CARD)
    later = MONDAY + timedelta(minutes=5)
    send(database, Message("tell", "tell", "U1"), CARD, at=later)
    with database.read() as reader:
        backlog = reader.backlog()
        assert (backlog.waiting, backlog.sending, backlog.oldest) == (2, 0, MONDAY)
        assert reader.next_message_at() == MONDAY
    for message in claim(database, later):
        sent(database, message)
    send(database, CARD, at=later)
    with database.read() as reader:
        assert reader.backlog().oldest == later


def test_what_is_to_be_said_may_hold_the_rules_own_words(database: Database) -> None:
    about = {"states": (State.PRODUCT,), "at": MONDAY, "who": person("U1"), "text": "\ud800"}
    send(database, Message("tell", "tell", "U1", about=about))
    kept = look(database, "tell").about
    assert kept["states"] == ["product"]
    assert datetime.fromisoformat(kept["at"]) == MONDAY
    assert kept["who"]["id"] == "U1"
    assert kept["text"] == "\ufffd"


def test_a_sent_message_waits_for_a_claim_written_in_the_same_transaction(
    database: Database,
) -> None:
    with database.write(monday) as tx:
        tx.send(CARD)
        assert tx.message(CARD.key) is not None
        assert tx.card("payments@1#1") is not None
        assert [m.key for m in tx.claim()] == [CARD.key]


def test_what_could_not_be_posted_in_its_channel_is_tried_again_and_nothing_else(
    database: Database,
) -> None:
    with database.write(monday) as tx:
        tx.send(Message("card:a@1#1", "card", "C1", candidate="a@1#1"))
        tx.send(Message("ask:a@1#1:U1", "ask", "U1", candidate="a@1#1"))
    with database.write(monday) as tx:
        tx.claim()
        tx.dead("card:a@1#1", "not_in_channel")
        tx.dead("ask:a@1#1:U1", "user_not_found")
    with database.write(monday) as tx:
        assert tx.revive_unreached(tx.now - timedelta(days=7)) == 1
    with database.write(monday) as tx:
        assert [message.key for message in tx.claim()] == ["card:a@1#1"]
