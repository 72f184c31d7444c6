"""Reads a catalogue: all of it, or every mistake in it with its line and the mend, and nothing partial (DESIGN 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.calendars import DEFAULT_DAYS, DEFAULT_HOURS, OddCalendar, calendar_from, slots_from
from bot.calendars import KEYS as CALENDAR_KEYS
from bot.catalogue_estate import Estate
from bot.declared import Declared, DeclaredProduct, Resolve, Resolved
from bot.marked import CatalogueProblems, Marked, Problem, read_marked
from bot.quoted import cut, near
from bot.shapes import WHOLE, WITH_HUNDREDTHS
from bot.times import zone_named, zone_names
from bot.versions import SCHEMES
from rules.criteria import MOST
from rules.product import DEFAULT_CRITERIA, Policy
from rules.words import Role, Silence, State
from rules.worktime import Calendar, Slot
from storage.company import Company

__all__ = ["CatalogueProblems", "Problem", "read_catalogue"]

TOP_KEYS = (
    "channel",
    "zone",
    "operator",
    "calendars",
    "people",
    "roles",
    "announcers",
    "policy",
    "environments",
    "resources",
    "freezes",
    "meeting",
    "digest",
    "products",
)
PRODUCT_KEYS = (
    "channel",
    "zone",
    "calendar",
    "roles",
    "announcers",
    "policy",
    "slots",
    "versions",
    "criteria",
    "environments",
    "needs",
    "resources",
    "occupies",
)
HOURS_KEYS = {"notice_hours": "notice_hours", "resume_notice_hours": "resume_hours"}
MINUTES_KEYS = {"door_open_minutes": 24 * 60, "hotfix_minutes": 7 * 24 * 60}
"""Policy in minutes, and the most of each."""
MOST_HOURS = 200
POLICY_KEYS = ("silence", *HOURS_KEYS, *MINUTES_KEYS, "separate_duties")

Holders = dict[Role, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class _Announcers:
    ids: tuple[str, ...] = ()
    anyone: bool = False


@dataclass(frozen=True)
class _Defaults:
    """What holds for a product that does not say otherwise."""

    channel: str | None
    zone: str | None
    holders: Holders
    announcers: _Announcers
    policy: Policy
    calendars: tuple[str, ...]
    declared: frozenset[str]
    """The keys at the top, sound or not: what stands there wrongly is not missing as well."""


def read_catalogue(
    raw: str | bytes,
    resolve: Resolve,
    now: datetime,
    standing: Company | None = None,
) -> Declared:
    """What the catalogue declares, effective for each product, names resolved to Slack's ids.

    `standing` is what there is now: what may be referred to, and what stays as it is where the
    catalogue does not declare it. Raises CatalogueProblems with everything that is wrong, each with
    its line.
    """
    reader = _Reader(resolve, now, standing=standing or Company())
    declared = reader.catalogue(read_marked(raw))
    if reader.problems:
        raise CatalogueProblems(reader.problems)
    return declared


@dataclass
class _Reader(Estate):
    """Walks the marked data; notes what is wrong and reads on, so that all of it is told at once."""

    def catalogue(self, root: Marked) -> Declared:
        top = self.keys(root, "The catalogue", TOP_KEYS)
        self.survey(top)
        calendars, said = self.calendars(top.get("calendars"))
        operator = self.optional(top, "operator", self.operator)
        defaults = _Defaults(
            channel=self.optional(top, "channel", self.channel),
            zone=self.optional(top, "zone", self.zone),
            holders=self.roles(top.get("roles"), "the default roles"),
            announcers=self.announcers(top.get("announcers"), "The announcers", _Announcers()),
            policy=self.policy(top.get("policy"), "The policy", Policy()),
            calendars=tuple(calendars),
            declared=frozenset(top),
        )
        people = self.people(top.get("people"), defaults.calendars)
        return Declared(
            channel=defaults.channel,
            zone=defaults.zone,
            operator=operator,
            calendars={name: calendar for name, calendar in calendars.items() if calendar},
            calendars_declared=said,
            people_calendars=people,
            environments=self.environments(top.get("environments")),
            resources=self.resources(top.get("resources")),
            freezes=self.freezes(
                top.get("freezes"), defaults.zone, has_zone="zone" in defaults.declared
            ),
            series=self.series(root, top, calendars, defaults.zone, defaults.channel),
            products=self.products(top.get("products"), defaults),
        )

    def operator(self, part: Marked) -> Resolved | None:
        return self.named(part, "The operator", ("user", "channel"))

    def channel(self, part: Marked) -> str | None:
        found = self.named(part, "The channel", ("channel",))
        return found.id if found else None

    def zone(self, part: Marked) -> str | None:
        written = self.word(part, "The zone")
        if written is None:
            return None
        zone = zone_named(written)
        if zone is None:
            mend = near(written, zone_names()) or "Write one like Europe/London."
            self.wrong(part.line, f"`{cut(written)}` is no IANA time zone. {mend}")
        return zone

    def calendars(
        self, part: Marked | None
    ) -> tuple[dict[str, Calendar | None], dict[str, dict[str, Any]]]:
        """The calendars by name, None where something is wrong, and as they were declared."""
        made: dict[str, Calendar | None] = {}
        said: dict[str, dict[str, Any]] = {}
        for name, line, inner in self.entries(part, "The calendars"):
            self.name(name, line, "calendar")
            keys = self.keys(inner, f"Calendar `{name}`", CALENDAR_KEYS)
            said[name] = {
                key: value
                for key, value in ((key, self.calendar_value(key, keys[key])) for key in keys)
                if value is not None
            }
            made[name] = self.calendar(name, line, keys, said[name])
            said[name] = {"days": DEFAULT_DAYS, "hours": DEFAULT_HOURS, **said[name]}
        return made, said

    def calendar_value(self, key: str, part: Marked) -> str | list[str] | None:
        if isinstance(part.value, list) or key in {"extra", "working_on"}:
            if key in {"holidays", "hours"}:
                self.wrong(part.line, f"`{key}` must be one word, not a list.")
                return None
            return [word for _, word in self.words(part, f"`{key}`")]
        return self.word(part, f"`{key}`")

    def calendar(
        self, name: str, line: int, keys: Mapping[str, Marked], said: Mapping[str, Any]
    ) -> Calendar | None:
        """Key by key, so that each mistake is told, and then the whole."""
        odd: OddCalendar | None = None
        for declared in (*({key: value} for key, value in said.items()), said):
            if odd and declared is said:
                return None
            try:
                made = calendar_from(declared, self.now, name)
            except OddCalendar as found:
                odd = found
                at = keys[odd.key].line if odd.key in keys else line
                self.wrong(at, f"Calendar `{name}`: {odd}.")
        return None if odd else made

    def people(self, part: Marked | None, calendars: tuple[str, ...]) -> dict[str, str]:
        found: dict[str, str] = {}
        for written, line, inner in self.entries(part, "The people"):
            person = self.named(Marked(line, written), "The people", ("user",))
            keys = self.keys(inner, f"`{cut(written)}`", ("calendar",))
            if "calendar" not in keys:
                if not inner.value:
                    self.wrong(line, f"`{cut(written)}` needs a `calendar`, or may be left out.")
                continue
            calendar = self.calendar_name(keys["calendar"], calendars)
            if person and person.id in found:
                self.wrong(line, f"`{cut(written)}` stands among the people twice; keep one.")
            elif person and calendar:
                found[person.id] = calendar
        return found

    def calendar_name(self, part: Marked, calendars: tuple[str, ...]) -> str | None:
        written = self.word(part, "`calendar`")
        if written is not None:
            self.known(part.line, written, calendars, "calendar")
        return written

    def roles(self, part: Marked | None, where: str) -> Holders:
        """Holders by role; a role whose holders are all mistaken is there, with none."""
        if part is None:
            return {}
        roles = self.keys(part, where[:1].upper() + where[1:], list(Role))
        holders: Holders = {}
        for key, inner in roles.items():
            what = f"{Role(key).label} in {where}"
            holders[Role(key)] = self.several(inner, what)
            if not inner.value:
                self.wrong(inner.line, f"{what} is held by nobody; name a person or a user group.")
        return holders

    def several(self, part: Marked, what: str) -> tuple[tuple[str, str], ...]:
        """People and groups, each once, in the order written."""
        found = (
            self.named(Marked(line, word), what, ("user", "group"))
            for line, word in self.words(part, what)
        )
        return tuple(dict.fromkeys((one.kind, one.id) for one in found if one))

    def announcers(self, part: Marked | None, where: str, default: _Announcers) -> _Announcers:
        if part is None:
            return default
        if part.value == "anyone":
            return _Announcers(anyone=True)
        return _Announcers(tuple(id for _, id in self.several(part, where)))

    def policy(self, part: Marked | None, where: str, default: Policy) -> Policy:
        changes: dict[str, Any] = {}
        for key, inner in self.keys(part, where, POLICY_KEYS).items():
            if key == "silence":
                changes[key] = Silence(self.one_of(inner, f"{where}: `silence`", list(Silence)))
            elif key == "separate_duties":
                changes[key] = self.one_of(inner, f"{where}: `{key}`", ("false", "true")) == "true"
            elif key in HOURS_KEYS:
                number = self.number(inner, f"{where}: `{key}`", WITH_HUNDREDTHS, MOST_HOURS)
                changes[HOURS_KEYS[key]] = int(number) if number == int(number) else number
            else:
                changes[key] = int(
                    self.number(inner, f"{where}: `{key}`", WHOLE, MINUTES_KEYS[key])
                )
        return replace(default, **changes)

    def products(self, part: Marked | None, defaults: _Defaults) -> tuple[DeclaredProduct, ...]:
        said = self.entries(part, "The products")
        self.quarrels({name: inner for name, _, inner in said})
        return tuple(self.product(name, line, inner, defaults) for name, line, inner in said)

    def product(self, name: str, line: int, part: Marked, defaults: _Defaults) -> DeclaredProduct:
        self.name(name, line, "product")
        keys = self.keys(part, f"Product `{cut(name)}`", PRODUCT_KEYS)
        announcers = self.announcers(
            keys.get("announcers"), f"The announcers of {name}", defaults.announcers
        )
        scheme = self.optional(keys, "versions", self.scheme)
        return DeclaredProduct(
            name=name,
            channel=self.needed(name, line, keys, "channel", self.channel, defaults) or "",
            zone=self.needed(name, line, keys, "zone", self.zone, defaults) or "UTC",
            holders=self.holders(name, line, keys.get("roles"), defaults.holders),
            policy=self.policy(keys.get("policy"), f"The policy of {name}", defaults.policy),
            announcers=announcers.ids,
            anyone_announces=announcers.anyone,
            calendar=self.product_calendar(keys.get("calendar"), defaults.calendars),
            slots=self.slots(keys.get("slots"), f"A slot of {name}"),
            scheme=scheme or "opaque",
            criteria=self.criteria(name, keys.get("criteria")),
            environments=self.goes_to(name, keys.get("environments")),
            needs=self.needs(name, keys.get("needs")),
            uses=self.uses(name, keys.get("resources")),
            occupies=self.occupies(name, keys.get("occupies")),
        )

    def needed(
        self,
        name: str,
        line: int,
        keys: Mapping[str, Marked],
        key: str,
        read: Callable[[Marked], str | None],
        defaults: _Defaults,
    ) -> str | None:
        """The product's own channel or zone, or else the catalogue's; one of them must be there."""
        if key not in keys and key not in defaults.declared:
            self.wrong(
                line, f"Product `{cut(name)}` has no {key}; add `{key}` to it or at the top."
            )
        own = self.optional(keys, key, read)
        return own if key in keys else getattr(defaults, key)

    def holders(self, name: str, line: int, part: Marked | None, default: Holders) -> Holders:
        """All four roles: the product's own holders, or else the default ones."""
        holders = {**default, **self.roles(part, f"the roles of {cut(name)}")}
        for role in Role:
            if role not in holders:
                self.wrong(
                    line,
                    f"Product `{cut(name)}` has no {role.label}; add `{role}` to its roles, or to"
                    " the roles at the top.",
                )
        return holders

    def product_calendar(self, part: Marked | None, calendars: tuple[str, ...]) -> str | None:
        if part is not None:
            return self.calendar_name(part, calendars)
        return "default" if "default" in calendars else None

    def slots(self, part: Marked | None, where: str) -> tuple[Slot, ...]:
        found: list[Slot] = []
        for line, written in self.words(part, where) if part else ():
            try:
                found.extend(slots_from(written))
            except ValueError as odd:
                self.wrong(line, f"{where} {odd}.")
        return tuple(dict.fromkeys(found))

    def scheme(self, part: Marked) -> str:
        return self.one_of(part, "`versions`", SCHEMES)

    def criteria(self, product: str, part: Marked | None) -> dict[State, tuple[str, ...]]:
        """A state's own list replaces the one it has, or else the default one of that state."""
        where = f"The criteria of {product}"
        standing = self.standing.products.get(product)
        found = {**DEFAULT_CRITERIA, **(standing.criteria if standing else {})}
        for key, inner in self.keys(part, where, list(State)).items():
            said = self.words(inner, f"{where} for {key}")
            if not inner.value:
                self.wrong(
                    inner.line, f"{where} for {key} are an empty list; name one or leave it out."
                )
            if len(said) > MOST:
                self.wrong(inner.line, f"{where} for {key} are more than {MOST}; keep fewer.")
            for line, word in said:
                if [w for _, w in said].count(word) > 1:
                    self.wrong(line, f"{where} for {key} have `{cut(word)}` twice; keep one.")
            found[State(key)] = tuple(word for _, word in said)
        return found
