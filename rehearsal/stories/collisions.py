"""Four products in each other's way: a chain, a set, a double booking, a freeze, a halt, a rollback, and the ways out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rehearsal.messages import Message
from rehearsal.person import Person
from rehearsal.stage import Stage
from rehearsal.stories.release import CHANNEL, DATE, OWNERS, command, fill_in, has

HOUR = timedelta(hours=1)
THURSDAY = 3
LEDGER, PAYMENTS, WEB, MOBILE = "ledger@3.2.0", "payments@2.4.1", "web@1.8.0", "mobile@5.0.0"


def play(stage: Stage) -> None:
    """Plays the whole story; raises StoryFailed with the step that failed."""
    stage.watch(CHANNEL, by="alice")
    declare(stage)
    day = announce_a_chain(stage)
    apply_a_way_out(stage)
    book_twice(stage)
    form_a_set(stage, day)
    freeze(stage, day)
    halt_what_others_need(stage)
    lift_and_deploy_in_order(stage)
    roll_back_what_others_need(stage)
    release_the_set(stage)
    mend(stage)


def declare(stage: Stage) -> None:
    with stage.step("Rita says what payments needs, and who needs the administrators"):
        done(stage, "rita", "/release product payments needs ledger >= 3.2")
        done(stage, "rita", "/release resource payments needs dba before 30m for 2h")
        done(stage, "rita", "/release resource mobile needs dba for 2h")
    with stage.step("A product nobody has is no dependency"):
        seen = command(stage, "rita", "/release product payments needs legder >= 3.2")
        stage.expect(has(seen.text, "ledger"), "the nearest product is named")
    with stage.step("An outsider changes nothing"):
        seen = command(stage, "dave", "/release product payments takes 5m")
        stage.expect(has(seen.text, "Release Coordinator"), "Dave hears who may")


def announce_a_chain(stage: Stage) -> datetime:
    """Ten o'clock of the day on which all of it is planned."""
    with stage.step("Dave announces payments and web; each needs what is not there"):
        announce(stage, PAYMENTS)
        announce(stage, WEB)
        expect_card(stage, PAYMENTS, "needs ledger", "nobody has announced")
        expect_card(stage, WEB, "needs payments", "which waits itself")
    with stage.step("Rita sees which of them is the root"):
        seen = command(stage, "rita", "/release status")
        stage.expect(has(seen.text, "What blocks others", "ledger"), "the root blocker is named")
    with stage.step("Dave announces the ledger; Rita plans all three for one day"):
        announce(stage, LEDGER)
        day = first_day_for(planned(stage, LEDGER))
        plan(stage, LEDGER, day)
        plan(stage, WEB, day + 2 * HOUR)
        plan(stage, PAYMENTS, day)
        expect_card(stage, PAYMENTS, "waits for", LEDGER, "prod-eu")
    return day


def apply_a_way_out(stage: Stage) -> None:
    with stage.step("Rita applies the way out that she was sent"):
        press_in_latest(stage, stage.box.person("rita"), "Apply")
        expect_no_collision(stage, PAYMENTS)
        expect_no_collision(stage, LEDGER)


def book_twice(stage: Stage) -> None:
    with stage.step("Mobile wants the administrators while payments has them"):
        announce(stage, MOBILE, planned(stage, PAYMENTS) + HOUR / 2)
        expect_card(stage, MOBILE, "needs dba at the same time as", PAYMENTS)
    with stage.step("The later one moves, in one press"):
        press_in_latest(stage, stage.box.person("rita"), "Apply")
        expect_no_collision(stage, MOBILE)


def form_a_set(stage: Stage, day: datetime) -> None:
    with stage.step("Web and mobile come to need each other: a set, and it is said so"):
        done(stage, "rita", "/release product web needs payments no more")
        done(stage, "rita", "/release product web needs mobile >= 5.1")
        said = done(stage, "rita", "/release product mobile needs web >= 1.9")
        stage.expect(has(said, "together"), "the circle is named")
        announce(stage, "web@1.9.0", day + 3 * HOUR)
        announce(stage, "mobile@5.1.0", day + 3.5 * HOUR)
        expect_card(stage, "web@1.9.0", "Goes together with", "mobile@5.1.0")
        expect_card(stage, "mobile@5.1.0", "Goes together with", "web@1.9.0")
        expect_card(stage, WEB, "Superseded")
    with stage.step("For mobile silence means no, so all four assert it"):
        for name in OWNERS:
            person = stage.box.person(name)
            fill_in(stage, person, person.press("Assert ready", on=card_of(stage, "mobile@5.1.0")))


def freeze(stage: Stage, day: datetime) -> None:
    with stage.step("Rita lays a hard freeze over the set"):
        span = f"from {typed(day + 3 * HOUR)} until {typed(day + 4 * HOUR)}"
        line = f"/release freeze add audit hard for web, mobile {span}"
        done(stage, "rita", f"{line} because the auditors are here")
        expect_card(stage, "web@1.9.0", "the hard freeze audit")
        stage.expect(
            not has(card_text(stage, PAYMENTS), "freeze audit"), "what lies before it stays"
        )
    with stage.step("Everybody sees the two weeks ahead"):
        seen = command(stage, "dave", "/release calendar")
        stage.expect(has(seen.text, "prod-eu", "prod-us", "audit"), "with the freeze")


