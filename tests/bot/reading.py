"""Reads a page as a browser would, without one: its elements, what they say, and whether all are closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "input", "hr"}


@dataclass
class Node:
    """An element of the page: what it is, and what stands in it."""

    tag: str
    attributes: dict[str, str]
    inside: list[Node | str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """All its text, on one line."""
        parts = (each if isinstance(each, str) else each.text for each in self.inside)
        return " ".join("".join(parts).split())

    def all(self, tag: str = "", name: str = "") -> Iterator[Node]:
        """Every element in it of a kind, and of a class, in order."""
        for each in self.inside:
            if isinstance(each, Node):
                if tag in ("", each.tag) and (not name or name in each.classes):
                    yield each
                yield from each.all(tag, name)


class Read(HTMLParser):
    """Reads a page, and minds that everything opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = Node("page", {})
        self.open = [self.root]
        self.feed(text)
        self.close()
        assert self.open == [self.root], "something was never closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} says something twice: {attrs}"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):  # type: ignore[union-attr]
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag != "path":
            assert self.open.pop().tag == tag, f"{tag} closes what it did not open"

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(text: str) -> Node:
    """The page as a whole."""
    return Read(text).root
