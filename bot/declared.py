"""What a catalogue declares, whole and with every name resolved, and how two of them differ (DESIGN 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.calendars import slot_text
from bot.estate import length_text, use_words
from bot.freezes import freeze_text, moment_text
from bot.groups import groups
from bot.series import plain_series
from rules.criteria import listed
from rules.dependencies import Need
from rules.environments import Environment
from rules.freezes import Freeze
from rules.product import Policy, Product
from rules.resources import Resource, Use
from rules.series import Series
from rules.words import Role, State
from rules.worktime import Calendar, Slot

Plain = Mapping[str, Any]
ALL = "all"
"""What a freeze binds that names none."""


@dataclass(frozen=True)
class Resolved:
    """Whom or what a written name means: `kind` is `user`, `group` or `channel`, `id` is Slack's."""

    kind: str
    id: str


@dataclass(frozen=True)
class Unknown:
    """A name that can't be used: why, as the end of a sentence, and the names it may have meant."""

    why: str = "is nobody and nothing in this workspace"
    nearest: tuple[str, ...] = ()


Resolve = Callable[[str], Resolved | Unknown]
"""Looks up `U0ALICE01`, `@alice`, `@Alice Archer`, `S0SECARCH`, `@sec-arch`, `C0REL0001` or `#releases`."""


@dataclass(frozen=True)
class DeclaredProduct:
    """One product with everything that holds for it: its own words, or else the catalogue's defaults."""

    name: str
    channel: str
    zone: str
    holders: Mapping[Role, tuple[tuple[str, str], ...]]
    """For each role (kind, id) of its holders; since when is for the one who applies it to know."""
    policy: Policy
    announcers: tuple[str, ...]
    anyone_announces: bool
    calendar: str | None
    """Name of its calendar; None: Monday to Friday, 09:00-17:00, no holidays."""
    slots: tuple[Slot, ...]
    scheme: str
    criteria: Mapping[State, tuple[str, ...]]
    environments: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    uses: tuple[Use, ...] = ()
    occupies: timedelta | None = None


@dataclass(frozen=True)
class Declared:
    """A whole catalogue. What is None or absent is not declared, and stays as it was."""

    channel: str | None = None
    zone: str | None = None
    operator: Resolved | None = None
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    calendars_declared: Mapping[str, Plain] = field(default_factory=dict)
    """What `bot.calendars.calendar_from` makes them of again next year; JSON's own types."""
    people_calendars: Mapping[str, str] = field(default_factory=dict)
    """User id to calendar name."""
    environments: Mapping[str, Environment] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    freezes: Mapping[str, Freeze] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)
    products: tuple[DeclaredProduct, ...] = ()

    @property
    def plain(self) -> dict[str, Any]:
        """The same in JSON's own types, for `difference`."""
        installation = {
            "channel": self.channel,
            "zone": self.zone,
            "operator": self.operator and self.operator.id,
        }
        return {
            **{key: value for key, value in installation.items() if value is not None},
            "calendars": {name: dict(said) for name, said in self.calendars_declared.items()},
            "people": {user: {"calendar": name} for user, name in self.people_calendars.items()},
            **plain_estate(self.environments, self.resources, self.freezes, self.series),
            "products": {product.name: plain_product(product) for product in self.products},
        }


def plain_product(product: DeclaredProduct) -> dict[str, Any]:
    """A product in JSON's own types."""
    return {
        "channel": product.channel,
        "zone": product.zone,
        "calendar": product.calendar,
        "roles": {role.value: [id for _, id in product.holders[role]] for role in Role},
        "announcers": "anyone" if product.anyone_announces else list(product.announcers),
        "policy": plain_policy(product.policy),
        "slots": [slot_text(slot) for slot in product.slots],
        "versions": product.scheme,
        "criteria": {state.value: list(product.criteria[state]) for state in State},
        **plain(product),
    }


def plain_estate(
    environments: Mapping[str, Environment],
    resources: Mapping[str, Resource],
    freezes: Mapping[str, Freeze],
    series: Mapping[str, Series],
) -> dict[str, dict[str, Any]]:
    """Environments, resources, freezes, and when meetings and digests come, in JSON's own types."""
    return {
        "environments": {name: plain(each) for name, each in environments.items()},
        "resources": {name: plain(each) for name, each in resources.items()},
        "freezes": {name: plain(each) for name, each in freezes.items()},
        "series": {name: plain_series(each) for name, each in series.items()},
    }


def plain(each: DeclaredProduct | Product | Environment | Resource | Freeze) -> dict[str, Any]:
    """By the catalogue's keys, in JSON's own types: of a product, those that can be edited in Slack."""
    if isinstance(each, Freeze):
        return _plain_freeze(each)
    if isinstance(each, Environment):
        return {"capacity": each.capacity, "occupies": length_text(each.occupies)}
    if isinstance(each, Resource):
        return {"capacity": each.capacity, "what": each.what}
    return {
        "environments": list(each.environments),
        "needs": {need.product: need.constraint for need in each.needs},
        "resources": {use.resource: use_words(use) for use in each.uses},
        "occupies": None if each.occupies is None else length_text(each.occupies),
    }


def _plain_freeze(freeze: Freeze) -> dict[str, Any]:
    """A freeze, its times on the wall of its zone."""
    once = {"from": freeze.starts, "until": freeze.ends}
    return {
        "kind": "hard" if freeze.hard else "soft",
        **{key: at and moment_text(at, freeze.zone) for key, at in once.items()},
        "every": freeze_text(freeze) if freeze.recurring else None,
        "zone": freeze.zone,
        "products": list(freeze.products) or ALL,
        "environments": list(freeze.environments) or ALL,
        "reason": freeze.reason,
        "lifted": freeze.lifted_at is not None,
    }


