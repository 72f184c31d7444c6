"""A company whose products depend on each other and share environments, and what is done in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from commands.planning import collisions_told
from rules.dependencies import Need
from rules.environments import Environment
from rules.resources import Resource
from rules.words import Phase
from tests.commands.office import Office, product

EU = Environment("prod-eu")
US = Environment("prod-us", occupies=timedelta(minutes=30))
DBA = Resource("dba")
LEDGER = product("ledger", environments=("prod-eu",))
PAYMENTS = product("payments", environments=("prod-us",), needs=(Need("ledger", ">=3.2.0"),))
WEB = product("web", environments=("prod-us",))
TUESDAY, WEDNESDAY, THURSDAY = "2026-11-24 14:00", "2026-11-25 14:00", "2026-11-26 14:00"


def planted(desk: Office) -> Office:
    """The company with environments, a resource, and payments depending on ledger."""
    desk.apply(LEDGER, PAYMENTS, WEB, environments=(EU, US), resources=(DBA,), lines=("more",))
    desk.tick()
    return desk


def deployed(desk: Office, name: str) -> None:
    """It goes out by silence and is deployed."""
    candidate = desk.candidate(name)
    if candidate.phase is Phase.ANNOUNCED:
        desk.deliver()
        while desk.candidate(name).phase is Phase.ANNOUNCED:
            due = desk.candidate(name).release_at
            assert due is not None
            desk.until(due)
            desk.tick()
    assert desk.say(f"deploying {name}", by="omar").ok
    assert desk.say(f"deployed {name}", by="omar").ok
    desk.tick()


def announce(desk: Office, what: str, when: str | None = None) -> str:
    reply = desk.say(f"announce {what}" + (f" {when} UTC" if when else ""), by="dave")
    assert reply.ok, reply
    desk.tick()
    return reply.about["candidate"].name


def keys(desk: Office, name: str) -> list[str]:
    return [each.key for each in desk.candidate(name).collisions]


def told(desk: Office, who: str) -> list[dict[str, Any]]:
    """What somebody's messages about collisions would say if they were sent now."""
    messages = [
        message
        for message in desk.messages("tell", to=who)
        if message.about.get("template") == "collisions"
    ]
    with desk.database.read() as reader:
        said = [
            collisions_told(reader, desk.desk.tools, message.about["names"], desk.now)
            for message in messages
        ]
    return [each or {} for each in said]
