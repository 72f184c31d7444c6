"""The views methods: modals by trigger, home tabs by person."""

from __future__ import annotations

from rehearsal.api.call import Answer, Call, method, objection
from rehearsal.errors import SlackError
from rehearsal.tickets import Trigger
from rehearsal.views import View
from rehearsal.workspace import APP_ID, BOT_PROFILE


def _shown(call: Call, view: View) -> Answer:
    return {"view": view.wire(call.workspace.team_id, APP_ID, BOT_PROFILE)}


def _trigger(call: Call) -> Trigger:
    """Spends the trigger, once the view is known to be good; a pointer stands in for one."""
    name = "interactivity_pointer" if call.text("interactivity_pointer") else "trigger_id"
    trigger_id = call.required(name)
    call.workspace.modals.accept(call.structure("view"), "modal")
    return call.workspace.triggers.exchange(trigger_id)


@method("views.open", "tier4")
def opened(call: Call) -> Answer:
    trigger = _trigger(call)
    return _shown(call, call.workspace.modals.open(trigger.user, call.structure("view")))


@method("views.push", "tier4")
def pushed(call: Call) -> Answer:
    trigger = _trigger(call)
    return _shown(call, call.workspace.modals.push(trigger.user, call.structure("view")))


@method("views.update", "tier4")
def updated(call: Call) -> Answer:
    modals = call.workspace.modals
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if bool(view_id) == bool(external_id):
        raise objection("must provide exactly one of `view_id` or `external_id`")
    view = modals.find(view_id or None, external_id or None)
    return _shown(call, modals.update(view, call.structure("view"), call.text("hash") or None))


@method("views.publish", "tier4")
def published(call: Call) -> Answer:
    user = call.user("user_id")
    view = call.structure("view")
    if user.deleted:
        raise SlackError("user_not_found")
    if not call.workspace.settings.home_tab:
        raise SlackError("not_enabled")
    found = call.workspace.modals.publish(user.id, view, call.text("hash") or None)
    return _shown(call, found)
