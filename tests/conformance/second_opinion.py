"""Writes ``unscored.csv``: cells on which another version of TShark disagrees with the truth files.

    python -m tests.conformance.second_opinion

Only cells that we get wrong are looked at: a cell on which the versions differ says nothing about us either way.
"""

from __future__ import annotations

import csv
import re
import subprocess
from collections import Counter
from functools import lru_cache
from pathlib import Path

from tests.conformance.counts import RULES
from tests.conformance.score import score
from tests.conformance.truth import CAPTURES

UNSCORED = Path(__file__).with_name("unscored.csv")
FIELDS = {
    ("dnp3", "al_func"): "dnp3.al.func",
    ("dnp3", "link_func"): "dnp3.ctl.prifunc",
    ("dnp3", "src"): "dnp3.src",
    ("dnp3", "dst"): "dnp3.dst",
    ("dnp3", "object"): "dnp3.al.obj",
    ("modbus", "unit_id"): "mbtcp.unit_id",
    ("cip", "class"): "cip.class",
    ("bacnet", "object_type"): "bacapp.objectType",
    ("bacnet", "property"): "bacapp.property_identifier",
    ("bacnet", "error_code"): "bacapp.error_code",
    ("bacnet", "confirmed"): "bacapp.confirmed_service",
    ("bacnet", "unconfirmed"): "bacapp.unconfirmed_service",
    ("bacnet", "apdu_type"): "bacapp.type",
    ("bacnet", "bvlc_func"): "bvlc.function",
}


def version() -> str:
    """Version of the installed TShark."""
    text = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+\.\d+\.\d+", text)
    return found.group() if found else "unknown"


@lru_cache(maxsize=256)
def counts(capture: str, field: str) -> Counter[int]:
    """Counts of a field's values, damaged packets left out as in the truth."""
    command = [
        "tshark",
        "-n",
        "-r",
        str(CAPTURES / capture),
        "-Y",
        f"{field} && !_ws.malformed",
        "-T",
        "fields",
        "-e",
        field,
    ]
    out = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return Counter(int(value, 0) for value in out.replace("\n", ",").split(",") if value.strip())


def main() -> None:
    """Write the table anew."""
    rows = []
    for protocol, result in score(sorted(RULES), scored_only=False).items():
        for capture, field, value, expected, ours in result.wrong:
            name = FIELDS.get((protocol, field))
            if name is None:
                continue
            second = counts(capture, name)[int(value, 0)]
            if second != expected:
                rows.append((capture, protocol, field, value, expected, second, ours))
    with UNSCORED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("capture", "protocol", "field", "value", "truth", f"tshark {version()}", "ours"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
