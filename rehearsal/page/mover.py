"""Moves the rehearsal's clock, one move at a time, while everybody watches it go."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rehearsal.inside import Hands, Inside
from rehearsal.page.asking import Refused, iso
from rehearsal.people import User

MORNING = time(9)
SATURDAY = 5
PAST = timedelta(seconds=5)
"""How far beyond the instant something falls due, so that it has."""


class Mover:
    """`target` is where the clock is going while it moves, an aware UTC instant."""

    def __init__(self, box: Inside) -> None:
        self._box = box
        self._lock = threading.Lock()
        self.target: datetime | None = None

    @property
    def moving(self) -> bool:
        return self.target is not None

    def shape(self) -> dict[str, object]:
        """What the page shows; while the clock moves nobody asks the bot what is due."""
        target, hands = self.target, self._box.hands
        due = hands.due() if hands is not None and target is None else None
        return {
            "movable": hands is not None,
            "moving": target is not None,
            "target": iso(target) if target else None,
            "due": iso(due) if due else None,
        }

    def start(self, to: str, user: User) -> datetime:
        """Begins to move to `hour`, `morning` or `due`, and says where that is."""
        hands = self._box.hands
        if hands is None:
            raise Refused(409, "This clock can't be moved from here.")
        with self._lock:
            if self.target is not None:
                raise Refused(409, "The clock is already moving.")
            self.target = target = self._where(to, user, hands)
        threading.Thread(target=self._move, args=[hands, target], daemon=True).start()
        self._box.pulse.beat()
        return target

    def _where(self, to: str, user: User, hands: Hands) -> datetime:
        now = self._box.now()
        if to == "hour":
            return now + timedelta(hours=1)
        if to == "morning":
            return next_morning(now, ZoneInfo(user.tz))
        if to != "due":
            raise Refused(400, "The clock goes to hour, morning or due.")
        due = hands.due()
        if due is None:
            raise Refused(409, "Nothing falls due: there is nothing to wait for.")
        return max(due, now) + PAST

    def _move(self, hands: Hands, target: datetime) -> None:
        try:
            hands.advance(target)
        finally:
            self.target = None
            self._box.pulse.beat()


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The next 09:00 of a Monday to Friday in this zone, strictly after `now`; aware UTC."""
    day = now.astimezone(zone).date()
    while True:
        morning = datetime.combine(day, MORNING, zone).astimezone(UTC)
        if day.weekday() < SATURDAY and morning > now:
            return morning
        day += timedelta(days=1)
