"""`assert`: a role owner declares the state it owns complete."""

from __future__ import annotations

from commands.act import Act, state_list
from commands.naming import meant
from commands.request import Reply
from rules.asserting import assert_states
from rules.words import State


def run(act: Act) -> Reply:
    """Assert the states named, or every state the caller owns."""
    found = meant(act.reader, act.tools, act.request.text)
    fields = act.request.fields
    states = (
        tuple(State(s) for s in fields["states"]) if "states" in fields else state_list(found.rest)
    )
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    decision = assert_states(found.candidate, states, setting, act.actor(setting), act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    said = [s for f in decision.facts for s in f.about.get("states", ())]
    return Reply("asserted", {"candidate": decision.candidates[-1], "states": said})
