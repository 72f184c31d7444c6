"""What is answered to those who schedule, run and attend meetings, add topics and record actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from bot import modals
from commands.request import Choice
from rules.candidate import Candidate
from rules.meeting import Stage
from rules.series import DIGEST, MEETING, Series
from rules.words import State
from tests.templates.cases_agenda import MEETING as ANNOUNCED
from tests.templates.cases_agenda import ORDER, TOPIC
from tests.templates.company import HOUR, MONDAY, OMAR, PEOPLE, RITA, announced, halted

WEEKLY = Series(MEETING, (3,), time(10), "Europe/Berlin", "C0RCM0001", MONDAY)
EVERY_OTHER = replace(WEEKLY, days=(0, 3), weeks=2, calendar="germany", holidays="move")
OFF = replace(WEEKLY, off=True)
SUMMED_UP = Series(DIGEST, (0,), time(9), "Europe/London", "C0REL0001", MONDAY)
NEXT = replace(
    ANNOUNCED, name="2026-12-03", at=ANNOUNCED.at + timedelta(days=7), stage=Stage.PLANNED
)
AHEAD = (ANNOUNCED, NEXT)
RUNNING = replace(
    ANNOUNCED,
    stage=Stage.RUNNING,
    started_at=ANNOUNCED.at,
    started_by=RITA,
    items=("payments@2.4.1#1", "topic:7"),
    focus="topic:7",
)
CALLED_OFF = replace(ANNOUNCED, stage=Stage.CANCELLED, why="nothing-contested", ended_by=RITA)
ACTIONS = (ORDER, replace(ORDER, number=4, what="write the release notes"))

NOTHING: dict[str, Any] = {
    "mine": [],
    "open": [],
    "products": ["payments"],
    "coordinators": None,
    "meeting": None,
    "actions": [],
}
"""What somebody with a part sees while nothing is going on."""

REPLIES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "home": lambda: [
        {
            **NOTHING,
            "mine": [{"candidate": announced(), "states": (State.SECURITY,)}],
            "open": [announced(), replace(halted(announced()), version="2.5.0")],
            "meeting": ANNOUNCED,
            "actions": ACTIONS,
            "choices": [
                Choice("Assert payments@2.4.1", "assert payments@2.4.1#1"),
                Choice("Halt payments@2.4.1", "halt payments@2.4.1#1", "danger"),
            ],
        },
        {**NOTHING, "meeting": RUNNING, "actions": ACTIONS * 5},
        dict(NOTHING),
        {**NOTHING, "products": []},
        {**NOTHING, "open": [announced()], "coordinators": ["U0RITA001"]},
    ],
    "meeting": lambda: [
        {"series": WEEKLY, "ahead": AHEAD},
        {"series": EVERY_OTHER, "ahead": (RUNNING, NEXT)},
        {"series": None, "ahead": ()},
        {"series": OFF, "ahead": (RUNNING,)},
    ],
    "scheduled": lambda: [
        {"series": WEEKLY, "changed": True, "ahead": AHEAD, "moved": []},
        {"series": EVERY_OTHER, "changed": True, "ahead": AHEAD, "moved": [CALLED_OFF, NEXT]},
        {"series": replace(WEEKLY, weeks=3), "changed": False, "ahead": (), "moved": []},
        {"series": OFF, "changed": True, "ahead": (), "moved": []},
        {"series": OFF, "changed": False, "ahead": (), "moved": []},
        {"series": SUMMED_UP, "changed": True, "ahead": (), "moved": []},
    ],
    "meeting-moved": lambda: [
        {"meeting": ANNOUNCED, "was": ANNOUNCED.at - HOUR, "back": False},
        {"meeting": ANNOUNCED, "was": ANNOUNCED.at, "back": False},
        {"meeting": ANNOUNCED, "was": ANNOUNCED.at, "back": True},
    ],
    "meeting-skipped": lambda: [{"meeting": ANNOUNCED, "ahead": (NEXT,)}],
    "meeting-cancelled": lambda: [{"meeting": CALLED_OFF, "ahead": ()}],
    "meeting-started": lambda: [{"meeting": RUNNING}],
    "meeting-turned": lambda: [
        {"meeting": RUNNING, "changed": True, "focus": "Who is on call at Easter?"},
        {"meeting": RUNNING, "changed": False, "focus": "Who is on call at Easter?"},
        {"meeting": replace(RUNNING, focus=None), "changed": True, "focus": None},
    ],
    "meeting-attended": lambda: [{"meeting": RUNNING}],
    "meeting-closed": lambda: [{"meeting": RUNNING}],
    "say-what-of-meeting": lambda: [
        {"text": "strat it", "near": ["start"]},
        {"text": "?", "near": []},
    ],
    "no-meeting": lambda: [
        {"date": "2026-11-24", "ahead": AHEAD},
        {"date": None, "ahead": ()},
        {},
    ],
    "contested-now": lambda: [
        {"items": ["payments@2.4.1#1", "Who is on call at Easter?"]},
        {"items": [f"topic {number}" for number in range(12)]},
    ],
    "no-digest": lambda: [{}],
    "no-minutes": lambda: [
        {"date": "2026-11-19", "meeting": None},
        {"date": "", "meeting": None},
        {"date": "", "meeting": replace(ANNOUNCED, stage=Stage.MISSED)},
        {"date": "", "meeting": replace(ANNOUNCED, stage=Stage.SKIPPED)},
        {"date": "", "meeting": RUNNING},
    ],
    "meeting-over": lambda: [
        {"meeting": replace(ANNOUNCED, stage=each)} for each in (*Stage,) if each != Stage.PLANNED
    ],
    "meeting-passed": lambda: [{"at": MONDAY, "near": MONDAY + HOUR}],
    "meeting-clash": lambda: [{"at": NEXT.at, "other": NEXT, "near": NEXT.ends}],
    "another-runs": lambda: [{"meeting": RUNNING}],
    "meeting-not-yet": lambda: [{"at": ANNOUNCED.at, "meeting": ANNOUNCED}],
    "meeting-not-running": lambda: [{"meeting": ANNOUNCED}, {"meeting": None}],
    "nothing-in-focus": lambda: [{"meeting": replace(RUNNING, focus=None)}],
    "say-what-of-agenda": lambda: [{"text": "the audit"}],
    "unknown-topic": lambda: [
        {"word": "9", "topics": [{"number": 7, "text": TOPIC.text}]},
        {"word": "", "topics": []},
    ],
    "not-your-topic": lambda: [{"verb": "agenda", "topic": TOPIC}],
    "topic-needed": lambda: [{}],
    "odd-minutes": lambda: [{"minutes": 500, "most": 120, "near": 120}],
    "topic-added": lambda: [
        {"topic": TOPIC, "meeting": ANNOUNCED},
        {"topic": TOPIC, "meeting": None},
    ],
    "topic-removed": lambda: [
        {"topic": TOPIC, "changed": True},
        {"topic": TOPIC, "changed": False},
    ],
    "say-whose-action": lambda: [{"text": "order the certificate"}],
    "unknown-action": lambda: [{"number": 9, "actions": ACTIONS}, {"number": 9, "actions": ()}],
    "not-your-action": lambda: [{"verb": "action", "action": ORDER}],
    "action-needed": lambda: [{}],
    "person-left": lambda: [{"person": replace(PEOPLE[OMAR], deactivated=True), "near": []}],
    "action-given": lambda: [{"action": ORDER}],
    "action-done": lambda: [
        {"action": ORDER, "changed": True},
        {"action": ORDER, "changed": False},
    ],
    "actions": lambda: [{"actions": ACTIONS}, {"actions": ACTIONS * 20}, {"actions": ()}],
}
TOLD: Mapping[str, Callable[[], tuple[Candidate | None, Mapping[str, Any]]]] = {
    "meetings-missed": lambda: (
        None,
        {"many": 12, "first": "2026-10-05", "last": "2026-11-16"},
    ),
    "action-due": lambda: (None, {"action": ORDER}),
    "action-overdue": lambda: (None, {"action": ORDER}),
    "action-orphaned": lambda: (None, {"action": ORDER, "who": OMAR}),
}
FORMS: Mapping[str, dict[str, Any]] = {
    "agenda": modals.topic_view(),
    "action": modals.action_view(),
}
