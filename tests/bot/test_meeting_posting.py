"""An agenda, its thread and its minutes on their way to Slack: edited in place, in order, never lost."""

from __future__ import annotations

from tests.bot.postroom import CHANNEL, EDIT, POST, Message, Post

AGENDA, MINUTES = "agenda:2026-11-26", "minutes:2026-11-26"


def agenda() -> Message:
    return Message(AGENDA, "agenda", CHANNEL, about={"meeting": "2026-11-26"})


def page(number: int = 1, under: str = AGENDA, **more: object) -> Message:
    about = {"meeting": "2026-11-26", "page": number, "under": under, **more}
    return Message(f"{under}:{number}", "page", CHANNEL, about=about)


def stands(post: Post) -> list[tuple[str, str | None]]:
    """Every message of the channel, and what its thread hangs on, by its words."""
    found = post.box.workspace.channels[CHANNEL].in_order()
    named = {message.ts: message.text for message in found}
    return [(m.text, named.get(m.thread_ts or "") if m.thread_ts != m.ts else None) for m in found]


def test_the_pages_stand_in_the_agendas_thread_and_all_of_it_is_edited(post: Post) -> None:
    post.ask_for(page(2), agenda(), page(1))
    post.settle(10)
    assert sorted(stands(post)) == [
        (f"{AGENDA} v1", None),
        (f"{AGENDA}:1 v1", f"{AGENDA} v1"),
        (f"{AGENDA}:2 v1", f"{AGENDA} v1"),
    ]
    post.ask_for(agenda(), page(1))
    post.settle(10)
    assert (post.count(POST), post.count(EDIT)) == (3, 2)
    assert f"{AGENDA}:1 v2" in post.said() and f"{AGENDA} v2" in post.said()


def test_a_page_that_says_nothing_before_it_stands_is_not_posted(post: Post) -> None:
    post.ask_for(agenda(), page(1, over=True))
    post.settle(10)
    assert post.said() == [f"{AGENDA} v1"]
    assert post.row(f"{AGENDA}:1").state == "expired"
    post.ask_for(page(1))
    post.settle(10)
    assert post.row(f"{AGENDA}:1").thread_ts == post.row(AGENDA).ts


def test_an_agenda_that_was_deleted_comes_back_before_its_page(post: Post) -> None:
    post.ask_for(agenda())
    post.settle(5)
    post.box.workspace.delete(post.box.workspace.channels[CHANNEL].in_order()[0])
    post.ask_for(page(1))
    post.settle(20)
    assert stands(post)[:1] == [(f"{AGENDA} v2", None)]
    assert post.row(f"{AGENDA}:1").thread_ts == post.row(AGENDA).ts


def test_minutes_that_were_deleted_are_not_posted_twice_and_their_page_is_not_lost(
    post: Post,
) -> None:
    whole = Message(MINUTES, "minutes", CHANNEL, about={"meeting": "2026-11-26"}, once=True)
    post.ask_for(whole, whole)
    post.settle(5)
    assert post.said() == [f"{MINUTES} v1"]
    post.box.workspace.delete(post.box.workspace.channels[CHANNEL].in_order()[0])
    post.ask_for(page(1, MINUTES))
    post.settle(60)
    assert stands(post) == [(f"{MINUTES}:1 v1", None)]


def test_a_page_waits_as_long_as_its_agenda_is_held_up(post: Post) -> None:
    post.box.faults.rate_limit(POST, retry_after=5)
    post.ask_for(agenda(), page(1))
    post.settle(4)
    assert post.said() == []
    post.settle(60)
    assert [text for text, _ in stands(post)] == [f"{AGENDA} v1", f"{AGENDA}:1 v1"]
