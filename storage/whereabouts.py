"""Whether the file under the path is still the one that was opened (DESIGN 6, storage)."""

from __future__ import annotations

import os
from pathlib import Path

Identity = tuple[int, int]


class Whereabouts:
    """The file and its log as they were when the database was opened, held against the path."""

    def __init__(self, place: Path) -> None:
        """The database is open, so that both files are there."""
        self._known = {path: _identity(path) for path in (place, _log_of(place))}
        self._place = place

    def astray(self) -> str | None:
        """Why what is written now would not be found under the path; None: it would."""
        for path, known in self._known.items():
            try:
                found = _identity(path)
            except OSError as lost:
                return self._gone(path, lost)
            if found != known:
                return self._replaced(path)
        return None

    def _gone(self, path: Path, lost: OSError) -> str:
        if isinstance(lost, FileNotFoundError):
            return f"{path} is gone, though the database is in use: put it back, or restore it."
        return f"{path} can't be looked at ({lost.strerror}): mend that."

    def _replaced(self, path: Path) -> str:
        if path == self._place:
            return f"{path} is no longer the file that was opened: stop the bot and start it again."
        return f"{path} was taken away under the open database: stop the bot and restore a backup."


def _log_of(place: Path) -> Path:
    return place.with_name(f"{place.name}-wal")


def _identity(path: Path) -> Identity:
    found = os.stat(path)
    return found.st_dev, found.st_ino
