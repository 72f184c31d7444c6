"""JUnit XML, as nearly every test runner writes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.reports.parsing import as_xml
from bot.reports.report import Report, Unreadable, counted, kept


def read_junit(data: bytes) -> Report:
    """Red where a test failed or broke, none where there are no tests. Raises Unreadable."""
    from junitparser import JUnitXml, JUnitXmlError, TestSuite

    root = as_xml(data)
    try:
        suites: Any = JUnitXml.fromroot(root)  # type: ignore[arg-type]
        cases = [suites] if isinstance(suites, TestSuite) else list(suites)
        items = {name: how for suite in cases for name, how in _cases(suite)}
    except (JUnitXmlError, ValueError, TypeError, AttributeError):
        raise Unreadable(f"line 1: <{root.tag[:40]}> is not how a JUnit report begins") from None
    failed = sum(how in {"failed", "error"} for how in items.values())
    skipped = sum(how == "skipped" for how in items.values())
    ran = len(items) - skipped
    if not ran:
        return Report("junit", "none", f"no test ran, {skipped} skipped", kept(items))
    left = f", {skipped:,} skipped" if skipped else ""
    if failed:
        summary = f"{failed:,} of {counted(ran, 'test')} failed{left}"
        return Report("junit", "red", summary, kept(items))
    return Report("junit", "green", f"{counted(ran, 'test')} passed{left}", kept(items))


def _cases(suite: Any) -> Iterator[tuple[str, str]]:
    for inner in suite.testsuites():
        yield from _cases(inner)
    for case in suite:
        name = ".".join(part for part in (case.classname, case.name) if part) or "without a name"
        yield name, _how(case)


def _how(case: Any) -> str:
    """The worst that is said of a test."""
    said = {type(result).__name__ for result in case.result}
    if "Failure" in said:
        return "failed"
    if "Error" in said:
        return "error"
    return "skipped" if "Skipped" in said else "passed"
