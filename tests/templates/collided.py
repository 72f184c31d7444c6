"""A candidate with every kind of collision, and one of every fact that plans bring about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from rules import deploying
from rules.candidate import Candidate
from rules.collision import Collision
from rules.facts import Actor, Decision
from rules.replanning import replan

HOUR = timedelta(hours=1)
LEDGER, WEB = "ledger@3.2.0#1", "web@1.8.0#2"


def violations(at: datetime) -> list[Collision]:
    """A violation for every reason there is."""
    waits = Collision("needs", "ledger", "halted", ">=3.2", "3.1.4", (LEDGER,), (LEDGER,))
    return [
        waits,
        replace(waits, why="waiting"),
        replace(waits, why="blocked", roots=("core@1.0#1", "schema")),
        replace(waits, why="later", roots=(), until=at + 30 * HOUR),
        replace(waits, why="replaced", version="4.0.0", roots=()),
        replace(waits, why="overdue"),
        replace(waits, why="failed"),
        replace(
            waits, why="rolled-back", others=(), roots=("ledger",), version=None, rolled_back=True
        ),
        replace(waits, why="not-announced", others=(), roots=("ledger",), constraint=""),
        replace(waits, why="incomparable", others=(), roots=("ledger",), version="nightly"),
        Collision("breaks", "web", "not-announced", "<2.4", "1.7.0", (), ("web",)),
        Collision("breaks", "web", "later", "<2.4", "1.7.0", (WEB,), (), at + 30 * HOUR),
    ]


def crowds(at: datetime) -> list[Collision]:
    """What is too much at once, frozen, or older than what is there."""
    return [
        Collision("older", "payments", "older", version="2.5.0"),
        Collision("environment", "prod-eu", "at-once", others=(LEDGER, WEB)),
        Collision("resource", "dba", "at-once", others=(WEB,)),
        Collision("freeze", "year-end", "hard", until=at + 100 * HOUR),
        Collision("freeze", "weekends", "soft", until=at + 60 * HOUR),
    ]


def decisions(new: Candidate, gone: Candidate, began: Candidate, by: Actor) -> list[Decision]:
    """One of every fact about one candidate's plan; `gone` is released, `began` being deployed."""
    at = new.announced_at + HOUR
    waits, rolled_back = violations(at)[0], violations(at)[7]
    opened = replan(new, [waits], (LEDGER,), at)
    joined = opened.candidates[-1]
    return [
        opened,
        replan(joined, [replace(waits, why="overdue")], (LEDGER,), at),
        replan(joined, [], (), at),
        replan(gone, [rolled_back], (), at),
        deploying.report(
            "deployed", began, None, by, at, places=("prod-eu", "prod-us"), place="prod-eu"
        ),
    ]
