"""`meeting`: when the Release Coordination Meeting is, and everything that is said in it (DESIGN 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from commands.act import Act
from commands.agenda_items import gone_of, title_of
from commands.agenda_now import Agenda, agenda_of, minutes_of
from commands.declare import Edit, declare_edit
from commands.estate import BECAUSE
from commands.meetings import Plan, chair, chairs, member, plan_of, save
from commands.request import Choice, Reply
from rules.chairing import EARLIEST, attend, close, start, turn
from rules.convening import Convened, cancel, follow, skip
from rules.facts import Actor
from rules.meeting import AHEAD, Meeting, Stage
from rules.series import MEETING, Series, series_changed, succeeding
from rules.words import Refused

HEAD = re.compile(r"(?P<word>[a-z]+)\b\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
NAME = re.compile(
    r"(?P<name>20[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9T]|\s+[0-9]{1,2}[:apm])\s*(?P<rest>.*)",
    re.DOTALL,
)
"""A slot's name, unless it is the date of a time."""
WAS = re.compile(r"was\s+(?P<key>\S+[@:]\S+)\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
"""What was in focus when a button was drawn."""
TO = re.compile(r"(?:(?P<which>.*?)(?:^|\s))?to\s+(?P<time>.+)", re.IGNORECASE | re.DOTALL)
UNCONTESTED = re.compile(r"(?P<which>.*?)\s*\buncontested", re.IGNORECASE | re.DOTALL)
"""What the button says that proposes to cancel."""
SHOWN = 3


def run(act: Act) -> Reply:
    """When the next meetings are; or set their schedule, change one, or run it.

    Refuses: say-what-of-meeting, no-meeting, odd-schedule, odd-time, and what the rules of
    convening and chairing refuse.
    """
    text = act.request.text.strip()
    if not text:
        return shown(act)
    said = HEAD.fullmatch(text)
    verb = said["word"].casefold() if said else ""
    if said is None or verb not in SAYS:
        near = act.tools.near(verb, sorted(SAYS))
        raise Refused("say-what-of-meeting", {"text": text, "near": near})
    return SAYS[verb](act, said["rest"].strip())


def shown(act: Act) -> Reply:
    """The schedule and what is ahead, with what whoever runs it may do."""
    plan = plan_of(act.reader, act.now)
    ahead = plan.ahead(act.now, SHOWN)
    choices = _offered(act, ahead[0]) if ahead else ()
    return Reply("meeting", {"series": plan.series, "ahead": ahead}, choices=choices)


def _offered(act: Act, meeting: Meeting) -> tuple[Choice, ...]:
    if not chairs(act):
        return ()
    if meeting.stage is Stage.RUNNING:
        return (Choice("Close the meeting", f"meeting close {meeting.name}"),)
    if act.now < meeting.at - EARLIEST:
        return ()
    return (Choice("Start the meeting", f"meeting start {meeting.name}", "primary"),)


# The schedule.


def set_series(act: Act, name: str, text: str) -> Reply:
    """Set when the meeting or the digest comes. Refuses: not-your-role, odd-schedule."""
    by = chair(act)
    old = act.company.series.get(name)
    try:
        new = act.tools.schedule(text, name, act.zone, act.company, act.now, old)
    except Refused as refused:
        near = refused.about.get("near")
        refused.about["instead"] = near and (f"Set {near}", f"{name} set {near}")
        raise
    return _declared(act, replace(new, by=by.person), by)


def end_series(act: Act, name: str) -> Reply:
    """It comes no more. Refuses: not-your-role, no-meeting, no-digest."""
    by = chair(act)
    old = act.company.series.get(name)
    if old is None:
        raise Refused("no-meeting" if name == MEETING else "no-digest", {})
    return _declared(act, replace(old, off=True), by)


def _declared(act: Act, series: Series, by: Actor) -> Reply:
    old = act.company.series.get(series.name)
    facts = series_changed(series, old, by, act.now)
    if facts:
        series = succeeding(series, old, act.now)
        edit = Edit(facts, (series.channel,), series=(series,))
        declare_edit(act.tx, edit, pressed_at=act.request.pressed_at)
    moved = [save(act.tx, convened) for convened in _moved_by(act, by)] if facts else []
    ahead = plan_of(act.reader, act.now).ahead(act.now, SHOWN) if series.name == MEETING else ()
    about = {"series": series, "changed": bool(facts), "ahead": ahead, "moved": moved}
    return Reply("scheduled", about)


def _moved_by(act: Act, by: Actor) -> tuple[Convened, ...]:
    """What a changed schedule does to the meetings ahead."""
    plan = plan_of(act.reader, act.now)
    if plan.series is None:
        return ()
    return follow(plan.series, plan.calendar, plan.known, by, act.now)


# One meeting.


def _moved(act: Act, rest: str) -> Reply:
    """Refuses: not-your-role, odd-time, no-meeting, and what `move` refuses."""
    by, plan = chair(act), plan_of(act.reader, act.now)
    to = TO.fullmatch(rest)
    which, time = (to["which"] or "", to["time"]) if to else _apart(rest)
    meeting, at = _meant(act, plan, which), act.time(time)
    try:
        moved = plan.move(meeting, at, by, act.now)
    except Refused as refused:
        if refused.about.get("near"):
            said = f"meeting move {meeting.name} to {refused.about['near'].isoformat()}"
            refused.about["instead"] = ("Take the nearest free time", said)
        raise
    after = save(act.tx, moved)
    about = {"meeting": after, "was": meeting.at, "back": after.turn > meeting.turn}
    return Reply("meeting-moved", about)


def _apart(rest: str) -> tuple[str, str]:
    """A meeting's name, if it begins with one, and the time after it."""
    named = NAME.fullmatch(rest)
    return (named["name"], named["rest"]) if named and named["rest"] else ("", rest)


def _skipped(act: Act, rest: str) -> Reply:
    """Refuses: not-your-role, no-meeting, odd-time, meeting-over."""
    by, (meeting, why) = chair(act), _meeting_and_why(act, rest)
    after = save(act.tx, skip(meeting, why, by, act.now))
    return Reply("meeting-skipped", {"meeting": after, "ahead": _following(act)})


def _cancelled(act: Act, rest: str) -> Reply:
    """Refuses: not-your-role, no-meeting, odd-time, meeting-over, contested-now."""
    asked = UNCONTESTED.fullmatch(rest)
    by, (meeting, why) = chair(act), _meeting_and_why(act, asked["which"] if asked else rest)
    if asked or (why is None and meeting.announced_at is not None):
        agenda = agenda_of(act.reader, meeting, act.now)
        contested = [item.key for item in agenda.items if item.contested]
        if asked and contested and meeting.stage in AHEAD:
            titles = [title_of(act.reader, key) for key in contested]
            instead = ("Cancel it all the same", f"meeting cancel {meeting.name}")
            raise Refused("contested-now", {"items": titles, "instead": instead})
        why = None if contested else "nothing-contested"
    after = save(act.tx, cancel(meeting, why, by, act.now))
    return Reply("meeting-cancelled", {"meeting": after, "ahead": _following(act)})


def _following(act: Act) -> tuple[Meeting, ...]:
    return plan_of(act.reader, act.now).ahead(act.now, 1)


def _meeting_and_why(act: Act, rest: str) -> tuple[Meeting, str | None]:
    because = BECAUSE.search(rest)
    date = rest[: because.start()] if because else rest
    why = " ".join(because["reason"].split()) if because else None
    return _meant(act, plan_of(act.reader, act.now), date), why


def _meant(act: Act, plan: Plan, text: str) -> Meeting:
    """The meeting of a day, or the next one. Refuses: no-meeting, odd-time."""
    word = text.strip()
    ahead = plan.ahead(act.now, 60)
    if not ahead:
        raise Refused("no-meeting", {"date": None, "ahead": ()})
    if not word:
        return ahead[0]
    if word in plan.known:
        return plan.known[word]
    day = _day(act, word)
    on_it = [each for each in ahead if each.at.astimezone(ZoneInfo(each.zone)).date() == day]
    # One that was skipped, or that a holiday skips, can be brought back by its day.
    found = on_it[0] if on_it else plan.named(f"{day:%Y-%m-%d}", act.now)
    if found is None:
        raise Refused("no-meeting", {"date": f"{day:%Y-%m-%d}", "ahead": ahead[:SHOWN]})
    return found


def _day(act: Act, word: str) -> date:
    """A day as the caller writes it, today among them. Refuses: odd-time."""
    try:
        at = act.tools.when(f"23:59 {word}", act.zone, act.now)
    except Refused as refused:
        refused.about["text"] = word
        raise
    return at.astimezone(ZoneInfo(act.zone)).date()


# While it runs.


def _started(act: Act, rest: str) -> Reply:
    """Refuses: not-your-role, no-meeting, and what `start` refuses."""
    by, plan = chair(act), plan_of(act.reader, act.now)
    meeting = _meant(act, plan, rest)
    agenda = agenda_of(act.reader, meeting, act.now)
    items = [item.key for item in agenda.items]
    begun = start(meeting, items, by, act.now, act.reader.running())
    after = save(act.tx, begun, agenda)
    return Reply("meeting-started", {"meeting": after})


def _turned(outcome: str) -> Callable[[Act, str], Reply]:
    def turned(act: Act, rest: str) -> Reply:
        """Refuses: not-your-role, meeting-not-running, nothing-in-focus."""
        by = chair(act)
        meeting, was, why = _in_focus(act, rest)
        agenda = agenda_of(act.reader, meeting, act.now)
        gone, current = gone_of(act.reader, meeting.left), _current(meeting, agenda)
        turned = turn(meeting, current, outcome, why, by, act.now, was=was, gone=gone)
        after = save(act.tx, turned, agenda)
        focus = title_of(act.reader, after.focus) if after.focus else None
        about = {"meeting": after, "changed": bool(turned[1]), "focus": focus}
        return Reply("meeting-turned", about)

    return turned


def _current(meeting: Meeting, agenda: Agenda) -> list[str]:
    """The keys of an agenda as it is now, without the actions that came of this very meeting."""
    own = {each.key for each in agenda.items if each.action and each.action.meeting == meeting.name}
    return [key for key in agenda.keys if key not in own]


def _in_focus(act: Act, rest: str) -> tuple[Meeting, str | None, str | None]:
    """The meeting that runs, the item that was in focus when a button was drawn, and words. Refuses: meeting-not-running."""
    meeting, rest = _running(act, rest)
    was = WAS.fullmatch(rest)
    words = was["rest"] if was else rest
    because = BECAUSE.fullmatch(words.strip())
    why = " ".join((because["reason"] if because else words).split()) or None
    return meeting, was["key"] if was else None, why


def _running(act: Act, rest: str) -> tuple[Meeting, str]:
    """The meeting named, or the one that runs, and the words after it. Refuses: meeting-not-running."""
    named = NAME.fullmatch(rest)
    known = act.reader.meeting(named["name"]) if named else None
    meeting = known or act.reader.running()
    if meeting is None:
        ahead = plan_of(act.reader, act.now).ahead(act.now, 1)
        raise Refused("meeting-not-running", {"meeting": ahead[0] if ahead else None})
    return meeting, named["rest"] if named and known else rest


def _attended(act: Act, rest: str) -> Reply:
    """Refuses: meeting-not-running."""
    meeting, _ = _running(act, rest)
    after = save(act.tx, attend(meeting, member(act), act.now))
    return Reply("meeting-attended", {"meeting": after})


def _closed(act: Act, rest: str) -> Reply:
    """Refuses: not-your-role, meeting-not-running."""
    by = chair(act)
    meeting, _ = _running(act, rest)
    agenda = agenda_of(act.reader, meeting, act.now)
    gone, current = gone_of(act.reader, meeting.left), _current(meeting, agenda)
    after = save(act.tx, close(meeting, by, act.now, current=current, gone=gone), agenda)
    return Reply("meeting-closed", {"meeting": after})


def _minutes(act: Act, rest: str) -> Reply:
    """The minutes kept of a meeting, or of the last. Refuses: no-minutes, odd-time."""
    named = rest.strip()
    found = _past(act, named) if named else act.reader.last_meeting(act.now)
    if found is None or found.stage not in (Stage.CLOSED, Stage.CANCELLED):
        raise Refused("no-minutes", {"date": named, "meeting": found})
    return Reply("minutes", {"minutes": minutes_of(act.reader, found)})


def _past(act: Act, word: str) -> Meeting | None:
    """The meeting of a day that has come: of two that are meant by `wed` the last one. Refuses: odd-time."""
    named = act.reader.meeting(word)
    if named is not None:
        return named
    day = _day(act, word)
    if day > act.now.astimezone(ZoneInfo(act.zone)).date() and not re.search(r"[0-9]", word):
        day -= timedelta(days=7)
    known = act.reader.meetings(f"{day - timedelta(days=400):%Y-%m-%d}").values()
    on_it = [each for each in known if each.at.astimezone(ZoneInfo(each.zone)).date() == day]
    return on_it[-1] if on_it else None


SAYS: Mapping[str, Callable[[Act, str], Reply]] = {
    "set": lambda act, rest: set_series(act, MEETING, rest),
    "off": lambda act, rest: end_series(act, MEETING),
    "move": _moved,
    "skip": _skipped,
    "cancel": _cancelled,
    "start": _started,
    "next": _turned("done"),
    "defer": _turned("deferred"),
    "attend": _attended,
    "close": _closed,
    "minutes": _minutes,
}
"""What may follow `meeting`."""
