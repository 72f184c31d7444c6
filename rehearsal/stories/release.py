"""The life of one candidate: announced, asserted, halted, rebuilt, lifted, released by silence."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from rehearsal.messages import Message
from rehearsal.person import Person
from rehearsal.seen import Seen
from rehearsal.stage import Stage
from rehearsal.views import View

CHANNEL = "releases"
OWNERS = ("alice", "sam", "omar", "rita")
DATE = re.compile(r"(?:<!date\^|'timestamp': )(\d+)")


def play(stage: Stage) -> None:
    """Plays the whole story; raises StoryFailed with the step that failed."""
    stage.watch(CHANNEL, by="alice")
    announce(stage)
    assert_by_two_owners(stage)
    refuse_an_outsider(stage)
    halt(stage)
    rebuild(stage)
    lift(stage)
    remind_a_silent_owner(stage)
    postpone_after_an_outage(stage)
    release_by_silence(stage)


def announce(stage: Stage) -> None:
    with stage.step("Dave announces payments 2.4.1"):
        command(stage, "dave", "/release announce payments 2.4.1 commit abc123")
        stage.expect(has(card_text(stage), "payments", "2.4.1"), "there is a card")
    with stage.step("Every owner gets a direct message"):
        for name in OWNERS:
            was_told(stage, name)
        stage.expect(not everyone_was_pinged(stage), "nobody was notified by @channel")


def was_told(stage: Stage, name: str) -> None:
    owner = stage.box.person(name)
    stage.eventually(lambda: has(direct(owner), "payments"), f"{name} was told directly")


def assert_by_two_owners(stage: Stage) -> None:
    with stage.step("Alice asserts with the button"):
        alice = stage.box.person("alice")
        fill_in(stage, alice, alice.press("Assert ready", on=card(stage)))
    with stage.step("Omar asserts by typing"):
        command(stage, "omar", "/release assert payments")
        stage.eventually(lambda: has(card_text(stage), "asserted by omar"), "the card shows it")


def refuse_an_outsider(stage: Stage) -> None:
    with stage.step("Dave presses Assert and is refused"):
        dave = stage.box.person("dave")
        before = card(stage).edits
        seen = dave.press("Assert ready", on=card(stage))
        stage.quiet()
        stage.eventually(lambda: seen.text, "Dave gets a private answer")
        stage.expect(not seen.error, f"the press was answered, not failed: {seen.error}")
        stage.expect(card(stage).edits == before, "the card did not change")


def halt(stage: Stage) -> None:
    with stage.step("Sam halts with a reason"):
        command(stage, "sam", "/release halt payments CVE-1 is open")
        stage.eventually(
            lambda: has(card_text(stage), "halted", "CVE-1 is open"), "the card shows the halt"
        )


def rebuild(stage: Stage) -> None:
    with stage.step("A rebuild inherits the halt"):
        old = card(stage)
        command(stage, "dave", "/release announce payments 2.4.1 commit def456 rebuild")
        stage.eventually(lambda: card(stage).ts != old.ts, "the rebuild has its own card")
        stage.eventually(
            lambda: has(card_text(stage), "halted", "CVE-1 is open"), "it starts halted"
        )


def lift(stage: Stage) -> None:
    with stage.step("Sam lifts the halt"):
        command(stage, "sam", "/release lift payments fixed in the rebuild")
        stage.eventually(lambda: due(stage), "the card says again when it goes out")


def remind_a_silent_owner(stage: Stage) -> None:
    with stage.step("A silent owner is reminded"):
        rita = stage.box.person("rita")
        before = len(rita.dms())
        stage.advance(until=due(stage) - timedelta(minutes=30))
        stage.eventually(lambda: len(rita.dms()) > before, "Rita was reminded")


def postpone_after_an_outage(stage: Stage) -> None:
    with stage.step("Slack is out across the release time"):
        planned = due(stage)
        stage.box.wait_for(lambda: not stage.box.events.under_way)
        stage.box.faults.outage = True
        stage.advance(until=planned + timedelta(minutes=20))
        stage.box.faults.outage = False
        stage.advance(minutes=1)
        stage.eventually(
            lambda: any(at > planned for at in ahead(stage)), "the release was moved", seconds=30
        )
        stage.expect(not has(card_text(stage), "released"), "nothing went out unheard")


def release_by_silence(stage: Stage) -> None:
    with stage.step("Nobody objects and it goes out"):
        stage.advance(until=due(stage) + timedelta(minutes=1))
        stage.eventually(
            lambda: has(card_text(stage), "released", "presumed"),
            "the card says it was released, and what was presumed",
        )


def command(stage: Stage, name: str, line: str) -> Seen:
    """Types a command in the release channel; fails where Slack itself would show a failure."""
    seen = stage.box.person(name).command(line, channel=CHANNEL)
    stage.say(f"{name}: {line}")
    stage.quiet()
    stage.expect(seen.error is None, f"{line} was answered, not failed: {seen.error}")
    if seen.messages:
        stage.say(f"    (only {name} sees) {seen.text}")
    return seen


def fill_in(stage: Stage, person: Person, seen: Seen) -> None:
    """Ticks every criterion of the modal that an assertion opened, and submits it."""
    stage.eventually(lambda: seen.modal, "the criteria are shown to be ticked")
    view = person.modal
    if view is None:
        return
    answer = person.submit(view, everything_ticked(view))
    stage.quiet()
    stage.expect(not answer.errors and not answer.error, f"it was accepted: {answer.text}")


def everything_ticked(view: View) -> dict[str, object]:
    elements = [(block["block_id"], block.get("element") or {}) for block in view.blocks]
    ticked = [(name, e["options"]) for name, e in elements if e.get("type") == "checkboxes"]
    return dict(ticked)


def card(stage: Stage) -> Message:
    """The bot's newest card: a message in the channel with blocks that is not in a thread."""
    found = stage.box.person("alice").messages(CHANNEL)
    cards = [m for m in found if m.bot_id and m.blocks and not m.is_reply]
    if not cards:
        raise LookupError("there is no card in the channel")
    return cards[-1]


def card_text(stage: Stage) -> str:
    return stage.box.person("alice").read(card(stage))


def due(stage: Stage) -> datetime:
    """When the card says it goes out: the latest instant still ahead that it names."""
    instants = ahead(stage)
    stage.expect(instants, "the card names an instant that is still ahead")
    return max(instants)


def ahead(stage: Stage) -> list[datetime]:
    """The instants the card names that have not come yet."""
    named = (int(found) for found in DATE.findall(repr(card(stage).blocks)))
    instants = [datetime.fromtimestamp(each, UTC) for each in named]
    return [each for each in instants if each > stage.now()]


def direct(person: Person) -> str:
    return "\n".join(person.read(message) for message in person.dms())


def everyone_was_pinged(stage: Stage) -> bool:
    found = stage.box.person("alice").messages(CHANNEL)
    return any(m.pings & {"channel", "here", "everyone"} for m in found if m.bot_id)


def has(text: str, *words: str) -> bool:
    return all(word.lower() in text.lower() for word in words)
