"""`action`: who will do what and by when, carried from meeting to meeting until it is done (DESIGN 4)."""

from __future__ import annotations

import re
from datetime import datetime

from commands.act import Act
from commands.calendar import day
from commands.delegate import person_named
from commands.meetings import chairs, member
from commands.request import Choice, Reply
from rules.meeting import Action
from rules.people import Person
from rules.topics import done, give
from rules.words import OWNER, Refused, Role, State

DONE = re.compile(
    r"(?:(?:done|close)\s+#?(?P<after>[0-9]{1,8})|#?(?P<before>[0-9]{1,8})\s+(?:is\s+)?done)\s*",
    re.IGNORECASE,
)
ID = re.compile(r"@(?P<id>[UW][A-Z0-9]{6,20})\b")
"""Somebody whose name nobody here has read yet."""
BY = re.compile(r"\bby\s+", re.IGNORECASE)
MOST_NAMES = 5
"""Words that a person's name may have."""
END_OF_DAY = "17:00"
"""When something that is due on a day is due."""


def run(act: Act) -> Reply:
    """Every open action; record one; or say that one is done.

    Refuses: say-whose-action, unknown-action, unknown-person, odd-time, and what the rules of
    actions refuse.
    """
    if act.request.fields:
        fields = act.request.fields
        due = act.time(str(fields["due"]))
        return _given(act, str(fields["who"]), str(fields.get("what", "")), due)
    text = act.request.text.strip()
    if not text:
        return Reply("actions", {"actions": act.reader.actions()})
    finished = DONE.fullmatch(text)
    if finished is not None:
        return _done(act, int(finished["after"] or finished["before"]))
    if not text.startswith("@"):
        raise Refused("say-whose-action", {"text": text})
    who, rest = _whose(act, text[1:])
    what, due = _what_and_due(act, rest)
    return _given(act, who, what, due)


def named(act: Act) -> tuple[str, ...]:
    """Whom it names by their id: it can't be judged before their row is known."""
    said = ID.match(act.request.text.strip())
    chosen = act.request.fields.get("who") or (said and said["id"])
    return (str(chosen),) if chosen else ()


def _whose(act: Act, text: str) -> tuple[str, str]:
    """Whom the most of the leading words name, and what follows. Refuses: unknown-person."""
    words = text.split()
    for many in range(min(len(words), MOST_NAMES), 1, -1):
        try:
            return person_named(act, " ".join(words[:many])), " ".join(words[many:])
        except Refused:
            continue
    return person_named(act, "".join(words[:1])), " ".join(words[1:])


def _what_and_due(act: Act, text: str) -> tuple[str, datetime]:
    """What follows the name: `move the database by fri`. Refuses: say-whose-action, odd-time."""
    marks = list(BY.finditer(text))
    if not marks:
        raise Refused("say-whose-action", {"text": text})
    refused = None
    for mark in reversed(marks):
        try:
            return text[: mark.start()].strip(" ,;"), _due(act, text[mark.end() :])
        except Refused as odd:
            refused = refused or odd
    assert refused is not None
    raise refused


def _due(act: Act, text: str) -> datetime:
    """When something is due: a day alone means the end of its working hours. Refuses: odd-time."""
    try:
        return act.time(f"{END_OF_DAY} {text}")
    except Refused:
        return day(act.tools, text, act.zone, act.now)


def _given(act: Act, who: str, what: str, due: datetime) -> Reply:
    """Refuses: unknown-person, person-left, action-needed, words-too-long, time-passed."""
    person = act.company.people.get(who)
    if person is None:
        raise Refused("unknown-person", {"word": who, "several": False})
    running = act.reader.running()
    meeting = running.name if running else None
    line = " ".join(what.split())
    try:
        action, facts = give(
            act.reader.next_action(), person, line, due, meeting, member(act), act.now
        )
    except Refused as refused:
        if refused.reason == "person-left":
            refused.about["instead"] = _instead(act, person, line, due)
        raise
    act.tx.save_action(action, facts)
    finish = Choice("Done", f"action {action.number} done")
    return Reply("action-given", {"action": action}, choices=(finish,))


def _instead(act: Act, left: Person, what: str, due: datetime) -> tuple[str, str] | None:
    """The button that gives it to who holds a role of theirs now, or coordinates: label and command."""
    company = act.company
    for product in company.products.values():
        setting = act.setting(product, None)
        held = {r for r in Role for h in product.holders.get(r, ()) if h.id == left.id}
        for role in (*held, OWNER[State.ORGANIZATION]):
            able = [seat.person for seat in setting.seats(role) if seat.person.id != left.id]
            if able:
                said = f"action @{able[0].id} {what} by {due.isoformat()}"
                return f"Give it to {able[0].name}", said
    return None


def _done(act: Act, number: int) -> Reply:
    """Refuses: unknown-action, not-your-action."""
    found: Action | None = act.reader.action(number)
    if found is None:
        raise Refused("unknown-action", {"number": number, "actions": act.reader.actions()})
    after, facts = done(found, member(act), chairs(act), act.now)
    if facts:
        act.tx.save_action(after, facts)
    return Reply("action-done", {"action": after, "changed": bool(facts)})
