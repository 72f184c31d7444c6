"""The forms, and what was filled in; words above the fields come from the templates (DESIGN 4, slack-platform 5)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import assert_form, delegate_form, fault_form, freeze_form, meeting_forms, setup_form
from bot.blocks import (
    MOST_OPTIONS,
    Block,
    checkboxes,
    field,
    option,
    plain,
    select,
    text_input,
)
from bot.render import composed, field_error, left_out, standing_about
from bot.richtext import Section
from bot.words import woven
from commands.criteria import read_as
from commands.standing import Standing
from rules.candidate import Candidate, Halt
from rules.criteria import field as criteria_field
from rules.criteria import shown
from rules.product import Product
from rules.words import Role, State
from storage.reading import Company

__all__ = [
    "action_view",
    "announce_view",
    "assert_view",
    "criteria_view",
    "delegate_view",
    "fault_view",
    "fault_which_view",
    "field_error",
    "freeze_view",
    "halt_view",
    "lift_view",
    "reasons_view",
    "reschedule_view",
    "setup_view",
    "topic_view",
    "values",
    "withdraw_view",
]

NOBODY = Company()
"""A form that is about no candidate names nobody."""
EARLIEST = timedelta(minutes=15)
LONGEST_TEXT = 3000
"""Characters that fit into a field to type in."""


def assert_view(
    standing: Standing, person_states: Sequence[State], command: str = "/release"
) -> Block:
    """The states the presser owns, each criterion to be ticked or waived; green ones are ticked."""
    offered = tuple(person_states) or tuple(State)
    fields = assert_form.fields_of(standing, offered)
    long = assert_form.too_long(standing, offered)
    noted = [w for w in standing.candidate.waivers if w.state in offered]
    about = {"offered": offered, "reasons": False, "long": long, "noted": noted}
    view = _view("assert", "Assert ready", "Assert ready", standing, about, fields, command)
    return _remembering(view, assert_form.drawn(standing.candidate, offered))


def reasons_view(
    standing: Standing, filled_in: Mapping[str, Any], command: str = "/release"
) -> Block:
    """Why each criterion chosen in the form before is waived; what was ticked there is kept."""
    fields = assert_form.reason_fields(standing.candidate, standing, filled_in)
    about = {"offered": (), "reasons": True, "long": (), "noted": ()}
    view = _view("assert", "Waive", "Assert ready", standing, about, fields, command)
    return _remembering(view, filled_in)


def fault_view(
    standing: Standing,
    words: str = "",
    *,
    adds: bool = False,
    fault_id: str | None = None,
    command: str = "/release",
) -> Block:
    """A fault of what went out, or of one recorded already what let it through."""
    known = fault_id is not None
    fields = fault_form.fields_of(standing, words, adds=adds, known=known)
    about = fault_form.about(standing, fault_id)
    title, submit = ("What let it through", "Save") if known else ("Record a fault", "Record")
    view = _view("fault", title, submit, standing, about, fields, command)
    if not known:
        return view
    text = f"{standing.candidate.name} id:{fault_id}"
    meta = json.loads(view["private_metadata"]) | {"text": text}
    return {**view, "private_metadata": json.dumps(meta)}


def fault_which_view(out: Sequence[Candidate], words: str = "", command: str = "/release") -> Block:
    """A fault from a message that names no candidate: of which that went out, and what."""
    fields = fault_form.which_fields(out[:MOST_OPTIONS], words)
    about = fault_form.about(None, None)
    return _framed("fault", "Record a fault", "Record", "", about, fields, command)


def delegate_view(
    roles: Sequence[Role], products: Sequence[str], *, for_others: bool, command: str = "/release"
) -> Block:
    """A role for a time; the presser may delegate these, of these products."""
    fields = delegate_form.fields_of(roles, products, for_others=for_others)
    return _framed("delegate", "Delegate a role", "Delegate", "", {}, fields, command)


def freeze_view(
    products: Sequence[str], environments: Sequence[str], *, all_: bool, command: str = "/release"
) -> Block:
    """A freeze of these products; `all_`: the presser coordinates every product there is."""
    fields = freeze_form.fields_of(products, environments, all_=all_)
    return _framed("freeze", "Declare a freeze", "Declare", "", {}, fields, command)


def topic_view(command: str = "/release") -> Block:
    """A topic for the next meeting."""
    fields = meeting_forms.topic_fields()
    return _framed("agenda", "Add a topic", "Add", "", {}, fields, command)


def action_view(command: str = "/release") -> Block:
    """Something that somebody will do, and by when."""
    fields = meeting_forms.action_fields()
    return _framed("action", "Record an action", "Record", "", {}, fields, command)


def _remembering(view: Block, fields: Mapping[str, Any]) -> Block:
    """The form, with fields that come back with it though it does not show them."""
    meta = json.loads(view["private_metadata"]) | {"fields": dict(fields)}
    return {**view, "private_metadata": json.dumps(meta, separators=(",", ":"))}


def halt_view(
    standing: Standing,
    own_states: Sequence[State],
    words: str = "",
    command: str = "/release",
    asked_for: str | None = None,
) -> Block:
    """Which states, and why; a halt needs neither. `asked_for` is what it took the place of."""
    boxes = field(
        "states",
        "States it is about",
        _state_boxes(tuple(State), own_states),
        optional=True,
        hint="None ticked: the states you own." if own_states else "",
    )
    owed = "A halt without a reason stands; the reason is then owed."
    reason = _reason("Why", words, owed if own_states else "")
    about = {"forwarded": not own_states, "asked_for": asked_for}
    return _view("halt", "Halt", "Halt", standing, about, [boxes, reason], command)


def halt_which_view(
    opened: Sequence[Candidate],
    meant: Candidate | None,
    words: str = "",
    command: str = "/release",
) -> Block:
    """A halt from a message that names no candidate: which, and why; what was said is the reason."""
    shown = _first([c.name for c in opened], meant.name if meant else None)
    titles = {c.name: c.title for c in opened}
    offered = select(
        [option(titles[name], name) for name in shown], meant.name if meant else None, "Choose one"
    )
    fields = [
        field("candidate", "Candidate", offered),
        field(
            "states",
            "States it is about",
            _state_boxes(tuple(State), ()),
            optional=True,
            hint="None ticked: the states you own.",
        ),
        _reason("Why", words, "A halt without a reason stands; the reason is then owed."),
    ]
    about = {"left_out": len(opened) - len(shown)}
    return _framed("halt", "Halt a release", "Halt", "", about, fields, command)


def lift_view(
    standing: Standing,
    halts: Sequence[Halt],
    command: str = "/release",
) -> Block:
    """Which of the halts the presser may lift, and why it no longer holds."""
    offered = [option(_described(halt), halt.id) for halt in halts]
    only = halts[0].id if len(halts) == 1 else None
    fields = []
    if offered:
        chosen = select(offered, only, "Every halt you may lift")
        hint = "None chosen: every halt you may lift."
        fields.append(field("halt", "Halt to lift", chosen, optional=True, hint=hint))
    fields.append(field("reason", "Why it can go on", text_input(multiline=True)))
    return _view("lift", "Lift a halt", "Lift", standing, {"liftable": halts}, fields, command)


def reschedule_view(
    standing: Standing, zone: str, now: datetime, command: str = "/release"
) -> Block:
    """Another release time."""
    planned = standing.candidate.release_at
    hint = "A time too early becomes the earliest fair one."
    at = field("at", "Release time", _picker(planned or now + EARLIEST), hint=hint)
    return _view("reschedule", "Reschedule", "Reschedule", standing, {"zone": zone}, [at], command)


def withdraw_view(standing: Standing, command: str = "/release") -> Block:
    """Out of the running, and why."""
    return _view("withdraw", "Withdraw", "Withdraw", standing, {}, [_reason("Why")], command)


def announce_view(
    products: Sequence[Product],
    zone: str,
    now: datetime,
    prefill: Mapping[str, str] | None = None,
    command: str = "/release",
) -> Block:
    """A new candidate. `prefill` holds field names and what stands in them; needs a product."""
    given = dict(prefill or {})
    names = sorted(product.name for product in products)
    chosen = given.get("product") or (names[0] if len(names) == 1 else None)
    shown = _first(names, chosen)
    fields = [
        field("product", "Product", select([option(n, n) for n in shown], chosen, "Choose one")),
        field("version", "Version", text_input(given.get("version", ""), longest=64)),
        field(
            "at",
            "Release time",
            _picker(None),
            optional=True,
            hint="Empty, or too early: the earliest fair time.",
        ),
        field("commit", "Commit", text_input(given.get("commit", ""), longest=200), optional=True),
        field(
            "notes",
            "What changed since production",
            text_input(given.get("notes", ""), multiline=True),
            optional=True,
            hint="A link or a line.",
        ),
        field(
            "hotfix",
            "Why it is a hotfix",
            text_input(given.get("hotfix", "")),
            optional=True,
            hint="Leave empty if it is none. Another role holder confirms it.",
        ),
        field(
            "rebuild",
            "Rebuild",
            checkboxes([option("This is a new build of a version announced before", "rebuild")]),
            optional=True,
        ),
    ]
    about = {"zone": zone, "left_out": len(names) - len(shown)}
    return _framed("announce", "Announce a candidate", "Announce", "", about, fields, command)


def setup_view(zone: str, command: str = "/release") -> Block:
    """An installation's first product. Whom it names is read as soon as they are chosen."""
    fields = setup_form.fields_of(zone)
    return _framed("setup", "Set up", "Set up", "", {}, fields, command)


