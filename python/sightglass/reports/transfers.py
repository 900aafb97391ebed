"""``files.jsonl``: files and program blocks seen in transfer, without what is in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sightglass.model import FileTransfer, rfc3339
from sightglass.reports.result_folder import write_text

INDEX = "files.jsonl"
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def transfer_shape(transfer: FileTransfer) -> dict[str, Any]:
    """The object of one line."""
    return {
        "name": transfer.name,
        "size": transfer.size,
        "sha256": transfer.sha256,
        "protocol": transfer.protocol,
        "direction": transfer.direction,
        "complete": transfer.complete,
        "client": transfer.client,
        "server": transfer.server,
        "client_address": transfer.client_address,
        "server_address": transfer.server_address,
        "vlan": transfer.vlan,
        "capture": transfer.capture,
        "first_frame": transfer.first_frame,
        "last_frame": transfer.last_frame,
        "last_seen": rfc3339(transfer.last_seen_ns),
        "site": transfer.site,
        "zone": transfer.zone,
        "network": transfer.network,
    }


def line(shape: dict[str, Any]) -> str:
    """A shape as a line of JSON."""
    return f"{_JSON.encode(shape)}\n"


def write_transfers(folder: Path, transfers: Iterable[FileTransfer]) -> None:
    """Write ``files.jsonl`` into a result folder, in the order in which the transfers ended.

    Raises:
        OSError: When the folder cannot be written.
    """
    write_text(folder / INDEX, (line(transfer_shape(transfer)) for transfer in transfers))
