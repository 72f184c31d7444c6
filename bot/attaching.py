"""A file into the thread of the message it belongs to, once it stands; repeated once at most (slack-platform 9.4, 9.5)."""

from __future__ import annotations

import logging

from bot.digests import Attached
from bot.lookup import CannotLook, Finding, Found, Lookup, NotThere
from bot.notes import (
    LOST_TWICE,
    NO_THREAD,
    Dead,
    Done,
    Expired,
    Note,
    failed,
    repeated_once,
    replace_unsure,
)
from bot.slackcalls import Refusal, Sent, SlackCalls, Unknown
from bot.uploading import complete, lacks_scope, may_upload, put
from storage.outbox import Message

log = logging.getLogger(__name__)

TWICE = "Its first answer was lost, so this file may stand here twice."


def attach(
    calls: SlackCalls,
    lookup: Lookup | None,
    message: Message,
    words: Attached,
    above: Message | None,
    tries: int,
) -> Note:
    """Share the file under `above`; where the app may upload nothing it is let be."""
    if above is None or above.channel is None or above.ts is None or not may_upload(calls):
        return Expired()
    if not message.ambiguous:
        return _share(calls, message, words, above, tries)
    found: Finding = CannotLook()
    if lookup is not None:
        found = lookup.find_file(message, above.channel, above.ts, words.name)
    if isinstance(found, Found):
        log.info("%s had arrived: found by its name", message.key)
        return Done(message.want, found.channel, found.ts, above.ts)
    if isinstance(found, NotThere):
        return _share(calls, message, words, above, tries)
    if not isinstance(found, CannotLook):
        return failed(found, "conversations.replies", message, tries)
    note = repeated_once(message)
    return note or _share(calls, message, words, above, tries, twice=True)


def _share(
    calls: SlackCalls,
    message: Message,
    words: Attached,
    above: Message,
    tries: int,
    *,
    twice: bool = False,
) -> Note:
    """The bytes may go up as often as it takes: only the last step is seen by anybody."""
    file_id = put(calls, words.name, words.content)
    if not isinstance(file_id, str):
        if lacks_scope(file_id):
            return _without_scope(message)
        note = failed(file_id, "files.getUploadURLExternal", message, tries)
        return note if twice else replace_unsure(note)
    outcome = complete(
        calls,
        file_id,
        words.title,
        channel_id=above.channel,
        thread_ts=above.ts,
        initial_comment=f"{words.text}\n_{TWICE}_" if twice else words.text,
    )
    if isinstance(outcome, Sent):
        return Done(message.want, above.channel, None, above.ts, repeated=twice)
    if twice and isinstance(outcome, Unknown):
        return Dead(LOST_TWICE)
    if lacks_scope(outcome):
        return _without_scope(message)
    if isinstance(outcome, Refusal) and outcome.error in NO_THREAD:
        return Done(message.want)
    return failed(outcome, "files.completeUploadExternal", message, tries)


def _without_scope(message: Message) -> Expired:
    log.warning("%s is let be: the app may not upload files (files:write)", message.key)
    return Expired()
