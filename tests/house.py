"""The checks that keep the house, as functions from a source tree to complaints; `test_house.py` applies them."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

LAYERS = ("rules", "storage", "commands", "bot")
"""From the inside out: each may import itself and what stands before it."""

SOURCE = (*LAYERS, "rehearsal")
OURS = (*SOURCE, "templates", "tests")

THIRD_PARTIES: dict[str, frozenset[str]] = {
    "rules": frozenset(),
    "commands": frozenset(),
    "storage": frozenset({"sqlmodel", "pydantic", "sqlalchemy", "alembic", "pysqlite3", "psycopg"}),
}
"""What a folder may import from outside; a folder not named here may import anything installed."""

CLOCKS = frozenset(
    f"{call}"
    for call in (
        *(
            f"datetime.{kind}.{name}"
            for kind in ("datetime", "date")
            for name in ("now", "utcnow", "today")
        ),
        *("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
        *("sqlalchemy.func.now", "sqlmodel.func.now"),
    )
)
CHANCE_AND_TIME = frozenset({"time", "random", "secrets", "uuid"})

SWALLOWERS = frozenset(
    {
        "commands/dispatch.py",
        "commands/presume.py",
        "commands/hearing.py",  # a halt is not lost because the words could not be read
        "commands/answers.py",  # an act is never undone because its answer could not be drawn
        *("bot/clock.py", "bot/courier.py", "bot/slack.py"),
    }
)
"""The only places that may catch everything: each logs it and goes on (house style, errors)."""

VAGUE = frozenset({"data", "process", "processes"})
VAGUE_ENDINGS = frozenset(
    {"util", "utils", "helper", "helpers", "manager", "managers", "handler", "handlers"}
)

LONGEST = 400

SKIPPED = frozenset({"build", "dist", "__pycache__"})


@dataclass(frozen=True)
class Module:
    """One Python file: where it is, and what it says."""

    path: str
    """Relative to the root, with forward slashes."""
    text: str

    @property
    def folder(self) -> str:
        return self.path.split("/")[0]

    @property
    def name(self) -> str:
        """As it is imported: `bot.cli`; a package's `__init__.py` is the package."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def imports(self) -> list[Import]:
        """Everything imported anywhere in the file, functions and `TYPE_CHECKING` included."""
        return list(imports(self))


@dataclass(frozen=True)
class Import:
    """One imported name: `from rules import words as w` is (`rules`, `words`, `w`)."""

    line: int
    module: str
    member: str
    alias: str
    at_run_time: bool

    @property
    def top(self) -> str:
        return self.module.split(".")[0]

    @property
    def dotted(self) -> str:
        return f"{self.module}.{self.member}" if self.member else self.module


def modules(root: Path, *folders: str) -> list[Module]:
    """Every Python file below `folders` of `root`."""
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            inside = path.relative_to(root)
            if not SKIPPED.intersection(inside.parts):
                found.append(Module(inside.as_posix(), path.read_text(encoding="utf-8")))
    return found


