"""Environments and resources are declared, changed and prepared, by those whom it concerns (DESIGN 2.1, 2.6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from rules.announcing import PRODUCT
from rules.environments import Environment, Prepared
from rules.facts import Actor, Fact
from rules.freezes import Freeze
from rules.resources import Resource
from rules.rights import DEPLOYERS, Hats, require_any, require_over
from rules.words import Refused

Thing = TypeVar("Thing", Environment, Resource, Freeze)
Facts = tuple[Fact, ...]
MOST = 1000
"""Releases that an environment or a resource may have room for at once."""
LONGEST = 300
"""Characters of a note, a reason or a description."""


def require_name(word: str, meant_otherwise: Collection[str] = ()) -> None:
    """A name as a product's may be, and no word with a meaning of its own. Refuses: odd-name."""
    if not PRODUCT.fullmatch(word) or word in meant_otherwise:
        raise Refused("odd-name", {"word": word, "field": "name"})


def require_short(words: str | None, field: str = "reason") -> None:
    """Refuses: words-too-long."""
    if len(words or "") > LONGEST:
        raise Refused("words-too-long", {"most": LONGEST, "field": field})


def differing(subject: str, new: Thing, old: Thing | None, by: Actor, now: datetime) -> Facts:
    """The fact that something is declared, or is another than it was; none where it is the same."""
    about: dict[str, Any] = new.about()
    if old is None:
        return (Fact(f"{subject}.declared", now, by, None, None, about),)
    was = old.about()
    if was == about:
        return ()
    return (Fact(f"{subject}.changed", now, by, None, None, {**about, "was": was}),)


def declare_environment(
    asked: Environment, old: Environment | None, hats: Hats, now: datetime
) -> tuple[Environment, Facts]:
    """An environment as it is to be; that it is prepared stays.

    `hats` are those for the products that go there, now or as asked.
    Refuses: not-your-role, not-of-every-product, odd-name, odd-capacity.
    """
    by = require_over("environment", hats)
    require_name(asked.name, {"add"})
    _require_room(asked.capacity)
    after = replace(asked, prepared=old.prepared if old else None)
    return after, differing("environment", after, old, by, now)


def declare_resource(
    asked: Resource, old: Resource | None, hats: Hats, now: datetime
) -> tuple[Resource, Facts]:
    """A resource as it is to be. `hats` are those for the products that need it.

    Refuses: not-your-role, not-of-every-product, odd-name, odd-capacity, words-too-long.
    """
    by = require_over("resource", hats)
    require_name(asked.name, {"add"})
    _require_room(asked.capacity)
    require_short(asked.what, "what")
    return asked, differing("resource", asked, old, by, now)


def _require_room(capacity: int) -> None:
    if not 1 <= capacity <= MOST:
        raise Refused("odd-capacity", {"text": str(capacity), "most": MOST})


def prepare(
    environment: Environment, ready: bool, note: str | None, hats: Hats, now: datetime
) -> tuple[Environment, Facts]:
    """Say that an environment is prepared, or that it is not and why. The same again changes nothing.

    `hats` are those for the products that go there.
    Refuses: not-your-role, unprepared-reason-needed, words-too-long.
    """
    by = require_any("environment", DEPLOYERS, hats)
    if not ready and not note:
        raise Refused("unprepared-reason-needed", {"environment": environment.name})
    require_short(note, "note")
    was = environment.prepared
    if was is not None and was.ready is ready and note in (None, was.note):
        return environment, ()
    after = replace(environment, prepared=Prepared(ready, by.person, now, note))
    about = {"environment": environment.name, "ready": ready, "note": note}
    return after, (Fact("environment.prepared", now, by, None, None, about),)
