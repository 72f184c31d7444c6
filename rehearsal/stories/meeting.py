"""A week with four products: the agenda, the Release Coordination Meeting, its minutes, the digest, and a meeting nobody needs."""

from __future__ import annotations

from datetime import datetime, timedelta

from rehearsal.messages import Message
from rehearsal.person import Person
from rehearsal.stage import Stage
from rehearsal.stories.collisions import card_text, deploy, done, expect_card, typed
from rehearsal.stories.release import command, direct, fill_in, has

CHANNEL = "release-meeting"
HOUR = timedelta(hours=1)
AGENDA = "Release Coordination Meeting"
MOST_ITEMS = 12
OWNERS = ("alice", "sam", "omar", "rita")


def play(stage: Stage) -> None:
    """Plays the whole story; raises StoryFailed with the step that failed."""
    stage.watch(CHANNEL, by="alice")
    first = schedule(stage)
    announce_four(stage, first)
    post_the_agenda(stage, first)
    add_topics(stage)
    remind(stage, first)
    begin(stage, first)
    decide(stage)
    go_on(stage)
    close(stage)
    release_all(stage, first)
    sum_up(stage, first + timedelta(days=6))
    cancel_the_next(stage, first + timedelta(days=7))


def schedule(stage: Stage) -> datetime:
    """When the first meeting begins: at two in Berlin on the next day."""
    with stage.step("Rita plans the meeting for Tuesdays"):
        said = done(stage, "rita", "/release meeting set tue 14:00 Europe/Berlin calendar none")
        stage.expect(has(said, "every Tuesday at 14:00"), "it says when it comes")
        done(stage, "rita", "/release digest set mon 09:30 Europe/Berlin calendar none")
    with stage.step("A zone that is none, and a meeting in the past"):
        seen = command(stage, "rita", "/release meeting set tue 14:00 Europe/Berln")
        stage.expect(has(seen.text, "Europe/Berlin"), "the nearest zone is named")
        seen = command(stage, "rita", "/release meeting move to 2026-01-06 14:00")
        stage.expect(has(seen.text, "has passed"), "the past is refused")
    with stage.step("Dave can't change it"):
        seen = command(stage, "dave", "/release meeting off")
        stage.expect(has(seen.text, "Release Coordinator"), "Dave hears who may")
    day = stage.now() + timedelta(days=1)
    return day.replace(hour=13, minute=0, second=0, microsecond=0)


def announce_four(stage: Stage, first: datetime) -> None:
    with stage.step("Dave announces all four products; Sam halts the ledger"):
        for product, version in zip(
            ("payments", "ledger", "web", "mobile"),
            ("2.4.1", "3.2.0", "1.8.0", "5.0.0"),
            strict=True,
        ):
            done(stage, "dave", f"/release announce {product} {version}")
        done(stage, "rita", f"/release reschedule ledger {typed(first + 44 * HOUR)}")
        command(stage, "sam", "/release halt ledger totals are wrong")
    with stage.step("All four assert payments"):
        for name in OWNERS:
            done(stage, name, "/release assert payments")


def post_the_agenda(stage: Stage, first: datetime) -> None:
    with stage.step("A day ahead the agenda is posted, decisions first"):
        stage.advance(until=first - timedelta(days=1) + timedelta(minutes=2))
        stage.eventually(
            lambda: has(agenda(stage), "ledger@3.2.0", "totals are wrong"), "it stands"
        )
        stage.expect(has(agenda(stage), "payments@2.4.1"), "payments is a consent item")
    with stage.step("Whoever has a contested item hears of it"):
        sam = stage.box.person("sam")
        stage.eventually(lambda: has(direct(sam), AGENDA, "ledger"), "Sam was told directly")


