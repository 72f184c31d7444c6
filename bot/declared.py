"""What a catalogue declares, whole and with every name resolved, and how two of them differ (DESIGN 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.calendars import slot_text
from rules.criteria import listed
from rules.product import Policy
from rules.words import Role, State
from rules.worktime import Calendar, Slot

Plain = Mapping[str, Any]


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

    What `new` does not declare is left alone and so is no difference.
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
    return lines


_PARTS = {"calendars": "calendar ", "people": "", "products": ""}


def _of_one(
    part: str, what: str, name: str, was: Plain | None, is_now: Plain, named: Callable[[str], str]
) -> Iterator[str]:
    if was is None and part != "people":
        yield f"+ {part.removesuffix('s')} {name}"
        return
    before, after = _flat(was or {}), _flat(is_now)
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) == after.get(key):
            continue
        if key.endswith(" criteria"):
            yield from listed(f"{name}: {key}", before.get(key) or [], after.get(key) or [])
        else:
            yield _changed(f"{what}{name}: ", key, before.get(key), after.get(key), named)


def _flat(part: Plain) -> dict[str, Any]:
    """A product's roles, policy and criteria beside its other keys."""
    flat = {key: value for key, value in part.items() if not isinstance(value, Mapping)}
    flat |= {**part.get("roles", {}), **part.get("policy", {})}
    if "policy" in part:
        flat.setdefault("separate_duties", False)  # a catalogue applied before there was the key
    flat |= {f"{state} criteria": said for state, said in part.get("criteria", {}).items()}
    return flat


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
