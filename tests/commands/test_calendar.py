"""`calendar`: what goes where and when, what is frozen, what collides and what waits; as much as a message holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.render import Rendered, Renderer
from bot.sizes import LONGEST, size
from commands.calendar import MOST_BESIDE, told
from commands.request import Reply
from rehearsal.blockkit import check_blocks
from rules.dependencies import Need
from rules.environments import Environment
from rules.freezes import Freeze
from rules.resources import Resource
from rules.world import World
from tests.bot import plans
from tests.commands.office import MONDAY, Office, announced, at, product, released

RENDERER = Renderer("/release")
CLOSING = Freeze(
    "month-end",
    True,
    "UTC",
    starts=at("2026-11-30 00:00"),
    ends=at("2026-12-01 00:00"),
    products=("payments",),
)
QUIET = replace(
    CLOSING, name="quiet", hard=False, starts=at("2026-12-02 00:00"), ends=at("2026-12-03 00:00")
)


@pytest.fixture
def places(desk: Office) -> Office:
    """payments goes to both environments and needs ledger, web to prod-us, ledger to prod-eu."""
    desk.apply(
        product("payments", environments=("prod-eu", "prod-us"), needs=(Need("ledger", "=7"),)),
        product("web", environments=("prod-us",)),
        product("ledger", environments=("prod-eu",), scheme="opaque"),
        environments=(Environment("prod-eu"), Environment("prod-us", 2), Environment("dark")),
        resources=(Resource("dba"),),
        freezes=(CLOSING, QUIET),
    )
    return desk


def said(reply: Reply, zone: str = "UTC") -> str:
    return RENDERER.plain(drawn(reply), zone)


def drawn(reply: Reply) -> Rendered:
    return RENDERER.reply(reply, plans.COMPANY, "UALICE")


def shown(reply: Reply) -> dict[str, list[str]]:
    """By environment, the names that go there."""
    return {
        row["environment"].name: [each["bar"].entry.name for each in row["bars"]]
        for row in reply.about["rows"]
    }


def test_calendar_tells_what_goes_where_in_order_of_time(places):
    announced(places, "web 2 wed 14:00")
    announced(places, "payments 2.4.1 wed 10:00")
    announced(places, "ledger 7 tue 14:00")
    reply = places.say("calendar", by="xena")
    assert reply.template == "calendar" and reply.ok
    assert shown(reply) == {
        "prod-eu": ["ledger@7#1", "payments@2.4.1#1"],
        "prod-us": ["payments@2.4.1#1", "web@2#1"],
    }
    text = said(reply)
    assert "Mon 23 Nov 2026 09:00 UTC until Mon 7 Dec 2026 09:00 UTC: 3 releases planned" in text
    assert (
        "\n- Tue 24 Nov 2026 14:00 UTC: ledger@7#1\n- Wed 25 Nov 2026 10:00 UTC: payments" in text
    )
    assert "prod-us: 2 at once\n" in text and "Nothing goes to dark." in text
    assert "month-end (hard: nothing goes out): Mon 30 Nov 2026 00:00 UTC until" in text
    assert "⚠" not in text


def test_calendar_tells_what_collides_what_is_halted_and_what_waits(places):
    announced(places, "payments 2.4.1 2026-12-02 10:00")
    announced(places, "ledger 8 tue 14:00")
    announced(places, "ledger 7 tue 14:30")
    places.say("halt ledger 7 the books are open", by="rita")
    places.meet("omar", deactivated=True)
    announced(places, "web 2")
    reply = places.say("calendar")
    text = said(reply)
    assert "payments@2.4.1#1; ⚠ needs ledger =7, waits for ledger@7#1" in text
    assert "⚠ in the soft freeze quiet" in text
    assert "Holds up others\n- ledger@7#1, halted: 1 waits for it, payments@2.4.1#1\n" in text
    assert "Halted\n- ledger@7#1, planned for Tue 24 Nov 2026 14:30 UTC" in text
    assert "Waiting, without a release time\n- web@2#1" in text


def test_calendar_tells_who_is_there_at_the_same_time_only_where_they_are(places):
    announced(places, "payments 2.4.1 wed 14:00")
    announced(places, "ledger 7 wed 14:30")
    reply = places.say("calendar")
    (eu, us) = (block for block in said(reply).split("\n\n") if block.startswith("prod-"))
    assert "payments@2.4.1#1; ⚠ needs ledger" in us and "same time as" not in us
    assert "⚠ same time as ledger@7#1" in eu and "ledger@7#1; ⚠ same time as payments@2.4.1#1" in eu


def test_what_is_under_way_is_told_and_what_should_be_done_by_now_too(places):
    released(places, "web 2")
    assert "web@2#1, released" in said(places.say("calendar"))
    places.wait(hours=3)
    text = said(places.say("calendar"))
    assert "- Mon 23 Nov 2026 09:00 UTC: web@2#1, released, should be done by now" in text
    places.say("deploying web", by="omar")
    assert "web@2#1, being deployed, should be done by now" in said(places.say("calendar"))
    places.say("deployed web", by="omar")
    assert "web@2" not in said(places.say("calendar"))


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("prod-us", {"prod-us": ["payments@2.4.1#1", "web@2#1"]}),
        ("PROD-US", {"prod-us": ["payments@2.4.1#1", "web@2#1"]}),
        ("web", {"prod-us": ["web@2#1"]}),
        ("web@2", {"prod-us": ["web@2#1"]}),
        ("payments", {"prod-eu": ["payments@2.4.1#1"], "prod-us": ["payments@2.4.1#1"]}),
        ("dark", {}),
    ],
)
def test_a_calendar_of_one_environment_or_one_product(places, words, rows):
    announced(places, "payments 2.4.1 wed 10:00")
    announced(places, "web 2 wed 14:00")
    reply = places.say(f"calendar {words}")
    assert shown(reply) == rows
    assert bool(reply.about["frozen"]["shown"]) is (words in {"prod-us", "PROD-US", "payments"})


def test_an_environment_goes_before_a_product_of_its_name(places):
    places.apply(product("web", environments=("web",)), product("ledger", environments=("web",)))
    announced(places, "web 2 wed 14:00")
    announced(places, "ledger 7 wed 16:00")
    assert shown(places.say("calendar web")) == {"web": ["web@2#1", "ledger@7#1"]}


@pytest.mark.parametrize(
    ("word", "near"),
    [("prod-ue", "prod-eu"), ("paymets", "payments"), ("prod-eu2 from tue", "prod-eu")],
)
def test_what_is_neither_an_environment_nor_a_product_is_answered_with_the_nearest(
    places, word, near
):
    reply = places.say(f"calendar {word}")
    assert reply.template == "unknown-place" and not reply.ok
    assert near in reply.about["near"]
    question = said(reply).partition("Did you mean ")[2]
    assert near in question
    assert "dark, ledger, payments" in said(places.say("calendar zzzz"))


@pytest.mark.parametrize(
    ("words", "by", "since"),
    [
        ("from 2026-12-01", "alice", at("2026-12-01 00:00")),
        ("from 2026-12-01", "rita", at("2026-11-30 23:00")),
        ("from 2026-12-01", "omar", at("2026-11-30 18:30")),
        ("from 2026-12-01", None, at("2026-12-01 00:00")),
        ("from 1 dec", "rita", at("2026-11-30 23:00")),
        ("from thu", "rita", at("2026-11-25 23:00")),
        ("thu", "rita", at("2026-11-25 23:00")),
        ("prod-eu thu", "rita", at("2026-11-25 23:00")),
        ("prod-eu from thu 14:00", "rita", at("2026-11-26 13:00")),
        ("web From in 3 days", "alice", at("2026-11-26 09:00")),
        ("from 2026-12-01 Asia/Kolkata", "alice", at("2026-11-30 18:30")),
        ("from 2026-01-01", "alice", MONDAY),
        ("from today", "alice", MONDAY),
        ("", "alice", MONDAY),
    ],
)
def test_from_a_date_it_is_two_weeks_from_that_midnight_in_the_readers_zone(
    places, words, by, since
):
    reply = places.say(f"calendar {words}", by=by)
    assert (reply.about["since"], reply.about["until"]) == (since, since + timedelta(days=14))


@pytest.mark.parametrize("date", ["", "31 feb", "someday", "thu 25:00"])
def test_an_odd_date_is_refused_as_any_time_is(places, date):
    assert places.say(f"calendar from {date}").template == "odd-time"
    assert places.say(f"calendar prod-eu from {date}").template == "odd-time"


def test_what_comes_later_is_counted(places):
    announced(places, "web 2 2026-12-10 10:00")
    reply = places.say("calendar")
    assert reply.about["later"] == 1 and shown(reply) == {"prod-us": []}
    assert "After that 1 more." in said(reply)
    assert "only 1 after Mon 7 Dec 2026 09:00" in said(reply)
    assert shown(places.say("calendar from 2026-12-01")) == {"prod-us": ["web@2#1"]}


def test_an_empty_calendar_says_so_and_what_to_do(desk):
    text = said(desk.say("calendar"))
    assert "0 releases" in text and "Nothing is planned. /release announce PRODUCT VERSION" in text
    announced(desk, "ledger 7 tue 14:00")
    assert "Without an environment\n- Tue 24 Nov 2026 14:00" in said(desk.say("calendar"))


def test_anybody_reads_it_and_nothing_is_written(places):
    announced(places, "web 2 wed 14:00")
    assert places.say("calendar", by="gwen").template == "outsider"
    before = places.written()
    for by in ("xena", "rita", None):
        assert places.say("calendar", by=by).ok
    assert places.say("calendar prod-eu", by="xena").ok
    assert places.written() == before


# Limits.


def answer(world: World, since: datetime = plans.NOW, **narrowed: str) -> Reply:
    """What would be answered in a hand-made world."""
    name = "".join(narrowed.values())
    seen = plans.ahead(world, since, plans.UNTIL, **narrowed)
    return Reply("calendar", {"name": name, **told(seen, name, "UTC")})


def test_whether_an_environment_is_prepared_is_told() -> None:
    text = said(answer(plans.four()))
    assert "prod-eu: 1 at once, prepared\n" in text
    assert "prod-us: 2 at once, not prepared\n" in text


@pytest.mark.parametrize("world", plans.WORLDS, ids=str)
def test_it_fits_into_a_message_however_much_there_is(world):
    made = plans.WORLDS[world]()
    for reply in (
        answer(made),
        answer(made, environment="prod-eu"),
        answer(made, product="payments"),
    ):
        message = drawn(reply)
        assert check_blocks(message.blocks, "message") == []
        assert size(message.blocks) <= LONGEST
        assert "not fit here" not in str(message.blocks), "so that nothing is cut"
        assert len(message.blocks) < 40


def leaves(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part[k] for k in ("text", "fallback") if isinstance(part.get(k), str)]
        return own + [text for each in part.values() for text in leaves(each)]
    return [text for each in part for text in leaves(each)] if isinstance(part, list) else []


def test_of_a_thousand_the_next_are_told_and_how_to_ask_for_the_others():
    world = plans.thousand()
    reply = answer(world)
    text = said(reply)
    assert len(shown(reply)) == 5 and all(names for names in shown(reply).values())
    for row in reply.about["rows"]:
        place = row["environment"].name
        assert f"and {row['left']} more: /release calendar {place}\n" in text
    halted = reply.about["halted"]
    assert len(halted["shown"]) == MOST_BESIDE and f"- and {halted['left']} more" in text
    reply = answer(world, environment="prod-apac")
    (row,) = reply.about["rows"]
    hint = f"- and {row['left']} more: /release calendar prod-apac from {row['next']}"
    assert len(row["bars"]) > 10 and hint in said(reply)
    after = datetime.fromisoformat(f"{row['next']}+00:00")
    assert all(bar["bar"].start <= after for bar in row["bars"])
    (following,) = answer(world, after, environment="prod-apac").about["rows"]
    assert following["left"] < row["left"]


def test_of_many_environments_the_first_are_told_and_the_others_named():
    names = [f"prod-{number:02}" for number in range(60)]
    world = plans.world(
        {name: plans.product(name, name) for name in names},
        *(plans.planned(f"{name}@1#1", "2026-11-25 14:00") for name in names),
    )
    reply = answer(world)
    assert len(reply.about["rows"]) == 15 and len(reply.about["left"]) == 45
    text = said(reply)
    assert "Also in prod-15 (1), prod-16 (1)" in text and "and 25 more environments" in text
    assert "name one, /release calendar ENVIRONMENT" in text


def test_many_at_one_instant_are_told_by_product():
    many = [plans.planned(f"web@{n}#1", "2026-11-25 14:00") for n in range(90)]
    world = plans.world({"web": plans.product("web", "prod-eu")}, *many)
    text = said(answer(world, environment="prod-eu"))
    assert "more: /release calendar PRODUCT shows one product's" in text
