"""Blocks that Slack refuses: fewer words, the same buttons; never a card without a way to halt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.posting import SHORT, _brief
from tests.bot.postroom import CHANNEL, EDIT, NAME, POST, Post, ask, card

HALT = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": "Halt"},
            "action_id": "open:halt:0",
            "value": f"halt {NAME}",
        }
    ],
}
HEAD = {"type": "header", "text": {"type": "plain_text", "text": NAME}}
LONG = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2000}}
BLOCKS = [HEAD, LONG, HALT]
SHAPES = ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"]


def shown(post: Post, place: str = CHANNEL) -> list[str]:
    (message,) = post.box.workspace.channels[place].in_order()
    return [block["type"] for block in message.blocks]


@pytest.mark.parametrize("error", SHAPES)
@pytest.mark.parametrize("method", [POST, EDIT])
def test_a_card_whose_blocks_are_refused_keeps_its_buttons(opened, error, method):
    post = opened()
    long = card(blocks=BLOCKS, text="word " * 700)
    if method == EDIT:
        post.ask_for(long)
        post.settle(2)
    post.box.faults.misshapen(method, error)
    post.ask_for(long)
    post.settle(5)

    assert shown(post) == ["header", "section", "actions"]
    (message,) = post.box.workspace.channels[CHANNEL].in_order()
    assert len(message.text) <= SHORT + 1
    assert message.blocks[-1]["elements"][0]["value"] == f"halt {NAME}"
    assert message.metadata is not None
    assert post.row(f"card:{NAME}").state == "sent"


def test_an_ask_keeps_its_buttons_too(opened):
    post = opened()
    post.box.faults.misshapen(POST)
    post.ask_for(_with(ask(), blocks=BLOCKS, text="say a word"))
    post.settle(5)

    place = post.box.workspace.dm("U0SAM0001").id
    assert shown(post, place) == ["header", "section", "actions"]


@pytest.mark.parametrize("method", [POST, EDIT])
def test_only_where_even_that_is_refused_words_go_alone(opened, method):
    post = opened()
    if method == EDIT:
        post.ask_for(card(blocks=BLOCKS, text="how it stands"))
        post.settle(2)
    post.box.faults.misshapen(method, times=2)
    post.ask_for(card(blocks=BLOCKS, text="how it stands"))
    post.settle(5)

    assert shown(post) == []
    assert post.said() == ["how it stands"]


def test_an_edit_without_blocks_takes_the_old_ones_away(opened):
    post = opened()
    post.ask_for(card(blocks=BLOCKS, text="how it stands"))
    post.settle(2)
    post.ask_for(card(blocks=[], text="over"))
    post.settle(5)

    assert shown(post) == []
    last = post.box.record.of(EDIT)[-1]
    assert last.arguments["blocks"] in ([], "[]")


def test_words_stored_too_long_are_not_even_tried(opened):
    """Drawn by an older version, say: Slack never sees them, and the buttons stay."""
    post = opened()
    post.ask_for(card(blocks=[HEAD, *[LONG] * 4, HALT], text="word " * 700))
    post.settle(5)

    assert shown(post) == ["header", "section", "actions"]
    assert [call.ok for call in post.box.record.of(POST)] == [True]


def test_words_are_cut_before_a_token_and_an_entity_and_never_within():
    for text in ("a " * 499 + "<@U0SAM0001> and so on", "&amp; " * 400, "x" * 2000):
        brief = _brief(text)
        assert len(brief) <= SHORT + 1
        assert brief.count("<") == brief.count(">")
        assert not brief.removesuffix("…").rstrip().endswith(("&", "&a", "&am", "&amp"))


def _with(message, **about):
    return replace(message, about=dict(about))
