"""What an agenda, a meeting under way and its minutes say, with their buttons in between (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import meeting_cards
from bot.blocks import Block
from bot.render import Rendered, Weave, composed, left_out
from bot.words import woven
from commands.minutes import Minutes, Taken
from commands.standing import Standing
from rules.agenda import Agenda
from rules.items import Item
from rules.meeting import Action, Meeting
from storage.reading import Company


@dataclass
class Sheet:
    """A message being written from the top: words, and the rows of buttons under them."""

    company: Company
    command: str
    parts: list[tuple[str, dict[str, Any], list[Block]]] = field(default_factory=list)
    """What is said: a template of meetings, what it is about, and the rows under it."""

    def say(self, template: str, rows: Iterable[Block] = (), **about: Any) -> None:
        """The words of a template of meetings, nobody pinged, and what stands under them."""
        self.parts.append((template, about, list(rows)))

    def rows(self, rows: Iterable[Block]) -> None:
        """Rows of buttons under what was said last."""
        self.parts[-1][2].extend(rows)

    def rendered(self) -> Rendered:
        """The whole message, in fewer words where it would be too long; the rows always stay."""
        parts = [(self._weave(template, about), under) for template, about, under in self.parts]
        return composed(parts, left_out({}, self.command))

    def _weave(self, template: str, about: dict[str, Any]) -> Weave:
        more = {"quiet": True, "command": self.command}
        return lambda share: woven(f"meeting/{template}.md.j2", about, self.company, share, **more)


@dataclass(frozen=True)
class Floor:
    """A meeting under way, as it is shown. `titles` are the names of its items, by their keys."""

    meeting: Meeting
    titles: dict[str, str]
    item: Item | None = None
    """What is in focus."""
    standing: Standing | None = None
    """How the candidate in focus stands."""
    actions: tuple[Action, ...] = ()
    """Those recorded at this meeting."""
    more: int = 0
    """How many items have come up since all were through."""


@dataclass(frozen=True)
class MeetingWords:
    """Draws what stands in the meeting's channel. `command` is the slash command's name."""

    company: Company
    command: str = "/release"

    def agenda(self, agenda: Agenda, pages: Sequence[Sequence[Item]]) -> Rendered:
        """The agenda's own message; what is on the other pages stands in its thread."""
        sheet, meeting = self._sheet(), agenda.meeting
        sheet.say("agenda", agenda=agenda, meeting=meeting)
        self._items(sheet, pages[0])
        rest = sum(len(page) for page in pages[1:])
        sheet.say("agenda-foot", meeting_cards.on_agenda(agenda), agenda=agenda, rest=rest)
        sheet.say("agenda-notes", meeting=meeting)
        return sheet.rendered()

    def page(self, items: Sequence[Item]) -> Rendered:
        """Some more items of an agenda, in its thread; none any more where they fit elsewhere."""
        sheet = self._sheet()
        self._items(sheet, items)
        if not items:
            sheet.say("page-empty")
        return sheet.rendered()

    def over(self, meeting: Meeting) -> Rendered:
        """The line of record of a meeting that is over."""
        sheet = self._sheet()
        sheet.say("over", meeting=meeting)
        return sheet.rendered()

    def floor(self, floor: Floor) -> Rendered:
        """A meeting under way: the item in focus with its go and no-go, and what else there is."""
        sheet, meeting, item = self._sheet(), floor.meeting, floor.item
        number = meeting.items.index(meeting.focus) + 1 if meeting.focus in meeting.items else 0
        sheet.say("floor", meeting=meeting, focus=meeting.focus, number=number, more=floor.more)
        if item is not None:
            sheet.say("item", item=item, asked=floor.standing is not None)
        if floor.standing is not None:
            sheet.say("word", states=floor.standing.states)
        sheet.rows(meeting_cards.on_floor(meeting, item, more=floor.more))
        sheet.say(
            "floor-foot",
            actions=floor.actions,
            ahead=[floor.titles[key] for key in meeting.left if key != meeting.focus],
            done=[floor.titles[key] for key in meeting.done],
            deferred=[floor.titles[key] for key in meeting.deferred],
        )
        return sheet.rendered()

    def minutes(self, minutes: Minutes, pages: Sequence[Sequence[Taken]]) -> Rendered:
        """The minutes' own message; what is on the other pages stands in its thread."""
        sheet = self._sheet()
        rest = sum(len(page) for page in pages[1:])
        sheet.say("minutes", minutes=minutes, taken=pages[0], rest=rest)
        return sheet.rendered()

    def minutes_page(self, meeting: Meeting, taken: Sequence[Taken]) -> Rendered:
        """Some more items of the minutes, in their thread."""
        sheet = self._sheet()
        sheet.say("minutes-page", meeting=meeting, taken=taken)
        return sheet.rendered()

    def _sheet(self) -> Sheet:
        return Sheet(self.company, self.command)

    def _items(self, sheet: Sheet, items: Sequence[Item]) -> None:
        """What is to be decided item by item, then the others in one list."""
        for item in items:
            if item.contested:
                sheet.say("item", meeting_cards.on_item(item), item=item)
        lines = [item for item in items if not item.contested]
        if lines:
            sheet.say("lines", meeting_cards.on_lines(lines), items=lines)
