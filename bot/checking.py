"""What is asked of Slack once, before serving: a wrong token or a missing scope ends in a sentence (DESIGN 6)."""

from __future__ import annotations

import logging

from bot.manifest import SCOPES
from bot.settings import Misconfigured
from bot.slackcalls import Outcome, Refusal, Sent, SlackCalls

log = logging.getLogger(__name__)

ADD_SCOPE = (
    "add it on the Slack app's page “OAuth & Permissions” (manifest.json has them all) and install "
    "the app again."
)


def check_bot_token(calls: SlackCalls) -> None:
    """Refuse a bot token that Slack refuses. Raises Misconfigured; only warns where Slack is away."""
    _check("SLACK_BOT_TOKEN", calls.who())
    missing = [scope for scope in SCOPES if calls.scopes and scope not in calls.scopes]
    if missing:
        raise Misconfigured(f"The bot's token lacks the scope {', '.join(missing)}: {ADD_SCOPE}")


def check_app_token(calls: SlackCalls) -> None:
    """Refuse an app-level token that Slack refuses; `calls` speak with that token."""
    _check("SLACK_APP_TOKEN", calls.call("apps.connections.open"))


def _check(name: str, outcome: Outcome) -> None:
    sentence = refused(name, outcome)
    if sentence is not None:
        raise Misconfigured(sentence)
    if isinstance(outcome, Refusal):
        log.warning("Slack answered %s when asked about %s", outcome.error, name)
    elif not isinstance(outcome, Sent):
        log.warning("Slack can't be reached yet (%s): serving, and trying again", outcome.error)


def refused(name: str, outcome: Outcome) -> str | None:
    """Why Slack refuses this token, and the mend behind a colon; None where it does not."""
    if not isinstance(outcome, Refusal):
        return None
    if outcome.error == "missing_scope":
        return f"{name} lacks a scope ({outcome.detail}): add it and install the app again."
    if outcome.permanent:
        return None
    return (
        f"Slack refuses {name} ({outcome.error}): copy it again from the Slack app's settings, "
        "or install the app in the workspace."
    )
