"""The one app-level method: an address for one Socket Mode connection."""

from __future__ import annotations

from rehearsal.api.call import Answer, Call, method


@method("apps.connections.open", "tier3", app_level=True)
def opened(call: Call) -> Answer:
    return {"url": call.socket_address()}
