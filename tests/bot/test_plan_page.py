"""`presumptive plan`: a page that needs nothing but itself, says in words all that it draws, and breaks on no name."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from bot import timeline
from bot.plan_page import page
from rules.dependencies import Need
from rules.words import Phase
from rules.world import World
from tests.bot import plans
from tests.bot.plans import HOSTILE, NOW, TURNED, planned, product
from tests.bot.reading import Node, read
from tests.rules.cases import HOUR, at

LONDON = "Europe/London"


@cache
def source(name: str) -> str:
    return page(plans.ahead(plans.WORLDS[name]()), LONDON)


@cache
def seen(name: str) -> Node:
    return read(source(name))


def seen_of(world: World, zone: str = LONDON, **window: datetime) -> Node:
    return read(page(plans.ahead(world, **window), zone))


def lane(root: Node, name: str) -> Node:
    (found,) = (each for each in root.all("section", "lane") if next(each.all("h3")).text == name)
    return found


def row_of(root: Node, name: str) -> str:
    (found,) = (
        r
        for r in root.all("tr")
        if r.attributes.get("id", "").startswith("r") and next(r.all("th")).text == name
    )
    return found.text


ALL = pytest.mark.parametrize("name", plans.WORLDS)


# It needs nothing but itself.


@ALL
def test_it_is_whole_and_asks_nobody_for_anything(name: str) -> None:
    root = seen(name)
    assert not [*root.all("script"), *root.all("link"), *root.all("img"), *root.all("iframe")]
    for node in root.all():
        assert not {a for a in node.attributes if a.startswith("on") or a in {"src", "srcset"}}
        assert node.attributes.get("href", "#").startswith("#")
    (policy,) = (m for m in root.all("meta") if m.attributes.get("http-equiv"))
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    (style,) = root.all("style")
    assert not re.search(r"url\(|@import|https?:|//", style.text)
    assert {"(prefers-color-scheme: dark)", "@media print"} <= set(
        re.findall(r"\(prefers-color-scheme: dark\)|@media print", style.text)
    )


@ALL
def test_every_link_leads_somewhere_on_it_and_no_place_is_named_twice(name: str) -> None:
    root = seen(name)
    ids = Counter(n.attributes["id"] for n in root.all() if "id" in n.attributes)
    assert max(ids.values()) == 1
    for link in root.all("a"):
        assert link.attributes["href"][1:] in ids, link
    named = {
        n.attributes["aria-labelledby"] for n in root.all() if "aria-labelledby" in n.attributes
    }
    assert named <= ids.keys()


@ALL
def test_it_names_its_zone_and_every_time_says_utc(name: str) -> None:
    root = seen(name)
    assert "All times are Europe/London; as it stood on Mon 23 Nov 10:30" in root.text
    for moment in root.all("time"):
        utc = datetime.fromisoformat(moment.attributes["datetime"]).astimezone(ZoneInfo("UTC"))
        assert moment.attributes["title"] == f"{utc:%Y-%m-%d %H:%M} UTC"
    assert "Mon 23 Nov 2026 to Sun 6 Dec 2026" in root.text


def test_it_is_in_the_zone_it_is_told() -> None:
    text = seen_of(plans.four(), "Asia/Kolkata").text
    assert "All times are Asia/Kolkata" in text
    assert "ledger@3.1.1#1 Tue 1 Dec 15:30" in text


# What must stand there.


@ALL
def test_everything_planned_stands_in_the_table_as_text(name: str) -> None:
    ahead = plans.ahead(plans.WORLDS[name]())
    rows = [r for r in seen(name).all("tr") if r.attributes.get("id", "").startswith("r")]
    assert len(rows) == len(ahead.entries)
    assert [r.attributes["id"] for r in rows] == [f"r{n}" for n in range(len(rows))]
    for row, entry in zip(rows, ahead.entries, strict=True):
        assert next(row.all("th")).text == " ".join(shown(entry.name).split())


def shown(text: str) -> str:
    """As it is shown: set apart where it turns the direction."""
    from bot.richtext import isolated

    return isolated(text)


def test_a_release_is_a_bar_in_each_environment_that_says_all_and_leads_to_its_row() -> None:
    root = seen("four")
    for place in ("prod-eu", "prod-us"):
        (bar,) = (m for m in lane(root, place).all("li", "mark") if "payments 2.5.0" in m.text)
        (link,) = bar.all("a")
        assert link.attributes["aria-label"] == link.attributes["title"]
        assert link.attributes["title"].startswith(
            "payments@2.5.0#2, planned, Wed 25 Nov 14:00 to Wed 25 Nov 15:00"
            " (2026-11-25 14:00 UTC to 2026-11-25 15:00 UTC); needs ledger >=3.2"
        )
        (row,) = (
            r for r in root.all("tr") if r.attributes.get("id") == link.attributes["href"][1:]
        )
        assert "payments@2.5.0#2" in row.text and "14:00" in row.text
        assert bar.classes >= {"announced", "collides"} and "!" in bar.text
    assert "prod-us" in [h.text for h in root.all("h3")] and "room for 2 at once" in root.text
    assert "not prepared" in lane(root, "prod-us").text and "prepared" in lane(root, "prod-eu").text


def test_what_is_halted_failed_or_waits_has_a_lane_and_rows_of_its_own() -> None:
    root = seen("forty")
    assert "web 2.4.18" in lane(root, "Halted").text
    assert "documents 0.9.9" in lane(root, "Failed").text
    assert {m.text for m in lane(root, "Waiting").all("li", "chip")} == {
        "sepa-gateway 2.5.26",
        "treasury 1.2.9",
    }
    assert "sepa-gateway@2.5.26#1, waits, without a release time" in source("forty")
    assert "web 2.4.18" not in lane(root, "prod-us").text
    groups = [row.text for row in root.all("tr", "group")]
    assert groups[-3:] == [
        "Halted does not go out until lifted",
        "Waiting announced, without a release time",
        "Failed deployment failed",
    ]


def test_freezes_lie_across_their_time_in_the_lanes_that_they_bind_hard_and_soft_told_apart() -> (
    None
):
    root = seen("four")
    ice = {
        place: [
            (i.classes & {"hard", "soft"}, next(i.all("span")).text)
            for i in lane(root, place).all("li", "ice")
        ]
        for place in ("prod-eu", "No environment")
    }
    weekend = ({"soft"}, "Soft freeze: weekend")
    assert ice["prod-eu"] == [
        weekend,
        ({"hard"}, "Hard freeze: month-end closing · ledger, payments"),
        weekend,
    ]
    assert ice["No environment"] == [weekend, weekend]
    (closing,) = (i for i in lane(root, "prod-eu").all("li", "hard"))
    assert "binds ledger, payments" in closing.attributes["title"]
    assert "2026-11-30 00:00 UTC to 2026-12-02 12:00 UTC" in closing.attributes["title"]
    assert "left:50.000%;width:17.857%" in closing.attributes["style"]
    (listed,) = (c for c in root.all("li", "card") if "month-end closing" in c.text)
    assert "Hard freeze" in listed.text and "Finance closes November" in listed.text
    assert "Binds ledger, payments." in listed.text


def test_collisions_are_told_in_sentences_with_what_blocks_the_most_first() -> None:
    root = seen("four")
    blockers = next(root.all("ul", "blockers"))
    assert blockers.text == (
        "ledger@3.2.0#1 halted 2 wait for it: payments@2.5.0#2 and web@9.1.0#1."
    )
    told = [li.text for ways in root.all("ul", "ways") for li in ways.all("li")]
    assert told == [
        "payments@2.5.0#2 Wed 25 Nov 14:00: Needs ledger >=3.2, but ledger@3.2.0#1 is halted (3.1.0 is there).",
        "web@9.1.0#1 Wed 25 Nov 14:30: Needs payments >=2.5, but payments@2.5.0#2 is held up itself (2.4.8 is there).",
        "mobile@3.9.9#1 Fri 27 Nov 19:00: Planned in the soft freeze weekend, which ends Mon 30 Nov 00:00.",
        "ledger@3.1.1#1 Tue 1 Dec 10:00: Planned in the hard freeze month-end closing, which ends Wed 2 Dec 12:00.",
        "prod-eu Wed 25 Nov 14:00: more releases at once than there is room for: payments@2.5.0#2 and web@9.1.0#1.",
    ]
    assert source("four").index("ledger@3.2.0#1</bdi></a></b>") < source("four").index(
        'class="ways card"'
    )
    assert "In prod-eu at the same time as web@9.1.0#1" in row_of(root, "payments@2.5.0#2")


BECAUSE = {
    "nothing that would do is announced": {},
    "old@2.0#1 waits without a time": {"when": None},
    "old@2.0#1 is there only from Tue 24 Nov 15:00": {"when": "2026-11-24 14:00"},
    "the deployment of old@2.0#1 failed": {"when": "2026-11-23 08:00", "phase": Phase.FAILED},
    "old@2.0#1 should have been deployed by now": {
        "when": "2026-11-23 08:00",
        "phase": Phase.DEPLOYING,
    },
}


@pytest.mark.parametrize("why", BECAUSE)
def test_a_violation_says_why_what_would_do_is_not_there(why: str) -> None:
    given = BECAUSE[why]
    other = [planned("old@2.0#1", **given)] if given else []  # type: ignore[arg-type]
    new = planned("new@1.0#1", "2026-11-24 10:00", needs=(Need("old", ">=2"),))
    products = {n: product(n, "prod-eu") for n in ("new", "old")}
    told = row_of(seen_of(plans.world(products, new, *other)), "new@1.0#1")
    assert f"Needs old >=2, but {why} (none is there)." in told


def test_a_set_is_joined_by_a_line_and_a_letter() -> None:
    root = seen("forty")
    marks = [m for m in root.all("li", "mark") if "A" in [s.text for s in m.all("span", "set")]]
    assert {re.sub(r".* (\w+ 30\.0).*", r"\1", m.text) for m in marks} == {
        "identity 30.0",
        "onboarding 30.0",
    }
    assert "Set A goes together: identity@30.0#1 and onboarding@30.0#1." in root.text
    assert len([*root.all("path", "join")]) == 1
    assert "Set A: goes together with onboarding@30.0#1." in row_of(root, "identity@30.0#1")


def test_an_arrow_leads_to_what_needs_it_and_a_broken_one_is_told_apart() -> None:
    new = planned("new@1.0#1", "2026-11-24 12:00", needs=(Need("old", ">=2"),))
    products = {n: product(n, "prod-eu") for n in ("new", "old")}
    for when, kind, sign in (
        ("2026-11-24 10:00", "needs", "fed"),
        ("2026-11-25 10:00", "broken", "starved"),
    ):
        root = seen_of(plans.world(products, new, planned("old@2.0#1", when)))
        drawn = [p.attributes["class"] for p in next(root.all("svg", "lines")).all("path")]
        assert drawn == [kind]
        assert [m.text for m in root.all("li", sign)] == [
            m.text for m in root.all("li", "mark") if "new" in m.text
        ]


def test_an_arrow_from_lane_to_lane_is_drawn_only_where_it_is_broken() -> None:
    new = planned("new@1.0#1", "2026-11-24 12:00", needs=(Need("old", ">=2"),))
    products = {"new": product("new", "prod-eu"), "old": product("old", "prod-us")}
    for when, kinds in (("2026-11-24 10:00", []), ("2026-11-25 10:00", ["broken"])):
        root = seen_of(plans.world(products, new, planned("old@2.0#1", when)))
        drawn = next(root.all("svg", "lines")).all("path")
        assert [p.attributes["class"] for p in drawn] == kinds


def test_more_arrows_than_can_be_followed_are_left_out() -> None:
    products = {n: product(n, f"in-{n}") for n in "abcdefghijklmnopqrst"} | {
        "old": product("old", *(f"in-{n}" for n in "abcdefghijklmnopqrst"))
    }
    needing = [
        planned(f"{n}@{v}.0#1", NOW + timedelta(hours=30 + v), needs=(Need("old", ">=2"),))
        for n in "abcdefghijklmnopqrst"
        for v in (1, 2)
    ]
    root = seen_of(plans.world(products, planned("old@2.0#1", NOW + HOUR), *needing))
    assert not [*root.all("path", "needs")] and not [*root.all("li", "fed")]
    assert [
        *seen_of(plans.world(products, planned("old@2.0#1", NOW + HOUR), *needing[:9])).all(
            "path", "needs"
        )
    ]


def test_what_is_in_production_stands_in_a_table() -> None:
    (table,) = (t for t in seen("four").all("table") if "prod-us" in next(t.all("thead")).text)
    assert [row.text for row in table.all("tr")] == [
        "Productprod-euprod-us",
        "ledger3.1.0 since Thu 1 Jan 00:00 (3.1.2 was rolled back)–",
        "payments2.4.8 since Mon 2 Nov 09:302.4.8 since Tue 3 Nov 09:30",
        "web9.0.4 since Thu 12 Nov 10:009.0.4 since Thu 12 Nov 12:00",
    ]


def test_resources_have_lanes_with_who_has_them() -> None:
    root = seen("four")
    on_call = lane(root, "on-call")
    assert "resource" in on_call.classes and "one at a time" in on_call.text
    (mark,) = on_call.all("li", "mark")
    assert "web@9.1.0#1" in next(mark.all("a")).attributes["aria-label"]


def test_now_is_marked_only_where_it_is_shown() -> None:
    assert [n.text for n in seen("four").all("span", "nowhere")] == ["now 10:30"]
    later = seen_of(plans.four(), since=at("2026-11-30 00:00"))
    assert not [*later.all("span", "nowhere")] and not [*later.all("i", "now")]
    assert "Mon 30 Nov 2026 to Sun 6 Dec 2026" in later.text


def test_signs_are_explained_and_none_is_colour_alone() -> None:
    (key,) = seen("four").all("ul", "key")
    for said in (
        "planned",
        "released",
        "deploying",
        "halted or failed",
        "collides",
        "hard freeze",
        "soft freeze",
    ):
        assert said in key.text
    (mark,) = (m for m in lane(seen("four"), "prod-us").all("li", "deploying"))
    assert "deploying, overdue" in mark.text


def test_an_empty_plan_says_what_to_do() -> None:
    root = seen("empty")
    assert "Nothing is planned, and there are no environments" in root.text
    assert "presumptive apply" in root.text and "no two plans collide" in root.text
    assert not [*root.all("section", "lane")]
    quiet = seen("quiet")
    assert [next(each.all("h3")).text for each in quiet.all("section", "lane")] == [
        "prod-eu",
        "prod-us",
    ]
    assert "Nothing is planned in this time." in quiet.text


def test_what_comes_after_is_counted() -> None:
    world = plans.world({"web": product("web")}, planned("web@1.0#1", "2027-01-04 10:00"))
    assert "1 more goes out after Sun 6 Dec 2026." in seen_of(world).text


# Names.


def test_no_name_becomes_markup() -> None:
    root = seen("hostile")
    assert not [*root.all("script")] and "<script" not in source("hostile")
    assert not [n for n in root.all() if any(a.startswith("on") for a in n.attributes)]
    for part in (
        next(root.all("section", "lane")),
        *root.all("table"),
        next(root.all("ul", "spans")),
    ):
        assert HOSTILE in part.text
    assert any(HOSTILE in n.attributes.get("title", "") for n in root.all())


def test_a_name_that_turns_the_direction_stands_apart() -> None:
    for place in re.findall(f".{TURNED}.", source("hostile"), re.DOTALL):
        assert place[0] == "\u2068" and place[-1] in "\u2069\u202c@"
    assert f"<bdi>\u2068{TURNED}" in source("hostile")


# A thousand.


def test_a_lane_with_too_many_shows_how_many_a_day_and_leads_to_that_day() -> None:
    ahead, root = plans.ahead(plans.thousand()), seen("thousand")
    (row,) = (r for r in ahead.rows if r.environment.name == "prod-eu")
    tallies = [*lane(root, "prod-eu").all("li", "tally")]
    assert sum(int(next(t.all("b")).text) for t in tallies) == len(row.bars) > timeline.MOST_MARKS
    assert not [*lane(root, "prod-eu").all("li", "mark")]
    link = next(tallies[0].all("a"))
    assert re.fullmatch(r"Mon 23: \d+, of which \d+ collide", link.attributes["aria-label"])
    assert link.attributes["href"] == "#day-2026-11-23"
    assert len([*lane(root, "Waiting").all("li", "chip")]) == timeline.MOST_CHIPS
    assert re.search(r"and \d+ more", lane(root, "Waiting").text)
    assert len(source("thousand")) < 2_500_000
