"""The first minutes in a real workspace: nothing is set up, and nobody has written a catalogue."""

from __future__ import annotations

from typing import Any

import pytest

from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import Workplace

EMPTY = "products: {}\n"
"""A catalogue that declares nothing and so leaves no trace."""
FILLED: dict[str, Any] = {
    "channel": "releases",
    "zone": "Europe/London",
    "product": "payments",
    "product-owner": ["alice"],
    "security-architect": ["sam"],
    "operations-coordinator": ["omar"],
    "release-coordinator": ["rita"],
}


def choose(work: Workplace, name: str, **fields: Any) -> None:
    """Picks holders one field after another, as a person does before the button is pressed."""
    for field, chosen in fields.items():
        work.person(name).choose(field, chosen)
    work.bot.quiet()


def company(work: Workplace) -> Any:
    with work.bot.database.read() as reader:
        return reader.company()


@pytest.mark.parametrize("transport", ["http", "socket"])
def test_from_an_empty_installation_to_the_first_candidate(opened: Opened, transport: str) -> None:
    work = opened(EMPTY, transport=transport)
    work.say("dave", "")
    assert "Nobody has set Presumptive up" in work.heard("dave")
    assert "alice" in work.heard("dave") and "U0ALICE01" not in work.pings()

    alice = work.person("alice")
    alice.command("/release", channel="releases")
    assert alice.modal is not None and alice.modal.callback_id == "submit:setup"
    (zone,) = (b for b in alice.modal.blocks if b["block_id"] == "zone")
    assert zone["element"]["initial_value"] == "Europe/London"
    holders = {key: value for key, value in FILLED.items() if key.count("-")}
    choose(work, "alice", **holders)

    wrong = work.fill("alice", **{**FILLED, "zone": "Berlin"})
    assert list(wrong.errors) == ["zone"] and "Europe/Berlin" in wrong.errors["zone"]
    assert not work.facts()
    right = work.fill("alice", zone="Europe/London")
    assert not right.errors and work.person("alice").modal is None
    assert work.facts()[-1] == "catalogue.applied"
    assert "payments is set up" in work.heard("alice")
    assert "/invite" in work.heard("alice") and "#releases" in work.heard("alice")
    assert "Presumptive was set up by alice" in work.news()

    work.announce("payments 1.0.0", by="omar")
    assert "payments@1.0.0" in work.reads()
    assert "payments" in work.heard("sam") and "payments" in work.heard("rita")
    assert not work.box.record.failures()


def test_guests_bots_strangers_and_the_gone_are_refused_beside_their_field(
    opened: Opened,
) -> None:
    work = opened(EMPTY)
    work.box.change_user("dave", deleted=True)
    work.person("alice").command("/release setup", channel="releases")
    choose(work, "alice", **{key: value for key, value in FILLED.items() if key.count("-")})
    for name, why in (
        ("gwen", "guest"),
        ("presumptive", "bot"),
        ("steve", "another workspace"),
        ("dave", "no account"),
    ):
        choose(work, "alice", **{"operations-coordinator": ["omar", name]})
        again = {**FILLED, "operations-coordinator": ["omar", name]}
        answer = work.fill("alice", **again)
        assert list(answer.errors) == ["operations-coordinator"], name
        assert why in answer.errors["operations-coordinator"]
    answer = work.fill("alice", **{**FILLED, "product": "Our Shop"})
    assert list(answer.errors) == ["product"]
    assert not work.facts() and not company(work).products


def test_whoever_comes_second_is_refused_though_their_form_is_open(opened: Opened) -> None:
    work = opened(EMPTY)
    work.box.change_user("rita", is_admin=True)
    work.later(minutes=6)
    for name in ("alice", "rita"):
        work.person(name).command("/release", channel="releases")
        assert work.person(name).modal is not None
    choose(work, "alice", **{key: value for key, value in FILLED.items() if key.count("-")})
    assert not work.fill("alice", **FILLED).errors
    late = work.fill("rita", **{**FILLED, "product": "ledger"})
    assert late.errors and "set up already" in " ".join(late.errors.values())
    assert set(company(work).products) == {"payments"}
    assert work.facts().count("catalogue.applied") == 1


def test_an_admin_no_longer_is_refused_at_the_press(opened: Opened) -> None:
    work = opened(EMPTY)
    alice = work.person("alice")
    alice.command("/release", channel="releases")
    work.box.change_user("alice", is_admin=False)
    work.bot.quiet()
    choose(work, "alice", **{key: value for key, value in FILLED.items() if key.count("-")})
    assert "workspace admin" in " ".join(work.fill("alice", **FILLED).errors.values())
    assert work.facts() == ["act.refused"]


def test_those_named_who_are_not_known_yet_are_looked_up_and_the_answer_follows(
    opened: Opened,
) -> None:
    work = opened(EMPTY)
    work.person("alice").command("/release", channel="releases")
    sent = work.person("alice").submit(values=FILLED)
    assert not sent.errors and work.person("alice").modal is None
    work.bot.quiet()
    assert "payments is set up" in work.heard("alice")
    assert set(company(work).products) == {"payments"}


def test_a_guest_found_out_later_can_be_put_right_by_the_button_under_the_answer(
    opened: Opened,
) -> None:
    work = opened(EMPTY)
    alice = work.person("alice")
    alice.command("/release", channel="releases")
    work.fill("alice", **{**FILLED, "product-owner": ["gwen"]})
    assert "they are a guest" in work.heard("alice") and not company(work).products
    alice.press("Open the form again")
    assert alice.modal is not None
    assert not work.fill("alice", **FILLED).errors
    assert company(work).products


def test_an_admin_nobody_has_read_yet_is_looked_up_and_given_the_button(opened: Opened) -> None:
    work = opened(EMPTY)
    work.box.change_user("sue", is_admin=True)
    work.say("sue", "announce payments 1.0.0")
    sue = work.person("sue")
    assert "You are a workspace admin" in work.heard("sue")
    sue.press("Set up…")
    assert sue.modal is not None and sue.modal.callback_id == "submit:setup"


def test_a_channel_the_bot_is_not_in_is_told_to_the_admin_and_said_there_once_it_is(
    opened: Opened,
) -> None:
    work = opened(EMPTY)
    work.person("alice").command("/release", channel="random")
    work.fill("alice", **{**FILLED, "channel": "random"})
    work.later(minutes=2)
    assert "Please invite me to the channel" in work.heard("alice")
    work.box.workspace.channel("random").members.append(work.box.workspace.bot_id)
    work.later(minutes=6)
    alice = work.person("alice")
    said = "\n".join(alice.read(m) for m in alice.messages("random"))
    assert "Presumptive was set up by alice" in said


def test_a_catalogue_goes_on_from_what_the_form_has_set_up(opened: Opened) -> None:
    work = opened(EMPTY)
    work.person("alice").command("/release", channel="releases")
    work.fill("alice", **FILLED)
    roles = "\n".join(f'  {key}: ["@{FILLED[key][0]}"]' for key in FILLED if key.count("-"))
    same = f'channel: "#releases"\nzone: Europe/London\nroles:\n{roles}\nproducts:\n  payments:\n'
    assert work.bot.apply(same.encode()) == ()
    assert work.bot.apply((same + "  ledger:\n").encode()) == ("+ product ledger",)
