"""What tests of plain words look at: who was asked where, the reasons that stand, and the answers."""

from __future__ import annotations

from commands.request import Reply
from storage.outbox import Message
from tests.commands.office import Office

A, B = "payments@2.4.1#1", "ledger@7#1"


def asked(desk: Office, person: str, name: str = A) -> Message:
    """The direct message that asks somebody's word."""
    return next(m for m in desk.messages("ask", to=person) if m.candidate == name)


def card(desk: Office, name: str = A) -> Message:
    return next(m for m in desk.messages("card") if m.candidate == name)


def reasons(desk: Office, name: str = A) -> list[str | None]:
    return [halt.reason for halt in desk.candidate(name).open_halts]


def answers(desk: Office) -> list[str]:
    return [m.about["text"] for m in desk.messages("answer")]


def halting(reply: Reply) -> list[str]:
    """The builds that the reply's buttons halt."""
    return [c.command.split()[1] for c in reply.choices if c.command.startswith("halt ")]
