"""`announce`: what is said in which order, when it goes out, and what it takes the place of."""

from __future__ import annotations

import pytest

from rules.words import Phase
from tests.commands.office import FAIR, announced, at, product, released


def test_without_a_time_it_goes_out_at_the_earliest_fair_one(desk):
    reply = desk.say("announce payments 2.4.1", by="dave")
    assert reply.template == "announced"
    assert (reply.about["candidate"].release_at, reply.about["asked"]) == (FAIR, None)
    assert desk.kinds() == ["candidate.announced"]


def test_everybody_who_owes_a_word_is_asked_once_and_the_card_is_posted(desk):
    announced(desk)
    asked = {m.target: m.states for m in desk.messages("ask")}
    assert asked == {
        "UALICE": ("product",),
        "USAM": ("security",),
        "USUE": ("security",),
        "UOMAR": ("operation",),
        "URITA": ("organization",),
    }
    assert [m.key for m in desk.messages("card")] == ["card:payments@2.4.1#1"]


@pytest.mark.parametrize(
    "words",
    [
        "wed 14:00 commit abc digest sha256:1 notes see https://x and more",
        "commit abc at wed 14:00 digest sha256:1 notes see https://x and more",
        "digest sha256:1 wed commit abc 14:00 notes see https://x and more",
        "COMMIT: abc digest: sha256:1 at wed 14:00 Notes: see https://x and more",
    ],
)
def test_keyed_words_come_in_any_order(desk, words):
    candidate = announced(desk, f"payments 2.4.1 {words}")
    assert candidate.release_at == at("2026-11-25 14:00")
    assert (candidate.commit, candidate.digest) == ("abc", "sha256:1")
    assert candidate.notes == "see https://x and more"
    assert candidate.hotfix is None


@pytest.mark.parametrize(
    "name", ["payments 2.4.1", "payments@2.4.1", "payments v2.4.1", "Payments  V2.4.1"]
)
def test_product_and_version_are_said_as_people_say_them(desk, name):
    assert announced(desk, name).name == "payments@2.4.1#1"


def test_a_version_that_begins_with_v_keeps_it(desk):
    assert announced(desk, "ledger vulcan").name == "ledger@vulcan#1"


def test_a_time_is_read_in_the_callers_own_zone_and_the_instant_told(desk):
    reply = desk.say("announce payments 2.4.1 2026-11-26 09:30", by="omar")
    assert reply.about["asked"] == reply.about["candidate"].release_at == at("2026-11-26 04:00")


def test_a_time_too_early_becomes_the_earliest_fair_one_and_why_is_said(desk):
    reply = desk.say("announce payments 2.4.1 in 2h", by="dave")
    candidate = reply.about["candidate"]
    assert (reply.about["asked"], candidate.release_at) == (at("11:00"), FAIR)
    assert "fair-notice:product" in candidate.why


@pytest.mark.parametrize("words", ["soon", "wed", "14:00 sharp please", "25:00", "31 feb 14:00"])
def test_a_leftover_word_or_no_clock_time_is_refused_with_examples(desk, words):
    reply = desk.say(f"announce payments 2.4.1 {words}", by="dave")
    assert reply.template == "odd-time"
    assert reply.about["examples"]
    assert desk.facts("payments@2.4.1#1") == []


@pytest.mark.parametrize("words", ["commit", "rebuild digest", "notes", "hotfix "])
def test_a_keyword_without_its_word_is_refused(desk, words):
    reply = desk.say(f"announce payments 2.4.1 {words}", by="dave")
    assert (reply.template, reply.about["after"]) == ("word-missing", words.split()[-1])


@pytest.mark.parametrize("version", ["-1", "2.4.1/x", "2.4.1#1", "x" * 65, "<b>", "2,4", "²"])
def test_an_odd_version_is_refused(desk, version):
    assert desk.say(f"announce payments {version}", by="dave").template == "odd-version"


@pytest.mark.parametrize("line", ["announce", "announce payments"])
def test_too_little_is_answered_with_what_to_say(desk, line):
    assert desk.say(line, by="dave").template == "say-what-to-announce"


def test_an_unknown_product_is_answered_with_the_nearest(desk):
    reply = desk.say("announce paymets 2.4.1", by="dave")
    assert (reply.template, reply.about["near"]) == ("unknown-product", ["payments"])


def test_only_role_holders_and_listed_announcers_announce(desk):
    assert desk.say("announce payments 2.4.1", by="xena").template == "not-an-announcer"
    assert desk.say("announce payments 2.4.1", by="rita").template == "announced"


