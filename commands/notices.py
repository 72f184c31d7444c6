"""Which fact is told to whom: the one table between what happened and what is said (DESIGN 3, 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rules.candidate import UNRELEASED, Candidate
from rules.facts import Decision
from rules.notice import ASKED_AT_ONCE, whom_to_ask
from rules.product import Setting
from rules.reminding import owing
from rules.words import OWNER, Role, State
from storage.chain import StoredFact
from storage.outbox import Message
from storage.reading import Reader
from storage.writing import Transaction


@dataclass(frozen=True)
class Notice:
    """What one kind of fact sets in motion."""

    card: bool = True
    """The candidate's card is drawn anew."""
    thread: bool = False
    """A line in the card's thread, gathered with others."""
    outcome: bool = False
    """A post of its own that also goes to the channel, with the head of the chain."""
    asks: bool = False
    """Whoever owes a word and has not been asked is asked now."""
    tell: str | None = None
    """Who hears of it by direct message: `all-four`, `coordinator`, `owing`, `presumed`,
    `owner-if-red`, `both` people of a delegation, or the `channel` of a meeting."""


SILENT = Notice(card=False)
LINE = Notice(thread=True)
OUTCOME = Notice(outcome=True)
CHANNEL = Notice(card=False, tell="channel")

NOTICES: Mapping[str, Notice] = {
    "candidate.announced": Notice(asks=True),
    "candidate.superseded": LINE,
    "candidate.withdrawn": OUTCOME,
    "candidate.halted": OUTCOME,
    "candidate.released": Notice(outcome=True, tell="presumed"),
    "candidate.replayed": LINE,
    "candidate.parked": Notice(card=False, tell="operator"),
    "halt.asked": SILENT,
    "halt.answered": SILENT,
    "halt.inherited": LINE,
    "halt.explained": LINE,
    "halt.lifted": OUTCOME,
    "halt.reviewed": LINE,
    "halt.unresolved": Notice(outcome=True, tell="all-four"),
    "halt.forwarded": Notice(thread=True, tell="all-four"),
    "state.asserted": LINE,
    "release.extended": OUTCOME,
    "release.rescheduled": Notice(outcome=True, tell="owing"),
    "release.postponed": OUTCOME,
    "release.waiting": Notice(outcome=True, tell="coordinator"),
    "release.resumed": Notice(outcome=True, asks=True),
    "deployment.began": LINE,
    "deployment.succeeded": OUTCOME,
    "deployment.failed": OUTCOME,
    "deployment.rolled_back": OUTCOME,
    "hotfix.asked": LINE,
    "hotfix.confirmed": Notice(outcome=True, tell="owing"),
    "hotfix.reviewed": LINE,
    "policy.tightened": LINE,
    "criterion.waived": LINE,
    "evidence.added": Notice(thread=True, tell="owner-if-red"),
    "fault.recorded": Notice(outcome=True, tell="all-four"),
    "fault.attributed": LINE,
    "collision.opened": LINE,
    "collision.changed": Notice(),
    "collision.closed": LINE,
    "set.joined": LINE,
    "set.left": LINE,
    "freeze.overridden": OUTCOME,
    "resources.booked": LINE,
    "release.recalled": Notice(outcome=True, tell="all-four"),
    "deployment.reached": LINE,
    "reminder.snoozed": SILENT,
    "act.refused": SILENT,
    "catalogue.applied": SILENT,
    "guards.restored": SILENT,
    "log.rewound": SILENT,
    "product.declared": SILENT,
    "product.changed": SILENT,
    "holders.changed": SILENT,
    "holders.restored": SILENT,
    "holder.deactivated": Notice(card=False, tell="coordinator"),
    "criteria.changed": SILENT,
    "environment.declared": SILENT,
    "environment.changed": SILENT,
    "environment.prepared": Notice(card=False, tell="coordinator"),
    "resource.declared": SILENT,
    "resource.changed": SILENT,
    "freeze.declared": SILENT,
    "freeze.changed": SILENT,
    "freeze.lifted": SILENT,
    "schedule.declared": SILENT,
    "schedule.changed": SILENT,
    "meeting.moved": CHANNEL,
    "meeting.skipped": CHANNEL,
    "meeting.cancelled": SILENT,
    "meeting.announced": SILENT,
    "meeting.reminded": SILENT,
    "meeting.started": SILENT,
    "meeting.turned": SILENT,
    "meeting.attended": SILENT,
    "meeting.closed": SILENT,
    "meeting.missed": CHANNEL,
    "agenda.added": SILENT,
    "agenda.removed": SILENT,
    "agenda.discussed": SILENT,
    "action.given": SILENT,
    "action.done": SILENT,
    "digest.posted": SILENT,
    "role.delegated": Notice(card=False, tell="both"),
    "delegation.ended": Notice(card=False, tell="both"),
}
"""Every kind of fact and its notice. What changes a product is announced once, as news."""


