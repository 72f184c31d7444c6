"""`presumptive evidence`: what a report says, handed in by a pipeline (DESIGN 1, 5)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from bot.installed import opened, require_database
from bot.sentences import REFUSED, Failed, Sentence, sentences
from bot.settings import read_settings

FILE = click.Path(path_type=Path)
VERDICTS = click.Choice(["green", "red", "none"])


@click.command()
@click.argument("candidate")
@click.option("--junit", type=FILE, help="A JUnit XML file.")
@click.option("--sarif", type=FILE, help="A SARIF 2.1 file.")
@click.option("--cyclonedx", type=FILE, help="A CycloneDX file, JSON or XML, with or without VEX.")
@click.option("--link", metavar="URL", help="A link instead of a file.")
@click.option("--verdict", type=VERDICTS, default="none", help="What the link says.")
@click.option("--summary", help="What the link is about.")
@click.option("--state", required=True, help="product, security, operation or organization.")
@click.option("--criterion", help="The criterion it is about: its words, a part, or its number.")
def evidence(
    candidate: str,
    junit: Path | None,
    sarif: Path | None,
    cyclonedx: Path | None,
    link: str | None,
    verdict: str,
    summary: str | None,
    state: str,
    criterion: str | None,
) -> None:
    """Add what a report or a link says of a CANDIDATE. It informs; it never asserts or halts."""
    from bot.terminal import say_at_the_terminal

    given = {"junit": junit, "sarif": sarif, "cyclonedx": cyclonedx}
    files = [(source, path) for source, path in given.items() if path is not None]
    if len(files) + (link is not None) != 1:
        raise Sentence("name one report (--junit, --sarif or --cyclonedx) or one --link.")
    told = _of_file(*files[0]) if files else _of_link(str(link), verdict, summary)
    fields = {"state": state, "criterion": criterion, **told}
    with sentences():
        settings = read_settings()
    require_database(settings)
    with opened(settings) as database:
        said, done = say_at_the_terminal(settings, database, "evidence", candidate, fields)
    click.echo(said)
    sys.exit(0 if done else REFUSED)


def _of_file(source: str, path: Path) -> dict[str, Any]:
    """What a report says. Raises Failed with the sentence that says why it can't be read."""
    from bot.reports.reading import read_report
    from bot.reports.report import Unreadable

    try:
        report = read_report(source, path)
    except Unreadable as wrong:
        raise Failed(str(wrong)) from None
    return {
        "source": source,
        "verdict": report.verdict,
        "summary": report.summary,
        "digest": report.digest,
        "items": dict(report.items),
    }


def _of_link(link: str, verdict: str, summary: str | None) -> dict[str, Any]:
    if not link.startswith(("https://", "http://")):
        raise Sentence(f"{link!r} is no link: write it with https:// before it.")
    return {"source": "link", "verdict": verdict, "summary": summary or link, "url": link}
