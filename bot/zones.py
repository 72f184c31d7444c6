"""Time zones as people write them: `Europe/London`, whatever its letters' case, or the nearest (DESIGN 5)."""

from __future__ import annotations

from difflib import get_close_matches

from bot.times import zone_named, zone_names
from rules.words import Refused

MOST = 3


def zone(written: str) -> str:
    """The IANA zone of that name. Refuses: odd-zone, with the nearest."""
    word = "_".join(written.split())
    found = zone_named(word)
    if found is None:
        about = {"word": written, "near": near_zones(word), "field": "zone"}
        raise Refused("odd-zone", about)
    return found


def near_zones(word: str) -> list[str]:
    """The zones most like a word, best first: by their city, or by the whole name."""
    known = zone_names()
    cities: dict[str, list[str]] = {}
    for name in known:
        cities.setdefault(name.rpartition("/")[2].lower(), []).append(name)
    whole = {name.lower(): [name] for name in known}
    city = word.lower().rpartition("/")[2]
    near = [(cities, match) for match in get_close_matches(city, cities, MOST, 0.75)]
    near += [(whole, match) for match in get_close_matches(word.lower(), whole, MOST, 0.6)]
    return list(dict.fromkeys(name for names, match in near for name in names[match]))[:MOST]
