"""Slack's escapes undone: what is stored is what the person typed."""

from __future__ import annotations

import pytest

from bot.typed import typed
from commands.spoken import verb_and_rest

NAMES = {"U1": "sam", "S1": "sec-arch", "C1": "releases"}


@pytest.mark.parametrize(
    ("arrived", "meant"),
    [
        ("halt payments <@U1> says no", "halt payments @sam says no"),
        ("ask <@U1|sam> and <@U9>", "ask @sam and @U9"),
        ("<!subteam^S1> and <!subteam^S1|@sec-arch>", "@sec-arch and @sec-arch"),
        ("see <#C1|releases> and <#C9|>", "see #releases and #C9"),
        ("<https://x.example/a?b=c&amp;d=e>", "https://x.example/a?b=c&d=e"),
        (
            "<https://evil.example|https://bank.example>",
            "https://bank.example (https://evil.example)",
        ),
        ("<http://x.example|x.example>", "http://x.example"),
        ("<!channel> <!here|here> <!everyone>", "@channel @here @everyone"),
        ("a &lt;!channel&gt; &amp; b", "a <!channel> & b"),
        ("&amp;lt;", "&lt;"),
        ("a < b > c", "a < b > c"),
        (" two\u00a0words\u202f ", "two words"),
        ("first\n\nsecond", "first\n\nsecond"),
        ("", ""),
    ],
)
def test_what_arrives_escaped_is_kept_as_it_was_typed(arrived: str, meant: str) -> None:
    assert typed(arrived, NAMES.get) == meant


def test_a_channel_in_which_something_is_to_be_posted_is_known_by_its_id() -> None:
    arrived = "set thu 10:00 in <#C1|releases> or <#C9|>, says <@U1>"
    assert typed(arrived, NAMES.get, places=True) == "set thu 10:00 in #C1 or #C9, says @sam"


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("", "", ""),
        ("  HALT  payments  two  spaces\n\nnext ", "halt", "payments  two  spaces\n\nnext "),
        ("help", "help", ""),
    ],
)
def test_the_first_word_is_the_verb_and_the_rest_keeps_its_space(
    text: str, verb: str, rest: str
) -> None:
    assert verb_and_rest(text) == (verb, rest)
