"""Why did this go out? A waiver, a presumed state, a fault traced back, and a log nobody can quietly change."""

from __future__ import annotations

import re
import tempfile
from datetime import timedelta
from pathlib import Path

from rehearsal import intruder
from rehearsal.stage import Stage
from rehearsal.stories.release import (
    CHANNEL,
    announce,
    card,
    card_text,
    command,
    due,
    everything_ticked,
    fill_in,
    has,
)
from rehearsal.views import View

WAIVED = "Potential exploits evaluated"
WHY = "Nothing an attacker can reach has changed"
FAULT = "Refunds are paid twice"
MISSED = "Regression tests passed"
ADDED = "Refunds tested twice in a row"
HEAD = re.compile(r"audit head #(\d+) ([0-9a-f]+)")


def play(stage: Stage) -> None:
    """Plays the whole story; raises StoryFailed with the step that failed."""
    stage.watch(CHANNEL, by="alice")
    announce(stage)
    assert_with_a_waiver(stage)
    release(stage)
    record_a_fault(stage)
    trace(stage)
    with tempfile.TemporaryDirectory(prefix="presumptive-audit-") as folder:
        verify(stage, Path(folder) / "whole.db")
        change_a_byte(stage, Path(folder) / "changed.db")
        cut_off_the_last(stage, Path(folder) / "cut.db")


def assert_with_a_waiver(stage: Stage) -> None:
    with stage.step("Alice ticks every criterion of Product"):
        alice = stage.box.person("alice")
        fill_in(stage, alice, alice.press("Assert ready", on=card(stage)))
    with stage.step("Sam waives one criterion of Security, and must say why"):
        sam = stage.box.person("sam")
        seen = sam.press("Assert ready", on=card(stage))
        stage.eventually(lambda: seen.modal and sam.modal, "the criteria are shown to be ticked")
        sam.submit(sam.modal, but_waived(sam.modal, WAIVED))
        reasons = fields(sam.modal, "plain_text_input")
        stage.expect(
            len(reasons) == 1, "a reason is asked for what is waived, and for nothing else"
        )
        answer = sam.submit(sam.modal, dict.fromkeys(reasons, WHY))
        stage.quiet()
        stage.expect(not answer.errors and not answer.error, f"it was accepted: {answer.text}")
        stage.eventually(
            lambda: has(card_text(stage), "1 waiver", WAIVED), "the card shows what is waived"
        )
    with stage.step("Omar asserts by typing; Rita says nothing"):
        command(stage, "omar", "/release assert payments operation all")
        stage.eventually(lambda: has(card_text(stage), "asserted by omar"), "the card shows it")


def release(stage: Stage) -> None:
    with stage.step("It goes out, Organization presumed"):
        stage.advance(until=due(stage) + timedelta(minutes=1))
        stage.eventually(
            lambda: has(card_text(stage), "released", "presumed"), "the card says how it went out"
        )
    with stage.step("Omar deploys it"):
        command(stage, "omar", "/release deploying payments")
        command(stage, "omar", "/release deployed payments")


def record_a_fault(stage: Stage) -> None:
    with stage.step("Rita records a fault, and what let it through"):
        rita = stage.box.person("rita")
        line = f"/release fault payments 2.4.1 {FAULT}"
        rita.command(line, channel=CHANNEL)
        stage.say(f"rita: {line}")
        stage.eventually(lambda: rita.modal, "a form shows the trace and asks what let it through")
        answer = rita.submit(rita.modal, {"through": chosen(rita.modal, MISSED), "add": ADDED})
        stage.quiet()
        stage.expect(not answer.errors and not answer.error, f"it was accepted: {answer.text}")
        stage.eventually(lambda: has(in_channel(stage), FAULT), "the channel hears of it")
    with stage.step("From the next candidate on one criterion more is asked"):
        seen = command(stage, "alice", "/release criteria payments")
        stage.expect(has(seen.text, ADDED), "it stands among the criteria")


def trace(stage: Stage) -> None:
    with stage.step("Alice asks why this went out"):
        seen = command(stage, "alice", "/release trace payments 2.4.1")
        stage.expect(has(seen.text, WAIVED, WHY, FAULT), "the trace names the waiver and the fault")


def verify(stage: Stage, copy: Path) -> None:
    with stage.step("presumptive audit verify"):
        stage.records.copy(copy)
        well, said = stage.records.verify(copy, posted(stage))
        stage.say(said)
        stage.expect(well, "the log is whole")


def change_a_byte(stage: Stage, copy: Path) -> None:
    with stage.step("Somebody changes one byte of one fact"):
        stage.records.copy(copy)
        number = intruder.change_a_byte(copy)
        well, said = stage.records.verify(copy)
        stage.say(said)
        stage.expect(not well and has(said, f"fact {number} "), f"fact {number} is named")


def cut_off_the_last(stage: Stage, copy: Path) -> None:
    with stage.step("Somebody cuts off the last fact"):
        stage.records.copy(copy)
        number = intruder.cut_off_the_last(copy)
        head = posted(stage)
        stage.say(f"presumptive audit verify --head {head}")
        well, said = stage.records.verify(copy, head)
        stage.say(said)
        stage.expect(
            not well and has(said, f"#{number} "), "the head that was posted gives it away"
        )


def posted(stage: Stage) -> str:
    """The last audit head that an outcome carries in the channel."""
    found = [(int(number), sealed) for number, sealed in HEAD.findall(in_channel(stage))]
    if not found:
        raise LookupError("no audit head was posted")
    number, sealed = max(found)
    return f"{number}:{sealed}"


def in_channel(stage: Stage) -> str:
    alice = stage.box.person("alice")
    top = alice.messages(CHANNEL)
    return "\n".join(alice.read(each) for m in top for each in (m, *alice.thread(m)))


def but_waived(view: View | None, criterion: str) -> dict[str, object]:
    """Everything ticked but one criterion, which is waived instead."""
    if view is None:
        return {}
    ticked = {
        name: [each for each in options if each["text"]["text"] != criterion]
        for name, options in everything_ticked(view).items()
        if isinstance(options, list)
    }
    return {**ticked, "waive": [chosen(view, criterion)]}


def chosen(view: View | None, words: str) -> dict[str, object]:
    """The option with these words, in whichever menu offers it."""
    blocks = view.blocks if view is not None else []
    elements = (block.get("element") or {} for block in blocks)
    menus = (e for e in elements if e.get("type", "").endswith("static_select"))
    groups = (g for e in menus for g in e.get("option_groups") or [{"options": e["options"]}])
    for option in (each for group in groups for each in group["options"]):
        if words in option["text"]["text"]:
            return dict(option)
    raise LookupError(f"no menu offers {words!r}")


def fields(view: View | None, kind: str) -> list[str]:
    blocks = view.blocks if view is not None else []
    return [b["block_id"] for b in blocks if (b.get("element") or {}).get("type") == kind]
