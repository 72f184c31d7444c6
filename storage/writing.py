"""One write transaction: state, facts, outgoing messages and the request's key, together or not at all (DESIGN 2.7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete
from sqlalchemy.dialects.sqlite import insert

from rules.apply import NOTED
from rules.asking import ASKED
from rules.digest import Due, Posted
from rules.environments import Environment
from rules.facts import Actor, Decision, Fact
from rules.freezes import Freeze
from rules.meeting import Action, Meeting, Topic
from rules.people import FRESH, Group, Person
from rules.product import Product
from rules.resources import Resource
from rules.series import Series
from rules.worktime import Calendar
from storage import (
    ahead,
    auditing,
    candidates,
    chain,
    heads,
    hearing,
    inbox,
    meetings,
    mirror,
    opening,
    outbox,
    planning,
    released,
    reports,
    tables,
)
from storage.chain import StoredFact
from storage.company import Cache, Installation
from storage.documents import utc
from storage.heads import Head
from storage.hearing import Echo, Heard
from storage.inbox import PendingAct
from storage.outbox import LEASE, Message
from storage.reading import Reader

_TICK = insert(tables.ticks)
TICK = _TICK.on_conflict_do_update(index_elements=["id"], set_={"at": _TICK.excluded.at})
PRUNED = (
    (delete(tables.inbox).where(tables.inbox.c.at < bindparam("before")), timedelta(days=2)),
    (delete(tables.door).where(tables.door.c.marked_at < bindparam("before")), timedelta(days=90)),
    (delete(tables.kept).where(tables.kept.c.at < bindparam("before")), timedelta(days=30)),
    (
        delete(tables.pending).where(
            tables.pending.c.state == "done", tables.pending.c.at < bindparam("before")
        ),
        timedelta(days=2),
    ),
    (outbox.FORGET, timedelta(days=2)),
    (
        delete(tables.hearing).where(
            tables.hearing.c.topic == "knock", tables.hearing.c.at < bindparam("before")
        ),
        timedelta(days=30),
    ),
)
"""What is forgotten, and how old it is by then."""


class Transaction(Reader):
    """A write under the one lock. `now` was read once, after the lock was held; aware UTC."""

    def __init__(self, connection: Connection, cache: Cache, now: datetime) -> None:
        super().__init__(connection, cache)
        self.now = utc(now)
        self._own_cache = False
        self._outgoing: list[Message] = []
        self._moved: list[planning.Change] = []
        self._counted = False
        """Whether plans were counted as changed since they were last looked at in here."""

    def _mail(self) -> Connection:
        """The connection, with everything to be said so far written: many messages, one statement."""
        if self._outgoing:
            wanted, self._outgoing = self._outgoing, []
            outbox.send(self._connection, wanted, self.now)
        return self._connection

    def _plans(self) -> Connection:
        """The connection, with every change of plans so far written: many candidates, one statement."""
        if self._moved:
            changes, self._moved = self._moved, []
            planning.save(self._connection, changes)
            released.save(self._connection, changes)
        return self._connection

    def finish(self) -> None:
        """Write what is still held back; called once, before the commit."""
        self._mail()
        self._plans()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is inside is undone if it raises; what came before stays."""
        undone, moved = True, list(self._moved)
        try:
            with self._mail().begin_nested():
                yield
                self._mail()
            undone = False
        finally:
            if undone:
                self._outgoing.clear()
                self._moved = moved
                self._known, self._counted = None, False
            if undone and self._own_cache:
                self._cache, self._company = Cache(), None

    def spend(self, key: str) -> bool:
        """Spend an idempotency key; False where it was spent before."""
        return inbox.spend(self._connection, key, self.now)

    def save(self, decision: Decision) -> tuple[StoredFact, ...]:
        """Write the candidates and the facts of a decision; one without facts writes nothing.

        Raises Stale where a candidate's row is not the one the decision was made on.
        """
        if not decision:
            return ()
        applied = Counter(f.candidate for f in decision.facts if f.kind not in NOTED)
        changed = [(c, applied[c.name]) for c in decision.candidates if applied[c.name]]
        candidates.save(self._connection, changed)
        if planning.moves(decision.facts):
            self._moved.append((decision.candidates, decision.facts))
            self._plans_changed()
        return self._append(decision.facts)

    def restore(self, decision: Decision) -> tuple[StoredFact, ...]:
        """Write the candidates of a decision in the place of whatever their rows say now."""
        for candidate in decision.candidates:
            candidates.restore(self._connection, candidate)
        self._moved.append((decision.candidates, decision.facts))
        self._plans_changed()
        return self._append(decision.facts)

    def note_head(self, head: Head) -> None:
        """Note a head down that should be in the log, so that a restart knows of it too."""
        heads.note(self._connection, head)

    def accept_log(self, lost: Sequence[Head], by: Actor) -> StoredFact:
        """Take the log for what it is, though these heads are not in it: a fact."""
        number, sealed = self.head()
        expected = [{"where": h.place, "number": h.number, "hash": h.hash} for h in lost]
        about = {"expected": expected, "found": {"number": number, "hash": sealed}}
        (stored,) = self._append([Fact("log.rewound", self.now, by, about=about)])
        heads.forget(self._connection)
        heads.note(self._connection, Head(heads.ACCEPTED, number, sealed, self.now))
        return stored

    def guard(self, by: Actor) -> tuple[str, ...]:
        """Put the triggers that keep the facts back in their place; those that were not there, a fact."""
        odd = auditing.guard(self._connection)
        if odd:
            self._append([Fact("guards.restored", self.now, by, about={"triggers": odd})])
        return tuple(odd)

    def save_facts(self, *facts: Fact) -> tuple[StoredFact, ...]:
        """Write facts that change no candidate."""
        return self._append(facts) if facts else ()

    def save_meeting(self, meeting: Meeting, facts: Sequence[Fact]) -> tuple[StoredFact, ...]:
        """Write a meeting as these facts have just left it, and the facts; without any nothing.

        Raises Stale where its row is not the one they were decided on.
        """
        return self._save_one(meeting, facts)

    def save_topic(self, topic: Topic, facts: Sequence[Fact]) -> tuple[StoredFact, ...]:
        """The same of a topic."""
        return self._save_one(topic, facts)

    def save_action(self, action: Action, facts: Sequence[Fact]) -> tuple[StoredFact, ...]:
        """The same of an action."""
        return self._save_one(action, facts)

    def _save_one(
        self, one: Meeting | Topic | Action, facts: Sequence[Fact]
    ) -> tuple[StoredFact, ...]:
        if facts:
            meetings.save(self._connection, one, len(facts))
        return self.save_facts(*facts)

    def post_digest(self, due: Due) -> None:
        """Note that a digest was posted, by a fact and a row. Raises where one was, for that slot."""
        self._append((due.fact(),))
        released.post(self._connection, Posted(due.name, due.since, due.until))

    def _append(self, facts: Sequence[Fact]) -> tuple[StoredFact, ...]:
        before = self._moment()
        stored = chain.append(self._connection, facts, before.head)
        halts = before.halts or any(fact.kind == ASKED for fact in facts)
        self._known = replace(before, head=(stored[-1].id, stored[-1].hash), halts=halts)
        return stored

    def plans_seen(self, up_to: int, look_at: datetime | None) -> None:
        """Collisions were looked for up to this change of plans; at `look_at` they may be others."""
        planning.seen(self._connection, up_to, look_at and utc(look_at))
        self._counted = False

    def _plans_changed(self) -> None:
        """Count a change of plans, once until they are looked at."""
        if not self._counted:
            planning.changed(self._connection)
            self._counted = True

    def retry_due(self, name: str, at: datetime) -> None:
        """Look at a candidate again at `at`; its release time stays what it is."""
        candidates.retry(self._connection, name, utc(at))

    def send(self, message: Message) -> None:
        """Ask for a message, or for a new version of the one with this key."""
        self._outgoing.append(message)

    def touch(self, candidate: str, kind: str) -> None:
        """Ask for a new version of a candidate's messages of one kind, where there are any."""
        outbox.touch(self._mail(), candidate, kind, self.now)

    def touch_asks(self, candidate: str, people: Sequence[str] | None = None) -> None:
        """Ask for a new version of the direct messages that asked or reminded these people, or all."""
        outbox.touch_asks(self._mail(), candidate, people, self.now)

    def pend(self, act: PendingAct) -> None:
        """Store an act until its author is known; the same key a second time changes nothing."""
        inbox.pend(self._connection, act)
        self._known = None

    def judged(self, act: int, state: str) -> None:
        """An act waits no longer: `done` or `unresolved`."""
        inbox.judged(self._connection, act, state)
        self._known = None

    def keep(self, words: str) -> str:
        """Keep somebody's words for 30 days; what to ask for them by, 20 characters."""
        return inbox.keep(self._connection, words, self.now)

    def keep_report(self, digest: str, source: str, items: Mapping[str, str]) -> None:
        """Keep what a report was reduced to, by its file's digest."""
        reports.keep(self._connection, digest, source, items)

    def put_people(self, people: Iterable[Person]) -> None:
        """Write people as just read; the calendars the catalogue gave them stay."""
        mirror.put_people(self._changing(), people)

    def put_group(self, group: Group) -> None:
        """Write a group as just read; members keep the time they were first seen in it."""
        mirror.put_group(self._changing(), group)

    def put_calendars_of(self, calendars: Mapping[str, str | None]) -> None:
        """Give people, known or not yet, the calendar of that name; None takes it away."""
        mirror.put_calendars_of(self._changing(), calendars)

    def put_company(
        self,
        *,
        products: Iterable[Product],
        calendars: Iterable[Calendar],
        installation: Installation,
        people_calendars: Mapping[str, str],
        environments: Iterable[Environment] = (),
        resources: Iterable[Resource] = (),
        freezes: Iterable[Freeze] = (),
        series: Iterable[Series] = (),
    ) -> None:
        """Write what a catalogue or an edit declares; what is not named stays."""
        estate = (environments, resources, freezes, series)
        mirror.put_company(self._changing(), products, calendars, installation, *estate)
        mirror.put_calendars_of(self._connection, people_calendars)
        self._plans_changed()

    def _changing(self) -> Connection:
        """From the first change on, a cache of our own: a rollback must not leave its rows shared."""
        if not self._own_cache:
            self._cache = Cache(self._cache.counter, self._cache.company)
            self._own_cache = True
        self._company = self._known = None
        return self._connection

    def mark_door(self, replica: str) -> None:
        """This replica could hear a halt just now."""
        opening.mark(self._connection, replica, self.now)

    def deaf_since(self, replica: str, since: datetime) -> None:
        """This replica could hear no halt from then on, as is known now."""
        opening.cut(self._connection, replica, utc(since))

    def hear(self, topic: str, key: str, said: str = "") -> None:
        """Something the door rests on is so from now on."""
        hearing.note(self._connection, topic, key, Heard(said, self.now))

    def unhear(self, topic: str, key: str) -> None:
        """It is so no more."""
        hearing.forget(self._connection, topic, key)

    def expect_echo(self, channel: str, ts: str, replica: str) -> None:
        """Slack is to tell of this direct message, which it has just accepted."""
        hearing.expect(self._connection, Echo(channel, ts, replica, self.now))

    def echoed(self, places: Iterable[tuple[str, str]]) -> None:
        """Slack told of these direct messages, by channel and ts, or they are awaited no more."""
        hearing.came(self._connection, places)

    def mend_the_future(self) -> int:
        """Have nothing wait for a time that only a wrong clock showed; how many rows were changed."""
        company = self.company()
        read: list[Person | Group] = [*company.people.values(), *company.groups.values()]
        stale = [
            replace(r, fetched_at=self.now - 2 * FRESH) for r in read if r.fetched_at > self.now
        ]
        for row in stale:
            if isinstance(row, Group):
                self.put_group(row)
            else:
                self.put_people([row])
        return ahead.mend(self._mail(), self.now) + len(stale)

    def begin_door(self, replica: str) -> int:
        """This process starts, alone: those that ended without taking leave are lost; how many."""
        return opening.begin(self._connection, replica, self.now)

    def leave_door(self, replica: str) -> None:
        """This process ends, and nothing that it heard is left unwritten."""
        opening.leave(self._connection, replica)

    def note_tick(self) -> None:
        """The clock has ticked."""
        self._connection.execute(TICK, {"id": 1, "at": self.now})

    def prune(self) -> None:
        """Forget spent keys, old door records, kept words, judged acts and answers long given."""
        for statement, age in PRUNED:
            self._mail().execute(statement, {"before": self.now - age})

    def claim(self, limit: int = 50, lease: timedelta = LEASE) -> tuple[Message, ...]:
        """Take messages to send, oldest first; expired ones too, the courier decides about them.

        One that had been claimed before without an outcome comes with `ambiguous` set.
        """
        return outbox.claim(self._mail(), self.now, limit, lease)

    def recover(self) -> int:
        """At a courier's start: whatever was being sent is to be sent again, as ambiguous."""
        return self._mail().execute(outbox.RECOVER, {"now": self.now}).rowcount

    def sent(
        self,
        key: str,
        version: int,
        channel: str | None,
        ts: str | None,
        *,
        thread_ts: str | None = None,
        repeated: bool = False,
    ) -> None:
        """Slack accepted this version; `channel` and `ts` say where, None leaves them as they are."""
        outcome = {"version": version, "in_channel": channel, "at_ts": ts, "in_thread": thread_ts}
        told = {"of": key, "now": self.now}
        self._mail().execute(outbox.SENT, {**told, **outcome, "again": repeated})
        self._mail().execute(outbox.HEARD, {**told, "up_to": version})

    def later(self, key: str, not_before: datetime, error: str, *, ambiguous: bool = False) -> None:
        """It did not work; try again then. `ambiguous`: Slack may have accepted it all the same."""
        tried = {"of": key, "at": utc(not_before), "why": error, "unsure": ambiguous}
        self._mail().execute(outbox.LATER, tried)

    def dead(self, key: str, error: str) -> None:
        """Slack will never accept it."""
        self._mail().execute(outbox.END, {"of": key, "how": "dead", "why": error})

    def expire(self, key: str) -> None:
        """Its time has passed and it is not sent any more; no dead letter."""
        self._mail().execute(outbox.END, {"of": key, "how": "expired", "why": None})

    def revive_unreached(self, since: datetime) -> int:
        """Try again what was wanted since then and could not be posted in its channel; how many."""
        known = {"since": utc(since), "now": self.now}
        return self._mail().execute(outbox.REVIVE_UNREACHED, known).rowcount

    def revive(self, key: str) -> None:
        """Try a dead letter again, its cause being mended."""
        self._mail().execute(outbox.REVIVE, {"of": key, "now": self.now})
