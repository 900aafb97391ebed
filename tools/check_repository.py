"""Rules of the repository that no linter knows.

- Lock files hold hashes and no addresses: where packages come from is the builder's setting.
- Every content file names its source and its licence.
- No file outgrows one reader; generated files excepted.
- No absolute path of a developer's machine, no host of a package registry.
- Where the real captures lie beside the repository: no capture's name, hash, hardware address or public host may
  stand in product code, content or documents, for a product that knows its examples proves nothing.

Runs with the standard library alone: `python3 tools/check_repository.py`. Exit 1 lists what is wrong.
"""

from __future__ import annotations

import csv
import ipaddress
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
CAPTURES = Path(os.environ.get("SIGHTGLASS_CAPTURES", ROOT.parent / "shared" / "captures"))

MAX_LINES = 900
CODE = {".py", ".rs", ".ts", ".tsx"}
GENERATED = {"console/src/api/schema.d.ts"}
# A package-lock may name where to thank a package's authors, but not where it came from.
LOCKS = {
    "console/package-lock.json": re.compile(r'"resolved"'),
    "requirements/dev.txt": re.compile(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host"),
    "requirements/interop.txt": re.compile(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host"),
    "requirements/runtime.txt": re.compile(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host"),
}
NO_TEXT = {".png", ".svg", ".ico", ".woff2", ".pcap", ".pcapng", ".gz", ".zst", ".zip", ".xlsx", ".parquet"}
# In parts, so that this file passes its own check.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("static", "crates", "io"),
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.$}~-])/(?:work|root|home/[a-z]|Users/[A-Za-z])(?=/|\w*/)")
MAC = re.compile(r"(?<![0-9a-f:.-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![0-9a-f:.-])")
IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
HEX = re.compile(r"(?<![0-9a-f])[0-9a-f]{16,64}(?![0-9a-f])")
# Shorter names are words of their own ("sv", "goose").
SHORTEST_NAME = 6


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to put right."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the repository as text."""

    path: str
    text: str

    @property
    def suffix(self) -> str:
        return Path(self.path).suffix

    def find(self, pattern: re.Pattern[str], *, lower: bool = False) -> Iterator[tuple[int, str]]:
        """Matches with their line."""
        text = self.text.lower() if lower else self.text
        for found in pattern.finditer(text):
            yield text.count("\n", 0, found.start()) + 1, found.group()


def sources(root: Path) -> list[Source]:
    """Every text file that is, or is about to be, part of the repository."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            check=True,
        ).stdout.decode()
        names = [name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    found = []
    for name in sorted(set(names)):
        path = root / name
        if path.suffix in NO_TEXT or not path.is_file():
            continue
        try:
            found.append(Source(name, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def addresses_in_locks(files: Iterable[Source]) -> Iterator[Problem]:
    """Lock files pin by hash and leave the place to the builder."""
    for file in files:
        if file.path in LOCKS:
            for line, text in file.find(LOCKS[file.path]):
                yield Problem(file.path, line, f"a lock file holds no addresses of packages, here {text!r}")


def unsourced_content(files: Iterable[Source]) -> Iterator[Problem]:
    """Data of others needs its source and its terms beside it; a README speaks for its folder."""
    files = list(files)
    spoken_for = {
        str(Path(file.path).parent)
        for file in files
        if Path(file.path).name == "README.md" and says_both(file)
    }
    for file in files:
        if not file.path.startswith("content/") or Path(file.path).name == "README.md":
            continue
        # A rule is our own text under the repository's licence; its references are checked when it is loaded.
        if file.path.startswith("content/rules/"):
            continue
        if not says_both(file) and str(Path(file.path).parent) not in spoken_for:
            yield Problem(
                file.path, 0, "names no source and licence; put both into its head or its folder's README.md"
            )


def says_both(file: Source) -> bool:
    """Whether a file's first or last lines name source and licence."""
    ends = (file.text[:4000] + file.text[-4000:]).lower()
    return "source" in ends and ("licence" in ends or "license" in ends)


def long_files(files: Iterable[Source]) -> Iterator[Problem]:
    """A file that nobody reads to its end hides things."""
    for file in files:
        lines = file.text.count("\n")
        if file.suffix in CODE and file.path not in GENERATED and lines > MAX_LINES:
            yield Problem(file.path, 0, f"{lines} lines, at most {MAX_LINES}; make it a folder")


