"""The whole examination, in the order in which one thing rests on another."""

from __future__ import annotations

from bot.doctor.address import address
from bot.doctor.channels import channels
from bot.doctor.files import database
from bot.doctor.findings import Clock, Finding, Report, Section
from bot.doctor.mail import mail
from bot.doctor.records import Records
from bot.doctor.roles import roles
from bot.doctor.running import running, runs
from bot.doctor.setup import setup
from bot.doctor.slack import Workspace, slack
from bot.doctor.times import times
from bot.settings import Settings


def examine(settings: Settings, clock: Clock) -> Report:
    """Look at everything there is to look at. Never raises for what it finds."""
    workspace, found = Workspace(), list[Records]()
    parts: dict[str, list[Finding]] = {
        "Settings": list(setup(settings)),
        "Slack": list(slack(settings, clock, workspace)),
        "Database": list(database(settings, clock, found)),
    }
    records = found[0] if found else None
    if records is not None:
        parts["Channels"] = list(channels(records, workspace))
        parts["Roles"] = list(roles(records, workspace, clock))
        parts["Messages"] = list(mail(records, clock()))
        parts["The running bot"] = list(running(records, clock()))
        parts["Time"] = list(times(records, clock()))
    at_work = records is not None and runs(records, clock())
    parts["Public address"] = list(address(settings, records, clock, runs=at_work))
    return Report(tuple(Section(name, tuple(lines)) for name, lines in parts.items() if lines))
