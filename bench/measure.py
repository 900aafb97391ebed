"""Runs commands and says what they cost: CPU time, wall time, memory beside the mapped capture."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_S = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command.

    Attributes:
        cpu_s: User and system time of the process and its threads.
        peak_bytes: High-water mark of resident memory, mapped file included.
        beside_bytes: Highest sample of resident memory without pages of the capture's mapping.
    """

    cpu_s: float
    wall_s: float
    peak_bytes: int
    beside_bytes: int
    output: bytes


def run(command: Sequence[str], capture: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end; its stderr goes to ours.

    Raises:
        RuntimeError: It failed.
    """
    reading, writing = os.pipe()
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=writing, env=None if env is None else {**os.environ, **env})
    os.close(writing)
    os.set_blocking(reading, False)
    output = bytearray()
    beside = 0
    while True:
        beside = max(beside, _beside(process.pid, capture))
        _drain(reading, output)
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(SAMPLE_S)
    wall_s = time.monotonic() - began
    _drain(reading, output)
    os.close(reading)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {process.returncode}")
    return Run(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss * 1024, beside, bytes(output))


def _drain(reading: int, output: bytearray) -> None:
    try:
        while chunk := os.read(reading, 1 << 16):
            output += chunk
    except BlockingIOError:
        pass


_MAPPING = re.compile(rb"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+ +(.*)$")


def _beside(pid: int, capture: Path) -> int:
    """Resident bytes of a process that are not pages of the capture; 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps").read_bytes()
    except OSError:
        return 0
    name = os.fsencode(capture.resolve())
    total = 0
    counts = True
    for line in text.splitlines():
        found = _MAPPING.match(line)
        if found is not None:
            counts = found.group(1) != name
        elif counts and line.startswith(b"Rss:"):
            total += int(line.split()[1]) * 1024
    return total


@dataclass(frozen=True, slots=True)
class Row:
    """Medians of a case over its rounds."""

    case: str
    capture: str
    packets: int
    file_bytes: int
    cpu_s: float
    wall_s: float
    peak_bytes: int
    beside_bytes: int

    @property
    def packets_per_cpu_s(self) -> float:
        """Packets per second of CPU time, start-up included."""
        return self.packets / max(self.cpu_s, 1e-9)

    @property
    def mb_per_s(self) -> float:
        """Megabytes of the file per second of wall time."""
        return self.file_bytes / 1e6 / max(self.wall_s, 1e-9)


def medians(case: str, capture: Path, packets: int, runs: Iterable[Run]) -> Row:
    """Fold the rounds of a case."""
    runs = list(runs)
    return Row(
        case,
        capture.name,
        packets,
        capture.stat().st_size,
        statistics.median(each.cpu_s for each in runs),
        statistics.median(each.wall_s for each in runs),
        max(each.peak_bytes for each in runs),
        max(each.beside_bytes for each in runs),
    )
