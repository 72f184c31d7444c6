"""Announce: the next build, what it replaces, and the earliest fair time (DESIGN 2.4, 2.5)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.announcing import Announcement, Others, announce
from rules.candidate import OPEN, Hotfix
from rules.words import Phase, Refused
from tests.rules.cases import (
    LONG_AGO,
    MONDAY,
    NAN,
    OPERATOR,
    PAT,
    SAM,
    around,
    at,
    candidate,
    checked,
    group,
    kinds,
    last,
    said,
    stop,
    wall,
)
from tests.rules.cases import State as S

SETTING = around(MONDAY)


def announced(*same, older=(), by=PAT, setting=SETTING, version="2.4.1", **what):
    others = Others(same, older)
    return checked(None, announce(Announcement(version, **what), others, setting, by, MONDAY))


def test_no_time_means_the_earliest_fair_one():
    new = last(announced())
    assert (new.name, new.phase) == ("payments@2.4.1#1", Phase.ANNOUNCED)
    assert wall(new.release_at) == "Tue 2026-11-24 10:15"
    assert new.why == tuple(f"fair-notice:{state}" for state in S)


def test_a_time_late_enough_is_kept_even_at_night_and_one_too_early_is_not():
    kept = announced(release_at=at("2026-11-28 23:07"))
    assert wall(last(kept).release_at) == "Sat 2026-11-28 23:07"
    early = announced(release_at=at("2026-11-23 11:00"))
    assert wall(last(early).release_at) == "Tue 2026-11-24 10:15"
    assert early.facts[0].about["asked"] == "2026-11-23T11:00:00.000000+00:00"


def test_who_may_announce():
    with pytest.raises(Refused, match="not-an-announcer"):
        announced(by=NAN)
    assert announced(by=NAN, setting=around(MONDAY, announcers=("nan",)))
    in_group = around(MONDAY, announcers=("S9",), groups={"S9": group("S9", {"nan": LONG_AGO})})
    assert announced(by=NAN, setting=in_group)
    assert announced(by=NAN, setting=around(MONDAY, anyone_announces=True))
    assert last(announced(by=OPERATOR)).announced_by is None


def test_the_same_again_is_refused_and_a_changed_artifact_opens_the_next_build():
    first = candidate(digest="sha256:a", assertions=said(*S))
    with pytest.raises(Refused, match="already-announced"):
        announced(first, digest="sha256:a")
    with pytest.raises(Refused, match="already-announced"):
        announced(first)
    new = announced(first, digest="sha256:b")
    assert kinds(new) == ["candidate.announced", "candidate.superseded"]
    assert (last(new).build, last(new).assertions) == (2, {})
    assert new.candidates[0].superseded_by == "payments@2.4.1#2"


def test_a_superseded_version_is_answered_with_the_true_state():
    with pytest.raises(Refused, match="superseded"):
        announced(candidate(phase=Phase.SUPERSEDED, superseded_by="payments@2.5.0#1"))


def test_a_newer_version_supersedes_the_older_open_ones():
    older = [candidate(), replace(candidate(phase=Phase.RELEASED), version="2.4.0")]
    new = announced(older=older, version="2.5.0")
    assert [c.phase for c in new.candidates[:2]] == [Phase.SUPERSEDED] * 2


def of_rank(phase, version="2.4.1+17", **more):
    return replace(candidate(phase=phase, **more), version=version)


CVE = stop(SAM, S.SECURITY, reason="CVE")
"""A halt of the build before."""
NEXT = "2.4.1+19#1"
RANKED = [
    # what was last announced of equal rank, what took its place, whether the halt passes on
    (of_rank(Phase.HALTED, halts=(CVE,)), (), True),
    (of_rank(Phase.WITHDRAWN, halts=(CVE,)), (), True),
    (of_rank(Phase.WITHDRAWN, halts=(replace(CVE, lifted=True),)), (), False),
    (of_rank(Phase.SUPERSEDED, halts=(CVE,)), (of_rank(Phase.WITHDRAWN, "2.5.0"),), True),
    (
        of_rank(Phase.SUPERSEDED, halts=(CVE,)),
        (of_rank(Phase.ANNOUNCED, "2.5.0", halts=(replace(CVE, lifted=True),)),),
        False,
    ),
    (of_rank(Phase.DEPLOYED), (), False),
]


@pytest.mark.parametrize(("last_one", "after", "passes"), RANKED)
def test_the_halts_of_equal_rank_pass_on_unless_they_were_lifted(last_one, after, passes):
    older = (last_one,) if last_one.phase in OPEN else ()
    others = Others((), older, last_one, after)
    said = Announcement("2.4.1+19")
    new = last(checked(None, announce(said, others, SETTING, PAT, MONDAY)))
    assert new.name == f"payments@{NEXT}"
    assert [halt.reason for halt in new.open_halts] == (["CVE"] if passes else [])


def test_a_rebuild_of_a_hotfix_keeps_mark_and_reason_and_is_confirmed_again():
    fix = candidate(hotfix=Hotfix("CVE", "nan", MONDAY, "rae", MONDAY))
    new = last(announced(fix, rebuild=True))
    assert new.hotfix is not None
    assert (new.hotfix.reason, new.is_hotfix) == ("CVE", False)


def test_announced_while_the_door_is_shut_it_still_gets_a_fair_time():
    setting = replace(SETTING, door=around(LONG_AGO).door)
    assert wall(last(announced(setting=setting)).release_at) == "Tue 2026-11-24 10:15"


@pytest.mark.parametrize(
    "version", ["", " 1", "1 2", "-1", "1/2", "1@2", "x" * 65, "1\n", "<!here>"]
)
def test_an_odd_version_is_refused(version):
    with pytest.raises(Refused, match="odd-version"):
        announced(version=version)


def test_a_vacant_role_waits_at_once():
    setting = around(MONDAY, holders={})
    new = last(announced(setting=setting, by=OPERATOR))
    assert new.waiting
    assert new.why == tuple(f"vacant:{state}" for state in S)
