"""What a person can make go wrong from the page, each behind one switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rehearsal.faults import EVERY, Fault, Faults
from rehearsal.page.asking import Refused

POST = "chat.postMessage"


@dataclass(frozen=True)
class Coming:
    """What goes wrong with the next `times` calls of `method`."""

    name: str
    title: str
    about: str
    method: str
    fault: Fault
    times: int


COMING = (
    Coming(
        "slow",
        "Slow answers",
        "Slack answers the bot's next five calls two seconds late.",
        EVERY,
        Fault("hang", 2.0, "slow"),
        5,
    ),
    Coming(
        "limited",
        "Too many messages",
        "Slack turns the bot's next five messages away and asks it to wait (429).",
        POST,
        Fault("limited", 1, "limited"),
        5,
    ),
    Coming(
        "errors",
        "Errors",
        "The bot's next five calls fail inside Slack (500).",
        EVERY,
        Fault("error", label="errors"),
        5,
    ),
    Coming(
        "lost",
        "A lost answer",
        "Slack posts the bot's next message, but the answer never reaches the bot.",
        POST,
        Fault("lost", label="lost"),
        1,
    ),
)
OUTAGE, DROP, CALM = "outage", "drop", "calm"


def switches(faults: Faults) -> list[dict[str, object]]:
    """Every switch; one that works for a few calls only is on while some are still waiting."""
    return [
        _shape(
            OUTAGE,
            "Slack is down",
            "Neither people nor the bot get through until this is switched off.",
            faults.outage,
            False,
        ),
        *(_shape(c.name, c.title, c.about, faults.waiting(c.name) > 0, True) for c in COMING),
        _shape(DROP, "Cut the line", "Cuts the bot's open connections, once.", False, True),
        _shape(CALM, "All is well", "Takes back every fault at once.", False, True),
    ]


def _shape(name: str, title: str, about: str, on: bool, once: bool) -> dict[str, object]:
    return {"name": name, "title": title, "about": about, "on": on, "once": once}


def switch(faults: Faults, name: str, on: bool) -> None:
    """Turns one switch; raises Refused for a name there is none of."""
    if name == OUTAGE:
        faults.outage = on
        return
    at_once: dict[str, Callable[[], None]] = {DROP: faults.drop_sockets, CALM: faults.calm}
    if name in at_once:
        if on:
            at_once[name]()
        return
    coming = next((each for each in COMING if each.name == name), None)
    if coming is None:
        raise Refused(400, f"There is no fault called {name}.")
    if on:
        faults.expect(coming.method, coming.fault, coming.times)
    else:
        faults.take_back(name)