def imports(module: Module) -> Iterator[Import]:
    """The imports of one module, relative ones made absolute, `import_module("x")` included."""
    only_for_types = {
        id(inner)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    package = module.name.split(".")
    if not module.path.endswith("/__init__.py"):
        package = package[:-1]
    for node in ast.walk(module.tree):
        real = id(node) not in only_for_types
        if isinstance(node, ast.Import):
            for name in node.names:
                alias = name.asname or name.name.split(".")[0]
                yield Import(node.lineno, name.name, "", alias, real)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            for name in node.names:
                yield Import(node.lineno, source, name.name, name.asname or name.name, real)
        elif isinstance(node, ast.Call) and called(node).endswith(("import_module", "__import__")):
            for wanted in node.args[:1]:
                if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
                    yield Import(node.lineno, wanted.value, "", "", real)


def called(node: ast.Call) -> str:
    """The dotted name of what a call calls; empty where it is not a plain name."""
    return dotted(node.func)


def dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def arrows_to_the_left(root: Path) -> list[str]:
    """Imports against `bot -> commands -> storage -> rules`, and of `rehearsal` from anywhere but `bot/cli.py`."""
    wrong = []
    for module in modules(root, *SOURCE):
        if module.folder == "rehearsal":
            allowed = {"rehearsal"}
        else:
            allowed = set(LAYERS[: LAYERS.index(module.folder) + 1])
        if module.path == "bot/cli.py":
            allowed.add("rehearsal")
        for line in module.imports:
            if line.top in OURS and line.top not in allowed:
                wrong.append(f"{module.path}:{line.line} imports {line.top}")
    return wrong


def strangers(root: Path) -> list[str]:
    """Third parties in folders that may not have them."""
    wrong = []
    for module in modules(root, *THIRD_PARTIES):
        for line in module.imports:
            known = line.top in OURS or line.top in sys.stdlib_module_names
            if not known and line.top not in THIRD_PARTIES[module.folder]:
                wrong.append(f"{module.path}:{line.line} imports {line.top}")
    return wrong


def clocks(root: Path) -> list[str]:
    """The time of day read below `bot/`, where `now` is an argument; and in `rules` any source of chance or time."""
    wrong = []
    for module in modules(root, "rules", "storage", "commands"):
        names = {line.alias: line.dotted for line in module.imports}
        # `import datetime` binds its top name only.
        names |= {
            line.top: line.top
            for line in module.imports
            if not line.member and line.alias == line.top
        }
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute | ast.Name):
                first, _, rest = dotted(node).partition(".")
                whole = f"{names[first]}.{rest}".strip(".") if first in names else ""
                if whole in CLOCKS:
                    wrong.append(f"{module.path}:{node.lineno} reads the clock: {whole}")
        if module.folder == "rules":
            for line in module.imports:
                if line.top in CHANCE_AND_TIME:
                    wrong.append(f"{module.path}:{line.line} imports {line.top}")
    return wrong


def circles(root: Path) -> list[str]:
    """Modules that import each other at run time, by whatever way round."""
    ours = {module.name: module for module in modules(root, *SOURCE)}
    arrows: dict[str, set[str]] = {}
    for name, module in ours.items():
        targets = set()
        for line in module.imports:
            if line.at_run_time:
                targets.add(line.dotted if line.dotted in ours else line.module)
        arrows[name] = {target for target in targets if target in ours and target != name}
    # What can reach itself is in a circle; each circle is told once, by its members.
    reach = {name: reached(name, arrows) for name in ours}
    found = {
        frozenset({name, *(other for other in reach[name] if name in reach[other])})
        for name in ours
        if name in reach[name]
    }
    return sorted(" <-> ".join(sorted(circle)) for circle in found)


def reached(start: str, arrows: Mapping[str, set[str]]) -> set[str]:
    """Everything one can come to from `start`, itself only if there is a way back."""
    seen: set[str] = set()
    ahead = list(arrows[start])
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead.extend(arrows[name])
    return seen


def patches(root: Path) -> list[str]:
    """Patching and mock libraries in tests: a fake implements the interface instead."""
    wrong = []
    for module in modules(root, "tests"):
        for line in module.imports:
            if line.top == "mock" or line.dotted.startswith("unittest.mock"):
                wrong.append(f"{module.path}:{line.line} imports {line.dotted}")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else called(node)
                if name == "patch" or ".patch." in called(node):
                    wrong.append(f"{module.path}:{node.lineno} patches")
    return wrong


def swallowed(root: Path) -> list[str]:
    """`except Exception` and its like outside the few places that may."""
    wrong = []
    for module in modules(root, *SOURCE):
        if module.path in SWALLOWERS:
            continue
        for node in ast.walk(module.tree):
            caught: list[ast.expr | None]
            if isinstance(node, ast.ExceptHandler):
                caught = list(node.type.elts) if isinstance(node.type, ast.Tuple) else [node.type]
            elif isinstance(node, ast.Call) and called(node).endswith("suppress"):
                caught = list(node.args)
            else:
                continue
            for kind in caught:
                if kind is None or dotted(kind) in ("Exception", "BaseException"):
                    wrong.append(f"{module.path}:{node.lineno} catches everything")
    return wrong


