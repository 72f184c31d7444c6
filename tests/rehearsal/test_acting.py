"""People using a real Bolt bot in the box, over signed HTTP and over Socket Mode alike."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from slack_sdk import WebhookClient

from rehearsal.person import TROUBLE
from tests.rehearsal.conftest import Bot, Clock


def card(bot: Bot) -> None:
    assert bot.box.person("alice").command("/release card", "releases").error is None


def test_a_command_is_answered_to_its_person_only(bot: Bot) -> None:
    alice, sam = bot.box.person("alice"), bot.box.person("sam")
    seen = alice.command("/release halt payments CVE-1", channel="releases")
    assert seen.text == "done: halt payments CVE-1"
    assert seen.error is None
    assert [m.ephemeral_to for m in seen.messages] == [alice.id]
    assert sam.everything() == []
    assert alice.messages("releases") == []


def test_what_is_typed_arrives_escaped(bot: Bot) -> None:
    line = "/release x @sam @sec-arch #releases #operations a<b&c https://a.example/?x=1&y @nobody"
    bot.box.person("omar").command(line, channel="operations")
    sent = bot.box.record.deliveries[-1].payload
    assert sent["text"] == (
        "x <@U0SAM0001> <!subteam^S0SECARCH|@sec-arch> <#C0REL0001|releases> <#C0OPS0001|> "
        "a&lt;b&amp;c <https://a.example/?x=1&amp;y> @nobody"
    )
    assert sent["channel_name"] == "privategroup"


def test_an_answer_for_all_shows_the_command_too(bot: Bot) -> None:
    bot.box.person("alice").command("/loud now", channel="releases")
    assert [m.text for m in bot.box.person("sam").messages("releases")] == ["/loud now", "for all"]


def test_a_bad_answer_is_an_error_for_the_person(bot: Bot) -> None:
    assert (
        bot.box.person("alice").command("/broken", "releases").error == "invalid_command_response"
    )


def test_a_late_answer_is_a_timeout_for_the_person(bot: Bot) -> None:
    seen = bot.box.person("alice").command("/late", "releases")
    assert (seen.error, seen.messages) == ("operation_timeout", [])
    assert bot.box.record.failures()[0].kind == "slash_commands"


def test_a_press_opens_a_modal_and_submitting_it_closes_it(bot: Bot) -> None:
    card(bot)
    sam = bot.box.person("sam")
    opened = sam.press("Halt", on=sam.messages("releases")[-1])
    assert opened.modal is not None
    assert opened.modal.title == "Halt"
    assert sam.submit(opened.modal).errors == {"why": "Please complete this required field."}
    assert sam.submit(opened.modal, {"Why": "bad"}).errors == {"why": "say more"}
    assert opened.modal in bot.box.workspace.modals.stacks[sam.id]
    done = sam.submit(opened.modal, {"why": "CVE-1 is open"})
    assert not done.errors
    assert done.error is None
    assert sam.modal is None
    with pytest.raises(LookupError):
        sam.submit(opened.modal)


@pytest.mark.parametrize(
    ("typed", "title_blocks", "depth"), [("change", "section", 1), ("next", "input", 2)]
)
def test_a_submission_may_change_or_push(
    bot: Bot, typed: str, title_blocks: str, depth: int
) -> None:
    card(bot)
    sam = bot.box.person("sam")
    sam.press("halt")
    seen = sam.submit(values={"why": typed})
    assert seen.modal is not None
    assert seen.modal.blocks[0]["type"] == title_blocks
    assert len(bot.box.workspace.modals.stacks[sam.id]) == depth
    sam.submit()
    assert sam.modal is not None or depth == 1


def test_clear_closes_all_and_an_astray_error_is_trouble(bot: Bot) -> None:
    card(bot)
    sam = bot.box.person("sam")
    sam.press("Halt")
    assert sam.submit(values={"why": "astray"}).error == TROUBLE
    assert sam.modal is not None
    sam.submit(values={"why": "clear"})
    assert sam.modal is None


def test_closing_tells_the_bot_where_it_asked(bot: Bot) -> None:
    card(bot)
    sam = bot.box.person("sam")
    sam.press("Halt")
    sam.close()
    assert sam.modal is None
    assert bot.box.record.deliveries[-1].payload["type"] == "view_closed"


def test_a_confirm_is_shown_and_may_be_declined(bot: Bot) -> None:
    card(bot)
    rita = bot.box.person("rita")
    before = len(bot.box.record.deliveries)
    declined = rita.press("Lift", confirm=False)
    assert declined.confirmed is not None
    assert declined.outcome is None
    assert len(bot.box.record.deliveries) == before
    seen = rita.press("Lift")
    assert bot.box.wait_for(lambda: seen.text == "lifted, says the bot")
    assert [m.ephemeral_to for m in rita.ephemerals("releases")] == [rita.id]


def test_an_overflow_option_is_pressed_by_its_text(bot: Bot) -> None:
    card(bot)
    seen = bot.box.person("omar").press("Details")
    assert bot.box.wait_for(lambda: seen.text == "picked details")


def test_what_is_not_there_cannot_be_pressed(bot: Bot) -> None:
    card(bot)
    with pytest.raises(LookupError):
        bot.box.person("alice").press("Launch")
    with pytest.raises(PermissionError):
        bot.box.person("sue").press("Halt", on=bot.box.person("alice").ephemerals()[0])
    with pytest.raises(PermissionError):
        bot.box.person("gwen").messages("general")


def test_an_old_screen_can_still_be_pressed(bot: Bot) -> None:
    card(bot)
    message = bot.box.person("alice").messages("releases")[-1]
    with bot.box.workspace.lock:
        bot.box.workspace.edit(message, "over", [])
    with pytest.raises(LookupError):
        bot.box.person("sam").press("Halt", on=message)
    assert bot.box.person("sam").press("Halt", on=message.as_it_was(0)).modal is not None


def test_shortcuts_reach_the_bot(bot: Bot) -> None:
    dave = bot.box.person("dave")
    assert dave.shortcut("announce").modal is not None
    said = dave.say("payments is down", "releases")
    seen = dave.message_shortcut("record", said)
    assert bot.box.wait_for(lambda: seen.text == "recorded")


def test_events_reach_the_bot(bot: Bot) -> None:
    box = bot.box
    box.change_user("alice", tz="Asia/Tokyo")
    box.change_group("sec-arch", ["sam"])
    box.join("random", "presumptive")
    box.person("alice").say("@presumptive hello", "releases")
    box.person("alice").open_home()
    assert box.wait_for(lambda: box.person("alice").home is not None)
    assert box.wait_for(lambda: box.events.under_way == 0)
    sent = {d.payload["event"]["type"] for d in box.record.deliveries if d.kind == "events_api"}
    assert sent == {
        "user_change",
        "subteam_members_changed",
        "member_joined_channel",
        "app_mention",
        "app_home_opened",
    }
    assert not box.record.failures()


def test_a_response_url_is_good_five_times_and_thirty_minutes(bot: Bot, clock: Clock) -> None:
    box = bot.box
    box.person("alice").command("/release x", "releases")
    url = WebhookClient(box.record.deliveries[-1].payload["response_url"])
    for count in range(5):
        assert url.send(text=f"answer {count}").status_code == 200
    spent = url.send(text="one more")
    assert (spent.status_code, spent.body) == (404, "expired_url")
    box.person("alice").command("/release x", "releases")
    old = WebhookClient(box.record.deliveries[-1].payload["response_url"])
    clock.time += timedelta(minutes=31)
    assert old.send(text="late").status_code == 404


def test_a_response_url_replaces_and_deletes_what_was_pressed(bot: Bot) -> None:
    card(bot)
    box, sam = bot.box, bot.box.person("sam")
    sam.press("Details")
    assert box.wait_for(lambda: box.person("sam").ephemerals())
    url = WebhookClient(box.record.deliveries[-1].payload["response_url"])
    message = sam.messages("releases")[-1]
    assert url.send(text="gone to production", replace_original=True).status_code == 200
    assert (message.text, message.blocks, message.edits) == ("gone to production", [], 1)
    assert url.send(blocks=[{"type": "nonsense"}]).status_code == 400
    assert url.send(delete_original=True).status_code == 200
    assert sam.messages("releases") == []


def test_payloads_can_be_written_as_json(bot: Bot) -> None:
    card(bot)
    bot.box.person("sam").press("Halt")
    assert all(json.dumps(delivery.payload) for delivery in bot.box.record.deliveries)
