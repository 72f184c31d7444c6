"""A machine that types, presses, locks, kills, deafens, sets clocks and puts copies back, and looks for what goes out all the same.

The law's own machine stands in `tests/rules`; this one goes through the verbs, the timers and the
database file. `PRESUMPTIVE_EXAMPLES=500 pytest tests/commands/test_machine.py` looks longer.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Step
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from rules.words import Phase, State
from tests.commands.installation import template
from tests.commands.plays import Play

TURNS = st.sampled_from(
    [
        *("halt sam slash", "halt sue button", "halt rita form", "halt omar words"),
        *("halt alice stop", "halt sam quoted", "halt omar slip", "halt rita reply"),
        *("halt alice objection", "halt None operator", "halt xena slash", "halt bob slash"),
        *("lift sue", "lift omar", "lift rita", "lift alice", "all assert", "assert sam"),
        *("assert rita", "revoke alice", "extend omar", "sooner", "later", "go", "go"),
        *("withdraw", "deploying", "announce payments newer", "announce payments alike"),
        *("announce payments older", "announce payments rebuild", "announce ledger newer"),
        *("announce payments artifact", "announce payments again", "announce payments shorter"),
        *("wait 1", "wait 20", "wait 240", "due", "next day"),
        *("deaf 1", "deaf 10", "deaf 45", "sleep 1", "sleep 20"),
        *("end clean", "end kill", "start", "lock", "lock", "let go", "let go first"),
        *("copy backup", "copy hand", "put back", "put back", "accept"),
        *("clock -60", "clock 10080", "clock 0", "silent", "answers", "refused sam", "reached"),
        *("bob member", "lose pending", "forge", "replay", "drop trigger", "guard"),
    ]
)
FAIR = {
    **dict.fromkeys(["by silence", "halted-by-you", "lifted-by-you", "halt-not-stored"], 4),
    **dict.fromkeys(["written later", "lost with the process", "put back", "accepted"], 20),
}
"""What happens at least once in so many plays, or nothing is proved."""
PRODUCTS = st.sampled_from(["payments", "ledger"])
LEADS = st.sampled_from([1, 5, 20, 90])
WORDS = [
    ["halt sam slash"],
    ["halt omar words", "lift omar"],
    ["halt rita form", "halt alice slip", "lift rita", "lift alice", "wait 61"],
    ["halt sue quoted", "lift sam", "sooner"],
    ["halt alice objection"],
    ["halt bob slash"],
    ["all assert", "go"],
    ["all assert", "revoke sue", "go"],
    ["sooner"],
]
RANKS = [
    ["halt sam slash", "announce payments alike"],
    ["halt omar stop", "announce payments shorter", "lift omar"],
    ["halt sam slash", "announce payments alike", "announce payments rebuild"],
    ["halt sam reply", "withdraw", "announce payments alike"],
    ["announce payments alike", "halt rita button"],
]
LOCKS = [
    ["lock", "halt alice button", "halt rita stop", "wait 1", "let go first"],
    ["lock", "halt sam form", "wait 2", "end kill", "let go", "start"],
    ["lock", "halt sue slash", "end clean", "let go", "start"],
    ["lock", "halt omar words", "wait 0.2", "let go", "lift omar", "wait 61"],
    ["lock", "halt bob slash", "wait 1", "let go first"],
    ["lock", "wait 0.5", "let go"],
    ["lock", "wait 2", "let go first"],
]
DOORS = [
    ["deaf 1"],
    ["deaf 10"],
    ["deaf 45", "all assert"],
    ["end kill", "wait 0.5", "start"],
    ["end clean", "wait 0.5", "start"],
    ["end clean", "wait 10", "start"],
    ["sleep 15"],
]
CLOCKS = [
    ["clock -60", "wait 5", "halt sam slash"],
    ["clock 10080", "assert rita", "wait 1", "answers"],
    ["end clean", "clock 10080", "silent", "start", "wait 1", "answers", "wait 1"],
    ["end clean", "clock -60", "silent", "start", "wait 1", "halt sam slash", "answers"],
    ["silent", "wait 15"],
    ["silent", "wait 31", "halt alice slash", "answers"],
]
COPIES = [
    ["copy backup", "halt rita slash", "wait 1", "end clean", "put back", "start"],
    ["copy backup", "all assert", "halt omar words", "end kill", "put back", "start", "go"],
    ["end clean", "copy hand", "start", "halt omar form", "end clean", "put back", "start"],
    ["copy backup", "halt omar quoted", "end clean", "put back", "start", "accept"],
]
HANDS = [
    ["halt bob words", "lose pending"],
    ["halt alice slash", "forge"],
    ["halt alice slash", "forge", "wait 30", "replay"],
    ["all assert", "drop trigger", "end clean", "start", "go"],
]
AFTER = st.sampled_from(
    [
        ["wait 10"],
        ["wait 10"],
        ["wait 40", "due"],
        ["accept", "wait 5", "due"],
        ["lift sam", "lift rita", "due", "wait 40"],
        ["answers", "clock 0", "wait 31", "due"],
    ]
)


class Machine(RuleBasedStateMachine):
    """Its steps are turns of a play, which holds the bot to what people were told."""

    made: Path
    tally: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(dir=self.made.parent))
        self.play = Play(self.made, self.folder)

    @rule(turns=st.lists(TURNS, min_size=1, max_size=4))
    def anything_happens(self, turns):
        self.play.turns(*turns)

    @rule(brink=st.sampled_from(WORDS), lead=LEADS, after=AFTER)
    def people_speak(self, brink, lead, after):
        self.on_the_brink("payments", lead, brink, after)

    @rule(brink=st.sampled_from(RANKS), lead=LEADS, after=AFTER)
    def versions_rank_alike(self, brink, lead, after):
        self.on_the_brink("payments", lead, brink, after)

    @rule(brink=st.sampled_from(LOCKS), lead=LEADS, after=AFTER, product=PRODUCTS)
    def nothing_can_be_written(self, brink, lead, after, product):
        self.on_the_brink(product, lead, brink, after)

    @rule(brink=st.sampled_from(DOORS), lead=LEADS, after=AFTER, product=PRODUCTS)
    def nothing_can_be_heard(self, brink, lead, after, product):
        self.on_the_brink(product, lead, brink, after)

    @rule(brink=st.sampled_from(CLOCKS), lead=LEADS, after=AFTER)
    def the_clock_is_wrong(self, brink, lead, after):
        self.on_the_brink("payments", lead, brink, after)

    @rule(brink=st.sampled_from(COPIES), lead=LEADS, after=AFTER)
    def a_copy_is_put_back(self, brink, lead, after):
        self.on_the_brink("payments", lead, brink, after)

    @rule(brink=st.sampled_from(HANDS), lead=LEADS, after=AFTER)
    def hands_reach_into_the_file(self, brink, lead, after):
        self.on_the_brink("payments", lead, brink, after)

    def on_the_brink(self, product: str, lead: int, brink: list[str], after: list[str]) -> None:
        """A candidate on its way to its release time, and what happens to it there."""
        first = ["well", f"announce {product} newer", "wait 1", f"due {lead}"]
        self.play.turns(*first, *brink, "due", *after)

    def teardown(self):
        self.tally.update(self.play.ends())
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company before anything was announced."""
    file = tmp_path_factory.mktemp("machine") / "made.db"
    template(file)
    return file


