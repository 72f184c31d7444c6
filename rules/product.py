"""A product, its policy, and everything a rule must know around a candidate (DESIGN 1, 2.4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.dependencies import Need
from rules.door import Door
from rules.freezes import Freeze
from rules.people import Delegation, Groups, Holders, People, Person, Seat, seats
from rules.resources import Use
from rules.words import Role, Silence, State
from rules.worktime import Calendar, Slot

DEFAULT_CRITERIA: Mapping[State, tuple[str, ...]] = {
    State.PRODUCT: (
        "Requirements evaluated",
        "Unit tests passed",
        "Functional tests passed",
        "Regression tests passed",
        "Security tests passed",
        "Integration tests passed",
        "Performance tests passed",
        "User-acceptance tests passed",
        "Remaining issues noted",
    ),
    State.SECURITY: (
        "Vulnerabilities evaluated",
        "Potential exploits evaluated",
        "Third-party components vetted",
        "Every security policy verified",
        "Target environment secured",
    ),
    State.OPERATION: (
        "Release plan, run-books and production support artifacts updated",
        "Monitors in place",
        "On-call staffed",
        "Target environment prepared",
    ),
    State.ORGANIZATION: (
        "Release notes, support run-books and trouble-shooting guides prepared and distributed",
        "Support team trained",
    ),
}


@dataclass(frozen=True)
class Policy:
    """How strict a product is. Working hours are hours; `door_open_minutes` minutes."""

    silence: Silence = Silence.PRESUME
    notice_hours: float = 8
    door_open_minutes: int = 30
    resume_hours: float = 2
    hotfix_minutes: int = 60
    separate_duties: bool = False
    """The announcer asserts nothing, and nobody asserts two states (DESIGN 2.1)."""

    def stricter(self, other: Policy) -> Policy:
        """The stricter of the two in every part (DESIGN 2.1: a change may delay, never hasten)."""
        return Policy(
            silence=Silence.HOLD
            if Silence.HOLD in (self.silence, other.silence)
            else Silence.PRESUME,
            notice_hours=max(self.notice_hours, other.notice_hours),
            door_open_minutes=max(self.door_open_minutes, other.door_open_minutes),
            resume_hours=max(self.resume_hours, other.resume_hours),
            hotfix_minutes=max(self.hotfix_minutes, other.hotfix_minutes),
            separate_duties=self.separate_duties or other.separate_duties,
        )


@dataclass(frozen=True)
class Product:
    """A thing that is released. `holders` are effective: its own, or the default ones."""

    name: str
    channel: str
    zone: str
    holders: Holders
    calendar: Calendar = field(default_factory=Calendar)
    policy: Policy = field(default_factory=Policy)
    announcers: tuple[str, ...] = ()
    """Slack user ids and user group ids that may announce it."""
    anyone_announces: bool = False
    slots: tuple[Slot, ...] = ()
    scheme: str = "opaque"
    """How versions compare: `semver`, `pep440` or `opaque`."""
    criteria: Mapping[State, tuple[str, ...]] = field(default_factory=lambda: DEFAULT_CRITERIA)
    """The lists as they stand: what the next candidate is judged by."""
    earlier_criteria: Mapping[State, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """The lists before them, oldest first; a list's version is its place, counted from 1."""
    delegations: tuple[Delegation, ...] = ()
    """Those that hold, are yet to begin, or ended lately."""
    environments: tuple[str, ...] = ()
    """Where it goes: names of environments."""
    needs: tuple[Need, ...] = ()
    """What the next candidate depends on."""
    uses: tuple[Use, ...] = ()
    """The resources each of its releases needs."""
    occupies: timedelta | None = None
    """How long its releases occupy an environment; None: as long as the environment says."""

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def criteria_version(self, state: State) -> int:
        """The version of the list as it stands."""
        return len(self.earlier_criteria.get(state, ())) + 1

    def criteria_of(self, state: State, versions: Sequence[int]) -> tuple[str, ...]:
        """The criteria of these versions together, each once; a version that never was has none."""
        lists = (*self.earlier_criteria.get(state, ()), self.criteria.get(state, ()))
        known = [lists[number - 1] for number in versions if 0 < number <= len(lists)]
        return tuple(dict.fromkeys(criterion for each in known for criterion in each))


@dataclass(frozen=True)
class Notice:
    """One message that asks one person for one state's word, about one candidate.

    `delivered_at` is when Slack accepted it, None while it is on its way; a `dead` one never will be.
    """

    person: str
    state: State
    delivered_at: datetime | None = None
    dead: bool = False


@dataclass(frozen=True)
class PendingHalt:
    """A halt whose author is not known yet; it blocks release until judged (DESIGN 3)."""

    person: str
    at: datetime


@dataclass(frozen=True)
class Setting:
    """What is, around one candidate of one product, when a rule is asked."""

    product: Product
    people: People = field(default_factory=dict)
    groups: Groups = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    door: Door = field(default_factory=Door)
    notices: tuple[Notice, ...] = ()
    card_delivered_at: datetime | None = None
    """When Slack accepted the announcement in the release channel; None while on its way."""
    card_dead: bool = False
    pending_halts: tuple[PendingHalt, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    """The hard freezes that bind the product."""
    at: datetime | None = None
    """The instant (aware UTC) at which delegations are looked up; None: none holds."""

    def seats(self, role: Role) -> tuple[Seat, ...]:
        """Everybody able to act in `role`, delegates after holders; empty means vacant."""
        held = seats(role, self.product.holders, self.people, self.groups)
        return (*held, *self.delegates(role, held))

    def delegates(self, role: Role, held: Sequence[Seat]) -> Iterator[Seat]:
        """The seats of those to whom a holder's role is delegated: one a person, by the first of several.

        A user named for the role who was deactivated since is stood for all the same: that is when a
        Release Coordinator delegates for somebody absent.
        """
        holders = {seat.person.id for seat in held}
        seated: set[str] = set()
        for each in self.product.delegations:
            person = self.people.get(each.to)
            if self.at is None or each.role is not role or not each.holds_at(self.at):
                continue
            if person is None or not person.able or each.to in holders | seated:
                continue
            if self.stands_for(each, holders):
                seated.add(each.to)
                since = max(each.since, person.able_since or each.since)
                yield Seat(person, since, behalf=each.behalf, until=each.until)

    def stands_for(self, delegation: Delegation, holders: Collection[str]) -> bool:
        """Whether a delegation's holder still holds the role, deactivated since or not."""
        own = self.product.holders.get(delegation.role, ())
        return delegation.behalf in holders or any(h.id == delegation.behalf for h in own)

    def hats(self, person: str) -> tuple[Role, ...]:
        """Every role `person` is able to act in for this product, delegated ones among them."""
        return tuple(role for role in Role if any(s.person.id == person for s in self.seats(role)))

    def vacant(self) -> tuple[Role, ...]:
        """The roles that resolve to nobody."""
        return tuple(role for role in Role if not self.seats(role))

    def work_calendar(self, person: Person) -> Calendar:
        """Hours from the person's own calendar; holidays from it, or else the product's."""
        own = self.calendars.get(person.calendar or "")
        if own is not None:
            return own
        return Calendar(name="default", holidays=self.product.calendar.holidays)
