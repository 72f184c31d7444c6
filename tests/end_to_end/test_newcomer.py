"""The way the README shows a newcomer works with the permissions of the manifest, and with no others."""

from __future__ import annotations

import json

from tests.end_to_end.conftest import Opened
from tests.tables import ROOT
from tests.test_docs import smallest

SCOPES = json.loads((ROOT / "manifest.json").read_text())["oauth_config"]["scopes"]


def test_the_smallest_catalogue_and_a_first_announcement_need_only_what_must_be_granted(
    opened: Opened,
) -> None:
    work = opened(smallest(), history=False, scopes=SCOPES["bot"])
    work.announce("payments 1.0.0", by="rita")
    assert "Goes out" in work.reads()
    assert all("payments" in work.heard(name) for name in ("alice", "sam", "omar", "rita"))
    assert "Goes out" in work.say("alice", "status payments").text


def test_a_private_release_channel_is_named_with_what_may_be_granted_besides(
    opened: Opened,
) -> None:
    private = smallest().replace("#releases", "#operations")
    work = opened(private, history=False, scopes=[*SCOPES["bot"], *SCOPES["bot_optional"]])
    work.say("rita", "announce payments 1.0.0", channel="operations")
    told = [work.person("rita").read(m) for m in work.person("rita").messages("operations")]
    assert any("Goes out" in each for each in told)
