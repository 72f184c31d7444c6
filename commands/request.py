"""What every door makes of a press or a line, and what it gets back (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from rules.freezes import Recurring
from rules.product import Product
from rules.series import Series
from rules.world import Edges
from storage.company import Company


@dataclass(frozen=True)
class Caller:
    """Who asks, through which door, and where an answer reaches them later."""

    person: str | None
    """A Slack user id; None: the operator at the command line."""
    door: str
    """`slash`, `words`, `button`, `shortcut`, `modal` or `command line`."""
    channel: str | None = None
    response_url: str | None = None
    """Where a late answer may be posted for 30 minutes."""
    thread: str | None = None
    """Of words: the ts of the message in whose thread, in the channel, the answer stands."""


@dataclass(frozen=True)
class Request:
    """One act asked for. `text` is what follows the verb, with Slack's escapes undone."""

    verb: str
    caller: Caller
    text: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """A modal's fields by name: strings, or lists of strings."""
    key: str = ""
    """The idempotency key; empty for reading."""
    pressed_at: datetime | None = None
    """When an act that had to wait was first asked for; None: now."""
    card: str | None = None
    """The candidate whose message was pressed, so that an old one can be mended."""
    under: str | None = None
    """Of words: the candidate that the message they answer is about."""
    doubt: str = ""
    """Of words: all of them, where they may mean a halt though they begin with another verb."""
    until: float | None = None
    """Until when its write may wait, by the monotonic clock: Slack wants an answer; None: a while."""

    def pressed(self, at: datetime) -> Request:
        """The same, asked for at `at` unless it is known when; it may wait as long as it takes."""
        return replace(self, pressed_at=self.pressed_at or at, until=None)


@dataclass(frozen=True)
class Choice:
    """A button under an answer: a typed command, and how it looks."""

    label: str
    command: str
    style: str | None = None


@dataclass(frozen=True)
class Reply:
    """The answer to one person: a template's name and what it needs to say."""

    template: str
    about: Mapping[str, Any] = field(default_factory=dict)
    ok: bool = True
    choices: tuple[Choice, ...] = ()
    field_name: str | None = None
    """For a modal: the field beside which a refusal belongs."""
    stored: bool = True
    """False: nothing of the request could be written, so that whoever sent it may send it again."""
    also: Reply | None = None
    """A second answer, which follows in a message of its own."""


@dataclass(frozen=True)
class Tools:
    """What the composition root hands inward as plain functions (DESIGN 3)."""

    when: Callable[[str, str, datetime], datetime]
    """Text, IANA zone, now (aware UTC) -> aware UTC; refuses `odd-time`."""
    duration: Callable[[str], timedelta]
    zone: Callable[[str], str]
    """An IANA zone as people write it -> its name; refuses `odd-zone`."""
    as_catalogue: Callable[[Product, str, Company], tuple[Mapping[str, Any], tuple[str, ...]]]
    """The first product, the operator, the company -> the catalogue that says so, in JSON's own
    types, and its difference from what was, a line each."""
    newer: Callable[[str, str, str], bool | None]
    """Scheme, a, b -> whether a is newer than b; None: they can't be compared."""
    satisfies: Callable[[str, str, str], bool | None]
    """Scheme, version, constraint -> whether the version will do; None: they can't be compared."""
    constraint: Callable[[str, str], str]
    """Scheme, text -> which versions are asked for, in one form; refuses `odd-constraint`."""
    recurring: Callable[[str], Recurring]
    """`fri 16:00 - mon 08:00` -> when a freeze comes again; refuses `odd-recurring`."""
    schedule: Callable[[str, str, str, Company, datetime, Series | None], Series]
    """Text, `meeting` or `digest`, IANA zone, the company, now, the series as it stands -> the series
    as it is to be, the same where nothing is other; refuses `odd-schedule`."""
    groups: Callable[[Edges], Sequence[frozenset[str]]]
    """Who waits for whom -> the groups in which everybody waits for everybody, of two or more."""
    compare: Callable[[str, Mapping[str, str], Mapping[str, str]], tuple[str, ...]]
    """What wrote a report, what it is reduced to, and the one before -> what is other, a phrase each."""
    near: Callable[[str, list[str]], list[str]]
    """A word and the right ones -> the nearest right ones, best first."""
    draw: Callable[[Reply, Company, str | None], Mapping[str, Any]]
    """A reply, the company, who reads it -> `text` and `blocks`, in JSON's own types."""
    withheld: Callable[[], Mapping[str, str]] = dict
    """Why nothing may be released at the moment: a sentence by cause; none while all is well."""
