"""The pictures of docs/meeting.md: a small company's weeks before Christmas, with a meeting and its digest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser, Locator, expect

from rehearsal.messages import Message
from tests.browser.conftest import at_work
from tests.browser.screen import Screen
from tests.end_to_end.workplace import Workplace, company, key_of

NAMES = frozenset({"agenda", "floor", "minutes", "digest", "agenda-calm"})
PLACE = "release-meeting"
OWNERS = ("alice", "omar", "sam", "rita")
TALL = {"width": 1440, "height": 2000}
"""Room for a whole agenda: a message is taken in one piece only where it need not be scrolled."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WITHOUT_MEETING = re.sub(rb"(?m)^(meeting|digest):.*\n", b"", company())
"""The small company before it had a meeting and a digest: its first weeks pass by in leaps."""
Lines = Sequence[tuple[str, str]]
Shot = Callable[[Locator, str], str]


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


WENT_BEFORE: Sequence[tuple[datetime, Sequence[str]]] = (
    (at(24, 14, month=11), ("payments@2.4.1",)),
    (at(26, 11, month=11), ("ledger@3.1.0", "web@1.7.0")),
    (at(1, 15), ("payments@2.4.2", "mobile@4.8.0")),
    (at(3, 11), ("web@1.7.1",)),
    (at(8, 10), ("ledger@3.1.1", "web@1.7.2")),
    (at(10, 16), ("mobile@4.9.0", "payments@2.4.3")),
)
"""What went out by the word of all four, and when; each was announced the day before."""
HOURS = {"alice": 3, "omar": 5, "sam": 9, "rita": 22}
"""How long after the announcement each of them asserts it."""
KNOWN_ISSUES = {"web@1.7.0": "labels are cut", "mobile@4.9.0": "the dark mode flickers"}
MONDAY: Lines = (
    ("dave", "announce payments 2.5.0 fri 10:00 UTC notes Refunds in one step"),
    ("dave", "announce ledger 3.2.0 fri 14:00 UTC notes Totals per currency"),
    ("dave", "announce mobile 5.0.0 fri 11:00 UTC notes A new home screen"),
    ("dave", "announce web 1.8.0 tue 22 dec 11:00 UTC notes Labels that fit"),
    ("rita", "resource payments needs dba before 30m for 2h"),
    ("rita", "resource mobile needs dba for 2h"),
    ("sam", "halt ledger Totals of closed accounts are wrong"),
    ("omar", "environment stores not prepared the signing certificate expires on Friday"),
    ("omar", "environment prod-us prepared the disks are doubled"),
    ("rita", "action @sam renew the contract for the scans by fri 18 dec"),
    ("dave", "agenda add Who is on call over Christmas? 10 min"),
    ("omar", "agenda add Move the database window to Tuesdays 5 min"),
)
TUESDAY: Lines = (
    *(
        (who, f"assert {product}")
        for product in ("mobile", "payments")
        for who in ("alice", "omar")
    ),
    *((who, "assert web") for who in OWNERS),
)
"""What people say on the two days before the agenda."""
BEGINNING: Lines = (
    *((who, "meeting attend") for who in ("rita", "sam", "alice", "omar", "dave")),
    ("sam", "lift ledger The report was of the wrong day"),
    ("sam", "assert ledger"),
    ("rita", "meeting next"),
)
GOING_ON: Lines = (
    ("sam", "assert payments"),
    ("rita", "meeting next"),
    ("rita", "reschedule mobile fri 15:00 UTC"),
    ("rita", "meeting next"),
    ("omar", "environment stores prepared the certificate is renewed"),
    ("rita", "meeting next"),
    ("rita", "action @omar write the rota for Christmas by wed 30 dec"),
    ("rita", "meeting next"),
    ("rita", "meeting defer until the audit is through"),
    ("rita", "meeting next"),
    ("rita", "meeting next"),
    ("rita", "meeting next"),
)
"""What is said in the meeting until it is pictured, and after that."""
FRIDAY: Lines = (
    ("sam", "action 1 done"),
    ("alice", 'waive ledger product issue "totals are slow" because ten people use them'),
    *((who, "assert ledger") for who in ("alice", "omar", "rita")),
    *((who, "assert mobile") for who in ("sam", "rita")),
    ("rita", "go ledger"),
    ("rita", "go mobile"),
)
FAULT = "Refunds of gift cards are paid twice"
AFTERWARDS: Lines = (
    ("dave", "announce payments 2.6.0 wed 23 dec 12:00 UTC notes Receipts by mail"),
    ("omar", "agenda remove 2"),
)