def plain_policy(policy: Policy) -> dict[str, Any]:
    """A policy by the catalogue's keys."""
    return {
        "silence": policy.silence.value,
        "notice_hours": policy.notice_hours,
        "door_open_minutes": policy.door_open_minutes,
        "resume_notice_hours": policy.resume_hours,
        "hotfix_minutes": policy.hotfix_minutes,
        "separate_duties": policy.separate_duties,
    }


def laid_over(old: Plain, new: Plain) -> dict[str, Any]:
    """What stands once `new` is applied: what it does not declare is as it was in `old`."""
    parts = {key: {**old.get(key, {}), **new.get(key, {})} for key in _PARTS}
    return {**old, **new, **parts}


def difference(old: Plain, new: Plain, named: Callable[[str], str] = str) -> list[str]:
    """What applying `new` changes, a line each; `named` turns Slack's ids into names people know.

    What `new` does not declare is left alone and so is no difference. Products that come to depend on
    each other are told last: that is allowed, and may be a mistake.
    """
    lines = [
        _changed("", key, old.get(key), new[key], named)
        for key in ("channel", "zone", "operator")
        if key in new and old.get(key) != new[key]
    ]
    for part, what in _PARTS.items():
        for name, is_now in new.get(part, {}).items():
            was = old.get(part, {}).get(name)
            lines.extend(_of_one(part, what, named(name), was, is_now, named))
    return lines + _circles(old, new)


_PARTS = {
    "calendars": "calendar ",
    "people": "",
    "environments": "environment ",
    "resources": "resource ",
    "freezes": "freeze ",
    "series": "",
    "products": "",
}


def _of_one(
    part: str, what: str, name: str, was: Plain | None, is_now: Plain, named: Callable[[str], str]
) -> Iterator[str]:
    if was is None and part != "people":
        kind = "" if part == "series" else f"{part.removesuffix('s')} "
        yield f"+ {kind}{name}{_when(part, is_now)}"
        return
    before, after = _flat(was or {}), _flat(is_now)
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) == after.get(key):
            continue
        if key == "lifted":
            yield f"{what}{name}: holds again, though it was lifted"
        elif key == "off":
            yield f"{name}: {'comes no more' if after[key] else 'comes again'}"
        elif key.endswith(" criteria"):
            yield from listed(f"{name}: {key}", before.get(key) or [], after.get(key) or [])
        elif part == "products" and key in _NEEDED:
            yield from _needed(
                f"{name}: {key}", before.get(key, {}), after.get(key, {}), _NEEDED[key]
            )
        else:
            yield _changed(f"{what}{name}: ", key, before.get(key), after.get(key), named)


_NEEDED = {"needs": "any version", "resources": "while it is deployed"}
"""What products need, and what it means to say no more than that."""


def _flat(part: Plain) -> dict[str, Any]:
    """A product's roles, policy and criteria beside its other keys."""
    flat = {key: value for key, value in part.items() if not isinstance(value, Mapping)}
    flat |= {**part.get("roles", {}), **part.get("policy", {})}
    if "policy" in part:  # a catalogue applied before there was the key
        flat.setdefault("separate_duties", False)
        flat.setdefault("environments", [])
        flat |= {key: part.get(key, {}) for key in _NEEDED}
    flat |= {f"{state} criteria": said for state, said in part.get("criteria", {}).items()}
    return flat


def _needed(start: str, was: Plain, is_now: Plain, bare: str) -> Iterator[str]:
    """A line for each dependency or resource that is gone, has come or is asked for otherwise."""
    for name in dict.fromkeys((*was, *is_now)):
        if name not in is_now:
            yield f"{start} - {name} {was[name]}".rstrip()
        elif name not in was:
            yield f"{start} + {name} {is_now[name]}".rstrip()
        elif was[name] != is_now[name]:
            yield f"{start} {name} {was[name] or bare} → {is_now[name] or bare}"


def _when(part: str, new: Plain) -> str:
    """When something new is, where that says more than its name."""
    if part == "series":
        weeks = "" if new["every"] == "week" else f" every {new['every']}"
        return f": {', '.join(new['day'])} {new['at']} {new['zone']}{weeks}"
    return _frozen(new) if part == "freezes" else ""


def _frozen(freeze: Plain) -> str:
    """When a new freeze is, and how strict: `: hard, 2026-12-18 17:00 - 2027-01-04 08:00 Europe/London`."""
    when = freeze["every"] or f"{freeze['from']} - {freeze['until']}"
    return f": {freeze['kind']}, {when} {freeze['zone']}"


def _circles(old: Plain, new: Plain) -> list[str]:
    """Who comes to depend on each other."""
    before, after = (groups(_edges(whole)) for whole in (old, laid_over(old, new)))
    return [_circle(sorted(group)) for group in after if not any(group <= was for was in before)]


def _edges(whole: Plain) -> dict[str, list[str]]:
    """Who needs whom."""
    return {name: list(said.get("needs", {})) for name, said in whole.get("products", {}).items()}


def _circle(names: list[str]) -> str:
    other = "the other's" if len(names) == 2 else "another's"
    return (
        f"{', '.join(names[:-1])} and {names[-1]} depend on each other: when each needs {other} new"
        " version they go out together"
    )


def _changed(start: str, key: str, was: Any, is_now: Any, named: Callable[[str], str]) -> str:
    if was is None and not start:
        return f"+ {key} {_shown(is_now, named)}"
    return f"{start}{key} {_shown(was, named)} → {_shown(is_now, named)}"


def _shown(value: Any, named: Callable[[str], str]) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(named(str(item)) for item in value) or "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return "none" if value is None else named(str(value))
