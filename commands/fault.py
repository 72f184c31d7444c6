"""`fault`: something is wrong in production; what let it through, and what is asked of the next candidate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from commands.act import Act
from commands.declare import declare_criteria
from commands.naming import meant
from commands.request import Reply
from rules.candidate import Candidate
from rules.criteria import add, sharpen
from rules.facts import Actor, Decision
from rules.faulting import Attribution, attribute, record, went_out
from rules.product import Product
from rules.waiving import asked_of
from rules.words import Refused, Role, State

NUMBERED = re.compile(r"id:(?P<id>[0-9]{1,6})\b\s*")
"""Before what is said of a fault that was recorded already."""
NONE, UNKNOWN = "none", "unknown"


def run(act: Act) -> Reply:
    """Record a fault, or say what let one through; a criterion is added by the Release Coordinator's word."""
    found = meant(act.reader, act.tools, act.request.text, known=True, fits=went_out)
    candidate, product = found.candidate, act.product_of(found.candidate)
    setting = act.setting(product, candidate)
    actor, fields = act.actor(setting), act.request.fields
    through = attribution(fields, candidate, product)
    text = " ".join(str(fields.get("add") or "").split()) or None
    number = NUMBERED.match(found.rest)
    if number is not None:
        decision = _attributed(candidate, number["id"], through, product, actor, act)
    else:
        what = str(fields.get("what", found.rest)).strip()
        decision = record(candidate, what, through, text, product, actor, act.now)
    if not decision:
        return Reply("nothing-new", {"candidate": candidate})
    added = text if text and _adds(actor) else None
    if added:
        _ask_from_now_on(act, product, through, added, actor)
    act.save(decision, setting)
    after = decision.candidates[-1]
    return Reply("fault-recorded", {"candidate": after, "through": through, "added": added})


def _attributed(
    candidate: Candidate,
    number: str,
    through: Attribution | None,
    product: Product,
    actor: Actor,
    act: Act,
) -> Decision:
    if through is None:
        raise Refused("fault-unattributed", {"candidate": candidate.name, "field": "through"})
    return attribute(candidate, number, through, product, actor, act.now)


def attribution(
    fields: Mapping[str, Any], candidate: Candidate, product: Product
) -> Attribution | None:
    """What the form says let it through; None: not known yet. `security:3`, `security:`, `none`."""
    said = str(fields.get("through") or UNKNOWN)
    if said == UNKNOWN:
        return None
    if said == NONE:
        return Attribution()
    state, _, number = said.partition(":")
    asked = asked_of(candidate, State(state), product)
    return Attribution(State(state), asked[int(number)] if number else None)


def _adds(actor: Actor) -> bool:
    """Criteria are the Release Coordinator's to change (DESIGN 2.1); others suggest."""
    return Role.RELEASE_COORDINATOR in actor.hats


def _ask_from_now_on(
    act: Act, product: Product, through: Attribution | None, text: str, actor: Actor
) -> None:
    """From the next candidate on: one criterion more, or a sharper one in the place of one.

    Refuses: fault-unattributed where no state was named; and as a change of criteria does.
    """
    if through is None or through.state is None:
        raise Refused("fault-unattributed", {"candidate": product.name, "field": "through"})
    sharpens = bool(act.request.fields.get("instead")) and through.criterion is not None
    try:
        if sharpens and through.criterion is not None:
            changed = sharpen(product, through.state, through.criterion, text, actor, act.now)
        else:
            changed = add(product, through.state, text, actor, act.now)
    except Refused as refused:
        refused.about["field"] = "add"
        raise
    after, facts = changed
    declare_criteria(act.tx, after, facts, actor, tightens=False, pressed_at=act.request.pressed_at)
