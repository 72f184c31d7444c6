"""Slack itself: whether it answers, whose the tokens are, what they may do, and what time it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.checking import refused
from bot.compose import slack_client
from bot.doctor.findings import Clock, Finding, ago, mended, ok, warning, wrong
from bot.doctor.mends import ADD
from bot.manifest import OPTIONAL_SCOPES, SCOPES, WORD_SCOPES
from bot.settings import SLACK_API, Settings
from bot.slackcalls import Outcome, Refusal, Sent, SlackCalls, TryLater

WITHIN = 5
"""Seconds a call may take."""
LATE, TOO_LATE = 30, 60
"""Seconds by which our clock may differ from Slack's before it is a warning, and before it is wrong."""
LOST = "a message whose answer was lost can't be looked for in {}; it is repeated once, and marked."
COSTS = {
    "channels:history": LOST.format("public channels"),
    "groups:history": LOST.format("private channels"),
    "im:write": LOST.format("direct messages"),
    "files:write": "the weekly digest has no chart, and no file of its numbers.",
    "groups:read": "a private channel can't be named in the catalogue, nor be checked here.",
}
"""What one goes without for want of each optional scope."""
UNHEARD = {
    "app_mentions:read": "what is typed to the bot in a channel is not heard",
    "im:history": "what is typed to the bot in its direct message is not heard, and a message whose "
    "answer was lost can't be looked for there",
}
"""What is not heard for want of each scope that a no-words manifest leaves out."""
WANTED = f"If you want that, {ADD[:1].lower()}{ADD[1:]}"


@dataclass
class Workspace:
    """Slack as the bot's token sees it. `calls` is None where it can't be asked anything."""

    calls: SlackCalls | None = None
    name: str = "this workspace"


def slack(settings: Settings, clock: Clock, found: Workspace) -> Iterator[Finding]:
    """Looks at Slack from outside in; `found` is filled for those who ask it more."""
    calls = SlackCalls(slack_client(settings, WITHIN))
    before = clock()
    reached = calls.call("api.test")
    yield _reached(reached, settings.slack_api_url)
    if calls.time is not None:
        yield _clock(calls.time, before, clock())
    if not _answered(reached):
        return
    if settings.slack_bot_token:
        yield from _bot_token(calls, found)
    if settings.slack_app_token:
        app = settings.model_copy(update={"slack_bot_token": settings.slack_app_token})
        yield _app_token(SlackCalls(slack_client(app, WITHIN)))


def _answered(outcome: Outcome) -> bool:
    """Whether it was Slack that answered, whatever it said."""
    return isinstance(outcome, Sent | Refusal | TryLater)


def _reached(outcome: Outcome, address: str) -> Finding:
    other = "" if address == SLACK_API else f" at {address} (SLACK_API_URL)"
    if _answered(outcome):
        return ok("reachable", f"Slack answers{other}.")
    where = other or f" at {address}"
    error = getattr(outcome, "error", "")
    mend = (
        "Check SLACK_API_URL."
        if other
        else "Check this machine's way out: its network, name service, proxy and firewall."
    )
    return wrong("reachable", f"Slack does not answer{where}: {error}.", mend)


def _clock(theirs: datetime, before: datetime, after: datetime) -> Finding:
    """Slack's header is cut to the second, and was written between `before` and `after`."""
    ours = before + (after - before) / 2
    apart = ours - theirs
    seconds = abs(apart.total_seconds())
    if seconds <= LATE:
        return ok("clock", "this machine's clock agrees with Slack's.")
    way = "ahead of" if apart.total_seconds() > 0 else "behind"
    says = f"this machine's clock is {ago(apart)} {way} Slack's"
    mend = "Set the clock, and keep it right with NTP."
    if seconds <= TOO_LATE:
        return warning("clock", f"{says}: release times are off by as much.", mend)
    cost = "the bot goes by Slack's, but while it is so the door is shut and nothing is presumed"
    return wrong("clock", f"{says}: {cost}.", mend)


def _bot_token(calls: SlackCalls, found: Workspace) -> Iterator[Finding]:
    outcome = calls.who()
    if not isinstance(outcome, Sent):
        yield _not_good("SLACK_BOT_TOKEN", outcome)
        return
    found.calls, found.name = calls, str(outcome.body.get("team") or found.name)
    yield ok("SLACK_BOT_TOKEN", _whose(outcome.body))
    yield from _scopes(calls.scopes)


def _whose(body: Mapping[str, Any]) -> str:
    team, team_id = body.get("team"), body.get("team_id")
    return f"good: the bot is @{body.get('user')} in {team} ({team_id})."


def _not_good(name: str, outcome: Outcome) -> Finding:
    sentence = refused(name, outcome)
    if sentence is not None:
        return mended(name, sentence)
    error = getattr(outcome, "error", "")
    return warning(name, f"can't be judged: Slack answered {error}.", "Look again in a minute.")


def _app_token(calls: SlackCalls) -> Finding:
    """An address for a connection is asked for; no connection is made."""
    outcome = calls.call("apps.connections.open")
    if isinstance(outcome, Sent):
        return ok("SLACK_APP_TOKEN", "good: it may open a connection (connections:write).")
    return _not_good("SLACK_APP_TOKEN", outcome)


def _scopes(granted: frozenset[str] | None) -> Iterator[Finding]:
    if granted is None:
        mend = "See that a proxy passes the header X-OAuth-Scopes on."
        yield warning("scopes", "Slack's answers don't say which are granted.", mend)
        return
    for scope in SCOPES:
        if scope in granted:
            yield ok(f"scope {scope}", "granted.")
        else:
            yield wrong(f"scope {scope}", "missing: the bot can't do without.", ADD)
    for scope in WORD_SCOPES:
        if scope in granted:
            yield ok(f"scope {scope}", "granted.")
        else:
            yield warning(f"scope {scope}", f"missing: {UNHEARD[scope]}.", ADD)
    for scope in OPTIONAL_SCOPES:
        if scope in granted:
            yield ok(f"scope {scope}", "granted (optional).")
        else:
            yield warning(f"scope {scope}", f"not granted (optional): {COSTS[scope]}", WANTED)
