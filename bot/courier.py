"""The courier: the only one who calls Slack, and never inside a transaction (DESIGN 6)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future as Running
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from bot.clock import Failing
from bot.notes import Dead, Done, Expired, Later, Note, put_off
from bot.pacing import Pacing, RealTime, edits, lane_of, method_of
from bot.posting import Render, Sender
from bot.slackcalls import Outcome, Refusal, Sent, SlackCalls
from bot.uploading import Pictures
from storage.database import Database, Unavailable
from storage.outbox import LEASE, Message
from storage.writing import Transaction

log = logging.getLogger(__name__)

LANES = 4
"""Channels spoken to at once."""
MOST = 200
"""Messages looked at in one transaction."""
IN_A_ROW = 4
"""Messages one lane takes at a time; the others stay free to be claimed when their turn comes."""
SOON = 5.0
"""Seconds: what waits longer waits for Slack, not for its turn."""
SICK = (0.0, 1.0, 2.0, 4.0, 5.0)
"""Seconds between looks at whether Slack answers again."""
UNWELCOME = 60.0
"""Seconds between tries while Slack refuses our token."""
POISONED = 5
"""Failures of our own after which a message is a dead letter."""


Accepted = Callable[[Transaction, str | None, str | None], None]


class Courier:
    """Sends what the outbox holds: claim, commit, render from what is now, call, note.

    `render` gives a message's words from a fresh snapshot, or None where nothing is to be said any
    more. `history` False keeps it from looking for lost messages in Slack's history.
    """

    def __init__(
        self,
        database: Database,
        calls: SlackCalls,
        render: Render,
        clock: Callable[[], datetime],
        *,
        history: bool = True,
        wake: threading.Event | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        pace: float = 1.0,
        pictures: Pictures | None = None,
        accepted: Accepted = lambda tx, channel, ts: None,
    ) -> None:
        """`accepted` hears, in the transaction that notes it, where and when a message was posted."""
        self._database, self._calls, self._clock = database, calls, clock
        self._sender = Sender(database, calls, render, clock, history=history, pictures=pictures)
        self._accepted = accepted
        self._monotonic = monotonic
        self._paced_now = RealTime(clock, monotonic)
        self._pacing = Pacing(monotonic, pace)
        self._failing = Failing("the courier", monotonic)
        self._woken = wake or threading.Event()
        self._stopping = threading.Event()
        self._lanes: dict[str, Running[None]] = {}
        self._failures: dict[str, int] = {}
        self._stuck: set[str] = set()
        self._lock = threading.Lock()
        self._ill: Outcome | None = None
        self._looks, self._look_at = 0, 0.0
        self._complained: str | None = None
        self._swept_at: float | None = None
        self._pool = ThreadPoolExecutor(LANES, "courier")
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    # Life.

    def wake(self) -> None:
        """Something was committed: look at once."""
        self._woken.set()

    def start(self) -> None:
        """Send in a thread of its own until stopped."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the calls under way, begin no others."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True)
        self._sender.pictures.stop()

    def step(self) -> int:
        """Do all that can be done now without waiting for a turn; how many messages were tried."""
        tried = 0
        while not self._stopping.is_set():
            begun = self._dispatch()
            if not begun:
                return tried
            tried += begun
            wait(self._under_way())
        return tried

    def busy(self) -> bool:
        """Whether something is being sent, or will be as soon as its turn comes.

        What waits because Slack is away, or for a long Retry-After, does not count.
        """
        if self._under_way():
            return True
        if self._ill is not None:
            return False
        with self._database.read() as reader:
            backlog = reader.backlog()
        with self._lock:
            return bool(backlog.sending) or backlog.waiting > len(self._stuck)

    def quiet(self) -> bool:
        """Whether all that can be said has been said."""
        return not self.busy()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                pause = 0.0 if self._dispatch() else self._pause()
                self._failing(None)
            except Exception as stumbled:
                self._failing(stumbled)
                pause = 1.0
            if pause:
                self._woken.wait(pause)

    def _pause(self) -> float:
        """Seconds until there may be something to do, unless woken."""
        if self._ill is not None:
            return min(max(self._look_at - self._monotonic(), 0.01), 1.0)
        with self._database.read() as reader:
            following = reader.next_message_at()
        if following is None:
            return 1.0
        ahead = (following - self._paced_now()).total_seconds()
        least = 0.2 if self._under_way() else 0.005
        return min(max(ahead, least), 1.0)

    # Choosing.

    def _dispatch(self) -> int:
        """Set off what may go now, each channel in a lane of its own; how many messages."""
        if not self._well():
            return 0
        busy = set(self._lanes_busy())
        if len(busy) >= LANES or not self._worth_claiming():
            return 0
        chosen = self._choose(busy)
        for lane, messages in chosen.items():
            with self._lock:
                self._lanes[lane] = self._pool.submit(self._go, lane, messages)
        return sum(len(messages) for messages in chosen.values())

    def _worth_claiming(self) -> bool:
        """A read before the write lock is taken; now and then claims that were lost are looked for."""
        now = self._monotonic()
        if self._swept_at is None:
            self._swept_at = now
            with self._database.write(self._paced_now) as tx:
                if recovered := tx.recover():
                    log.warning("%d messages were under way when the process ended", recovered)
            return True
        if now - self._swept_at > LEASE.total_seconds() / 2:
            self._swept_at = now
            return True
        with self._database.read() as reader:
            following = reader.next_message_at()
        return following is not None and following <= self._paced_now()

    def _choose(self, busy: set[str]) -> dict[str, list[Message]]:
        """What may go now, by lane; behind a long queue for one channel others are looked for."""
        self._pacing.new_round()
        while True:
            chosen: dict[str, list[Message]] = {}
            claimed, waiting = self._claim(chosen, busy)
            if chosen or claimed < MOST or not waiting:
                return chosen

    def _claim(self, chosen: dict[str, list[Message]], busy: set[str]) -> tuple[int, int]:
        """Claim what may go now; what has to wait is put back in the same transaction.

        How many messages were looked at, and how many of them wait for a later time.
        """
        waiting = 0
        with self._database.write(self._paced_now) as tx:
            messages = tx.claim(MOST)
            for message in messages:
                seconds = self._has_to_wait(message, chosen, busy)
                self._note_stuck(message.key, self._pacing.held(message))
                if seconds is None:
                    chosen.setdefault(lane_of(message), []).append(message)
                else:
                    waiting += seconds > 0
                    at = tx.now + timedelta(seconds=seconds)
                    tx.later(message.key, at, put_off(message))
        return len(messages), waiting

    def _has_to_wait(
        self, message: Message, chosen: dict[str, list[Message]], busy: set[str]
    ) -> float | None:
        """Seconds until it may go; 0: as soon as a lane is free; None: it goes."""
        lane = lane_of(message)
        if lane in busy or len(chosen.get(lane, ())) >= IN_A_ROW:
            return 0.0
        if lane not in chosen and len(busy) + len(chosen) >= LANES:
            return 0.0
        return self._pacing.wait(message) or None

    def _note_stuck(self, key: str, seconds: float) -> None:
        with self._lock:
            if seconds > SOON:
                self._stuck.add(key)
            else:
                self._stuck.discard(key)

    def _lanes_busy(self) -> list[str]:
        with self._lock:
            self._lanes = {lane: run for lane, run in self._lanes.items() if not run.done()}
            return list(self._lanes)

    def _under_way(self) -> list[Running[None]]:
        with self._lock:
            return [run for run in self._lanes.values() if not run.done()]

    # Sending.

    def _go(self, lane: str, messages: list[Message]) -> None:
        """Send a lane's messages in order; after a first post that failed the next ones wait."""
        behind: Later | None = None
        for message in messages:
            if self._ill is not None or (behind is not None and not edits(message)):
                seconds = behind.seconds if behind else 0.0
                note: Note = Later(seconds, put_off(message), waits=True)
            else:
                note = self._send(message)
            self._write_down(message, note)
            if isinstance(note, Later) and not note.waits and not edits(message):
                behind = note
        self._woken.set()

    def _send(self, message: Message) -> Note:
        try:
            return self._sender.send(message, self._failures.get(message.key, 0))
        except Unavailable as lost:
            return Later(1.0, str(lost))
        except Exception as fault:
            log.exception("%s could not be put into words", message.key)
            if self._failures.get(message.key, 0) >= POISONED:
                return Dead(f"it could not be put into words: {type(fault).__name__}")
            return Later(
                2.0 ** self._failures.get(message.key, 0), "it could not be put into words"
            )

    def _write_down(self, message: Message, note: Note) -> None:
        """Note what became of a message. Where even that fails, its lease runs out and it is looked for."""
        try:
            if isinstance(note, Later):
                self._put_off(message, note)
            else:
                self._end(message, note)
        except Unavailable as lost:
            log.error("what became of %s could not be noted: %s", message.key, lost)

    def _end(self, message: Message, note: Done | Dead | Expired) -> None:
        key = message.key
        with self._database.write(self._clock) as tx:
            if isinstance(note, Done):
                tx.sent(
                    key,
                    note.version,
                    note.channel,
                    note.ts,
                    thread_ts=note.thread_ts,
                    repeated=note.repeated,
                )
                self._accepted(tx, note.channel, note.ts)
            elif isinstance(note, Dead):
                tx.dead(key, note.error)
            else:
                tx.expire(key)
        if isinstance(note, Dead):
            log.error("dead letter: %s to %s: %s", key, _place(message), note.error)
        if isinstance(note, Done) and self._complained is not None:
            self._complained = None
            log.info("Slack takes our messages again")
        with self._lock:
            self._failures.pop(key, None)
            self._stuck.discard(key)

    def _put_off(self, message: Message, note: Later) -> None:
        with self._database.write(self._paced_now) as tx:
            at = tx.now + timedelta(seconds=note.seconds)
            tx.later(message.key, at, note.error, ambiguous=note.ambiguous)
        self._note_stuck(message.key, note.seconds)
        self._pacing.sooner(message)
        if not note.waits:
            self._hold_back(message, note)

    def _hold_back(self, message: Message, note: Later) -> None:
        """What follows from a failure for the messages after it."""
        if note.limited is not None and note.limited == method_of(message):
            self._pacing.hold([note.limited], note.seconds)
        elif not edits(message):
            self._pacing.hold([lane_of(message)], note.seconds)
        if note.ill is not None:
            self._fall_ill(note.ill)
        log.warning("%s is put off for %.1f s: %s", message.key, note.seconds, note.error)
        with self._lock:
            self._failures[message.key] = self._failures.get(message.key, 0) + 1

    # When Slack is away, or does not want us.

    def _fall_ill(self, why: Outcome) -> None:
        """Send nothing until Slack answers again, or for a minute where it refuses our token."""
        with self._lock:
            refused = isinstance(why, Refusal)
            if self._ill is None or refused:
                self._ill, self._looks = why, 0
                pause = UNWELCOME if refused else SICK[0]
                self._look_at = self._monotonic() + pause
        if isinstance(why, Refusal) and self._complained != why.error:
            self._complained = why.error
            log.critical(
                "Slack refuses our token: %s %s. Nothing can be sent, nor halted from Slack, until "
                "that is mended; it is tried again every minute.",
                why.error,
                why.detail,
            )

    def _well(self) -> bool:
        """Whether Slack may be called; once in a while it is asked whether it is there again."""
        if self._calls.user_id is None and self._ill is None:
            return self._look()
        if self._ill is None:
            return True
        return self._monotonic() >= self._look_at and self._look()

    def _look(self) -> bool:
        outcome = self._calls.who()
        if isinstance(outcome, Sent):
            with self._lock:
                # A token that lacks a scope passes this test: the next message will tell.
                self._ill = None
            return True
        if isinstance(outcome, Refusal):
            self._fall_ill(outcome)
            return False
        with self._lock:
            self._ill = outcome
            self._looks = min(self._looks + 1, len(SICK) - 1)
            self._look_at = self._monotonic() + SICK[self._looks]
        return False


def _place(message: Message) -> str:
    """Where to, without a response url: that is a secret."""
    return message.person or "a press" if message.target.startswith("http") else message.target
