"""Somebody who looks at Slack: what they can see of channels, threads, modals and their home."""

from __future__ import annotations

from rehearsal.channels import Channel
from rehearsal.inside import Inside
from rehearsal.messages import Message
from rehearsal.people import User
from rehearsal.transcript import render, render_view
from rehearsal.views import View
from rehearsal.workspace import Workspace


class Onlooker:
    """One member, who sees what Slack would show them and nothing else."""

    def __init__(self, box: Inside, user_id: str) -> None:
        self._box = box
        self.id = user_id

    @property
    def workspace(self) -> Workspace:
        return self._box.workspace

    @property
    def user(self) -> User:
        return self.workspace.users[self.id]

    @property
    def zone(self) -> str:
        return self.user.tz

    def _can_read(self, channel: Channel) -> bool:
        outsider = self.user.is_guest or self.user.is_stranger
        return self.id in channel.members or (channel.kind == "public" and not outsider)

    def channel(self, name: str | Channel) -> Channel:
        """A channel this person can read; raises PermissionError for the others."""
        found = name if isinstance(name, Channel) else self.workspace.channel(name)
        if not self._can_read(found):
            raise PermissionError(f"{self.user.name} cannot see {found.name or found.id}")
        return found

    def channels(self) -> list[Channel]:
        """Every conversation this person can read."""
        with self.workspace.lock:
            return [c for c in self.workspace.channels.values() if self._can_read(c)]

    def messages(self, channel: str | Channel) -> list[Message]:
        """The channel's messages, oldest first, without thread replies and ephemerals."""
        with self.workspace.lock:
            found = self.channel(channel).in_order()
        return [message for message in found if not message.is_reply or message.broadcast]

    def thread(self, message: Message) -> list[Message]:
        with self.workspace.lock:
            return self.channel(message.channel).replies(message.ts)

    def dms(self) -> list[Message]:
        """Everything in the direct message with the bot, oldest first."""
        with self.workspace.lock:
            return self.workspace.dm(self.id).in_order()

    def ephemerals(self, channel: str | None = None) -> list[Message]:
        with self.workspace.lock:
            mine = [m for m in self.workspace.ephemerals if m.ephemeral_to == self.id]
            where = self.channel(channel).id if channel else None
        return [message for message in mine if where in (None, message.channel)]

    def everything(self) -> list[Message]:
        """Every message this person can see anywhere, oldest first within each place."""
        with self.workspace.lock:
            found = [message for channel in self.channels() for message in channel.in_order()]
            return found + [m for m in self.workspace.ephemerals if m.ephemeral_to == self.id]

    @property
    def modal(self) -> View | None:
        with self.workspace.lock:
            return self.workspace.modals.top(self.id)

    @property
    def home(self) -> View | None:
        with self.workspace.lock:
            return self.workspace.modals.homes.get(self.id)

    def read(self, shown: Message | View) -> str:
        """The plain text of a message or view, as this person sees it."""
        with self.workspace.lock:
            if isinstance(shown, View):
                return render_view(shown, self)
            return render(shown, self)

    def must_see(self, place: Message | View) -> None:
        """Raises PermissionError for what this person does not have before them."""
        if isinstance(place, View):
            open_views = self.workspace.modals.stacks.get(self.id, [])
            if place not in open_views and place is not self.home:
                raise PermissionError(f"{self.user.name} does not have this view open")
        elif place.ephemeral_to not in (None, self.id):
            raise PermissionError(f"{self.user.name} cannot see this ephemeral message")
        else:
            self.channel(place.channel)
