"""Four ways in which a halt could be lost or silence counted wrongly, each across a release time: nothing goes out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from rehearsal.deliver import OverHttp
from rehearsal.stage import Stage
from rehearsal.stories.release import card, card_text, command, due, has

ANNOUNCED = "announce payments 2.5.0 commit def456"
OTHER_APP = "A0OTHER001"
NEARLY = timedelta(seconds=5)


def play(stage: Stage) -> None:
    """A candidate that nobody asserts, and what happens to it on the way; then it goes out."""
    with stage.step("Dave announces payments 2.5.0"):
        command(stage, "dave", f"/release {ANNOUNCED}")
        stage.eventually(lambda: has(card_text(stage), "payments@2.5.0", "goes out"), "a card")
    a_form_does_not_open(stage)
    the_database_is_locked(stage)
    another_app_is_asked(stage)
    the_clock_is_set_back(stage)
    with stage.step("With all of it mended, silence counts again"):
        stage.advance(until=due(stage) + timedelta(minutes=1))
        stage.eventually(lambda: has(card_text(stage), "released"), "it goes out")


def a_form_does_not_open(stage: Stage) -> None:
    sam = stage.box.person("sam")
    with stage.step("Sam presses Halt, and the form does not open"):
        stage.box.faults.server_error("views.open")
        seen = sam.press("Halt", on=card(stage))
        stage.quiet()
        stage.eventually(lambda: has(seen.text, "nothing is halted yet"), "that is said")
        stage.say(f"    (only sam sees) {seen.text.splitlines()[0]}")
    with stage.step("The button under the answer halts exactly this build"):
        sam.press("Halt payments@2.5.0#1")
        stage.quiet()
        stage.eventually(lambda: has(card_text(stage), "halted"), "the card shows it")
    lift(stage, "sam")


def the_database_is_locked(stage: Stage) -> None:
    with stage.step("Another program locks the database, and Rita halts across the release time"):
        stage.advance(until=due(stage) - NEARLY)
        with stage.machine.locked():
            command(stage, "rita", "/release halt payments support is not trained")
            stage.machine.let_pass(timedelta(seconds=60))
        stage.quiet()
        stage.eventually(
            lambda: has(card_text(stage), "halted", "support is not trained"),
            "her halt was written before anything was settled",
        )
        stage.expect(not has(card_text(stage), "released"), "nothing went out")
    lift(stage, "rita")


def another_app_is_asked(stage: Stage) -> None:
    """By HTTP the signing secret is another one; by sockets the tokens are of two apps."""
    transport = stage.box.deliveries.transport
    if isinstance(transport, OverHttp):
        ours = stage.box.signing_secret
        with stage.step(
            "The signing secret is rotated at Slack, and a halt does not reach the bot"
        ):
            stage.box.rotate_secret()
            seen = stage.box.person("omar").command("/release halt payments wait", "releases")
            stage.expect(seen.error, "Slack says that the bot did not answer")
            nothing_goes_out(stage)
        mend(stage, lambda: stage.box.sign_with(ours))
        return
    app = stage.box.sockets.app_id
    with stage.step("The bot is given the token of another app"):
        stage.box.sockets.app_id = OTHER_APP
        stage.box.faults.drop_sockets()
        nothing_goes_out(stage)

    def right() -> None:
        stage.box.sockets.app_id = app
        stage.box.faults.drop_sockets()
        stage.advance(minutes=1)

    mend(stage, right)


def the_clock_is_set_back(stage: Stage) -> None:
    with stage.step("The clock of the bot's machine is set back by an hour"):
        stage.machine.set_clock(timedelta(hours=-1))
        nothing_goes_out(stage)
    mend(stage, lambda: stage.machine.set_clock(timedelta()))


def nothing_goes_out(stage: Stage) -> None:
    stage.advance(until=due(stage) + timedelta(minutes=7))
    stage.expect(not has(card_text(stage), "released"), "nothing goes out")


def mend(stage: Stage, right: Callable[[], None]) -> None:
    with stage.step("It is put right, and the release moves"):
        right()
        command(stage, "dave", "/release status payments")
        stage.advance(minutes=3)
        stage.eventually(lambda: due(stage), "the card says when it goes out", seconds=30)
        stage.expect(not has(card_text(stage), "released"), "not at once")


def lift(stage: Stage, name: str) -> None:
    with stage.step(f"{name.capitalize()} lifts the halt"):
        command(stage, name, "/release lift payments it is well")
        stage.eventually(lambda: due(stage), "the card says again when it goes out")
