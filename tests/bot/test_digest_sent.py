"""A digest on its way to Slack: its picture first, its numbers after it, and neither ever in its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from datetime import datetime
from typing import Any

import pytest

from bot.attaching import TWICE as FILE_TWICE
from bot.charting import PNG, CannotDraw
from bot.courier import Courier
from bot.digests import Attached, Illustrated, Plain, drawn, numbers
from bot.letters import TWICE
from bot.uploading import Pictures
from rehearsal.box import SCOPES
from storage.outbox import Message
from storage.reading import Reader
from tests.bot.postroom import CHANNEL, POST, SAM, Post
from tests.templates.company import COMPANY
from tests.templates.digests import full

GIVE, TAKE = "files.getUploadURLExternal", "files.completeUploadExternal"
KEY = "digest:2026-11-23"
DIGEST = Message(KEY, "digest", CHANNEL, once=True)
NUMBERS = Message("numbers:2026-11-23", "numbers", CHANNEL, about={"under": KEY}, once=True)
CSV = "digest-2026-11-16-to-2026-11-24.csv"
Opens = Callable[..., Post]


class Inline(Executor):
    """What would be done aside is done at once."""

    def submit(self, do: Callable[..., Any], /, *given: Any, **more: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(do(*given, **more))
        except RuntimeError as fault:
            done.set_exception(fault)
        return done


def draw(spec: Mapping[str, Any]) -> bytes:
    return PNG + spec["title"].encode()


def cannot(spec: Mapping[str, Any]) -> bytes:
    raise CannotDraw("there is no such library")


def broken(spec: Mapping[str, Any]) -> bytes:
    raise RuntimeError("a fault of ours")


def words(reader: Reader, message: Message, now: datetime) -> Illustrated | Attached | Plain:
    if message.kind == "numbers":
        return numbers(full(), COMPANY, "/release")
    return drawn(full(), COMPANY, "/release")


def staffed(post: Post, drawing: Callable[[Mapping[str, Any]], bytes] = draw) -> Post:
    """With a courier that knows digests; a new file can be shown at once."""
    post.box.workspace.settings.looks_through = 0
    post.courier.stop()
    post.courier = Courier(
        post.database,
        post.calls,
        words,
        post.clock.now,
        monotonic=post.real,
        pictures=Pictures(post.calls, drawing, Inline()),
    )
    return post


def sent(post: Post, *wanted: Message) -> Post:
    post.ask_for(*(wanted or (DIGEST, NUMBERS)))
    post.settle(5)
    return post


def pictures(post: Post, channel: str = CHANNEL) -> list[str]:
    """The files that messages of the channel show."""
    blocks = [b for m in post.box.workspace.channels[channel].in_order() for b in m.blocks]
    return [block["slack_file"]["id"] for block in blocks if block["type"] == "image"]


def missing(post: Post) -> str:
    (whole,) = [m for m in post.box.workspace.channels[CHANNEL].in_order() if not m.is_reply]
    said = [b["elements"][0]["text"] for b in whole.blocks if b["type"] == "context"]
    assert pictures(post) == []
    return str(said[-1])


def files(post: Post) -> list[str]:
    """The names of the files in the digest's thread."""
    said = post.box.workspace.channels[CHANNEL].in_order()
    (whole,) = [message for message in said if not message.is_reply]
    assert all(reply.thread_ts == whole.ts for reply in said if reply.is_reply)
    return [file["name"] for message in said for file in message.files]


def test_it_shows_its_chart_with_words_for_it_and_holds_the_numbers_in_its_thread(
    post: Post,
) -> None:
    sent(staffed(post))
    (picture,) = pictures(post)
    file = post.box.workspace.files[picture]
    assert file["name"] == "digest-2026-11-16-to-2026-11-24.png"
    assert file["content"].startswith(PNG)
    assert file["alt_txt"].startswith("Releases in the weeks up to 27 Oct: 6;")
    assert file["shares"] == {}
    assert files(post) == [CSV]
    assert [post.row(m.key).state for m in (DIGEST, NUMBERS)] == ["sent", "sent"]
    assert (post.count(POST), post.count(TAKE)) == (1, 2)


def test_a_direct_message_has_both_too(post: Post) -> None:
    direct = Message(KEY, "digest", SAM, once=True)
    below = Message(NUMBERS.key, "numbers", SAM, about=NUMBERS.about, once=True)
    sent(staffed(post), direct, below)
    place = post.box.workspace.dm(SAM)
    assert len(pictures(post, place.id)) == 1
    assert [file["name"] for m in place.in_order() for file in m.files] == [CSV]


