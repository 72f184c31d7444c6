"""What each kind of person is shown: theirs, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rehearsal.box import Box
from tests.rehearsal.browser import MANIFEST, WORDS, Browser
from tests.rehearsal.conftest import Caller, Clock, modal, section


@pytest.fixture
def box(clock: Clock) -> Iterator[Box]:
    with Box(now=clock.now, limits=False, manifest=MANIFEST, words=WORDS) as found:
        yield found


def named(places: Any) -> list[str]:
    return [place["name"] for place in places]


def place(state: Any, name: str = "releases") -> Any:
    return next(each for each in state["places"] if each["name"] == name)


def test_the_first_page_is_the_first_persons_releases(box: Box) -> None:
    state = Browser(box).get("/page/state").body
    assert state["me"] == {
        "id": "U0ALICE01",
        "name": "alice",
        "real_name": "Alice Archer",
        "title": "Product Owner",
        "tz": "Europe/London",
        "kind": "admin",
    }
    assert (state["now"], state["team"]) == ("2026-11-23T09:00:00Z", "Acme")
    assert (state["place"]["name"], state["place"]["thread"]) == ("releases", None)
    assert (state["home"], state["modals"]) == (None, [])
    assert state["clock"] == {"movable": False, "moving": False, "target": None, "due": None}


@pytest.mark.parametrize(
    ("who", "sees", "not_a_member_of"),
    [
        (
            "alice",
            "releases general payments ledger web mobile release-meeting random board Presumptive",
            "web mobile",
        ),
        (
            "dave",
            "releases general payments ledger web mobile release-meeting random Presumptive",
            "ledger",
        ),
        ("gwen", "releases Presumptive", ""),
        ("steve", "releases", ""),
    ],
)
def test_everybody_sees_their_places(box: Box, who: str, sees: str, not_a_member_of: str) -> None:
    places = Browser(box, who).state()["places"]
    assert named(places) == sees.split()
    assert named(p for p in places if not p["member"]) == not_a_member_of.split()


def test_everybody_is_listed_with_their_kind_and_title(box: Box) -> None:
    box.change_user("rita", deleted=True)
    people = {each["name"]: each for each in Browser(box).state()["people"]}
    assert {name: each["kind"] for name, each in people.items()} == {
        "alice": "admin",
        "sam": "member",
        "sue": "member",
        "omar": "member",
        "rita": "deactivated",
        "dave": "member",
        "gwen": "guest",
        "steve": "stranger",
        "presumptive": "bot",
    }
    assert people["dave"]["title"] == "Developer"
    assert Browser(box).state()["groups"][0]["members"] == ["U0SAM0001", "U0SUE0001"]


def test_an_ephemeral_message_stands_in_its_place_for_its_person_only(
    box: Box, call: Caller
) -> None:
    call("chat.postMessage", channel="C0REL0001", text="first")
    call("chat.postEphemeral", channel="C0REL0001", user="U0SAM0001", text="for sam")
    call("chat.postMessage", channel="C0REL0001", text="last")
    shown = Browser(box, "sam").messages()
    assert [(m["text"], m["ephemeral"]) for m in shown] == [
        ("first", False),
        ("for sam", True),
        ("last", False),
    ]
    assert [m["text"] for m in Browser(box, "sue").messages()] == ["first", "last"]
    assert Browser(box, "sam").messages("general") == []


def test_a_modal_and_a_home_are_shown_to_their_person_only(box: Box) -> None:
    workspace = box.workspace
    with workspace.lock:
        view = workspace.modals.open("U0SAM0001", modal(section("why")))
        workspace.modals.publish("U0SAM0001", {"type": "home", "blocks": [section("yours")]})
    state = Browser(box, "sam").state(place="home")
    (shown,) = state["modals"]
    assert (shown["id"], shown["hash"], shown["title"]) == (view.id, view.hash, "Halt")
    assert (shown["submit"], shown["close"]) == ("Halt", "Cancel")
    assert state["home"]["blocks"][0]["text"]["text"] == "yours"
    assert state["place"] == {"id": "home", "kind": "home"}
    other = Browser(box, "sue").state()
    assert (other["modals"], other["home"]) == ([], None)


def test_a_thread_is_shown_beside_the_place(box: Box, call: Caller) -> None:
    parent = call("chat.postMessage", channel="C0REL0001", text="card").body["ts"]
    for text, broadcast in (("one", False), ("two", True)):
        call(
            "chat.postMessage",
            channel="C0REL0001",
            text=text,
            thread_ts=parent,
            reply_broadcast=broadcast,
        )
    call(
        "chat.postEphemeral",
        channel="C0REL0001",
        user="U0SAM0001",
        text="psst",
        thread_ts=parent,
    )
    with box.workspace.lock:
        box.person("sam").say("three", "releases", box.channel("releases").messages[parent])
    shown = Browser(box, "sam").state(thread=parent)["place"]
    assert [m["text"] for m in shown["messages"]] == ["card", "two"]
    card = shown["messages"][0]
    assert (card["replies"], card["repliers"]) == (3, ["U0RELBOT1", "U0SAM0001"])
    assert shown["thread"]["parent"] == card
    replies = shown["thread"]["replies"]
    assert [m["text"] for m in replies] == ["one", "two", "psst", "three"]
    assert card["last_reply"] == replies[-1]["ts"]
    for_sue = Browser(box, "sue").state(thread=parent)["place"]["thread"]
    assert [m["text"] for m in for_sue["replies"]] == ["one", "two", "three"]
    assert Browser(box, "sam").state(thread="1.000001")["place"]["thread"] is None


def test_a_message_has_its_version_and_only_people_show_that_they_edited(
    box: Box, call: Caller
) -> None:
    ts = call("chat.postMessage", channel="C0REL0001", text="one").body["ts"]
    call("chat.update", channel="C0REL0001", ts=ts, text="two")
    (shown,) = Browser(box).messages()
    assert (shown["text"], shown["version"], shown["edited"]) == ("two", 1, False)
    with box.workspace.lock:
        said = box.person("sam").say("hello", "general")
        box.workspace.edit(said, "hello all", [])
    assert Browser(box).messages("general")[0]["edited"] is True


def test_unread_and_mentions_are_counted_for_each_person(box: Box, call: Caller) -> None:
    for text in ("plain", "<@U0SAM0001> look", "<!subteam^S0SECARCH> look"):
        parent = call("chat.postMessage", channel="C0REL0001", text=text).body["ts"]
    call("chat.postMessage", channel="C0REL0001", text="<@U0SAM0001>", thread_ts=parent)
    call("chat.postMessage", channel="C0REL0001", text="<!here>")
    counted = {}
    for who in ("sam", "sue", "dave"):
        row = place(Browser(box, who).state())
        counted[who] = (row["unread"], row["mentions"])
    assert counted == {"sam": (4, 4), "sue": (4, 2), "dave": (4, 1)}
    assert [m["mentions_me"] for m in Browser(box, "sue").messages()] == [False, False, True, True]


def test_a_direct_message_is_meant_for_its_person(box: Box, call: Caller) -> None:
    call("chat.postMessage", channel="U0SAM0001", text="your word is asked")
    row = place(Browser(box, "sam").state(), "Presumptive")
    assert (row["kind"], row["unread"], row["mentions"]) == ("im", 1, 1)
    assert Browser(box, "sam").messages("presumptive")[0]["text"] == "your word is asked"
    assert place(Browser(box, "sue").state(), "Presumptive")["unread"] == 0


def test_reading_up_to_the_newest_reads_its_threads_too(box: Box, call: Caller) -> None:
    sam = Browser(box, "sam")
    first = call("chat.postMessage", channel="C0REL0001", text="one").body["ts"]
    second = call("chat.postMessage", channel="C0REL0001", text="two").body["ts"]
    call("chat.postMessage", channel="C0REL0001", text="<@U0SAM0001>", thread_ts=first)
    sam.done("read", place="releases", ts=first)
    row = place(sam.state())
    assert (row["unread"], row["mentions"]) == (1, 1)
    sam.done("read", place="releases", ts=second)
    revision = sam.state()["revision"]
    sam.done("read", place="releases", ts=first)
    row = place(sam.state())
    assert (row["unread"], row["mentions"], sam.state()["revision"]) == (0, 0, revision)
    assert place(Browser(box, "sue").state())["unread"] == 2


def test_nobody_has_unread_messages_where_they_are_not_or_of_their_own(
    box: Box, call: Caller
) -> None:
    call("chat.postMessage", channel="C0LED0001", text="<!channel> one")
    Browser(box, "dave").done("say", place="releases", text="mine")
    state = Browser(box, "dave").state()
    assert [place(state, name)["unread"] for name in ("ledger", "releases")] == [0, 0]


def test_what_the_app_offers_comes_from_its_manifest(box: Box) -> None:
    state = Browser(box).state()
    assert state["commands"][0] == {
        "command": "/release",
        "usage_hint": "halt payments",
        "description": "Releases",
        "words": ["halt", "status"],
    }
    assert state["words"] == [
        {"word": "halt", "summary": "Stop it", "usage": "halt CANDIDATE REASON"},
        {"word": "status", "summary": "How it stands", "usage": ""},
    ]
    assert state["shortcuts"][1]["type"] == "message"


def test_an_app_without_a_home_tab_is_offered_none(clock: Clock) -> None:
    silent = {"features": {"app_home": {"home_tab_enabled": False}}}
    with Box(now=clock.now, manifest=silent) as box:
        assert Browser(box).state()["home_tab"] is False
    with Box(now=clock.now) as box:
        assert Browser(box).state()["home_tab"] is True
