"""A company at its desk: a real database file, a clock held in hand, and people who say things.

alice owns Product (London), the group @sec-arch with sam (New York) and sue (London) Security,
omar (Kolkata) Operation, rita (Berlin) Organization. dave announces, xena is a full member without
a role, gwen a guest, and bob is somebody the mirror has never heard of.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from bot import compose
from bot.render import Renderer
from commands.apply import Declaration, apply
from commands.chasing import chase_due
from commands.convener import Convener
from commands.dispatch import Desk, dispatch
from commands.hearing import Said, hear
from commands.looking import look_again
from commands.pending import settle_pending
from commands.presume import resume_due, settle_due
from commands.reminders import remind_due
from commands.request import Caller, Reply, Request, Tools
from commands.spoken import verb_and_rest
from rules.candidate import Candidate
from rules.facts import Fact
from rules.people import Group, Holder, Person
from rules.product import Policy, Product
from rules.words import Role, Silence
from storage import outbox, tables
from storage.database import Database
from storage.outbox import Message
from storage.writing import Transaction

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""Nine in London on an ordinary Monday: ten in Berlin, half past two in Kolkata, four in New York."""
FAIR = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
"""The earliest fair time of what is announced then: eight working hours, and 15 minutes to arrive."""
ZONES = {
    "alice": "Europe/London",
    "sam": "America/New_York",
    "sue": "Europe/London",
    "omar": "Asia/Kolkata",
    "rita": "Europe/Berlin",
    "dave": "UTC",
    "xena": "UTC",
    "gwen": "UTC",
}
ANSWER_URL = "https://hooks.slack.test/answer"


def at(text: str) -> datetime:
    """`2026-11-24 09:15` in UTC; `09:15` alone on that Monday."""
    day, _, clock = text.rpartition(" ")
    return datetime.fromisoformat(f"{day or '2026-11-23'} {clock}").replace(tzinfo=UTC)


def uid(name: str) -> str:
    return f"U{name.upper()}"


def user(name: str, since: datetime = MONDAY) -> Holder:
    return Holder("user", uid(name), since)


def product(name: str, **more: Any) -> Product:
    """A product with the company's four owners."""
    holders = {
        Role.PRODUCT_OWNER: (user("alice"),),
        Role.SECURITY_ARCHITECT: (Holder("group", "SARCH", MONDAY),),
        Role.OPERATIONS_COORDINATOR: (user("omar"),),
        Role.RELEASE_COORDINATOR: (user("rita"),),
    }
    given = {"holders": holders, "announcers": (uid("dave"),), "scheme": "semver"} | more
    return Product(name, "C1", "Europe/London", **given)


PRODUCTS = (
    product("payments"),
    product("ledger", scheme="opaque"),
    product("web", policy=Policy(silence=Silence.HOLD)),
)


def tools() -> Tools:
    """What the composition root hands inward; the words themselves are other tests' business."""
    return replace(
        compose.tools(Renderer()),
        near=lambda word, right: get_close_matches(word, right, 3, 0.5),
        draw=lambda reply, company, viewer: {"text": reply.template, "blocks": []},
    )


