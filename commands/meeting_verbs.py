"""The verbs of the Release Coordination Meeting and of the digest, as the catalogue of verbs lists them (DESIGN 5)."""

from __future__ import annotations

from commands import action, agenda, digest, meeting
from commands.verb import Verb

MEETING_VERBS = (
    Verb(
        "agenda",
        agenda.run,
        "agenda [add TOPIC [MINUTES min] | remove TOPIC]",
        "What the next Release Coordination Meeting takes up.",
        "any full member; a topic is removed by who added it, or a Release Coordinator",
        ("agenda", "agenda add who is on call at Easter? 5 min", "agenda remove 1"),
        operator=True,
    ),
    Verb(
        "meeting",
        meeting.run,
        "meeting [set WEEKDAY TIME [ZONE] [every NUMBER weeks] [for NUMBER min] [in #CHANNEL] "
        "[calendar NAME] [holidays skip|move] | off | move [DATE] to TIME | "
        "skip [DATE] [because WHY] | cancel [because WHY] | start | next | defer [WHY] | attend | "
        "close | minutes [DATE]]",
        "When the Release Coordination Meeting is; change it, run it, read its minutes.",
        "any full member reads and attends; a Release Coordinator of any product does the rest",
        (
            "meeting",
            "meeting set thu 10:00 Europe/Berlin for 45 min",
            "meeting set mon 14:30 every 2 weeks holidays move",
            "meeting move to fri 10:00",
            "meeting skip 2026-12-24 because of Christmas",
            "meeting start",
            "meeting defer until the audit is through",
            "meeting minutes",
        ),
        operator=True,
    ),
    Verb(
        "action",
        action.run,
        "action [@PERSON WHAT by WHEN | NUMBER done]",
        "Who will do what and by when; carried from meeting to meeting until it is done.",
        "any full member; done is said by whom it is for, who recorded it, or a Release Coordinator",
        ("action", "action @omar order the new certificate by fri", "action 1 done"),
        operator=True,
        named=action.named,
    ),
    Verb(
        "digest",
        digest.run,
        "digest [since DATE | set WEEKDAY TIME [ZONE] [in #CHANNEL] | off]",
        "What went out and how, what was halted, who was silent, what goes out next.",
        "any full member reads; a Release Coordinator of any product says when it is posted",
        ("digest", "digest since 2026-11-02", "digest set mon 09:00"),
        operator=True,
    ),
)
"""What is said of meetings, their agenda and actions, and of the weekly digest."""
