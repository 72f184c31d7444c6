"""What the outbox owes: its oldest unsent message, the doubtful ones, and where anything was ever accepted."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select

from storage.tables import outbox as table

OLDEST = (
    select(table)
    .where(table.c.state.in_(("waiting", "sending")))
    .order_by(table.c.wanted_at, table.c.id)
    .limit(1)
)
DOUBTFUL = select(
    func.count().filter(table.c.repeated),
    func.count().filter(and_(table.c.ambiguous, table.c.state.in_(("waiting", "sending")))),
).where(or_(table.c.repeated, table.c.ambiguous))
"""How many may stand in Slack twice, and of how many unsent ones nobody knows."""
ACCEPTED = (
    select(table.c.channel, func.max(table.c.delivered_at))
    .where(table.c.channel.is_not(None), table.c.delivered_at.is_not(None))
    .group_by(table.c.channel)
)
"""By channel, when a first post was last accepted there."""
