"""The command line `presumptive`: serve, administer, rehearse, and the verbs for the day Slack is down (DESIGN 5)."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from bot.auditing_cli import audit
from bot.db_cli import db
from bot.evidence_cli import evidence
from bot.installed import opened, require_database
from bot.plan_cli import plan
from bot.sentences import REFUSED, Failed, Sentence, sentences
from bot.settings import Misconfigured, Settings, read_settings, require_for_serving
from bot.trace_cli import trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rehearsing import Rehearsal
    from rehearsal.box import Box

FIRST = "/release announce payments 2.4.1 commit abc123 notes Refunds in one step"
"""What has been announced when the rehearsal's page is first opened."""
PACE = 10
"""How much faster than for people a rehearsal sends: its hours pass in seconds."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="presumptive")
def main() -> None:
    """Presumptive releases in Slack: every candidate goes out unless a role owner halts it."""


main.add_command(audit)
main.add_command(db)
main.add_command(trace)
main.add_command(evidence)
main.add_command(plan)


@main.command()
def serve() -> None:
    """Run the bot: Socket Mode with SLACK_APP_TOKEN, else HTTP."""
    with sentences():
        settings = read_settings()
        require_for_serving(settings)
        _refuse_lost_disk(settings)
        _log_to_stderr(settings.log_level)
        _ask_slack(settings)
    with opened(settings, make=True) as database:
        from bot.clock import SystemClock
        from bot.compose import Bot
        from bot.webserver import WebServer

        if database.wal_fault:
            logging.getLogger("presumptive").warning("%s", database.wal_fault)
        bot = Bot(settings, database, SystemClock())
        with sentences():
            server = WebServer(bot)
            bot.start()
        click.echo(f"presumptive: serving by {settings.transport} on port {server.port}")
        try:
            server.run()
        finally:
            bot.stop()


def _ask_slack(settings: Settings) -> None:
    """Refuse to serve with tokens that Slack refuses. Raises Misconfigured."""
    from bot.checking import check_app_token, check_bot_token
    from bot.compose import slack_client
    from bot.slackcalls import SlackCalls

    within = 5
    check_bot_token(SlackCalls(slack_client(settings, within)))
    if settings.transport == "socket":
        app = settings.model_copy(update={"slack_bot_token": settings.slack_app_token})
        check_app_token(SlackCalls(slack_client(app, within)))


def _refuse_lost_disk(settings: Settings) -> None:
    """On Heroku the disk is lost at each restart, and SQLite with it. Raises Misconfigured."""
    if "DYNO" in os.environ and settings.database_url.startswith("sqlite"):
        raise Misconfigured(
            "On Heroku a SQLite file is lost at every restart, and the audit log with it: "
            "run Presumptive where its disk stays."
        )


TELLING = (
    *("slack_sdk", "slack_bolt", "sqlalchemy", "websockets", "uvicorn", "urllib3"),
    "psycopg",
)
"""Libraries that log requests, statements or frames: what people wrote, addresses, tokens."""


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    for chatty in ("apscheduler", "alembic.runtime.plugins", *TELLING):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_tells_nothing)  # libraries set the levels of their own loggers


def _tells_nothing(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in TELLING


@main.command()
@click.argument("catalogue", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def apply(catalogue: Path, dry_run: bool) -> None:
    """Apply a catalogue: all of it or nothing; prints what changed."""
    from bot.terminal import apply_file

    with sentences():
        settings = read_settings()
    with opened(settings, make=True) as database, sentences():
        lines = apply_file(settings, database, catalogue, dry_run=dry_run)
    for line in lines:
        click.echo(line)
    click.echo(_summary(len(lines), dry_run=dry_run))


def _summary(changes: int, *, dry_run: bool) -> str:
    if not changes:
        return "Nothing to change."
    return f"{changes} {'change' if changes == 1 else 'changes'}" + (
        ", not applied." if dry_run else " applied."
    )


@main.command()
@click.option("--http", metavar="URL", help="For HTTP, reached at this public https address.")
@click.option("--no-words", is_flag=True, help="What is typed to the bot is not heard.")
def manifest(http: str | None, no_words: bool) -> None:
    """Print the Slack app's manifest, to paste where the app is made."""
    from bot import manifest as made

    with sentences():
        printed = made.manifest(read_settings().command, http, words=not no_words)
    click.echo(json.dumps(printed, indent=2))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, for scripts.")
def doctor(as_json: bool) -> None:
    """Look at settings, Slack, channels, roles, database, messages; say what to do. Changes nothing."""
    from bot.clock import SystemClock
    from bot.doctor.examination import examine
    from bot.doctor.printing import as_text

    with sentences():
        settings = read_settings()
    report = examine(settings, SystemClock().now)
    click.echo(json.dumps(report.plain(), indent=2) if as_json else as_text(report))
    sys.exit(0 if report.healthy else REFUSED)


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
def backup(target: Path) -> None:
    """Copy the database to a new FILE, consistently, while the bot goes on writing."""
    from bot.clock import SystemClock
    from storage.database import Database

    with sentences():
        database = Database.open(read_settings().database_url, make=False)
        try:
            database.backup(target, SystemClock().now())
        finally:
            database.close()
    click.echo(f"The database was copied to {target}.")


