"""Fuzz every dissector and the layers below: ``python tools/fuzz.py [--seconds N] [--changed] [TARGET...]``.

A target is a dissector's short name, or ``wire``, ``flow`` or ``capture``. Inputs that widen coverage are kept in
``fuzz/corpus/TARGET.txt``, one a line in hexadecimal, at most `KEPT` of them; the dissectors' own tests replay those.
``fuzz/log.csv`` says what ran: target, digest of its sources, seconds, runs, coverage (edges), result.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FUZZ = ROOT / "fuzz"
CORPUS = FUZZ / "corpus"
LOG = FUZZ / "log.csv"
KEPT = 64
LONGEST = 2048
"""Bytes of an input."""
LAYERS = {"wire": ["crates/wire"], "flow": ["crates/flow"], "capture": ["crates/capture", "crates/engine"]}
FLAGS = (
    "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 "
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table "
    "-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing"
)
"""What makes the stable compiler count edges for libFuzzer."""


@dataclass(slots=True)
class Ran:
    """A line of the log."""

    target: str
    source: str
    seconds: int
    runs: int
    edges: int
    result: str


def dissectors() -> list[str]:
    """Short names of all dissectors that have a file of their own."""
    registry = (ROOT / "crates/dissect/src/registry.rs").read_text(encoding="utf-8")
    return re.findall(r"&crate::(\w+)::DISSECTOR", registry)


def sources(target: str) -> list[Path]:
    """Files whose change makes a target worth running again."""
    if target in LAYERS:
        folders = [ROOT / folder / "src" for folder in LAYERS[target]]
    else:
        base = ROOT / "crates/dissect/src"
        folders = [base / target]
        single = base / f"{target}.rs"
        if single.is_file():
            return [single, *sorted((base / target).rglob("*.rs"))]
    return sorted(path for folder in folders for path in folder.rglob("*.rs") if path.name != "tests.rs")


def digest(target: str) -> str:
    """Short hash over a target's sources."""
    whole = hashlib.sha256()
    for path in sources(target):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def logged() -> dict[str, Ran]:
    """The log by target."""
    if not LOG.is_file():
        return {}
    with LOG.open(encoding="utf-8", newline="") as file:
        return {
            row["target"]: Ran(
                row["target"],
                row["source"],
                int(row["seconds"]),
                int(row["runs"]),
                int(row["edges"]),
                row["result"],
            )
            for row in csv.DictReader(file)
        }


def build() -> Path:
    """Build the targets; gives the folder of the programs."""
    host = re.search(
        r"host: (\S+)", subprocess.run(["rustc", "-vV"], capture_output=True, text=True, check=True).stdout
    )
    if host is None:
        raise SystemExit("rustc does not say for which machine it builds")
    environment = {**os.environ, "RUSTFLAGS": FLAGS}
    target = Path(environment.setdefault("CARGO_TARGET_DIR", str(FUZZ / "target")))
    command = [
        "cargo",
        "build",
        "--release",
        "--locked",
        "--features",
        "libfuzzer",
        "--target",
        host.group(1),
    ]
    subprocess.run(command, cwd=FUZZ, env=environment, check=True)
    return target / host.group(1) / "release"


def run(programs: Path, target: str, seconds: int) -> Ran:
    """Fuzz one target and keep what it found interesting."""
    program = programs / (target if target in LAYERS else "dissect")
    kept = CORPUS / f"{target}.txt"
    environment = {**os.environ, "SIGHTGLASS_DISSECTOR": target}
    with tempfile.TemporaryDirectory(prefix="sightglass-fuzz-") as folder:
        seeds, found, small = (Path(folder) / name for name in ("seeds", "found", "small"))
        for each in (seeds, found, small):
            each.mkdir()
        lines = kept.read_text(encoding="ascii").split() if kept.is_file() else []
        for number, line in enumerate(lines):
            (seeds / f"{number:04}").write_bytes(bytes.fromhex(line))
        options = [f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=2048", f"-artifact_prefix={folder}/"]
        fuzzed = subprocess.run(
            [program, str(found), str(seeds), f"-max_total_time={seconds}", "-print_final_stats=1", *options],
            capture_output=True,
            text=True,
            errors="replace",
            env=environment,
            check=False,
        )
        told = fuzzed.stderr
        runs = re.findall(r"stat::number_of_executed_units:\s*(\d+)", told)
        edges = re.findall(r"cov: (\d+)", told)
        result = "clean" if fuzzed.returncode == 0 else "failed"
        if fuzzed.returncode != 0:
            print(f"{target}:\n{told[-4000:]}", file=sys.stderr)
            for artifact in Path(folder).glob("crash-*"):
                print(f"{target}: {artifact.read_bytes().hex()}", file=sys.stderr)
        else:
            subprocess.run(
                [program, "-merge=1", str(small), str(seeds), str(found), *options],
                capture_output=True,
                env=environment,
                check=False,
            )
            inputs = sorted(
                (path.read_bytes() for path in small.iterdir()), key=lambda each: (len(each), each)
            )
            CORPUS.mkdir(exist_ok=True)
            kept.write_text("".join(f"{each.hex()}\n" for each in inputs[:KEPT]), encoding="ascii")
    return Ran(
        target, digest(target), seconds, int(runs[-1]) if runs else 0, int(edges[-1]) if edges else 0, result
    )


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Fuzz dissectors and the layers below.")
    parser.add_argument("targets", nargs="*", help="all when left out")
    parser.add_argument("--seconds", type=int, default=600, help="time for each target")
    parser.add_argument(
        "--changed", action="store_true", help="only what changed since the log was written; keeps no log"
    )
    given = parser.parse_args()
    targets = given.targets or [*LAYERS, *dissectors()]
    unknown = set(targets) - set(LAYERS) - set(dissectors())
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    log = logged()
    if given.changed:
        targets = [target for target in targets if target not in log or log[target].source != digest(target)]
        print(f"{len(targets)} targets changed since they were fuzzed last")
        if not targets:
            return 0
    programs = build()
    failed = 0
    for target in targets:
        ran = run(programs, target, given.seconds)
        print(f"{ran.target}: {ran.runs} runs, {ran.edges} edges, {ran.result}", flush=True)
        failed += ran.result != "clean"
        if given.changed:
            continue
        log[target] = ran
        with LOG.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [each.name for each in fields(Ran)], lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(log[name]) for name in sorted(log))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
