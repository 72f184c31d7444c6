"""`setup`: a workspace admin sets up an installation in which nothing is, by a form."""

from __future__ import annotations

from commands.act import Act
from commands.declare import Declaration, declare
from commands.request import Choice, Reply
from commands.standing import mentions
from rules.beginning import Beginning, admins, begin, may_begin, require_beginning
from rules.facts import Actor
from rules.product import Product
from rules.words import Refused, Role

MOST = 5
"""How many of the admins are named."""


def run(act: Act) -> Reply:
    """Declare the first product as a catalogue would, the admin being the operator from now on.

    Without fields there was no form to show: says how to begin.
    Refuses: not-an-admin, already-set-up, odd-zone, and whatever is wrong in a field.
    """
    people, products = act.company.people, act.company.products
    by = act.person or ""
    require_beginning(by, people, products)
    if not act.request.fields:
        return how_to_begin(act)
    try:
        product = begin(_said(act), products, people, by, act.now)
    except Refused as refused:
        # Where people had to be looked up the form is closed by now: the answer opens it again.
        refused.about["opens"] = "setup"
        raise
    plain, lines = act.tools.as_catalogue(product, by, act.company)
    declare(
        act.tx,
        Declaration(
            products=(product,),
            channel=product.channel,
            zone=product.zone,
            operator=by,
            plain=plain,
            lines=lines,
            by=Actor(by, (), act.request.caller.door),
            pressed_at=act.request.pressed_at,
        ),
    )
    return Reply("set-up", {"product": product, "roles": _roles(product)})


def _said(act: Act) -> Beginning:
    """The fields of the form. Refuses: odd-zone."""
    fields = act.request.fields
    return Beginning(
        product=str(fields.get("product", "")).strip(),
        channel=fields.get("channel"),
        zone=act.tools.zone(str(fields.get("zone", ""))),
        holders={role: tuple(fields.get(role.value, ())) for role in Role},
    )


def _roles(product: Product) -> list[dict[str, object]]:
    return [{"role": role, "owners": mentions(product, role)} for role in Role]


def named(act: Act) -> tuple[str, ...]:
    """Whom the form names: it can't be judged before their rows are known."""
    if act.company.products:
        return ()
    chosen = (slack_id for role in Role for slack_id in act.request.fields.get(role.value, ()))
    return tuple(dict.fromkeys(chosen))


def how_to_begin(act: Act) -> Reply:
    """What anybody hears while nothing is set up: who can begin; an admin, by which button."""
    people = act.company.people
    known = [person.id for person in admins(people)]
    able = may_begin(people.get(act.person or ""))
    about = {"may_begin": able, "admins": known[:MOST], "more": len(known) - len(known[:MOST])}
    choices = (Choice("Set up…", "open setup", "primary"),) if able else ()
    return Reply("not-set-up", about, ok=False, choices=choices)
