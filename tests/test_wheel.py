"""The story runs from an installed wheel: every package, template, catalogue and migration is in it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WITH_IT = ("bot", "commands", "rules", "storage", "templates", "rehearsal")
FILES = ("pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing is left in the source; without the network."""
    source = tmp_path_factory.mktemp("source")
    for name in (*WITH_IT, *FILES):
        _copy(ROOT / name, source / name)
    target = tmp_path_factory.mktemp("wheel")
    words = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(target), "."]
    done = _pip(*words, cwd=source)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = target.glob("*.whl")
    return found


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.write_bytes(source.read_bytes())
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


def _pip(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON"))}
    return subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it, that sees this one's third parties."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home / "venv", with_pip=False, symlinks=True)
    place = home / "venv" / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    into = ["--python", str(home / "venv" / "bin" / "python")]
    done = _pip(*into, "install", "--no-deps", "--no-index", str(wheel), cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr
    # Only the folder: its own .pth files, which lead back to the source, are not read.
    (place / "third_parties.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "venv"


def test_the_wheel_holds_what_runs_and_neither_tests_nor_caches(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        inside = {name for name in packed.namelist() if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for name in WITH_IT
        for path in (ROOT / name).rglob("*")
        if path.suffix in (".py", ".j2", ".yaml", ".mako", ".html", ".css", ".js", ".svg")
    }
    assert inside == wanted


def test_the_story_runs_from_the_installed_wheel(installed: Path, tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    where = subprocess.run(
        [installed / "bin" / "python", "-c", "import bot.cli, templates; print(bot.cli.__file__)"],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert where.stdout.startswith(str(installed)), where
    played = subprocess.run(
        [
            installed / "bin" / "presumptive",
            *("rehearse", "--play", "release", "--transport", "http"),
        ],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert played.returncode == 0, played.stdout[-2000:] + played.stderr[-2000:]
    assert "The story release went as told." in played.stdout
    assert list(tmp_path.iterdir()) == []
