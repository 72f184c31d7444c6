"""Somebody at their screen: types, presses, fills in, and sees what the bot answers."""

from __future__ import annotations

import itertools
from typing import Any

from rehearsal import payloads
from rehearsal.answers import field_errors, give, said_in
from rehearsal.channels import Channel
from rehearsal.errors import SlackError
from rehearsal.exactly import Part, Simple, entry_of, option_of, part_at
from rehearsal.filling import entry, refusals
from rehearsal.finding import action_of, field_called, must_press, pressable
from rehearsal.messages import Message
from rehearsal.mrkdwn import typed
from rehearsal.onlooker import Onlooker
from rehearsal.seen import Seen, mark_of
from rehearsal.tickets import ResponseUrl
from rehearsal.views import View, initial_state

TROUBLE = "trouble_connecting"
_interactions = itertools.count(1)


class Person(Onlooker):
    """One member, acting; every act waits for the bot's answer and returns what was Seen."""

    # Typing.

    def say(
        self,
        text: str,
        channel: str | Channel | None = None,
        thread: Message | None = None,
        **more: Any,
    ) -> Message:
        """Posts a message as a person does, by itself in the direct message with the bot.

        `thread` is the message answered, or one of its thread; `more` are further fields of Message,
        such as `subtype` and `broadcast`. Raises PermissionError where the tab is read-only.
        """
        with self.workspace.lock:
            found = self._where_to_write(channel)
            thread_ts = (thread.thread_ts or thread.ts) if thread else None
            body = typed(text, self.workspace)
            return self.workspace.post(found, self.id, body, thread_ts=thread_ts, **more)

    def edit(self, message: Message, text: str) -> None:
        """Changes what this person has posted."""
        with self.workspace.lock:
            self.workspace.edit(self._own(message), typed(text, self.workspace), [])

    def delete(self, message: Message) -> None:
        """Takes back what this person has posted."""
        with self.workspace.lock:
            self.workspace.delete(self._own(message))

    def _own(self, message: Message) -> Message:
        if message.user != self.id:
            raise PermissionError(f"{self.user.name} did not write this message")
        return message

    def _where_to_write(self, channel: str | Channel | None) -> Channel:
        found = self.channel(channel) if channel else self.workspace.dm(self.id)
        if self.user.deleted:
            raise PermissionError(f"{self.user.name} has been deactivated")
        if found.is_im and not self.workspace.settings.writable_tab:
            raise PermissionError("the app's messages tab is read-only")
        return found

    def command(self, line: str, channel: str | Channel | None = None) -> Seen:
        """Types a slash command in a channel, or else in the direct message with the bot."""
        workspace, seen = self.workspace, self._seen()
        with workspace.lock:
            found = self._where_to_write(channel)
            word, _, text = line.partition(" ")
            escaped = f"{word} {typed(text, workspace)}"
            ticket = self._ticket(seen, found.id)
            url = self._response_url(ticket, "commands")
            payload = payloads.command(workspace, self.user, found, escaped, url)
        self._send(seen, "slash_commands", payload)
        if seen.error is None and seen.outcome is not None:
            self._take_answer(seen, ticket, seen.outcome.body, escaped)
        return seen

    def _take_answer(self, seen: Seen, ticket: ResponseUrl, body: str, line: str) -> None:
        said = said_in(body)
        try:
            with self.workspace.lock:
                if said.get("response_type") == "in_channel":
                    channel = self.workspace.channels[ticket.channel]
                    self.workspace.post(channel, self.id, line)
                if said.get("text") or said.get("blocks"):
                    give(self.workspace, ticket, said)
        except SlackError:
            seen.error = "invalid_command_response"

    def shortcut(self, callback_id: str) -> Seen:
        seen = self._seen()
        with self.workspace.lock:
            payload = payloads.shortcut(self.workspace, self.user, callback_id)
        return self._send(seen, "interactive", payload)

    def message_shortcut(self, callback_id: str, message: Message) -> Seen:
        """Runs a shortcut on a message; Slack offers none on ephemeral ones."""
        if message.ephemeral_to:
            raise PermissionError("message shortcuts cannot be run on ephemeral messages")
        workspace, seen = self.workspace, self._seen()
        with workspace.lock:
            self.channel(message.channel)
            ticket = self._ticket(seen, message.channel, message)
            url = self._response_url(ticket, "app")
            payload = payloads.message_shortcut(workspace, self.user, callback_id, message, url)
        return self._send(seen, "interactive", payload)

    # Pressing.

    def press(self, name: str, on: Message | View | None = None, *, confirm: bool = True) -> Seen:
        """Presses what shows this text or has this action_id: a button or an overflow option.

        Without `on` it is looked for in the open modal, else in the newest message that has
        it. A confirm dialog is shown as `confirmed`; with `confirm=False` it is declined.
        """
        place = on if on is not None else self._place_with(name)
        self.must_see(place)
        block, element, chosen = must_press(place, name)
        action = action_of(block, element, chosen)
        return self._act(place, block, element, action, confirm)

    def choose(
        self, name: str, value: Any, on: Message | View | None = None, *, confirm: bool = True
    ) -> Seen:
        """Picks a value in a menu or box that reports at once; others wait for submit."""
        place = on if on is not None else self.modal
        if place is None:
            raise LookupError("no modal is open")
        self.must_see(place)
        block, element = field_called(place, name)
        return self._set(place, block, element, entry(element, value, self.workspace), confirm)

    def press_at(
        self, place: Message | View, block_id: str, action_id: str, value: str | None = None
    ) -> Seen:
        """Presses exactly this element of what is shown; `value` is an overflow option's.

        On a message as it was (`Message.as_it_was`) this is a press on an outdated screen. A
        confirm dialog counts as answered. Raises LookupError where it is not on the place.
        """
        self.must_see(place)
        block, element = part_at(place, block_id, action_id)
        chosen = option_of(element, value) if element["type"] == "overflow" else None
        return self._act(place, block, element, action_of(block, element, chosen), True)

    def choose_at(
        self, place: Message | View, block_id: str, action_id: str, simple: Simple
    ) -> Seen:
        """Puts a value into exactly this element; raises ValueError where it is of no such kind."""
        self.must_see(place)
        block, element = part_at(place, block_id, action_id)
        return self._set(place, block, element, entry_of(element, simple, self.workspace), True)

    def _set(
        self, place: Message | View, block: Part, element: Part, now: Part, confirm: bool
    ) -> Seen:
        with self.workspace.lock:
            self._state(place).setdefault(block["block_id"], {})[element["action_id"]] = now
            self.workspace.pulse.beat()
        if block["type"] == "input" and not block.get("dispatch_action"):
            return self._seen()
        action = {**now, "action_id": element["action_id"], "block_id": block["block_id"]}
        return self._act(place, block, element, action, confirm)

    def _act(
        self,
        place: Message | View,
        block: dict[str, Any],
        element: dict[str, Any],
        action: dict[str, Any],
        confirm: bool,
    ) -> Seen:
        seen = self._seen()
        seen.confirmed = element.get("confirm")
        if seen.confirmed and not confirm:
            return seen
        workspace = self.workspace
        with workspace.lock:
            if isinstance(place, View):
                payload = payloads.press_in_view(workspace, self.user, place, action)
            else:
                ticket = self._ticket(seen, place.channel, place)
                url = self._response_url(ticket, "actions")
                state = self._state(place)
                payload = payloads.press_in_message(workspace, self.user, place, action, state, url)
        return self._send(seen, "interactive", payload)

    def _state(self, place: Message | View) -> Any:
        if isinstance(place, View):
            return place.state
        key = (self.id, place.ts)
        kept = initial_state(place.blocks, self.workspace.drafts.get(key))
        self.workspace.drafts[key] = kept
        return kept

    def _place_with(self, name: str) -> Message | View:
        newest = sorted(self.everything(), key=lambda message: message.ts, reverse=True)
        places: list[Message | View] = [self.modal] if self.modal else []
        places += newest
        places += [self.home] if self.home else []
        for place in places:
            if pressable(place, name):
                return place
        raise LookupError(f"{self.user.name} sees no {name!r} to press")

    # Modals.

    def submit(self, view: View | None = None, values: dict[str, Any] | None = None) -> Seen:
        """Fills in fields, named by block_id, action_id or label, and presses submit.

        Untouched fields keep their initial values. What Slack's client refuses (required and
        empty, too long) comes back in `errors` and nothing is sent.
        """
        view = self._open_view(view)
        seen = self._seen()
        for name, value in (values or {}).items():
            block, element = field_called(view, name)
            filled = entry(element, value, self.workspace)
            view.state[block["block_id"]][element["action_id"]] = filled
        return self._submit(view, seen)

    def submit_exactly(self, view: View, values: dict[str, dict[str, Simple]]) -> Seen:
        """As submit, with plain values by block_id and action_id."""
        view, seen = self._open_view(view), self._seen()
        self.hold(view, values)
        return self._submit(view, seen)

    def hold(self, view: View, values: dict[str, dict[str, Simple]]) -> None:
        """Puts plain values into a view's fields without telling the bot; none of them if one is odd."""
        filled = [
            (
                block_id,
                action_id,
                entry_of(part_at(view, block_id, action_id)[1], each, self.workspace),
            )
            for block_id, parts in values.items()
            for action_id, each in parts.items()
        ]
        with self.workspace.lock:
            for block_id, action_id, now in filled:
                view.state[block_id][action_id] = now

    def _submit(self, view: View, seen: Seen) -> Seen:
        seen.errors = refusals(view)
        if seen.errors:
            return seen
        with self.workspace.lock:
            payload = payloads.submission(self.workspace, self.user, view)
        self._send(seen, "interactive", payload)
        if seen.error is None and seen.outcome is not None:
            self._take_response(seen, view, seen.outcome.body)
        return seen

    def _open_view(self, view: View | None) -> View:
        found = view if view is not None else self.modal
        if found is None or found not in self.workspace.modals.stacks.get(self.id, []):
            raise LookupError(f"{self.user.name} has no such modal open")
        return found

    def _take_response(self, seen: Seen, view: View, body: str) -> None:
        """Does what a view_submission's answer says (slack-platform 1.5)."""
        said, modals = said_in(body), self.workspace.modals
        try:
            with self.workspace.lock:
                match said.get("response_action"):
                    case None if not said:
                        modals.close(view)
                    case "clear":
                        modals.close(view, whole_stack=True)
                    case "update":
                        modals.update(view, said.get("view"))
                    case "push":
                        modals.push(self.id, said.get("view"))
                    case "errors":
                        seen.errors = field_errors(view, said.get("errors"))
                    case _:
                        seen.error = TROUBLE
        except SlackError:
            seen.error = TROUBLE

    def close(self, view: View | None = None) -> Seen:
        """Closes a modal (its whole stack if it says clear_on_close), telling the bot if asked."""
        view, seen = self._open_view(view), self._seen()
        cleared = bool(view.given.get("clear_on_close"))
        with self.workspace.lock:
            gone = self.workspace.modals.close(view, whole_stack=cleared)
            told = [each for each in gone if each.given.get("notify_on_close")]
            sent = [
                payloads.closing(self.workspace, self.user, each, cleared=cleared) for each in told
            ]
        for payload in sent:
            self._send(seen, "interactive", payload)
        return seen

    def open_home(self) -> View | None:
        """Visits the App Home; what is returned is what was published before the visit."""
        with self.workspace.lock:
            before = self.home
            self.workspace.emit(payloads.home_opened(self.workspace, self.user))
        return before

    # The wire.

    def _seen(self) -> Seen:
        return Seen(self, f"interaction-{next(_interactions)}", before=mark_of(self.modal))

    def _ticket(self, seen: Seen, channel: str, source: Message | None = None) -> ResponseUrl:
        ts = source.ts if source else None
        return ResponseUrl(self.id, channel, self.workspace.now(), seen.interaction, source=ts)

    def _response_url(self, ticket: ResponseUrl, kind: str) -> str:
        token = self.workspace.response_urls.issue(ticket)
        return f"{self._box.url}/response/{kind}/{token}"

    def _send(self, seen: Seen, kind: str, payload: dict[str, Any]) -> Seen:
        if self.user.deleted:
            raise PermissionError(f"{self.user.name} has been deactivated")
        seen.outcome = self._box.deliveries.send(kind, payload)
        seen.error = seen.outcome.error
        return seen
