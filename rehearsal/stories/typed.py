"""Five people who only type, and only in the bot's direct message: nobody presses what can be said."""

from __future__ import annotations

from datetime import datetime, timedelta

from rehearsal.messages import Message
from rehearsal.person import Person
from rehearsal.stage import Stage
from rehearsal.stories import trouble
from rehearsal.stories.release import CHANNEL, OWNERS, card, card_text, direct, due, has

WORDS = "payments 2.4.1 commit abc123 notes Refunds in one step"


def play(stage: Stage) -> None:
    """Plays the whole story; raises StoryFailed with the step that failed."""
    stage.watch(CHANNEL, by="alice")
    announce(stage)
    assert_in_a_thread(stage)
    assert_in_a_line(stage)
    be_refused(stage)
    planned = due(stage)
    object_without_the_word(stage)
    halt_in_a_thread(stage)
    halt_with_a_slip(stage, planned)
    lift(stage)
    release_by_silence(stage)
    trouble.play(stage)


def announce(stage: Stage) -> None:
    with stage.step("Dave writes to the bot that payments 2.4.1 is announced"):
        said = write(stage, "dave", f"announce {WORDS}")
        expect_answer(stage, "dave", said, "is announced")
        stage.eventually(lambda: has(card_text(stage), "payments@2.4.1", "goes out"), "a card")
    with stage.step("Every owner is asked, and told that words are heard"):
        for name in OWNERS:
            was_asked(stage, name)


def was_asked(stage: Stage, name: str) -> None:
    owner = stage.box.person(name)
    stage.eventually(
        lambda: has(direct(owner), "your word is asked", "answer in words"),
        f"{name} was asked, and told",
    )


def assert_in_a_thread(stage: Stage) -> None:
    with stage.step("Alice answers what asks for her word"):
        said = write(stage, "alice", "assert", under=asked(stage, "alice"))
        expect_answer(stage, "alice", said, "asserted")
        stage.eventually(lambda: has(card_text(stage), "asserted by alice"), "the card shows it")


def assert_in_a_line(stage: Stage) -> None:
    with stage.step("Omar writes it with the name, and politely"):
        said = write(stage, "omar", "Please assert payments")
        expect_answer(stage, "omar", said, "asserted")
        stage.eventually(lambda: has(card_text(stage), "asserted by omar"), "the card shows it")


def be_refused(stage: Stage) -> None:
    with stage.step("Dave, who holds no role, is told who may"):
        said = write(stage, "dave", "assert payments")
        expect_answer(stage, "dave", said, "product owner")
    with stage.step("Whoever writes of something else is told what needs them"):
        said = write(stage, "rita", "good morning!")
        expect_answer(stage, "rita", said, "your word is asked")


def object_without_the_word(stage: Stage) -> None:
    with stage.step("Sam does not want it shipped, but does not say halt"):
        asks = asked(stage, "sam")
        said = write(stage, "sam", "don't ship this", under=asks)
        expect_answer(stage, "sam", said, "nothing is halted yet", "don't ship this")
        stage.expect(not has(card_text(stage), "halted by"), "nothing was halted")
    with stage.step("Sam presses the button: his words are the reason"):
        sam = stage.box.person("sam")
        sam.press("Halt payments@2.4.1", on=answers(sam, said)[-1])
        stage.quiet()
        stage.eventually(
            lambda: has(card_text(stage), "halted by sam", "don't ship this"), "the card shows it"
        )


def halt_in_a_thread(stage: Stage) -> None:
    with stage.step("Rita halts in a thread, and need not say what"):
        said = write(stage, "rita", "halt support is not trained", under=asked(stage, "rita"))
        expect_answer(stage, "rita", said, "you halted payments@2.4.1", "support is not trained")
        stage.eventually(
            lambda: has(card_text(stage), "support is not trained"), "the card shows it"
        )


def halt_with_a_slip(stage: Stage, planned: datetime) -> None:
    with stage.step("Omar halts with a slip of the keys"):
        said = write(stage, "omar", "hlat payments the pager is silent")
        expect_answer(stage, "omar", said, "you halted payments@2.4.1", "the pager is silent")
    with stage.step("Nothing goes out at its time"):
        stage.advance(until=planned + timedelta(hours=1))
        stage.expect(not has(card_text(stage), "released"), "it is halted")


def lift(stage: Stage) -> None:
    with stage.step("Each lifts what they halted"):
        for name, words in (
            ("sam", "lift payments nothing in it after all"),
            ("rita", "lift they are trained now"),
            ("omar", "“lift payments” it was the battery"),
        ):
            under = asked(stage, name) if name == "rita" else None
            expect_answer(stage, name, write(stage, name, words, under=under), "lift")
        write(stage, "omar", "assert payments")
        stage.eventually(lambda: due(stage), "the card says again when it goes out")


def release_by_silence(stage: Stage) -> None:
    with stage.step("Nobody objects any more, and it goes out"):
        stage.advance(until=due(stage) + timedelta(minutes=1))
        stage.eventually(
            lambda: has(card_text(stage), "released", "presumed"),
            "the card says it was released, and what was presumed",
        )
        stage.expect(
            not any(m.user != stage.box.workspace.bot_id for m in talk(stage)),
            "nobody wrote a word in the channel",
        )


def write(stage: Stage, name: str, text: str, under: Message | None = None) -> Message:
    """Somebody writes in the bot's direct message, maybe in the thread of a message there."""
    stage.say(f"{name}, to the bot{', in a thread' if under else ''}: {text}")
    person = stage.box.person(name)
    said = person.say(text, thread=under)
    stage.eventually(lambda: answers(person, said), f"{text!r} is answered", seconds=20)
    stage.quiet()
    for answer in answers(person, said):
        first, *_ = person.read(answer).splitlines()
        stage.say(f"    the bot, in the thread: {first}")
    return said


def expect_answer(stage: Stage, name: str, said: Message, *words: str) -> None:
    person = stage.box.person(name)
    told = "\n".join(person.read(answer) for answer in answers(person, said))
    stage.expect(has(told, *words), f"{name} is answered {', '.join(words)!r}: {told}")


def answers(person: Person, said: Message) -> list[Message]:
    """What the bot has said since in the thread that something was written in, or that it began."""
    channel = person.workspace.channels[said.channel]
    parent = channel.messages[said.thread_ts or said.ts]
    return [each for each in person.thread(parent) if each.bot_id and each.ts > said.ts]


def asked(stage: Stage, name: str) -> Message:
    """The direct message that asked somebody's word, whatever it says by now."""
    found = [m for m in stage.box.person(name).dms() if m.bot_id and not m.is_reply]
    if not found:
        raise LookupError(f"{name} was never asked")
    return found[0]


def talk(stage: Stage) -> list[Message]:
    return [card(stage), *stage.box.person("alice").messages(CHANNEL)]
