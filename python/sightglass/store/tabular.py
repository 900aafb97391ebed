"""Published shapes as flat tables: CSV lines, and the cells of a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sightglass.store.shapes import Shape

Cell = str | int | float | bool | None

_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "|",
    "%",
)  # what spreadsheets take for the start of a formula
CHUNK = 1 << 16  # characters that are written or sent at once
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)

COLUMNS: dict[str, tuple[str, ...]] = {
    "devices": (
        *("id", "name", "kind", "type", "vendor", "model", "firmware", "serial", "order_number", "os"),
        *("hostname", "purdue_level", "ips", "macs", "vlans", "roles", "protocols", "modules", "important"),
        *("authorized", "packets", "bytes", "risk", "description", "location", "site", "zone", "network"),
        *("first_seen", "last_seen"),
    ),
    "connections": (
        *("client", "server", "client_address", "server_address", "transport", "port", "protocol"),
        *("recognised_by", "vlan", "state", "flows", "packets", "bytes", "bytes_client", "bytes_server"),
        *("first_seen", "last_seen", "site", "zone", "network"),
    ),
    "activities": (
        *("client", "server", "client_address", "server_address", "vlan", "protocol", "address", "object"),
        *("function", "code", "category", "outcome", "count", "ok", "errors", "last_error"),
        *("first_seen", "last_seen", "site", "zone", "network"),
    ),
    "alerts": (
        *("id", "detection", "title", "summary", "engine", "severity", "status", "learnable", "source"),
        *("source_address", "source_name", "destination", "destination_address", "destination_name"),
        *("protocol", "first_seen", "last_seen", "count", "attack", "explanation", "remediation", "evidence"),
        *("site", "zone", "network"),
    ),
    "findings": (
        *(
            "device",
            "part",
            "cve",
            "advisory",
            "title",
            "score",
            "vector",
            "severity",
            "confidence",
            "reason",
        ),
        *("matched", "kev", "epss", "fixed_in", "remediation", "site", "zone", "network"),
    ),
    "values": (
        *("server", "server_address", "protocol", "address", "object", "type", "last", "minimum", "maximum"),
        *("changes", "samples", "last_seen", "site", "zone", "network"),
    ),
}
"""Columns of each table, in their order."""


def safe_text(text: str) -> str:
    """Make text that no spreadsheet takes for a formula: an apostrophe goes in front of what could be one.

    Signed numbers stay: they are values and nothing else.
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def cells(name: str, shape: Shape) -> list[Cell]:
    """One row of a table; texts are not yet made safe."""
    return [_cell(column, shape) for column in COLUMNS[name]]


class CsvText:
    """CSV (RFC 4180) with a header, given away in pieces."""

    def __init__(self, name: str) -> None:
        """Begin a table of `COLUMNS`."""
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer)
        self._writer.writerow(COLUMNS[name])

    def add(self, row: Iterable[Cell]) -> None:
        """Add a row; its texts are made safe here."""
        self._writer.writerow([safe_text(cell) if isinstance(cell, str) else cell for cell in row])

    def take(self, at_least: int = 0) -> str:
        """What was added since the last call, once it is this long."""
        if self._buffer.tell() < at_least:
            return ""
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return text


def csv_lines(name: str, shapes: Iterable[Shape]) -> Iterator[str]:
    """CSV with a header, some rows at a time."""
    table = CsvText(name)
    for shape in shapes:
        table.add(cells(name, shape))
        part = table.take(CHUNK)
        if part:
            yield part
    yield table.take()


def _cell(column: str, shape: Shape) -> Cell:
    match column:
        case "ips" | "vlans":
            return " ".join(str(item) for face in shape["interfaces"] for item in face[column])
        case "macs":
            return " ".join(face["mac"] for face in shape["interfaces"] if face["mac"])
        case "modules":
            return "; ".join(" ".join(filter(None, part.values())) for part in shape["modules"])
        case "evidence":
            return "; ".join(f"{item['capture']} frame {item['frame']}" for item in shape["evidence"])
        case "remediation":
            steps = shape["remediation"]
            return steps if isinstance(steps, str) else " ".join(steps)
    return _scalar(shape[column])


def _scalar(value: Any) -> Cell:
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"no cell for {type(value).__name__}")
