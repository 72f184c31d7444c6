"""A company in memory that obeys the law's decisions and believes none of them: it keeps its own books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from rules.announcing import Others
from rules.apply import apply, replay
from rules.candidate import OPEN, Candidate
from rules.door import Door
from rules.facts import CLOCK, Actor, Decision, Fact
from rules.moving import resume_waiting, tighten
from rules.notice import whom_to_ask
from rules.presume import NotYet, settle
from rules.product import Notice, PendingHalt, Policy, Product, Setting
from rules.schedule import plan
from rules.words import Phase, Refused, Role, Silence, State
from rules.worktime import Span
from tests.rules.cases import OC, PO, RC, SA, at, group, person, product, read, stored, user
from tests.rules.oracle import Hours, Watch, in_slot, notice_had, working_minutes_later

MONDAY = at("2026-11-23 09:00")
MINUTE = timedelta(minutes=1)
ZONES = {
    "pat": "Europe/London",
    "sam": "America/New_York",
    "kim": "Asia/Kolkata",
    "olga": "Europe/Berlin",
    "dee": "Europe/London",
    "rae": "Europe/London",
    "nan": "Europe/London",
}
OWNER = {State.PRODUCT: PO, State.SECURITY: SA, State.OPERATION: OC, State.ORGANIZATION: RC}
MAY_FOLLOW = {
    "announced": "halted superseded withdrawn released",
    "halted": "announced superseded withdrawn",
    "released": "halted superseded withdrawn deploying",
    "deploying": "deployed failed",
    "failed": "deploying rolled_back",
    "deployed": "rolled_back",
}
OVER = {"superseded", "withdrawn", "released", "deploying", "deployed", "failed", "rolled_back"}


class Book:
    """What the world itself remembers about one candidate."""

    def __init__(self, fact: Fact, policy: Policy) -> None:
        self.log: list[str] = []
        self.policy = policy
        self.notice_from = fact.at
        self.floor = fact.at
        self.halts: dict[str, Fact] = {}
        self.asserted: dict[State, str | None] = {}
        self.card: datetime | None = None
        self.messages: dict[tuple[str, State], datetime | None] = {}
        self.dead: set[tuple[str, State]] = set()
        self.pending: dict[str, datetime] = {}


class World:
    """Clock, door, post and people around the candidates of one product."""

    def __init__(self) -> None:
        self.now = MONDAY
        self.opened = MONDAY - timedelta(days=7)
        self.spans: list[Span] = []
        self.watch = Watch()
        self.prompt = True
        self.gone: set[str] = set()
        self.rows: dict[str, Candidate] = {}
        self.books: dict[str, Book] = {}
        self.hours = {who: Hours(zone) for who, zone in ZONES.items()}
        self.house = Hours("Europe/London")
        self.slots: dict[int, tuple[int, int]] = {}
        since = MONDAY - timedelta(days=30)
        self.held = {
            PO: {"pat": since},
            SA: {"sam": since, "kim": since},
            OC: {"olga": since, "dee": since},
            RC: {"rae": since, "dee": since},
        }
        self.product: Product = product(holders={}, anyone_announces=True)

    # What is.

    def door(self) -> Door:
        return Door.of([*self.spans, Span(self.opened, self.now)])

    def setting(self, name: str | None = None) -> Setting:
        """What the law is shown. Security is held by a group, the other roles by users."""
        holders = {
            role: tuple(user(who, since) for who, since in held.items())
            for role, held in self.held.items()
        }
        holders[SA] = (replace(user("S1"), kind="group"),)
        book = self.books.get(name or "")
        around = Setting(
            replace(self.product, holders=holders),
            people={w: person(w, zone, deactivated=w in self.gone) for w, zone in ZONES.items()},
            groups={"S1": group("S1", self.held[SA])},
            door=self.door(),
        )
        if book is None:
            return around
        notices = tuple(
            Notice(who, state, when, (who, state) in book.dead)
            for (who, state), when in book.messages.items()
        )
        pending = tuple(PendingHalt(who, when) for who, when in book.pending.items())
        return replace(around, notices=notices, card_delivered_at=book.card, pending_halts=pending)

    def actor(self, who: str | None) -> Actor:
        if who is None:
            return Actor(None, (), "command line")
        worn = () if who in self.gone else tuple(r for r in Role if who in self.held[r])
        return Actor(who, worn, "slash")

    def others(self, version: str) -> Others:
        """What a new announcement finds: all that is open ranks no higher, `1.4+1` as `1.4` does."""
        rows = list(self.rows.values())
        alike = [c for c in rows if c.version.partition("+")[0] == version.partition("+")[0]]
        after, last = [], alike[-1] if alike else None
        while last is not None and last.superseded_by:
            last = self.rows[last.superseded_by]
            after.append(last)
        return Others(
            [c for c in rows if c.version == version],
            [c for c in rows if c.version != version and c.phase in OPEN],
            alike[-1] if alike else None,
            after,
        )

    # What happens.

    def record(self, decision: Decision, again: Callable[[], Decision | NotYet]) -> None:
        """Write a decision down, hold the law to it, and ask the same once more."""
        before = dict(self.rows)
        for fact in decision.facts:
            self.write(fact)
        for candidate in decision.candidates:
            assert self.rows[candidate.name] == candidate, "replaying the facts gives the row"
        self.inheritance(decision)
        for name in {fact.candidate or "" for fact in decision.facts}:
            row, halts = self.rows[name], self.books[name].halts
            self.allowed(before.get(name), row)
            assert {halt.id for halt in row.open_halts} == set(halts), "no halt is lost"
            if row.phase not in OVER:
                assert bool(halts) == (row.phase is Phase.HALTED), "a halt stands until lifted"
        try:
            second = again()
        except Refused:
            return
        assert isinstance(second, NotYet) or not second, "asking twice writes nothing"

    def write(self, fact: Fact) -> None:
        text = stored(fact)
        fact = read(text)
        assert fact.candidate is not None
        row = self.rows.get(fact.candidate)
        if row is None:
            self.books[fact.candidate] = Book(fact, self.product.policy)
        after = apply(row, fact)
        if row is not None:
            self.check(fact, row, after, self.books[fact.candidate])
        self.computed(fact, after)
        self.rows[fact.candidate] = after
        self.books[fact.candidate].log.append(text)

    def allowed(self, before: Candidate | None, after: Candidate) -> None:
        """Each fact moves by one arrow; a decision by two at most: nothing else may be."""
        if before is not None and before.phase != after.phase:
            assert after.phase in MAY_FOLLOW[before.phase].split()

    def inheritance(self, decision: Decision) -> None:
        for fact in decision.facts:
            if fact.kind == "candidate.superseded":
                heir = self.books[fact.about["superseded_by"]].halts
                assert set(self.books[fact.candidate or ""].halts) <= set(heir)
            if fact.kind == "candidate.announced":
                self.shaken_off(fact)

    def shaken_off(self, announced: Fact) -> None:
        """What is announced takes over the halts of the last of equal rank, withdrawn or not."""
        rank = announced.about["version"].partition("+")[0]
        ranked = [c for c in self.rows.values() if c.version.partition("+")[0] == rank]
        before = [c for c in ranked if c.name != announced.candidate][-1:]
        for last in (each for each in before if each.phase is Phase.WITHDRAWN):
            heir = self.books[announced.candidate or ""].halts
            assert set(self.books[last.name].halts) <= set(heir), "no halt is shaken off"

    def check(self, fact: Fact, row: Candidate, after: Candidate, book: Book) -> None:
        """What the world itself makes of a fact, before it believes it."""
        if fact.kind in {"candidate.halted", "halt.inherited"}:
            halt = fact.about["halt"]
            book.halts[halt["id"]] = fact
            owned = [s for s in halt["states"] if OWNER[State(s)] in halt["hats"]]
            book.asserted = {s: by for s, by in book.asserted.items() if s not in owned}
        if fact.kind == "state.asserted":
            assert all(OWNER[State(s)] in fact.by.hats for s in fact.about["states"])
            book.asserted |= {State(s): fact.by.person for s in fact.about["states"]}
            if book.policy.silence is Silence.HOLD and len(book.asserted) == 4:
                self.resume(after, book)
        if fact.kind == "halt.lifted":
            self.lifted(fact, book)
            if not book.halts:
                self.resume(after, book)
        if fact.kind == "release.extended":
            until = datetime.fromisoformat(fact.about["until"])
            assert until > (row.release_at or fact.at)
            book.floor = max(book.floor, until)
        sooner = after.release_at and row.release_at and after.release_at < row.release_at
        if sooner:
            assert fact.kind in {"release.rescheduled", "hotfix.confirmed"}
            book.notice_from = fact.at
            self.resume(after, book)
        if fact.kind == "halt.unresolved" and row.phase is Phase.ANNOUNCED and row.release_at:
            self.resume(row, book)
        if fact.kind == "release.resumed":
            self.resume(row, book)
        if fact.kind in {"release.postponed", "release.resumed"} and row.release_at:
            assert after.release_at is not None
            assert after.release_at > row.release_at
        if fact.kind == "release.postponed":
            assert fact.about["why"], "every postponement says why"
            assert not self.fair_release(row, book), "nothing that is fair is postponed"
        if fact.kind == "candidate.released":
            self.released(fact, row, book)

    def lifted(self, fact: Fact, book: Book) -> None:
        halt = book.halts.pop(fact.about["id"]).about["halt"]
        if halt["revokes"]:
            assert set(halt["states"]) <= set(book.asserted)
        else:
            assert set(fact.by.hats) & set(halt["hats"] or [RC])

    def resume(self, row: Candidate, book: Book) -> None:
        """The release is at least the resume notice away from now."""
        policy = book.policy
        if row.is_hotfix:
            floor = self.now + timedelta(minutes=policy.hotfix_minutes)
        else:
            floor = working_minutes_later(self.house, self.now, int(policy.resume_hours * 60))
        book.floor = max(book.floor, floor)

    def released(self, fact: Fact, row: Candidate, book: Book) -> None:
        assert row.phase is Phase.ANNOUNCED
        assert not book.halts, "never released with an open halt"
        assert not book.pending, "never released with a pending halt"
        if fact.about["by"] == "go":
            assert len(book.asserted) == 4
            return
        assert self.now >= book.floor, "never before an extension or the resume notice"
        assert row.release_at is not None
        assert row.release_at <= self.now
        assert self.fair_release(row, book), "never by silence that could not have been broken"

    def fair_release(self, row: Candidate, book: Book) -> bool:
        """Whether this candidate, being due, may go out now."""
        assert row.release_at is not None
        if self.watch.shut(row.release_at) or self.now - row.release_at > 5 * MINUTE:
            return False
        silent = [state for state in State if state not in book.asserted]
        if not silent:
            return True
        opened = timedelta(minutes=book.policy.door_open_minutes)
        if book.policy.silence is Silence.HOLD or self.watch.shut_within(
            self.now - opened, self.now
        ):
            return False
        return all(self.fair(state, row, book) for state in silent)

    def fair(self, state: State, row: Candidate, book: Book) -> bool:
        enough = book.policy.hotfix_minutes if row.is_hotfix else book.policy.notice_hours * 60
        for who, since in self.held[OWNER[state]].items():
            told = book.messages.get((who, state))
            if told is None or book.card is None or who in self.gone:
                continue
            heard = max(told, book.card, since, book.notice_from)
            hours = None if row.is_hotfix else self.hours[who]
            if notice_had(heard, self.now, hours, self.watch, enough):
                return True
        return False

    def computed(self, fact: Fact, after: Candidate) -> None:
        """A time the law computed lies in a slot, or else in working hours, on a quarter."""
        wanted = fact.about.get("asked", "none" if fact.kind == "candidate.announced" else None)
        computed = fact.kind in {"release.postponed", "release.resumed", "policy.tightened"}
        computed = computed or (wanted is not None and wanted != fact.about.get("release_at"))
        if not computed or after.is_hotfix or not fact.about.get("release_at"):
            return
        if fact.kind == "candidate.announced" and "asked" not in fact.about and self.wished:
            return
        assert after.release_at is not None
        assert after.release_at.minute % 15 == 0
        if self.slots:
            assert in_slot(self.slots, "Europe/London", after.release_at)
        else:
            assert self.house.working(after.release_at)

    wished = False
    """Whether the announcement being written named a time, which then need not be computed."""

    # What the clock does.

    def tick(self) -> None:
        """Settle what is due, resume what waits, and ask who has not been asked."""
        for name in [n for n, row in self.rows.items() if row.phase not in OVER]:
            self.send(name)
            decision = self.asked(settle, name)
            if isinstance(decision, NotYet):
                continue
            self.record(decision, partial(self.asked, settle, name))
            resumed = resume_waiting(self.rows[name], self.setting(name), self.now)
            self.record(resumed, partial(self.asked, resume_waiting, name))

    def asked(self, rule: Callable[..., Decision | NotYet], name: str) -> Decision | NotYet:
        return rule(self.rows[name], self.setting(name), self.now)

    def send(self, name: str) -> None:
        row, book = self.rows[name], self.books[name]
        if self.prompt and book.card is None:
            book.card = self.now
        for state in row.silent:
            for seat in whom_to_ask(self.setting(name), state, self.now):
                book.messages[(seat.person.id, state)] = self.now if self.prompt else None

    def advance(self, until: datetime) -> None:
        """Let time pass, stopping at every release time on the way."""
        while True:
            due = [r.release_at for r in self.rows.values() if r.phase is Phase.ANNOUNCED]
            soon = [t for t in due if t is not None and self.now < t <= until]
            if not soon:
                break
            self.now = min(soon)
            self.tick()
        self.now = max(self.now, until)
        self.tick()

    def shut(self, length: timedelta, *, ticking: bool) -> None:
        """The door is shut for a while; the clock may go on ticking without hearing anything."""
        self.spans.append(Span(self.opened, self.now))
        start, self.opened = self.now, self.now + length
        if ticking and length > 2 * MINUTE:
            self.now = start + length - MINUTE
            for name, row in self.rows.items():
                deaf = replace(self.setting(name), door=Door.of(self.spans))
                decision = settle(row, deaf, self.now)
                assert isinstance(decision, NotYet) or not decision, "nothing through a shut door"
        self.now = start + length
        self.watch.outages.append((start, self.now))
        self.tick()

    def change(self, change: Callable[[], None]) -> None:
        """A change of policy, holders or hours; every open candidate is asked to keep the stricter."""
        still = {name: row for name, row in self.rows.items() if row.phase not in OVER}
        before = {name: self.setting(name) for name in still}
        change()
        for name, row in still.items():
            old, new, book = before[name], self.setting(name), self.books[name]
            book.policy = stricter(book.policy, self.product.policy)
            earliest = plan(row, old, self.now).at

            def again(name: str = name, old: Setting = old, new: Setting = new) -> Decision:
                return tighten(self.rows[name], old, new, CLOCK, self.now)

            self.record(again(), again)
            after = self.rows[name]
            assert after.policy == book.policy
            if row.release_at is not None:
                assert after.release_at is None or after.release_at >= row.release_at
                if after.release_at is None:
                    book.floor = max(book.floor, row.release_at)
            soonest = plan(after, new, self.now).at
            if earliest is not None and soonest is not None:
                assert soonest >= earliest, "a change never hastens"

    def restart(self) -> None:
        """Everything forgotten but the facts."""
        self.rows = {n: replay(read(text) for text in b.log) for n, b in self.books.items()}


def stricter(a: Policy, b: Policy) -> Policy:
    hold = Silence.HOLD in (a.silence, b.silence)
    return Policy(
        Silence.HOLD if hold else Silence.PRESUME,
        max(a.notice_hours, b.notice_hours),
        max(a.door_open_minutes, b.door_open_minutes),
        max(a.resume_hours, b.resume_hours),
        max(a.hotfix_minutes, b.hotfix_minutes),
    )
