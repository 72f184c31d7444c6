"""The halts that were asked for and not answered, read from the facts: deleting a row hides none (DESIGN 2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import Connection, bindparam, func, literal_column, select

from rules import asking
from rules.asking import Open
from rules.facts import Fact
from storage import chain, inbox
from storage.tables import ASKS, facts

# The literal of the index itself, or the partial index is not used.
_ASKS = select(facts.c.id, facts.c.body).where(literal_column(str(ASKS)))
_NEWEST = select(func.max(facts.c.id)).where(literal_column(str(ASKS))).scalar_subquery()
LAST = select(facts.c.id, facts.c.body).where(facts.c.id == _NEWEST)
LAST_BODY = LAST.with_only_columns(facts.c.body).scalar_subquery()
"""For a statement that asks for more besides."""
SINCE = _ASKS.where(facts.c.id >= bindparam("since")).order_by(facts.c.id)


@lru_cache(maxsize=16)
def any_open(last: str | None) -> bool:
    """Whether anything waits, by the body of the last of these facts; None: there was never one."""
    return last is not None and asking.first_open(0, chain.fact_from(last)) is not None


def waiting(connection: Connection) -> Open:
    """What waits, oldest first. The last of these facts says how far back to look."""
    last = connection.execute(LAST).one_or_none()
    since = None if last is None else asking.first_open(last.id, chain.fact_from(last.body))
    if since is None:
        return {}
    standing: Open = {}
    for number, fact in _since(connection, since):
        if fact.kind == asking.ASKED or fact.about["asked"] in standing:
            standing = asking.after(standing, number, fact)
    return standing


def _since(connection: Connection, since: int) -> Iterator[tuple[int, Fact]]:
    for number, body in connection.execute(SINCE, {"since": since}):
        yield number, chain.fact_from(body)


def misanswered(connection: Connection) -> Iterator[str]:
    """A sentence for each of these facts that does not follow from those before, and for each lost row."""
    standing: Open = {}
    for number, fact in _since(connection, chain.BEFORE_ALL):
        try:
            standing = asking.after(standing, number, fact)
            said = asking.first_open(number, fact)
        except (ValueError, KeyError, TypeError) as error:
            yield f"fact {number} ({fact.kind}) can't be applied to the halts that wait: {error}"
            return
        if said != next(iter(standing), None):
            yield f"fact {number} ({fact.kind}) is wrong about the oldest halt that waits: {said}"
    rows = [act for act in inbox.waiting(connection) if act.halts and act.state == "waiting"]
    for asked in standing.values():
        if not any(asked.concerns(row.person, row.product, row.candidate) for row in rows):
            of = asked.candidate or asked.product or "nobody knows what"
            yield f"the pending act of fact {asked.id}, a halt of {of}, is gone and not answered"
