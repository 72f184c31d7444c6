"""Whatever people type is shown as they typed it: it pings nobody, disguises nothing, breaks nothing."""

from __future__ import annotations

import pytest

from bot.sizes import LONGEST
from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import CHANNEL, Workplace

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""slack_sdk forgets sockets it could not connect or has replaced."""

HOSTILE = {
    "a channel ping": "<!channel> look",
    "a ping in words": "@channel @here @everyone look",
    "a disguised link": "<https://evil.example|https://bank.example> see",
    "an address": "see https://x.example/a?b=c&d=e#f",
    "quotes": 'it\'s "quoted" and “curly” and `ticked` and ```fenced```',
    "signs": "a & b < c > d *bold* _it_ ~gone~ &amp; &lt;b&gt;",
    "emoji": "fire 🔥 👩‍👩‍👧‍👦 :rotating_light: e\u0301",
    "right to left": "\u202eמשהו שבור\u202c then שבור",
    "braces": "{{ 7 * 7 }} {% raw %} \\n \\u0000 ${x}",
    "a date": "<!date^1700000000^{date}|never> now",
}
"""What is typed, and what must be read again on the card."""


def test_hostile_reasons_are_shown_as_typed_and_ping_nobody(work: Workplace) -> None:
    """By the form, where nothing is rewritten on its way to the bot."""
    work.announce()
    sam = work.person("sam")
    for reason in HOSTILE.values():
        sam.press("Halt", on=work.card())
        assert not sam.submit(values={"reason": reason}).text
    work.bot.quiet()
    assert [h.reason for h in work.candidate().open_halts] == list(HOSTILE.values())
    news = work.news()
    for reason in HOSTILE.values():
        assert reason in news, (reason, news)
    assert HOSTILE["a channel ping"] in work.reads()
    assert not work.pings() & {"channel", "here", "everyone"}
    assert not work.box.record.failures()
    assert not [c for c in work.box.record.calls if not c.ok]


@pytest.mark.parametrize("transport", ["http", "socket"])
def test_reasons_typed_in_one_line_are_shown_as_typed(opened: Opened, transport: str) -> None:
    work = opened(transport=transport)
    work.announce()
    for reason in (HOSTILE["quotes"], HOSTILE["signs"], HOSTILE["emoji"], HOSTILE["right to left"]):
        work.say("sam", f"halt payments {reason}")
        (halt,) = work.candidate().open_halts
        assert halt.reason == reason
        assert reason in work.reads()
        work.say("sam", "lift payments next")
    work.say("sam", "halt payments <!channel> @here <https://evil.example|https://bank.example>")
    (halt,) = work.candidate().open_halts
    assert "https://evil.example" in (halt.reason or "")
    assert not work.pings() & {"channel", "here", "everyone"}


def test_a_reason_of_10000_characters_stands_whole_in_the_record_and_is_cut_on_the_card(
    work: Workplace,
) -> None:
    work.announce()
    reason = " ".join(f"word{n}" for n in range(1300))
    assert len(reason) > 10_000 - 900
    work.say("sam", f"halt payments {reason}")
    (halt,) = work.candidate().open_halts
    assert halt.reason is not None and halt.reason.startswith("word0 word1")
    assert "word0 word1" in work.reads() and len(work.reads()) < 8000
    assert "…" in work.reads()
    assert not [c for c in work.box.record.calls if not c.ok]


def test_lines_and_blank_lines_of_a_reason_are_kept(work: Workplace) -> None:
    work.announce()
    work.press("sam", "Halt")
    work.fill("sam", reason="first\n\n  second\n> third")
    (halt,) = work.candidate().open_halts
    assert halt.reason == "first\n\n  second\n> third"
    for line in ("first", "second", "> third"):
        assert line in work.news()


def test_twenty_long_halts_are_shown_on_a_card_that_slack_takes(work: Workplace) -> None:
    """The box is as strict as Slack might be; acknowledgements have no second try."""
    work.box.workspace.settings.longest_blocks = LONGEST
    work.announce()
    for number in range(5):
        for who in ("sam", "alice", "omar", "rita"):
            words = f"halt payments {number} " + "R&D < prod > " * 220
            assert not work.person(who).command(f"/release {words}", channel=CHANNEL).error
    assert len(work.candidate().open_halts) == 20
    for asked in ("status payments", "history payments", "halt payments", "", "owners"):
        work.say("sam", asked)
    work.bot.quiet()
    assert not work.box.record.failures()
    assert not [c for c in work.box.record.calls if not c.ok]
    (row,) = [block for block in work.card().blocks if block["type"] == "actions"]
    assert any(str(e.get("value")).startswith("halt payments@") for e in row["elements"])
