"""`carry`: an owner carries their assertion over from the build before, having seen what changed."""

from __future__ import annotations

from commands.act import Act, state_list
from commands.naming import meant
from commands.request import Reply
from commands.standing import build_before
from rules.carrying import carry


def run(act: Act) -> Reply:
    """Carry the states named, or every state of the caller's that can be carried."""
    found = meant(act.reader, act.tools, act.request.text)
    candidate, states = found.candidate, state_list(found.rest)
    setting = act.setting(act.product_of(candidate), candidate)
    earlier = build_before(act.reader, candidate)
    decision = carry(candidate, earlier, states, setting, act.actor(setting), act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": candidate})
    said = [s for f in decision.facts for s in f.about.get("states", ())]
    return Reply("asserted", {"candidate": decision.candidates[-1], "states": said})
