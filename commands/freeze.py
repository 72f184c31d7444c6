"""`freeze`: when nothing, or nothing that is not overridden, goes out; by whom it was said, and for whom."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from commands.act import Act
from commands.declare import Edit, declare_edit
from commands.estate import (
    BECAUSE,
    bound,
    channels,
    environments_named,
    hats,
    named,
    products_named,
    word_of,
)
from commands.naming import meant, product_at_head
from commands.request import Choice, Reply
from rules.freezes import LONGEST, Freeze, Recurring, windows
from rules.freezing import freeze, lift_freeze, override
from rules.rights import MAY
from rules.words import Refused

VERB = re.compile(r"(?P<verb>add|lift|override)\b\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
ADDS = re.compile(
    r"(?P<name>\S+)\s+(?P<how>hard|soft)\b(?P<binds>.*?)\s+"
    r"(?:(?:from\s+(?P<since>\S.*?)\s+)?(?:until|till|to)\s+(?P<until>\S.*?)"
    r"|every\s+(?P<every>\S.*?))"
    r"(?:\s+because\s+(?P<reason>.+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
"""What follows `add`: `year-end hard for payments from 18 dec 18:00 until 4 jan 8:00 because …`."""
BINDS = re.compile(r"(?:^|\s+)(for|in)\s+", re.IGNORECASE)
MOST_WORDS = 1900
"""As many of somebody's words as the button that makes a halt of them can carry."""


def run(act: Act) -> Reply:
    """The freezes ahead, or one; or add, lift or override one.

    Refuses: unknown-freeze, no-freezes, say-what-to-freeze, odd-time, odd-recurring, and what the
    rules of freezing refuse.
    """
    if act.request.fields:
        try:
            return _by_form(act)
        except Refused as refused:
            # Where people had to be looked up the form is closed by now: the answer opens it again.
            refused.about["opens"] = "freeze add"
            raise
    text = act.request.text.strip()
    said = VERB.fullmatch(text)
    if said is None:
        return _one(act, text) if text else _listed(act)
    verb, rest = said["verb"].casefold(), said["rest"].strip()
    if verb == "add":
        return _added(act, rest)
    return _lifted(act, rest) if verb == "lift" else _overridden(act, rest)


def _listed(act: Act) -> Reply:
    ahead = [row for each in act.company.freezes.values() if (row := _row(act, each))["span"]]
    ahead.sort(key=lambda row: (row["span"].start, row["freeze"].name))
    offered = (Choice("Declare a freeze…", "open freeze add"),) if declarable(act)[0] else ()
    return Reply("freezes", {"rows": ahead}, choices=offered)


def _row(act: Act, each: Freeze) -> dict[str, Any]:
    """A freeze with its next stretch, the one under way included; None where none comes."""
    lifted = each.lifted_at is not None
    span = None if lifted else next(windows(each, act.now, act.now + LONGEST), None)
    return {"freeze": each, "span": span, "now": span is not None and span.start <= act.now}


def _one(act: Act, text: str) -> Reply:
    """One freeze. Whoever meant a halt is offered it, with their words.

    Refuses: say-what-to-freeze, unknown-freeze, no-freezes.
    """
    if product_at_head(act.reader, text) is not None and text not in act.company.freezes:
        words = {"words": text[:MOST_WORDS]}
        raise Refused("say-what-to-freeze", {"text": text, **words})
    found = named(act, "freeze", text, act.company.freezes)
    return Reply("freeze", {**_row(act, found), "products": bound(act.company, found)})


def _added(act: Act, rest: str) -> Reply:
    """Refuses: say-what-to-freeze, odd-time, odd-recurring, unknown-product, unknown-environment."""
    said = ADDS.fullmatch(rest)
    if said is None:
        raise Refused("say-what-to-freeze", {"text": rest})
    products, environments = _binds(act, said["binds"], rest)
    every = _recurring(act, said["every"]) if said["every"] else None
    asked = Freeze(
        name=word_of(said["name"]),
        hard=said["how"].casefold() == "hard",
        zone=act.zone,
        starts=None if every else _since(act, said["since"], word_of(said["name"])),
        ends=None if every else act.time(said["until"]),
        recurring=every,
        products=products,
        environments=environments,
        reason=_line(said["reason"]),
        by=act.person,
    )
    return _frozen(act, asked)


