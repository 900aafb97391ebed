"""The examples, installed for the tests of this folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.install import EXAMPLES, install


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    for package in sorted(EXAMPLES.iterdir()):
        install(package, target)
    return target


@pytest.fixture
def installed(site: Path) -> Iterator[Path]:
    sys.path.insert(0, str(site))
    yield site
    sys.path.remove(str(site))
