"""The small vocabulary of field checks from which the Block Kit rules are written as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Check = Callable[[Any, str, "Findings"], None]


@dataclass
class Findings:
    """What is wrong with one payload, in the words and JSON pointers Slack would use."""

    surface: str
    problems: list[str] = field(default_factory=list)

    def add(self, message: str, path: str) -> None:
        self.problems.append(f"[ERROR] {message} [json-pointer:{path}]")


def string(low: int = 1, high: int | None = None) -> Check:
    def check(value: Any, path: str, findings: Findings) -> None:
        if not isinstance(value, str):
            findings.add("must be a string", path)
        elif len(value) < low:
            findings.add(f"must be more than {low - 1} characters", path)
        elif high is not None and len(value) > high:
            findings.add(f"must be less than {high + 1} characters", path)

    return check


def one_of(*choices: Any) -> Check:
    def check(value: Any, path: str, findings: Findings) -> None:
        if value not in choices:
            findings.add(f"value must be one of {', '.join(map(repr, choices))}", path)

    return check


def boolean(value: Any, path: str, findings: Findings) -> None:
    if not isinstance(value, bool):
        findings.add("must be a boolean", path)


def anything(value: Any, path: str, findings: Findings) -> None:
    """Accepts every value: for fields whose content the surrounding check judges."""


def whole(low: int, high: int | None = None) -> Check:
    def check(value: Any, path: str, findings: Findings) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            findings.add("must be an integer", path)
        elif value < low or (high is not None and value > high):
            findings.add(f"must be between {low} and {high}", path)

    return check


def matching(fits: Callable[[str], object], what: str, high: int | None = None) -> Check:
    length = string(1, high)

    def check(value: Any, path: str, findings: Findings) -> None:
        length(value, path, findings)
        if isinstance(value, str) and value and not fits(value):
            findings.add(f"must be {what}", path)

    return check


def list_of(item: Check, low: int = 0, high: int | None = None) -> Check:
    def check(value: Any, path: str, findings: Findings) -> None:
        if not isinstance(value, list):
            findings.add("must be an array", path)
            return
        if len(value) < low:
            findings.add(f"no less than {low} items allowed", path)
        if high is not None and len(value) > high:
            findings.add(f"no more than {high} items allowed", path)
        for index, each in enumerate(value):
            item(each, f"{path}/{index}", findings)

    return check


def shape(
    required: Mapping[str, Check], optional: Mapping[str, Check], also: Check | None = None
) -> Check:
    """An object with exactly these fields; `also` judges them together."""
    known = {**required, **optional}

    def check(value: Any, path: str, findings: Findings) -> None:
        if not isinstance(value, dict):
            findings.add("must be an object", path)
            return
        for key in _absent(required, value):
            findings.add(f"missing required field: {key}", path)
        for key, each in value.items():
            if key in known:
                known[key](each, f"{path}/{key}", findings)
            else:
                findings.add(f"invalid additional property: {key}", path)
        if also is not None:
            also(value, path, findings)

    return check


def _absent(required: Iterable[str], value: Mapping[str, Any]) -> list[str]:
    return [key for key in required if key not in value]


def by_type(kinds: Mapping[str, Check], what: str) -> Check:
    """An object judged by the check that its `type` names."""

    def check(value: Any, path: str, findings: Findings) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            findings.add(f"unsupported type for {what}: {kind}", f"{path}/type")
        else:
            kinds[kind](value, path, findings)

    return check


def exactly_one(*keys: str) -> Check:
    def check(value: Any, path: str, findings: Findings) -> None:
        if sum(key in value for key in keys) != 1:
            findings.add(f"must have exactly one of {', '.join(keys)}", path)

    return check
