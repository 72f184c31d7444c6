"""Which buttons a message carries: what is open to do now, each saying a typed command (DESIGN 3, 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.blocks import Block, actions, button, confirm, overflow
from commands.request import Choice
from commands.standing import Standing
from rules.candidate import OPEN, UNRELEASED, Candidate
from rules.words import Phase, State


def on_card(standing: Standing) -> list[Block]:
    """The row under a card; none once it is over."""
    candidate = standing.candidate
    name = candidate.name
    if candidate.phase in UNRELEASED:
        row = [assert_ready(candidate, 0)] if candidate.silent else []
        row.append(halt(candidate, 1))
        if any(not h.revokes for h in candidate.open_halts):
            row.append(lift(candidate, 2))
        row.append(
            overflow(
                [
                    ("Details", f"status {name}"),
                    ("History", f"history {name}"),
                    ("Extend by a working day", f"extend {name}"),
                    ("Reschedule…", f"open reschedule {name}"),
                    ("Withdraw…", f"open withdraw {name}"),
                ]
            )
        )
        return actions(row)
    if candidate.phase is Phase.RELEASED:
        menu = [
            ("Details", f"status {name}"),
            ("History", f"history {name}"),
            ("Deployment begins", f"deploying {name}"),
        ]
        return actions([halt(candidate, 0), overflow(menu)])
    return []


def on_ask(candidate: Candidate) -> list[Block]:
    """For somebody who owes a word."""
    name = candidate.name
    return actions(
        [
            assert_ready(candidate, 0),
            halt(candidate, 1),
            button(
                "Extend a day",
                "do:extend:2",
                f"extend {name}",
                about=name,
                confirm=confirm(
                    f"Extend {candidate.title}?",
                    f"{name} gets one working day more. Nobody can undo it.",
                    "Extend a day",
                ),
            ),
            button("Snooze 2 h", "do:snooze:3", f"snooze {name} 2h", about=name),
        ]
    )


def on_record(candidate: Candidate, person: str) -> list[Block]:
    """For somebody who owes nothing more: their own halt can be lifted, a hotfix confirmed."""
    row = []
    if candidate.phase in UNRELEASED:
        if any(h.by == person and not h.revokes for h in candidate.open_halts):
            row.append(lift(candidate, 0))
        if _confirmable(candidate, person):
            row.append(confirm_hotfix(candidate, 1))
    return actions(row)


def on_ask_of(standing: Standing, person: str) -> list[Block]:
    """The buttons of a message that asked `person` for a word, as they are due now."""
    candidate = standing.candidate
    if not standing.owing.get(person):
        return on_record(candidate, person)
    row = on_ask(candidate)
    carried = [s for s in standing.carriable if s in standing.owing[person]]
    if carried:
        row[0]["elements"].insert(0, carry(standing, carried, 5))
    if _confirmable(candidate, person):
        row[0]["elements"].append(confirm_hotfix(candidate, 4))
    return row


def _confirmable(candidate: Candidate, person: str) -> bool:
    unconfirmed = candidate.hotfix is not None and not candidate.is_hotfix
    return unconfirmed and candidate.announced_by != person and candidate.phase in UNRELEASED


def on_tell(
    template: str, candidate: Candidate | None, halt_id: str | None, applies: str | None = None
) -> list[Block]:
    """The buttons of a message that tells somebody something, by the template's name.

    `applies` is the command that makes the moves a message proposes.
    """
    if candidate is None:
        return []
    name = candidate.name
    if template == "collisions":
        return actions([apply_moves(applies)] if applies else [])
    if template == "halt-review":
        standing = any(h.id == halt_id for h in candidate.open_halts)
        keep = button("Keep", "do:review:1", f"review {name} keep", about=f"the halt on {name}")
        return actions([lift(candidate, 0), keep]) if standing else []
    if template in {"review-reminder", "candidate-released"}:
        return actions([button("Review ok", "do:review:0", f"review {name} ok", about=name)])
    if template == "fault-recorded":
        return actions(_attributions(candidate))
    if template in {"release-rescheduled", "hotfix-confirmed", "evidence-added"}:
        owing = candidate.phase in UNRELEASED
        return actions([assert_ready(candidate, 0), halt(candidate, 1)]) if owing else []
    if template in {"about-to-presume", "halt-forwarded", "halt-unresolved"}:
        return actions([halt(candidate, 0)]) if candidate.phase in OPEN else []
    return []


def _attributions(candidate: Candidate) -> list[Block]:
    """For each fault of which nobody knows yet what let it through, the form that asks."""
    unknown = [fault for fault in candidate.faults if fault.attributed_at is None][:3]
    name, several = candidate.name, len(unknown) > 1
    return [
        button(
            f"What let {fault.id} through…" if several else "What let it through…",
            f"open:fault:{place}",
            f"fault {name} id:{fault.id}",
            about=f"the fault of {name}",
        )
        for place, fault in enumerate(unknown)
    ]


def choices(offered: Iterable[Choice]) -> list[Block]:
    """The answers that a private reply offers; rows of five."""
    row = [
        button(choice.label, f"do:choice:{index}", choice.command, style=choice.style)
        for index, choice in enumerate(offered)
    ]
    return [block for each in _fives(row) for block in actions(each)]


def _fives(row: Sequence[Block], most: int = 25) -> list[Sequence[Block]]:
    return [row[start : start + 5] for start in range(0, min(len(row), most), 5)]


def apply_moves(command: str) -> Block:
    """Makes the moves that a message proposes, all or none."""
    asked = confirm(
        "Apply these moves?",
        "Each is rescheduled as the message says, all of them or none.",
        "Apply",
    )
    return button("Apply", "do:reschedule:0", command, style="primary", confirm=asked)


def assert_ready(candidate: Candidate, place: int) -> Block:
    """Opens the form in which the presser's own states are asserted."""
    name = candidate.name
    return button(
        "Assert ready", f"open:assert:{place}", f"assert {name}", style="primary", about=name
    )


def halt(candidate: Candidate, place: int) -> Block:
    """Opens the form in which a halt is placed; the form names its object and is the second step."""
    name = candidate.name
    return button("Halt", f"open:halt:{place}", f"halt {name}", style="danger", about=name)


def lift(candidate: Candidate, place: int) -> Block:
    """Opens the form in which a halt is taken back."""
    name = candidate.name
    return button("Lift…", f"open:lift:{place}", f"lift {name}", about=f"a halt on {name}")


def carry(standing: Standing, states: Sequence[State], place: int) -> Block:
    """Takes the word on the build before over into this one, waivers and all."""
    candidate, before = standing.candidate, standing.before
    assert before is not None
    many = sum(len(before.waived(state)) for state in states)
    waived = f", with its {many} {'waiver' if many == 1 else 'waivers'}" if many else ""
    asked = confirm(
        f"Carry over to {candidate.title}?",
        f"What was asserted on {before.name} is asserted of {candidate.name}{waived}.",
        "Carry over",
    )
    name = candidate.name
    return button("Carry over", f"do:carry:{place}", f"carry {name}", about=name, confirm=asked)


def confirm_hotfix(candidate: Candidate, place: int) -> Block:
    """Takes the hotfix on, so that the short notices hold."""
    name = candidate.name
    asked = confirm(
        f"Confirm {candidate.title} as a hotfix?",
        f"The notices of {name} become short, and its release time moves to the earliest fair one.",
        "Confirm hotfix",
    )
    return button(
        "Confirm hotfix", f"do:hotfix:{place}", f"hotfix {name}", about=name, confirm=asked
    )
