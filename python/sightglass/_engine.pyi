"""The compiled engine; `sightglass.engine` is its only importer."""

from collections.abc import Sequence
from typing import Any, final

class CaptureError(Exception):
    """A capture that cannot be read at all; the text says what to do."""

@final
class Table:
    """Events of one kind, in frame order; take them as an Arrow stream or as tuples."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def num_rows(self) -> int: ...
    def rows(self) -> list[tuple[Any, ...]]: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...

@final
class Batch:
    """Events of one hand-over."""

    @property
    def tables(self) -> dict[str, Table]: ...
    @property
    def frames(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    @property
    def last(self) -> bool: ...

@final
class Analysis:
    """An analysis under way."""

    def next(self) -> Batch | None: ...
    def finish(self) -> Batch: ...
    def summary(self) -> str: ...
    def total_bytes(self) -> int: ...

@final
class Decoding:
    """Decoding under way."""

    def next(self) -> bytes | None: ...
    def warnings(self) -> list[str]: ...

def analyze(
    paths: Sequence[str],
    *,
    workers: int = 1,
    filter: str | None = None,
    rules: str = "[]",
    values: bool = True,
    hashes: bool = True,
) -> Analysis: ...
def decode(
    paths: Sequence[str],
    *,
    protocols: Sequence[str] | None = None,
    filter: str | None = None,
    workers: int = 1,
) -> Decoding: ...
def event_schema() -> str: ...
def protocols() -> str: ...
def rule_errors(rules: str) -> str | None: ...
