"""The clock's errands: ask, remind, review and warn, each once and inside working hours (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from commands.dispatch import Desk
from commands.notices import asking, coordinator, operator, people_in, telling
from rules.candidate import UNRELEASED, Candidate
from rules.hotfix import REVIEW_WITHIN, review_due, to_review
from rules.product import Setting
from rules.reminding import PRESUME_WARNING, reminders
from rules.schedule import holds
from rules.words import Phase, Role
from rules.worktime import at_work
from storage.outbox import Message
from storage.reading import Reader

NEWS = timedelta(days=7)
"""How long what could not be posted is still worth posting."""
OF_A_CHANNEL = frozenset({"news", "agenda", "floor", "minutes", "digest"})
"""Kinds of messages that are about no candidate and belong into a channel."""


def remind_due(desk: Desk) -> int:
    """Send what is due to be said about every candidate that is open; how many messages."""
    now = desk.clock()
    with desk.database.read() as reader:
        due = [message for message in _due(reader, now) if reader.message(message.key) is None]
    if due:
        with desk.database.write(desk.clock) as tx:
            for message in due:
                tx.send(message)
    return len(due)


def retry_unreached(desk: Desk) -> int:
    """Knock again where the bot could not speak: a card or an outcome must stand in its channel."""
    with desk.database.read() as reader:
        if not reader.backlog().dead:
            return 0
    with desk.database.write(desk.clock) as tx:
        return tx.revive_unreached(tx.now - NEWS)


def _due(reader: Reader, now: datetime) -> Iterator[Message]:
    for candidate in reader.open_candidates():
        product = reader.company().products.get(candidate.product)
        if product is None or candidate.phase not in UNRELEASED:
            continue
        setting = reader.setting(product, candidate, now)
        yield from asking(candidate, setting, now)
        yield from _reminders(candidate, setting, now)
        yield from _about_to_presume(candidate, setting, now, reader)
        yield from _still_waiting(candidate, setting, now, reader)
        yield from _vacant(candidate, setting, now, reader)
        yield from _halts_to_review(candidate, setting, now, reader)
    yield from _dead_letters(reader)
    for candidate in reader.reviews_open():
        setting = reader.setting(reader.company().products[candidate.product], candidate, now)
        yield from _hotfix_to_review(candidate, setting, now, reader)


def _reminders(candidate: Candidate, setting: Setting, now: datetime) -> Iterator[Message]:
    for reminder in reminders(candidate, setting, now):
        key = f"remind:{candidate.name}:{reminder.person}:{reminder.mark}:{candidate.release_at}"
        yield Message(
            key,
            "remind",
            reminder.person,
            candidate=candidate.name,
            person=reminder.person,
            about={"mark": reminder.mark},
            once=True,
        )


def _about_to_presume(
    candidate: Candidate, setting: Setting, now: datetime, reader: Reader
) -> Iterator[Message]:
    """Four hours before, the Release Coordinator is told what silence is about to decide."""
    at = candidate.release_at
    if candidate.phase is not Phase.ANNOUNCED or at is None or holds(candidate):
        return
    if candidate.silent and now < at <= now + PRESUME_WARNING:
        for person in coordinator(setting, reader):
            yield telling(person, "about-to-presume", candidate.name, at=at.isoformat())


def _still_waiting(
    candidate: Candidate, setting: Setting, now: datetime, reader: Reader
) -> Iterator[Message]:
    """A candidate that waits is brought up again each working day."""
    if not candidate.waiting:
        return
    for target in coordinator(setting, reader):
        day = _working_day(setting, target, now)
        if day:
            yield telling(target, "still-waiting", candidate.name, day=day)


def _vacant(
    candidate: Candidate, setting: Setting, now: datetime, reader: Reader
) -> Iterator[Message]:
    """A role that nobody holds is brought up each working day, before it makes the candidate wait."""
    states = [r.state for r in setting.vacant() if r.state in candidate.silent]
    if candidate.waiting or not states:
        return
    for target in coordinator(setting, reader):
        day = _working_day(setting, target, now)
        if day:
            yield telling(target, "vacant", candidate.name, states="+".join(states), day=day)


def _working_day(setting: Setting, target: str, now: datetime) -> str | None:
    """Today's date where the person works, or the product for a channel, while they are at work."""
    person = setting.people.get(target)
    zone = person.tz if person else setting.product.tz
    calendar = setting.work_calendar(person) if person else setting.product.calendar
    return f"{now.astimezone(zone):%Y-%m-%d}" if at_work(calendar, zone, now) else None


def _halts_to_review(
    candidate: Candidate, setting: Setting, now: datetime, reader: Reader
) -> Iterator[Message]:
    for halt in candidate.open_halts:
        if halt.review_at > now:
            continue
        author = setting.people.get(halt.by or "")
        if author is not None and author.able:
            asked: tuple[str, ...] = (author.id,)
        else:
            asked = people_in(setting, halt.hats) or coordinator(setting, reader)
        at = halt.review_at.isoformat()
        for target in asked:
            yield telling(target, "halt-review", candidate.name, halt=halt.id, at=at)


def _hotfix_to_review(
    candidate: Candidate, setting: Setting, now: datetime, reader: Reader
) -> Iterator[Message]:
    """Owners of presumed states are reminded half-way; what is overdue goes to the coordinator."""
    due = review_due(candidate)
    if due is None:
        return
    if now >= due:
        for target in coordinator(setting, reader):
            yield telling(target, "review-overdue", candidate.name)
    elif now >= due - REVIEW_WITHIN / 2:
        roles = [role for role in Role if role.state in to_review(candidate)]
        for person in people_in(setting, roles):
            yield telling(person, "review-reminder", candidate.name)


def _dead_letters(reader: Reader) -> Iterator[Message]:
    """What Slack will not take is told to the operator, who alone can mend it."""
    for letter in reader.dead_letters():
        told = letter.candidate is not None or letter.kind in OF_A_CHANNEL
        if not told or letter.about.get("template") == "dead-letter":
            continue
        for target in operator(reader):
            about = {"kind": letter.kind, "to": letter.target, "error": _word(letter.error)}
            yield telling(target, "dead-letter", letter.candidate, **about)


def _word(error: str | None) -> str:
    return (error or "unknown").split()[0]