def add_topics(stage: Stage) -> None:
    with stage.step("Dave adds a topic by the button, another by typing; the agenda shows both"):
        dave = stage.box.person("dave")
        dave.press("Add a topic…", on=agenda_message(stage))
        stage.eventually(lambda: dave.modal, "a form asks for it")
        dave.submit(values={"topic": "Who is on call at Easter?", "minutes": "10 minutes"})
        stage.quiet()
        done(stage, "dave", "/release agenda add move to the new office 5 min")
        stage.advance(minutes=2)
        stage.eventually(lambda: has(agenda(stage), "Easter", "new office"), "both are on it")


def remind(stage: Stage, first: datetime) -> None:
    with stage.step("The channel is reminded an hour and ten minutes before"):
        before = len(posts(stage))
        stage.advance(until=first - HOUR + timedelta(minutes=2))
        stage.expect(len(posts(stage)) == before + 1, "an hour before")
        stage.advance(until=first - timedelta(minutes=8))
        stage.expect(len(posts(stage)) == before + 2, "ten minutes before")


def begin(stage: Stage, first: datetime) -> None:
    with stage.step("Dave can't start it; Rita does, and pressing twice starts it once"):
        stage.advance(until=first)
        press(stage, "dave", "Start", agenda_message(stage))
        stage.expect(not has(newest(stage), "1 of"), "it has not begun")
        press(stage, "rita", "Start", agenda_message(stage))
        stage.eventually(lambda: has(floor(stage), "ledger@3.2.0"), "the ledger is in focus")
    with stage.step("They say that they are there"):
        for name in ("rita", "sam", "alice", "dave"):
            press(stage, name, "I am here", floor_message(stage))


def decide(stage: Stage) -> None:
    with stage.step("Sam lifts his halt and says go; Alice says go"):
        done(stage, "sam", "/release lift ledger fixed in configuration")
        go(stage, "sam", "Go · Security")
        go(stage, "alice", "Go · Product")
        stage.advance(minutes=2)
        stage.eventually(lambda: has(floor(stage), "go, sam"), "the meeting shows it")


def go_on(stage: Stage) -> None:
    with stage.step(
        "Item by item: Easter is put off, and all four assert mobile, where silence holds"
    ):
        for _ in range(MOST_ITEMS):
            if "meeting next " not in repr(floor_message(stage).blocks):
                break
            if has(in_focus(stage), "mobile"):
                for name in OWNERS:
                    done(stage, name, "/release assert mobile")
            put_off = has(in_focus(stage), "Easter")
            press(stage, "rita", "Defer" if put_off else "Next", floor_message(stage))
        stage.expect(has(floor(stage), "through"), "all items are through")
    with stage.step("Rita records an action"):
        done(stage, "rita", "/release action @omar order the new certificate by fri")


def close(stage: Stage) -> None:
    with stage.step("Rita closes it; the minutes say what was decided, deferred and taken on"):
        press(stage, "rita", "Close", floor_message(stage))
        stage.eventually(
            lambda: has(newest(stage), "minutes", "lifted", "Easter", "order the new certificate"),
            "the minutes are posted",
        )
        seen = command(stage, "dave", "/release meeting minutes")
        stage.expect(has(seen.text, "order the new certificate"), "they can be read again")


def release_all(stage: Stage, first: datetime) -> None:
    with stage.step("Payments goes, Omar deploys it, and web can follow"):
        command(stage, "rita", "/release go payments")
        expect_card(stage, "payments@2.4.1", "Released")
        deploy(stage, "payments")
    with stage.step("By Thursday all four are out, and Omar has done what he took on"):
        stage.advance(until=first + timedelta(days=2) - 3.5 * HOUR)
        for title in ("ledger@3.2.0", "web@1.8.0", "mobile@5.0.0"):
            let_go(stage, title)
            deploy(stage, title.partition("@")[0])
        done(stage, "omar", "/release action 1 done")
        done(stage, "dave", "/release agenda remove 1")


