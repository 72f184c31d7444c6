"""Every person's stack of modals and their home tab, with the rules of the views methods."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rehearsal.blockkit import check_view
from rehearsal.errors import SlackError, refuse_blocks
from rehearsal.ids import with_ids
from rehearsal.pulse import Pulse
from rehearsal.views import View, initial_state

DEEPEST = 3
VIEW_BYTES = 250_000


class Modals:
    def __init__(self, now: Callable[[], datetime], pulse: Pulse) -> None:
        self._now = now
        self._pulse = pulse
        self._issued = 0
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def accept(self, given: Any, kind: str, but: View | None = None) -> dict[str, Any]:
        """The view with its ids filled in; raises SlackError if Slack would not take it."""
        if not isinstance(given, dict):
            raise SlackError("invalid_arguments")
        refuse_blocks(check_view(given, kind), "invalid_arguments")
        if len(json.dumps(given).encode()) > VIEW_BYTES:
            raise SlackError("view_too_large")
        external = given.get("external_id")
        if external and any(v.external_id == external for v in self._all() if v is not but):
            raise SlackError("duplicate_external_id")
        return {**given, "blocks": with_ids(given["blocks"])}

    def open(self, user: str, given: Any) -> View:
        view = self._new(user, self.accept(given, "modal"))
        self.stacks[user] = [view]
        self._pulse.beat()
        return view

    def push(self, user: str, given: Any) -> View:
        stack = self.stacks.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= DEEPEST:
            raise SlackError("push_limit_reached")
        view = self._new(user, self.accept(given, "modal"), below=stack[-1])
        stack.append(view)
        self._pulse.beat()
        return view

    def update(self, view: View, given: Any, if_hash: str | None = None) -> View:
        if if_hash and if_hash != view.hash:
            raise SlackError("hash_conflict")
        view.show(self.accept(given, view.type, but=view), self._hash())
        self._pulse.beat()
        return view

    def publish(self, user: str, given: Any, if_hash: str | None = None) -> View:
        before = self.homes.get(user)
        if before is not None:
            return self.update(before, given, if_hash)
        if if_hash:
            raise SlackError("hash_conflict")
        view = self._new(user, self.accept(given, "home"))
        self.homes[user] = view
        self._pulse.beat()
        return view

    def find(self, view_id: str | None, external_id: str | None) -> View:
        for view in self._all():
            if view.id == view_id or (external_id and view.external_id == external_id):
                return view
        raise SlackError("not_found")

    def close(self, view: View, *, whole_stack: bool = False) -> list[View]:
        """Takes a modal, or all of its stack, off the screen; says which ones went."""
        stack = self.stacks.get(view.user, [])
        if view not in stack:
            return []
        first = 0 if whole_stack else stack.index(view)
        gone = stack[first:]
        del stack[first:]
        self._pulse.beat()
        return gone

    def _all(self) -> list[View]:
        return [v for stack in self.stacks.values() for v in stack] + list(self.homes.values())

    def _hash(self) -> str:
        return f"{int(self._now().timestamp())}.{secrets.token_hex(4)}"

    def _new(self, user: str, given: dict[str, Any], below: View | None = None) -> View:
        self._issued += 1
        view_id = f"V0VIEW{self._issued:04d}"
        view = View(
            view_id,
            user,
            given,
            self._hash(),
            root_view_id=below.root_view_id if below else view_id,
            previous_view_id=below.id if below else None,
        )
        view.state = initial_state(given["blocks"])
        return view
