"""What Slack refuses, and how a press is answered (slack-platform 9.4, DESIGN 6)."""

from __future__ import annotations

from datetime import timedelta

from rehearsal.box import SCOPES
from rehearsal.tickets import ResponseUrl
from tests.bot.postroom import (
    CHANNEL,
    NAME,
    OTHER,
    POST,
    SAM,
    START,
    Post,
    answer,
    ask,
    card,
    news,
    outcome,
)

# What Slack never accepts.


def test_a_channel_without_the_bot_makes_a_dead_letter_and_the_log_is_loud(post, caplog):
    post.ask_for(news(1, "C0RAN0001"), news(2, "C0NOWHERE"), news(3))
    post.after(0)
    post.settle(5)
    assert post.row("news:1").error == "not_in_channel"
    assert post.row("news:2").error == "channel_not_found"
    assert post.row("news:3").state == "sent"
    assert [r.levelname for r in caplog.records if "dead letter" in r.message] == ["ERROR"] * 2


def test_an_archived_channel_and_somebody_who_left_make_dead_letters(post):
    post.box.workspace.channels[OTHER].archived = True
    post.box.workspace.users[SAM].deleted = True
    post.ask_for(news(1, OTHER), ask())
    post.settle(5)
    assert post.row("news:1").error == "is_archived"
    assert post.row(f"ask:{NAME}:{SAM}").error == "user_disabled"
    with post.database.read() as reader:
        assert len(reader.dead_letters()) == 2


def test_a_dead_letter_can_be_revived(post):
    post.ask_for(news(1, "C0RAN0001"))
    post.after(0)
    post.box.join("random", "presumptive")
    with post.database.write(post.clock.now) as tx:
        tx.revive("news:1")
    post.settle(5)
    assert post.row("news:1").state == "sent"


def test_blocks_slack_will_not_have_are_replaced_by_plain_text(post, caplog):
    post.ask_for(card(blocks=[{"type": "nonsense"}]))
    post.after(0)
    assert post.said() == [f"card:{NAME} v1"]
    assert post.row(f"card:{NAME}").state == "sent"
    assert "refused our blocks" in caplog.text


def test_a_card_that_was_deleted_is_posted_anew(post):
    post.ask_for(card())
    post.after(0)
    post.box.workspace.delete(post.box.workspace.channels[CHANNEL].in_order()[0])
    post.ask_for(card())
    post.after(0)
    assert post.said() == [f"card:{NAME} v2"]
    post.ask_for(card())
    post.settle(5)
    assert post.said() == [f"card:{NAME} v3"]


def test_an_outcome_whose_card_was_deleted_brings_the_card_back(post):
    post.ask_for(card())
    post.after(0)
    post.box.workspace.delete(post.box.workspace.channels[CHANNEL].in_order()[0])
    post.ask_for(outcome(1))
    post.settle(10)
    first, second = post.box.workspace.channels[CHANNEL].in_order()
    assert (first.text, second.text) == (f"card:{NAME} v2", f"outcome:{NAME}:1 v1")
    assert second.thread_ts == first.ts


def test_a_token_that_slack_refuses_pauses_everything_with_one_loud_log(post, caplog):
    good = post.box.api.bot_token
    post.box.api.bot_token = "xoxb-another"
    post.ask_for(news(1), news(2))
    post.settle(150)
    assert post.box.record.counts() == {"auth.test": 3}
    assert len([r for r in caplog.records if r.levelname == "CRITICAL"]) == 1
    assert post.courier.quiet()
    post.box.api.bot_token = good
    post.settle(65)
    assert post.said() == ["news:1 v1", "news:2 v1"]


def test_a_missing_scope_pauses_everything_and_names_it(opened, caplog):
    post = opened(scopes=SCOPES - {"chat:write"})
    post.ask_for(news(1), news(2))
    post.settle(59)
    assert post.count(POST) == 1
    assert "needs chat:write" in caplog.text
    assert post.row("news:1").state == post.row("news:2").state == "waiting"


# Answers to a press.


def response_url(post: Post, channel: str = CHANNEL) -> str:
    token = post.box.workspace.response_urls.issue(ResponseUrl(SAM, channel, START, "press"))
    return f"{post.box.url}/response/actions/{token}"


def private(post: Post) -> list[tuple[str | None, str]]:
    return [(m.ephemeral_to, m.text) for m in post.box.workspace.ephemerals]


def test_an_answer_goes_to_its_response_url(post):
    post.ask_for(answer(response_url(post)))
    post.after(0)
    assert private(post) == [(SAM, "No.")]
    assert post.count("response_url") == 1


def test_an_expired_response_url_is_followed_by_an_ephemeral_post(post):
    post.ask_for(answer(f"{post.box.url}/response/actions/nonsense"))
    post.after(0)
    assert private(post) == [(SAM, "No.")]
    assert post.count("chat.postEphemeral") == 1


def test_somebody_who_is_not_in_the_channel_is_answered_directly(post):
    post.ask_for(answer(SAM, channel="C0PAY0001"))
    post.after(0)
    assert post.direct(SAM) == ["No."]


def test_an_answer_is_not_given_after_it_expired(post):
    post.ask_for(answer(response_url(post)))
    post.clock.advance(timedelta(minutes=31))
    post.courier.step()
    assert private(post) == []
    assert post.row("answer:1").state == "expired"


def test_an_answer_whose_answer_was_lost_is_given_once_more_at_most(post):
    post.box.faults.lose_answer("response_url", times=5)
    post.ask_for(answer(response_url(post)))
    post.settle(60)
    assert len(private(post)) == 2
