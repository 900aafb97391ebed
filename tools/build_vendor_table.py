"""Write ``content/tables/vendors.json`` from a folder of intelligence data.

    python tools/build_vendor_table.py INTEL content/tables/vendors.json

INTEL holds ``ids/vendor_crosswalk.json``: per vendor its spellings in advisories and its assigned numbers. MAC
prefixes are left out here, the OUI table has them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

_NUMBERS = ("cip_vendor_ids", "bacnet_vendor_ids", "enterprise_numbers")


def build(intel: Path) -> dict[str, object]:
    """Read the crosswalk and keep names and numbers, sorted."""
    crosswalk = json.loads((intel / "ids" / "vendor_crosswalk.json").read_text(encoding="utf-8"))
    vendors = {}
    for name in sorted(crosswalk):
        row = crosswalk[name]
        spellings = {spelling.strip() for spelling in row["csaf_vendor_strings"]} - {name, ""}
        numbers = {key: sorted(row[key]) for key in _NUMBERS if row[key]}
        vendors[name] = {"spellings": sorted(spellings), **numbers}
    return {
        "source": "Spellings from the vendor field of CISA CSAF advisories (US government work); CIP, BACnet and "
        "enterprise numbers are facts assigned by ODVA, ASHRAE and IANA.",
        "licence": "facts, free to use",
        "vendors": vendors,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Build the vendor table.")
    parser.add_argument("intel", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    text = json.dumps(build(arguments.intel), ensure_ascii=False, indent=1, sort_keys=True)
    arguments.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
