"""Which messages are the bot's own, whatever Slack says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient

from bot.awaited import CAUSE, LONGEST, SENTENCE, Awaited
from bot.compose import tools
from bot.heard import is_ours, said_in
from bot.render import Renderer
from bot.slack import SlackDoor
from bot.withheld import Withheld
from commands.dispatch import Desk
from storage.database import Database
from tests.commands.office import MONDAY, quiet

BODY = {
    "api_app_id": "A0RELBOT1",
    "authorizations": [{"user_id": "U0RELBOT1", "is_bot": True}],
}
OURS = {"type": "message", "user": "U0RELBOT1", "app_id": "A0RELBOT1", "bot_id": "B0RELBOT1"}
HERS = {"type": "message", "user": "U0ALICE01", "text": "halt payments"}


@pytest.mark.parametrize(
    ("event", "ours"),
    [
        (OURS, True),
        ({**OURS, "user": "U0OTHER01"}, True),
        ({"type": "message", "user": "U0RELBOT1"}, True),
        ({"type": "message", "subtype": "message_changed", "message": OURS}, True),
        ({"type": "message", "subtype": "message_deleted", "previous_message": OURS}, True),
        (HERS, False),
        ({"type": "message", "subtype": "message_changed", "message": HERS}, False),
        ({"type": "message", "bot_id": "B0OTHER01", "app_id": "A0OTHER01"}, False),
        ({"type": "message", "subtype": "message_changed", "message": "odd"}, False),
    ],
)
def test_our_own_messages_are_known(event: dict[str, Any], *, ours: bool) -> None:
    assert is_ours(BODY, event) is ours


def test_a_body_that_names_nobody_makes_nobody_ours() -> None:
    assert not is_ours({}, HERS)
    assert not is_ours({"authorizations": None}, {"type": "message"})


def test_odd_authorizations_make_nobody_ours() -> None:
    assert not is_ours({"authorizations": ["odd", 1]}, HERS)


TOLD = {**HERS, "channel": "D1", "channel_type": "im", "ts": "5.1"}
REPLY = {**TOLD, "thread_ts": "4.1", "text": "&gt; quoted\n<@U0RELBOT1> halt <@U0SAM0001> &amp; co"}
CHANGED = {"type": "message", "subtype": "message_changed", "channel": "D1", "channel_type": "im"}


def heard(event: dict[str, Any]) -> Any:
    return said_in(BODY, event, {"U0SAM0001": "sam"}.get, "/release")


def test_a_persons_message_is_words_whose_answer_goes_into_its_thread() -> None:
    said = heard(TOLD)
    assert (said.text, said.key, said.answers) == ("halt payments", "said:D1:5.1", None)
    assert (said.caller.person, said.caller.door) == ("U0ALICE01", "words")
    assert (said.caller.channel, said.caller.thread) == ("D1", "5.1")
    reply = heard(REPLY)
    assert (reply.answers, reply.caller.thread, reply.key) == ("4.1", "4.1", "said:D1:5.1")
    assert reply.text == "> quoted\n@presumptive halt @sam & co"


def test_a_mention_beside_a_message_has_the_same_key() -> None:
    mention = {**TOLD, "type": "app_mention", "channel": "C1"}
    del mention["channel_type"]
    assert heard(mention).key == heard({**TOLD, "channel": "C1"}).key == "said:C1:5.1"


@pytest.mark.parametrize(
    "event",
    [
        {**TOLD, "channel_type": "channel"},
        {**TOLD, "bot_id": "B0OTHER01"},
        {**TOLD, "subtype": "channel_join"},
        {**TOLD, "subtype": "bot_message"},
        {**TOLD, "user": None},
        {**TOLD, "ts": 5.1},
        {**TOLD, "channel": None},
        {**CHANGED, "subtype": "message_deleted", "previous_message": HERS},
        {**CHANGED, "message": "odd"},
        {**CHANGED, "message": {**TOLD, "text": "all is well"}, "previous_message": TOLD},
        {**CHANGED, "message": TOLD, "previous_message": TOLD},
    ],
)
def test_what_is_no_persons_word_to_us_is_not_heard(event: dict[str, Any]) -> None:
    assert heard(event) is None


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_subtypes_that_carry_a_persons_words_are_heard(subtype: str) -> None:
    assert heard({**TOLD, "subtype": subtype}).text == "halt payments"


def test_a_changed_text_that_objects_is_heard_as_changed_once_for_each_change() -> None:
    before = {**TOLD, "text": "all is well"}
    after = {**TOLD, "edited": {"ts": "6.1"}}
    said = heard({**CHANGED, "message": after, "previous_message": before})
    assert (said.edited, said.key) == (True, "said:D1:5.1:6.1")
    mention = {**after, "type": "app_mention"}
    assert heard(mention).edited


class Deaf:
    """A directory that is not asked anything."""

    def on_event(self, event: Any) -> None: ...
    def want(self, ids: Any) -> None: ...


def test_what_cannot_be_stored_is_not_acknowledged_and_nothing_is_released_till_it_comes_again(
    tmp_path: Path,
) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/empty.db")
    desk = Desk(database, lambda: MONDAY, tools(Renderer()))
    client = WebClient("xoxb-1", retry_handlers=[])
    echoes: list[Any] = []
    withheld = Withheld()
    awaited = Awaited(lambda cause, sentence: quiet(withheld.put, cause, sentence))
    door = SlackDoor(
        *(desk, Renderer(), client, "s", Deaf(), lambda: None),
        echo=echoes.append,
        awaited=awaited,
    )
    bolt = door.bolt()
    naming = {**TOLD, "text": "halt <@U0SAM0001>"}
    answers = []
    for event in (TOLD, naming, OURS, {**TOLD, "bot_id": "B0OTHER01"}):
        body = {**BODY, "type": "event_callback", "team_id": "T1", "event": event}
        asked = BoltRequest(body=body, mode="socket_mode")
        answers.append(quiet(bolt.dispatch, asked).status)
    assert answers == [503, 503, 200, 200]
    assert withheld() == {CAUSE: SENTENCE}
    database.upgrade()
    body = {**BODY, "type": "event_callback", "team_id": "T1", "event": TOLD}
    assert bolt.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200
    assert withheld() == {}
    assert echoes == [OURS]
    database.close()


def test_what_slack_no_longer_sends_is_not_awaited_for_ever() -> None:
    told: list[str | None] = []
    clock = [0.0]
    awaited = Awaited(lambda cause, sentence: told.append(sentence), lambda: clock[0])
    awaited.stored("never missed")
    awaited.missed("one")
    clock[0] = 300.0
    awaited.missed("two")
    awaited.missed("one")
    awaited.tick()
    clock[0] = LONGEST + 1
    awaited.tick()
    assert told[-1] == SENTENCE
    awaited.stored("two")
    assert (told[0], told[-1]) == (SENTENCE, None)
    awaited.missed("three")
    clock[0] *= 3
    awaited.tick()
    assert told[-1] is None
