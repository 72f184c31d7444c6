"""What can be asked of the memory: one consistent snapshot, answered in the rules' own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, select

from rules.asking import Open
from rules.candidate import Candidate
from rules.door import Door
from rules.product import PendingHalt, Product, Setting
from rules.world import ANYWHERE, InProduction, Planned
from storage import (
    arrears,
    asked,
    auditing,
    candidates,
    chain,
    hands,
    heads,
    hearing,
    inbox,
    mirror,
    opening,
    outbox,
    planning,
    reconvening,
    released,
    replaying,
    reports,
    tables,
)
from storage.auditing import Asked, Extent, Sent, WrittenFact
from storage.chain import StoredFact
from storage.company import Cache, Company, Installation, load
from storage.hands import Hands
from storage.heads import Head
from storage.hearing import Echo, Heard
from storage.inbox import PendingAct
from storage.meetings import MeetingsReader
from storage.outbox import Backlog, Delivery, Message
from storage.planning import Planning
from storage.released import ReleasedReader

__all__ = ["Company", "Installation", "Reader", "StoredFact"]

A_DAY = timedelta(days=1)
EVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
LAST_TICK = select(tables.ticks.c.at)
BY_PHASE = select(tables.candidates.c.phase, func.count()).group_by(tables.candidates.c.phase)

_LAST = select(func.max(tables.facts.c.id)).scalar_subquery()
MOMENT = select(
    tables.changes.c.counter,
    tables.facts.c.id,
    tables.facts.c.hash,
    exists(inbox.WAITING_HALTS.order_by(None)).label("halts"),
    asked.LAST_BODY.label("asked"),
).select_from(tables.changes.outerjoin(tables.facts, tables.facts.c.id == _LAST))
"""What nearly every act asks for, in one statement."""


@dataclass(frozen=True)
class Moment:
    """How far everything has come: the company's changes, the chain's head, whether halts pend."""

    changes: int
    head: tuple[int, str]
    halts: bool


class Reader(MeetingsReader, ReleasedReader):
    """A snapshot of everything stored. All times in and out are aware UTC; a naive one is an error."""

    def __init__(self, connection: Connection, cache: Cache) -> None:
        self._connection = connection
        self._cache = cache
        self._company: Company | None = None
        self._known: Moment | None = None

    def _moment(self) -> Moment:
        if self._known is None:
            row = self._connection.execute(MOMENT).one()
            head = (0, chain.GENESIS) if row.id is None else (row.id, row.hash)
            self._known = Moment(row.counter, head, bool(row.halts) or asked.any_open(row.asked))
        return self._known

    def _mail(self) -> Connection:
        """The connection, for looking into the outbox."""
        return self._connection

    def _plans(self) -> Connection:
        """The connection, for looking at plans."""
        return self._connection

    def company(self) -> Company:
        """Products, people, groups and calendars; one small query unless they changed."""
        if self._company is None:
            self._company = load(self._connection, self._cache, self._moment().changes)
        return self._company

    def changes(self) -> int:
        """How often the company's tables were written."""
        return self._moment().changes

    def candidate(self, name: str) -> Candidate | None:
        """The candidate with this whole name, `payments@2.4.1#3`."""
        return candidates.one(self._connection, name)

    def builds(self, product: str, version: str) -> tuple[Candidate, ...]:
        """All builds of a version, first to last."""
        return candidates.builds(self._connection, product, version)

    def versions(self, product: str) -> tuple[str, ...]:
        """Every version of a product that was ever announced, each once."""
        return candidates.versions(self._connection, product)

    def last_of(self, product: str, versions: Sequence[str]) -> Candidate | None:
        """The last announced of these versions of a product, in whatever phase."""
        return candidates.last_of(self._connection, product, versions)

    def open_candidates(self, product: str | None = None) -> tuple[Candidate, ...]:
        """Those not ended: announced, halted, released, deploying or failed; oldest first."""
        return candidates.not_ended(self._connection, product)

    def open_names(self) -> tuple[str, ...]:
        """The names of those not ended, also where what is stored of one can't be read."""
        return candidates.names_not_ended(self._connection)

    def recent(self, product: str | None = None, limit: int = 10) -> tuple[Candidate, ...]:
        """The last announced, newest first, in whatever phase."""
        return candidates.recent(self._connection, product, limit)

    def due(self, now: datetime, limit: int = 100) -> tuple[str, ...]:
        """The names of candidates that the clock should look at, longest due first."""
        return candidates.due(self._connection, now, limit)

    def waiting(self) -> tuple[Candidate, ...]:
        """Announced without a release time."""
        return candidates.read(self._connection.execute(candidates.WAITING).scalars())

    def upcoming(self, now: datetime, within: timedelta) -> tuple[Candidate, ...]:
        """Announced, with a release time after `now` and no later than `within` from it."""
        return candidates.upcoming(self._connection, now, within)

    def halted(self) -> tuple[Candidate, ...]:
        """All that are halted, oldest first."""
        return candidates.read(self._connection.execute(candidates.HALTED).scalars())

    def reviews_open(self) -> tuple[Candidate, ...]:
        """Released hotfixes with presumed states whose owners still owe their review."""
        found = self._connection.execute(candidates.TO_REVIEW, {"ever": EVER})
        return candidates.read(found.scalars())

    def phases(self) -> dict[str, int]:
        """How many candidates are in each phase, for the metrics."""
        return {phase: many for phase, many in self._connection.execute(BY_PHASE)}

    def planned(self) -> tuple[Planned, ...]:
        """Every candidate that has not ended, as plans see it, in order of their names."""
        return planning.read(self._plans())

    def production(self) -> Mapping[tuple[str, str], InProduction]:
        """What is in production, by product and environment."""
        return planning.production(self._plans())

    def planning(self) -> Planning:
        """How often plans changed, and how far collisions were looked for."""
        return planning.state(self._connection)

    def setting(self, product: Product, candidate: Candidate | None, now: datetime) -> Setting:
        """What is around a candidate; with None, around a product before its announcement."""
        company = self.company()
        since = now - A_DAY
        if candidate is not None:
            since = candidate.notice_from or candidate.announced_at
        sent = outbox.delivery(self._mail(), candidate.name) if candidate else Delivery()
        where = product.environments or (ANYWHERE,)
        hard = tuple(f for f in company.freezes.values() if f.hard and f.binds(product.name, where))
        return Setting(
            product=product,
            people=company.people,
            groups=company.groups,
            calendars=company.calendars,
            door=opening.read(self._connection, since, now),
            notices=sent.notices,
            card_delivered_at=sent.card_delivered_at,
            card_dead=sent.card_dead,
            pending_halts=self._halts_on(product, candidate),
            freezes=hard,
            at=now,
        )

    def _halts_on(self, product: Product, candidate: Candidate | None) -> tuple[PendingHalt, ...]:
        if not self._moment().halts:
            return ()
        return inbox.halts_on(self._connection, product.name, candidate, self.asked().values())

    def door(self, since: datetime, now: datetime | None = None) -> Door:
        """When the door was open, joined over replicas; marks later than `now` are cut at it."""
        return opening.read(self._connection, since, now)

    def hearing(self, topic: str) -> Mapping[str, Heard]:
        """What is known of something the door rests on: `secret`, `sender`, `knock`, `shut`."""
        return hearing.about(self._connection, topic)

    def echoes(self) -> tuple[Echo, ...]:
        """The direct messages of which Slack has not told us yet, oldest first."""
        return hearing.awaited(self._connection)

    def facts(
        self, candidate: str | None = None, after: int = 0, limit: int = 1000
    ) -> tuple[StoredFact, ...]:
        """Facts in order, of one candidate or all; page on with `after` = the last id seen."""
        return chain.read(self._connection, candidate, after, limit)

    def head(self) -> tuple[int, str]:
        """The last fact's id and the chain's hash at it."""
        return self._moment().head

    def broken_links(self) -> Iterable[str]:
        """What is wrong with the chain of facts, a sentence each; read it through before leaving."""
        return chain.broken(self._connection)

    def broken_lately(self, many: int = 1000) -> Iterable[str]:
        """The same of the last `many` links only."""
        return chain.broken_lately(self._connection, self.head()[0], many)

    def made(self, names: Sequence[str]) -> dict[str, Candidate | str]:
        """These candidates as their facts make them, or why they make none; in one query."""
        return replaying.made(self._connection, names)

    def hands(self, product: str) -> Hands | None:
        """Who holds a product's roles by its facts; None where no fact says anything."""
        return hands.by_facts(self._connection, product)

    def differing_of(self, name: str) -> Iterable[str]:
        """What one candidate's row, its columns included, says otherwise than its facts."""
        return replaying.differing_of(self._connection, name)

    def differing(self) -> Iterable[str]:
        """The candidates, meetings and the like whose rows are not what their facts make them, a sentence each."""
        yield from replaying.differing(self._connection)
        yield from asked.misanswered(self._connection)
        for product in self.company().products.values():
            odd = hands.difference(product, self.hands(product.name))
            yield from () if odd is None else (odd,)
        yield from reconvening.differing(self._connection)
        yield from planning.misplanned(self._connection)
        yield from released.miskept(self._connection)

    def unguarded(self) -> Iterable[str]:
        """The triggers that should keep facts from being changed and are not there, a sentence each."""
        return auditing.unguarded(self._connection)

    def extent(self) -> Extent:
        """How many facts there are, and from when to when."""
        return auditing.extent(self._connection)

    def hash_at(self, number: int) -> str | None:
        """The chain's hash at a fact; None where there is no such fact."""
        return auditing.hash_at(self._connection, number)

    def lost_heads(self, seen: Sequence[Head] = ()) -> tuple[Head, ...]:
        """The heads, of those seen and those noted down, that should be in the log and are not."""
        return heads.lost(self._connection, seen)

    def log(
        self, since: datetime | None, until: datetime | None, product: str | None = None
    ) -> Iterator[WrittenFact]:
        """The log as written, streamed: read it through before leaving. Both ends are included."""
        return auditing.log(self._connection, since, until, product)

    def written_about(self, product: str, names: Sequence[str]) -> Iterator[WrittenFact]:
        """The facts about these candidates and about their product as a whole, as written."""
        return auditing.about(self._connection, product, names)

    def sent_about(self, names: Sequence[str]) -> tuple[Sent, ...]:
        """The messages about these candidates, private answers left out."""
        return auditing.sent(self._mail(), names)

    def asked_about(self, names: Sequence[str]) -> tuple[Asked, ...]:
        """Who was asked for their word on which state of these candidates, and since when they know."""
        return auditing.asked(self._mail(), names)

    def report(self, digest: str, source: str) -> Mapping[str, str] | None:
        """What a report handed in as evidence was reduced to; None: it was not kept."""
        return reports.one(self._connection, digest, source)

    def parked(self, since: datetime) -> tuple[str, ...]:
        """The candidates that could not be settled and were put aside since then."""
        return tuple(self._connection.execute(chain.PARKED, {"since": since}).scalars())

    def refused_lately(
        self, person: str | None, verb: str, candidate: str | None, now: datetime
    ) -> bool:
        """Whether this person was refused this verb on this candidate within the last minute."""
        return chain.refused_lately(self._connection, person, verb, candidate, now)

    def seen(self, key: str) -> bool:
        """Whether an idempotency key is spent."""
        return inbox.seen(self._connection, key)

    def pending(self, now: datetime) -> tuple[PendingAct, ...]:
        """The acts pressed up to `now` that wait for their author to become known."""
        return tuple(act for act in inbox.waiting(self._connection) if act.at <= now)

    def asked(self) -> Open:
        """The halts asked for and not answered, as the facts tell it, oldest first."""
        return asked.waiting(self._connection) if self._moment().halts else {}

    def kept(self, name: str) -> str | None:
        """The words kept under a name."""
        return inbox.kept_words(self._connection, name)

    def unknown(self, person: str | None, groups: Iterable[str], now: datetime) -> tuple[str, ...]:
        """Which of these people and groups were never read, or longer than 30 minutes ago."""
        return mirror.unknown(self.company(), person, groups, now)

    def stale_people(self, now: datetime, older_than: timedelta) -> tuple[str, ...]:
        """Holders, their groups' members and announcers to read again; open candidates' first."""
        return mirror.stale_people(self.company(), self.open_products(), now, older_than)

    def stale_groups(self, now: datetime, older_than: timedelta) -> tuple[str, ...]:
        """Groups that could give somebody a right, to read again; open candidates' first."""
        return mirror.stale_groups(self.company(), self.open_products(), now, older_than)

    def open_products(self) -> tuple[str, ...]:
        """The products of which a candidate has not ended, each once."""
        return planning.products(self._plans())

    def message(self, key: str) -> Message | None:
        """The message with this key."""
        row = self._mail().execute(outbox.ONE, {"key": key}).one_or_none()
        return None if row is None else outbox.message_from(row)

    def card(self, candidate: str) -> Message | None:
        """A candidate's card; its `channel` and `ts` say where its thread is."""
        row = self._mail().execute(outbox.CARD, {"candidate": candidate}).one_or_none()
        return None if row is None else outbox.message_from(row)

    def candidate_at(self, channel: str, ts: str, thread_ts: str | None = None) -> str | None:
        """The candidate that a message of the bot's, or else the one its thread hangs on, is about."""
        for each in (ts, thread_ts):
            found = (
                each and self._mail().execute(outbox.AT, {"channel": channel, "ts": each}).scalar()
            )
            if found:
                return str(found)
        return None

    def dead_letters(self) -> tuple[Message, ...]:
        """What Slack will never accept, until an operator mends the cause."""
        return outbox.messages(self._mail().execute(outbox.DEAD))

    def oldest_unsent(self) -> Message | None:
        """What has been waiting longest to be sent."""
        row = self._mail().execute(arrears.OLDEST).one_or_none()
        return None if row is None else outbox.message_from(row)

    def doubtful(self) -> tuple[int, int]:
        """How many messages may stand in Slack twice; and of how many unsent ones nobody knows."""
        twice, unsure = self._mail().execute(arrears.DOUBTFUL).one()
        return twice, unsure

    def accepted(self) -> dict[str, datetime]:
        """When a first post was last accepted in each channel the bot ever spoke in."""
        return {channel: at for channel, at in self._mail().execute(arrears.ACCEPTED)}

    def backlog(self) -> Backlog:
        """How much is unsent, and since when."""
        return outbox.backlog(self._mail())

    def next_message_at(self) -> datetime | None:
        """When the next waiting message may be tried; None: nothing waits."""
        return self._mail().execute(outbox.NEXT).scalar()

    def last_tick(self) -> datetime | None:
        """When the clock last ticked."""
        return self._connection.execute(LAST_TICK).scalar()
