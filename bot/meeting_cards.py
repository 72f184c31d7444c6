"""Which buttons an agenda and a meeting carry: each says a typed command, an ordinary verb where there is one (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.blocks import Block, actions, button, confirm, overflow
from bot.cards import assert_ready, halt, lift
from rules.agenda import Agenda
from rules.candidate import OPEN, UNRELEASED, Candidate
from rules.items import Item
from rules.meeting import AHEAD, Meeting
from rules.words import Phase

MOST_TOLD = 5
"""As many items as one direct message has buttons for."""


def on_agenda(agenda: Agenda) -> list[Block]:
    """The row under an agenda before its meeting; while that runs, only what still helps."""
    meeting = agenda.meeting
    assert meeting is not None
    row = [_add_topic()]
    if meeting.stage in AHEAD:
        if agenda.startable:
            row.insert(0, start(meeting))
        if not agenda.contested:
            row.append(_cancel(meeting))
    return actions(row)


def on_item(item: Item) -> list[Block]:
    """The row under one item: what can be done about it here and now."""
    return actions(_of_item(item))


def _of_item(item: Item) -> list[Block]:
    if item.topic is not None:
        return [_remove(item)] if item.topic.state == "open" else []
    if item.action is not None:
        return [_done(item, 0, "Done")] if item.action.done_at is None else []
    if item.environment is not None:
        ready = item.environment.prepared is not None and item.environment.prepared.ready
        return [] if ready else [_prepared(item, 0, "Prepared")]
    candidate = item.candidate
    if candidate is None:
        return []
    return _of_review(candidate) if item.kind == "review" else _of_candidate(candidate)


def _of_candidate(candidate: Candidate) -> list[Block]:
    """What can be said of a candidate in its phase, the likeliest first."""
    name = candidate.name
    row: list[Block] = []
    if any(not each.revokes for each in candidate.open_halts):
        row.append(lift(candidate, 0))
    if candidate.phase in UNRELEASED and candidate.silent:
        row.append(_unstyled(assert_ready(candidate, 1)))
    if candidate.phase in OPEN:
        row.append(_unstyled(halt(candidate, 2)))
    if candidate.phase is Phase.FAILED:
        row += _after_failure(candidate)
    menu = [("Details", f"status {name}"), ("History", f"history {name}")]
    if candidate.phase in UNRELEASED:
        menu += [
            ("Reschedule…", f"open reschedule {name}"),
            ("Extend by a working day", f"extend {name}"),
            ("Withdraw…", f"open withdraw {name}"),
        ]
    return [*row, overflow(menu)]


def _unstyled(made: Block) -> Block:
    """One button among many: only what the whole message is about stands out."""
    return {key: value for key, value in made.items() if key != "style"}


def _after_failure(candidate: Candidate) -> list[Block]:
    """A failed deployment is begun again or rolled back; both are told to everybody."""
    name = candidate.name
    again = confirm(
        f"Deploy {candidate.title} again?", f"{name} counts as being deployed.", "Deploy"
    )
    back = confirm(
        f"Roll {candidate.title} back?", f"{name} counts as rolled back, for good.", "Roll back"
    )
    return [
        button("Deploy again", "do:deploying:3", f"deploying {name}", about=name, confirm=again),
        button("Rolled back", "do:rolled-back:4", f"rolled-back {name}", about=name, confirm=back),
    ]


def _of_review(candidate: Candidate) -> list[Block]:
    name = candidate.name
    return [
        button("Review ok", "do:review:0", f"review {name} ok", about=name),
        button("Record a fault…", "open:fault:1", f"fault {name}", about=f"of {name}"),
    ]


def on_lines(items: Sequence[Item]) -> list[Block]:
    """One row for all items about which nothing is to be decided: each button names its item."""
    row = [made for place, item in enumerate(items) for made in _of_line(item, place)]
    return actions(row)


def _of_line(item: Item, place: int) -> list[Block]:
    if item.action is not None:
        return [_done(item, place, f"Action {item.action.number} done")]
    if item.environment is not None:
        return [_prepared(item, place, f"{item.environment.name} is prepared")]
    candidate = item.candidate
    if candidate is None:
        return []
    about = f"open:assert:{place}"
    return [button(f"Assert {candidate.title}", about, f"assert {candidate.name}")]


def on_floor(meeting: Meeting, item: Item | None, *, more: int = 0) -> list[Block]:
    """The rows of a meeting under way: go and no-go, what else the item offers, and how it goes on."""
    row: list[Block] = []
    if item is not None and item.kind == "candidate" and item.candidate is not None:
        row += _words(item.candidate)
    if item is not None:
        row += _beside(item)
    return actions(row) + actions(_onward(meeting, more))


def _words(candidate: Candidate) -> list[Block]:
    """Go for each state without a word, and no-go: the ordinary forms of asserting and halting."""
    name = candidate.name
    states = candidate.silent if candidate.phase in UNRELEASED else ()
    row = [
        button(
            f"Go · {state.value.capitalize()}",
            f"open:assert:{place}",
            f"assert {name} {state.value}",
            style="primary",
            about=f"for {name}",
        )
        for place, state in enumerate(states)
    ]
    if candidate.phase in OPEN:
        no = button("No-go…", "open:halt:4", f"halt {name}", style="danger", about=f"halt {name}")
        row.append(no)
    return row


def _beside(item: Item) -> list[Block]:
    """What an item offers beside go and no-go."""
    if item.kind != "candidate" or item.candidate is None:
        return _of_item(item)
    row = _of_candidate(item.candidate)
    return [each for each in row if not str(each.get("value")).startswith(("assert ", "halt "))]


def _onward(meeting: Meeting, more: int) -> list[Block]:
    row = []
    if meeting.focus is not None:
        about = f"after {meeting.focus}"
        was = f"{meeting.name} was {meeting.focus}"
        row += [
            button("Next", "do:meeting:0", f"meeting next {was}", style="primary", about=about),
            button("Defer", "do:meeting:1", f"meeting defer {was}", about=meeting.focus),
        ]
    elif more:
        onward = f"meeting next {meeting.name}"
        row.append(button("Next", "do:meeting:0", onward, style="primary", about="item"))
    row.append(
        button(
            "I am here", "do:meeting:2", f"meeting attend {meeting.name}", about="at the meeting"
        )
    )
    asked = confirm(
        "Close the meeting?",
        "Its minutes are posted here. What was not reached comes up at the next meeting.",
        "Close",
    )
    close = f"meeting close {meeting.name}"
    style = "primary" if meeting.focus is None and not more else None
    row.append(
        button("Close", "do:meeting:3", close, style=style, about="the meeting", confirm=asked)
    )
    row.append(button("Record an action…", "open:action:4", "action add"))
    return row


def start(meeting: Meeting) -> Block:
    """Begins the meeting."""
    begin = f"meeting start {meeting.name}"
    return button("Start", "do:meeting:0", begin, style="primary", about="the meeting")


def _add_topic() -> Block:
    return button("Add a topic…", "open:agenda:1", "agenda add")


def _cancel(meeting: Meeting) -> Block:
    asked = confirm(
        "Cancel this meeting?",
        "Nothing on its agenda is contested. The minutes say who cancelled it, and why.",
        "Cancel it",
    )
    cancel = f"meeting cancel {meeting.name} uncontested"
    return button("Cancel the meeting", "do:meeting:2", cancel, confirm=asked)


def _remove(item: Item) -> Block:
    assert item.topic is not None
    number = item.topic.number
    return button("Remove", "do:agenda:0", f"agenda remove {number}", about=f"topic {number}")


def _done(item: Item, place: int, label: str) -> Block:
    assert item.action is not None
    number = item.action.number
    about = "" if str(number) in label else f"action {number}"
    return button(label, f"do:action:{place}", f"action {number} done", about=about)


def _prepared(item: Item, place: int, label: str) -> Block:
    assert item.environment is not None
    name = item.environment.name
    about = "" if name in label else name
    return button(label, f"do:environment:{place}", f"environment {name} prepared", about=about)


def on_tell(template: str, told: Mapping[str, Any]) -> list[Block]:
    """The buttons of a direct message about a meeting or an action, by the template's name."""
    meeting, action = told.get("meeting"), told.get("action")
    if template == "meeting-reminder" and meeting is not None and told.get("mark") == 0:
        return actions([start(meeting)]) if meeting.stage in AHEAD else []
    if template in {"action-due", "action-overdue"} and action is not None:
        number = action.number
        done = button("Done", "do:action:0", f"action {number} done", about=f"action {number}")
        return actions([done]) if action.done_at is None else []
    if template == "meeting-contested":
        rows = (_named(item, place) for place, item in enumerate(told["items"][:MOST_TOLD]))
        return actions(each for row in rows for each in row)
    return []


def _named(item: Item, place: int) -> list[Block]:
    """One button of an item among others; its label says which item it is about."""
    candidate = item.candidate
    if candidate is None or item.kind == "review":
        return _of_line(item, place) if candidate is None else _review_of(candidate, place)
    if any(not each.revokes for each in candidate.open_halts):
        label, does = f"Lift on {candidate.title}…", f"lift {candidate.name}"
        return [button(label, f"open:lift:{place}", does)]
    return _of_line(item, place) if candidate.silent and candidate.phase in UNRELEASED else []


def _review_of(candidate: Candidate, place: int) -> list[Block]:
    said = f"review {candidate.name} ok"
    return [button(f"Review of {candidate.title} ok", f"do:review:{place}", said)]
