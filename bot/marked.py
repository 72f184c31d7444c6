"""Turns YAML into plain data in which everything knows its line, and odd YAML into sentences (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

MOST_BYTES = 1_000_000
MOST_NODES = 100_000
"""Aliases may repeat a part of the file, but not blow it up."""
DEEPEST = 20

_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map", "merge")}
_NOTHING = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: a sentence that names it and the mend, and the line, from 1."""

    line: int
    sentence: str


class CatalogueProblems(Exception):
    """Everything wrong with a catalogue, in the order of its lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__(self.text("catalogue.yaml"))

    def text(self, file: str) -> str:
        """One line each, as compilers write them: `catalogue.yaml:12: …`."""
        return "\n".join(f"{file}:{problem.line}: {problem.sentence}" for problem in self.problems)


@dataclass(frozen=True)
class Marked:
    """A part of the file: `value` is a string, None, a list of parts or a mapping to parts.

    Every scalar is the string that was written: `NO` stays Norway and `08` stays 08.
    """

    line: int
    value: str | list[Marked] | dict[str, Marked] | None
    key_lines: dict[str, int] = field(default_factory=dict)
    """The lines of a mapping's keys."""


def read_marked(raw: str | bytes) -> Marked:
    """The file as marked data. Raises CatalogueProblems: for what stops the reading, or repeated keys."""
    text = _decoded(raw)
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as odd:
        raise CatalogueProblems([_explained(odd, text)]) from None
    except RecursionError:
        raise CatalogueProblems([Problem(1, _too_deep())]) from None
    if root is None:
        raise CatalogueProblems(
            [Problem(1, "The file is empty; begin with `channel:` and `products:`.")]
        )
    reading = _Reading()
    marked = reading.part(root, ())
    if reading.problems:
        raise CatalogueProblems(reading.problems)
    return marked


def _decoded(raw: str | bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise CatalogueProblems([Problem(1, "The file is larger than 1 MB; split it in several.")])
    if isinstance(raw, str):
        return raw.removeprefix("\ufeff")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as odd:
        line = raw[: odd.start].count(b"\n") + 1
        sentence = f"This line is not UTF-8 (byte 0x{raw[odd.start]:02x}); save the file as UTF-8."
        raise CatalogueProblems([Problem(line, sentence)]) from None


def _too_deep() -> str:
    return f"Lists and keys lie more than {DEEPEST} deep in each other; write it flatter."


class _Stop(Exception):
    """The file is not worth reading further."""


class _Reading:
    """One walk through the nodes, gathering what is wrong with the YAML itself."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.nodes = 0

    def part(self, node: yaml.Node, above: tuple[yaml.Node, ...]) -> Marked:
        try:
            return self._part(node, above)
        except _Stop:
            return Marked(1, None)

    def _part(self, node: yaml.Node, above: tuple[yaml.Node, ...]) -> Marked:
        line = _line(node)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._stop(
                line, "Aliases blow the file up to more than 100,000 parts; write it plainly."
            )
        if any(node is outer for outer in above):
            self._stop(line, "An alias stands inside its own anchor; write it out instead.")
        if len(above) >= DEEPEST:
            self._stop(line, _too_deep())
        if node.tag not in _PLAIN_TAGS:
            self.problems.append(Problem(line, _tagged(_tag(node))))
        inside = (*above, node)
        if isinstance(node, yaml.SequenceNode):
            return Marked(line, [self._part(item, inside) for item in node.value])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, inside)
        written = str(node.value)
        plain = getattr(node, "style", None) is None
        return Marked(line, None if plain and written in _NOTHING else written)

    def _mapping(self, node: yaml.MappingNode, inside: tuple[yaml.Node, ...]) -> Marked:
        found: dict[str, Marked] = {}
        lines: dict[str, int] = {}
        merged: list[yaml.Node] = []
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                self.problems.append(
                    Problem(_line(key), "A key must be a word, not a list; quote it.")
                )
            elif name == "<<" and key.style is None:
                merged.append(value)
            elif name in found:
                sentence = f"`{name}` stands here for the second time, first on line {lines[name]}; keep one."
                self.problems.append(Problem(_line(key), sentence))
            else:
                found[name], lines[name] = self._part(value, inside), _line(key)
        for other in self._merged(merged, inside):
            found = {**other.value, **found} if isinstance(other.value, dict) else found
            lines = {**other.key_lines, **lines}
        return Marked(_line(node), found, lines)

    def _merged(self, values: list[yaml.Node], inside: tuple[yaml.Node, ...]) -> Iterator[Marked]:
        """The mappings of `<<: *a` and `<<: [*a, *b]`; the earlier wins."""
        for value in values:
            several = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for node in several:
                if isinstance(node, yaml.MappingNode):
                    yield self._part(node, inside)
                else:
                    sentence = (
                        "`<<` takes over keys, and so needs an alias of a part that has keys."
                    )
                    self.problems.append(Problem(_line(node), sentence))

    def _stop(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(line, sentence))
        raise _Stop


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _tag(node: yaml.Node) -> str:
    return str(node.tag).replace("tag:yaml.org,2002:", "!!")


def _tagged(tag: str) -> str:
    if tag.startswith("!="):
        return 'What begins with ! must be in quotes: "!= 3.2".'
    return f"Tags such as `{tag}` are not used here; remove it."


def _explained(odd: yaml.YAMLError, text: str) -> Problem:
    """What the YAML library stumbled over, in one sentence that says how to mend it."""
    if isinstance(odd, yaml.reader.ReaderError):
        line = text[: odd.position].count("\n") + 1
        return Problem(
            line, f"The character {_code(odd.character)} may not stand in YAML; remove it."
        )
    mark = getattr(odd, "problem_mark", None) or getattr(odd, "context_mark", None)
    line = mark.line + 1 if mark else 1
    said = str(getattr(odd, "problem", None) or "it can't be read as YAML")
    for part, sentence in _MENDS:
        if part in said:
            return Problem(line, sentence)
    context = getattr(odd, "context", None)
    return Problem(line, f"This is no YAML: {' '.join(filter(None, (context, said)))}.")


def _code(character: object) -> str:
    number = ord(character) if isinstance(character, str) else int(str(character))
    return f"U+{number:04X}"


_MENDS = (
    ("indentation indicators", 'What begins with > must be in quotes: ">= 3.2".'),
    ("character '>'", 'What begins with > must be in quotes: ">= 3.2".'),
    ("character '@'", 'A name that begins with @ must be in quotes: "@alice".'),
    (
        "character '`'",
        "A word may not begin with a backquote; remove it or put the word in quotes.",
    ),
    ("character '\\t'", "A tab stands where spaces are needed; indent with spaces."),
    ("character '%'", "A word that begins with % must be in quotes."),
    (
        "mapping values are not allowed",
        "A colon stands where none can; check the indentation, or quote the text.",
    ),
    (
        "expected a single document",
        "The file holds several documents; keep one, without `---` between.",
    ),
    (
        "but found another document",
        "The file holds several documents; keep one, without `---` between.",
    ),
    ("could not find expected ':'", "A colon is missing after a key above this line."),
    (
        "undefined alias",
        "An alias (*name) stands before its anchor (&name), or without one; define it first.",
    ),
    (
        "expected <block end>",
        "The indentation here fits nothing above; line it up with its neighbours.",
    ),
)
"""What the library says, and what to tell instead."""
