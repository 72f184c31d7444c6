"""People and groups as they change: two with one role, one with two, those who join and those who leave."""

from __future__ import annotations

from datetime import timedelta

from rules.words import State
from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import QUICK, Workplace

SHARED = """
channel: "#releases"
zone: Europe/London
roles:
  product-owner: ["@alice", "@dave"]
  security-architect: ["@sam"]
  operations-coordinator: ["@rita"]
  release-coordinator: ["@rita"]
announcers: ["@dave"]
policy: {notice_hours: 1}
products:
  payments: {versions: semver}
"""


def test_either_of_two_with_one_role_may_assert_and_both_were_asked(opened: Opened) -> None:
    work = opened(SHARED)
    work.announce()
    assert "payments" in work.heard("alice") and "payments" in work.heard("dave")
    work.press("dave", "Assert ready")
    work.tick("dave")
    assert "asserted by dave" in work.reads()
    work.say("alice", "assert payments")
    assert work.facts("state.asserted") == ["state.asserted"]


def test_one_with_two_roles_is_asked_once_and_asserts_both(opened: Opened) -> None:
    work = opened(SHARED)
    work.announce()
    assert len(work.person("rita").dms()) == 1
    work.press("rita", "Assert ready")
    work.tick("rita")
    assert work.reads().count("asserted by rita") == 2


def test_who_joins_a_group_that_holds_a_role_is_asked_and_may_act(work: Workplace) -> None:
    work.announce()
    assert not work.person("dave").dms()
    work.box.change_group("sec-arch", ["sam", "sue", "dave"])
    assert work.eventually(lambda: "payments" in work.heard("dave"))
    work.say("dave", "assert payments")
    assert "asserted by dave" in work.reads()
    work.box.change_group("sec-arch", ["sam"])
    work.bot.quiet()
    assert "may revoke this" in work.say("dave", "revoke payments mistake").text
    assert "asserted by dave" in work.reads()


def test_a_deactivated_holder_leaves_the_role_vacant_and_nothing_is_presumed(
    opened: Opened,
) -> None:
    work = opened(QUICK.replace('security-architect: ["@alice"]', 'security-architect: ["@sam"]'))
    work.announce()
    planned = work.candidate().release_at
    assert planned is not None
    work.box.change_user("sam", deleted=True)
    work.bot.quiet()
    assert work.box.wait_for(lambda: "was deactivated in Slack" in work.heard("alice"), 10)
    work.bot.advance(planned)
    work.bot.quiet()
    assert "vacant" in work.reads().lower()
    assert work.candidate().phase == "announced"
    assert not work.facts("candidate.released")


def test_a_delegate_asserts_on_the_holder_s_behalf_while_the_delegation_lasts(
    opened: Opened,
) -> None:
    work = opened(QUICK.replace('security-architect: ["@alice"]', 'security-architect: ["@sam"]'))
    said = work.say("rita", "delegate payments security @rita until 2026-11-23 12:00")
    assert not work.facts("role.delegated"), said.text
    said = work.say("alice", "delegate payments security @rita for @sam until 2026-11-23 13:00")
    work.bot.quiet()
    assert work.facts("role.delegated") == ["role.delegated"], said.text
    assert "Security Architect" in work.heard("rita") and "Security Architect" in work.heard("sam")
    work.announce()
    work.say("rita", "assert payments security")
    word = work.candidate().assertions[State.SECURITY]
    assert (word.by, word.behalf) == (work.person("rita").id, work.person("sam").id)
    assert "on behalf of sam" in work.reads()
    work.bot.advance(work.clock.now() + timedelta(hours=5))
    assert "may revoke this" in work.say("rita", "revoke payments mistake").text


def test_a_moved_person_reads_times_in_their_new_zone(work: Workplace) -> None:
    work.announce()
    work.box.change_user("rita", tz="Asia/Tokyo")
    assert work.eventually(lambda: "Asia/Tokyo" in zones(work))
    work.say("rita", "reschedule payments 2026-11-27 18:00")
    at = work.candidate().release_at
    assert at is not None and at.isoformat() == "2026-11-27T09:00:00+00:00"


def zones(work: Workplace) -> set[str]:
    with work.bot.database.read() as reader:
        return {person.zone for person in reader.company().people.values()}


def test_a_role_is_delegated_by_the_form_and_what_is_wrong_is_said_beside_its_field(
    work: Workplace,
) -> None:
    assert work.person("sam").command("/release delegate", channel="releases").modal
    chosen = {"role": "security-architect", "product": "payments"}
    until = int(work.clock.now().timestamp()) + 6 * 3600
    refused = work.fill("sam", **chosen, to=work.person("sam").id, until=until)
    assert list(refused.errors) == ["to"]
    done = work.fill("sam", **chosen, to=work.person("dave").id, until=until)
    assert not done.errors, done.errors
    assert work.facts("role.delegated") == ["role.delegated"]
    work.announce()
    work.say("dave", "assert payments security")
    assert work.candidate().assertions[State.SECURITY].behalf == work.person("sam").id
