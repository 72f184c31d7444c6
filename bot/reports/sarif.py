"""SARIF 2.1.0, as scanners write it.

Read by the standard library: the libraries for it either draw charts or are not kept any more, and all that is
needed of it are the results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.reports.parsing import as_json
from bot.reports.report import Report, Unreadable, counted, kept

SEVERE = 7.0
"""From this security severity on (CVSS) a finding is red, whatever its level."""


def read_sarif(data: bytes) -> Report:
    """Red where a result that is not suppressed is an error, or severe. Raises Unreadable."""
    held = as_json(data)
    runs = held.get("runs")
    if not isinstance(runs, list) or not str(held.get("version", "")).startswith("2.1"):
        raise Unreadable("line 1: it is no SARIF 2.1 log: it has no version 2.1 and no runs")
    try:
        items = {name: level for run in runs for name, level in _results(run)}
    except (AttributeError, TypeError, ValueError, KeyError, IndexError):
        raise Unreadable("a result in it is not as SARIF 2.1 has it") from None
    red = sum(level == "error" for level in items.values())
    if not items:
        return Report("sarif", "green", "no findings", {})
    severe = f", {red:,} severe" if red else ", none severe"
    verdict = "red" if red else "green"
    return Report("sarif", verdict, f"{counted(len(items), 'finding')}{severe}", kept(items))


def _results(run: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rules = {rule["id"]: rule for rule in run["tool"]["driver"].get("rules") or []}
    for result in run.get("results") or []:
        if any(s.get("status", "accepted") == "accepted" for s in result.get("suppressions") or []):
            continue
        if result.get("kind", "fail") == "fail":
            yield _name(result), _level(result, rules)


def _name(result: Mapping[str, Any]) -> str:
    rule = result.get("ruleId") or result["message"].get("text") or "a finding"
    for location in result.get("locations") or []:
        place = location.get("physicalLocation") or {}
        file = (place.get("artifactLocation") or {}).get("uri")
        line = (place.get("region") or {}).get("startLine")
        if file:
            return f"{rule} in {file}:{line}" if line else f"{rule} in {file}"
    return str(rule)


def _level(result: Mapping[str, Any], rules: Mapping[str, Any]) -> str:
    rule = rules.get(str(result.get("ruleId")), {})
    said = (result.get("properties") or {}).get("security-severity") or (
        rule.get("properties") or {}
    ).get("security-severity")
    if said is not None and float(said) >= SEVERE:
        return "error"
    default = (rule.get("defaultConfiguration") or {}).get("level", "warning")
    return str(result.get("level") or default)
