"""Runs the engine over captures named on standard input and prints what happened, one JSON line each.

A process of its own, so that its peak memory is the engine's, and so that a crash is seen as one.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from sightglass import engine

WORKERS = (1, 2)


def analyzed(path: Path, workers: int) -> tuple[str, dict[str, Any], set[tuple[str, str]]]:
    """Digest of all rows and the summary, the summary, and the protocols of flows with how they were recognised."""
    run = engine.analyze([path], workers=workers)
    digests: dict[str, Any] = {}
    recognised: set[tuple[str, str]] = set()
    for batch in run:
        for name, table in batch.tables.items():
            digest = digests.setdefault(name, hashlib.sha256())
            rows = table.rows()
            for row in rows:
                digest.update(repr(row).encode())
            if name == "flow":
                protocol, how = table.names.index("protocol"), table.names.index("recognised_by")
                recognised.update((row[protocol], row[how]) for row in rows)
    summary = run.summary()
    whole = {name: digest.hexdigest() for name, digest in sorted(digests.items())}
    return json.dumps([whole, summary], sort_keys=True), summary, recognised


def decoded(path: Path, workers: int) -> tuple[str, int]:
    """Digest and number of the lines of `decode`."""
    decoding = engine.decode([path], workers=workers)
    digest = hashlib.sha256()
    lines = 0
    while (chunk := decoding.next()) is not None:
        digest.update(chunk)
        lines += chunk.count(b"\n")
    return digest.hexdigest(), lines


def walked(path: Path) -> dict[str, Any]:
    """What happened with one capture."""
    try:
        runs = [analyzed(path, workers) for workers in WORKERS]
        decodings = [decoded(path, workers) for workers in WORKERS]
    except engine.CaptureError as error:
        return {"refused": str(error)}
    except Exception as error:  # noqa: BLE001 - any other is what the test looks for
        return {"raised": f"{type(error).__name__}: {error}"}
    (first, summary, recognised), (second, _, _) = runs
    counted = sum(each["messages"] for each in summary["protocols"].values())
    return {
        "packets": summary["packets"],
        "panics": summary["loss"]["panics"],
        "same_analysis": first == second,
        "same_decoding": decodings[0] == decodings[1],
        "messages": counted,
        "lines": decodings[0][1],
        "recognised": sorted(recognised),
    }


def main() -> None:
    """Walk."""
    for line in sys.stdin:
        path = Path(line.rstrip("\n"))
        print(json.dumps({"path": str(path), **walked(path)}), flush=True)
    # ru_maxrss of a child begins with its parent's; the high-water mark of this process's own memory does not.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak_kib = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    print(json.dumps({"peak_bytes": peak_kib * 1024}), flush=True)


if __name__ == "__main__":
    main()
