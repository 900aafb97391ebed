"""Every real capture: read without a crash, within bounds, and the same on any number of workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import lru_cache
from typing import Any

import pytest

from sightglass import engine
from tests.conformance.truth import CAPTURES, REASON, ROOT, all_truth, available, without_ot

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not available(), reason=REASON),
]
GROUPS = 8
MEMORY_BYTES = 512 << 20


def names() -> list[str]:
    """All captures, in the order of their names."""
    return [truth.name for truth in all_truth()] if available() else []


@lru_cache(maxsize=GROUPS)
def walked(group: int) -> tuple[dict[str, dict[str, Any]], int]:
    """What happened with each capture of a group, and the peak memory of the process that read them."""
    chosen = names()[group::GROUPS]
    result = subprocess.run(
        [sys.executable, "-m", "tests.capture_walk"],
        input="".join(f"{CAPTURES / name}\n" for name in chosen),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        timeout=900,
        check=False,
    )
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 0, f"died after {len(rows)} of {len(chosen)}: {result.stderr[-2000:]}"
    found = dict(zip(chosen, rows, strict=False))
    assert list(found) == chosen
    return found, rows[-1]["peak_bytes"]


def everything() -> dict[str, dict[str, Any]]:
    """What happened with every capture."""
    return {name: row for group in range(GROUPS) for name, row in walked(group)[0].items()}


def test_the_captures_are_all_there() -> None:
    assert len(names()) > 500


@pytest.mark.parametrize("group", range(GROUPS))
def test_memory_stays_bounded(group: int) -> None:
    assert walked(group)[1] <= MEMORY_BYTES


def test_no_capture_raises_anything_but_a_clear_refusal() -> None:
    refused_by_others = {truth.name for truth in all_truth() if "error" in truth.data}
    faults = []
    for name, row in everything().items():
        if "raised" in row:
            faults.append((name, row["raised"]))
        elif "refused" in row and (name not in refused_by_others or len(row["refused"]) < 20):
            faults.append((name, row["refused"]))
    assert faults == []


def test_no_capture_makes_the_engine_panic() -> None:
    assert [name for name, row in everything().items() if row.get("panics")] == []


def test_every_packet_is_counted() -> None:
    wrong = [
        (truth.name, truth.data["packets"], everything()[truth.name]["packets"])
        for truth in all_truth()
        if "error" not in truth.data and "packets" in everything()[truth.name]
        if truth.data["packets"] != everything()[truth.name]["packets"]
    ]
    assert wrong == []


@pytest.mark.parametrize("what", ["same_analysis", "same_decoding"])
def test_one_and_two_workers_agree(what: str) -> None:
    assert [name for name, row in everything().items() if not row.get(what, True)] == []


def test_analysis_counts_what_decoding_gives() -> None:
    wrong = [
        (name, row["messages"], row["lines"])
        for name, row in everything().items()
        if "lines" in row and row["messages"] != row["lines"]
    ]
    assert wrong == []


def test_no_industrial_protocol_where_there_is_none() -> None:
    industrial = {each["name"] for each in engine.protocols() if each["industrial"]}
    claimed = [
        (name, protocol, how)
        for name in sorted(without_ot())
        for protocol, how in everything()[name].get("recognised", [])
        if protocol in industrial and how in {"content", "handshake"}
    ]
    assert claimed == []