def sum_up(stage: Stage, monday: datetime) -> None:
    with stage.step(
        "Until Monday the bot's computer sleeps; then the digest sums up the week, with its chart"
    ):
        stage.sleep(until=monday.replace(hour=8))
        stage.advance(until=monday.replace(hour=9))
        stage.eventually(lambda: digest_message(stage), "the digest is posted", seconds=30)
        digest = digest_message(stage)
        stage.expect(pictured([digest]), "with its chart")
        alice = stage.box.person("alice")
        stage.eventually(lambda: any(m.files for m in alice.thread(digest)), "and its numbers")
        stage.expect(
            has(alice.read(digest), "4 went out", "totals are wrong"), "it says what went out"
        )
    with stage.step("Anybody may ask for it"):
        seen = command(
            stage, "dave", f"/release digest since {monday - timedelta(days=7):%Y-%m-%d}"
        )
        stage.expect(has(seen.text, "4 went out"), "Dave is answered")
        stage.eventually(lambda: pictured(stage.box.person("dave").dms()), "with the chart")


def cancel_the_next(stage: Stage, second: datetime) -> None:
    with stage.step(
        "Nothing is contested a day before the second meeting: it proposes to be cancelled"
    ):
        stage.advance(until=second - timedelta(days=1) + timedelta(minutes=2))
        stage.eventually(lambda: has(agenda(stage), "cancel"), "it is proposed")
    with stage.step("Rita cancels it by one press, and the minutes say so"):
        press(stage, "rita", "Cancel the meeting", agenda_message(stage))
        stage.eventually(lambda: has(newest(stage), "cancelled"), "the minutes say so")


# What is looked at and pressed again and again.


def posts(stage: Stage) -> list[Message]:
    """What the bot posted in the meeting's channel, oldest first."""
    return [m for m in stage.box.person("alice").messages(CHANNEL) if m.bot_id and not m.is_reply]


def newest(stage: Stage) -> str:
    return stage.box.person("alice").read(posts(stage)[-1])


def _latest(stage: Stage, mark: str) -> Message:
    """The newest post with a button that says what `mark` is part of. Raises LookupError."""
    found = [message for message in posts(stage) if mark in repr(message.blocks)]
    if not found:
        raise LookupError(f"no message in #{CHANNEL} offers {mark}")
    return found[-1]


def agenda_message(stage: Stage) -> Message:
    return _latest(stage, "'agenda add'")


def agenda(stage: Stage) -> str:
    return stage.box.person("alice").read(agenda_message(stage))


def floor_message(stage: Stage) -> Message:
    return _latest(stage, "meeting close ")


def floor(stage: Stage) -> str:
    return stage.box.person("alice").read(floor_message(stage))


def digest_message(stage: Stage) -> Message:
    found = [m for m in posts(stage) if "digest" in stage.box.person("alice").read(m).lower()]
    if not found:
        raise LookupError("there is no digest")
    return found[-1]


def pictured(messages: list[Message]) -> bool:
    """Whether one of these shows a picture."""
    return any(block["type"] == "image" for m in messages for block in m.blocks)


def in_focus(stage: Stage) -> str:
    """The part of the meeting's message that says what is talked about."""
    return floor(stage).partition("[Next]")[0]


def press(stage: Stage, name: str, label: str, on: Message) -> None:
    person: Person = stage.box.person(name)
    seen = person.press(label, on=on)
    stage.say(f"{name} presses {label}")
    stage.quiet()
    stage.expect(not seen.error, f"the press was answered, not failed: {seen.error}")


def go(stage: Stage, name: str, label: str) -> None:
    """Presses a go and, where it opens the form of criteria, ticks and submits it."""
    person = stage.box.person(name)
    seen = person.press(label, on=floor_message(stage))
    stage.say(f"{name} presses {label}")
    fill_in(stage, person, seen)


def let_go(stage: Stage, title: str) -> None:
    """Lets a candidate out that holidays have held: all four assert it, and Rita says go."""
    if not has(card_text(stage, title), "Released"):
        for name in OWNERS:
            command(stage, name, f"/release assert {title}")
        command(stage, "rita", f"/release go {title}")
    expect_card(stage, title, "Released")
