"""The channels where things are announced: there, open, and with the bot in them; nothing is posted to find out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.doctor.findings import Finding, listed, moment, ok, warning, wrong
from bot.doctor.mends import AGAIN, INVITE, mend_of
from bot.doctor.records import Records
from bot.doctor.slack import Workspace
from bot.slackcalls import Refusal, Sent, SlackCalls
from storage.company import Company
from storage.outbox import Message

NO_MESSAGE = "1.000000"
"""The ts of a message that is nowhere: asked for its address, Slack says whether it sees the channel."""
BLIND = "with the scopes granted Slack doesn't say whether the bot is a member"


def channels(records: Records, workspace: Workspace) -> Iterator[Finding]:
    """Every channel that the catalogue names."""
    named = channels_of(records.company)
    if not named:
        mend = "Apply a catalogue, or type /release in Slack as a workspace admin."
        yield warning("release channel", "none is declared yet.", mend)
    for channel, users in named.items():
        yield _channel(channel, listed(users, 4), records, workspace.calls)
    operator = records.company.installation.operator
    if named and operator is None:
        mend = "Name a person or a channel as `operator:` in the catalogue, and apply it."
        yield warning("operator", "nobody hears what only an operator can mend.", mend)


def channels_of(company: Company) -> dict[str, list[str]]:
    """Each channel by its id, with what it is used for: products, meetings, digests, the installation, the operator."""
    used: dict[str, list[str]] = {}
    if company.installation.channel:
        used[company.installation.channel] = ["the installation"]
    for product in company.products.values():
        used.setdefault(product.channel, []).append(product.name)
    for series in company.series.values():
        if not series.off:
            used.setdefault(series.channel, []).append(f"the {series.name}")
    operator = company.installation.operator or ""
    if operator.startswith(("C", "G")):
        used.setdefault(operator, []).append("the operator")
    return used


def _channel(channel: str, users: str, records: Records, calls: SlackCalls | None) -> Finding:
    what = f"{channel} ({users})"
    if calls is None:
        return _by_the_records(what, channel, records, "Slack could not be asked")
    outcome = calls.call("conversations.info", channel=channel)
    if isinstance(outcome, Sent):
        return _by_slack(outcome.body.get("channel") or {}, users, what)
    if not isinstance(outcome, Refusal):
        error = getattr(outcome, "error", "")
        return _by_the_records(what, channel, records, f"Slack did not say just now ({error})")
    if outcome.error != "missing_scope":
        return wrong(what, f"Slack says {outcome.error}.", mend_of(outcome.error))
    seen = calls.call("chat.getPermalink", channel=channel, message_ts=NO_MESSAGE)
    if isinstance(seen, Refusal) and seen.error == "channel_not_found":
        return wrong(what, "Slack says channel_not_found.", mend_of(seen.error))
    lacks = f" (it {outcome.detail})" if outcome.detail else ""
    return _by_the_records(what, channel, records, BLIND + lacks)


def _by_slack(body: Mapping[str, Any], users: str, what: str) -> Finding:
    if body.get("name"):
        what = f"#{body['name']} ({users})"
    if body.get("is_archived"):
        return wrong(what, "it is archived.", mend_of("is_archived"))
    if not body.get("is_member"):
        return wrong(what, "the bot is not a member.", f"{INVITE}. {AGAIN}")
    return ok(what, "the bot is a member.")


def _by_the_records(what: str, channel: str, records: Records, why: str) -> Finding:
    """What the last tries to post there tell, where Slack does not."""
    accepted = records.accepted.get(channel)
    dead = _last_dead(channel, records)
    if dead is not None and (accepted is None or (dead.wanted_at or accepted) > accepted):
        error = dead.error or "refused"
        return wrong(what, f"the last message there was refused: {error}.", mend_of(error))
    if accepted is not None:
        return ok(what, f"{why}; it accepted a message on {moment(accepted)}.")
    mend = f"{INVITE}; the first message will tell."
    return warning(what, f"can't be checked: {why}, and nothing was sent there yet.", mend)


def _last_dead(channel: str, records: Records) -> Message | None:
    there = [letter for letter in records.dead if channel in (letter.target, letter.channel)]
    return max(there, key=lambda letter: (letter.wanted_at is not None, letter.id), default=None)
