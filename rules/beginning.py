"""The first minutes: a workspace admin sets up an installation in which nothing is (DESIGN 2.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.announcing import PRODUCT
from rules.people import Holder, People, Person
from rules.product import Product
from rules.words import Refused, Role


@dataclass(frozen=True)
class Beginning:
    """What an admin says of the first product. `zone` is an IANA name, `channel` a Slack id."""

    product: str
    channel: str | None
    zone: str
    holders: Mapping[Role, tuple[str, ...]]
    """Slack user ids; one person may hold several roles."""


def may_begin(person: Person | None) -> bool:
    """Whether somebody is a workspace admin and able to act."""
    return person is not None and person.able and person.admin


def admins(people: People) -> list[Person]:
    """Everybody known who may set up, by name."""
    return sorted(filter(may_begin, people.values()), key=lambda p: (p.name.casefold(), p.id))


def require_beginning(by: str, people: People, products: Collection[str]) -> None:
    """Only an admin, and only while nothing is set up. Refuses: not-an-admin, already-set-up."""
    if not may_begin(people.get(by)):
        known = [admin.id for admin in admins(people)]
        raise Refused("not-an-admin", {"verb": "setup", "admins": known}, True)
    if products:
        raise Refused("already-set-up", {"products": sorted(products)})


def begin(
    said: Beginning, products: Collection[str], people: People, by: str, now: datetime
) -> Product:
    """The first product, its roles held from now on.

    Refuses: not-an-admin, already-set-up, channel-needed, odd-product, holder-needed, cannot-hold.
    """
    require_beginning(by, people, products)
    if not said.channel:
        raise Refused("channel-needed", {"field": "channel"})
    if not PRODUCT.fullmatch(said.product):
        raise Refused("odd-product", {"word": said.product, "field": "product"})
    holders = {role: tuple(_holders(said, role, people, now)) for role in Role}
    return Product(said.product, said.channel, said.zone, holders)


def _holders(said: Beginning, role: Role, people: People, now: datetime) -> Iterator[Holder]:
    named = dict.fromkeys(said.holders.get(role, ()))
    if not named:
        raise Refused("holder-needed", {"role": role, "field": role.value})
    for slack_id in named:
        person = people.get(slack_id)
        if person is None or not person.able:
            about = {"id": slack_id, "person": person, "role": role, "field": role.value}
            raise Refused("cannot-hold", about)
        yield Holder("user", slack_id, now)
