"""`assert`: a role owner declares the state it owns complete."""

from __future__ import annotations

from commands.act import Act, state_list
from commands.answering import DRAWN, answers, beside, drawn_form
from commands.naming import Meant, meant
from commands.request import Reply
from rules.asserting import assert_states
from rules.facts import Decision
from rules.words import Refused


def run(act: Act) -> Reply:
    """Assert the states named, or every state the caller owns; by the form, criterion by criterion."""
    found = meant(act.reader, act.tools, act.request.text)
    decision = _by_form(act, found) if DRAWN in act.request.fields else _by_words(act, found)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    said = [s for f in decision.facts for s in f.about.get("states", ())]
    return Reply("asserted", {"candidate": decision.candidates[-1], "states": said})


def _by_words(act: Act, found: Meant) -> Decision:
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    actor, states = act.actor(setting), state_list(found.rest)
    return act.save(assert_states(found.candidate, states, setting, actor, act.now), setting)


def _by_form(act: Act, found: Meant) -> Decision:
    candidate, product = found.candidate, act.product_of(found.candidate)
    setting = act.setting(product, candidate)
    form = drawn_form(act.request.fields, candidate, product)
    said = answers(form)
    try:
        decision = assert_states(
            candidate, tuple(said), setting, act.actor(setting), act.now, answers=said
        )
    except Refused as refused:
        raise beside(refused, form) from None
    return act.save(decision, setting)