def halt_what_others_need(stage: Stage) -> None:
    due = planned(stage, PAYMENTS)
    with stage.step("Sam halts the ledger"):
        command(stage, "sam", "/release halt ledger totals are wrong")
        expect_card(stage, PAYMENTS, "needs ledger", "which is halted")
    with stage.step("The time of payments comes, and it does not go out"):
        stage.advance(until=due + HOUR / 4)
        expect_card(stage, PAYMENTS, "Waits")
        for name in (LEDGER, PAYMENTS, "web@1.9.0", "mobile@5.1.0"):
            stage.expect(not has(card_text(stage, name), "Released"), f"{name} is not out")


def lift_and_deploy_in_order(stage: Stage) -> None:
    with stage.step("Sam lifts the halt, and the ledger goes out"):
        command(stage, "sam", "/release lift ledger fixed in configuration")
        advance_until(stage, LEDGER, "Released")
        stage.expect(not has(card_text(stage, PAYMENTS), "Released"), "payments waits for it")
    with stage.step("Omar deploys the ledger; then payments goes out"):
        deploy(stage, "ledger")
        advance_until(stage, PAYMENTS, "Released")


def roll_back_what_others_need(stage: Stage) -> None:
    with stage.step("Omar rolls the ledger back before payments is deployed"):
        done(stage, "omar", "/release rolled-back ledger totals are wrong again")
        expect_card(stage, PAYMENTS, "Waits", "rolled back")
        seen = command(stage, "omar", "/release deploying payments")
        stage.expect(not has(seen.text, "can't be halted"), "it can't be deployed now")


def release_the_set(stage: Stage) -> None:
    with stage.step("The set goes out after the freeze, at one instant"):
        advance_until(stage, "web@1.9.0", "Released")
        expect_card(stage, "mobile@5.1.0", "Released")
        expect_no_collision(stage, "web@1.9.0")


def mend(stage: Stage) -> None:
    with stage.step("A mended ledger goes out as a hotfix; payments has a time again, after it"):
        done(stage, "dave", "/release announce ledger 3.2.1 hotfix totals are wrong")
        done(stage, "rita", "/release hotfix ledger")
        advance_until(stage, "ledger@3.2.1", "Released")
        deploy(stage, "ledger")
        expect_no_collision(stage, PAYMENTS)
        expect_card(stage, PAYMENTS, "Goes out")
        stage.expect(not has(card_text(stage, PAYMENTS), "Released"), "payments is not out yet")


# What is done again and again.


def announce(stage: Stage, title: str, at: datetime | None = None) -> None:
    product, _, version = title.partition("@")
    when = f" {typed(at)}" if at else ""
    done(stage, "dave", f"/release announce {product} {version}{when}")
    stage.eventually(lambda: card_text(stage, title), f"there is a card for {title}")


def plan(stage: Stage, title: str, at: datetime) -> None:
    """Rita plans another time, unless it is that already."""
    command(stage, "rita", f"/release reschedule {title} {typed(at)}")
    stage.eventually(lambda: planned(stage, title) == at, f"{title} is planned for then")


def typed(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def planned(stage: Stage, title: str) -> datetime:
    """When the card's first line says that it goes out."""
    found = DATE.findall(repr(card_of(stage, title).blocks[1]))
    stage.expect(found, f"the card of {title} says when it goes out")
    return datetime.fromtimestamp(int(found[0]), UTC)


def first_day_for(earliest: datetime) -> datetime:
    """Ten o'clock UTC of the first day, Monday to Thursday, on which that is not too early."""
    day = earliest.replace(hour=10, minute=0, second=0, microsecond=0)
    while day < earliest or day.weekday() > THURSDAY:
        day += timedelta(days=1)
    return day


def done(stage: Stage, who: str, line: str) -> str:
    """Types a command that must be done; what was answered."""
    text = command(stage, who, line).text
    stage.expect(not has(text, "nothing was changed"), f"{line} was done: {text}")
    return text


def deploy(stage: Stage, product: str) -> None:
    for verb in ("deploying", "deployed"):
        done(stage, "omar", f"/release {verb} {product}")


def expect_card(stage: Stage, title: str, *words: str) -> None:
    stage.eventually(
        lambda: has(card_text(stage, title), *words), f"the card of {title} says {', '.join(words)}"
    )


def expect_no_collision(stage: Stage, title: str) -> None:
    stage.eventually(
        lambda: not has(card_text(stage, title), "Collisions"), f"{title} collides with nothing"
    )


def advance_until(stage: Stage, title: str, word: str, days: int = 6) -> None:
    """Lets hours pass until the card says it."""
    last = stage.now() + timedelta(days=days)
    while not has(card_text(stage, title), word) and stage.now() < last:
        stage.advance(hours=1)
    expect_card(stage, title, word)


def press_in_latest(stage: Stage, person: Person, label: str) -> None:
    """Presses the button of somebody's newest direct message that has one."""
    stage.eventually(lambda: _latest_with(person, label), f"{label} is offered")
    message = _latest_with(person, label)
    if message is not None:
        stage.say(person.read(message))
        person.press(label, on=message)
        stage.quiet()


def _latest_with(person: Person, label: str) -> Message | None:
    found = [message for message in person.dms() if f"'{label}'" in repr(message.blocks)]
    return found[-1] if found else None


def card_of(stage: Stage, title: str) -> Message:
    """The newest card with this title. Raises LookupError where there is none."""
    found = stage.box.person("alice").messages(CHANNEL)
    cards = [m for m in found if m.bot_id and m.blocks and not m.is_reply]
    named = [m for m in cards if str(m.blocks[0].get("text", {}).get("text", "")).startswith(title)]
    if not named:
        raise LookupError(f"there is no card for {title}")
    return named[-1]


def card_text(stage: Stage, title: str) -> str:
    return stage.box.person("alice").read(card_of(stage, title))
