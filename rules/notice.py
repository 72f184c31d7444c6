"""Fair notice: when silence on a state may be presumed to mean yes, and whom to ask (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.candidate import Candidate
from rules.people import Seat
from rules.product import Notice, Setting
from rules.words import OWNER, State
from rules.worktime import HORIZON, Span, after, clock_spans, passed, without, working_spans

DELIVERY = timedelta(minutes=15)
"""What a computed time allows for a message to arrive."""
ASKED_AT_ONCE = 10
"""How many members of a group are messaged at once."""


@dataclass(frozen=True)
class Fairness:
    """From when on one state's silence counts, thanks to whom; `at` None and a cause: not in 60 days."""

    state: State
    at: datetime | None
    person: str | None = None
    heard_from: datetime | None = None
    """From when that person's notice ran."""
    cause: str | None = None
    """`vacant`, `unannounced`, `undeliverable` or `no-working-hours`."""


def fairness(candidate: Candidate, setting: Setting, state: State, now: datetime) -> Fairness:
    """The earliest instant at which `state`'s silence would count, as far as is known `now`.

    Messages on their way are taken to arrive in 15 minutes and the door to stay open from now on.
    """
    seated = setting.seats(OWNER[state])
    if not seated:
        return Fairness(state, None, cause="vacant")
    if setting.card_dead:
        return Fairness(state, None, cause="unannounced")
    heard = _heard(candidate, setting, state, seated, now)
    if not heard:
        return Fairness(state, None, cause="undeliverable")
    best = Fairness(state, None, cause="no-working-hours")
    for seat, since in heard:
        at = after(_counted(candidate, setting, seat, state, since, now), notice_length(candidate))
        if at is None or at - now > HORIZON or (seat.until is not None and at >= seat.until):
            continue
        if best.at is None or at < best.at:
            best = Fairness(state, at, seat.person.id, since)
    return best


def had_notice(
    candidate: Candidate, setting: Setting, state: State, now: datetime
) -> Fairness | None:
    """Who has had fair notice of `state` by `now`, by messages Slack has accepted; None if nobody."""
    for seat, since in _heard(candidate, setting, state, _reached(setting, state), now):
        counted = _counted(candidate, setting, seat, state, since, now)
        if passed(counted, now) >= notice_length(candidate):
            return Fairness(state, now, seat.person.id, since)
    return None


def reached(setting: Setting, state: State) -> bool:
    """Whether Slack accepted the announcement and a message to somebody able to act for `state`."""
    return bool(_reached(setting, state))


def _reached(setting: Setting, state: State) -> tuple[Seat, ...]:
    if setting.card_delivered_at is None:
        return ()
    arrived = {n.person for n in setting.notices if n.state is state and n.delivered_at}
    return tuple(seat for seat in setting.seats(OWNER[state]) if seat.person.id in arrived)


def notice_length(candidate: Candidate) -> timedelta:
    """How much notice this candidate's policy asks for: working time, or clock time for a hotfix."""
    if candidate.is_hotfix:
        return timedelta(minutes=candidate.policy.hotfix_minutes)
    return timedelta(hours=candidate.policy.notice_hours)


def notice_hours_had(
    candidate: Candidate, setting: Setting, fair: Fairness, now: datetime
) -> float:
    """How many hours of notice that person has had by `now`."""
    seat = next(s for s in setting.seats(OWNER[fair.state]) if s.person.id == fair.person)
    assert fair.heard_from is not None
    counted = _counted(candidate, setting, seat, fair.state, fair.heard_from, now)
    return round(passed(counted, now) / timedelta(hours=1), 2)


