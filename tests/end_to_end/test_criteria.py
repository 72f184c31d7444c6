"""The criteria of a product, edited over the wire and read again by catalogue, card and channel."""

from __future__ import annotations

import pytest

from rules.words import State
from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import Workplace, company

EDITED = "Vulnerabilities evaluated\nPCI scan is clean"


def stands(work: Workplace, name: str = "payments") -> tuple[str, ...]:
    with work.bot.database.read() as reader:
        return reader.company().products[name].criteria[State.SECURITY]


@pytest.mark.parametrize("transport", ["http", "socket"])
def test_the_release_coordinator_edits_them_in_a_form_and_the_channel_hears_once(
    opened: Opened, transport: str
) -> None:
    work = opened(transport=transport)
    work.announce()
    rita = work.person("rita")
    rita.command("/release criteria payments", channel="releases")
    assert rita.modal is not None and rita.modal.callback_id == "submit:criteria"
    refused = work.fill("rita", **{"security-criteria": "x\nx"})
    assert list(refused.errors) == ["security-criteria"] and "twice" in str(refused.errors)
    assert not work.facts("criteria.changed")

    assert not work.fill("rita", **{"security-criteria": EDITED}).errors
    assert work.person("rita").modal is None and stands(work) == tuple(EDITED.splitlines())
    assert work.news().count("The criteria of payments were changed by rita") == 1
    assert "security criteria + PCI scan is clean" in work.news()
    assert work.candidate().versions(State.SECURITY) == (1, 2)
    assert not work.box.record.failures()


def test_everybody_reads_them_and_the_button_under_the_answer_opens_the_form(
    work: Workplace,
) -> None:
    seen = work.say("dave", "criteria payments")
    assert "Vulnerabilities evaluated" in seen.text and "version 1" in seen.text
    assert work.person("dave").modal is None
    rita = work.person("rita")
    assert "Which product?" in work.say("rita", "criteria").text
    work.say("rita", "criteria ledger")
    assert rita.modal is not None
    assert not work.fill("rita", **{"security-criteria": EDITED}).errors
    assert "version 2" in work.say("dave", "criteria ledger").text


def test_whoever_comes_second_overwrites_nothing(opened: Opened) -> None:
    two = company().replace(b'["@rita"]', b'["@rita", "@alice"]')
    work = opened(two)
    for name in ("rita", "alice"):
        work.person(name).command("/release criteria payments", channel="releases")
    assert not work.fill("rita", **{"security-criteria": EDITED}).errors
    late = work.fill("alice", **{"security-criteria": "x"})
    assert list(late.errors) == ["security-criteria"] and "meanwhile" in str(late.errors)
    assert stands(work) == tuple(EDITED.splitlines())


def test_a_catalogue_leaves_alone_what_it_does_not_declare_and_shows_what_it_does(
    work: Workplace,
) -> None:
    work.person("rita").command("/release criteria payments", channel="releases")
    work.fill("rita", **{"security-criteria": EDITED})
    assert work.bot.apply(company()) == ()
    assert stands(work) == tuple(EDITED.splitlines())
    declared = company().replace(
        b"  payments:\n", b"  payments:\n    criteria: {security: [PCI scan is clean, x]}\n"
    )
    lines = (
        "payments: security criteria - Vulnerabilities evaluated",
        "payments: security criteria + x",
    )
    assert work.bot.apply(declared) == lines
    assert stands(work) == ("PCI scan is clean", "x")
    assert work.facts("criteria.changed") == ["criteria.changed"] * 2
    assert work.bot.apply(declared) == ()


def test_where_there_is_one_product_it_need_not_be_named(opened: Opened) -> None:
    one, _, _ = company().partition(b"  ledger:")
    work = opened(one)
    work.person("rita").command("/release criteria", channel="releases")
    assert work.person("rita").modal is not None
