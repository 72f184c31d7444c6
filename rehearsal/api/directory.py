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


@method("api.test", "tier4")
def api_test(call: Call) -> Answer:
    return {"args": {key: value for key, value in call.arguments.items() if key != "token"}}


@method("team.info", "tier3", "team:read")
def team_info(call: Call) -> Answer:
    company = call.workspace.company
    return {"team": {"id": company.team_id, "name": company.name, "domain": company.domain}}


@method("users.info", "tier4", "users:read")
def users_info(call: Call) -> Answer:
    return {"user": call.user().wire(call.workspace.now())}


@method("users.list", "tier2", "users:read")
def users_list(call: Call) -> Answer:
    now = call.workspace.now()
    own = [u for u in call.workspace.users.values() if not u.is_stranger]
    page, following = call.page(own, 1000)
    members = [user.wire(now) for user in page]
    return {
        "members": members,
        "cache_ts": int(now.timestamp()),
        "response_metadata": following,
    }


@method("usergroups.list", "tier2", "usergroups:read")
def usergroups_list(call: Call) -> Answer:
    groups = list(call.workspace.groups.values())
    if not call.flag("include_disabled"):
        groups = [group for group in groups if not group.disabled]
    users = call.flag("include_users")
    return {"usergroups": [group.wire(call.workspace.team_id, users) for group in groups]}


@method("usergroups.users.list", "tier2", "usergroups:read")
def usergroups_users_list(call: Call) -> Answer:
    group = call.workspace.groups.get(call.required("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}
