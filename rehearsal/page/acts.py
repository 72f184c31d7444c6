"""What a person does on the page, done by the same Person as in the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.inside import Inside
from rehearsal.messages import Message
from rehearsal.page.asking import Asked, Refused, number_of, optional_text, text_of
from rehearsal.page.places import Marks, place_of
from rehearsal.person import Person
from rehearsal.seen import Seen
from rehearsal.views import View

NO_SUCH_COMMAND = "unknown_command"
LONGEST_MESSAGE = 40_000
Answer = dict[str, Any]


class Acts:
    """Does one act and waits for the bot; raises Refused, LookupError, PermissionError, ValueError."""

    def __init__(self, box: Inside, marks: Marks) -> None:
        self._box = box
        self._marks = marks
        self._verbs: dict[str, Callable[[Person, Asked], Seen | None]] = {
            "command": self._command,
            "say": self._say,
            "press": self._press,
            "choose": self._choose,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "message_shortcut": self._message_shortcut,
            "home": self._home,
            "read": self._read,
        }

    def do(self, person: Person, asked: Asked) -> Answer:
        """What the page gets back; `error` is Slack's own failure, `errors` stand beside fields."""
        verb = self._verbs.get(text_of(asked, "do"))
        if verb is None:
            raise Refused(400, f"There is nothing called {asked['do']} to do.")
        if person.user.deleted:
            raise PermissionError(f"{person.user.name} has been deactivated")
        seen = verb(person, asked)
        if seen is None:
            return answer()
        return answer(seen.error, seen.errors)

    # Typing.

    def _command(self, person: Person, asked: Asked) -> Seen:
        line = text_of(asked, "line").strip()
        place = place_of(person, text_of(asked, "place"))
        if not line.startswith("/"):
            raise Refused(400, "A command begins with a slash.")
        known = self._box.manifest.get("features", {}).get("slash_commands")
        if known and line.split()[0] not in {each["command"] for each in known}:
            return Seen(person, "", error=NO_SUCH_COMMAND)
        return person.command(line, place)

    def _say(self, person: Person, asked: Asked) -> None:
        text = text_of(asked, "text")
        if len(text) > LONGEST_MESSAGE:
            raise Refused(400, "This message is too long.")
        place = place_of(person, text_of(asked, "place"))
        thread = optional_text(asked, "thread")
        parent = place.messages.get(thread) if thread else None
        if thread and parent is None:
            raise LookupError("there is no such thread here")
        person.say(text, place, parent)

    # Pressing and choosing.

    def _press(self, person: Person, asked: Asked) -> Seen:
        place, block_id, action_id = self._part(person, asked)
        return person.press_at(place, block_id, action_id, optional_text(asked, "value"))

    def _choose(self, person: Person, asked: Asked) -> Seen:
        place, block_id, action_id = self._part(person, asked)
        return person.choose_at(place, block_id, action_id, _simple(asked.get("value")))

    def _part(self, person: Person, asked: Asked) -> tuple[Message | View, str, str]:
        place: Message | View
        if "view" in asked:
            values = _values(asked)
            place = self._view(person, asked)
            person.hold(place, values)
        else:
            shown = self._message(person, asked)
            version = number_of(asked.get("version"), "version")
            if version > shown.edits:
                raise LookupError("this message has no such version")
            place = shown.as_it_was(version)
        return place, text_of(asked, "block_id"), text_of(asked, "action_id")

    def _message(self, person: Person, asked: Asked) -> Message:
        """A message the person can see, ephemeral ones too."""
        place, ts = place_of(person, text_of(asked, "channel")), text_of(asked, "ts")
        with self._box.workspace.lock:
            hidden = (m for m in person.ephemerals() if m.ts == ts and m.channel == place.id)
            found = place.messages.get(ts) or next(hidden, None)
        if found is None:
            raise LookupError("this message is gone")
        return found

    def _view(self, person: Person, asked: Asked) -> View:
        wanted = text_of(asked, "view")
        with self._box.workspace.lock:
            views = [*self._box.workspace.modals.stacks.get(person.id, []), person.home]
        for view in views:
            if view is not None and view.id == wanted:
                return view
        raise LookupError("this window is closed")

    # Modals, shortcuts and the home tab.

    def _submit(self, person: Person, asked: Asked) -> Seen:
        values = _values(asked)
        return person.submit_exactly(self._view(person, asked), values)

    def _close(self, person: Person, asked: Asked) -> Seen:
        return person.close(self._view(person, asked))

    def _shortcut(self, person: Person, asked: Asked) -> Seen:
        return person.shortcut(text_of(asked, "callback_id"))

    def _message_shortcut(self, person: Person, asked: Asked) -> Seen:
        callback_id = text_of(asked, "callback_id")
        return person.message_shortcut(callback_id, self._message(person, asked))

    def _home(self, person: Person, asked: Asked) -> None:
        person.open_home()

    def _read(self, person: Person, asked: Asked) -> None:
        place, ts = place_of(person, text_of(asked, "place")), text_of(asked, "ts")
        whole, _, rest = ts.partition(".")
        if not (whole.isdecimal() and (rest or "0").isdecimal() and len(ts) < 30):
            raise Refused(400, "ts is the time of a message.")
        with self._box.workspace.lock:
            if self._marks.read(person, place, ts):
                self._box.pulse.beat()


def answer(error: str | None = None, errors: dict[str, str] | None = None) -> Answer:
    found = errors or {}
    return {"ok": error is None and not found, "error": error, "errors": found, "confirm": None}


def _values(asked: Asked) -> dict[str, dict[str, str | int | list[str] | None]]:
    """What all fields of a view hold, by block_id and action_id; raises Refused for anything else."""
    values = asked.get("values", {})
    if not isinstance(values, dict) or not all(isinstance(v, dict) for v in values.values()):
        raise Refused(400, "values are given by block_id and action_id.")
    return {
        block_id: {action_id: _simple(each) for action_id, each in parts.items()}
        for block_id, parts in values.items()
    }


def _simple(value: Any) -> str | int | list[str] | None:
    """A simple value of the page; raises Refused for any other."""
    listed = isinstance(value, list) and all(isinstance(each, str) for each in value)
    if value is None or isinstance(value, str) or type(value) is int or listed:
        return value
    raise Refused(400, "A value is a text, a whole number, a list of texts, or null.")
