"""Write the generated pages under ``docs/``, or check that they are as generated.

python tools/docs.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import detection_pages
import protocol_pages

DOCS = Path(__file__).resolve().parents[1] / "docs"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write or check the generated pages.")
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 when one differs")
    check = parser.parse_args().check
    pages = protocol_pages.pages() | detection_pages.pages()
    folders = {Path(name).parent for name in pages}
    there = {str(path.relative_to(DOCS)) for folder in folders for path in (DOCS / folder).glob("*.md")}
    drifted = sorted(there - pages.keys())
    for name, text in pages.items():
        path = DOCS / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if check:
            drifted.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if not check:
        for name in drifted:
            (DOCS / name).unlink()
        return 0
    for name in drifted:
        print(f"docs/{name} is not what the code says; run `make docs` and commit it", file=sys.stderr)
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main())