def criteria_view(product: Product, command: str = "/release") -> Block | None:
    """A product's four lists, a criterion a line; None where no list fits into a field.

    The versions that were read travel with it, so that a change meanwhile is not overwritten.
    """
    texts = {state: "\n".join(shown(product, state)) for state in State}
    fields = [
        field(
            criteria_field(state),
            state.value.capitalize(),
            text_input(text, multiline=True),
            hint="One criterion a line.",
        )
        for state, text in texts.items()
        if len(text) <= LONGEST_TEXT
    ]
    about = {"product": product, "left_out": [s for s in State if len(texts[s]) > LONGEST_TEXT]}
    made = _framed("criteria", "Edit criteria", "Save", read_as(product), about, fields, command)
    return made if fields else None


def _first(names: Sequence[str], chosen: str | None) -> list[str]:
    """As many as a list can hold, the chosen one among them."""
    kept = [name for name in names if name == chosen]
    return sorted([*kept, *[name for name in names if name != chosen]][:MOST_OPTIONS])


def _state_boxes(offered: Sequence[State], ticked: Iterable[State]) -> Block:
    boxes = [option(state.value.capitalize(), state.value) for state in offered]
    return checkboxes(boxes, [state.value for state in ticked])


def _described(halt: Halt) -> str:
    about = ", ".join(state.value.capitalize() for state in halt.states)
    return f"{about or 'Halt'}: {halt.reason or 'reason owed'}"


