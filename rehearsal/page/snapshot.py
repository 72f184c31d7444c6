"""Everything one person sees at this moment, as one value that a page can be drawn from."""

from __future__ import annotations

from typing import Any

from rehearsal.inside import Inside
from rehearsal.page.asking import iso
from rehearsal.page.guide import Guide
from rehearsal.page.mover import Mover
from rehearsal.page.places import HOME, Marks, place_of, place_shape, places_of, title_of
from rehearsal.page.shapes import Shape, open_place, person_shape, view_shape
from rehearsal.page.switches import switches
from rehearsal.person import Person


class Snapshot:
    """Draws the state for any person and place; raises LookupError for a place not theirs."""

    def __init__(self, box: Inside, mover: Mover, marks: Marks, guide: Guide) -> None:
        self._box, self._mover, self._marks, self._guide = box, mover, marks, guide

    def of(self, person: Person, place: str | None, thread_ts: str | None) -> Shape:
        revision = self._box.pulse.revision
        workspace = self._box.workspace
        apart = {
            "revision": revision,
            "now": iso(self._box.now()),
            "team": workspace.company.name,
            "clock": self._mover.shape(),
            "faults": switches(self._box.faults),
            "guide": self._guide.steps(),
            **self._offered(),
        }
        with workspace.lock:
            return {**apart, **self._seen_by(person), **self._looked_at(person, place, thread_ts)}

    def _seen_by(self, person: Person) -> Shape:
        workspace = self._box.workspace
        stack = workspace.modals.stacks.get(person.id, [])
        groups = [group for group in workspace.groups.values() if not group.disabled]
        return {
            "me": person_shape(person.user),
            "people": [person_shape(user) for user in workspace.users.values()],
            "groups": [
                {"id": g.id, "handle": g.handle, "name": g.name, "members": list(g.members)}
                for g in groups
            ],
            "places": [place_shape(person, each, self._marks) for each in places_of(person)],
            "home": view_shape(person.home) if person.home else None,
            "modals": [view_shape(view) for view in stack],
        }

    def _looked_at(self, person: Person, place: str | None, thread_ts: str | None) -> Shape:
        if place == HOME:
            return {"place": {"id": HOME, "kind": HOME}}
        channel = place_of(person, place)
        return {
            "place": {
                "id": channel.id,
                "name": title_of(person, channel),
                "kind": channel.kind,
                "writable": not channel.is_im or self._box.workspace.settings.writable_tab,
                "members": list(channel.members),
                **open_place(person, channel, thread_ts),
            }
        }

    def _offered(self) -> Shape:
        """What the app's manifest declares and the words known of its command."""
        features: dict[str, Any] = self._box.manifest.get("features", {})
        words = [(each[0], each[1], each[-1] if len(each) > 2 else "") for each in self._box.words]
        return {
            "commands": [
                {
                    "command": each["command"],
                    "usage_hint": each.get("usage_hint", ""),
                    "description": each.get("description", ""),
                    "words": [word for word, _, _ in words],
                }
                for each in features.get("slash_commands", [])
            ],
            "shortcuts": [
                {key: each.get(key, "") for key in ("callback_id", "name", "description", "type")}
                for each in features.get("shortcuts", [])
            ],
            "home_tab": features.get("app_home", {}).get("home_tab_enabled", True),
            "words": [{"word": w, "summary": s, "usage": usage} for w, s, usage in words],
        }
