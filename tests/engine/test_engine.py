"""The line between Rust and Python: columns, Arrow without pyarrow, errors, counts."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import arro3.core
import duckdb
import pytest

from sightglass import engine
from sightglass.lab import Scenario, write_lab
from sightglass.sdk import events


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = tmp_path_factory.mktemp("lab") / "plant.pcapng"
    return path, write_lab(path, Scenario(seed=77, hours=0.05))


@pytest.fixture(scope="module")
def tables(lab: tuple[Path, dict[str, Any]]) -> dict[str, list[engine.Table]]:
    found: dict[str, list[engine.Table]] = {}
    for batch in engine.analyze([lab[0]]):
        for name, table in batch.tables.items():
            found.setdefault(name, []).append(table)
    return found


@pytest.mark.parametrize("table", sorted(events.EVENTS))
def test_events_have_the_columns_of_the_engine(table: str) -> None:
    columns = [column["name"] for column in engine.event_schema()["tables"][table]]
    assert list(events.EVENTS[table].columns()) == columns


def test_every_table_of_the_engine_has_an_event() -> None:
    assert set(engine.event_schema()["tables"]) == set(events.EVENTS)


def test_rows_become_events(tables: dict[str, list[engine.Table]]) -> None:
    assert {"endpoint", "flow", "activity", "observation", "arp"} <= set(tables)
    for name, parts in tables.items():
        for part in parts:
            assert part.num_rows == len(part.rows()) > 0
            for row in part.rows()[:50]:
                events.EVENTS[name].from_row(row)


def test_duckdb_reads_a_table_without_pyarrow(tables: dict[str, list[engine.Table]]) -> None:
    (part, *_) = tables["flow"]
    # DuckDB finds `part` by its name and reads its stream.
    rows = duckdb.connect().sql("select count(*), min(first_frame) from part").fetchall()
    frame = part.names.index("first_frame")
    assert rows == [(part.num_rows, min(row[frame] for row in part.rows()))]
    assert "pyarrow" not in sys.modules


def test_arro3_reads_the_same_values(tables: dict[str, list[engine.Table]]) -> None:
    (part, *_) = tables["endpoint"]
    read = arro3.core.Table.from_arrow(part)
    assert tuple(read.column_names) == part.names
    for name in ("mac", "packets", "vlan"):
        at = part.names.index(name)
        assert read[name].to_pylist() == [row[at] for row in part.rows()]


def test_decoding_gives_the_messages_that_the_lab_wrote(lab: tuple[Path, dict[str, Any]]) -> None:
    path, truth = lab
    decoded = {each["name"] for each in engine.protocols() if each["decoded"]}
    counted: Counter[tuple[str, str]] = Counter()
    decoding = engine.decode([path])
    while (chunk := decoding.next()) is not None:
        for line in chunk.splitlines():
            row = json.loads(line)
            counted[row["protocol"], row["function"]] += 1
    checked = 0
    for protocol in sorted(decoded & {"modbus", "s7comm", "enip", "cip", "dnp3", "bacnet", "profinet_dcp"}):
        for function, written in truth["messages"].get(protocol, {}).items():
            total = written["requests"] + written["responses"] + written["events"]
            assert counted[protocol, function] == total, (protocol, function)
            checked += 1
    assert checked > 20


def test_every_decoded_line_names_its_place(lab: tuple[Path, dict[str, Any]]) -> None:
    first = engine.decode([lab[0]], protocols=["modbus"]).next()
    assert first is not None
    for line in first.splitlines()[:100]:
        row = json.loads(line)
        assert row["protocol"] == "modbus"
        assert row["frame"] >= 1
        assert row["time"].endswith("Z")
        assert len(row["time"]) == len("2026-01-05T06:00:00.000000000Z")


@pytest.mark.parametrize("expression", ["tcp and (", "port", "host 300.1.1.1", "nonsense", "(" * 1000])
def test_a_filter_that_nobody_understands_is_a_value_error(
    lab: tuple[Path, dict[str, Any]], expression: str
) -> None:
    with pytest.raises(ValueError, match=r"\S") as fault:
        engine.analyze([lab[0]], filter_expression=expression)
    assert "\n" not in str(fault.value)


def test_an_unknown_protocol_is_a_value_error(lab: tuple[Path, dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        engine.decode([lab[0]], protocols=["nonsense"])


def test_a_file_that_is_no_capture_is_a_capture_error(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader\n" * 100)
    with pytest.raises(engine.CaptureError, match=r"letter\.txt"):
        list(engine.analyze([path]))


def test_stopping_hands_over_what_was_found(lab: tuple[Path, dict[str, Any]]) -> None:
    run = engine.analyze([lab[0]])
    run.stop()
    batches = list(run)
    assert len(batches) == 1
    assert batches[0].last
    assert run.summary()["packets"] == 0


def test_rules_that_cannot_be_used_say_why() -> None:
    good = {"id": "a", "event": "modbus.request", "where": {"function": "diagnostics"}}
    assert engine.rule_errors([good]) is None
    fault = engine.rule_errors([{**good, "event": "nonsense"}])
    assert fault is not None
    assert "a" in fault


def test_a_rule_fires_on_its_messages_only(lab: tuple[Path, dict[str, Any]]) -> None:
    path, truth = lab
    rule = {"id": "writes", "event": "modbus.request", "where": {"function": "write_single_register"}}
    fired = [
        row
        for batch in engine.analyze([path], rules=[rule])
        for name, table in batch.tables.items()
        if name == "match"
        for row in table.rows()
    ]
    assert len(fired) == truth["messages"]["modbus"]["write_single_register"]["requests"] > 0
    assert {row[0] for row in fired} == {"writes"}
