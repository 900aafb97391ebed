"""Every store implementation, for one suite."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sightglass.store import Store
from sightglass.store.memory import MemoryStore
from sightglass.store.sql.store import SqlStore

MakeStore = Callable[[], Store]


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty state file, made once: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("state") / "empty.sqlite"
    SqlStore.open_for_writing(path).close()
    return path


@pytest.fixture(params=["memory", "sql"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path, empty_file: Path) -> Iterator[MakeStore]:
    """Makes empty stores of one implementation."""
    with ExitStack() as opened:
        count = iter(range(10**6))

        def make() -> Store:
            if request.param == "memory":
                return MemoryStore()
            path = tmp_path / f"{next(count)}.sqlite"
            shutil.copyfile(empty_file, path)
            return opened.enter_context(SqlStore.open_for_writing(path))

        yield make


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    """An empty store."""
    return make_store()
