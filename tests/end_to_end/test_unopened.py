"""Forms that do not open: what is said, and that the halt is one press away all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rehearsal.seen import Seen
from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import CHANNEL, Workplace

LEDGER = "ledger@9.9.9#1"
CHOICE = "Halt ledger@9.9.9#1"
PEOPLE = ("alice", "sam", "omar", "rita", "dave")
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""

FAULTS: dict[str, Callable[[Workplace], None]] = {
    "429": lambda work: work.box.faults.rate_limit("views.open"),
    "503": lambda work: work.box.faults.server_error("views.open"),
    "slow": lambda work: work.box.faults.hang("views.open", 2.5),
    "refused": lambda work: work.box.faults.refuse("views.open"),
    "answer lost": lambda work: work.box.faults.lose_answer("views.open"),
}


def break_forms(work: Workplace) -> None:
    work.box.faults.server_error("views.open")


@pytest.mark.parametrize("transport", ["http", "socket"])
@pytest.mark.parametrize("how", FAULTS)
def test_a_halt_whose_form_does_not_open_is_one_press_away(
    opened: Opened, transport: str, how: str
) -> None:
    work = opened(transport=transport)
    card = work.announce("ledger 9.9.9")
    FAULTS[how](work)

    seen = work.press("sam", "Halt", on=card)

    assert seen.error is None, "Slack waits three seconds"
    assert "The form could not be opened. Nothing is halted yet." in seen.text
    assert f"/release halt {LEDGER} REASON" in seen.text
    assert "payments" not in seen.text
    assert not work.candidate(LEDGER).open_halts
    work.press("sam", CHOICE, on=seen.messages[-1])
    (halt,) = work.candidate(LEDGER).open_halts
    assert halt.reason is None
    assert "owed" in work.reads(card)


@pytest.mark.parametrize("transport", ["http", "socket"])
def test_a_shortcut_on_a_message_keeps_its_words_when_the_form_does_not_open(
    opened: Opened, transport: str
) -> None:
    work = opened(transport=transport)
    card = work.announce("ledger 9.9.9")
    work.announce("payments 2.4.1")
    doubt = work.person("sam").say("books <lost> & found", CHANNEL, thread=card)

    break_forms(work)
    seen = work.person("sam").message_shortcut("halt", doubt)
    work.bot.quiet()
    assert "Nothing is halted yet" in seen.text and "books <lost> & found" in seen.text
    again = work.press("sam", "Open the form again", on=seen.messages[-1])
    assert again.modal and LEDGER in again.text
    work.press("sam", CHOICE, on=seen.messages[-1])

    (halt,) = work.candidate(LEDGER).open_halts
    assert halt.reason == "books <lost> & found"
    assert not work.candidate().open_halts


def test_where_no_candidate_is_named_each_open_one_can_be_halted(work: Workplace) -> None:
    work.announce("ledger 9.9.9")
    work.announce("payments 2.4.1")
    alarm = work.person("sam").say("something is off", CHANNEL)

    break_forms(work)
    seen = work.person("sam").message_shortcut("halt", alarm)
    work.bot.quiet()
    assert "Halt payments@2.4.1#1" in str(seen.messages[-1].blocks)
    again = work.press("sam", "Open the form again", on=seen.messages[-1])
    assert again.modal and "something is off" in str(again.modal.state)
    work.press("sam", CHOICE, on=seen.messages[-1])

    (halt,) = work.candidate(LEDGER).open_halts
    assert halt.reason == "something is off"


Act = Callable[[Workplace], Seen]


def menu(name: str, entry: str) -> Act:
    return lambda work: work.press(name, entry)


def typed(name: str, line: str) -> Act:
    return lambda work: work.say(name, line)


def halted(work: Workplace) -> None:
    work.say("sam", "halt ledger books are lost")


def out(work: Workplace) -> None:
    for who in ("alice", "sam", "omar", "rita"):
        work.say(who, "assert ledger")
    for who, line in (("rita", "go"), ("omar", "deploying"), ("omar", "deployed")):
        work.say(who, f"{line} ledger")


def shortcut(name: str, callback: str) -> Act:
    def act(work: Workplace) -> Seen:
        seen = work.person(name).shortcut(callback)
        work.bot.quiet()
        return seen

    return act


def on_message(name: str, callback: str) -> Act:
    def act(work: Workplace) -> Seen:
        seen = work.person(name).message_shortcut(callback, work.card())
        work.bot.quiet()
        return seen

    return act


def nothing(work: Workplace) -> None:
    """As it is after the announcement."""


EVERY: dict[str, tuple[Callable[[Workplace], None], Act, str, str]] = {
    "assert": (nothing, menu("alice", "Assert ready"), "Nothing is asserted", f"assert {LEDGER}"),
    "halt": (nothing, menu("sam", "Halt"), "Nothing is halted", f"halt {LEDGER}"),
    "lift": (halted, menu("sam", "Lift…"), "No halt is lifted", f"lift {LEDGER}"),
    "reschedule": (
        nothing,
        menu("rita", "Reschedule…"),
        "Nothing is rescheduled",
        f"reschedule {LEDGER} TIME",
    ),
    "withdraw": (
        nothing,
        menu("rita", "Withdraw…"),
        "Nothing is withdrawn",
        f"withdraw {LEDGER} REASON",
    ),
    "announce": (nothing, typed("dave", "announce"), "Nothing is announced", "announce PRODUCT"),
    "global shortcut": (
        nothing,
        shortcut("dave", "announce"),
        "Nothing is announced",
        "announce PRODUCT",
    ),
    "halt shortcut": (nothing, on_message("sam", "halt"), "Nothing is halted", f"halt {LEDGER}"),
    "fault shortcut": (out, on_message("omar", "fault"), "No fault is recorded", f"fault {LEDGER}"),
    "fault": (
        out,
        typed("omar", "fault ledger totals <are> odd"),
        "No fault is recorded",
        f"fault {LEDGER} totals",
    ),
    "criteria": (
        nothing,
        typed("rita", "criteria ledger"),
        "No criterion is changed",
        "criteria ledger",
    ),
    "delegate": (nothing, typed("sam", "delegate"), "Nothing is delegated", "delegate ROLE"),
    "freeze": (nothing, typed("rita", "freeze add"), "No freeze is declared", "freeze add NAME"),
    "agenda": (nothing, typed("omar", "agenda add"), "No topic is added", "agenda add TOPIC"),
    "action": (nothing, typed("omar", "action add"), "No action is recorded", "action add WHAT"),
}


@pytest.mark.parametrize("which", EVERY)
def test_every_form_that_does_not_open_says_what_is_not_done_and_opens_again(
    work: Workplace, which: str
) -> None:
    before, act, undone, line = EVERY[which]
    work.announce("ledger 9.9.9")
    before(work)
    facts = work.facts()
    break_forms(work)

    seen = act(work)

    answer = seen.messages[-1] if seen.messages else work.person("dave").dms()[-1]
    said = answer.text.replace("&lt;", "<")
    assert f"The form could not be opened. {undone} yet." in said, said
    assert f"/release {line}" in said, said
    assert "payments" not in said
    assert work.facts() == facts
    name = next(n for n in PEOPLE if work.person(n).id == (answer.ephemeral_to or seen.person.id))
    assert work.press(name, "Open the form again", on=answer).modal is not None


def test_the_setup_form_that_does_not_open_is_opened_by_a_button(opened: Opened) -> None:
    work = opened(catalogue="channel: '#releases'\nzone: Europe/London\n")
    break_forms(work)

    work.say("alice", "status")
    seen = work.say("alice", "setup")

    assert "Nothing is set up yet" in seen.text, seen.text
    assert work.press("alice", "Open the form again", on=seen.messages[-1]).modal
