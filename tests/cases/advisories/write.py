"""Write the advisories beside this file: one small CSAF 2.0 document per rule of matching.

    python tests/cases/advisories/write.py

Products are real names where a rule depends on a vendor's numbering; flaws, CVE ids and texts are invented.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Row = tuple[str, str]  # product name, version text

CASES: dict[str, dict[str, Any]] = {
    "order-number": {
        "vendor": "Siemens",
        "rows": [
            ("SIMATIC S7-300 CPU 315-2 PN/DP (6ES7315-2EH14-0AB0)", "vers:all/<V3.2.17"),
            ("SIMATIC S7-300 CPU 317-2 PN/DP (6ES7317-2EK14-0AB0)", "vers:all/*"),
            ("SIMATIC S7-300 CPU 314C-2 PN/DP (6ES7314-6EH04-0AB0)", "vers:all/<V3.3.17"),
        ],
        "fix": {0: "Update to V3.2.17 or later version"},
    },
    "family-and-sibling": {
        "vendor": "Siemens",
        "rows": [
            ("SIMATIC S7-1200 CPU family (incl. SIPLUS variants)", "< V4.5.0"),
            ("SIPLUS S7-1200 CP 1243-1 (6AG1243-1BX30-2AX0)", "vers:all/*"),
            ("SIMATIC S7-1500 Software Controller", "vers:all/*"),
        ],
    },
    "condition": {
        "vendor": "Siemens",
        "rows": [
            (
                "SIMATIC S7-1200 CPU family V4.x (incl. SIPLUS variants)",
                "All versions with Function State (FS) < 11",
            ),
            ("SCALANCE S615 (6GK5615-0AA00-2AA2)", "< V7.2 (only with activated debug support)"),
        ],
    },
    "one-cve-only": {
        "vendor": "Siemens",
        "rows": [
            (
                "SIMATIC S7-1200 CPU family (incl. SIPLUS variants)",
                ">= 4.4.0 (only affected by CVE-2099-0402)",
            ),
            ("SIMATIC S7-1200 CPU family (incl. SIPLUS variants)", "< 4.4.0"),
        ],
        "cves": ["CVE-2099-0401", "CVE-2099-0402"],
        "fix": {1: "SIMATIC S7-1200 CPU family: Update to v4.4.0"},
    },
    "series-letter": {
        "vendor": "Rockwell Automation ",
        "rows": [
            ("1756-EN2T Series B", "<= 5.008"),
            ("1756-EN2T Series B", "<= 5.028"),
            ("1756-EN2T Series D", "<= 11.003"),
            ("1756-EN2TR Series D", "vers:all/*"),
        ],
    },
    "branches": {
        "vendor": "Rockwell Automation",
        "rows": [
            ("ControlLogix 5580", "<V33.017_V34.014_V35.013_V36.011"),
            ("GuardLogix 5580", "vers:all/*"),
        ],
    },
    "first-affected": {
        "vendor": "Rockwell Automation",
        "rows": [("ControlLogix 5580", "V35.011"), ("CompactLogix 5380", ">=v34.011")],
        "fix": {
            0: "ControlLogix 5580: Update to version V35.013 or V36.011",
            1: "CompactLogix 5380: Update to v34.014 and later",
        },
    },
    "narrow-pattern": {
        "vendor": "Schneider Electric",
        "rows": [
            ("Modicon M580 CPU (part numbers BMEP* and BMEH*)", "< SV4.10"),
            ("Modicon M580 CPU Safety (part numbers BMEP58*S and BMEH58*S)", "vers:all/*"),
        ],
    },
    "serial": {
        "vendor": "Mitsubishi Electric",
        "rows": [
            ("Module Q12DCCPU-V", "5  digits of serial number <= 24031"),
            ("MELSEC Q Series Q06UDVCPU The first 5 digits of serial No.", "<=23121"),
            ("QJ71E71-100", "<= 20121"),
            ("FX5U-xMy/z x=32,64, y=T,R, z=ES,DS (Serial number 179**** and prior)", ">=1.060"),
        ],
    },
    "wildcards": {
        "vendor": "Omron",
        "rows": [
            ("CJ2M-CPU**", "<= 2.0"),
            ("CJ2H-CPU**(-EIP)", "<= 1.4"),
            ("Smart Security Manager", "<= 1.5"),
        ],
    },
    "near-names": {
        "vendor": "WAGO",
        "rows": [("750-880", "< FW14"), ("750-882", "vers:all/*"), ("750-8202", "< 02.07.07(10)")],
    },
    "product-series": {
        "vendor": "Moxa",
        "rows": [("EDS-408A series", "<= 3.8"), ("EDS-405A", "<= 3.8")],
    },
    "not-affected": {
        "vendor": "Digi International, Inc. ",
        "rows": [("Digi One SP", "vers:all/*"), ("Digi 6350-SR", "vers:all/*")],
        "not_affected": [1],
    },
    "release-and-version": {
        "vendor": "Schweitzer Engineering Laboratories",
        "rows": [
            ("SEL-751 Feeder Protection Relay", ">=R101-V0|<R302-V3"),
            ("SEL-751 Feeder Protection Relay", ">=R400-V0|<R400-V2"),
        ],
    },
    "name-says-nothing": {
        "vendor": "Unitronics",
        "title": "Unitronics Vision Series (Update A)",
        "rows": [("OS", "<12.38"), ("VisiLogic", "<9.9.00")],
    },
    "older-opinion": {
        "vendor": "Hitachi Energy",
        "rows": [("RTU500 series CMU Firmware", "vers:all/*")],
        "cves": ["CVE-2099-1601", "CVE-2099-1602"],
        "released": "2098-01-01",
    },
    "newer-opinion": {
        "vendor": "Hitachi Energy",
        "rows": [
            ("RTU500 series CMU Firmware", ">=12.7.1|<=12.7.6"),
            ("RTU500 series CMU Firmware", "<=12.0.14"),
        ],
        "cves": ["CVE-2099-1601"],
        "released": "2099-01-01",
    },
    "limited-by-description": {
        "vendor": "Rockwell Automation",
        "rows": [("1756-EN2T Series D", "<= 11.003"), ("1756-EN4TR Series A", "<= 5.001")],
        "summary": "Where this vulnerability exists in the 1756-EN4* products, it could stop them.",
    },
}


def document(name: str, number: int, case: dict[str, Any]) -> dict[str, Any]:
    """One case as a CSAF document."""
    rows: list[Row] = case["rows"]
    ids = [f"P-{index}" for index in range(len(rows))]
    spared = {ids[index] for index in case.get("not_affected", [])}
    released = f"{case.get('released', '2098-06-01')}T00:00:00.000Z"
    status: dict[str, list[str]] = {"known_affected": [item for item in ids if item not in spared]}
    if spared:
        status["known_not_affected"] = sorted(spared)
    return {
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "title": case.get("title", f"{case['vendor'].strip()} {name}"),
            "publisher": {
                "category": "other",
                "name": "Sightglass tests",
                "namespace": "https://example.org/",
            },
            "tracking": {
                "id": f"TEST-{name}",
                "status": "final",
                "version": "1",
                "initial_release_date": released,
                "current_release_date": released,
                "revision_history": [{"date": released, "number": "1", "summary": "first"}],
            },
        },
        "product_tree": {
            "branches": [
                {
                    "category": "vendor",
                    "name": case["vendor"],
                    "branches": [
                        {
                            "category": "product_name",
                            "name": product,
                            "branches": [
                                {
                                    "category": "product_version_range",
                                    "name": version,
                                    "product": {"name": f"{product} {version}", "product_id": identifier},
                                }
                            ],
                        }
                        for identifier, (product, version) in zip(ids, rows, strict=True)
                    ],
                }
            ]
        },
        "vulnerabilities": [
            {
                "cve": cve,
                "notes": [{"category": "summary", "text": case.get("summary", "An invented flaw.")}],
                "product_status": status,
                "scores": [
                    {
                        "products": status["known_affected"],
                        "cvss_v3": {
                            "version": "3.1",
                            "baseScore": 7.5,
                            "baseSeverity": "HIGH",
                            "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
                        },
                    }
                ],
                "remediations": [
                    {"category": "vendor_fix", "details": text, "product_ids": [ids[index]]}
                    for index, text in case.get("fix", {}).items()
                ],
            }
            for cve in case.get("cves", [f"CVE-2099-{number:02}01"])
        ],
    }


def main() -> None:
    """Write every case."""
    folder = Path(__file__).parent
    for number, (name, case) in enumerate(CASES.items(), start=1):
        text = json.dumps(document(name, number, case), indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
