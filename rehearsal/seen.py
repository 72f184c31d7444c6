"""What a person saw of one thing they did, including what the bot answers later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rehearsal.deliver import Outcome
from rehearsal.messages import Message
from rehearsal.onlooker import Onlooker
from rehearsal.transcript import render, render_view
from rehearsal.views import View

Mark = tuple[str, str] | None


def mark_of(view: View | None) -> Mark:
    return (view.id, view.hash) if view else None


@dataclass
class Seen:
    """The result of an act; `error` is Slack's own failure, `errors` stand beside fields.

    `messages` and `modal` are looked up when read, so answers that come later by response url
    or views.open are found by asking again.
    """

    person: Onlooker
    interaction: str
    outcome: Outcome | None = None
    error: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    confirmed: dict[str, Any] | None = None
    before: Mark = None

    @property
    def messages(self) -> list[Message]:
        """The messages this interaction produced that the person can see."""
        mine = [m for m in self.person.everything() if m.interaction == self.interaction]
        return [message for message in mine if not message.deleted]

    @property
    def modal(self) -> View | None:
        """The modal now on top, if this act opened, pushed or changed it."""
        top = self.person.modal
        return top if top is not None and mark_of(top) != self.before else None

    @property
    def text(self) -> str:
        """Everything seen, as plain text: failure, field errors, messages, modal."""
        parts = [self.error] if self.error else []
        parts += list(self.errors.values())
        parts += [render(message, self.person) for message in self.messages]
        if self.modal is not None:
            parts.append(render_view(self.modal, self.person))
        return "\n".join(parts)
