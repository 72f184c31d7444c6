"""A candidate, which phase may follow which, and how its facts make it what it is (DESIGN 2.2, 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.collision import VIOLATIONS, Collision
from rules.dependencies import Need
from rules.product import Policy
from rules.resources import Use
from rules.words import Phase, Role, State

FOLLOWS: Mapping[Phase, frozenset[Phase]] = {
    Phase.ANNOUNCED: frozenset({Phase.HALTED, Phase.SUPERSEDED, Phase.WITHDRAWN, Phase.RELEASED}),
    Phase.HALTED: frozenset({Phase.ANNOUNCED, Phase.SUPERSEDED, Phase.WITHDRAWN}),
    Phase.RELEASED: frozenset(
        {Phase.HALTED, Phase.SUPERSEDED, Phase.WITHDRAWN, Phase.DEPLOYING, Phase.ANNOUNCED}
    ),
    Phase.DEPLOYING: frozenset({Phase.DEPLOYED, Phase.FAILED}),
    Phase.DEPLOYED: frozenset({Phase.ROLLED_BACK}),
    Phase.FAILED: frozenset({Phase.DEPLOYING, Phase.ROLLED_BACK}),
    Phase.SUPERSEDED: frozenset(),
    Phase.WITHDRAWN: frozenset(),
    Phase.ROLLED_BACK: frozenset(),
}
"""The phase table: which phase may follow which. Everything else is refused.

`released` to `announced`: what it depends on was rolled back before its own deployment began (DESIGN 2.6).
"""

UNRELEASED = frozenset({Phase.ANNOUNCED, Phase.HALTED})
"""Still on the way to its release."""
OPEN = UNRELEASED | {Phase.RELEASED}
"""May still be halted, superseded or withdrawn."""


@dataclass(frozen=True)
class Assertion:
    """A state declared complete: by whom, wearing which hats, at which instant (aware UTC)."""

    by: str
    hats: tuple[Role, ...]
    at: datetime
    versions: tuple[int, ...] = ()
    """The versions of the state's criteria that it answered."""
    behalf: str | None = None
    """The holder on whose behalf a delegate asserted."""
    carried_from: str | None = None
    """The build whose assertion was carried over."""


@dataclass(frozen=True)
class Waiver:
    """A criterion or a known issue that is noted but waived, for this candidate only."""

    state: State
    criterion: str
    """A criterion's words, or those of a known issue that is none."""
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Evidence:
    """What automation says about a state or one criterion of it. It informs; it never asserts."""

    state: State
    criterion: str | None
    source: str
    """`link`, `junit`, `sarif` or `cyclonedx`."""
    verdict: str
    """`green`, `red` or `none`."""
    summary: str
    at: datetime
    by: str | None = None
    """A Slack user; None: the operator's command line."""
    url: str | None = None
    digest: str | None = None
    """SHA-256 of the report file, in hex."""
    against: str | None = None
    """The released candidate it was compared with."""
    changes: tuple[str, ...] = ()
    """What is other than there, a phrase each: `3 tests added`, `1 finding new: SQL injection`."""


@dataclass(frozen=True)
class Fault:
    """Something wrong in production, and what let it through, as far as it is known."""

    id: str
    what: str
    by: str | None
    at: datetime
    state: State | None = None
    criterion: str | None = None
    """None with a state: no criterion of the state covers it."""
    attributed_by: str | None = None
    attributed_at: datetime | None = None


@dataclass(frozen=True)
class Halt:
    """One halt, open until lifted. `id` is unique within the product."""

    id: str
    by: str | None
    """A Slack user; None is the operator at the command line."""
    hats: tuple[Role, ...]
    states: tuple[State, ...]
    reason: str | None
    """None: owed."""
    at: datetime
    review_at: datetime
    revokes: bool = False
    """A revocation: it ends when its states are asserted again, not by lifting."""
    origin: str = ""
    """The build it was first placed on."""
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lifted_why: str | None = None
    lifted: bool = False

    @property
    def owned(self) -> frozenset[State]:
        """The named states that the halter's hats own."""
        return frozenset(self.states) & {hat.state for hat in self.hats}


@dataclass(frozen=True)
class Extension:
    """One working day more, asked for by a role; the release can't come before `until`."""

    by: str
    role: Role
    at: datetime
    until: datetime


@dataclass(frozen=True)
class Hotfix:
    """The mark that shortens notice, and who confirmed it; unconfirmed, it changes nothing."""

    reason: str
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class Override:
    """A freeze that does not bind a candidate, by whose word and why."""

    freeze: str
    """The freeze's `key`."""
    reason: str
    by: str | None
    at: datetime


@dataclass(frozen=True)
class Forwarded:
    """The last halt of a person's that stopped nothing and was passed on to all four."""

    reason: str
    at: datetime


