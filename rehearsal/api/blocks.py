"""The method that judges blocks, messages and views without showing them to anybody."""

from __future__ import annotations

import json
import re
from typing import Any

from rehearsal.api.call import Answer, Call, method, objection
from rehearsal.blockkit import check_blocks, check_view
from rehearsal.errors import SlackError

KINDS = ("blocks", "message", "view")
LONGEST = 100_000
FINDING = re.compile(r"\[ERROR\] (?P<message>.*) \[json-pointer:(?P<pointer>.*)\]", re.DOTALL)


@method("blocks.validate", "special", open_to_all=True)
def validate(call: Call) -> Answer:
    given = [kind for kind in KINDS if call.structure(kind) is not None]
    if len(given) != 1:
        raise objection("must provide exactly one of `blocks`, `view`, or `message`")
    kind = given[0]
    value = call.structure(kind)
    if len(json.dumps(value)) > LONGEST:
        raise objection(f"must be less than {LONGEST + 1} characters: {kind}")
    problems = _problems(kind, value)
    if problems:
        raise SlackError(f"invalid_{kind}", errors=[_entry(kind, each) for each in problems])
    return {}


def _problems(kind: str, value: Any) -> list[str]:
    """What is wrong; blocks on their own are judged as those of a message, text may be missing."""
    if kind == "blocks":
        return check_blocks(value, "message")
    if not isinstance(value, dict):
        raise objection(f"must be an object: {kind}")
    if kind == "message":
        return check_blocks(value.get("blocks") or [], "message")
    return check_view(value, "home" if value.get("type") == "home" else "modal")


def _entry(kind: str, problem: str) -> dict[str, str]:
    """One of `errors`; its pointer begins inside what was given."""
    found = FINDING.fullmatch(problem)
    message, pointer = (found["message"], found["pointer"]) if found else (problem, "")
    if kind != "message":
        pointer = pointer.removeprefix(f"/{kind}")
    field = pointer.rpartition("/")[2]
    return {"code": "failed_constraint", "message": message, "field": field, "pointer": pointer}
