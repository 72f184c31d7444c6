"""What a catalogue says of the meeting and the digest is read whole, or told with its lines, and keeps what it does not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.catalogue import CatalogueProblems, read_catalogue
from bot.declared import difference
from rules.series import DIGEST, MEETING, MOVE, Series
from rules.worktime import Calendar
from storage.company import Company
from tests.bot.test_catalogue import HEAD, NOW, read, resolve

REL, LED = "C0REL0001", "C0LED0001"
WHOLE = """\
calendars:
  germany: {holidays: DE}
meeting:
  day: [thu, mon]
  at: 10:00
  zone: Europe/Berlin
  every: 2 weeks
  channel: "#ledger"
  calendar: germany
  holidays: move
  minutes: 30
  agenda: 2 days
  reminders: [1 hour, 1 day]
digest: {day: mon, at: "9:00"}
products: {web: }
"""
MET = Series(MEETING, (3,), time(10), "Europe/London", REL, NOW, by="URITA")
STANDING = Company(series={MEETING: MET}, calendars={"uk": Calendar("uk")})


def onto(standing: Company, text: str) -> dict[str, Series]:
    return dict(read_catalogue(HEAD + text, resolve, NOW, standing).series)


def problems(text: str, head: str = HEAD, standing: Company | None = None) -> list[str]:
    with pytest.raises(CatalogueProblems) as odd:
        read_catalogue(head + text, resolve, NOW, standing)
    return [f"{problem.line}: {problem.sentence}" for problem in odd.value.problems]


def test_both_are_read_whole() -> None:
    declared = read(HEAD + WHOLE)
    assert declared.series == {
        MEETING: Series(
            MEETING,
            (0, 3),
            time(10),
            "Europe/Berlin",
            LED,
            NOW,
            weeks=2,
            calendar="germany",
            holidays=MOVE,
            minutes=30,
            agenda=timedelta(days=2),
            reminders=(timedelta(days=1), timedelta(hours=1)),
        ),
        DIGEST: Series(DIGEST, (0,), time(9), "Europe/London", REL, NOW),
    }
    assert set(declared.plain["series"][DIGEST]) & {"minutes", "agenda", "reminders"} == set()


def test_what_is_not_said_stays_and_the_same_is_the_one_that_stands() -> None:
    assert onto(STANDING, "meeting: {day: thu}\n") == {MEETING: MET}
    assert onto(STANDING, "meeting:\n") == {MEETING: MET}
    changed = onto(STANDING, "meeting: {calendar: uk, reminders: []}\n")[MEETING]
    assert changed == replace(MET, calendar="uk", reminders=(), by=None)
    assert onto(STANDING, "products: {web: }\n") == {}


def test_off_ends_what_stands_and_is_nothing_where_nothing_does() -> None:
    ended = onto(STANDING, "meeting: off\ndigest: off\n")
    assert ended == {MEETING: replace(MET, off=True, by=None)}
    off = replace(STANDING, series=ended)
    assert onto(off, "meeting: {day: thu}\n")[MEETING].off is False


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "meeting: {day: thurzday, at: 10:00}\n",
            "The meeting: `day` can't be `thurzday`; write `thu`.",
        ),
        ("meeting: {at: 10:00}\n", "The meeting: `day` is missing; write a weekday, like `thu`."),
        ("meeting: {day: thu, at: }\n", "The meeting: `at` is empty; write it after the colon, in"),
        (
            "digest: {day: mon, at: 9:00, minutes: 45}\n",
            "The digest can't have the key `minutes`. It may have `day`, `at`,",
        ),
        (
            "digest: {day: mon, at: 9:00, zone: Europe/Lundon}\n",
            "The digest: `zone` can't be `Europe/Lundon`; write `Europe/London`.",
        ),
        (
            'digest: {day: mon, at: 9:00, channel: "#ledgr"}\n',
            "The digest: `channel`: `#ledgr` is nobody",
        ),
        (
            'digest: {day: mon, at: 9:00, channel: "@alice"}\n',
            "The digest: `channel`: `@alice` is a person; name a channel.",
        ),
        (
            "meeting: {day: thu, at: 10:00, calendar: uk}\n",
            "The meeting: `calendar` can't be `uk`, which is no calendar; none is declared.",
        ),
        ("meeting: often\n", "The meeting can't be `often`; write keys, or `off`."),
        ("meeting: [thu]\n", "The meeting must consist of keys, such as `day:`."),
        (
            "meeting: {day: thu, at: 10:00, reminders: [1 day, ]}\n",
            None,
        ),
        (
            "meeting: {day: thu, at: 10:00, reminders: [1 day, {}]}\n",
            "The meeting: `reminders` must be one word, not a list or keys.",
        ),
        (
            "meeting: {day: thu, at: 10:00, every: [2 weeks]}\n",
            "The meeting: `every` must be one word, not a list or keys.",
        ),
    ],
)
def test_what_is_wrong_is_told_once_with_its_line(text: str, told: str | None) -> None:
    if told is None:
        assert onto(Company(), text)
        return
    line = HEAD.count("\n") + 1
    (said,) = problems(text)
    assert said.startswith(f"{line}: {told}")


def test_everything_wrong_is_told_at_once() -> None:
    text = "meeting:\n  day: thurzday\n  at: 10:00\n  minutes: 3\n  zone: nowhere\n  agenda: soon\n"
    first = HEAD.count("\n") + 1
    assert [said.split(":")[0] for said in problems(text)] == [
        str(first + step) for step in (1, 3, 4, 5)
    ]


def test_where_the_catalogue_has_no_zone_or_channel_they_must_be_said() -> None:
    text = "meeting: {day: thu, at: 10:00}\nproducts:\n"
    assert problems(text, "") == [
        "1: The meeting: `zone` is missing; write a zone, like `Europe/London`.",
        "1: The meeting: `channel` is missing; write the channel it is posted in.",
    ]
    mistaken = problems(text, 'zone: Mars\nchannel: "#relases"\n')
    assert len(mistaken) == 2 and not [said for said in mistaken if "meeting" in said]


def test_differences_are_told_by_key() -> None:
    old = read(HEAD + WHOLE).plain
    assert difference({}, {"series": old["series"]}) == [
        "+ meeting: mon, thu 10:00 Europe/Berlin every 2 weeks",
        "+ digest: mon 09:00 Europe/London",
    ]
    new = read(
        HEAD + WHOLE.replace("30", "60").replace("[1 hour, 1 day]", "[]").replace("2 weeks", "week")
    ).plain
    assert difference(old, new) == [
        "meeting: every 2 weeks → week",
        "meeting: minutes 30 → 60",
        "meeting: reminders 1d, 1h → none",
    ]
    meeting = {**old["series"][MEETING], "off": True}
    ended = {**old, "series": {**old["series"], MEETING: meeting}}
    assert difference(old, ended) == ["meeting: comes no more"]
    assert difference(ended, old) == ["meeting: comes again"]
