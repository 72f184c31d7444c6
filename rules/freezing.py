"""A freeze is declared, lifted, or overridden for one candidate, by the Release Coordinators it binds (DESIGN 2.1, 2.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.apply import decide
from rules.candidate import Candidate
from rules.declaring import Facts, differing, require_name, require_short
from rules.facts import Actor, Decision, Fact, fact
from rules.freezes import Freeze
from rules.phases import require_unreleased
from rules.product import Product
from rules.rights import MAY, Hats, require_any, require_over
from rules.words import Refused
from rules.worktime import instant
from rules.world import ANYWHERE

WORDS = frozenset({"add", "lift", "override"})
"""What can be no freeze's name."""
WEEK = timedelta(days=7)


def freeze(asked: Freeze, old: Freeze | None, hats: Hats, now: datetime) -> tuple[Freeze, Facts]:
    """A freeze as it is to be; one that stands as asked already is left alone.

    `old` is what has its name; `hats` are those for the products that either binds.
    Refuses: not-your-role, not-of-every-product, odd-name, words-too-long, freeze-ends-first,
    freeze-past.
    """
    by = require_over("freeze", hats)
    require_name(asked.name, WORDS)
    require_short(asked.reason)
    if asked.starts is not None and asked.ends is not None:
        _require_ahead(asked, asked.starts, asked.ends, now)
    if old is not None:
        asked = replace(asked, turn=old.turn + 1)
    if old is not None and old.over(now):
        old = None
    if old is not None and old.says(asked):
        return old, ()
    return asked, differing("freeze", asked, old, by, now)


def _require_ahead(asked: Freeze, starts: datetime, ends: datetime, now: datetime) -> None:
    """Refuse what would stop nothing, with the same days in the first week in which it would."""
    about = {"starts": starts, "ends": ends, "field": "until"}
    if ends <= starts:
        weeks = _weeks_until_after(ends, max(starts, now), asked.zone)
        nearest = (starts, _later(ends, weeks, asked.zone))
        raise Refused("freeze-ends-first", {**about, "nearest": nearest})
    if ends <= now:
        weeks = _weeks_until_after(ends, now, asked.zone)
        nearest = (_later(starts, weeks, asked.zone), _later(ends, weeks, asked.zone))
        raise Refused("freeze-past", {**about, "nearest": nearest})


def _weeks_until_after(at: datetime, limit: datetime, zone: str) -> int:
    weeks = max(1, (limit - at) // WEEK)
    while _later(at, weeks, zone) <= limit:
        weeks += 1
    return weeks


def _later(at: datetime, weeks: int, zone: str) -> datetime:
    """The same day of the week and wall-clock time, so many weeks on."""
    local = at.astimezone(ZoneInfo(zone)) + weeks * WEEK
    return instant(local.date(), local.time(), ZoneInfo(zone))


def lift_freeze(
    freeze: Freeze, reason: str | None, hats: Hats, now: datetime
) -> tuple[Freeze, Facts]:
    """From now on it stops nothing. One that is over, or lifted already, is left alone.

    The operator lifts what the catalogue declared, and no person's.
    Refuses: not-your-role, not-of-every-product, words-too-long.
    """
    theirs = hats.asker.is_operator and freeze.by is not None
    by = require_over("freeze", replace(hats, asker=Actor(None)) if theirs else hats)
    require_short(reason)
    if freeze.over(now):
        return freeze, ()
    about = {
        "freeze": freeze.name,
        "reason": reason,
        "products": list(freeze.products),
        "environments": list(freeze.environments),
    }
    lifted = Fact("freeze.lifted", now, by, None, None, about)
    return replace(freeze, lifted_at=now), (lifted,)


def override(
    candidate: Candidate,
    freeze: Freeze,
    product: Product,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> Decision:
    """The freeze does not bind this candidate, for a reason. Asked again it changes nothing.

    Refuses: not-your-role, freeze-does-not-bind, override-reason-needed, words-too-long, and the
    ended phases.
    """
    require_any("freeze", MAY["freeze"], Hats(actor, {product.name: actor}))
    require_unreleased(candidate)
    names = {"candidate": candidate.name, "freeze": freeze.name}
    if freeze.over(now) or not freeze.binds(product.name, product.environments or (ANYWHERE,)):
        raise Refused("freeze-does-not-bind", {**names, "over": freeze.over(now)})
    if any(each.freeze == freeze.key for each in candidate.overrides):
        return Decision()
    if not reason:
        raise Refused("override-reason-needed", names)
    require_short(reason)
    about = {"freeze": freeze.name, "key": freeze.key, "reason": reason}
    return decide(candidate, fact("freeze.overridden", candidate, actor, now, **about))
