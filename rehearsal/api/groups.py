"""The usergroups methods: who stands behind a handle that is not a person's."""

from __future__ import annotations

from rehearsal.api.call import Answer, Call, method
from rehearsal.errors import SlackError


def _need_paid(call: Call) -> None:
    if not call.workspace.settings.paid:
        raise SlackError("plan_upgrade_required")


@method("usergroups.list", "tier2", "usergroups:read", form_only=True)
def listed(call: Call) -> Answer:
    _need_paid(call)
    groups = list(call.workspace.groups.values())
    if not call.flag("include_disabled"):
        groups = [group for group in groups if not group.disabled]
    users = call.flag("include_users")
    return {"usergroups": [group.wire(call.workspace.team_id, users) for group in groups]}


@method("usergroups.users.list", "tier2", "usergroups:read", form_only=True)
def users_listed(call: Call) -> Answer:
    _need_paid(call)
    group = call.workspace.groups.get(call.required("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}
