"""History: what is written is found again, whole, once, and nothing else is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from arro3.core import Array, DataType, Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightglass.history.reader import EventQuery, HistoryReader
from sightglass.history.segments import KINDS, segments
from sightglass.history.writer import HistoryWriter
from tests.strategies import HOSTILE

_TEXTS = ("client_ip", "server_ip", "protocol", "function")


def table(rows: list[dict[str, Any]]) -> Table:
    """Rows as the engine hands them over."""
    columns = {name: Array([row.get(name, "") for row in rows], DataType.utf8()) for name in _TEXTS}
    numbers = {name: Array([row[name] for row in rows], DataType.int64()) for name in ("ts_ns", "frame")}
    source = Array([0 for _ in rows], DataType.int32())
    return Table.from_pydict({**columns, **numbers, "source": source})


def _rows(first: int, count: int, **texts: str) -> list[dict[str, Any]]:
    return [{"ts_ns": first + n, "frame": first + n, "protocol": "modbus", **texts} for n in range(count)]


def _read(history: Path, query: EventQuery | None = None) -> list[dict[str, Any]]:
    with HistoryReader(history) as reader:
        return reader.events("occurrence", query or EventQuery(limit=1000))


def test_rows_come_back_newest_first(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path) as writer:
        writer.append("occurrence", table(_rows(1, 5)), 1)
        writer.append("occurrence", table(_rows(10, 5)), 2)
    assert [row["frame"] for row in _read(tmp_path)] == [14, 13, 12, 11, 10, 5, 4, 3, 2, 1]


def test_segments_are_written_as_they_fill(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path, segment_rows=10) as writer:
        for number in range(5):
            writer.append("occurrence", table(_rows(number * 4, 4)), number)
        assert [segment.sequence for segment in segments(tmp_path, "occurrence")] == [0]
    assert [segment.sequence for segment in segments(tmp_path, "occurrence")] == [0, 3]
    assert len(_read(tmp_path)) == 20


def test_writing_a_hand_over_again_changes_nothing(tmp_path: Path) -> None:
    for _ in range(3):
        with HistoryWriter(tmp_path) as writer:
            writer.append("occurrence", table(_rows(1, 5)), 7)
    assert len(segments(tmp_path, "occurrence")) == 1
    assert len(_read(tmp_path)) == 5


def test_lanes_do_not_overwrite_each_other(tmp_path: Path) -> None:
    for lane in ("live", "backlog"):
        with HistoryWriter(tmp_path, lane) as writer:
            writer.append("occurrence", table(_rows(1, 5)), 1)
    assert len(_read(tmp_path)) == 10


def test_what_was_found_before_an_error_is_kept(tmp_path: Path) -> None:
    def analyse() -> None:
        with HistoryWriter(tmp_path) as writer:
            writer.append("occurrence", table(_rows(1, 5)), 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        analyse()
    assert len(_read(tmp_path)) == 5


def test_a_failed_write_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("sightglass.history.writer.write_parquet", broken)
    with pytest.raises(OSError, match="disk full"), HistoryWriter(tmp_path) as writer:
        writer.append("occurrence", table(_rows(1, 5)), 1)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_half_written_and_foreign_files_are_not_read(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path) as writer:
        writer.append("occurrence", table(_rows(1, 5)), 1)
    for name in (
        ".live-000000000002.parquet.part",
        "notes.txt",
        "live-2.parquet",
        "live-000000000003.parquet.bak",
    ):
        (tmp_path / "occurrence" / name).write_bytes(b"garbage")
    assert len(_read(tmp_path)) == 5


@pytest.mark.parametrize(
    ("query", "frames"),
    [
        (EventQuery(addresses=("10.0.0.1",)), [9, 8, 2, 1]),
        (EventQuery(addresses=("10.0.0.9", "10.0.0.7")), [9, 8]),
        (EventQuery(protocol=("s7comm",)), [9, 8]),
        (EventQuery(since_ns=2, until_ns=9), [8, 5, 2]),
        (EventQuery(limit=2), [9, 8]),
        (EventQuery(limit=2, offset=2), [5, 2]),
        (EventQuery(limit=0), []),
        (EventQuery(addresses=("10.0.0.1",), protocol=("s7comm",), since_ns=9), [9]),
    ],
    ids=str,
)
def test_questions(tmp_path: Path, query: EventQuery, frames: list[int]) -> None:
    rows = [
        *_rows(1, 2, client_ip="10.0.0.1"),
        *_rows(5, 1, client_ip="10.0.0.2"),
        *_rows(8, 2, server_ip="10.0.0.1", client_ip="10.0.0.9", protocol="s7comm"),
    ]
    with HistoryWriter(tmp_path) as writer:
        writer.append("occurrence", table(rows), 1)
    assert [row["frame"] for row in _read(tmp_path, query)] == frames


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_any_text_is_kept_and_found(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    history = tmp_path_factory.mktemp("h")
    with HistoryWriter(history) as writer:
        writer.append("occurrence", table(_rows(1, 1, client_ip=text, protocol=text, function=text)), 1)
    (row,) = _read(history, EventQuery(addresses=(text,), protocol=(text,)))
    assert row["function"] == text


@pytest.mark.parametrize("kind", ["../secrets", "", "nothing", "flow'--"])
def test_a_kind_is_a_name_and_never_a_path(tmp_path: Path, kind: str) -> None:
    with HistoryReader(tmp_path) as reader, pytest.raises(ValueError, match="no event kind"):
        reader.events(kind, EventQuery())
    with HistoryWriter(tmp_path) as writer, pytest.raises(ValueError, match="no event kind"):
        writer.append(kind, table(_rows(1, 1)), 1)


def test_an_empty_history_answers(tmp_path: Path) -> None:
    with HistoryReader(tmp_path) as reader:
        for kind in KINDS:
            assert reader.events(kind, EventQuery()) == []
            assert reader.count(kind) == 0


def test_the_reader_can_reach_nothing_but_its_folder(tmp_path: Path) -> None:
    import duckdb

    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    folder = tmp_path / "it's history"
    folder.mkdir()
    with HistoryReader(folder) as reader:
        connection = reader._connection
        for statement in (
            f"SELECT * FROM read_csv('{secret}')",
            "SET enable_external_access=true",
            "SET allowed_directories=['/']",
            "INSTALL httpfs",
            "COPY (SELECT 1) TO '/tmp/sightglass-should-not-exist.csv'",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement).fetchall()


def test_changed_columns_are_refused(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path) as writer:
        writer.append("occurrence", table(_rows(1, 1)), 1)
        other = Table.from_pydict({"ts_ns": Array([1], DataType.int64())})
        with pytest.raises(ValueError, match="columns changed"):
            writer.append("occurrence", other, 2)
