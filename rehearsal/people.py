"""The people and user groups of the workspace, as Slack describes them to an app."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


@dataclass
class User:
    """One account; `team_id` differs from the workspace's own for a stranger."""

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    title: str = ""
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    is_bot: bool = False
    team_id: str = "T0ACME001"

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted

    def wire(self, now: datetime) -> dict[str, Any]:
        """The user object of users.info and of the user_change event."""
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_stranger": self.is_stranger,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(now.timestamp()),
            "profile": {
                "real_name": self.real_name,
                "display_name": self.name,
                "real_name_normalized": self.real_name,
                "display_name_normalized": self.name,
                "title": self.title,
                "team": self.team_id,
            },
        }


@dataclass
class UserGroup:
    """A user group; `members` are user ids in the order they joined."""

    id: str
    handle: str
    name: str
    members: list[str] = field(default_factory=list)
    disabled: bool = False

    def wire(self, team_id: str, users: bool) -> dict[str, Any]:
        found = {
            "id": self.id,
            "team_id": team_id,
            "is_usergroup": True,
            "handle": self.handle,
            "name": self.name,
            "description": "",
            "date_create": 0,
            "date_delete": int(self.disabled),
            "user_count": len(self.members),
        }
        return {**found, "users": list(self.members)} if users else found
