"""What the database says of an installation, read once, so that Slack is asked with no snapshot held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.company import Company
from storage.hearing import Heard
from storage.inbox import PendingAct
from storage.outbox import Backlog, Message
from storage.reading import Reader

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Records:
    """A snapshot. All times aware UTC."""

    company: Company
    facts: int
    head: str
    broken: tuple[str, ...]
    """What is wrong with the last links of the chain."""
    unguarded: tuple[str, ...]
    """Which triggers do not keep the facts from being changed."""
    differing: tuple[str, ...]
    """In what the rows of open candidates differ from their facts."""
    backlog: Backlog
    oldest: Message | None
    dead: tuple[Message, ...]
    twice: int
    """Messages that may stand in Slack twice."""
    unsure: int
    """Unsent ones that Slack may have accepted."""
    accepted: Mapping[str, datetime]
    """By channel, when a post was last accepted there."""
    open: frozenset[str]
    """The names of the candidates that have not ended."""
    parked: tuple[str, ...]
    ticked: datetime | None
    opened: datetime | None
    """Since when the door is open; None: it is shut."""
    heard: datetime | None
    """When it was last open, within a day."""
    pending: tuple[PendingAct, ...]
    knock: str | None
    """The word by which the bot that was started last knows a knock of its own."""
    shut: Mapping[str, Heard]
    """Why the door is shut, by cause."""
    warned: Mapping[str, Heard]


def read_records(reader: Reader, now: datetime) -> Records:
    """Everything the doctor looks at. Raises Unavailable."""
    facts, head = reader.head()
    door = reader.door(now - A_DAY, now)
    candidates = frozenset(reader.open_names())
    knocks = reader.hearing("knock").values()
    twice, unsure = reader.doubtful()
    return Records(
        company=reader.company(),
        facts=facts,
        head=head,
        broken=tuple(reader.broken_lately()),
        unguarded=tuple(reader.unguarded()),
        differing=tuple(each for name in sorted(candidates) for each in reader.differing_of(name)),
        backlog=reader.backlog(),
        oldest=reader.oldest_unsent(),
        dead=reader.dead_letters(),
        twice=twice,
        unsure=unsure,
        accepted=reader.accepted(),
        open=candidates,
        parked=tuple(name for name in reader.parked(now - A_DAY) if name in candidates),
        ticked=reader.last_tick(),
        opened=door.open_since(now),
        heard=door.open[-1].end if door.open else None,
        pending=reader.pending(now),
        knock=max(knocks, key=lambda known: known.at).said if knocks else None,
        shut=reader.hearing("shut"),
        warned=reader.hearing("warning"),
    )
