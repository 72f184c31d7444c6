"""The methods by which the bot learns who is who, and who it is itself."""

from __future__ import annotations

from rehearsal.api.call import Answer, Call, method
from rehearsal.errors import SlackError
from rehearsal.workspace import APP_ID, BOT_PROFILE


@method("auth.test", "special")
def auth_test(call: Call) -> Answer:
    workspace = call.workspace
    return {
        "url": f"https://{workspace.company.domain}.slack.com/",
        "team": workspace.company.name,
        "user": workspace.users[workspace.bot_id].name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot_id,
        "bot_id": BOT_PROFILE,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


@method("api.test", "tier4", open_to_all=True)
def api_test(call: Call) -> Answer:
    said = {key: value for key, value in call.arguments.items() if key != "token"}
    if call.text("error"):
        raise SlackError(call.text("error"), args=said)
    return {"args": said}


@method("team.info", "tier3", "team:read", form_only=True)
def team_info(call: Call) -> Answer:
    company = call.workspace.company
    if call.text("team", company.team_id) != company.team_id:
        raise SlackError("team_not_found")
    return {"team": {"id": company.team_id, "name": company.name, "domain": company.domain}}


@method("users.info", "tier4", "users:read", form_only=True)
def users_info(call: Call) -> Answer:
    return {"user": call.user().wire(call.workspace.now())}


@method("bots.info", "tier3", "users:read", form_only=True)
def bots_info(call: Call) -> Answer:
    workspace = call.workspace
    if call.text("bot") != BOT_PROFILE:
        raise SlackError("bot_not_found")
    us = workspace.users[workspace.bot_id]
    said = {"id": BOT_PROFILE, "deleted": False, "name": us.name, "updated": 0}
    return {"bot": {**said, "app_id": APP_ID, "user_id": workspace.bot_id, "icons": {}}}


@method("users.list", "tier2", "users:read", form_only=True)
def users_list(call: Call) -> Answer:
    """Everybody at once where no limit is given, as Slack tries to."""
    now = call.workspace.now()
    own = [u for u in call.workspace.users.values() if not u.is_stranger]
    page, following = call.page(own, 1000, default=len(own))
    members = [user.wire(now) for user in page]
    return {
        "members": members,
        "cache_ts": int(now.timestamp()),
        "response_metadata": following,
    }