def machine_traces(files: Iterable[Source]) -> Iterator[Problem]:
    """What is true on one machine only."""
    hosts = re.compile("|".join(re.escape(host) for host in REGISTRIES))
    for file in files:
        for line, text in file.find(MACHINE_PATH):
            yield Problem(file.path, line, f"an absolute path of a machine: {text!r}")
        for line, text in file.find(hosts):
            yield Problem(file.path, line, f"the host of a package registry: {text}")


@dataclass(frozen=True, slots=True)
class Traces:
    """What betrays a capture."""

    names: frozenset[str]
    hashes: frozenset[str]
    macs: frozenset[str]
    hosts: frozenset[str]


def traces_of(captures: Path) -> Traces:
    """Collect names, hashes, hardware addresses and public hosts of the captures beside the repository."""
    names: set[str] = set()
    hashes: set[str] = set()
    macs: set[str] = set()
    hosts: set[str] = set()
    with (captures / "manifest.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            stem = re.sub(r"\.(pcap|pcapng|cap|trc)(\.(gz|zst))?$", "", Path(row["file"]).name)
            if len(stem) >= SHORTEST_NAME:
                names.add(stem.lower())
            hashes.add(row["sha256"].lower()[:16])
            macs.update(found.group() for found in MAC.finditer(" ".join(row.values()).lower()))
    for path in sorted((captures / "truth").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(truth, dict) or "macs" not in truth:
            continue
        macs.update(each["mac"] for each in truth["macs"] if each.get("tx"))
        hosts.update(each["ip"] for each in truth.get("hosts", []) if each.get("tx"))
    return Traces(
        frozenset(names),
        frozenset(hashes),
        frozenset(mac for mac in macs if is_distinctive(mac)),
        frozenset(host for host in hosts if is_public(host)),
    )


def is_distinctive(mac: str) -> bool:
    """Whether an address belongs to one card: no group address, no counting or repeating digits."""
    octets = [int(part, 16) for part in mac.split(":")]
    steps = {later - earlier for earlier, later in pairwise(octets)}
    return (
        not octets[0] & 1
        and len(steps) > 2
        and sum(octet == 0 for octet in octets) < 4
        and len(set(octets[3:])) > 1
    )


def is_public(host: str) -> bool:
    """Whether an address means one place in the world; resolvers that everybody names are none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if address.version != 4 or host in {"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.2.3.4"}:
        return False
    # Below 20 an address looks like a version number, and versions are not addresses.
    return address.is_global and not address.is_multicast and min(address.packed) > 20


def capture_traces(files: Iterable[Source], traces: Traces) -> Iterator[Problem]:
    """The product must not know the captures it is judged by."""
    name = re.compile(
        "(?<![a-z0-9])(?:"
        + "|".join(re.escape(each) for each in sorted(traces.names, reverse=True))
        + ")(?![a-z0-9])"
    )
    for file in files:
        if (
            file.path.startswith("tests/")
            or "/tests/" in file.path
            or file.path in LOCKS
            or file.path == "Cargo.lock"
        ):
            continue
        for line, text in file.find(name, lower=True):
            yield Problem(file.path, line, f"the name of a capture: {text}")
        for line, text in file.find(HEX, lower=True):
            if text[:16] in traces.hashes:
                yield Problem(file.path, line, f"the hash of a capture: {text}")
        for line, text in file.find(MAC, lower=True):
            if text.replace("-", ":") in traces.macs:
                yield Problem(file.path, line, f"a hardware address out of a capture: {text}")
        for line, text in file.find(IPV4):
            if text in traces.hosts:
                yield Problem(file.path, line, f"a public host out of a capture: {text}")


CHECKS: tuple[Callable[[Iterable[Source]], Iterator[Problem]], ...] = (
    addresses_in_locks,
    unsourced_content,
    long_files,
    machine_traces,
)


def main() -> int:
    """Run every check; returns the exit code."""
    files = sources(ROOT)
    problems = [problem for check in CHECKS for problem in check(files)]
    if (CAPTURES / "manifest.csv").is_file():
        problems.extend(capture_traces(files, traces_of(CAPTURES)))
    else:
        print(
            "note: no captures beside the repository; whether one of them is named was not checked",
            file=sys.stderr,
        )
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} problems", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
