"""What every test gets: a network that ends at this machine, and files in its memory."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import settings

MEMORY, ROOM = Path("/dev/shm"), 2 << 30
"""Where Linux keeps files in memory, and the bytes that must be free there."""


def keep_files_in_memory() -> None:
    """Thousands of transactions each wait for a disk, and here nobody pulls the plug. TMPDIR overrides."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


keep_files_in_memory()

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Python announces each of these before it does it, also from C; refusing here refuses the act.
# Not covered: subprocesses, and libraries that bring their own sockets (uvloop, libpq).
WATCHED = {
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
}

outward: list[str] = []
"""Hosts that were asked for and refused: a test fails even if its code swallowed the refusal."""


class NetworkIsOff(RuntimeError):
    """Not an OSError: code that mends lost connections must not take it for one."""


def is_here(host: object) -> bool:
    """Whether `host` is this machine. No host at all (a listening or a Unix socket) is."""
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in ("", "localhost"):
        return not host or host == "localhost"
    try:
        address = ip_address(host.split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def guard(event: str, args: tuple[object, ...]) -> None:
    """Refuse to look up or reach any host but this one."""
    if event not in WATCHED:
        return
    target = args[0] if event.startswith("socket.get") else args[1]
    if isinstance(target, str | bytes) and not event.startswith("socket.get"):
        return  # the path of a Unix socket
    host = target[0] if isinstance(target, tuple) and target else target
    if not is_here(host):
        outward.append(str(host))
        raise NetworkIsOff(f"tests stay on this machine, and something asked for {host!r}")


sys.addaudithook(guard)


@pytest.fixture(autouse=True)
def stays_on_this_machine() -> Iterator[None]:
    """Fail the test during which anything reached outward, even where the refusal was swallowed."""
    outward.clear()
    yield
    assert outward == [], f"tried to reach {outward}"
