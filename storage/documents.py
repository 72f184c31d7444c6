"""Turns the rules' dataclasses into the JSON that is stored, and back; the adapters are built once, at import."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from datetime import UTC, datetime
from types import NoneType
from typing import Any, TypeVar

from pydantic import TypeAdapter

from rules.candidate import Candidate
from rules.environments import Environment
from rules.freezes import Every, Freeze
from rules.meeting import Action, Meeting, Stage, Topic
from rules.product import Product
from rules.resources import Resource
from rules.series import Series
from rules.words import Phase, Role, Silence, State
from rules.worktime import Calendar
from rules.world import InProduction, Planned

T = TypeVar("T")

ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
CANDIDATE: TypeAdapter[Candidate] = TypeAdapter(Candidate)
PRODUCT: TypeAdapter[Product] = TypeAdapter(Product)
CALENDAR: TypeAdapter[Calendar] = TypeAdapter(Calendar)
ENVIRONMENT: TypeAdapter[Environment] = TypeAdapter(Environment)
RESOURCE: TypeAdapter[Resource] = TypeAdapter(Resource)
FREEZE: TypeAdapter[Freeze] = TypeAdapter(Freeze)
SERIES: TypeAdapter[Series] = TypeAdapter(Series)
MEETING: TypeAdapter[Meeting] = TypeAdapter(Meeting)
TOPIC: TypeAdapter[Topic] = TypeAdapter(Topic)
ACTION: TypeAdapter[Action] = TypeAdapter(Action)
PLANNED: TypeAdapter[Planned] = TypeAdapter(Planned)
IN_PRODUCTION: TypeAdapter[InProduction] = TypeAdapter(InProduction)
TIMELESS = frozenset({str, int, float, bool, NoneType, State, Role, Phase, Silence, Every, Stage})
"""Types that hold no time, so that looking for a naive one is quick."""


def utc(at: datetime) -> datetime:
    """`at` in UTC. Raises ValueError where it is naive: whose nine o'clock would it be?"""
    if at.utcoffset() is None:
        raise ValueError(f"a naive time can't be stored: {at!r}")
    return at.astimezone(UTC)


def canonical(body: Mapping[str, Any]) -> str:
    """JSON in one form only: keys sorted, nothing between them, JSON's own types. Facts are hashed in it."""
    text = json.dumps(
        body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return sound(text)


def plain(value: Any) -> str:
    """Any mixture of JSON's types, dataclasses and times as JSON."""
    return dump(ANYTHING, value)


def dump(adapter: TypeAdapter[Any], value: Any) -> str:
    """A value as its adapter writes it; text that is no Unicode is mended on the way."""
    try:
        return adapter.dump_json(value).decode()
    except ValueError:  # half of a surrogate pair
        return sound(json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False))


def sound(text: str) -> str:
    """Text that every encoding takes: halves of surrogate pairs are joined, or become U+FFFD.

    Slack's JSON can carry such halves, and a halt must not be lost to one.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def document(adapter: TypeAdapter[T], value: T) -> str:
    """A dataclass of the rules as stored. Raises ValueError for a naive time anywhere in it."""
    refuse_naive(value)
    return dump(adapter, value)


def refuse_naive(value: object) -> None:
    """Raise ValueError where a time anywhere in these dataclasses, mappings and tuples is naive."""
    inside: Iterable[object] = ()
    if is_dataclass(value):
        inside = vars(value).values()
    elif isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, tuple):
        inside = value
    for part in inside:
        kind = type(part)
        if kind is datetime:
            utc(part)  # type: ignore[arg-type]
        elif kind not in TIMELESS:
            refuse_naive(part)
