"""Golden rows: the first event of each kind that a lab capture gives, without what differs from plant to plant.

python -m tests.formats.golden writes them anew; review the difference like code.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.formats.lab_messages import lab

FOLDER = Path(__file__).parent
_VOLATILE = {
    "timestamp",
    "flow_id",
    "pcap_cnt",
    "community_id",
    "vlan",
    "src_port",
    "dest_port",
    "id",
    "responds to",
}


def _shape(value: Any) -> Any:
    """A value with its texts and numbers as they are, and long lists cut."""
    if isinstance(value, dict):
        return {name: _shape(item) for name, item in list(value.items())[:12]}
    if isinstance(value, list):
        return [_shape(item) for item in value[:3]]
    return value


def first_of_each(rows: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The first row of each kind, cut and without what is volatile."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        name = f"{row[kind]} {row.get('type', '')} {row.get('activity', '')}"
        found.setdefault(name, row)
    return [
        {name: _shape(value) for name, value in row.items() if name not in _VOLATILE}
        for _, row in sorted(found.items())
    ]


def golden() -> dict[str, list[dict[str, Any]]]:
    """Rows by the name of their file."""
    _, eve, ipal = lab()
    mapped = [event for event in eve if event["event_type"] in MAPPED]
    return {"eve.jsonl": first_of_each(mapped, "event_type"), "ipal.jsonl": first_of_each(ipal, "protocol")}


MAPPED = {"arp", "anomaly", "dhcp", "dnp3", "dns", "enip", "flow", "http", "modbus", "snmp", "tls"}


def main() -> None:
    """Write."""
    for name, rows in golden().items():
        text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