@pytest.mark.parametrize("drawing", [cannot, broken])
def test_without_its_chart_it_goes_out_and_says_so(
    post: Post, drawing: Callable[[Mapping[str, Any]], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    sent(staffed(post, drawing))
    assert missing(post) == "The chart is missing: it could not be drawn."
    assert files(post) == [CSV]
    assert "chart" in caplog.text


@pytest.mark.parametrize("known", [True, False])
def test_where_the_app_may_not_upload_it_goes_out_alone_and_nothing_else_stops(
    opened: Opens, known: bool
) -> None:
    post = staffed(opened(scopes=SCOPES - {"files:write"}))
    if known:
        post.calls.who()
    sent(post)
    assert "files:write" in missing(post)
    assert post.row(NUMBERS.key).state == "expired"
    assert post.count(TAKE) == 0


def test_a_picture_that_slack_has_not_looked_through_yet_is_waited_for(post: Post) -> None:
    staffed(post)
    post.box.workspace.settings.looks_through = 60
    post.ask_for(DIGEST)
    post.settle(2)
    assert post.said() == []
    post.box.workspace.settings.looks_through = 0
    post.settle(5)
    assert len(pictures(post)) == 1
    assert post.count(GIVE) == 1


def test_one_that_slack_never_takes_is_given_up(post: Post) -> None:
    staffed(post)
    post.box.workspace.settings.looks_through = 3600
    post.ask_for(DIGEST, NUMBERS)
    post.settle(40)
    assert missing(post) == "The chart is missing: Slack did not take it."
    assert files(post) == [CSV]


@pytest.mark.parametrize(
    ("times", "shown"), [(2, True), (3, False)], ids=["and works", "and is given up"]
)
def test_an_upload_that_fails_is_tried_again(post: Post, times: int, shown: bool) -> None:
    staffed(post)
    post.box.faults.server_error(GIVE, times=times)
    sent(post, DIGEST)
    assert bool(pictures(post)) is shown
    assert shown or missing(post) == "The chart is missing: Slack did not take it."


def test_a_digest_whose_answer_was_lost_is_looked_up_with_its_picture(opened: Opens) -> None:
    post = staffed(opened(history=True))
    post.box.faults.lose_answer(POST)
    sent(post)
    assert len(pictures(post)) == 1
    assert files(post) == [CSV]
    assert TWICE not in str(post.said())


@pytest.mark.parametrize("lost", ["lose_answer", "server_error", "refuse"])
def test_numbers_whose_answer_was_lost_are_looked_for_in_the_thread(
    opened: Opens, lost: str
) -> None:
    post = staffed(opened(history=True))
    post.ask_for(DIGEST)
    post.settle(3)
    getattr(post.box.faults, lost)(TAKE)
    post.ask_for(NUMBERS)
    post.settle(15)
    assert files(post) == [CSV]
    assert post.row(NUMBERS.key).state == "sent"
    assert FILE_TWICE not in str(post.said())


def test_where_nobody_can_look_they_are_repeated_once_and_marked(post: Post) -> None:
    staffed(post)
    post.ask_for(DIGEST)
    post.settle(3)
    post.box.faults.lose_answer(TAKE)
    post.ask_for(NUMBERS)
    post.settle(15)
    assert files(post) == [CSV, CSV]
    assert [FILE_TWICE in text for text in post.said()] == [False, False, True]
    assert post.row(NUMBERS.key).repeated


def test_lost_twice_they_are_a_dead_letter(post: Post) -> None:
    staffed(post)
    post.ask_for(DIGEST)
    post.settle(3)
    post.box.faults.lose_answer(TAKE, times=2)
    post.ask_for(NUMBERS)
    post.settle(20)
    assert post.row(NUMBERS.key).state == "dead"
    assert files(post) == [CSV, CSV]


def test_numbers_of_a_digest_that_was_deleted_are_let_be(post: Post) -> None:
    staffed(post)
    post.ask_for(DIGEST)
    post.settle(3)
    post.box.workspace.delete(post.box.workspace.channels[CHANNEL].in_order()[0])
    post.ask_for(NUMBERS)
    post.settle(5)
    assert post.row(NUMBERS.key).state == "sent"
    assert post.said() == []


def test_numbers_wait_for_their_digest(post: Post) -> None:
    staffed(post)
    post.ask_for(NUMBERS, DIGEST)
    post.settle(5)
    assert files(post) == [CSV]