@pytest.fixture
def play(made: Path, tmp_path: Path) -> Iterator[Play]:
    begun = Play(made, tmp_path)
    yield begun
    begun.ends()


def test_nobody_finds_a_way_around_what_people_were_told(made: Path) -> None:
    Machine.made, Machine.tally = made, Counter()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=int(os.environ.get("PRESUMPTIVE_EXAMPLES", "45")),
            stateful_step_count=6,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Step.generate]
            if os.environ.get("PRESUMPTIVE_QUICK")
            else [Step.generate, Step.shrink],
        ),
    )
    plays = Machine.tally["plays"]
    seldom = {what for what, many in FAIR.items() if Machine.tally[what] * many < plays}
    assert seldom == set(), f"it proves too little: {Machine.tally}"


BEGUN = ["announce payments newer", "wait 1"]
KNOWN: dict[str, tuple[list[str], Phase]] = {
    "nobody says a word": (["due", "wait 1"], Phase.RELEASED),
    "a lock of ninety seconds that meets no halt": (
        ["due 1", "lock", "wait 1.4", "let go first", "wait 1"],
        Phase.RELEASED,
    ),
    "a lock across the release time that meets halts": (
        [
            "due 1",
            "lock",
            "halt alice button",
            "halt rita stop",
            "wait 2",
            "let go first",
            "wait 60",
        ],
        Phase.HALTED,
    ),
    "killed while a halt is kept": (
        ["due 1", "lock", "halt sam form", "wait 0.5", "end kill", "let go", "start", "wait 10"],
        Phase.ANNOUNCED,
    ),
    "ended by the system while a halt is kept": (
        ["due 1", "lock", "halt sue slip", "end clean", "let go", "start", "wait 10"],
        Phase.ANNOUNCED,
    ),
    "killed and started at once": (["due 10", "end kill", "start", "wait 11"], Phase.ANNOUNCED),
    "ended and started again within a minute": (
        ["due 10", "end clean", "wait 1", "start", "wait 11"],
        Phase.RELEASED,
    ),
    "deaf for a minute": (["due 10", "deaf 1", "wait 11"], Phase.RELEASED),
    "deaf for ten": (["due 15", "deaf 10", "wait 6"], Phase.ANNOUNCED),
    "a machine that sleeps across the release time": (
        ["all assert", "due 5", "sleep 15", "wait 1"],
        Phase.ANNOUNCED,
    ),
    "a clock set back an hour": (["due 5", "clock -60", "wait 30"], Phase.ANNOUNCED),
    "a clock a week ahead from the start": (
        ["due 60", "end clean", "clock 10080", "silent", "start", "wait 5"],
        Phase.ANNOUNCED,
    ),
    "a copy from before a halt": (
        ["due 30", "copy backup", "halt rita slash", "end clean", "put back", "start", "wait 90"],
        Phase.ANNOUNCED,
    ),
    "the same, accepted": (
        [
            *("copy backup", "halt rita slash", "end kill", "put back", "start", "accept"),
            *("next day", "due", "wait 1"),
        ],
        Phase.RELEASED,
    ),
    "a second copy, put back a minute after the first was accepted": (
        [
            *("copy backup", "halt rita slash", "end clean", "put back", "start", "accept"),
            *("wait 1", "end clean", "copy hand", "start", "halt sam slash", "wait 1"),
            *("end clean", "put back", "start", "next day"),
        ],
        Phase.ANNOUNCED,
    ),
    "a second copy, the clock being set back meanwhile": (
        [
            *("copy backup", "halt rita slash", "end clean", "put back", "start", "accept"),
            *("wait 10", "end clean", "copy hand", "start", "clock -60", "halt sam slash"),
            *("end clean", "clock 0", "put back", "start", "next day"),
        ],
        Phase.ANNOUNCED,
    ),
    "a halt and a version of equal rank": (
        ["halt sam slash", "announce payments alike", "next day"],
        Phase.HALTED,
    ),
    "a halt, withdrawn, announced once more": (
        ["halt sam quoted", "withdraw", "announce payments alike", "next day"],
        Phase.HALTED,
    ),
    "a halt taken out of the row": (
        ["halt alice slash", "forge", "due", "wait 300"],
        Phase.ANNOUNCED,
    ),
    "the same, and a rebuild of it": (
        ["halt alice slash", "forge", "announce payments rebuild", "replay", "next day"],
        Phase.HALTED,
    ),
    "the same, put back": (
        ["halt alice slash", "forge", "due", "wait 1", "replay", "next day"],
        Phase.HALTED,
    ),
    "a trigger that is gone": (
        ["all assert", "drop trigger", "end clean", "start", "go", "next day"],
        Phase.ANNOUNCED,
    ),
    "a halt by somebody unknown whose row is deleted": (
        ["due 5", "halt bob words", "lose pending", "wait 10"],
        Phase.ANNOUNCED,
    ),
    "words against it, and the button under the answer": (
        ["halt alice objection", "next day"],
        Phase.HALTED,
    ),
}


@pytest.mark.parametrize("known", KNOWN)
def test_what_was_tried_before(play: Play, known: str) -> None:
    turns, phase = KNOWN[known]
    play.turns(*BEGUN, *turns)
    assert play.youngest() is phase


def test_with_everything_well_what_nobody_touches_goes_out_in_three_working_days(
    play: Play,
) -> None:
    play.turns(*BEGUN)
    (due,) = [c.release_at for c in play.open_rows()]
    play.turns("next day", "next day", "next day")
    (fact,) = play.machine.office.facts(kind="candidate.released")
    assert fact.at == due
    assert set(fact.about["states"]) == set(State)
