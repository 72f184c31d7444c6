"""The tables that stand in the documents, made from the code they describe: `python -m tests.tables` writes them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.manifest import manifest
from commands.verbs import VERBS
from tests import worked

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- {name}:begin -->", "<!-- {name}:end -->"


def commands_table() -> str:
    """Every verb, what it does and who may say it."""
    rows = [
        f"| `{verb.usage.replace('|', chr(92) + '|')}` | {verb.summary} | {verb.who} |"
        for verb in VERBS.values()
        if verb.word
    ]
    return "\n".join(["| command | what it does | who |", "|---|---|---|", *rows])


TABLES: Mapping[str, Mapping[str, str]] = {
    "README.md": {"commands": commands_table()},
    "docs/silence.md": worked.tables(),
}
"""For each document the tables in it, by the name in their markers."""


def with_tables(text: str, tables: Mapping[str, str]) -> str:
    """The document with each table between its markers as it should be."""
    for name, table in tables.items():
        before, _, rest = text.partition(BEGIN.format(name=name))
        _, _, after = rest.partition(END.format(name=name))
        begin, end = BEGIN.format(name=name), END.format(name=name)
        text = f"{before}{begin}\n{table}\n{end}{after}"
    return text


def manifest_file() -> str:
    """manifest.json, as it should be."""
    return json.dumps(manifest(), indent=2) + "\n"


def main() -> None:
    (ROOT / "manifest.json").write_text(manifest_file())
    for name, tables in TABLES.items():
        document = ROOT / name
        document.write_text(with_tables(document.read_text(), tables))
        sys.stdout.write(f"{name} is up to date\n")


if __name__ == "__main__":
    main()
