"""Write the demonstration advisories under ``content/advisories`` from a folder of CISA CSAF documents.

    python tools/build_demo_advisories.py INTEL/csaf content/advisories

Only facts are taken: identifiers, product names, version bounds, CVSS vectors and fixed versions. Each document says
that it is an excerpt for demonstrations and names the advisory that it was taken from.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from sightglass.vulnerability.csaf import load_csaf
from sightglass.vulnerability.remedies import read_fix
from sightglass.vulnerability.version_value import PLAIN

CHOICE: dict[str, tuple[str, ...]] = {
    "ICSA-19-283-02": ("S7-300 CPU 315-2", "S7-300 CPU 317-2", "S7-1200 CPU family"),
    "ICSA-22-314-02": (
        "S7-300 CPU 315-2",
        "S7-300 CPU 317-2",
        "S7-1500 CPU 1515-2 PN",
        "S7-1500 CPU 1513-1 PN",
    ),
    "ICSA-23-257-01": ("S7-1500 CPU 1515-2 PN", "S7-1500 CPU 1513-1 PN", "S7-1500 CPU 1511-1 PN"),
    "ICSA-22-090-05": ("ControlLogix 5560", "ControlLogix 5570", "ControlLogix 5580"),
    "ICSA-23-201-01": ("M340 CPU", "M580 CPU"),
    "ICSA-23-227-01": ("M340 CPU", "M580 CPU"),
    "ICSA-19-057-01": ("EDS-405A", "EDS-408A", "EDS-510A"),
}
"""Advisories of products that the simulated plant has, and the words that choose their rows."""


def excerpt(advisory: Any, words: tuple[str, ...]) -> dict[str, Any]:
    """The chosen rows of an advisory as a CSAF document of our own."""
    rows = [
        (i, leaf) for i, leaf in enumerate(advisory.leaves) if any(word in leaf.product for word in words)
    ]
    ids = {place: f"P-{number}" for number, (place, _) in enumerate(rows, start=1)}
    flaws = []
    for flaw in advisory.flaws:
        affected = [ids[place] for place, _ in rows if place in flaw.affected]
        if not affected:
            continue
        score = next((s for s in flaw.scores if s.leaves is None or any(p in s.leaves for p in ids)), None)
        remedies = []
        for place, leaf in rows:
            fix = read_fix(flaw, place, leaf.product, PLAIN)
            if place in flaw.affected and fix.versions:
                text = f"Fixed in {' or '.join(fix.versions)}"
                remedies.append({"category": "vendor_fix", "details": text, "product_ids": [ids[place]]})
        row: dict[str, Any] = {"cve": flaw.cve, "product_status": {"known_affected": affected}}
        if remedies:
            row["remediations"] = remedies
        if score is not None and score.vector.startswith("CVSS:3"):
            cvss = {
                "version": score.vector[5:8],
                "vectorString": score.vector,
                "baseScore": score.score,
                "baseSeverity": score.severity.upper(),
            }
            row["scores"] = [{"products": affected, "cvss_v3": cvss}]
        flaws.append(row)
    branches = []
    for place, leaf in rows:
        product: dict[str, Any] = {"name": f"{leaf.product} {leaf.version}", "product_id": ids[place]}
        if leaf.orders:
            product["product_identification_helper"] = {"model_numbers": list(leaf.orders)}
        version = {"category": "product_version_range", "name": leaf.version, "product": product}
        branches.append({"category": "product_name", "name": leaf.product, "branches": [version]})
    date = f"{advisory.revised}T00:00:00.000Z"
    return {
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "title": f"DEMO: {rows[0][1].vendor}, excerpt of {advisory.id}",
            "notes": [
                {
                    "category": "general",
                    "text": "Excerpt for demonstrations, with few products and no more than facts. Load the full "
                    "advisories of CISA or the vendor for real work.",
                }
            ],
            "publisher": {
                "category": "other",
                "name": "Sightglass demo",
                "namespace": "https://example.org/",
            },
            "references": [
                {"summary": f"Taken from {advisory.id} of CISA", "url": "https://www.cisa.gov/ics"}
            ],
            "tracking": {
                "id": f"DEMO-{advisory.id}",
                "status": "final",
                "version": "1",
                "initial_release_date": f"{advisory.released}T00:00:00.000Z",
                "current_release_date": date,
                "revision_history": [{"date": date, "number": "1", "summary": "Excerpt"}],
            },
        },
        "product_tree": {
            "branches": [{"category": "vendor", "name": rows[0][1].vendor.strip(), "branches": branches}]
        },
        "vulnerabilities": flaws,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Build the demonstration advisories.")
    parser.add_argument("csaf", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    load = load_csaf([arguments.csaf])
    arguments.out.mkdir(parents=True, exist_ok=True)
    for identifier, words in CHOICE.items():
        document = excerpt(load.advisories[identifier], words)
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        (arguments.out / f"demo-{identifier.lower()}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