@main.command()
@click.option("--play", metavar="STORY", help="Play a story unattended and print its transcript.")
@click.option("--stay", is_flag=True, help="After the story keep the workspace and its page.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The page's port.")
@click.option("--transport", type=click.Choice(["http", "socket"]), default="socket")
def rehearse(play: str | None, stay: bool, port: int, transport: Literal["http", "socket"]) -> None:
    """Try the bot in a Slack in a box, on a page: no account, no token, no internet."""
    from rehearsal.stories import STORIES, WITH_ITS_OWN_CLOCK

    if play is not None and play not in STORIES:
        raise Sentence(f"there is no story {play!r}; there are: {', '.join(sorted(STORIES))}.")
    with _in_a_box(port, transport, judged=play in WITH_ITS_OWN_CLOCK) as (box, bot):
        if play is not None:
            _play(play, box, bot)
        else:
            _announce_one(box, bot)
        if stay or play is None:
            bot.come_alive()
            _stay(box.url)


@contextmanager
def _in_a_box(
    port: int, transport: Literal["http", "socket"], *, judged: bool
) -> Iterator[tuple[Box, Rehearsal]]:
    """The workspace and the real bot in it, on one clock; the small company's catalogue applied."""
    from bot.clock import SharedClock
    from bot.manifest import OPTIONAL_SCOPES, SCOPES, WORD_SCOPES, manifest
    from bot.rehearsing import Rehearsal, monday_morning, settings_in
    from commands.verbs import VERBS
    from rehearsal.box import Box
    from rehearsal.limits import FOR_A_FAST_CLOCK

    clock = SharedClock(monday_morning(datetime.now(UTC)))
    words = [(verb.word, verb.summary, verb.usage) for verb in VERBS.values() if verb.word]
    box = Box(
        now=clock.now,
        scopes=(*SCOPES, *WORD_SCOPES, *OPTIONAL_SCOPES),
        transport=transport,
        manifest=manifest(),
        words=words,
        port=port,
    )
    with _listening(box, port):
        box.limits.rates.update(FOR_A_FAST_CLOCK)
        with Rehearsal(settings_in(box, transport), clock, PACE, judged=judged) as bot:
            box.bot_address, box.hands = f"http://127.0.0.1:{bot.port}", bot
            bot.open_door()
            bot.apply(resources.files("rehearsal").joinpath("catalogue.yaml").read_bytes())
            bot.quiet()
            yield box, bot


@contextmanager
def _listening(box: Box, port: int) -> Iterator[None]:
    """The workspace, started. Raises Sentence where its port is taken."""
    try:
        box.start()
    except OSError as taken:
        raise Sentence(
            f"Port {port} can't be listened on ({taken.strerror}): leave out --port for a free one."
        ) from None
    try:
        yield
    finally:
        box.stop()


def _play(name: str, box: Box, bot: Rehearsal) -> None:
    """Play a story and print it. Raises Failed with the step that did not go as told."""
    from rehearsal.stage import Stage, StoryFailed
    from rehearsal.stories import STORIES

    stage = Stage(
        *(box, bot.clock.now, bot.advance, bot.quiet, click.echo),
        records=bot,
        sleep=bot.sleep,
        machine=bot,
    )
    try:
        STORIES[name](stage)
    except StoryFailed as failed:
        raise Failed(f"the story {name} failed: {failed}") from None
    click.echo(f"\nThe story {name} went as told.")


def _announce_one(box: Box, bot: Rehearsal) -> None:
    """The first candidate, so that whoever opens the page finds something to press."""
    box.person("dave").command(FIRST, channel="releases")
    bot.quiet()


def _stay(page: str) -> None:
    """Keep the workspace and the bot running until somebody ends it."""
    click.echo(f"Open {page} in a browser: a workspace with one candidate announced.")
    click.echo("Press Ctrl-C to end. Nothing is kept.")
    with suppress(KeyboardInterrupt):
        threading.Event().wait()


def _verb(word: str, summary: str) -> None:
    """A verb of the bot's as a command of its own; the words are typed as in Slack."""

    @main.command(word, help=summary, context_settings={"ignore_unknown_options": True})
    @click.argument("words", nargs=-1, type=click.UNPROCESSED)
    def say(words: tuple[str, ...]) -> None:
        from bot.terminal import say_at_the_terminal

        with sentences():
            settings = read_settings()
        require_database(settings)
        with opened(settings) as database:
            told, done = say_at_the_terminal(settings, database, word, " ".join(words))
        click.echo(told)
        sys.exit(0 if done else REFUSED)


for _word, _summary_of in {
    "announce": "Announce a candidate.",
    "status": "How a candidate stands, or everything that is open.",
    "halt": "Halt a candidate as the operator.",
    "owners": "Who owns which readiness state.",
    "criteria": "What must be true before each state is asserted.",
    "history": "Every fact of a candidate.",
    "calendar": "The next two weeks, environment by environment.",
    "product": "What a product needs, where it goes, what is in production.",
    "environment": "Where releases go, how many at once and for how long.",
    "resource": "What releases need, and when it is booked.",
    "freeze": "When nothing goes out; add or lift a freeze as the operator.",
    "meeting": "When the Release Coordination Meeting is; its minutes.",
    "agenda": "What the next Release Coordination Meeting takes up.",
    "action": "Who will do what, and by when.",
    "digest": "What went out and how, what was halted, who was silent.",
}.items():
    _verb(_word, _summary_of)

if __name__ == "__main__":
    main()
