"""The bot at work: its tick, its door, the acts and candidates that wait for something odd."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.doctor.findings import Finding, ago, listed, many, moment, ok, warning, wrong
from bot.doctor.records import Records

BEATS = timedelta(seconds=60)
"""The clock notes its tick every 15 s; later than this it does not tick."""
BACK = timedelta(seconds=5)
"""How far ahead of now a tick may lie without the clock having been set back."""
PATIENCE = timedelta(minutes=2)
"""Pending acts are judged within seconds, if people can be read."""
START = "Start it: `presumptive serve` (docs/operating.md, “Running it”)."


def runs(records: Records, now: datetime) -> bool:
    """Whether the bot's clock ticks on this database."""
    return records.ticked is not None and -BACK <= now - records.ticked <= BEATS


def running(records: Records, now: datetime) -> Iterator[Finding]:
    """Whether it runs and could hear a halt, and what waits."""
    yield _tick(records, now)
    yield _door(records, now)
    for known in records.warned.values():
        mend = "End the other process, or give it an app of its own."
        yield warning("door", f"{known.said}, since {moment(known.at)}.", mend)
    yield from _pending(records, now)
    if records.parked:
        says = f"{listed(records.parked)} failed to be settled within the last day."
        mend = (
            "Look in the log for its traceback and report that; withdraw it or announce it again."
        )
        yield wrong("parked", says, mend)


def _tick(records: Records, now: datetime) -> Finding:
    if records.ticked is None:
        return warning("tick", "the bot never ran on this database.", START)
    age = now - records.ticked
    if runs(records, now):
        return ok("tick", f"{ago(age)} ago.")
    if age < -BACK:
        mend = "Set the clock, keep it right with NTP, and restart the bot."
        return warning("tick", f"{ago(age)} in the future: the clock was set back.", mend)
    return warning("tick", f"{ago(age)} ago: the bot is not running.", START)


def _door(records: Records, now: datetime) -> Finding:
    if records.shut and runs(records, now):
        since = min(known.at for known in records.shut.values())
        why = "; ".join(known.said for known in records.shut.values())
        says = f"shut since {moment(since)}, so nothing is presumed: {why}."
        return wrong("door", says, "Mend that; the door opens by itself.")
    if records.opened is not None:
        return ok("door", f"a halt could be heard since {moment(records.opened)}.")
    last = f"since {moment(records.heard)}" if records.heard else "for a day or longer"
    says = f"no halt could be heard {last}, so nothing is presumed."
    if runs(records, now):
        mend = "See what is wrong above with Slack, the tokens or PUBLIC_URL; the log tells more."
        return wrong("door", says, mend)
    return warning("door", says, START)


def _pending(records: Records, now: datetime) -> Iterator[Finding]:
    waiting = [act for act in records.pending if act.state == "waiting" and now - act.at > PATIENCE]
    lost = [act for act in records.pending if act.state == "unresolved"]
    for acts, how in ((waiting, "wait for"), (lost, "were given up, for want of")):
        if acts:
            halts = sum(act.halts for act in acts)
            whole = f"{many(len(acts), 'act')} ({many(halts, 'halt')}) {how} their author"
            says = f"{whole}: {listed(dict.fromkeys(act.person for act in acts))}."
            mend = "See that the bot runs and may read people (users:read); then ask them to act again."
            yield warning("pending", says, mend)
    if not waiting and not lost:
        yield ok("pending", "no act waits for its author to become known.")