class Office:
    """A desk, the clock on its wall, and everything that can be seen from it."""

    def __init__(
        self,
        file: Path,
        now: datetime = MONDAY,
        opening: Callable[[str], Database] = Database.open,
    ) -> None:
        self.now = now
        self.file = file
        self.database = opening(f"sqlite:///{file}")
        self.desk = Desk(self.database, lambda: self.now, tools())
        self.convene = Convener(self.desk)
        self._spoken = 0

    @classmethod
    def opened(cls, file: Path) -> Office:
        """A new database with the company in it and the door open for an hour."""
        office = cls(file, MONDAY - timedelta(hours=1))
        office.database.upgrade()
        office.apply(*PRODUCTS, channel="C1", operator="UOPERATOR")
        with office.database.write(office.desk.clock) as tx:
            tx.mark_door("one")
        office.until(MONDAY)
        office.deliver()
        return office

    def copied_to(self, file: Path) -> None:
        self.database.close()
        shutil.copyfile(self.file, file)

    # What people do.

    def say(self, line: str, by: str | None = "alice", **more: Any) -> Reply:
        """A typed command; by None it is the operator at the command line."""
        verb, text = verb_and_rest(line)
        return self.ask(verb, text, by, door="slash" if by else "command line", **more)

    def press(self, command: str, by: str, **more: Any) -> Reply:
        """A button, whose value is a typed command with its build."""
        verb, rest = verb_and_rest(command)
        words, _, kept = rest.partition(" kept:")
        fields = {"kept": kept} if kept else {}
        card = words.partition(" ")[0] or None
        return self.ask(verb, words, by, door="button", fields=fields, card=card, **more)

    def write(
        self,
        text: str,
        by: str = "alice",
        *,
        under: Message | None = None,
        ts: str = "",
        channel: str = "",
        edited: bool = False,
    ) -> Reply:
        """Plain words to the bot, in the direct message or, as a mention, elsewhere; `under` a message."""
        self._spoken += 1
        ts, where = ts or f"2.{self._spoken:06d}", channel or f"D{by.upper()}"
        if under is not None:
            where = under.channel or where
        caller = Caller(uid(by), "words", where, thread=(under.ts if under else None) or ts)
        said = Said(
            caller,
            text,
            f"said:{where}:{ts}",
            answers=under.ts if under else None,
            edited=edited,
        )
        return hear(self.desk, said, lambda verb, caller, rest: (verb, rest) == ("announce", ""))

    def fill_in(self, verb: str, text: str, by: str, *, key: str = "", **fields: Any) -> Reply:
        """A modal sent off."""
        return self.ask(verb, text, by, door="modal", fields=fields, key=key)

    def ask(self, verb: str, text: str, by: str | None, *, door: str, **more: Any) -> Reply:
        self._spoken += 1
        key = more.pop("key", "") or f"key-{self._spoken}"
        caller = Caller(uid(by) if by else None, door, "C1", ANSWER_URL)
        return dispatch(self.desk, Request(verb, caller, text, key=key, **more))

    def apply(self, *products: Product, lines: tuple[str, ...] = (), **more: Any) -> Any:
        """A catalogue with these products."""
        said = lines or tuple(f"+ product {p.name}" for p in products)
        return apply(self.desk, Declaration(products=products, lines=said, **more))

    # What time does.

    def wait(self, *, door: bool = True, mirror: bool = True, **length: float) -> None:
        self.until(self.now + timedelta(**length), door=door, mirror=mirror)

    def until(self, then: datetime | str, *, door: bool = True, mirror: bool = True) -> None:
        """Move the clock: the door stays open and the mirror fresh, unless told otherwise."""
        self.now = at(then) if isinstance(then, str) else then
        with self.database.write(self.desk.clock) as tx:
            if door:
                self._kept_open(tx)
            if mirror:
                self._fresh(tx)

    def _kept_open(self, tx: Transaction) -> None:
        """What a mark every fifteen seconds since the last one comes to."""
        tx._connection.execute(update(tables.door).values(marked_at=tx.now))

    def _fresh(self, tx: Transaction) -> None:
        tx.put_people(self.person(name) for name in ZONES)
        tx.put_group(self.group("sam", "sue"))

    def reopen(self) -> None:
        """The door opens after it was shut."""
        with self.database.write(self.desk.clock) as tx:
            tx.mark_door("one")

    def person(self, name: str, **more: Any) -> Person:
        given: dict[str, Any] = {"guest": name == "gwen", "zone": ZONES.get(name, "UTC")} | more
        return Person(uid(name), name, fetched_at=self.now, **given)

    def group(self, *members: str) -> Group:
        return Group("SARCH", "sec-arch", self.now, {uid(name): self.now for name in members})

    def meet(self, name: str, **more: Any) -> None:
        """The directory has read somebody's row."""
        with self.database.write(self.desk.clock) as tx:
            tx.put_people([self.person(name, **more)])

    def deliver(self, *, but: Iterable[str] = ()) -> list[Message]:
        """A courier's round: everything claimed is accepted by Slack, except for these people."""
        lost = {uid(name) for name in but}
        delivered: list[Message] = []
        with self.database.write(self.desk.clock) as tx:
            while claimed := tx.claim(1000):
                delivered.extend(claimed)
                for message in claimed:
                    if message.target in lost:
                        tx.dead(message.key, "channel_not_found")
                    else:
                        tx.sent(message.key, message.want, message.target, f"1.{message.id:06d}")
        return delivered

    def tick(self) -> None:
        """The clock's round."""
        settle_pending(self.desk)
        look_again(self.desk)
        resume_due(self.desk)
        while settle_due(self.desk):
            pass
        remind_due(self.desk)
        self.convene()
        chase_due(self.desk)

    # What can be seen.

    def candidate(self, name: str = "payments@2.4.1#1") -> Candidate:
        with self.database.read() as reader:
            found = reader.candidate(name)
        assert found is not None, f"no {name}"
        return found

    def facts(self, name: str | None = None, kind: str | None = None) -> list[Fact]:
        with self.database.read() as reader:
            told = [entry.fact for entry in reader.facts(candidate=name, limit=100_000)]
        return [fact for fact in told if kind in (None, fact.kind)]

    def kinds(self, name: str = "payments@2.4.1#1") -> list[str]:
        return [fact.kind for fact in self.facts(name)]

    def messages(self, kind: str | None = None, to: str | None = None) -> list[Message]:
        """The outbox, whatever has become of each."""
        with self.database.read() as reader:
            rows = reader._connection.execute(select(tables.outbox).order_by(tables.outbox.c.id))
            found = outbox.messages(rows)
        wanted = {to, uid(to)} if to else set()
        return [m for m in found if kind in (None, m.kind) and (not to or m.target in wanted)]

    def told(self, template: str) -> list[str]:
        """Who has been sent this message, by name."""
        found = [m for m in self.messages("tell") if m.about["template"] == template]
        return sorted(name_of(m.target) for m in found)

    def heard_of(self, kind: str) -> list[str]:
        """Who was told of a fact of this kind by direct message."""
        with self.database.read() as reader:
            entries = reader.facts(limit=100_000)
        ids = {entry.id for entry in entries if entry.fact.kind == kind}
        found = [m for m in self.messages("tell") if m.about.get("fact") in ids]
        return sorted(name_of(m.target) for m in found)

    def written(self) -> tuple[int, int]:
        """How much stands in the log and in the outbox."""
        return len(self.facts()), sum(message.want for message in self.messages())


def name_of(target: str) -> str:
    return target.removeprefix("U").lower()


def announced(office: Office, line: str = "payments 2.4.1", by: str = "dave") -> Candidate:
    """A candidate, its messages delivered."""
    reply = office.say(f"announce {line}", by=by)
    assert reply.template == "announced", reply
    office.deliver()
    found: Candidate = reply.about["candidate"]
    return found


def all_assert(office: Office, name: str = "payments") -> None:
    for who in ("alice", "sue", "omar", "rita"):
        assert office.say(f"assert {name}", by=who).template == "asserted"


def released(office: Office, line: str = "payments 2.4.1") -> Candidate:
    """A candidate that all four have asserted and the Release Coordinator has let go."""
    candidate = announced(office, line)
    all_assert(office, candidate.name)
    assert office.say(f"go {candidate.name}", by="rita").template == "gone"
    return office.candidate(candidate.name)


def quiet(action: Any, *given: Any) -> Any:
    """Do what is expected to log a fault, without its traceback in the test's output."""
    logging.disable(logging.CRITICAL)
    try:
        return action(*given)
    finally:
        logging.disable(logging.NOTSET)
