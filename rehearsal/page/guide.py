"""Five things to try on the first visit; each ticks itself once it has really happened."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rehearsal.answers import said_in
from rehearsal.channels import seconds
from rehearsal.inside import Inside
from rehearsal.messages import Message
from rehearsal.onlooker import Onlooker
from rehearsal.page.places import FIRST
from rehearsal.record import Delivery

LOOKED_AT = 60
"""How many of the newest messages are looked through for what the channel shows."""


@dataclass(frozen=True)
class Done:
    """Somebody (a user id) gave the bot a verb, and was answered."""

    who: str
    verb: str
    delivery: Delivery


@dataclass(frozen=True)
class Step:
    """`who` is the person to act as, by name."""

    id: str
    who: str | None
    title: str
    text: str
    happened: Callable[[Guide], bool]


class Guide:
    """The steps; what is once done stays done."""

    def __init__(self, box: Inside) -> None:
        self._box = box
        self._lock = threading.Lock()
        self._seen = 0
        self._revision = -1
        self._done: set[str] = set()
        self.acts: list[Done] = []

    def steps(self) -> list[dict[str, object]]:
        """Each step as the page lists it; those of people who aren't here are left out."""
        names = {user.name for user in self._box.workspace.users.values()}
        with self._lock:
            self._look()
            return [
                {
                    "id": step.id,
                    "title": step.title,
                    "text": step.text,
                    "done": step.id in self._done,
                    "who": step.who,
                }
                for step in STEPS
                if step.who in (None, *names)
            ]

    def _look(self) -> None:
        """Ticks what has happened, once for each revision."""
        revision = self._box.pulse.revision
        if revision == self._revision:
            return
        self._revision = revision
        fresh = self._box.record.after(self._seen)
        self._seen += len(fresh)
        acts = (_done(each) for each in fresh if isinstance(each, Delivery))
        self.acts += [act for act in acts if act is not None]
        open_steps = [step for step in STEPS if step.id not in self._done]
        self._done |= {step.id for step in open_steps if step.happened(self)}

    def took_effect(self, verb: str, past: str) -> bool:
        """Whether somebody gave this verb and the channel has since shown it as their doing."""
        return any(self._shown(act, past) for act in self.acts if act.verb == verb)

    def _shown(self, act: Done, past: str) -> bool:
        user = self._box.workspace.users.get(act.who)
        if user is None:
            return False
        onlooker, sign = Onlooker(self._box, user.id), f"{past} by {user.name}".lower()
        since = [m for m in self.newest() if m.versions[-1].at >= act.delivery.at]
        return any(sign in onlooker.read(message).lower() for message in since)

    def was_refused(self, name: str, verb: str, past: str) -> bool:
        """Whether this person gave the verb and got a private answer, and nothing came of it."""
        who = self._box.workspace.user_id(name)
        acts = [act for act in self.acts if act.verb == verb and act.who == who]
        return any(self._answered(act) and not self._shown(act, past) for act in acts)

    def _answered(self, act: Done) -> bool:
        """Whether its person was told something privately: at once, or after the press."""
        if act.delivery.kind == "slash_commands":
            return bool(act.delivery.body.strip())
        pressed = [seconds(each["action_ts"]) for each in act.delivery.payload.get("actions", [])]
        with self._box.workspace.lock:
            mine = [m for m in self._box.workspace.ephemerals if m.ephemeral_to == act.who]
        return any(seconds(message.ts) > each for message in mine for each in pressed)

    def newest(self) -> list[Message]:
        """The bot's newest messages in the release channel, threads included."""
        workspace = self._box.workspace
        with workspace.lock:
            found = workspace.channel_id(FIRST)
            there = workspace.channels[found[0]].in_order() if found else []
        return [message for message in there if message.user == workspace.bot_id][-LOOKED_AT:]

    def out_by_silence(self) -> bool:
        """Whether the bot says of something that it went out and that silence was taken for a word."""
        for message in self.newest():
            said = f"{message.text} {message.blocks}".lower()
            if "presumed" in said and "is released" in said:
                return True
        return False


def _done(delivery: Delivery) -> Done | None:
    """The verb somebody gave in this delivery, unless it failed or came back with errors."""
    payload: dict[str, Any] = delivery.payload
    if delivery.error or said_in(delivery.body).get("response_action") == "errors":
        return None
    if delivery.kind == "slash_commands":
        who, line = payload["user_id"], payload["text"]
    elif payload.get("type") == "view_submission":
        who, line = payload["user"]["id"], payload["view"]["callback_id"].removeprefix("submit:")
    elif payload.get("type") == "block_actions":
        who, line = payload["user"]["id"], payload["actions"][0].get("value") or ""
    else:
        return None
    verb = line.split(maxsplit=1)[0].lower() if line.strip() else ""
    return Done(str(who), verb, delivery) if verb else None


STEPS = (
    Step(
        "assert",
        "alice",
        "Say that you are ready",
        "You are Alice, who owns the product. On the card in #releases press “Assert ready”, "
        "tick what is true, and send it. The card shows your word at once.",
        lambda guide: guide.took_effect("assert", "asserted"),
    ),
    Step(
        "refused",
        "dave",
        "Try what you may not do",
        "Act as Dave, who holds no role, and press “Assert ready” on the same card. "
        "Only Dave sees the answer, and the card stays as it is.",
        lambda guide: guide.was_refused("dave", "assert", "asserted"),
    ),
    Step(
        "halt",
        "sam",
        "Halt it",
        "Act as Sam, the security architect. Press “Halt” and say why. "
        "One word from one owner is enough: it does not go out now.",
        lambda guide: guide.took_effect("halt", "halted"),
    ),
    Step(
        "lift",
        "sam",
        "Lift the halt",
        "Still as Sam, type “/release lift payments fixed” in #releases. "
        "The card says again when it goes out.",
        lambda guide: guide.took_effect("lift", "lifted"),
    ),
    Step(
        "silence",
        None,
        "Do nothing",
        "Nobody has to say yes. Move the clock to the next thing due, and again, "
        "until the release has gone out because nobody halted it.",
        lambda guide: guide.out_by_silence(),
    ),
)
