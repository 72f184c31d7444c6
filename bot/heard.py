"""Messages that Slack tells us of: which are our own come back, and which somebody wrote (DESIGN 2.4, 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.typed import typed
from commands.hearing import Said
from commands.request import Caller
from commands.spoken import US, objects

OWN_WORDS = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""The subtypes that carry what a person wrote."""
Names = Callable[[str], str | None]
Payload = Mapping[str, Any]


def is_ours(body: Payload, event: Payload) -> bool:
    """Whether a `message` or `app_mention` event is of a message that this bot posted."""
    ours, app = _us(body), body.get("api_app_id")
    return any(
        (app is not None and told.get("app_id") == app) or (told.get("user") in ours)
        for told in _told(event)
    )


def _told(event: Payload) -> Iterator[Payload]:
    """The message itself, or, of one that was changed or deleted, as it is and as it was."""
    yield event
    for name in ("message", "previous_message"):
        inside = event.get(name)
        if isinstance(inside, Mapping):
            yield inside


def _us(body: Payload) -> frozenset[str]:
    """The bot's own user, as Slack names it beside each event."""
    named = [each for each in body.get("authorizations") or () if isinstance(each, Mapping)]
    return frozenset(str(each.get("user_id")) for each in named if each.get("is_bot"))


def key_of(channel: Any, ts: Any) -> str:
    """One key for one text, whether it comes as a message, as a mention or again."""
    return f"said:{channel}:{ts}"


def said_in(body: Payload, event: Payload, name_of: Names, command: str) -> Said | None:
    """What somebody wrote to us; None where it is no command: a bot's, a deletion, another's business.

    A text that is changed is heard only where it may now mean a halt: that is asked, not done.
    """
    edited = event.get("subtype") == "message_changed"
    told = event.get("message") if edited else event
    if not isinstance(told, Mapping) or not _is_to_us(event) or not _is_a_persons(told):
        return None
    if not isinstance(event.get("channel"), str):
        return None
    text, channel, ts = str(told.get("text") or ""), event["channel"], told["ts"]
    names = _calling_us(_us(body), name_of)
    said = Said(
        caller=Caller(told["user"], "words", channel, thread=str(told.get("thread_ts") or ts)),
        text=typed(text, names),
        key=key_of(channel, ts),
        answers=_other(told.get("thread_ts"), ts),
        placed=typed(text, names, places=True),
        edited=edited or "edited" in told,
        command=command,
    )
    if not said.edited:
        return said
    before = event.get("previous_message")
    same = isinstance(before, Mapping) and before.get("text") == text
    if same or not objects(said.text):
        return None
    change = told.get("edited")
    version = change.get("ts") if isinstance(change, Mapping) else event.get("event_ts")
    return replace(said, key=f"{said.key}:{version}")


def _is_to_us(event: Payload) -> bool:
    """A mention anywhere; a message in our direct messages only, where Slack sends no mentions."""
    return event.get("type") == "app_mention" or event.get("channel_type") == "im"


def _is_a_persons(told: Payload) -> bool:
    written = told.get("subtype") in OWN_WORDS and "bot_id" not in told
    return written and isinstance(told.get("user"), str) and isinstance(told.get("ts"), str)


def _other(thread_ts: Any, ts: str) -> str | None:
    return str(thread_ts) if thread_ts and thread_ts != ts else None


def _calling_us(us: frozenset[str], name_of: Names) -> Names:
    """Names for ids, our own being the one that is looked for in front of a verb."""
    return lambda slack_id: US.removeprefix("@") if slack_id in us else name_of(slack_id)
