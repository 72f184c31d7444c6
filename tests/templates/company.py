"""A small company, and one of every fact it can live through, made by the rules themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from commands.standing import Standing, standing_in
from rules import asserting, deploying, halting, hotfix, moving, presume, reminding
from rules.announcing import Announcement, Others, announce
from rules.apply import decide
from rules.asking import after as after_asking
from rules.asking import answer, ask
from rules.candidate import Candidate
from rules.door import Door
from rules.facts import CLOCK, Actor, Decision, Fact, fact, iso
from rules.people import Group, Holder, Person
from rules.product import Notice, Policy, Product, Setting
from rules.words import Role, Silence, State
from rules.worktime import Span
from storage.reading import Company, Installation, StoredFact
from tests.templates import cases_meeting_facts, collided, estate

PO, SA, OC, RC = Role
ALICE, SAM, SUE, OMAR, RITA, DAVE = (
    "U0ALICE01",
    "U0SAM0001",
    "U0SUE0001",
    "U0OMAR001",
    "U0RITA001",
    "U0DAVE001",
)
SECURITY_GROUP = "S0SECARCH"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
FOREVER = datetime(2030, 1, 1, tzinfo=UTC)
CHANGES = "https://acme.example/payments/compare/2.4.0...2.4.1"


def _person(slack_id: str, name: str, zone: str) -> Person:
    return Person(slack_id, name, zone, FOREVER)


PEOPLE = {
    person.id: person
    for person in (
        _person(ALICE, "Alice Archer", "Europe/London"),
        _person(SAM, "Sam Silva", "America/New_York"),
        _person(SUE, "Sue Svensson", "Europe/Stockholm"),
        _person(OMAR, "Omar Ojha", "Asia/Kolkata"),
        _person(RITA, "Rita Rosen", "Europe/Berlin"),
        _person(DAVE, "Dave Dunn", "America/Los_Angeles"),
    )
}
GROUPS = {
    SECURITY_GROUP: Group(SECURITY_GROUP, "sec-arch", FOREVER, {SAM: LONG_AGO, SUE: LONG_AGO})
}
HOLDERS = {
    PO: (Holder("user", ALICE, LONG_AGO),),
    SA: (Holder("group", SECURITY_GROUP, LONG_AGO),),
    OC: (Holder("user", OMAR, LONG_AGO),),
    RC: (Holder("user", RITA, LONG_AGO),),
}
PAYMENTS = Product("payments", "C0REL0001", "Europe/London", HOLDERS, announcers=(DAVE,))
HOLDING = replace(PAYMENTS, policy=Policy(silence=Silence.HOLD))
VACANT = replace(PAYMENTS, holders={**HOLDERS, SA: ()})
COMPANY = Company(
    products={"payments": PAYMENTS},
    people=PEOPLE,
    groups=GROUPS,
    installation=Installation("C0REL0001", "UTC", RITA),
)

AS_ALICE = Actor(ALICE, (PO,), "button")
AS_SAM = Actor(SAM, (SA,), "modal", {SECURITY_GROUP: [SAM, SUE]})
AS_OMAR = Actor(OMAR, (OC,), "slash")
AS_RITA = Actor(RITA, (RC,), "slash")
AS_DAVE = Actor(DAVE, (), "slash")
AS_OPERATOR = Actor(None, (), "command line")


def setting(product: Product = PAYMENTS, now: datetime = MONDAY, *, told: bool = True) -> Setting:
    """Everything well: the door open, everybody messaged on Monday at ten."""
    bare = Setting(product, PEOPLE, GROUPS, door=Door.of([Span(LONG_AGO, now)]))
    if not told:
        return bare
    notices = tuple(
        Notice(seat.person.id, role.state, MONDAY) for role in Role for seat in bare.seats(role)
    )
    return replace(bare, notices=notices, card_delivered_at=MONDAY)


def announced(product: Product = PAYMENTS) -> Candidate:
    """`payments@2.4.1#1`, announced by Dave on Monday for the earliest fair time."""
    words = Announcement("2.4.1", commit="9fceb02", notes=CHANGES)
    decision = announce(words, Others(), setting(product, told=False), AS_DAVE, MONDAY)
    return decision.candidates[-1]


def after(decision: Decision) -> Candidate:
    return decision.candidates[-1]


def asserted(candidate: Candidate, *actors: Actor, product: Product = PAYMENTS) -> Candidate:
    for actor in actors:
        at = MONDAY + HOUR
        decision = asserting.assert_states(candidate, (), setting(product, at), actor, at)
        candidate = after(decision)
    return candidate


def halted(candidate: Candidate, reason: str | None = "CVE-2026-1234 is open") -> Candidate:
    """Halted by Sam, whose own state it is, who names Product too."""
    states = (State.SECURITY, State.PRODUCT)
    at = MONDAY + 2 * HOUR
    return after(halting.halt(candidate, states, reason, setting(now=at), AS_SAM, at))


def released(candidate: Candidate) -> Candidate:
    """Released by silence at its time."""
    at = candidate.release_at
    assert at is not None
    decision = presume.settle(candidate, setting(now=at), at)
    assert isinstance(decision, Decision)
    return after(decision)


def standing(candidate: Candidate, product: Product = PAYMENTS) -> Standing:
    return standing_in(setting(product, MONDAY + HOUR), candidate, MONDAY + HOUR)


def stored(facts: Iterable[Fact]) -> list[StoredFact]:
    return [StoredFact(i, each, f"{i:02x}cd34ef56ab" * 4) for i, each in enumerate(facts, 1)]


def with_candidates() -> list[tuple[StoredFact, Candidate | None]]:
    """One of every kind of fact, each with its candidate as it then was; in the order of kinds."""
    found: dict[str, tuple[Fact, Candidate | None]] = {}
    for decision in _decisions():
        by_name = {candidate.name: candidate for candidate in decision.candidates}
        for each in decision.facts:
            found.setdefault(each.kind, (each, by_name.get(each.candidate or "")))
    for each in _noted():
        found.setdefault(each.kind, (each, None))
    entries = stored(each for each, _ in found.values())
    pairs = zip(entries, [candidate for _, candidate in found.values()], strict=True)
    return sorted(pairs, key=lambda pair: pair[0].fact.kind)


def _decisions() -> list[Decision]:
    first = announce(
        Announcement("2.4.1", commit="9fceb02", notes=CHANGES),
        Others(),
        setting(told=False),
        AS_DAVE,
        MONDAY,
    )
    new, later = after(first), MONDAY + HOUR
    here = setting(now=later)
    stop = halting.halt(new, (), None, here, AS_SAM, later)
    stopped = after(stop)
    why = halting.halt(stopped, (), "CVE-2026-1234 is open", here, AS_SAM, later)
    rebuilt = announce(
        Announcement("2.4.1", commit="c0ffee1"), Others((after(why),)), here, AS_DAVE, later
    )
    heir = after(rebuilt)
    lift = halting.lift(heir, (), "fixed in c0ffee1", here, AS_SAM, later)
    due = new.release_at
    assert due is not None
    out = presume.settle(new, setting(now=due), due)
    slept = presume.settle(new, setting(now=due + HOUR), due + HOUR)
    empty = presume.settle(new, setting(VACANT, due), due)
    assert isinstance(out, Decision)
    assert isinstance(slept, Decision)
    assert isinstance(empty, Decision)
    at, gone = due + HOUR, after(out)
    began = deploying.report("deploying", gone, None, AS_OMAR, at)
    failed = deploying.report("failed", after(began), "the migration timed out", AS_OMAR, at)
    done = deploying.report("deployed", after(began), None, AS_OMAR, at)
    back = deploying.report("rolled-back", after(done), "error rate doubled", AS_RITA, at)
    quick = hotfix.hotfix(new, "login fails for new customers", here, AS_DAVE, later)
    sure = hotfix.hotfix(after(quick), None, here, AS_OMAR, later)
    soon = after(sure).release_at
    assert soon is not None
    hot = presume.settle(after(sure), setting(now=soon), soon)
    assert isinstance(hot, Decision)
    stricter = replace(PAYMENTS, policy=Policy(notice_hours=16))
    return [
        first,
        stop,
        why,
        rebuilt,
        lift,
        halting.review_halt(stopped, here, AS_SAM, later + 24 * HOUR),
        halting.judge_pending(new, DAVE, here, later, "payments data loss"),
        halting.forward(new, "data loss in staging", AS_DAVE, later),
        asserting.assert_states(new, (), here, AS_ALICE, later),
        moving.extend(new, here, AS_ALICE, later),
        moving.reschedule(new, due + 24 * HOUR, here, AS_RITA, later),
        slept,
        empty,
        moving.resume_waiting(after(empty), setting(now=at), at),
        out,
        began,
        failed,
        done,
        back,
        quick,
        sure,
        hotfix.review_ok(after(hot), AS_ALICE, soon + HOUR),
        moving.withdraw(new, "built from the wrong branch", AS_RITA, later),
        moving.tighten(new, here, setting(stricter, later), AS_OPERATOR, later),
        reminding.snooze(new, later + 2 * HOUR, AS_ALICE, later),
        *_of_the_candidate(new, after(out)),
        *estate.decisions(new, PAYMENTS, AS_RITA, later),
        *collided.decisions(new, gone, after(began), AS_OMAR),
    ]


def _noted() -> list[Fact]:
    """The facts that change no candidate, as the verbs write them."""
    new = announced()
    lines = ["payments: notice_hours 8 -> 16", "payments: operations-coordinator @omar -> @dave"]
    moved = {"role": OC, "from": [OMAR], "to": [DAVE]}
    about = {"verb": "assert", "reason": "not-your-state"}
    rewound = {"expected": [], "found": {"number": 12, "hash": "3fd1c09a77be"}}
    return [
        Fact("act.refused", MONDAY, AS_DAVE, "payments", new.name, about),
        Fact("catalogue.applied", MONDAY, AS_OPERATOR, about={"lines": lines}),
        Fact("product.declared", MONDAY, AS_OPERATOR, "payments", None, {"lines": []}),
        Fact("product.changed", MONDAY, AS_OPERATOR, "payments", None, {"lines": lines}),
        Fact("holders.changed", MONDAY, AS_OPERATOR, "payments", None, moved),
        fact("candidate.parked", new, CLOCK, MONDAY),
        Fact("holders.restored", MONDAY, AS_OPERATOR, "payments", about={"differed": "x"}),
        Fact("log.rewound", MONDAY, AS_OPERATOR, about=rewound),
        Fact("guards.restored", MONDAY, AS_OPERATOR, about={"triggers": ["facts_no_update"]}),
        fact("candidate.replayed", new, AS_OPERATOR, MONDAY, differed=["phase"]),
        *_asked(new.name),
        *_of_the_product(),
        *estate.noted(MONDAY, AS_RITA),
        *cases_meeting_facts.noted(AS_RITA, AS_DAVE),
    ]


def _asked(name: str) -> list[Fact]:
    """A halt by somebody the bot looks up first, and the ways in which it is answered."""
    asked = ask({}, AS_DAVE, "payments", name, MONDAY, MONDAY)
    assert asked is not None
    waiting = after_asking({}, 7, asked)
    hows = ("unresolved", "outsider", "halted-by-you")
    return [asked, *(answer(waiting, waiting[7], how, MONDAY) for how in hows)]


def _of_the_product() -> list[Fact]:
    later = MONDAY + 24 * HOUR
    until = {"since": iso(later), "until": iso(later + 48 * HOUR)}
    lent: dict[str, Any] = {
        "id": "operations-coordinator-1",
        "role": OC,
        "behalf": OMAR,
        "to": DAVE,
    }
    criteria: dict[str, Any] = {
        "criteria": ["Vulnerabilities evaluated"],
        "was": ["Vulnerabilities looked at"],
    }
    return [
        Fact(kind, MONDAY, AS_RITA, "payments", None, about)
        for kind, about in {
            "criteria.changed": {"state": State.SECURITY, "version": 2, **criteria},
            "role.delegated": lent | until,
            "delegation.ended": lent,
            "holder.deactivated": {"person": OMAR, "roles": [OC]},
        }.items()
    ]


def _of_the_candidate(new: Candidate, out: Candidate) -> list[Decision]:
    """A waiver, evidence, and a fault that was traced back."""
    tests = {"state": State.PRODUCT, "criterion": "Unit tests passed"}
    scan = {"state": State.SECURITY, "criterion": "Potential exploits evaluated"}
    told = {"source": "junit", "verdict": "red", "summary": "2 of 412 tests failed"}
    seen = {"digest": "9f" * 32, "against": "payments@2.4.0#1", "changes": ["3 tests added"]}
    why = {"reason": "no change in what an attacker reaches"}
    wrong = {"id": "1", "what": "Refunds are paid twice"}
    recorded = fact("fault.recorded", out, AS_DAVE, MONDAY + 9 * HOUR, **wrong)
    named = {"id": "1", **tests}
    return [
        decide(new, fact("criterion.waived", new, AS_SAM, MONDAY, **scan, **why)),
        decide(new, fact("evidence.added", new, AS_DAVE, MONDAY, **tests, **told, **seen)),
        decide(out, recorded, fact("fault.attributed", out, AS_ALICE, MONDAY + 9 * HOUR, **named)),
    ]


def set_up(applied: StoredFact) -> StoredFact:
    """A catalogue's fact as the first one that ever was."""
    lines = ["+ channel C0REL0001", "+ zone Europe/London"]
    lines += [f"+ product p{number}" for number in range(1, 43)]
    return replace(applied, fact=replace(applied.fact, about={"lines": lines}))


def _with_evidence() -> Candidate:
    (decision,) = (d for d in _of_the_candidate(announced(), announced()) if _tells(d))
    return decision.candidates[-1]


def _tells(decision: Decision) -> bool:
    return decision.facts[0].kind == "evidence.added"


def _evidence_added() -> list[dict[str, Any]]:
    candidate = _with_evidence()
    return [{"candidate": candidate, "said": candidate.evidence[0], "moved": True}]


EVIDENCE_REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "evidence": lambda: [{"candidate": _with_evidence()}, {"candidate": announced()}],
    "evidence-added": _evidence_added,
    "unknown-criterion": lambda: [
        {"word": "nonsense", "near": [], "criteria": ["Unit tests passed", "Monitors in place"]}
    ],
}