def test_anyone_announces_where_that_is_chosen(desk):
    desk.apply(product("payments", announcers=(), anyone_announces=True))
    assert desk.say("announce payments 2.4.1", by="xena").template == "announced"
    assert desk.say("announce payments 2.4.2", by="gwen").template == "outsider"


def test_a_member_of_a_listed_group_announces(desk):
    desk.apply(product("payments", announcers=("SARCH",)))
    assert desk.say("announce payments 2.4.1", by="dave").template == "not-an-announcer"
    assert desk.say("announce payments 2.4.1", by="sue").template == "announced"


def test_the_same_again_is_refused(desk):
    announced(desk, "payments 2.4.1 commit abc")
    for words in ("", "commit abc", "wed 14:00"):
        reply = desk.say(f"announce payments 2.4.1 {words}", by="dave")
        assert reply.template == "already-announced"


def test_what_is_out_is_not_announced_again(desk):
    released(desk)
    assert desk.say("announce payments 2.4.1", by="dave").template == "already-announced"
    desk.say("deploying payments", by="omar")
    assert desk.say("announce payments 2.4.1", by="dave").template == "already-out"


@pytest.mark.parametrize("words", ["commit def", "rebuild", "digest sha256:2"])
def test_a_changed_artifact_or_the_word_rebuild_opens_the_next_build(desk, words):
    announced(desk, "payments 2.4.1 commit abc")
    desk.say("assert payments")
    reply = desk.say(f"announce payments 2.4.1 {words}", by="dave")
    assert reply.about["candidate"].name == "payments@2.4.1#2"
    assert reply.about["candidate"].assertions == {}
    assert reply.about["replaced"] == ["payments@2.4.1#1"]
    assert desk.candidate().phase == "superseded"
    assert desk.candidate().superseded_by == "payments@2.4.1#2"


def test_a_hotfix_carries_its_reason_and_is_not_one_until_confirmed(desk):
    candidate = announced(desk, "payments 2.4.2 hotfix login fails for new customers")
    assert candidate.hotfix is not None
    assert candidate.hotfix.reason == "login fails for new customers"
    assert not candidate.is_hotfix
    assert candidate.release_at == FAIR


def test_a_newer_version_supersedes_an_older_open_one_by_the_products_scheme(desk):
    announced(desk, "payments 2.9.0")
    reply = desk.say("announce payments 2.10.0", by="dave")
    assert reply.about["replaced"] == ["payments@2.9.0#1"]
    assert desk.candidate("payments@2.9.0#1").phase == "superseded"


def test_a_lower_version_supersedes_nothing(desk):
    announced(desk, "payments 2.10.0")
    reply = desk.say("announce payments 2.9.0", by="dave")
    assert reply.about["replaced"] == []
    assert desk.candidate("payments@2.10.0#1").phase == "announced"


def test_without_a_scheme_the_one_announced_later_is_the_newer(desk):
    announced(desk, "ledger blue")
    assert desk.say("announce ledger amber", by="dave").about["replaced"] == ["ledger@blue#1"]


RANKS = [
    # scheme, announced and halted first, announced then, whether the first makes way
    ("semver", "4.0.0+17", "4.0.0+18", True),
    ("semver", "4.0.0+18", "4.0.0+17", True),
    ("semver", "4.0.0", "4.0.0+17", True),
    ("semver", "2.4", "2.4.0", True),
    ("semver", "2.4.0", "2.4", True),
    ("semver", "2.4", "2.4+2", True),
    ("semver", "2.4.0", "2.4+2", True),
    ("semver", "2.4.0-rc.1", "2.4.0-rc.1+2", True),
    ("semver", "2.4.0-rc.1", "2.4.0", True),
    ("semver", "2.4.0", "2.4.0-rc.1", False),
    ("pep440", "1.0", "1.0.0", True),
    ("pep440", "1.0.0", "1.0", True),
    ("pep440", "1.0", "1.0+local", True),
    ("pep440", "1.0+local", "1.0", False),
    ("pep440", "1.0-1", "1.0.post1", True),
    ("opaque", "2.4.0", "2.4", True),
    ("opaque", "4.0.0+18", "4.0.0+17", True),
    ("semver", "2.4.0", "nightly", True),
]


