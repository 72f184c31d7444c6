"""The clock's errand for digests: what is due is posted once, however often and by whomever it is looked for."""

from __future__ import annotations

from datetime import datetime

from commands.agenda_now import coverage_due
from commands.digest_now import digest_of, posting
from commands.dispatch import Desk
from rules.digest import WEEK, Due, due
from rules.series import DIGEST, owed
from storage.reading import Reader


def digest_due(desk: Desk) -> int:
    """Post the digest that is due; several that were missed are one, marked late. How many messages."""
    with desk.database.read() as reader:
        if _due(reader, desk.clock()) is None:
            return 0
    with desk.database.write(desk.clock) as tx:
        found = _due(tx, tx.now)
        if found is None:
            return 0
        series = tx.company().series[DIGEST]
        digest = digest_of(tx, found.since, found.until, found.until)
        names = [slot.name for slot in found.slots]
        tx.post_digest(found)
        told = posting(found.name, series.channel, digest, names, late=found.late)
        gaps = coverage_due(tx, DIGEST, found.name, tx.now, tx.now + WEEK * series.weeks)
        for message in (*told, *gaps):
            tx.send(message)
    return len(told) + len(gaps)


def _due(reader: Reader, now: datetime) -> Due | None:
    """What is due by the rows as they are."""
    company = reader.company()
    series = company.series.get(DIGEST)
    if series is None or series.off:
        return None
    last = reader.last_digest()
    calendar = company.calendars.get(series.calendar or "")
    slots = owed(series, calendar, last.slot if last else None, now)
    return due(series, slots, last, now)
