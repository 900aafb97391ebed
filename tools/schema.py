"""Write the generated contracts under ``schema/``, or check that they are as generated.

python tools/schema.py [--check]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).resolve().parents[1] / "schema"


def contracts() -> dict[str, Any]:
    """Every contract by its file name."""
    from sightglass.engine import event_schema
    from sightglass.formats.eve.schema import schema as eve_schema
    from sightglass.formats.ipal.schema import schema as ipal_schema
    from sightglass.portal.schema import openapi_text

    return {
        "eve.json": eve_schema(),
        "events.json": event_schema(),
        "ipal.json": ipal_schema(),
        "openapi.json": json.loads(openapi_text()),
    }


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write or check the generated contracts.")
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 when one differs")
    check = parser.parse_args().check
    drifted = []
    for name, document in contracts().items():
        text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        path = SCHEMA / name
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                drifted.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    for name in drifted:
        print(f"schema/{name} is not what the code says; run `make schema` and commit it", file=sys.stderr)
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main())
