"""Write the lookup tables under ``content/tables`` from a folder of intelligence data.

    python tools/build_tables.py INTEL

INTEL holds ``oui/oui.csv`` and ``ids/*.csv``. Every table begins with comment lines that name source and licence.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

TABLES = Path(__file__).resolve().parents[1] / "content" / "tables"


def write(name: str, source: str, licence: str, rows: list[tuple[str, str]]) -> None:
    """Write one table of two columns, tab-separated, sorted by key."""
    lines = [f"# source: {source}\n", f"# licence: {licence}\n"]
    lines += [f"{key}\t{' '.join(value.split())}\n" for key, value in sorted(rows)]
    (TABLES / name).write_text("".join(lines), encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


def numbers(path: Path, key: str, value: str) -> list[tuple[str, str]]:
    """Rows of a CSV file with a number as key."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(f"{int(row[key]):06d}", row[value]) for row in csv.DictReader(file)]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Build the lookup tables.")
    parser.add_argument("intel", type=Path)
    intel = parser.parse_args().intel
    with (intel / "oui" / "oui.csv").open(encoding="utf-8", newline="") as file:
        prefixes = [(row["prefix"].lower(), row["organization"]) for row in csv.DictReader(file)]
    write(
        "oui.tsv",
        "IEEE MA-L, MA-M and MA-S public listing, 26 Aug 2026",
        "facts; IEEE claims no rights",
        prefixes,
    )
    write(
        "cip-vendors.tsv",
        "vendor numbers assigned by ODVA, names as published in open value lists, Aug 2026",
        "facts",
        numbers(intel / "ids" / "cip_vendors.csv", "vendor_id", "name"),
    )
    write(
        "cip-device-types.tsv",
        "device type numbers of the CIP volumes, assigned by ODVA",
        "facts",
        numbers(intel / "ids" / "cip_device_types.csv", "device_type", "name"),
    )
    write(
        "bacnet-vendors.tsv",
        "vendor identifiers assigned by ASHRAE",
        "facts",
        numbers(intel / "ids" / "bacnet_vendors.csv", "vendor_id", "name"),
    )
    with (intel / "hand" / "profinet_vendor_ids.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (f"{int(row['decimal']):06d}", row["vendor"])
            for row in csv.DictReader(file)
            if row["verified"] == "yes"
        ]
    write("profinet-vendors.tsv", "vendor ids shown by public device description files", "facts", rows)


if __name__ == "__main__":
    main()
