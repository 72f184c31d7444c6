"""Fixtures of the end-to-end tests: a workspace in a box with the real bot at work in it."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.end_to_end.workplace import Workplace

Opened = Callable[..., Workplace]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens workplaces: a catalogue, a transport, and `Box`'s own options; closed after the test."""
    with ExitStack() as stack:
        yield lambda *args, **options: Workplace.open(stack, *args, **options)
    with warnings.catch_warnings():
        # slack_sdk's client forgets its sockets and leaves them to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def work(opened: Opened) -> Workplace:
    """The small company of the rehearsal, over HTTP, on a Monday at 09:00 UTC."""
    return opened()
