"""How the command line says what is wrong: one clear sentence on the error stream, and an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.settings import Misconfigured
from storage.faults import Unavailable

WRONG = 2
"""Exit code for what the person at the terminal must mend."""
REFUSED = 1


class Sentence(click.ClickException):
    """One clear sentence on the error stream, and exit code 2."""

    exit_code = WRONG

    def show(self, file: object = None) -> None:
        click.echo(f"presumptive: {self.message}", err=True)


class Failed(Sentence):
    """What did not go as it should, the command itself being in order: exit code 1."""

    exit_code = REFUSED


@contextmanager
def sentences() -> Iterator[None]:
    """What is missing, wrong or out of reach is said in one sentence, never as a traceback."""
    try:
        yield
    except (Misconfigured, Unavailable) as wrong:
        raise Sentence(str(wrong)) from None
