"""The worked examples of docs/silence.md, computed by the bot's own rules on the rehearsal's own company."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.catalogue import read_catalogue
from bot.declared import Declared, Resolved, Unknown
from rehearsal.company import acme
from rules.announcing import Announcement, Others, announce
from rules.candidate import Candidate
from rules.door import Door
from rules.facts import Actor
from rules.notice import fairness
from rules.people import Group, Holder, Person
from rules.presume import NotYet, settle
from rules.product import Notice, Product, Setting
from rules.words import OWNER, State
from rules.worktime import Calendar, Span

CATALOGUE = Path(__file__).parents[1] / "rehearsal/catalogue.yaml"
LONDON = "Europe/London"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
TUESDAY = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)
HOLIDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The day before Guru Nanak Jayanti, which Omar's calendar knows and nobody else's."""
SHUT = datetime(2026, 12, 7, 14, 50, tzinfo=UTC)
OPEN_AGAIN = (
    datetime(2026, 12, 7, 15, 10, tzinfo=UTC),
    datetime(2026, 12, 7, 15, 40, tzinfo=UTC),
    datetime(2026, 12, 7, 16, 40, tzinfo=UTC),
)
"""An outage from ten to three, in three lengths, across the release time of Friday's example."""
TICK = timedelta(seconds=15)


@dataclass(frozen=True)
class Worked:
    """One announcement: what the bot says at that moment, before anything is delivered."""

    candidate: Candidate
    setting: Setting
    now: datetime


@cache
def company() -> Declared:
    """What the rehearsal's catalogue declares."""
    ours = acme()
    known = {f"@{user.name}": Resolved("user", user.id) for user in ours.users}
    known |= {f"@{group.handle}": Resolved("group", group.id) for group in ours.groups}
    known |= {channel.id: Resolved("channel", channel.id) for channel in ours.channels}
    return read_catalogue(
        CATALOGUE.read_bytes(), lambda name: known.get(name) or Unknown(), TUESDAY
    )


def around(product: str, now: datetime, *shut: Span) -> Setting:
    """The setting of one product, the door open but for `shut`."""
    declared = company()
    (said,) = (one for one in declared.products if one.name == product)
    made = Product(
        name=said.name,
        channel=said.channel,
        zone=said.zone,
        holders={
            role: tuple(Holder(kind, slack_id, LONG_AGO) for kind, slack_id in held)
            for role, held in said.holders.items()
        },
        calendar=declared.calendars.get(said.calendar or "") or Calendar(),
        policy=said.policy,
        announcers=said.announcers,
        slots=said.slots,
        scheme=said.scheme,
    )
    people = {
        user.id: Person(
            user.id, user.name, user.tz, now, calendar=declared.people_calendars.get(user.id)
        )
        for user in acme().users
    }
    groups = {
        group.id: Group(group.id, group.handle, now, dict.fromkeys(group.members, LONG_AGO))
        for group in acme().groups
    }
    return Setting(made, people, groups, declared.calendars, _door(now, shut))


def _door(now: datetime, shut: Iterable[Span]) -> Door:
    start, spans = LONG_AGO, []
    for hole in shut:
        spans.append(Span(start, hole.start))
        start = hole.end
    return Door.of([*spans, Span(start, now)])


def announced(product: str, now: datetime) -> Worked:
    """`product` announced by Dave, with no time of his own."""
    setting = around(product, now)
    decision = announce(
        Announcement("2.4.1"), Others(), setting, Actor("U0DAVE001", (), "slash"), now
    )
    return Worked(decision.candidates[-1], setting, now)


def after_outage(worked: Worked, shut: Span) -> Candidate:
    """What becomes of it at its release time, or at the first tick after a longer outage."""
    due = worked.candidate.release_at
    assert due is not None
    now = max(due, shut.end + TICK)
    setting = around(worked.candidate.product, now, shut)
    notices = tuple(
        Notice(seat.person.id, state, worked.now)
        for state in State
        for seat in setting.seats(OWNER[state])
    )
    setting = replace(setting, notices=notices, card_delivered_at=worked.now)
    settled = settle(worked.candidate, setting, now)
    assert not isinstance(settled, NotYet), settled
    return settled.candidates[-1]


def told(at: datetime | None, zone: str = LONDON) -> str:
    """An instant on the wall of a zone: `Tue 1 Dec 09:15`."""
    assert at is not None
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def notice_table(worked: Worked) -> str:
    """For each state whose notice counts, and when it is enough: there, and in the product's zone."""
    rows = [
        "| state | whose notice counts | enough, on their clock | in London |",
        "|---|---|---|---|",
    ]
    for state in State:
        fair = fairness(worked.candidate, worked.setting, state, worked.now)
        person = worked.setting.people[fair.person or ""]
        who = f"{person.name.capitalize()}, {person.zone}"
        rows.append(
            f"| {state.capitalize()} | {who} | {told(fair.at, person.zone)} | {told(fair.at)} |"
        )
    rows.append(f"| **goes out** | | | **{told(worked.candidate.release_at)}** |")
    return "\n".join(rows)


def outage_table() -> str:
    """Friday's example again, its release time slept through, for three lengths of outage."""
    rows = ["| heard again at | goes out |", "|---|---|"]
    for end in OPEN_AGAIN:
        after = after_outage(announced("payments", FRIDAY), Span(SHUT, end))
        rows.append(f"| {told(end)} | {told(after.release_at)} |")
    return "\n".join(rows)


def tables() -> dict[str, str]:
    """Every table of docs/silence.md, by the name in its markers."""
    return {
        "tuesday": notice_table(announced("payments", TUESDAY)),
        "friday": notice_table(announced("payments", FRIDAY)),
        "holiday": notice_table(announced("payments", HOLIDAY)),
        "outage": outage_table(),
    }
