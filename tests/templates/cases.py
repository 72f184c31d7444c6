"""Everything the bot can say, each said once with what the verbs and the rules really hand over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import modals
from bot.render import Rendered, Renderer
from commands.notices import NOTICES
from commands.request import Choice, Reply
from commands.verbs import VERBS
from rules.asserting import revoke
from rules.candidate import Candidate, Hotfix
from rules.product import Product
from rules.words import Phase, Role, State
from storage.reading import StoredFact
from tests.templates import (
    cases_criteria,
    cases_delegation,
    cases_more,
    cases_plans,
    cases_words,
)
from tests.templates import company as acme
from tests.templates.company import (
    ALICE,
    COMPANY,
    DAVE,
    HOLDING,
    HOUR,
    MONDAY,
    OMAR,
    PAYMENTS,
    PEOPLE,
    RITA,
    SAM,
    VACANT,
    announced,
    asserted,
    halted,
    released,
    setting,
    standing,
    with_candidates,
)

RENDERER = Renderer("/release")
HEAD = (123, "ab12cd34ef56" * 5)
LATER = MONDAY + 2 * HOUR
EVERYBODY = (acme.AS_ALICE, acme.AS_SAM, acme.AS_OMAR, acme.AS_RITA)


def in_phase(phase: Phase, **changes: Any) -> Candidate:
    gone = released(announced())
    return replace(gone, phase=phase, **changes)


def hot(*, confirmed: bool) -> Candidate:
    mark = Hotfix("login fails for new customers", DAVE, MONDAY)
    if confirmed:
        mark = replace(mark, confirmed_by=OMAR, confirmed_at=LATER)
    return replace(announced(), hotfix=mark)


def taken_back() -> Candidate:
    new, now = asserted(announced(), acme.AS_ALICE), LATER
    taken = revoke(new, (), "the scan was of the wrong build", setting(), acme.AS_ALICE, now)
    return taken.candidates[-1]


CANDIDATES: Mapping[str, Callable[[], tuple[Candidate, Product]]] = {
    "no word yet": lambda: (announced(), PAYMENTS),
    "two asserted": lambda: (asserted(announced(), acme.AS_ALICE, acme.AS_SAM), PAYMENTS),
    "all asserted": lambda: (asserted(announced(), *EVERYBODY), PAYMENTS),
    "halted": lambda: (halted(asserted(announced(), acme.AS_ALICE)), PAYMENTS),
    "reason owed": lambda: (halted(announced(), None), PAYMENTS),
    "assertion taken back": lambda: (taken_back(), PAYMENTS),
    "silence holds": lambda: (announced(HOLDING), HOLDING),
    "waits for a vacant role": lambda: (announced(VACANT), VACANT),
    "hotfix asked": lambda: (hot(confirmed=False), PAYMENTS),
    "hotfix confirmed": lambda: (hot(confirmed=True), PAYMENTS),
    "released": lambda: (released(asserted(announced(), acme.AS_ALICE)), PAYMENTS),
    "deploying": lambda: (in_phase(Phase.DEPLOYING), PAYMENTS),
    "deployed": lambda: (in_phase(Phase.DEPLOYED), PAYMENTS),
    "failed": lambda: (in_phase(Phase.FAILED, ended_why="the migration timed out"), PAYMENTS),
    "rolled back": lambda: (in_phase(Phase.ROLLED_BACK, ended_why=None), PAYMENTS),
    "superseded": lambda: (
        replace(announced(), phase=Phase.SUPERSEDED, superseded_by="payments@2.4.1#2"),
        PAYMENTS,
    ),
    "withdrawn": lambda: (
        replace(announced(), phase=Phase.WITHDRAWN, ended_why="built from the wrong branch"),
        PAYMENTS,
    ),
    **cases_plans.CANDIDATES,
}

Said = Iterator[tuple[str, Rendered]]


def cards() -> Said:
    for name, make in CANDIDATES.items():
        yield name, RENDERER.card(standing(*make()), COMPANY, MONDAY)


def asks() -> Said:
    for name, make in CANDIDATES.items():
        candidate, product = make()
        here = standing(candidate, product)
        yield f"ask, {name}", RENDERER.ask(here, SAM, (State.SECURITY,), COMPANY, MONDAY)
    here = standing(announced())
    yield "remind", RENDERER.remind(here, SAM, 4, COMPANY, MONDAY)
    yield from cases_words.asks(here)
    at = here.candidate.release_at or MONDAY
    yield "remind, an hour before", RENDERER.remind(here, SAM, 1, COMPANY, at - HOUR / 2)
    spoken = standing(asserted(announced(), acme.AS_SAM))
    yield "remind, spoken", RENDERER.remind(spoken, SAM, 1, COMPANY, MONDAY)


def outcomes() -> Said:
    for entry, candidate in with_candidates():
        if NOTICES[entry.fact.kind].outcome:
            yield entry.fact.kind, RENDERER.outcome(entry, candidate, COMPANY, HEAD)


def facts() -> Said:
    entries = [entry for entry, _ in with_candidates()]
    for entry in entries:
        yield entry.fact.kind, RENDERER.thread([entry], COMPANY)
    yield from ((name, RENDERER.thread(said, COMPANY)) for name, said in cases_more.facts())
    yield "gathered", RENDERER.thread([e for e in entries if e.fact.candidate][:3], COMPANY)


TOLD_BY_TEMPLATE: Mapping[str, Callable[[], tuple[Candidate | None, Mapping[str, Any]]]] = {
    "about-to-presume": lambda: (announced(), {"at": MONDAY.isoformat()}),
    "still-waiting": lambda: (announced(VACANT), {"day": "2026-11-23"}),
    "vacant": lambda: (announced(), {"states": "security", "day": "2026-11-23"}),
    "collisions": lambda: cases_plans.told(),
    "halt-review": lambda: _reviewed_halt(),
    "review-overdue": lambda: (_hot_and_out(), {}),
    "review-reminder": lambda: (_hot_and_out(), {}),
    "parked": lambda: (announced(), {"day": "2026-11-23"}),
    "withheld": lambda: (None, {"why": "the trigger facts_no_update is missing", "day": ""}),
    "row-differs": lambda: (announced(), {"day": "2026-11-23"}),
    "dead-letter": lambda: (
        announced(),
        {"kind": "card", "to": "C0REL0001", "error": "not_in_channel"},
    ),
    **cases_words.TOLD,
    **cases_more.TOLD,
}


def _reviewed_halt() -> tuple[Candidate, Mapping[str, Any]]:
    candidate = halted(announced())
    return candidate, {"halt": candidate.open_halts[0].id, "at": MONDAY.isoformat()}


def _hot_and_out() -> Candidate:
    return replace(released(announced()), hotfix=hot(confirmed=True).hotfix)


def tells() -> Said:
    for template, make in TOLD_BY_TEMPLATE.items():
        candidate, about = make()
        told = {"template": template, **about}
        yield template, RENDERER.tell(told, None, candidate, COMPANY, MONDAY, RITA)
    lacks = RENDERER.tell(cases_plans.LACKS, None, cases_plans.colliding(), COMPANY, MONDAY, RITA)
    yield "about-to-presume, something missing", lacks
    for kind in ("news", "minutes", "digest"):
        dead = {**TOLD_BY_TEMPLATE["dead-letter"]()[1], "template": "dead-letter", "kind": kind}
        yield f"dead-letter, of {kind}", RENDERER.tell(dead, None, None, COMPANY, MONDAY, RITA)
    for name, about in cases_more.told():
        yield name, RENDERER.tell(about, None, None, COMPANY, MONDAY, RITA)
    for entry, then in with_candidates():
        if NOTICES[entry.fact.kind].tell:
            told = {"template": "fact", "fact": entry.id}
            yield entry.fact.kind, RENDERER.tell(told, entry, then, COMPANY, MONDAY, RITA)
    for name, (entry, *_) in cases_more.facts():
        if entry.fact.kind == "meeting.moved":
            told = {"template": "fact", "fact": entry.id}
            yield name, RENDERER.tell(told, entry, None, COMPANY, MONDAY, RITA)


def news() -> Said:
    entries = {entry.fact.kind: entry for entry, _ in with_candidates()}
    for name, entry in cases_more.news(entries):
        yield name, RENDERER.news(entry, COMPANY)


def replies() -> Said:
    for name, said in REPLIES.items():
        for about in said():
            choices = tuple(about.pop("choices", ()))
            reply = Reply(name, about, choices=choices)
            yield name, RENDERER.reply(reply, COMPANY, SAM)


def forms() -> Iterator[tuple[str, dict[str, Any]]]:
    new, stopped = standing(announced()), standing(halted(announced()))
    yield "assert", modals.assert_view(new, (State.PRODUCT, State.SECURITY))
    yield "halt", modals.halt_view(new, (State.SECURITY,), "CVE-2026-1234 is open")
    yield "halt without a role", modals.halt_view(new, ())
    yield "lift", modals.lift_view(stopped, stopped.candidate.open_halts)
    yield "reschedule", modals.reschedule_view(new, "Europe/London", MONDAY)
    yield "withdraw", modals.withdraw_view(new)
    yield "announce", modals.announce_view([PAYMENTS], "Europe/London", MONDAY)
    yield from cases_more.FORMS.items()


def messages() -> Said:
    for say in (cards, asks, outcomes, facts, tells, news, replies):
        for name, said in say():
            yield f"{say.__name__}: {name}", said


def _roles(product: Product) -> list[dict[str, Any]]:
    return [cases_delegation.of_role(product, role) for role in Role]


def _history() -> list[StoredFact]:
    return [entry for entry, _ in with_candidates() if entry.fact.kind.startswith("halt")]


Abouts = Callable[[], list[dict[str, Any]]]


def _one(**about: Any) -> Abouts:
    return lambda: [dict(about)]


def _of_candidate(**about: Any) -> Abouts:
    return lambda: [{"candidate": announced(), **about}]


def _ended(**about: Any) -> Abouts:
    return _one(candidate="payments@2.4.1#1", superseded_by=None, **about)


SET_UP = Choice("Set up…", "open setup", "primary")
OWNERS_ONLY = {"roles": [Role.SECURITY_ARCHITECT]}

REPLIES: Mapping[str, Abouts] = {
    **cases_more.REPLIES,
    "announced": lambda: [
        {"candidate": announced(), "asked": None, "replaced": []},
        {"candidate": hot(confirmed=False), "asked": MONDAY + HOUR, "replaced": ["payments@2.4.0"]},
    ],
    "asserted": _of_candidate(states=["product"]),
    "nothing-new": _of_candidate(asked_for=None),
    "halted-by-you": lambda: [
        {"candidate": halted(announced()), "asked_for": None, "reason": "CVE-2026-1234 is open"},
        {"candidate": halted(announced()), "asked_for": announced(), "reason": None},
    ],
    "halt-forwarded": _of_candidate(asked_for=None),
    "halt-too-late": lambda: [{"candidate": in_phase(Phase.DEPLOYING), "asked_for": None}],
    "halt-which": lambda: [
        {
            "words": "paymnts data loss",
            "word": "paymnts",
            "why": "unknown-product",
            "any": True,
            "choices": [
                Choice("Halt payments@2.4.1", "halt payments@2.4.1#1 kept:a1b2", "danger"),
                Choice("Halt ledger@7.0", "halt ledger@7.0#2 kept:a1b2", "danger"),
            ],
        },
        {"words": "", "word": "", "why": "which-candidate", "any": False},
    ],
    "lifted-by-you": lambda: [{"candidate": announced()}, {"candidate": halted(announced())}],
    "extended-by-you": lambda: [
        {"candidate": c} for e, c in with_candidates() if e.fact.kind == "release.extended"
    ],
    "withdrawn": _of_candidate(),
    "hotfix-confirmed": lambda: [{"candidate": hot(confirmed=True)}],
    "hotfix-asked": lambda: [{"candidate": hot(confirmed=False)}],
    "reviewed": lambda: [{"candidate": _hot_and_out()}],
    "halt-kept": lambda: [{"candidate": halted(announced())}],
    "snoozed": _of_candidate(until=LATER),
    "revoked": lambda: [{"candidate": taken_back(), "states": (State.PRODUCT,)}],
    "not-set-up": lambda: [
        {"may_begin": True, "admins": [ALICE], "more": 0, "choices": [SET_UP]},
        {"may_begin": False, "admins": [ALICE, RITA], "more": 3},
        {"may_begin": False, "admins": [], "more": 0},
    ],
    "set-up": lambda: [
        {"product": PAYMENTS, "roles": [{"role": r, "owners": (ALICE,)} for r in Role]}
    ],
    "not-an-admin": lambda: [{"admins": [ALICE]}, {"admins": []}],
    "already-set-up": _one(products=["payments"]),
    "channel-needed": _one(),
    "odd-zone": lambda: [
        {"word": "Berlin", "near": ["Europe/Berlin"]},
        {"word": "zzz", "near": []},
    ],
    "odd-product": _one(word="Our Shop!"),
    "holder-needed": _one(role=Role.SECURITY_ARCHITECT),
    "cannot-hold": lambda: [
        {"id": DAVE, "role": Role.PRODUCT_OWNER, "person": person}
        for person in (
            replace(PEOPLE[DAVE], bot=True),
            replace(PEOPLE[DAVE], stranger=True),
            replace(PEOPLE[DAVE], guest=True),
            replace(PEOPLE[DAVE], deactivated=True),
            None,
        )
    ],
    "owners": lambda: [
        {"products": [{"product": p, "roles": _roles(p)} for p in (PAYMENTS, VACANT)]}
    ],
    "history": lambda: [
        {"candidate": announced(), "facts": _history(), "left_out": 12},
        {"candidate": announced(), "facts": [], "left_out": 0},
    ],
    "help": lambda: [{"verbs": [verb for verb in VERBS.values() if verb.word]}],
    "help-verb": lambda: [{"verb": VERBS["halt"]}, {"verb": VERBS[""]}],
    "seen-before": _one(),
    "not-looked-up": lambda: [{"verb": "assert"}],
    "looking-you-up": lambda: [
        {"halts": True, "you": True},
        {"halts": False, "you": True},
        {"halts": False, "you": False},
    ],
    "unavailable": lambda: [
        {"sentence": "The disk is full.", "halts": False},
        {"sentence": "The disk is full.", "halts": True},
    ],
    "halt-not-stored": _one(sentence="The disk is full."),
    "fault": _one(incident="9f8e7d6c"),
    "odd-time": lambda: [
        {"text": "thursday-ish", "examples": ["thu 14:00", "in 3h"]},
        {"text": "", "examples": ["thu 14:00"]},
    ],
    "which-candidate": lambda: [
        {"open": [announced(), halted(announced())], "word": "payments"},
        {"open": [], "word": ""},
    ],
    "unknown-candidate": lambda: [
        {"word": "payments@2.4.9", "near": ["payments@2.4.1"]},
        {"word": "payments@2.4.9", "near": []},
    ],
    "no-products": lambda: [{}, {"word": "payments", "near": [], "products": []}],
    "unknown-product": lambda: [
        {"word": "paymnts", "near": ["payments"], "products": ["payments"]},
        {"word": "zzz", "near": [], "products": ["ledger", "payments"]},
    ],
    "nothing-open": _one(product="payments"),
    "unknown-verb": _one(word="hlat", near=["halt"]),
    "not-at-the-command-line": _one(verb="assert"),
    "outsider": lambda: [{"verb": verb, "person": PEOPLE[DAVE]} for verb in ("halt", "")],
    "odd-state": _one(word="quality", states=list(State)),
    "odd-review": lambda: [{"word": "fine"}, {"word": ""}],
    "say-what-to-announce": _one(text="payments"),
    "word-missing": _one(after="commit"),
    "reason-needed": lambda: [{"verb": verb} for verb in ("lift", "revoke", "hotfix")],
    "halted": lambda: [{"halts": list(halted(announced()).open_halts)}],
    "out-of-order": _one(verb="deployed", phase=Phase.ANNOUNCED),
    "not-your-state": lambda: [
        {"verb": "assert", "state": State.SECURITY, **OWNERS_ONLY},
        {"verb": "assert", "state": State.SECURITY, **OWNERS_ONLY, "product": "payments"},
        {"verb": "assert", "state": None, "roles": list(Role), "product": "payments"},
    ],
    "not-your-role": lambda: [
        {"verb": "reschedule", "roles": [Role.PRODUCT_OWNER, Role.RELEASE_COORDINATOR]},
        {"verb": "go", "roles": [Role.RELEASE_COORDINATOR], "product": "payments"},
    ],
    "not-an-announcer": _one(verb="announce", roles=list(Role), product="payments"),
    "already-asserted": _one(verb="withdraw", roles=list(Role)[::3]),
    "still-silent": _one(states=[State.SECURITY]),
    "halt-pending": _one(people=[ALICE]),
    "extended": _one(by=ALICE, until=LATER),
    "odd-version": _one(version="../2.4.1"),
    "already-announced": _one(candidate="payments@2.4.1#1", phase=Phase.HALTED),
    "already-out": _one(candidate="payments@2.4.1#1", phase=Phase.DEPLOYED),
    "not-halted": _one(candidate="payments@2.4.1#1"),
    "assert-again": _one(states=[State.SECURITY]),
    "halted-by-owner": lambda: [
        {"halt": halted(announced()).open_halts[0], "states": [State.SECURITY]}
    ],
    "nothing-to-revoke": _one(candidate="payments@2.4.1#1"),
    "time-passed": _one(at=MONDAY - timedelta(hours=1)),
    "confirm-by-another": _one(announcer=DAVE),
    "nothing-to-review": _one(candidate="payments@2.4.1#1"),
    "already-extended": lambda: [{"until": LATER}, {"until": None}],
    "no-earlier": _one(at=LATER, why=["fair-notice:security"]),
    "still-waiting": _one(why=["vacant:security"]),
    "superseded": _one(candidate="payments@2.4.1#1", superseded_by="payments@2.4.1#2"),
    "already-withdrawn": _ended(),
    "already-released": _ended(),
    "already-deploying": _ended(),
    "already-deployed": _ended(),
    "deployment-failed": _ended(),
    "already-rolled-back": _ended(),
    **cases_criteria.REPLIES,
    **cases_words.REPLIES,
}
"""Every reply, and what it is given."""