def wordless(root: Path) -> list[str]:
    """Modules that do not say why they exist; an empty `__init__.py` in tests has nothing to say."""
    return [
        module.path
        for module in modules(root, *OURS)
        if not ast.get_docstring(module.tree)
        and not (
            module.folder == "tests"
            and module.path.endswith("__init__.py")
            and not module.text.strip()
        )
    ]


def vague_names(root: Path) -> list[str]:
    """Folders and files whose name says nothing: `utils`, `helpers`, `manager`, `handler`, `data`, `process`."""
    wrong = set()
    for module in modules(root, *OURS):
        parts = module.path.removesuffix(".py").split("/")
        for depth, part in enumerate(parts, 1):
            bare = part.removeprefix("test_").strip("_")
            if bare in VAGUE or bare.split("_")[-1] in VAGUE_ENDINGS:
                wrong.add("/".join(parts[:depth]))
    return sorted(wrong)


def too_long(root: Path, excused: Mapping[str, str]) -> list[str]:
    """Files over the guide's length without an excuse, and excuses nobody needs any more."""
    lengths = {module.path: module.text.count("\n") for module in modules(root, *OURS)}
    wrong = [
        f"{path} has {lines} lines"
        for path, lines in lengths.items()
        if lines > LONGEST and path not in excused
    ]
    stale = [path for path in excused if lengths.get(path, 0) <= LONGEST]
    return wrong + [f"{path} is excused and need not be" for path in stale]


def dead_links(root: Path) -> list[str]:
    """Markdown links inside the repository that point at no file, or at no heading of it."""
    wrong = []
    for page in pages(root):
        text = prose(page)
        found = re.findall(r"\]\(\s*<?([^)\s>]+)", text)
        found += re.findall(r"^\[[^\]]+\]:\s+(\S+)", text, re.MULTILINE)
        for link in found:
            if re.match(r"[a-z][a-z0-9+.-]*:", link):
                continue
            path, _, heading = link.partition("#")
            target = (page.parent / path).resolve() if path else page.resolve()
            if not target.exists():
                wrong.append(f"{page.relative_to(root)} links to {link}")
            elif heading and target.suffix == ".md" and heading not in headings(target):
                wrong.append(f"{page.relative_to(root)} links to {link}, which has no such heading")
    return wrong


def pages(root: Path) -> list[Path]:
    """Every Markdown page of ours."""
    found = list(root.glob("*.md"))
    for folder in ("docs", *OURS):
        found += (root / folder).rglob("*.md")
    return sorted(found)


def prose(page: Path) -> str:
    """A page without its code: what looks like a link in code is none."""
    text = re.sub(
        r"^(```|~~~).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    return re.sub(r"`[^`\n]*`", "", text)


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    text = re.sub(
        r"^(```|~~~).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    titles = re.findall(r"^#+\s+(.*?)\s*$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def version_quarrel(root: Path) -> list[str]:
    """`pyproject.toml` and the newest released entry of the changelog naming different versions."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = re.findall(
        r"^## \[(\d[^\]]*)\]", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    newest = entries[0] if entries else "nothing"
    return (
        []
        if newest == project["version"]
        else [f"pyproject {project['version']}, changelog {newest}"]
    )


def loose_locks(root: Path) -> list[str]:
    """A lock file that names a machine or an index, pins loosely, or misses a dependency."""
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    wrong = [
        f"names a place: {line.strip()}"
        for line in text.splitlines()
        if re.search(r"://|^-|\s@\s|--(extra-)?index|--find-links|--trusted-host", line)
    ]
    pins = re.findall(r"^([A-Za-z0-9][^\s]*)((?:.*\\\n)*.*)", text, re.MULTILINE)
    wrong += [
        f"not pinned with a hash: {pin}"
        for pin, rest in pins
        if "==" not in pin or "sha256:" not in rest
    ]
    locked = {plain(pin.split("==")[0]) for pin, _ in pins}
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [plain(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in wanted]
    return wrong + [f"not locked: {name}" for name in names if name not in locked]


def plain(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