@pytest.mark.parametrize(("scheme", "first", "then", "makes_way"), RANKS)
def test_of_equal_rank_the_later_announced_supersedes_and_the_halt_passes_on(
    desk, scheme, first, then, makes_way
):
    desk.apply(product("app", scheme=scheme))
    old = announced(desk, f"app {first}").name
    desk.say(f"halt app {first} CVE-1 is open", by="sam")
    new = announced(desk, f"app {then}")
    assert (desk.candidate(old).phase == "superseded") is makes_way
    assert [halt.reason for halt in new.open_halts] == (["CVE-1 is open"] if makes_way else [])
    if makes_way:
        desk.say(f"lift {new.name} patched", by="sam")
    for _ in range(4):
        desk.deliver()
        desk.wait(days=2)
        desk.tick()
    assert desk.candidate(new.name).phase == "released"
    assert desk.candidate(old).phase == ("superseded" if makes_way else "halted")


def test_a_halt_typed_on_the_old_one_of_equal_rank_falls_on_the_later(desk):
    announced(desk, "payments 4.0.0+17")
    announced(desk, "payments 4.0.0+18")
    reply = desk.say("halt payments@4.0.0+17 refunds are broken", by="sam")
    assert reply.about["asked_for"].name == "payments@4.0.0+17#1"
    (halt,) = desk.candidate("payments@4.0.0+18#1").open_halts
    assert halt.reason == "refunds are broken"


def test_withdrawing_and_announcing_one_of_equal_rank_shakes_off_no_halt(desk):
    announced(desk, "payments 4.0.0+17")
    desk.say("halt payments CVE-1 is open", by="sam")
    desk.say("withdraw payments on second thoughts", by="alice")
    new = announced(desk, "payments 4.0.0+18")
    assert [halt.reason for halt in new.open_halts] == ["CVE-1 is open"]
    desk.say("halt payments@4.0.0+17 totals too", by="rita")
    assert len(desk.candidate(new.name).open_halts) == 2
    desk.say(f"lift {new.name} patched", by="sam")
    desk.say(f"lift {new.name} right", by="rita")
    desk.say("withdraw payments for another", by="alice")
    assert not announced(desk, "payments 4.0.0+17").open_halts


def test_what_is_being_deployed_is_not_superseded(desk):
    released(desk, "payments 2.4.0")
    desk.say("deploying payments", by="omar")
    assert announced(desk, "payments 2.4.1").phase is Phase.ANNOUNCED
    assert desk.candidate("payments@2.4.0#1").phase == "deploying"


@pytest.mark.parametrize("next_one", ["payments 2.4.1 rebuild", "payments 2.4.2"])
def test_open_halts_pass_on_with_author_and_reason(desk, next_one):
    announced(desk)
    desk.say("halt payments CVE-1 is open", by="sam")
    desk.say("halt payments notes are missing", by="rita")
    desk.say("lift payments written", by="rita")
    candidate = announced(desk, next_one)
    assert candidate.phase == "halted"
    (halt,) = candidate.open_halts
    assert (halt.by, halt.reason, halt.origin) == ("USAM", "CVE-1 is open", "payments@2.4.1#1")
    assert desk.say("lift payments patched", by="sue").template == "lifted-by-you"
    assert desk.candidate(candidate.name).phase == "announced"


def test_a_form_announces_with_its_fields(desk):
    reply = desk.fill_in(
        "announce",
        "",
        "dave",
        product="payments",
        version=" v2.4.1 ",
        commit=" abc ",
        notes="",
        at="wed 14:00",
        rebuild=[],
        hotfix=None,
    )
    candidate = reply.about["candidate"]
    assert (candidate.name, candidate.commit, candidate.notes) == ("payments@2.4.1#1", "abc", None)
    assert candidate.release_at == at("2026-11-25 14:00")


def test_what_was_typed_and_what_a_form_says_is_one_version(desk):
    announced(desk, "payments v2.4.1")
    reply = desk.fill_in("announce", "", "dave", product="payments", version="v2.4.1")
    assert reply.template == "already-announced"


def test_a_halt_outlives_a_newer_version_that_was_announced_in_between(desk):
    announced(desk)
    desk.say("halt payments the totals are wrong", by="sam")
    announced(desk, "payments 2.4.2")
    announced(desk, "payments 2.4.1 rebuild")
    assert [h.reason for h in desk.candidate("payments@2.4.1#2").open_halts] == [
        "the totals are wrong"
    ]


def test_a_halt_lifted_on_what_took_its_place_is_not_brought_back_by_a_rebuild(desk):
    announced(desk)
    desk.say("halt payments the totals are wrong", by="sam")
    announced(desk, "payments 2.4.2")
    desk.say("lift payments the totals are right", by="sam")
    announced(desk, "payments 2.4.1 rebuild")
    assert desk.candidate("payments@2.4.1#2").phase == "announced"
