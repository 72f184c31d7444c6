"""`delegate`: a role is lent to somebody for a time, or what was lent is taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from commands.act import Act
from commands.declare import declare_delegations
from commands.naming import product_named
from commands.request import Reply
from rules.delegating import Lending, delegate, direct, end, may_end, running
from rules.product import Product
from rules.words import Refused, Role

EVERY = "every"
"""What the form says for every product where the holder holds the role."""
LENDS = re.compile(
    r"@(?P<to>.+?)(?:\s+for\s+@(?P<behalf>.+?))?(?:\s+from\s+(?P<since>.+?))?"
    r"(?:\s+until\s+(?P<until>.+))?",
    re.IGNORECASE | re.DOTALL,
)
"""What follows the role: `@xena for @sam from mon 9:00 until fri 17:00`."""
ENDS = re.compile(r"end\b\s*", re.IGNORECASE)
ROLES: Mapping[str, Role] = {
    **{name: role for role in Role for name in (role.value, role.label.casefold(), role.state)},
    "operations": Role.OPERATIONS_COORDINATOR,
    "organisation": Role.RELEASE_COORDINATOR,
}


def run(act: Act) -> Reply:
    """Lend a role of one product, or of every product where the lender holds it; or end that.

    Refuses: odd-role, say-whom-to-delegate-to, unknown-person, unknown-product, odd-time,
    nothing-delegated, and what `delegate` and `end` refuse.
    """
    if act.request.fields:
        return _by_form(act)
    text = act.request.text.strip()
    ending = ENDS.match(text)
    if ending:
        return _ended(act, text[ending.end() :])
    head, at, tail = text.partition("@")
    said = LENDS.fullmatch(at + tail)
    if said is None or said["until"] is None:
        raise Refused("say-whom-to-delegate-to", {"text": text})
    product, role = _product_and_role(act, head)
    since = act.time(said["since"]) if said["since"] else act.now
    until = act.time(said["until"])
    to = person_named(act, said["to"])
    behalf = person_named(act, said["behalf"]) if said["behalf"] else act.person or ""
    return _lent(act, product, Lending(role, behalf, to, since, until))


def _by_form(act: Act) -> Reply:
    fields = act.request.fields
    role, said = Role(fields["role"]), str(fields.get("product", EVERY))
    product = None if said == EVERY else product_named(act.reader, act.tools, said)
    since = act.time(str(fields["since"])) if fields.get("since") else act.now
    behalf = str(fields.get("behalf") or act.person)
    until = act.time(str(fields["until"]))
    return _lent(act, product, Lending(role, behalf, str(fields["to"]), since, until))


def named(act: Act) -> tuple[str, ...]:
    """Whom the form names: it can't be judged before their rows are known."""
    chosen = (act.request.fields.get(name) for name in ("to", "behalf"))
    return tuple(dict.fromkeys(str(slack_id) for slack_id in chosen if slack_id))


def delegable(act: Act) -> tuple[tuple[Role, ...], tuple[str, ...], bool]:
    """The roles and the products that somebody may delegate, and whether for others too."""
    settings = [act.setting(product, None) for product in act.company.products.values()]
    person = act.person or ""
    leads = [s for s in settings if Role.RELEASE_COORDINATOR in s.hats(person)]
    own = {r: [s for s in settings if person in direct(s, r)] for r in Role}
    roles = tuple(role for role in Role if leads or own[role])
    names = {s.product.name for s in [*leads, *(s for held in own.values() for s in held)]}
    return roles, tuple(sorted(names)), bool(leads)


def _lent(act: Act, product: Product | None, asked: Lending) -> Reply:
    products = [product] if product else _held_by(act, asked)
    changed = []
    for each in products:
        setting = act.setting(each, None)
        changed.append(delegate(setting, asked, act.actor(setting), act.now))
    by = act.actor(act.setting(products[0], None))
    declare_delegations(act.tx, changed, by, pressed_at=act.request.pressed_at)
    return Reply("delegated", {"products": [each.name for each, _ in changed], "asked": asked})


def _held_by(act: Act, asked: Lending) -> list[Product]:
    """Every product where the lender holds the role. Refuses: not-a-holder where there is none."""
    products = act.company.products.values()
    held = [p for p in products if asked.behalf in direct(act.setting(p, None), asked.role)]
    if not held:
        worn = [p for p in products if asked.role in act.setting(p, None).hats(asked.behalf)]
        if not worn:
            about = {"product": None, "role": asked.role, "person": asked.behalf}
            raise Refused("not-a-holder", about)
        return worn
    return held


def _ended(act: Act, text: str) -> Reply:
    head, at, tail = text.partition("@")
    product, role = _product_and_role(act, head)
    to = person_named(act, tail) if at else None
    changed = []
    for each in [product] if product else act.company.products.values():
        actor = act.actor(act.setting(each, None))
        found = running(each, role, to, act.now)
        # Without a product only what the caller may end is meant.
        after = each
        for lent in found if product else [d for d in found if may_end(d, actor)]:
            after, fact = end(after, lent, actor, act.now)
            changed.append((after, fact))
    if not changed:
        raise Refused("nothing-delegated", {"role": role, "person": to})
    by = changed[0][1].by
    declare_delegations(act.tx, changed, by, pressed_at=act.request.pressed_at)
    names = list(dict.fromkeys(after.name for after, _ in changed))
    people = list(dict.fromkeys(fact.about["to"] for _, fact in changed))
    return Reply("delegation-ended", {"products": names, "role": role, "people": people})


def _product_and_role(act: Act, head: str) -> tuple[Product | None, Role]:
    """The product, None where none is named, and the role. Refuses: odd-role, unknown-product."""
    words = head.split()
    role = ROLES.get(" ".join(words).casefold())
    if role is not None:
        return None, role
    role = ROLES.get(" ".join(words[1:]).casefold())
    if role is None:
        raise Refused("odd-role", {"text": " ".join(words), "roles": list(Role)})
    return product_named(act.reader, act.tools, words[0]), role


def person_named(act: Act, word: str) -> str:
    """The Slack id of the person of that name or id. Refuses: unknown-person, also where several are."""
    name = " ".join(word.split()).lstrip("@").rstrip(",:;")
    people = act.company.people
    if name in people:
        return name
    found = [
        p.id for p in people.values() if " ".join(p.name.split()).casefold() == name.casefold()
    ]
    if len(found) != 1:
        raise Refused("unknown-person", {"word": name, "several": len(found) > 1})
    return found[0]