@dataclass(frozen=True)
class Candidate:
    """One build of one version of a product, announced for production. All times aware UTC."""

    product: str
    version: str
    build: int
    announced_by: str | None
    announced_at: datetime
    policy: Policy
    commit: str | None = None
    digest: str | None = None
    notes: str | None = None
    """What changed since production: a link or a line."""
    phase: Phase = Phase.ANNOUNCED
    release_at: datetime | None = None
    """None while it waits, and the planned time while halted."""
    notice_from: datetime | None = None
    """When notice last began anew: announced, rebuilt, or moved earlier."""
    why: tuple[str, ...] = ()
    """Why the time is not the one asked for, or why it waits: `fair-notice:security`, `vacant:product`."""
    assertions: Mapping[State, Assertion] = field(default_factory=dict)
    halts: tuple[Halt, ...] = ()
    extensions: tuple[Extension, ...] = ()
    not_before: datetime | None = None
    """The latest floor that a lift, a late assertion, a pending halt or a change of policy has set."""
    hotfix: Hotfix | None = None
    outcome: Mapping[State, str] = field(default_factory=dict)
    """Once released: `asserted` or `presumed`."""
    released_at: datetime | None = None
    reviewed: Mapping[State, str] = field(default_factory=dict)
    """Presumed states of a hotfix whose owner has answered `review ok`, and who."""
    superseded_by: str | None = None
    ended_why: str | None = None
    snoozes: Mapping[str, datetime] = field(default_factory=dict)
    """Until when a person wants no reminder."""
    pending_judged: tuple[str, ...] = ()
    """People whose unresolved pending halt has moved this candidate once already."""
    forwarded: Mapping[str, Forwarded] = field(default_factory=dict)
    """The last reason each person asked a halt for that was passed on to all four; ``: none given."""
    criteria: Mapping[State, tuple[int, ...]] = field(default_factory=dict)
    """The versions of each state's criteria it is judged by; of a state that is absent the first."""
    waivers: tuple[Waiver, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    """The newest of each source on each criterion, oldest first."""
    first_red: Mapping[State, datetime] = field(default_factory=dict)
    """When each state's first red evidence came: its notice began anew then."""
    faults: tuple[Fault, ...] = ()
    needs: tuple[Need, ...] = ()
    """What it depends on, as its product declared when it was announced."""
    uses: tuple[Use, ...] = ()
    """The resources it needs beside those of every release of its product."""
    collisions: tuple[Collision, ...] = ()
    """Those that are open."""
    together: tuple[str, ...] = ()
    """The whole names of the others it must go together with."""
    overrides: tuple[Override, ...] = ()
    """The freezes that do not bind it."""
    reached: tuple[str, ...] = ()
    """The environments in which it is in production."""
    seq: int = 0
    """How many facts made it."""

    @property
    def name(self) -> str:
        """The whole name: `payments@2.4.1#3`."""
        return f"{self.product}@{self.version}#{self.build}"

    @property
    def title(self) -> str:
        """The name people use: `payments@2.4.1`."""
        return f"{self.product}@{self.version}"

    @property
    def open_halts(self) -> tuple[Halt, ...]:
        return tuple(halt for halt in self.halts if not halt.lifted)

    @property
    def silent(self) -> tuple[State, ...]:
        """The states nobody has asserted, in the order of the four."""
        return tuple(state for state in State if state not in self.assertions)

    def versions(self, state: State) -> tuple[int, ...]:
        """The versions of a state's criteria that this candidate is judged by."""
        return self.criteria.get(state, (1,))

    def waived(self, state: State) -> tuple[Waiver, ...]:
        """What is waived of a state."""
        return tuple(waiver for waiver in self.waivers if waiver.state is state)

    def evidence_of(self, state: State) -> tuple[Evidence, ...]:
        """The newest evidence of each source on each criterion of a state."""
        return tuple(each for each in self.evidence if each.state is state)

    def contested(self, state: State) -> bool:
        """Whether somebody who does not own `state` halts it (DESIGN 2.3)."""
        return any(state in h.states and state not in h.owned for h in self.open_halts)

    def owes(self, roles: tuple[Role, ...]) -> tuple[State, ...]:
        """Which of these roles' states still lack a word: neither asserted nor halted by their owner."""
        halted = {state for halt in self.open_halts for state in halt.owned}
        return tuple(r.state for r in roles if r.state in self.silent and r.state not in halted)

    @property
    def violations(self) -> tuple[Collision, ...]:
        """The open dependency violations that nobody has waived (DESIGN 2.6)."""
        waived = State.ORGANIZATION in self.assertions
        return tuple(
            each
            for each in self.collisions
            if each.kind in VIOLATIONS and not (waived and each.waived_by is not None)
        )

    @property
    def is_hotfix(self) -> bool:
        """Whether the hotfix mark is confirmed, so that the short notices hold."""
        return self.hotfix is not None and self.hotfix.confirmed_at is not None

    @property
    def extended_until(self) -> datetime | None:
        return max((e.until for e in self.extensions), default=None)

    @property
    def waiting(self) -> bool:
        """Announced, with no release time to wait for (DESIGN 2.4)."""
        return self.phase is Phase.ANNOUNCED and self.release_at is None

    def to(self, phase: Phase) -> Candidate:
        """This candidate in the next phase; a phase that may not follow is a fault of the caller."""
        if phase not in FOLLOWS[self.phase]:
            raise ValueError(f"{self.name}: {phase} may not follow {self.phase}")
        return self.but(phase=phase)

    def but(self, **changes: Any) -> Candidate:
        """This candidate with other values in some fields.

        The same as `dataclasses.replace`, which takes ten times as long: replay does this for every fact.
        """
        held = self.__dict__
        if not changes.keys() <= held.keys():
            raise TypeError(f"a candidate has no such field: {', '.join(changes)}")
        after = object.__new__(Candidate)
        after.__dict__.update(held, **changes)
        return after
