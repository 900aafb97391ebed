"""The files that an analysis leaves in its folder, written from a store.

Every row of a file stands in a stated order: devices by address, connections, activities and alerts by first
sight, findings by falling score, values by owner; rows alike by their id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sightglass.store import (
    ActivityFilter,
    AlertFilter,
    ConnectionFilter,
    DeviceFilter,
    FindingFilter,
    Store,
    ValueFilter,
)
from sightglass.store.shapes import (
    SCHEMA_VERSION,
    Shape,
    activity_shape,
    alert_shape,
    connection_shape,
    device_shape,
    finding_shape,
    summary_shape,
    value_shape,
)
from sightglass.store.statistics import merged_summary
from sightglass.store.tabular import csv_lines

STATE_FILE = "state.sqlite"
HISTORY_FOLDER = "history"
EVIDENCE_FOLDER = "evidence"


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of rows as files.

    Attributes:
        name: File name without its ending; also the table's name in `store.tabular`.
    """

    name: str
    rows: Callable[[Store], Iterator[Shape]]


EXPORTS: tuple[Export, ...] = (
    Export("devices", lambda store: map(device_shape, store.each_device(DeviceFilter(), "address"))),
    Export(
        "connections",
        lambda store: map(connection_shape, store.each_connection(ConnectionFilter(), "first_seen")),
    ),
    Export(
        "activities", lambda store: map(activity_shape, store.each_activity(ActivityFilter(), "first_seen"))
    ),
    Export("alerts", lambda store: map(alert_shape, store.each_alert(AlertFilter(), "first_seen"))),
    Export("findings", lambda store: map(finding_shape, store.each_finding(FindingFilter(), "-score"))),
    Export("values", lambda store: map(value_shape, store.each_value(ValueFilter(), "server"))),
)


def summary_of(store: Store) -> Shape:
    """The object of summary.json: totals over all scopes, each scope apart, and how many rows there are."""
    scopes = [summary_shape(item) for item in store.summaries()]
    for scope in scopes:
        del scope["schema_version"]
    whole = summary_shape(merged_summary(store))
    for name in ("site", "zone"):
        del whole[name]
    kinds = store.group(DeviceFilter(), "kind")
    return {
        "schema_version": SCHEMA_VERSION,
        **whole,
        "counts": {
            "devices": kinds.get("device", 0),
            "external": kinds.get("external", 0),
            "referred": kinds.get("referred", 0),
            "connections": sum(store.group(ConnectionFilter(), "transport").values()),
            "activities": sum(store.group(ActivityFilter(), "category").values()),
            "alerts": sum(store.group(AlertFilter(), "status").values()),
            "findings": sum(store.group(FindingFilter(), "confidence").values()),
            "values": sum(store.group(ValueFilter(), "protocol").values()),
        },
        "devices_by_type": _sorted(store, DeviceFilter(kind=("device",)), "type"),
        "alerts_by_severity": _sorted(store, AlertFilter(open=True), "severity"),
        "findings_by_confidence": _sorted(store, FindingFilter(), "confidence"),
        "scopes": scopes,
    }


def _sorted(store: Store, where: DeviceFilter | AlertFilter | FindingFilter, field: str) -> dict[str, int]:
    return {str(value): count for value, count in sorted(store.group(where, field).items(), key=str)}


def write_exports(store: Store, folder: Path, *, tables: bool = True) -> None:
    """Write summary.json, the JSON Lines, and beside them CSV, a workbook and the report page.

    Args:
        store: What was found.
        folder: Exists; files of the same names are replaced, each at once.
        tables: Whether to write CSV files and the workbook too.

    Raises:
        OSError: When the folder cannot be written.
    """
    write_text(folder / "summary.json", [json.dumps(summary_of(store), ensure_ascii=False, indent=2), "\n"])
    for export in EXPORTS:
        write_text(folder / f"{export.name}.jsonl", map(_line, export.rows(store)))
        if tables:
            write_text(folder / f"{export.name}.csv", csv_lines(export.name, export.rows(store)))
    if tables:
        from sightglass.reports.workbook import write_workbook

        write_workbook(folder / "inventory.xlsx", {export.name: export.rows(store) for export in EXPORTS})
    from sightglass.reports.html import report_page

    write_text(folder / "report.html", report_page(store))


def _line(shape: Shape) -> str:
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_text(path: Path, parts: Any) -> None:
    """Write a file so that a reader sees the old one or the whole new one."""
    working = path.with_name(f".{path.name}.part")
    try:
        with working.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.writelines(parts)
        working.replace(path)
    except BaseException:
        working.unlink(missing_ok=True)
        raise