def pictures(browser: Browser, dresses: Mapping[str, Any], shot: Shot) -> Iterator[str]:
    """All of them, of the same weeks in every dress; `shot` is given each under its name and dress."""
    with at_work(WITHOUT_MEETING) as work:
        weeks_before(work)
        screens = {
            suffix: Screen(browser, work.box.url, "rita", color_scheme=scheme, viewport=TALL)
            for suffix, scheme in dresses.items()
        }

        def shots(name: str, kind: str) -> Iterator[str]:
            work.bot.quiet()
            for suffix, screen in screens.items():
                yield shot(_shown(screen, posted(work, kind)), name + suffix)

        for screen in screens.values():
            screen.place(PLACE).click()
        the_agenda(work)
        yield from shots("agenda", "agenda")
        the_meeting(work)
        yield from shots("floor", "meeting")
        leap(work, at(17, 10, 31))
        say(work, *GOING_ON, ("rita", "meeting close"))
        yield from shots("minutes", "minutes")
        the_rest_of_the_week(work)
        yield from shots("digest", "digest")
        the_next_week(work)
        yield from shots("agenda-calm", "agenda")


def weeks_before(work: Workplace) -> None:
    """Three weeks in which a handful of releases went out."""
    for when, names in WENT_BEFORE:
        leap(work, when - DAY)
        fresh = [name.replace("@", " ") for name in names if name != "payments@2.4.1"]
        say(work, *(("dave", f"announce {name}") for name in fresh))
        for name in set(names) & KNOWN_ISSUES.keys():
            issue = f'"{KNOWN_ISSUES[name]}" because few people see it'
            say(work, ("alice", f"waive {name} product issue {issue}"))
        for who in OWNERS:
            leap(work, when - DAY + HOURS[who] * HOUR)
            say(work, *((who, f"assert {name}") for name in names))
        leap(work, when)
        for name in names:
            say(work, ("rita", f"go {name}"))
            deploy(work, name)


def deploy(work: Workplace, name: str) -> None:
    say(work, ("omar", f"deploying {name}"), ("omar", f"deployed {name}"))


def the_agenda(work: Workplace) -> None:
    leap(work, at(14, 9))
    work.bot.apply(company())
    say(work, *MONDAY)
    leap(work, at(15, 11))
    say(work, *TUESDAY)
    leap(work, at(16, 9, 59))
    go_on(work, at(16, 10, 2))


def the_meeting(work: Workplace) -> None:
    """Until the second item is in focus."""
    go_on(work, at(17, 10))
    work.press("rita", "Start", posted(work, "agenda"))
    leap(work, at(17, 10, 6))
    say(work, *BEGINNING)


def the_rest_of_the_week(work: Workplace) -> None:
    """Payments goes out by silence, the others by the word of all four; a fault turns up."""
    go_on(work, at(18, 11))
    deploy(work, "payments@2.5.0")
    say(work, *FRIDAY)
    deploy(work, "ledger@3.2.0")
    deploy(work, "mobile@5.0.0")
    rita = work.person("rita")
    work.say("rita", f"fault payments 2.5.0 {FAULT}")
    assert rita.modal is not None
    work.fill("rita", through="Functional tests passed")
    leap(work, at(21, 8, 30))
    say(work, *AFTERWARDS)
    go_on(work, at(21, 9, 1))


def the_next_week(work: Workplace) -> None:
    """All four assert what goes out next; nothing is contested."""
    say(work, *((who, "assert payments") for who in OWNERS))
    leap(work, at(22, 10, 59))
    go_on(work, at(22, 11, 1))
    deploy(work, "web@1.8.0")
    leap(work, at(23, 9, 59))
    go_on(work, at(23, 10, 2))


# What is done again and again.


def leap(work: Workplace, to: datetime) -> None:
    """Lets the clock go to an instant past everything that falls due on the way."""
    work.clock.advance(to - work.clock.now())
    work.bot.quiet()


def go_on(work: Workplace, to: datetime) -> None:
    """Lets the clock go to an instant, with all that falls due on the way."""
    work.bot.advance(to)
    work.bot.quiet()


def say(work: Workplace, *lines: tuple[str, str]) -> None:
    for who, line in lines:
        seen = work.say(who, line)
        assert "nothing was changed" not in seen.text, f"{who}: {line}: {seen.text}"


def posted(work: Workplace, kind: str) -> Message:
    """The newest message of a kind in the meeting's channel."""
    found = work.person("alice").messages(PLACE)
    return [message for message in found if key_of(message).startswith(f"{kind}:")][-1]


def _shown(screen: Screen, message: Message) -> Locator:
    """A message on somebody's page, its pictures loaded."""
    shown = screen.page.locator(f'[data-ts="{message.ts}"]')
    expect(shown).to_be_visible()
    screen.page.wait_for_timeout(1500)
    return shown
