"""A full week, a quiet one and an empty one, as digests tell of them."""

from __future__ import annotations

from datetime import timedelta

from rules.candidate import Fault
from rules.digest import Ahead, Charged, Digest, Halted, Silence, Took, Week, Went
from rules.words import Phase, State
from tests.templates.company import HOUR, MONDAY, OMAR, SAM, SUE, announced, halted

DAY = timedelta(days=1)
SINCE = MONDAY - 7 * DAY
WAIVED = dict.fromkeys(State, "asserted") | {State.SECURITY: "asserted with waivers"}
PRESUMED = dict.fromkeys(State, "asserted") | {State.OPERATION: "presumed"}


def out(name: str, day: int, outcome: dict[State, str], *, hotfix: bool = False) -> Went:
    at = SINCE + day * DAY
    word = {state: at - 30 * HOUR for state in State if outcome[state] != "presumed"}
    return Went(name, at - 50 * HOUR, at, word, outcome, Phase.DEPLOYED, hotfix)


def charged(number: int, **more: object) -> Charged:
    what = f"Refund {number} is paid twice"
    fault = Fault(str(number), what, OMAR, MONDAY - DAY, **more)  # type: ignore[arg-type]
    return Charged("payments@2.4.1#1", fault)


def week(day: int, *many: int) -> Week:
    names = ("asserted", "waived", "presumed")
    return Week(MONDAY - day * DAY, dict(zip(names, many, strict=True)))


def full() -> Digest:
    """More of everything than is shown."""
    halt = halted(announced()).open_halts[0]
    over = [Halted(f"web@1.{n}.0#1", halt, "lifted", MONDAY + (5 + n) * HOUR) for n in range(1, 6)]
    said = {"attributed_at": MONDAY, "state": State.SECURITY, "criterion": "Exploits evaluated"}
    return Digest(
        SINCE,
        MONDAY + DAY,
        announced=15,
        went=[
            out("ledger@3.2.0#1", 1, dict.fromkeys(State, "asserted")),
            out("payments@2.4.1#1", 2, WAIVED),
            out("web@1.8.0#2", 3, PRESUMED, hotfix=True),
        ],
        times=[
            Took("release", timedelta(days=2, hours=3, minutes=10), timedelta(days=2, hours=8)),
            Took("product", 3 * HOUR, timedelta(hours=5, minutes=30)),
            Took("security", timedelta(days=1, hours=3), 20 * HOUR),
            Took("operation", None, 4 * HOUR),
            Took("organization", 40 * HOUR, None),
        ],
        weeks=[
            week(27, 3, 1, 2),
            week(20, 5, 0, 1),
            week(13, 2, 2, 4),
            week(6, 6, 1, 2),
            week(-1, 1, 1, 1),
        ],
        halts=[Halted("payments@2.4.2#1", halt), *over],
        failed=["ledger@3.2.0#1"],
        rolled_back=["ledger@3.2.0#1", "web@1.8.0#2"],
        faults=[charged(1, **said), charged(2, attributed_at=MONDAY), charged(3)],
        silent=[Silence(SUE, {State.SECURITY: 2}), Silence(SAM, {State.SECURITY: 1})],
        ahead=[Ahead(f"mobile@5.{n}.0#1", MONDAY + (2 + n) * DAY) for n in range(7)],
        waiting=2,
    )


def quiet() -> Digest:
    """Nothing but what is planned, and so nothing to draw."""
    ahead = [Ahead("mobile@5.0.0#1", MONDAY + DAY)]
    none = [week(day, 0, 0, 0) for day in (28, 21, 14, 7, 0)]
    return Digest(SINCE, MONDAY, ahead=ahead, weeks=none)


def empty() -> Digest:
    return Digest(SINCE, MONDAY)
