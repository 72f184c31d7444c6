"""What to do about what Slack says of a channel or a message (slack-platform 9.4)."""

from __future__ import annotations

from bot.checking import ADD_SCOPE
from bot.doctor.findings import said

INVITE = "Invite the bot in that channel: /invite @presumptive"
ELSEWHERE = "or name another channel in the catalogue and apply it."
AGAIN = "What it missed is then posted within five minutes, for seven days."
ADD = said(ADD_SCOPE)

MENDS = {
    "not_in_channel": f"{INVITE}. {AGAIN}",
    "channel_not_found": f"If it is private, invite the bot there: /invite @presumptive; {ELSEWHERE}",
    "is_archived": f"Unarchive it in Slack, {ELSEWHERE}",
    "is_inactive": f"Unarchive it in Slack, {ELSEWHERE}",
    "missing_scope": ADD,
    "user_not_found": "Name somebody else in the catalogue and apply it.",
    "cannot_dm_bot": "Name a person in the catalogue, and apply it.",
    "messages_tab_disabled": "Switch the Messages tab on, on the Slack app's page “App Home”.",
    "nobody could be answered": "Nothing: it was the answer to a press that is long over.",
}
RESTRICTED = f"Let the app post there (in Slack: the channel's posting permissions), {ELSEWHERE}"
LOST = "Look in Slack whether it stands there; it is not sent again."
ELSE = "Mend what Slack names, and announce the candidate again if it still matters."


def mend_of(error: str) -> str:
    """What to do about Slack's word, or the courier's, for why a message can't be delivered."""
    word = error.split(" ")[0]
    if word.startswith(("restricted_action", "posting_to_")):
        return RESTRICTED
    if "lost twice" in error:
        return LOST
    return MENDS.get(error) or MENDS.get(word) or ELSE
