"""The files that an analysis leaves in its folder, written from a store.

Every row of a file stands in a stated order: devices by address, connections, activities and alerts by first
sight, findings by falling score, values by owner; rows alike by their id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

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
from sightglass.store.tabular import CHUNK, CsvText, cells

if TYPE_CHECKING:
    from sightglass.reports.workbook import Sheet

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)

STATE_FILE = "state.sqlite"
HISTORY_FOLDER = "history"
EVIDENCE_FOLDER = "evidence"


def evidence_name(alert_id: str) -> str:
    """Name of the file that holds an alert's packets."""
    return f"{alert_id}.pcapng"


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
    from sightglass.reports.html import report_page

    write_text(folder / "summary.json", [json.dumps(summary_of(store), ensure_ascii=False, indent=2), "\n"])
    if tables:
        with replacing(folder / "inventory.xlsx") as working:
            _write_tables(store, folder, working)
    else:
        for export in EXPORTS:
            write_text(
                folder / f"{export.name}.jsonl", (f"{_JSON.encode(row)}\n" for row in export.rows(store))
            )
    write_text(folder / "report.html", report_page(store))


def _write_tables(store: Store, folder: Path, workbook: Path) -> None:
    """Write each kind's rows as lines, CSV and a sheet in one walk over them."""
    from sightglass.reports.workbook import Workbook

    with Workbook(workbook) as book:
        for export in EXPORTS:
            _write_table(export, store, folder, book.sheet(export.name))


def _write_table(export: Export, store: Store, folder: Path, sheet: Sheet) -> None:
    table = CsvText(export.name)
    with (
        replacing(folder / f"{export.name}.jsonl") as lines_path,
        replacing(folder / f"{export.name}.csv") as csv_path,
        _text_file(lines_path) as lines,
        _text_file(csv_path) as csv_file,
    ):
        for shape in export.rows(store):
            row = cells(export.name, shape)
            lines.write(f"{_JSON.encode(shape)}\n")
            table.add(row)
            csv_file.write(table.take(CHUNK))
            sheet.add(row)
        csv_file.write(table.take())
    sheet.finish()


def write_text(path: Path, parts: Iterable[str]) -> None:
    """Write a file so that a reader sees the old one or the whole new one."""
    with replacing(path) as working, _text_file(working) as file:
        file.writelines(parts)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a name to write under; what is there takes the place of `path` when all went well."""
    working = path.with_name(f".{path.name}.part")
    try:
        yield working
        working.replace(path)
    except BaseException:
        working.unlink(missing_ok=True)
        raise


def _text_file(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
