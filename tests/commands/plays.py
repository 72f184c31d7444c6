"""Plays: turns in words, in which people type and press at an installation to which anything may happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from commands.request import Reply
from rules.candidate import Candidate
from rules.words import Phase
from tests.commands.books import HATS, MINUTE, Entry
from tests.commands.office import quiet
from tests.commands.troubles import READ, Troubles

TYPED = {
    "words": "halt {name} the totals are wrong",
    "stop": "stop {product} the totals are wrong",
    "quoted": "“halt {name} the totals are wrong”",
    "slip": "haltt {name} the totals are wrong",
    "reply": "halt the totals are wrong",
    "objection": "don't ship this",
}
"""What people type to the bot; the last two under the message that asks their word."""
HEARD = {"halted-by-you", "nothing-new", "looking-you-up", "halt-not-stored", "halt-forwarded"}
"""What a halt of something open comes to, whoever gives it."""


class Play(Troubles):
    """A company, an installation, and the books of what people were told."""

    def __init__(self, made: Path, folder: Path) -> None:
        self.said = self.versions = 0
        self.unacknowledged: list[Callable[[], Reply]] = []
        """What people wrote while nothing could be stored: Slack sends it again."""
        super().__init__(made, folder)

    def turns(self, *turns: str) -> Play:
        """Play these turns, one after the other, and see that the records are sound."""
        for turn in turns:
            verb, *given = turn.split()
            quiet(getattr(self, f"turn_{verb}"), *given)
        if self.machine.up:
            self._look()
            self._sound()
        return self

    def youngest(self) -> Phase:
        """How the candidate announced last stands."""
        return self.machine.office.candidate(list(self.books.entries)[-1]).phase

    def open_rows(self) -> list[Candidate]:
        with self.machine.office.database.read() as reader:
            return list(reader.open_candidates())

    def ends(self) -> Counter[str]:
        """Leave nothing open; what happened."""
        if self.machine.lock is not None:
            self.machine.let_go()
        if self.machine.up:
            self.machine.end(kill=True)
        return self.tally

    def turn_well(self) -> None:
        """All is as it should be from here on, and it is nine in London."""
        self.turn_reached()
        self.turn_let("go")
        self.turn_start()
        self.turn_clock("0")
        self.turn_answers()
        self.turn_guard()
        self.turn_replay()
        self.turn_accept()
        self.turn_next("day")

    # What people say.

    def turn_announce(self, product: str, how: str) -> None:
        known = [e.version for e in self.books.entries.values() if e.product == product]
        last = known[-1] if known else "2.0.0"
        base = ".".join([*last.partition("+")[0].split("."), "0"][:3])
        self.versions += 1
        line = {
            "newer": f"2.{self.versions}.0",
            "alike": f"{base}+{self.versions}",
            "shorter": base.removesuffix(".0"),
            "older": "1.9.0",
            "rebuild": f"{last} rebuild",
            "artifact": f"{last} commit c{self.versions}",
        }.get(how, last)
        self._say("announce", f"{product} {line}", "dave", None)

    def turn_halt(self, who: str, how: str) -> None:
        entry = self._youngest()
        if entry is None or not self.machine.up:
            return
        if how in TYPED:
            self._type(who, how, entry)
        elif how == "operator":
            self._say("halt", f"{entry.name} by order", None, entry)
        else:
            self._say("halt", f"{entry.name} why", who, entry, how)

    def turn_let(self, go: str, order: str = "") -> None:
        """The lock is let go, and Slack sends again what was not acknowledged: it counts once."""
        super().turn_let(go, order)
        if self.machine.up and self.machine.lock is None:
            for write in self.unacknowledged:
                assert write().template in {"seen-before", "not-halted-yet", "looking-you-up"}
            self.unacknowledged.clear()

    def turn_all(self, _assert: str) -> None:
        for who in ("alice", "sue", "omar", "rita"):
            self.turn_assert(who)

    def turn_assert(self, who: str) -> None:
        self._about("assert", who)

    def turn_lift(self, who: str) -> None:
        self._about("lift", who, "mended")

    def turn_revoke(self, who: str) -> None:
        self._about("revoke", who, "not so sure")

    def turn_extend(self, who: str) -> None:
        self._about("extend", who)

    def turn_sooner(self) -> None:
        self._about("reschedule", "alice", f"{self.now + 2 * MINUTE:%Y-%m-%d %H:%M} UTC")

    def turn_later(self) -> None:
        at = self.now + timedelta(days=1)
        self._about("reschedule", "rita", f"{at:%Y-%m-%d %H:%M} UTC")

    def turn_go(self) -> None:
        self._about("go", "rita")

    def turn_withdraw(self) -> None:
        self._about("withdraw", "rita")

    def turn_deploying(self) -> None:
        self._about("deploying", "omar")

    def turn_bob(self, _what: str) -> None:
        """Slack tells of bob, whom nobody knew."""
        self.machine.known.add("bob")
        self._tick()

    def _youngest(self) -> Entry | None:
        return next(reversed(self.books.open()), None)

    def _about(self, verb: str, who: str, words: str = "") -> None:
        entry = self._youngest()
        if entry is not None:
            self._say(verb, f"{entry.name} {words}".strip(), who, entry)

    # How they say it.

    def _say(
        self, verb: str, text: str, who: str | None, entry: Entry | None, how: str = "slash"
    ) -> Reply | None:
        """A line after the slash, a button with its build, or a form."""
        if not self.machine.up or (verb != "halt" and self._is_stale()):
            return None
        self.said += 1
        key, office = f"press:{self.said}", self.machine.office
        name = entry.name if entry else ""
        ways: dict[str, Callable[[], Reply]] = {
            "slash": lambda: office.say(f"{verb} {text}", who, key=key),
            "button": lambda: office.press(f"{verb} {name}", who or "", key=key),
            "form": lambda: office.fill_in(verb, name, who or "", key=key, reason="why"),
        }
        return self._pressed(verb, who, entry, key, ways[how])

    def _type(self, who: str, how: str, entry: Entry) -> None:
        """Plain words to the bot."""
        under = None
        if how in {"reply", "objection"}:
            asks = [m for m in self.machine.office.messages("ask", to=who) if m.ts]
            asks = [m for m in asks if m.candidate == entry.name]
            if not asks:
                return
            under = asks[0]
        if how == "stop" and len(self.books.open(entry.product)) > 1:
            how = "words"
        self.said += 1
        text = TYPED[how].format(name=entry.name, product=entry.product)
        ts = f"9.{self.said:06d}"
        key = f"said:{(under.channel if under else None) or f'D{who.upper()}'}:{ts}"

        def write() -> Reply:
            return self.machine.office.write(text, who, under=under, ts=ts)

        verb = "object" if how == "objection" else "halt"
        reply = self._pressed(verb, who, entry, key, write)
        if not reply.stored:
            self.unacknowledged.append(write)
        elif how == "objection" and reply.template != "looking-you-up":
            self._press_what_is_offered(reply, who, entry)

    def _press_what_is_offered(self, reply: Reply, who: str, entry: Entry) -> None:
        """`don't ship this` halts nothing, and holds the button that halts exactly the build meant."""
        assert reply.template == "not-halted-yet"
        heir = self.books.heir(entry.name)
        if heir.over:
            return
        (command,) = [c.command for c in reply.choices if c.command.startswith("halt ")]
        assert command.split()[1] == heir.name
        self.said += 1
        key = f"press:{self.said}"
        self._pressed(
            "halt", who, heir, key, lambda: self.machine.office.press(command, who, key=key)
        )

    def _pressed(
        self, verb: str, who: str | None, entry: Entry | None, key: str, press: Callable[[], Reply]
    ) -> Reply:
        """Press, write into the books what was answered, and press once more."""
        knows = self.machine.answered is not None
        if who is not None:
            self.presses.append((who, self.now if knows else None))
        before = self.machine.next_due(self.now + timedelta(days=90))
        reply = press()
        self._look()
        assert reply.template != "fault", reply
        if verb == "halt" and entry is not None and not self.books.heir(entry.name).over:
            assert reply.template in HEARD, f"{who} was not heard: {reply}"
        self._note(reply, verb, who, entry, key, before)
        self._repeat(reply, press)
        self._note_written()
        return reply

    def _repeat(self, reply: Reply, press: Callable[[], Reply]) -> None:
        """Asking twice writes nothing."""
        if not reply.stored:
            many = len(self.machine.keeping)
            press()
            assert len(self.machine.keeping) == many
            return
        written = self._written()
        again = press()
        assert again.template in {"seen-before", reply.template}
        assert again.template == "seen-before" or not reply.ok
        assert self._written() == written, "asking twice writes nothing"

    def _written(self) -> tuple[int, int]:
        with self.machine.office.database.read() as reader:
            found = "SELECT (SELECT max(id) FROM facts), (SELECT sum(want) FROM outbox)"
            return tuple(reader._connection.exec_driver_sql(found).one())

    def _is_stale(self) -> bool:
        """Whether the bot may not know people any more."""
        return self.now - self.machine.read_at > READ or not self.machine.knows_the_time

    # What they are told.

    def _note(self, reply, verb, who, entry, key, before) -> None:
        template, about, books = reply.template, reply.about, self.books
        candidate = about.get("candidate")
        self.tally[template] += 1
        if template == "announced":
            replaced = books.announced(candidate.name, self.now)
            assert sorted(replaced) == sorted(about["replaced"])
            return
        if entry is None:
            return
        heir = books.heir(entry.name)
        if template == "halt-not-stored":
            self._is_kept(verb, who, heir, key)
        elif template == "looking-you-up" and about["halts"]:
            heir.looked_up.setdefault(who, self.now)
        elif template == "halted-by-you":
            assert candidate.name == heir.name, "a halt falls on the build that is open"
            books.halted(heir, who)
        elif template == "halt-too-late":
            assert heir.over == "deploying"
        elif template == "nothing-new" and verb == "halt":
            is_forwarded = who is not None and who not in HATS
            assert is_forwarded or any(given.by == who for given in heir.halts)
        elif template == "lifted-by-you":
            books.lifted(entry, who)
        elif template == "asserted":
            books.asserted(entry, who)
        elif template == "revoked":
            books.halted(entry, who, revokes=True)
        elif template == "withdrawn":
            entry.over = "withdrawn"
        elif template == "rescheduled":
            books.rescheduled(entry, candidate.release_at, before, self.now)
        elif template == "deployment":
            entry.over = "deploying"

    def _is_kept(self, verb: str, who: str | None, heir: Entry, key: str) -> None:
        """Somebody was told that nothing is stored yet, and that it will be.

        Of what is revoked the books note nothing: written while its author is looked up, it may
        be given up.
        """
        if key in self.kept:
            return
        self.kept[key] = lambda: None
        if who == "bob" or (who and self._is_stale()):
            if heir.looked_up.setdefault(who, self.now) == self.now:
                self.kept[key] = lambda: heir.looked_up.pop(who, None)
        elif verb == "halt" and (who is None or who in HATS) and not heir.over:
            given = self.books.halted(heir, who)
            self.unwritten.add(given)
            self.kept[key] = lambda: self.books.lost(given)

    def _ticked(self) -> None:
        self._note_written()
        super()._ticked()

    def _note_written(self) -> None:
        """Whoever was told that a halt is kept hears what came of it."""
        if self.kept and self.machine.up and not self.machine.keeping:
            answered = {m.key for m in self.machine.office.messages("answer")}
            for key in self.kept:
                assert f"answer:{key}" in answered, f"nobody heard what came of {key}"
                self.tally["written later"] += 1
            self._nothing_kept()
