"""Settings, from the environment or `.env`; what is missing or wrong is one clear sentence (DESIGN 6)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ADDRESS = re.compile(r"https?://[A-Za-z0-9.:_\[\]-]+(/\S*)?")
SLACK_API = "https://slack.com/api/"


class Misconfigured(Exception):
    """A setting is missing or wrong; the text names it and the mend."""


class Settings(BaseSettings):
    """One workspace per installation. Names in the environment are these, in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    slack_bot_token: str | None = None
    slack_app_token: str | None = None
    slack_signing_secret: str | None = None
    slack_api_url: str = SLACK_API
    public_url: str | None = None
    database_url: str = "sqlite:///presumptive.db"
    port: int = Field(default=3000, ge=0, le=65535)
    host: str = "127.0.0.1"
    """Where the web server listens; `0.0.0.0` in a container."""
    command: str = "/release"
    """The slash command's name, for where another app has taken this one."""
    log_level: str = "INFO"

    @property
    def transport(self) -> str:
        """`socket` where there is an app-level token, else `http`."""
        return "socket" if self.slack_app_token else "http"


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings as they stand. Raises Misconfigured."""
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        name = str(first["loc"][0]).upper()
        raise Misconfigured(f"{name} is {first['input']!r}: {first['msg'].lower()}.") from None
    except (OSError, UnicodeDecodeError) as lost:
        raise Misconfigured(f"{env_file} can't be read: {lost}.") from None
    _address("SLACK_API_URL", settings.slack_api_url)
    _address("PUBLIC_URL", settings.public_url)
    if settings.log_level.upper() not in logging.getLevelNamesMapping():
        levels = "DEBUG, INFO, WARNING, ERROR or CRITICAL"
        raise Misconfigured(f"LOG_LEVEL is {settings.log_level!r}: write {levels}.")
    return settings


def _address(name: str, value: str | None) -> None:
    if value is not None and not ADDRESS.fullmatch(value):
        raise Misconfigured(f"{name} is {value!r}: write a whole address, https://….")


def require_for_serving(settings: Settings) -> None:
    """Refuse to serve with a sentence that names the setting and the mend. Raises Misconfigured."""
    for sentence in lacking(settings):
        raise Misconfigured(sentence)


def lacking(settings: Settings) -> Iterator[str]:
    """What is missing or wrong for serving, each a sentence: what, a colon, and the mend."""
    if not settings.slack_bot_token:
        yield (
            "SLACK_BOT_TOKEN is missing: copy the Bot User OAuth Token (xoxb-…) from your Slack "
            "app's page “OAuth & Permissions” into the environment or into .env."
        )
    else:
        token = settings.slack_bot_token
        yield from _unlike("SLACK_BOT_TOKEN", token, "xoxb-", "Bot User OAuth Token")
    if settings.transport == "socket":
        token = settings.slack_app_token or ""
        yield from _unlike("SLACK_APP_TOKEN", token, "xapp-", "app-level token")
        return
    if not settings.slack_signing_secret:
        yield (
            "There is no way in: set SLACK_APP_TOKEN (xapp-…, Socket Mode, no public address "
            "needed), or SLACK_SIGNING_SECRET and PUBLIC_URL for HTTP."
        )
    if not settings.public_url:
        yield (
            "PUBLIC_URL is missing: over HTTP the bot must know its own public address, "
            "https://…, to be sure that it could hear a halt."
        )


def _unlike(name: str, value: str, prefix: str, what: str) -> Iterator[str]:
    if not value.startswith(prefix):
        yield f"{name} does not look like a {what}: it should begin with {prefix}."
