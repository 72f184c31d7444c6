"""What Slack accepts as an interactive element, where, and within which limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from rehearsal.checks import (
    Check,
    Findings,
    anything,
    boolean,
    by_type,
    exactly_one,
    list_of,
    matching,
    one_of,
    shape,
    string,
    whole,
)

EVERYWHERE = frozenset({"message", "modal", "home"})
MODAL = frozenset({"modal"})

web_address = matching(re.compile(r"https?://\S+\Z").match, "a valid URL", 3000)
identifier = string(1, 255)
slack_file = shape(
    {},
    {
        "id": matching(re.compile(r"F[A-Z0-9]{8,}\Z").match, "the id of a file"),
        "url": web_address,
    },
    exactly_one("id", "url"),
)


def _plain(high: int) -> Check:
    return shape({"type": one_of("plain_text"), "text": string(1, high)}, {"emoji": boolean})


def _mrkdwn(high: int) -> Check:
    return shape({"type": one_of("mrkdwn"), "text": string(1, high)}, {"verbatim": boolean})


def text(high: int = 3000) -> Check:
    """A text object of either kind."""
    return by_type({"plain_text": _plain(high), "mrkdwn": _mrkdwn(high)}, "text")


def plain(high: int) -> Check:
    """A text object that must be plain_text."""
    return by_type({"plain_text": _plain(high)}, "plain_text object")


confirm = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)


def _option(label: Check, **more: Check) -> Check:
    return shape({"text": label, "value": string(1, 150)}, {"description": plain(75), **more})


select_option = _option(plain(75))
choice_option = shape({"text": text(75), "value": string(1, 150)}, {"description": text(75)})
overflow_option = _option(plain(75), url=web_address)
option_group = shape({"label": plain(75), "options": list_of(select_option, 1, 100)}, {})


def _offered(element: dict[str, Any]) -> list[Any]:
    groups = element.get("option_groups") or []
    grouped = [each for group in groups for each in group.get("options") or []]
    return [*(element.get("options") or []), *grouped]


def _initial_is_offered(element: dict[str, Any], path: str, findings: Findings) -> None:
    chosen = list(element.get("initial_options") or [])
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    if any(each not in _offered(element) for each in chosen):
        findings.add("initial option must exactly match one of the options", path)


def _static(element: dict[str, Any], path: str, findings: Findings) -> None:
    exactly_one("options", "option_groups")(element, path, findings)
    _initial_is_offered(element, path, findings)


def _lengths(element: dict[str, Any], path: str, findings: Findings) -> None:
    low, high = element.get("min_length", 0), element.get("max_length", 3000)
    if isinstance(low, int) and isinstance(high, int) and low > high:
        findings.add("min_length must not exceed max_length", path)


@dataclass(frozen=True)
class Element:
    check: Check
    hosts: frozenset[str]
    surfaces: frozenset[str] = EVERYWHERE


ACTION = {"action_id": identifier}
FOCUS = {"focus_on_load": boolean}
PLACEHOLDER = {"placeholder": plain(150)}
CONFIRM = {"confirm": confirm}
PICK = {**ACTION, **FOCUS, **PLACEHOLDER, **CONFIRM}
INPUT = {**ACTION, **FOCUS, **PLACEHOLDER, "dispatch_action_config": anything}
KIND = {"type": anything}
SINGLE = frozenset({"section", "actions", "input"})
SEVERAL = frozenset({"section", "input"})
FORM = frozenset({"input"})
PRESSED = frozenset({"section", "actions"})

_filter = shape(
    {},
    {
        "include": list_of(one_of("im", "mpim", "private", "public"), 1),
        "exclude_bot_users": boolean,
        "exclude_external_shared_channels": boolean,
    },
)
_static_fields = {
    **PICK,
    "options": list_of(select_option, 1, 100),
    "option_groups": list_of(option_group, 1, 100),
}
_date = matching(re.compile(r"\d{4}-\d{2}-\d{2}\Z").match, "a date YYYY-MM-DD")
_time = matching(re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z").match, "a time HH:mm")
_zone = matching(lambda name: name in available_timezones(), "an IANA time zone")
_dispatch = shape(
    {},
    {"trigger_actions_on": list_of(one_of("on_enter_pressed", "on_character_entered"), 1)},
)


def _select(what: str, initial: str, **more: Check) -> dict[str, Element]:
    """The single and the multi select over one kind of thing, as two rows of the table."""
    ids = string(1, 255)
    one = shape(KIND, {**PICK, initial: ids, **more})
    many = shape(
        KIND,
        {**PICK, f"{initial}s": list_of(ids), "max_selected_items": whole(1), **_no_url(more)},
    )
    return {
        f"{what}_select": Element(one, SINGLE),
        f"multi_{what}_select": Element(many, SEVERAL),
    }


def _no_url(more: dict[str, Check]) -> dict[str, Check]:
    return {key: check for key, check in more.items() if key != "response_url_enabled"}


def _typed(**more: Check) -> Check:
    fields = {**INPUT, "dispatch_action_config": _dispatch, **more}
    return shape(KIND, {"initial_value": string(0, 3000), **fields}, _lengths)


ELEMENTS: dict[str, Element] = {
    "button": Element(
        shape(
            {**KIND, "text": plain(75)},
            {
                **ACTION,
                **CONFIRM,
                "value": string(1, 2000),
                "url": web_address,
                "style": one_of("primary", "danger"),
                "accessibility_label": string(1, 75),
            },
        ),
        PRESSED,
    ),
    "overflow": Element(
        shape({**KIND, "options": list_of(overflow_option, 1, 5)}, {**ACTION, **CONFIRM}),
        PRESSED,
    ),
    "static_select": Element(
        shape(KIND, {**_static_fields, "initial_option": select_option}, _static), SINGLE
    ),
    "multi_static_select": Element(
        shape(
            KIND,
            {
                **_static_fields,
                "initial_options": list_of(select_option, 1, 100),
                "max_selected_items": whole(1),
            },
            _static,
        ),
        SEVERAL,
    ),
    "external_select": Element(
        shape(
            KIND,
            {**PICK, "min_query_length": whole(0), "initial_option": select_option},
        ),
        SINGLE,
    ),
    "multi_external_select": Element(
        shape(
            KIND,
            {
                **PICK,
                "min_query_length": whole(0),
                "initial_options": list_of(select_option, 1),
                "max_selected_items": whole(1),
            },
        ),
        SEVERAL,
    ),
    **_select("users", "initial_user"),
    **_select("channels", "initial_channel", response_url_enabled=boolean),
    **_select(
        "conversations",
        "initial_conversation",
        default_to_current_conversation=boolean,
        filter=_filter,
        response_url_enabled=boolean,
    ),
    "checkboxes": Element(
        shape(
            {**KIND, "options": list_of(choice_option, 1, 10)},
            {**ACTION, **FOCUS, **CONFIRM, "initial_options": list_of(choice_option, 1, 10)},
            _initial_is_offered,
        ),
        SINGLE,
    ),
    "radio_buttons": Element(
        shape(
            {**KIND, "options": list_of(choice_option, 1, 10)},
            {**ACTION, **FOCUS, **CONFIRM, "initial_option": choice_option},
            _initial_is_offered,
        ),
        SINGLE,
    ),
    "datepicker": Element(shape(KIND, {**PICK, "initial_date": _date}), SINGLE),
    "timepicker": Element(shape(KIND, {**PICK, "initial_time": _time, "timezone": _zone}), SINGLE),
    "datetimepicker": Element(
        shape(
            KIND,
            {**ACTION, **FOCUS, **CONFIRM, "initial_date_time": whole(10**9, 10**10 - 1)},
        ),
        frozenset({"actions", "input"}),
        frozenset({"message", "modal"}),
    ),
    "plain_text_input": Element(
        _typed(multiline=boolean, min_length=whole(0, 3000), max_length=whole(1, 3000)), FORM
    ),
    "email_text_input": Element(_typed(), FORM, MODAL),
    "url_text_input": Element(_typed(), FORM, MODAL),
    "number_input": Element(
        shape(
            {**KIND, "is_decimal_allowed": boolean},
            {
                **INPUT,
                "dispatch_action_config": _dispatch,
                "initial_value": string(),
                "min_value": string(),
                "max_value": string(),
            },
        ),
        FORM,
        MODAL,
    ),
    "file_input": Element(
        shape(KIND, {**ACTION, "filetypes": list_of(string(), 1), "max_files": whole(1, 10)}),
        FORM,
        MODAL,
    ),
    "image": Element(
        shape(
            {**KIND, "alt_text": string(1, 2000)},
            {"image_url": web_address, "slack_file": slack_file},
            exactly_one("image_url", "slack_file"),
        ),
        frozenset({"section", "context"}),
    ),
}


def element_in(host: str) -> Check:
    """Judges one element of a block of kind `host` on the surface being checked."""

    def check(value: Any, path: str, findings: Findings) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        row = ELEMENTS.get(kind) if isinstance(kind, str) else None
        if row is None or host not in row.hosts or findings.surface not in row.surfaces:
            findings.add(f"unsupported type for {host} element: {kind}", f"{path}/type")
        else:
            row.check(value, path, findings)

    return check
