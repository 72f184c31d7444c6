"""A small company to rehearse in: its people, groups and channels, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from rehearsal.channels import Channel
from rehearsal.people import User, UserGroup

BOT_ID = "U0RELBOT1"


@dataclass
class Company:
    """Everything a workspace holds on the first morning."""

    name: str
    domain: str
    team_id: str
    users: list[User]
    groups: list[UserGroup] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)


def _users() -> list[User]:
    return [
        User("U0ALICE01", "alice", "Alice Archer", "Europe/London", "Product Owner", is_admin=True),
        User("U0SAM0001", "sam", "Sam Silva", "America/New_York", "Security Architect"),
        User("U0SUE0001", "sue", "Sue Svensson", "Europe/Stockholm", "Security Architect"),
        User("U0OMAR001", "omar", "Omar Ojha", "Asia/Kolkata", "Operations Coordinator"),
        User("U0RITA001", "rita", "Rita Rosen", "Europe/Berlin", "Release Coordinator"),
        User("U0DAVE001", "dave", "Dave Dunn", "America/Los_Angeles", "Developer"),
        User("U0GWEN001", "gwen", "Gwen Guest", "Europe/Paris", is_restricted=True),
        User("U0STEVE01", "steve", "Steve Stranger", "UTC", is_stranger=True, team_id="T0OTHER01"),
        User(BOT_ID, "presumptive", "Presumptive", "UTC", is_bot=True),
    ]


def _channels() -> list[Channel]:
    staff = ["U0ALICE01", "U0SAM0001", "U0SUE0001", "U0OMAR001", "U0RITA001", "U0DAVE001"]
    outside = ["U0GWEN001", "U0STEVE01"]
    return [
        Channel("C0REL0001", "releases", "public", [*staff, *outside, BOT_ID]),
        Channel("C0GEN0001", "general", "public", [*staff, BOT_ID]),
        Channel("C0PAY0001", "payments", "public", ["U0ALICE01", "U0DAVE001", BOT_ID]),
        Channel("C0LED0001", "ledger", "public", ["U0ALICE01", "U0SAM0001", BOT_ID]),
        Channel("C0WEB0001", "web", "public", ["U0DAVE001", "U0OMAR001", BOT_ID]),
        Channel("C0MOB0001", "mobile", "public", ["U0DAVE001", "U0RITA001", BOT_ID]),
        Channel("C0RCM0001", "release-meeting", "public", [*staff, BOT_ID]),
        Channel("C0RAN0001", "random", "public", list(staff)),
        Channel("C0OPS0001", "operations", "private", ["U0OMAR001", "U0RITA001", BOT_ID]),
        Channel("C0BRD0001", "board", "private", ["U0ALICE01", "U0RITA001"]),
    ]


def acme() -> Company:
    """Five people in five zones, a deputy, a guest, a stranger, and the channels they work in."""
    return Company(
        name="Acme",
        domain="acme",
        team_id="T0ACME001",
        users=_users(),
        groups=[
            UserGroup("S0SECARCH", "sec-arch", "Security architects", ["U0SAM0001", "U0SUE0001"])
        ],
        channels=_channels(),
    )
