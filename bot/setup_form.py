"""The form in which an empty installation is set up: where, in which zone, what, and who holds the roles (DESIGN 2.1)."""

from __future__ import annotations

from bot.blocks import Block, field, text_input
from rules.words import Role

MOST_HOLDERS = 10
OWNS = {
    Role.PRODUCT_OWNER: "Owns Product: the requirements, and that the tests passed.",
    Role.SECURITY_ARCHITECT: "Owns Security: vulnerabilities, third-party components, policies.",
    Role.OPERATIONS_COORDINATOR: "Owns Operation: run-books, monitors, on-call, the environment.",
    Role.RELEASE_COORDINATOR: "Owns Organization, and the release as a whole.",
}
"""What each role answers for, beside the field in which its holders are chosen."""


def fields_of(zone: str) -> list[Block]:
    """The channel, the zone, the first product, and the holders of each role."""
    channel = {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private"]},
    }
    return [
        field("channel", "Release channel", channel, hint="Every card is posted here."),
        field("zone", "Time zone", text_input(zone, longest=64), hint="Like Europe/London."),
        field(
            "product",
            "First product",
            text_input(longest=40, placeholder="payments"),
            hint="Small letters, digits and . _ - ; a letter or digit first.",
        ),
        *[_holders_of(role) for role in Role],
    ]


def _holders_of(role: Role) -> Block:
    chosen = {"type": "multi_users_select", "max_selected_items": MOST_HOLDERS}
    made = field(role.value, role.label, chosen, hint=OWNS[role])
    return {**made, "dispatch_action": True}
