"""The views methods: modals by trigger, home tabs by person."""

from __future__ import annotations

from rehearsal.api.call import Answer, Call, method
from rehearsal.errors import SlackError
from rehearsal.views import View
from rehearsal.workspace import APP_ID, BOT_PROFILE


def _shown(call: Call, view: View) -> Answer:
    return {"view": view.wire(call.workspace.team_id, APP_ID, BOT_PROFILE)}


@method("views.open", "tier4")
def opened(call: Call) -> Answer:
    modals, given = call.workspace.modals, call.structure("view")
    trigger_id = call.required("trigger_id")
    modals.accept(given, "modal")
    trigger = call.workspace.triggers.exchange(trigger_id)
    return _shown(call, modals.open(trigger.user, given))


@method("views.push", "tier4")
def pushed(call: Call) -> Answer:
    modals, given = call.workspace.modals, call.structure("view")
    trigger_id = call.required("trigger_id")
    modals.accept(given, "modal")
    trigger = call.workspace.triggers.exchange(trigger_id)
    return _shown(call, modals.push(trigger.user, given))


@method("views.update", "tier4")
def updated(call: Call) -> Answer:
    modals = call.workspace.modals
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if bool(view_id) == bool(external_id):
        raise SlackError("invalid_arguments")
    view = modals.find(view_id or None, external_id or None)
    return _shown(call, modals.update(view, call.structure("view"), call.text("hash") or None))


@method("views.publish", "tier4")
def published(call: Call) -> Answer:
    user = call.user("user_id")
    view = call.structure("view")
    if user.deleted:
        raise SlackError("user_not_found")
    found = call.workspace.modals.publish(user.id, view, call.text("hash") or None)
    return _shown(call, found)