def _heard(
    candidate: Candidate,
    setting: Setting,
    state: State,
    seated: Iterable[Seat],
    now: datetime,
) -> list[tuple[Seat, datetime]]:
    """From when each seated person's notice runs, or would if their message went out now."""
    sent = {n.person: n for n in setting.notices if n.state is state}
    to_send = {seat.person.id for seat in whom_to_ask(setting, state, now)}
    back = {s.person.id: at for s in seated if (at := _away_until(setting, s, state, now))}
    begun = max(
        candidate.notice_from or candidate.announced_at,
        candidate.first_red.get(state, candidate.announced_at),
    )
    card = setting.card_delivered_at or now + DELIVERY
    heard = []
    for seat in seated:
        notice = sent.get(seat.person.id)
        if notice is None and seat.person.id not in to_send | set(back):
            continue
        if notice is not None and notice.dead:
            continue
        asked_at = back.get(seat.person.id, now) if notice is None else now
        arrives = _arrival(notice, asked_at)
        heard.append((seat, max(arrives, seat.since, begun, card)))
    return heard


def _arrival(notice: Notice | None, now: datetime) -> datetime:
    if notice is None or notice.delivered_at is None:
        return now + DELIVERY
    return notice.delivered_at


def _counted(
    candidate: Candidate,
    setting: Setting,
    seat: Seat,
    state: State,
    since: datetime,
    now: datetime,
) -> Iterator[Span]:
    """The spans from `since` on that count as notice to this person: at work, the door open.

    What a holder has delegated does not count for them while somebody else holds it on their behalf.
    """
    person = seat.person
    spans = (
        clock_spans(since)
        if candidate.is_hotfix
        else working_spans(setting.work_calendar(person), person.tz, since)
    )
    present = without(spans, _lent(setting, seat, state))
    return without(present, setting.door.shut(since, now) if since < now else ())


def _lent(setting: Setting, seat: Seat, state: State) -> list[Span]:
    """When somebody else holds this person's own role on their behalf, in order of time."""
    if seat.behalf is not None:
        return []
    mine = (
        Span(each.since, each.until)
        for each in setting.product.delegations
        if each.role is OWNER[state] and each.behalf == seat.person.id and each.since < each.until
    )
    return sorted(mine, key=lambda span: span.start)


def _away_until(setting: Setting, seat: Seat, state: State, now: datetime) -> datetime | None:
    """When a holder who has delegated their role holds it alone again; None: they do now."""
    back = now
    for span in _lent(setting, seat, state):
        if span.start <= back < span.end:
            back = span.end
    return back if back > now else None


def is_away(setting: Setting, person: str, state: State, now: datetime) -> bool:
    """Whether this person holds the state's role themself and has delegated it for now."""
    return any(
        seat.person.id == person and _away_until(setting, seat, state, now)
        for seat in setting.seats(OWNER[state])
    )


def whom_to_ask(setting: Setting, state: State, now: datetime) -> tuple[Seat, ...]:
    """Who is to be messaged about `state` and has not been: every user, and of a group up to ten.

    Holders who have delegated their role are not asked before they are back.
    A group is asked anew, soonest at work first, only when none of those messaged is able any more.
    """
    held = setting.seats(OWNER[state])
    seated = tuple(seat for seat in held if not _away_until(setting, seat, state, now))
    asked = {n.person for n in setting.notices if n.state is state and not n.dead}
    failed = {n.person for n in setting.notices if n.state is state and n.dead}
    chosen = [s for s in seated if s.group is None and s.person.id not in asked | failed]
    for group in sorted({s.group for s in seated if s.group}):
        members = [s for s in seated if s.group == group]
        if any(s.person.id in asked for s in members):
            continue
        fresh = [s for s in members if s.person.id not in failed]
        fresh.sort(key=lambda s: (_next_at_work(setting, s, now), s.person.id))
        chosen.extend(fresh[:ASKED_AT_ONCE])
    return tuple(chosen)


def _next_at_work(setting: Setting, seat: Seat, now: datetime) -> datetime:
    spans = working_spans(setting.work_calendar(seat.person), seat.person.tz, now)
    first = next(spans, None)
    return first.start if first else now + 2 * HORIZON
