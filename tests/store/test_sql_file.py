"""The database file: versions, locks, read-only media, and what is left behind."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from sightglass.model import Device
from sightglass.model.changes import DeviceUpserted
from sightglass.store import DeviceFilter, ReadOnlyError, StateFileError
from sightglass.store.sql.database import HEAD, open_reader
from sightglass.store.sql.schema import METADATA
from sightglass.store.sql.store import SqlStore
from tests.fixtures.sample_state import records
from tests.store.dump import dump

_DEVICE = DeviceUpserted(Device(id="d", site="s", zone="z", name="n"))


def test_migrations_give_the_schema_that_the_code_uses(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    SqlStore.open_for_writing(path).close()
    with open_reader(path).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with SqlStore.open_for_writing(path) as store:
        store.apply(records())
        held, revision = dump(store), store.revision
    with SqlStore.open_for_reading(path) as store:
        assert dump(store) == held
        assert store.revision == revision
    with SqlStore.open_for_writing(path) as store:
        assert store.apply(records()).changed == 0


def test_a_closed_file_stands_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with SqlStore.open_for_writing(path) as store:
        store.apply([_DEVICE])
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_sees_what_a_writer_commits(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with SqlStore.open_for_writing(path) as writer, SqlStore.open_for_reading(path) as reader:
        assert reader.device("d") is None
        writer.apply([_DEVICE])
        assert reader.device("d") is not None


def test_a_reader_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    SqlStore.open_for_writing(path).close()
    before = path.read_bytes()
    with SqlStore.open_for_reading(path) as store:
        assert not store.writable
        with pytest.raises(ReadOnlyError):
            store.apply([_DEVICE])
        list(store.each_device(DeviceFilter()))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_second_writer_is_refused_in_and_out_of_the_process(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    program = (
        "import sys; from pathlib import Path; from sightglass.store.sql.store import SqlStore\n"
        "SqlStore.open_for_writing(Path(sys.argv[1]))"
    )
    with SqlStore.open_for_writing(path):
        with pytest.raises(StateFileError, match="another process"):
            SqlStore.open_for_writing(path)
        found = subprocess.run(
            [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
        )
        assert found.returncode != 0
        assert "another process" in found.stderr
    SqlStore.open_for_writing(path).close()


@pytest.mark.parametrize("content", [b"", b"not a database" * 100, b"SQLite format 3\x00" + b"\x00" * 84])
def test_what_is_no_state_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.sqlite"
    path.write_bytes(content)
    with pytest.raises(StateFileError):
        SqlStore.open_for_reading(path)


def test_a_missing_file_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StateFileError, match="no state file"):
        SqlStore.open_for_reading(tmp_path / "state.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    for opening in (SqlStore.open_for_reading, SqlStore.open_for_writing):
        with pytest.raises(StateFileError, match="not a Sightglass"):
            opening(path)


def test_the_file_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    SqlStore.open_for_writing(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for opening in (SqlStore.open_for_reading, SqlStore.open_for_writing):
        with pytest.raises(StateFileError, match="newer"):
            opening(path)


def test_a_failed_batch_leaves_the_store_usable(tmp_path: Path) -> None:
    with SqlStore.open_for_writing(tmp_path / "state.sqlite") as store:

        def broken() -> object:
            yield _DEVICE
            raise RuntimeError("source failed")

        with pytest.raises(RuntimeError):
            store.apply(broken())  # type: ignore[arg-type]  # a generator that fails
        assert store.device("d") is None
        assert store.apply([_DEVICE]).changed == 1


def test_more_rows_than_one_flush_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sightglass.store.sql.writer._FLUSH_AT", 7)
    with SqlStore.open_for_writing(tmp_path / "state.sqlite") as store:
        every = records()
        assert store.apply(every).changed == len(every)
        assert store.apply(every).changed == 0
