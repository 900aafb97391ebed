"""``python -m bench``: builds its input, measures, compares counts, prints a table; see bench/README.md."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.inputs import DATA, ROOT, SHARED, changed, is_generated, ot_mix
from bench.measure import Row, Run, medians, run

PYTHON = sys.executable
SIGHTGLASS = [PYTHON, "-m", "sightglass.cli.main"]
FLOOR = (
    "import os,sys\nfile=os.open(sys.argv[1],os.O_RDONLY)\nbuffer=bytearray(1<<20)\n"
    "while os.readv(file,[buffer]): pass"
)
MESSAGE = re.compile(rb'"protocol":"([^"]*)".*?"function":"([^"]*)"')
FEW, MANY = 1_000, 20_000

Goal = tuple[str, float, float]
"""What, measured, at most."""


def main() -> int:
    """Measure; exit 1 when the analysis counts other messages than decoding gives."""
    options = _options()
    captures = [ot_mix(FEW, options.packets)]
    if is_generated() and not options.short:
        captures.append(ot_mix(MANY, options.packets))
    captures.append(changed(captures[0]))
    rows: list[Row] = []
    faults: list[str] = []
    for capture in captures:
        found, fault = _measured(capture, options.rounds)
        rows += found
        faults += fault
    goals = _goals(rows, captures)
    if options.format == "json":
        print(json.dumps({"rows": [_shape(row) for row in rows], "goals": goals, "faults": faults}, indent=1))
    else:
        _print(rows, goals)
    peers = os.environ.get("BENCH_PEERS")
    if peers:
        _peers(captures[0], Path(peers), options.rounds)
    for fault in faults:
        print(f"FAILED: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=int(os.environ.get("ROUNDS", "3")), help="runs of each case"
    )
    parser.add_argument("--packets", type=int, default=int(os.environ.get("BENCH_PACKETS", "1500000")))
    parser.add_argument("--format", choices=["table", "json"], default="table")
    parser.add_argument("--short", action="store_true", help=f"leave out the capture with {MANY} devices")
    return parser.parse_args()


def _cases(capture: Path) -> dict[str, list[str]]:
    name = str(capture)
    cases = {"floor: read": [PYTHON, "-S", "-c", FLOOR, name]}
    if tcpdump := shutil.which("tcpdump"):
        cases["floor: tcpdump"] = [tcpdump, "-r", name, "-w", "/dev/null"]
    analyze = [*SIGHTGLASS, "analyze", name, "--format", "json"]
    return {**cases, "analyze": analyze, "analyze, 2 workers": [*analyze, "--workers", "2"]}


def _measured(capture: Path, rounds: int) -> tuple[list[Row], list[str]]:
    """Rows of a capture, rounds interleaved so that a drift of the machine hits all alike; and what is wrong."""
    cases = _cases(capture)
    runs: dict[str, list[Run]] = {case: [] for case in cases}
    for _ in range(rounds):
        for case, command in cases.items():
            runs[case].append(run(command, capture))
    summaries = {one.output for case, many in runs.items() if case.startswith("analyze") for one in many}
    faults = []
    if len(summaries) != 1:
        faults.append(f"{capture.name}: runs and numbers of workers differ in their summaries")
    summary = json.loads(next(iter(summaries)))
    faults += _compare(capture, summary)
    return [medians(case, capture, summary["packets"], many) for case, many in runs.items()], faults


def _compare(capture: Path, summary: dict[str, Any]) -> list[str]:
    """Compare what the analysis counted with every message that decoding gives."""
    decoded: Counter[tuple[str, str]] = Counter()
    with subprocess.Popen([*SIGHTGLASS, "decode", str(capture)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            found = MESSAGE.search(line)
            if found is not None:
                decoded[found.group(1).decode(), found.group(2).decode()] += 1
    if process.returncode:
        return [f"{capture.name}: decode ended with exit {process.returncode}"]
    counted = Counter(
        {
            (protocol, function): count
            for protocol, counts in summary["protocols"].items()
            for function, count in counts["functions"].items()
        }
    )
    messages = {
        protocol: counts["messages"]
        for protocol, counts in summary["protocols"].items()
        if counts["messages"]
    }
    totals: Counter[str] = Counter()
    for (protocol, _), count in decoded.items():
        totals[protocol] += count
    differing = sorted({key for key in {*decoded, *counted} if key[1] and decoded[key] != counted[key]})
    faults = [
        f"{capture.name}: {protocol} {function}: analyzed {counted[protocol, function]}, "
        f"decoded {decoded[protocol, function]}"
        for protocol, function in differing
    ]
    if dict(totals) != messages:
        faults.append(
            f"{capture.name}: messages per protocol differ: analyzed {messages}, decoded {dict(totals)}"
        )
    return faults


def _goals(rows: list[Row], captures: list[Path]) -> list[Goal]:
    by_case = {(row.capture, row.case): row for row in rows}
    few = by_case[captures[0].name, "analyze"]
    two = by_case[captures[0].name, "analyze, 2 workers"]
    goals: list[Goal] = [
        ("memory beside the mapped file, MB", few.beside_bytes / 1e6, 200),
        ("wall time of two workers to one", two.wall_s / few.wall_s, 0.75),
    ]
    for capture in captures[1:]:
        row = by_case[capture.name, "analyze"]
        ratio = few.packets_per_cpu_s / row.packets_per_cpu_s
        many = not capture.stem.endswith("changed")
        name = (
            f"cost per packet, {MANY} devices to {FEW}"
            if many
            else "cost per packet, changed values to plain"
        )
        goals.append((name, ratio, 1.5 if many else 1.15))
    return goals


def _shape(row: Row) -> dict[str, Any]:
    return {
        **asdict(row),
        "packets_per_cpu_s": round(row.packets_per_cpu_s),
        "mb_per_s": round(row.mb_per_s, 1),
    }


def _print(rows: list[Row], goals: list[Goal]) -> None:
    head = ("capture", "case", "packets", "CPU s", "wall s", "packets/CPU s", "MB/s", "peak MB", "beside MB")
    cells = [
        (
            row.capture,
            row.case,
            f"{row.packets:,}",
            f"{row.cpu_s:.2f}",
            f"{row.wall_s:.2f}",
            f"{row.packets_per_cpu_s:,.0f}",
            f"{row.mb_per_s:.0f}",
            f"{row.peak_bytes / 1e6:.0f}",
            f"{row.beside_bytes / 1e6:.0f}",
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in [head, *cells]) for column in range(len(head))]
    for line in [head, *cells]:
        left = "  ".join(text.ljust(width) for text, width in zip(line[:2], widths[:2], strict=True))
        right = "  ".join(text.rjust(width) for text, width in zip(line[2:], widths[2:], strict=True))
        print(f"{left}  {right}")
    print()
    for name, measured, limit in goals:
        word = "reached" if measured <= limit else "MISSED"
        print(f"{word:8}{name}: {measured:.2f}, goal {limit:g} at most")
    print(
        "Medians over all rounds, start-up included. MB/s is by wall time; memory is the highest of all rounds."
    )


def _peers(capture: Path, folder: Path, rounds: int) -> None:
    """Measure the peers installed in a folder, ours among them, in interleaved rounds."""
    script = SHARED / "bench" / "peer_bench.sh"
    if not script.is_file():
        print(
            "BENCH_PEERS is set, but the script that measures peers is not beside the repository",
            file=sys.stderr,
        )
        return
    ours = f"ours|{PYTHON} -m sightglass.cli.main analyze {{pcap}} --format json"
    env = {
        **os.environ,
        "PEER_DIR": str(folder),
        "RUNS": str(rounds),
        "EXTRA": ours,
        "OUT": str(DATA / "peers"),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "python"), os.environ.get("PYTHONPATH", "")]),
    }
    subprocess.run([str(script), str(capture)], env=env, check=True)


if __name__ == "__main__":
    sys.exit(main())
