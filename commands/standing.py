"""How a candidate stands, state by state: what the card, the messages and `status` all show (DESIGN 4)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from rules.candidate import UNRELEASED, Assertion, Candidate, Evidence, Halt, Waiver
from rules.carrying import carriable
from rules.notice import fairness
from rules.product import Product, Setting
from rules.reminding import owing
from rules.words import OWNER, Phase, Role, Silence, State
from storage.company import Company
from storage.reading import Reader


@dataclass(frozen=True)
class StateStanding:
    """One state: who owns it and how it stands."""

    state: State
    role: Role
    owners: tuple[str, ...]
    """What to mention: Slack user ids, and user group ids with a `!` before them."""
    how: str
    """`asserted`, `presumed`, `halted`, `contested`, `vacant` or `silent`."""
    assertion: Assertion | None = None
    halts: tuple[Halt, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    fair_at: datetime | None = None
    """From when its owner's silence counts; None where it can't be said or does not matter."""


@dataclass(frozen=True)
class Standing:
    """A candidate and all that is shown of it."""

    candidate: Candidate
    product: Product
    states: tuple[StateStanding, ...]
    owing: dict[str, tuple[State, ...]]
    """Who still owes a word, and for which states."""
    presumptive: bool
    """False where the product's silence holds."""
    people: Company = field(default_factory=Company)
    """Whom it names."""
    before: Candidate | None = None
    """The build that this one superseded, of the same version; None: there was none."""
    others: tuple[Candidate, ...] = ()
    """The others of its set."""

    @property
    def holding(self) -> tuple[Candidate, ...]:
        """Those of its set that hold it: halted, or without a release time."""
        on_their_way = (each for each in self.others if each.phase in UNRELEASED)
        return tuple(o for o in on_their_way if o.phase is Phase.HALTED or o.release_at is None)

    @property
    def carriable(self) -> tuple[State, ...]:
        """The states whose owners may carry their word over from the build before."""
        return carriable(self.candidate, self.before)


def stand(reader: Reader, candidate: Candidate, now: datetime) -> Standing | None:
    """How `candidate` stands `now`; None where its product is unknown."""
    product = reader.company().products.get(candidate.product)
    if product is None:
        return None
    setting = reader.setting(product, candidate, now)
    before, others = build_before(reader, candidate), others_of(reader, candidate)
    return replace(standing_in(setting, candidate, now, before), others=tuple(others))


def others_of(reader: Reader, candidate: Candidate) -> list[Candidate]:
    """The others of a candidate's set."""
    found = (reader.candidate(name) for name in candidate.together)
    return [each for each in found if each is not None]


def build_before(reader: Reader, candidate: Candidate) -> Candidate | None:
    """The build of the same version that this one superseded; asked for only where there can be one."""
    if candidate.build == 1:
        return None
    return reader.candidate(f"{candidate.title}#{candidate.build - 1}")


def standing_in(
    setting: Setting, candidate: Candidate, now: datetime, before: Candidate | None = None
) -> Standing:
    """How `candidate` stands in a setting already at hand; `before` is the build it superseded."""
    return Standing(
        candidate=candidate,
        product=setting.product,
        states=tuple(_state(setting, candidate, state, now) for state in State),
        owing=owing(candidate, setting) if candidate.phase in UNRELEASED else {},
        presumptive=candidate.policy.silence is Silence.PRESUME,
        people=Company(people=setting.people, groups=setting.groups),
        before=before,
    )


def _state(setting: Setting, candidate: Candidate, state: State, now: datetime) -> StateStanding:
    role = OWNER[state]
    word = candidate.assertions.get(state)
    halts = tuple(h for h in candidate.open_halts if state in h.states)
    fair_at = None
    if word is None and candidate.phase in UNRELEASED and not halts:
        fair_at = fairness(candidate, setting, state, now).at
    return StateStanding(
        state=state,
        role=role,
        owners=mentions(setting.product, role),
        how=_how(setting, candidate, state, halts),
        assertion=word,
        halts=halts,
        waivers=candidate.waived(state),
        evidence=candidate.evidence_of(state),
        fair_at=fair_at,
    )


def _how(setting: Setting, candidate: Candidate, state: State, halts: tuple[Halt, ...]) -> str:
    if state in candidate.outcome:
        return candidate.outcome[state].partition(" ")[0]
    if any(state in h.owned for h in halts):
        return "halted"
    if halts:
        return "contested"
    if state in candidate.assertions:
        return "asserted"
    if candidate.phase in UNRELEASED and not setting.seats(OWNER[state]):
        return "vacant"
    return "silent"


def mentions(product: Product, role: Role) -> tuple[str, ...]:
    """The holders of a role as things to mention."""
    holders = product.holders.get(role, ())
    return tuple(h.id if h.kind == "user" else f"!{h.id}" for h in holders)
