"""`agenda`: what the next Release Coordination Meeting takes up, and the topics that people add to it (DESIGN 4)."""

from __future__ import annotations

import re
from typing import Any

from commands.act import Act
from commands.agenda_now import agenda_of
from commands.meetings import chairs, member, plan_of
from commands.request import Choice, Reply
from rules.meeting import Topic
from rules.topics import add_topic, remove_topic
from rules.words import Refused

SAYS = re.compile(r"(?P<verb>add|remove)\b\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
MINUTES = re.compile(
    r"[\s,;(]+(?:for\s+)?(?P<number>[0-9]{1,3})\s*(?:minutes?|mins?|m)\)?\s*$", re.IGNORECASE
)
"""At the end of a topic: how long it will take."""
USUAL = 5
"""Minutes of a topic of which nothing is said."""


def run(act: Act) -> Reply:
    """The agenda as it stands; or add a topic to it, or take one off.

    Refuses: say-what-of-agenda, unknown-topic, and what the rules of topics refuse.
    """
    if act.request.fields:
        return _by_form(act)
    text = act.request.text.strip()
    if not text:
        return _shown(act)
    said = SAYS.fullmatch(text)
    if said is None:
        raise Refused("say-what-of-agenda", {"text": text})
    if said["verb"].casefold() == "remove":
        return _removed(act, said["rest"])
    words, minutes = _timed(said["rest"])
    return _added(act, words, minutes)


def _shown(act: Act) -> Reply:
    ahead = plan_of(act.reader, act.now).ahead(act.now, 1)
    meeting = ahead[0] if ahead else None
    about = {"agenda": agenda_of(act.reader, meeting, act.now), "meeting": meeting}
    return Reply("agenda", about, choices=(Choice("Add a topic…", "open agenda add"),))


def _timed(text: str) -> tuple[str, int]:
    """A topic without the minutes it ends in, and those."""
    found = MINUTES.search(text)
    return (text[: found.start()], int(found["number"])) if found else (text, USUAL)


def _by_form(act: Act) -> Reply:
    fields = act.request.fields
    return _added(act, str(fields.get("topic", "")), int(fields.get("minutes") or USUAL))


def _added(act: Act, words: str, minutes: int) -> Reply:
    """Refuses: topic-needed, words-too-long, odd-minutes."""
    line = " ".join(words.split())
    topic, facts = add_topic(act.reader.next_topic(), line, minutes, member(act), act.now)
    act.tx.save_topic(topic, facts)
    ahead = plan_of(act.reader, act.now).ahead(act.now, 1)
    return Reply("topic-added", {"topic": topic, "meeting": ahead[0] if ahead else None})


def _removed(act: Act, rest: str) -> Reply:
    """Refuses: unknown-topic, not-your-topic."""
    topic = _topic(act, rest)
    after, facts = remove_topic(topic, member(act), chairs(act), act.now)
    if facts:
        act.tx.save_topic(after, facts)
    return Reply("topic-removed", {"topic": after, "changed": bool(facts)})


def _topic(act: Act, rest: str) -> Topic:
    """A topic by its number or its first words. Refuses: unknown-topic."""
    word = rest.strip().lstrip("#")
    opened = act.reader.topics()
    if word.isascii() and word.isdigit() and len(word) < 9:
        found = act.reader.topic(int(word))
        if found is not None:
            return found
    begins = [each for each in opened if word and each.text.casefold().startswith(word.casefold())]
    if len(begins) == 1:
        return begins[0]
    known: list[Any] = [{"number": each.number, "text": each.text} for each in opened]
    raise Refused("unknown-topic", {"word": rest.strip(), "topics": known})
