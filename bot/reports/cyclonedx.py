"""CycloneDX, JSON or XML: components, and vulnerabilities with what was found out about them (VEX)."""

from __future__ import annotations

from typing import Any

from bot.reports.parsing import as_json, as_xml
from bot.reports.report import Report, Unreadable, counted, kept

HARMLESS = frozenset({"not_affected", "resolved", "resolved_with_pedigree", "false_positive"})
"""What an analysis may have found that takes the red away."""
SEVERE = frozenset({"critical", "high"})


def read_cyclonedx(data: bytes) -> Report:
    """Red where a high or critical vulnerability is open; none where no vulnerabilities are listed.

    Raises Unreadable.
    """
    bom = _bom(data)
    items = {_component(each): f"component {each.version or ''}".strip() for each in bom.components}
    found = {str(each.id or "without an id"): _standing(each) for each in bom.vulnerabilities}
    listed = counted(len(bom.components), "component")
    if not found:
        return Report("cyclonedx", "none", listed, kept(items))
    red = sum(how in SEVERE for how in found.values())
    still = sum(how != "harmless" for how in found.values())
    told = f"{listed}, {counted(still, 'open vulnerability', 'open vulnerabilities')}"
    summary = f"{told}, {red:,} of them high or critical" if red else told
    return Report("cyclonedx", "red" if red else "green", summary, kept({**items, **found}))


def _bom(data: bytes) -> Any:
    import warnings

    from cyclonedx.exception import CycloneDxException
    from cyclonedx.model.bom import Bom

    begins = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    held = as_json(data) if begins == b"{" else as_xml(data)
    if isinstance(held, dict) and held.get("bomFormat") != "CycloneDX":
        raise Unreadable("line 1: it is no CycloneDX document: its bomFormat is not CycloneDX")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader: Any = Bom
            bom = reader.from_json(held) if isinstance(held, dict) else reader.from_xml(held)
    except (CycloneDxException, ValueError, TypeError, AttributeError, LookupError) as wrong:
        raise Unreadable(f"it is no CycloneDX document: {type(wrong).__name__}") from None
    if bom is None:
        raise Unreadable("it is no CycloneDX document")
    return bom


def _component(component: Any) -> str:
    return f"{component.group}/{component.name}" if component.group else str(component.name)


def _standing(vulnerability: Any) -> str:
    """Its worst severity, or `harmless` where an analysis says so."""
    analysis = vulnerability.analysis
    if analysis is not None and analysis.state is not None and analysis.state.value in HARMLESS:
        return "harmless"
    said = {rating.severity.value for rating in vulnerability.ratings if rating.severity}
    return next((s for s in ("critical", "high", "medium", "low") if s in said), "unknown")
