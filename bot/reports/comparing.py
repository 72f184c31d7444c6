"""What is other in a report than in the one of the last release: a phrase each, with a few names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.reports.report import counted, on_a_line

NAMED = 3
"""How many are called by their names; the others are counted."""
FAILING = frozenset({"failed", "error"})
Items = Mapping[str, str]


def compare(source: str, now: Items, before: Items) -> tuple[str, ...]:
    """The phrases; none where nothing is other."""
    return tuple(
        {"junit": _tests, "sarif": _findings, "cyclonedx": _components}[source](now, before)
    )


def _tests(now: Items, before: Items) -> Iterator[str]:
    added = [n for n in now if n not in before]
    gone = [n for n in before if n not in now]
    broken = [n for n, how in now.items() if how in FAILING and before.get(n) == "passed"]
    new_red = [n for n in added if now[n] in FAILING]
    mended = [n for n, how in before.items() if how in FAILING and now.get(n) == "passed"]
    yield from _phrase(added, "test added", "tests added", named=False)
    yield from _phrase(gone, "test gone", "tests gone")
    yield from _phrase(broken, "test failing that passed", "tests failing that passed")
    yield from _phrase(new_red, "new test failing", "new tests failing")
    yield from _phrase(mended, "test mended", "tests mended", named=False)


def _findings(now: Items, before: Items) -> Iterator[str]:
    yield from _phrase([n for n in now if n not in before], "finding new", "findings new")
    yield from _phrase(
        [n for n in before if n not in now], "finding fixed", "findings fixed", named=False
    )


def _components(now: Items, before: Items) -> Iterator[str]:
    parts = {n: v for n, v in now.items() if v.startswith("component")}
    old = {n: v for n, v in before.items() if v.startswith("component")}
    changed = [
        f"{n} {_version(old[n])} → {_version(v)}" for n, v in parts.items() if old.get(n, v) != v
    ]
    yield from _phrase(changed, "component changed", "components changed")
    yield from _phrase([n for n in parts if n not in old], "component added", "components added")
    yield from _phrase([n for n in old if n not in parts], "component gone", "components gone")
    found = [n for n, v in now.items() if n not in parts and v != "harmless"]
    known = [n for n, v in before.items() if n not in old and v != "harmless"]
    yield from _phrase(
        [n for n in found if n not in known], "vulnerability new", "vulnerabilities new"
    )
    fixed = [n for n in known if n not in found]
    yield from _phrase(fixed, "vulnerability fixed", "vulnerabilities fixed", named=False)


def _version(said: str) -> str:
    return said.removeprefix("component").strip() or "none"


def _phrase(names: Sequence[str], one: str, several: str, *, named: bool = True) -> Iterator[str]:
    if not names:
        return
    said = counted(len(names), one, several)
    if not named:
        yield said
        return
    shown = ", ".join(on_a_line(name, 80) for name in names[:NAMED])
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    yield f"{said}: {shown}{more}"