def _reason(label: str, words: str = "", hint: str = "") -> Block:
    return field("reason", label, text_input(words, multiline=True), optional=True, hint=hint)


def _picker(at: datetime | None) -> Block:
    made: Block = {"type": "datetimepicker"}
    if at is not None:
        made["initial_date_time"] = int(at.timestamp())
    return made


def _view(
    verb: str,
    title: str,
    submit: str,
    standing: Standing,
    about: Mapping[str, Any],
    fields: Sequence[Block],
    command: str,
) -> Block:
    shown = standing_about(standing) | dict(about)
    name, people = standing.candidate.name, standing.people
    return _framed(verb, title, submit, name, shown, fields, command, people)


def _framed(
    verb: str,
    title: str,
    submit: str,
    candidate: str,
    about: Mapping[str, Any],
    fields: Sequence[Block],
    command: str,
    people: Company = NOBODY,
) -> Block:
    more: Mapping[str, Any] = {"command": command, "quiet": True}

    def weave(share: float) -> Sequence[Section]:
        return woven(f"forms/{verb}.md.j2", about, people, share, **more)

    said = composed([(weave, [])], left_out({"candidate": candidate}, command))
    return {
        "type": "modal",
        "callback_id": f"submit:{verb}",
        "private_metadata": json.dumps({"text": candidate, "card": candidate or None}),
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "blocks": [*said.blocks, *fields],
    }


def values(view_state: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """What was filled in, by field: strings, lists of strings; an instant as ISO 8601 UTC.

    `view_state` is Slack's `view.state.values`. What was left empty is absent, boxes are a list.
    """
    found: dict[str, Any] = {}
    for fields in view_state.values():
        for name, entry in fields.items():
            value = _value(entry)
            if value is not None:
                found[name] = value
    return found


def _value(entry: Mapping[str, Any]) -> str | list[str] | None:
    if "selected_options" in entry:
        return [str(each["value"]) for each in entry["selected_options"] or ()]
    if "selected_option" in entry:
        chosen = entry["selected_option"]
        return None if chosen is None else str(chosen["value"])
    if "selected_users" in entry:
        return [str(user) for user in entry["selected_users"] or ()]
    if "selected_user" in entry:
        return entry["selected_user"] or None
    if "selected_conversation" in entry:
        return entry["selected_conversation"] or None
    if "selected_date_time" in entry:
        seconds = entry["selected_date_time"]
        return None if not seconds else datetime.fromtimestamp(int(seconds), UTC).isoformat()
    value = entry.get("value")
    return None if value is None else str(value)