def announce_facts(
    tx: Transaction, stored: Sequence[StoredFact], decision: Decision, setting: Setting
) -> None:
    """Put into the outbox what these facts, just written, have to say."""
    changed = {c.name: c for c in decision.candidates}
    for entry in stored:
        notice = NOTICES[entry.fact.kind]
        name = entry.fact.candidate
        if name is None:
            continue
        _say(tx, entry, notice, name, setting)
        candidate = changed.get(name)
        if candidate is None:
            continue
        if notice.outcome:
            _draw_set(tx, candidate)
        if notice.asks and candidate.phase in UNRELEASED:
            for message in asking(candidate, setting, tx.now):
                tx.send(message)
        told = owner_if_red(entry, setting) if notice.tell == "owner-if-red" else None
        for person in audience(notice.tell, candidate, setting, tx) if told is None else told:
            tx.send(telling(person, "fact", candidate.name, fact=entry.id))


def _say(tx: Transaction, entry: StoredFact, notice: Notice, name: str, setting: Setting) -> None:
    channel = setting.product.channel
    if notice.card:
        tx.send(Message(f"card:{name}", "card", channel, candidate=name))
        tx.touch_asks(name, _concerned(entry, setting))
    if notice.thread:
        tx.send(Message(f"thread:{name}", "thread", channel, candidate=name))
    if notice.outcome:
        tx.send(
            Message(
                f"outcome:{name}:{entry.id}",
                "outcome",
                channel,
                candidate=name,
                about={"fact": entry.id},
                once=True,
            )
        )


def _draw_set(tx: Transaction, candidate: Candidate) -> None:
    """What comes of one of a set shows on the cards of the others."""
    for name in candidate.together:
        product = tx.company().products.get(name.partition("@")[0])
        if product is not None:
            tx.send(Message(f"card:{name}", "card", product.channel, candidate=name))


def _concerned(entry: StoredFact, setting: Setting) -> list[str] | None:
    """Whose direct messages a fact changes; None: everybody's, because the plan may have changed."""
    about = entry.fact.about
    if entry.fact.kind != "state.asserted" or "release_at" in about or "not_before" in about:
        return None
    return sorted({n.person for n in setting.notices if n.state in about["states"]})


def asking(candidate: Candidate, setting: Setting, now: datetime) -> tuple[Message, ...]:
    """The direct messages that fair notice rests on, to those not asked yet (DESIGN 2.4)."""
    wanted: dict[str, list[State]] = {}
    for state in candidate.silent:
        for seat in whom_to_ask(setting, state, now):
            wanted.setdefault(seat.person.id, []).append(state)
    asked = {notice.person for notice in setting.notices}
    return tuple(
        Message(
            f"ask:{candidate.name}:{person}" + (f":{'+'.join(states)}" if person in asked else ""),
            "ask",
            person,
            candidate=candidate.name,
            person=person,
            states=tuple(states),
            once=True,
        )
        for person, states in wanted.items()
    )


def telling(target: str, template: str, candidate: str | None, **about: object) -> Message:
    """A direct message, said once: its key is made of all that it is about."""
    what = ":".join(str(value) for value in about.values())
    return Message(
        f"tell:{template}:{candidate or ''}:{what}:{target}",
        "tell",
        target,
        candidate=candidate,
        about={"template": template, **about},
        once=True,
    )


def audience(
    who: str | None, candidate: Candidate, setting: Setting, reader: Reader
) -> tuple[str, ...]:
    """The Slack ids behind the table's word."""
    if who is None:
        return ()
    if who == "owing":
        return tuple(owing(candidate, setting))
    if who == "presumed":
        if not candidate.is_hotfix:
            return ()
        presumed = [r for r in Role if candidate.outcome.get(r.state) == "presumed"]
        return people_in(setting, presumed)
    if who == "operator":
        return operator(reader)
    if who == "coordinator":
        return coordinator(setting, reader)
    return people_in(setting, Role) or operator(reader)


def owner_if_red(entry: StoredFact, setting: Setting) -> tuple[str, ...]:
    """Who owns the state that red evidence is about; nobody where it is not red."""
    if entry.fact.about["verdict"] != "red":
        return ()
    return people_in(setting, [OWNER[State(entry.fact.about["state"])]])


def coordinator(setting: Setting, reader: Reader) -> tuple[str, ...]:
    """The Release Coordinator, else the operator (DESIGN 2.4)."""
    return people_in(setting, [Role.RELEASE_COORDINATOR]) or operator(reader)


def operator(reader: Reader) -> tuple[str, ...]:
    """The user or channel that hears what only an operator can mend."""
    named = reader.company().installation.operator
    return (named,) if named else ()


def people_in(setting: Setting, roles: Iterable[Role]) -> tuple[str, ...]:
    """Who to message for these roles: each user, and of a group those asked already or ten of it."""
    asked = {notice.person for notice in setting.notices}
    chosen: dict[str, None] = {}
    for role in roles:
        seated = setting.seats(role)
        members = [s.person.id for s in seated if s.group]
        some = [m for m in members if m in asked] or members
        for person in [s.person.id for s in seated if not s.group] + some[:ASKED_AT_ONCE]:
            chosen[person] = None
    return tuple(chosen)
