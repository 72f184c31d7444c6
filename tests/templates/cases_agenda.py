"""Agendas, a meeting under way and minutes, drawn up by the rules from a small company's week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.meeting_words import Floor, MeetingWords
from bot.render import Rendered
from commands import minutes as kept
from commands.coverage import told
from commands.minutes import Minutes, Taken
from rules.agenda import Agenda, Material, draw_up, pages
from rules.candidate import Candidate, Hotfix
from rules.collision import Collision
from rules.coverage import Gap
from rules.environments import Environment, Prepared
from rules.facts import fact
from rules.items import Item
from rules.meeting import Action, Meeting, Stage, Topic
from rules.product import Product
from rules.resources import Resource, Use
from rules.words import Phase, Role, State
from rules.world import World
from tests.templates.company import (
    ALICE,
    AS_ALICE,
    AS_OMAR,
    AS_RITA,
    AS_SAM,
    COMPANY,
    DAVE,
    GROUPS,
    HOLDERS,
    HOUR,
    MONDAY,
    OMAR,
    PAYMENTS,
    PEOPLE,
    RITA,
    announced,
    asserted,
    halted,
    standing,
    stored,
)

DAY = timedelta(days=1)
WEDNESDAY = MONDAY + 2 * DAY
NAME = "2026-11-26"
MEETING = Meeting(
    NAME,
    MONDAY + 3 * DAY - HOUR,
    "Europe/Berlin",
    "C0RCM0001",
    45,
    Stage.ANNOUNCED,
    announced_at=WEDNESDAY - HOUR,
)
DBA = Resource("dba", 1, "database administrators")
PROD = Environment("prod-eu", prepared=Prepared(False, OMAR, MONDAY, "disks are being swapped"))
STAGE = Environment("prod-us")
TOPIC = Topic(7, "Who is on call at Easter?", DAVE, MONDAY, 10)
ORDER = Action(
    3, OMAR, "order the new certificate", MONDAY + 2 * DAY - HOUR, RITA, MONDAY, "2026-11-19"
)
WRITE = Action(4, ALICE, "write the release notes", MONDAY + 9 * DAY, RITA, MONDAY, NAME)
ORPHAN = Action(5, "U0GONE001", "clean up the feature flags", MONDAY + 9 * DAY, RITA, MONDAY)
GONE = replace(PEOPLE[DAVE], id="U0GONE001", name="Gus Grant", deactivated=True)
CROWDED = Collision("environment", "prod-eu", "at-once", others=("ledger@7.0#1",))
LACKING = Collision("needs", "ledger", "halted", ">=7", "6.2", others=("ledger@7.0#1",))


def product(name: str, **more: Any) -> Product:
    return replace(PAYMENTS, name=name, **more)


PRODUCTS = {
    each.name: each
    for each in (
        product("payments", environments=("prod-eu",)),
        product("ledger", environments=("prod-eu",), uses=(Use("dba", HOUR),)),
        product("web", environments=("prod-us",), uses=(Use("dba"),)),
        product("search", holders={**HOLDERS, Role.SECURITY_ARCHITECT: ()}),
        product("mail"),
        product("auth"),
        product("docs"),
    )
}

WORDS = MeetingWords(replace(COMPANY, products=PRODUCTS, people={**PEOPLE, GONE.id: GONE}))


def candidate(name: str, version: str, *actors: Any, days: float = 4) -> Candidate:
    """Announced on Monday for some days later, asserted by these."""
    there = asserted(announced(), *actors)
    at = MONDAY + days * DAY
    return replace(there, product=name, version=version, release_at=at)


def hotfix_out() -> Candidate:
    """A hotfix that went out on silence and that nobody has looked at again."""
    mark = Hotfix("login fails", DAVE, MONDAY - 4 * DAY, OMAR, MONDAY - 4 * DAY)
    out = dict.fromkeys(State, "asserted") | {State.SECURITY: "presumed"}
    gone = candidate("auth", "3.1.1", AS_ALICE)
    return gone.but(
        phase=Phase.DEPLOYED,
        hotfix=mark,
        outcome=out,
        released_at=MONDAY - 3 * DAY,
        release_at=None,
    )


EVERYBODY = (AS_ALICE, AS_SAM, AS_OMAR, AS_RITA)


def week() -> tuple[Candidate, ...]:
    """One of everything that can come up."""
    return (
        replace(halted(candidate("payments", "2.4.1", AS_ALICE)), build=3),
        candidate("web", "5.0", AS_ALICE).but(collisions=(LACKING, CROWDED)),
        candidate("mail", "1.9").but(phase=Phase.FAILED, ended_why="the migration timed out"),
        candidate("search", "0.8", AS_ALICE, AS_OMAR, days=6),
        candidate("ledger", "7.0", AS_ALICE, AS_RITA),
        candidate("docs", "12", *EVERYBODY),
    )


def material(*candidates: Candidate, **more: Any) -> Material:
    places = {each.name: each for each in (PROD, STAGE)}
    world = World(WEDNESDAY, PRODUCTS, environments=places, resources={"dba": DBA})
    people = {**PEOPLE, GONE.id: GONE}
    return Material(world, MONDAY + 10 * DAY, people, GROUPS, candidates, **more)


def full() -> Agenda:
    """A week in which everything is to be decided."""
    about = material(
        *week(), reviews=(hotfix_out(),), topics=(TOPIC,), actions=(ORDER, ORPHAN, WRITE)
    )
    return draw_up(about, MEETING)


def calm() -> Agenda:
    """A week in which nothing is contested."""
    return draw_up(
        material(candidate("docs", "12", *EVERYBODY), candidate("auth", "4.0", AS_ALICE)), MEETING
    )


def crowded(many: int = 40) -> Agenda:
    """More than one message holds."""
    one = halted(candidate("payments", "2.4.1", AS_ALICE), "the scan found something " * 20)
    stopped = (one.but(build=number, collisions=(LACKING, CROWDED)) for number in range(1, many))
    return draw_up(material(*stopped), MEETING)


def under_way(focus: str | None, **more: Any) -> Meeting:
    begun = {"started_at": MEETING.at + HOUR / 30, "started_by": RITA, "attended": (RITA, ALICE)}
    given = {"stage": Stage.RUNNING, "items": full().keys, "focus": focus, **begun, **more}
    return replace(MEETING, **given)


def floor(focus: str | None, **more: Any) -> Floor:
    agenda = full()
    named = {"topic:7": TOPIC.text, "action:3": f"action 3, {ORDER.what}"}
    titles = {key: named.get(key, key.replace("environment:", "")) for key in agenda.keys}
    item = next((each for each in agenda.items if each.key == focus), None)
    there = item.candidate if item is not None and item.kind == "candidate" else None
    how = standing(there, PRODUCTS[there.product]) if there is not None else None
    return Floor(under_way(focus, **more), titles, item, how, (WRITE,))


def ended(**more: Any) -> Meeting:
    given = {"stage": Stage.CLOSED, "closed_at": MEETING.at + HOUR / 2, "closed_by": RITA, **more}
    return under_way(None, **given)


def minutes(**more: Any) -> Minutes:
    """One of each outcome."""
    items = {item.key: item for item in full().items}
    one = items["payments@2.4.1#3"].candidate
    assert one is not None
    said = stored(
        (
            fact("halt.lifted", one, AS_SAM, MEETING.at, id="1", reason="patched in build 3"),
            fact("state.asserted", one, AS_SAM, MEETING.at, states=["security"]),
        )
    )
    taken = (
        Taken(items["payments@2.4.1#3"], "done", None, tuple(said)),
        Taken(items["topic:7"], "done"),
        Taken(prepared_in_the_meeting(items["environment:prod-us"]), "done"),
        Taken(items["mail@1.9#1"], "deferred", "the supplier answers on Friday"),
        Taken(items["environment:prod-eu"], "left"),
        Taken(items["resource:dba"], "left"),
    )
    return Minutes(ended(**more), taken, ("docs@12#1",), (WRITE,), (ORDER,))


def prepared_in_the_meeting(item: Item) -> Item:
    assert item.environment is not None
    said = Prepared(True, OMAR, MEETING.at + HOUR / 4, "disks doubled")
    return replace(item, environment=replace(item.environment, prepared=said))


def cancelled() -> Meeting:
    why: dict[str, Any] = {"why": "nothing-contested", "ended_by": RITA}
    return replace(MEETING, stage=Stage.CANCELLED, **why)


def over() -> Iterator[tuple[str, Rendered]]:
    for stage, why, by in (
        (Stage.CLOSED, None, None),
        (Stage.CANCELLED, "half of us are ill", RITA),
        (Stage.SKIPPED, "holiday", None),
        (Stage.MISSED, "down", None),
        (Stage.MISSED, "not-started", None),
    ):
        gone = replace(MEETING, stage=stage, why=why, ended_by=by)
        yield f"agenda, {stage} {why or ''}".strip(), WORDS.over(gone)


def said() -> Iterator[tuple[str, Rendered]]:
    """Everything that stands in the meeting's channel."""
    for name, agenda in {"everything": full(), "nothing contested": calm()}.items():
        yield f"agenda, {name}", WORDS.agenda(agenda, pages(agenda.items))
    empty = draw_up(material(), replace(MEETING, late=True))
    yield "agenda, empty and late", WORDS.agenda(empty, pages(empty.items))
    many = crowded(16)
    yield "agenda, more than fits", WORDS.agenda(many, pages(many.items))
    yield "page", WORDS.page(pages(many.items)[1])
    yield "page, emptied", WORDS.page(())
    running = replace(full(), meeting=under_way(None))
    yield "agenda, under way", WORDS.agenda(running, pages(running.items))
    yield from over()
    yield "floor, a candidate", WORDS.floor(floor("payments@2.4.1#3"))
    through = {"done": ("payments@2.4.1#3",), "deferred": {"mail@1.9#1": "no time"}}
    yield "floor, a topic", WORDS.floor(floor("topic:7", **through))
    yield "floor, all through", WORDS.floor(floor(None, done=full().keys))
    yield "minutes", WORDS.minutes(minutes(), kept.pages(minutes()))
    late = minutes(closed_by=None, attended=())
    yield "minutes, closed by the clock", WORDS.minutes(late, kept.pages(late))
    none = Minutes(cancelled(), consent=("docs@12#1", "auth@4.0#1"))
    yield "minutes, cancelled", WORDS.minutes(none, kept.pages(none))
    yield "minutes, page", WORDS.minutes_page(ended(), minutes().taken)


REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "agenda": lambda: [
        {"agenda": full(), "meeting": MEETING},
        {"agenda": draw_up(material()), "meeting": None},
    ],
    "minutes": lambda: [{"minutes": minutes()}, {"minutes": Minutes(cancelled())}],
}
GAPS = [
    Gap("web@5.0#1", "web", role, WEDNESDAY, WEDNESDAY + 4 * HOUR, role is Role.SECURITY_ARCHITECT)
    for role in (Role.PRODUCT_OWNER, Role.SECURITY_ARCHITECT)
]
TOLD: Mapping[str, Callable[[], tuple[Candidate | None, Mapping[str, Any]]]] = {
    "coverage": lambda: (None, {"series": "meeting", "slot": NAME, "gaps": told(GAPS)}),
    "meeting-reminder": lambda: (None, {"meeting": MEETING, "mark": 0, "late": True}),
    "meeting-contested": lambda: (None, {"meeting": MEETING, "items": list(full().items[:3])}),
}