def _binds(act: Act, text: str, whole: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The products after `for`, the environments after `in`; in either order, each once at most."""
    first, *said = BINDS.split(text)
    parts = dict(zip((word.casefold() for word in said[::2]), said[1::2], strict=True))
    if first.strip() or len(parts) < len(said) // 2:
        raise Refused("say-what-to-freeze", {"text": whole})
    products = products_named(act, parts.get("for", ""))
    return products, environments_named(act, parts.get("in", ""))


def _by_form(act: Act) -> Reply:
    """Refuses, beside its field: freeze-without-time, odd-recurring, and what `freeze` refuses."""
    fields = act.request.fields
    every = _recurring(act, str(fields["every"])) if fields.get("every") else None
    if not every and not fields.get("until"):
        raise Refused("freeze-without-time", {"field": "until"})
    name = word_of(str(fields.get("name", "")))
    asked = Freeze(
        name=name,
        hard=fields.get("how") == "hard",
        zone=act.zone,
        starts=None if every else _since(act, fields.get("since"), name),
        ends=None if every else act.time(str(fields["until"])),
        recurring=every,
        products=products_named(act, " ".join(fields.get("products") or ())),
        environments=environments_named(act, " ".join(fields.get("environments") or ())),
        reason=_line(fields.get("reason")),
        by=act.person,
    )
    return _frozen(act, asked)


def _since(act: Act, text: str | None, name: str) -> datetime:
    """When it begins: now where nothing is said, or when what has its name began. Refuses: odd-time."""
    if text:
        return act.time(text)
    old = act.company.freezes.get(name)
    if old and old.starts and old.starts <= act.now and not old.over(act.now):
        return old.starts
    return act.now.replace(microsecond=0)


def _recurring(act: Act, text: str) -> Recurring:
    """Refuses: odd-recurring."""
    try:
        return act.tools.recurring(text)
    except Refused as refused:
        refused.about.setdefault("field", "every")
        raise


def _line(words: str | None) -> str | None:
    return " ".join((words or "").split()) or None


def _frozen(act: Act, asked: Freeze) -> Reply:
    """Declare it, where the caller coordinates every product that it binds, or bound so far."""
    company, old = act.company, act.company.freezes.get(asked.name)
    binds = bound(company, asked)
    before = bound(company, old) if old and not old.over(act.now) else []
    concerned = [*asked.products, *binds, *before]
    after, facts = freeze(asked, old, hats(act, sorted({*concerned})), act.now)
    if facts:
        edit = Edit(facts, channels(company, concerned), freezes=(after,))
        declare_edit(act.tx, edit, pressed_at=act.request.pressed_at)
    about = {**_row(act, after), "products": binds, "changed": bool(facts)}
    return Reply("freeze-declared", about)


def _lifted(act: Act, rest: str) -> Reply:
    """Refuses: unknown-freeze, no-freezes, and what `lift_freeze` refuses."""
    word, _, said = rest.partition(" ")
    found = named(act, "freeze", word, act.company.freezes)
    because = BECAUSE.fullmatch(said.strip())
    reason = _line(because["reason"] if because else said)
    binds = bound(act.company, found)
    concerned = sorted({*found.products, *binds})
    after, facts = lift_freeze(found, reason, hats(act, concerned), act.now)
    if facts:
        edit = Edit(facts, channels(act.company, concerned), freezes=(after,))
        declare_edit(act.tx, edit, pressed_at=act.request.pressed_at)
    about = {"freeze": after, "products": binds, "changed": bool(facts)}
    return Reply("freeze-lifted", {**about, "catalogue": found.by is None})


def _overridden(act: Act, rest: str) -> Reply:
    """Refuses: what names no candidate or freeze, and what `override` refuses."""
    found = meant(act.reader, act.tools, rest)
    word, _, said = found.rest.partition(" ")
    stands = named(act, "freeze", word, act.company.freezes)
    because = BECAUSE.fullmatch(said.strip())
    candidate, product = found.candidate, act.product_of(found.candidate)
    setting = act.setting(product, candidate)
    reason = _line(because["reason"]) if because else None
    actor = act.actor(setting)
    decision = override(candidate, stands, product, reason, actor, act.now)
    act.save(decision, setting)
    after = decision.candidates[-1] if decision else candidate
    about = {"candidate": after, "freeze": stands, "reason": reason}
    return Reply("freeze-overridden", {**about, "changed": bool(decision)})


def declarable(act: Act) -> tuple[list[str], list[str], bool]:
    """The products the caller may freeze, the environments there are, and whether that is every product."""
    worn = hats(act, act.company.products)
    lacking = worn.lacking(MAY["freeze"])
    mine = sorted(set(worn.worn) - set(lacking))
    return mine, sorted(act.company.environments), not lacking
